//! Whether every field of every kind drifts somewhere, or stands among those that cannot change.

use deploy_aws::Clients;
use deploy_plugin::model::{KeyPath, KindDescription};
use serde_json::Value;

/// The fields that AWS lets nobody change on a resource that exists, or that are nobody's to see. `*` is any name.
const FIXED: &[&str] = &[
    // The primary range of a VPC and the range of a subnet stay as long as they do.
    "network.vpc cidr_block",
    "network.subnet cidr_block",
    // What is made in a VPC or a zone stays there.
    "network.subnet vpc_id",
    "network.subnet availability_zone",
    "network.route_table vpc_id",
    "security.group vpc_id",
    // EC2 has no call for either.
    "security.group group_name",
    "security.group description",
    // A peer that is another group is its id. Another id is another rule.
    "security.group ingress.*.group",
    "security.group egress.*.group",
    // A name is what the resource is known by. There is no call to rename one, nor to move a role to another path.
    "secrets.parameter name",
    "secrets.parameter store",
    "iam.role name",
    "iam.role path",
    "ecs.repository name",
    "ecs.log_group name",
    "ecs.cluster name",
    "ecs.task_definition family",
    "ecs.service name",
    "ecs.service cluster",
    // How this program makes a first value, and whether and how it waits: no state of AWS's.
    "secrets.parameter generate",
    "secrets.key state",
    "secrets.key usage",
    "ecs.service wait",
    "ecs.service rollout_timeout_seconds",
    "ecs.service log_tail_lines",
    // IAM refuses a trust policy that names resources or is about whom or what it does not name, and a role's own policy
    // that names a principal.
    "iam.role trust.statements.*.resources",
    "iam.role trust.statements.*.not_resources",
    "iam.role trust.statements.*.not_principals.*",
    "iam.role trust.statements.*.not_actions",
    "iam.role policies.*.statements.*.principals.*",
    "iam.role policies.*.statements.*.not_principals.*",
];

/// The fields that neither drift in `said` nor are fixed.
pub fn forgotten(said: &[&str]) -> Vec<String> {
    let drifts = |field: &&Field| said.iter().any(|line| field.is_named_by(line));
    fields().iter().filter(|field| !drifts(field) && !FIXED.contains(&field.text().as_str())).map(Field::text).collect()
}

/// The fixed fields that do drift in `said`, and those that no kind has.
pub fn changed_after_all(said: &[&str]) -> Vec<String> {
    let fields = fields();
    let holds = |fixed: &str| {
        let field = fields.iter().find(|field| field.text() == fixed);
        field.is_some_and(|field| !said.iter().any(|line| field.is_named_by(line)))
    };
    FIXED.iter().filter(|fixed| !holds(fixed)).map(|fixed| (*fixed).to_owned()).collect()
}

/// The kinds of which nothing is ever made here: they only answer questions about what belongs to others.
const OF_OTHERS: [&str; 1] = ["secrets.key"];

/// The kinds of which no resource is deleted in `said`.
pub fn never_lost(said: &[&str]) -> Vec<String> {
    let kinds = kinds().into_iter().map(|kind| kind.name.to_string());
    let lost = |kind: &str| said.iter().any(|line| line.starts_with(&format!("{kind}.")) && line.ends_with(" create"));
    kinds.filter(|kind| !lost(kind) && !OF_OTHERS.contains(&kind.as_str())).collect()
}

/// Everything that the program carries says of its kinds.
fn kinds() -> Vec<KindDescription> {
    let clients = Clients::detached();
    let plugins = [
        deploy_network::plugin(&clients),
        deploy_security::plugin(&clients),
        deploy_secrets::plugin(&clients),
        deploy_iam::plugin(&clients),
        deploy_ecs::plugin(&clients),
    ];
    plugins.iter().flat_map(|plugin| &plugin.kinds).map(|kind| kind.describe().clone()).collect()
}

/// A field of a kind, however deep. `*` stands for any name.
struct Field {
    kind: String,
    path: Vec<String>,
}

impl Field {
    fn text(&self) -> String {
        format!("{} {}", self.kind, self.path.join("."))
    }

    /// Whether a line of a plan names the field, or something that it is the whole of. That a whole entry of a table
    /// comes or goes says nothing of what entries hold.
    fn is_named_by(&self, line: &str) -> bool {
        let (address, path) = line.split_once(' ').expect("a line is an address and a field");
        let path: KeyPath = path.parse().expect("a path");
        let path = path.segments();
        let of_kind = address.rsplit_once('.').is_some_and(|(kind, _)| kind == self.kind);
        let fits = path.iter().zip(&self.path).all(|(segment, wanted)| wanted == "*" || segment == wanted);
        let whole_entry = path.len() < self.path.len() && self.path[path.len() - 1] == "*";
        of_kind && fits && !whole_entry
    }
}

/// The fields of all kinds, each as deep as its schema goes.
fn fields() -> Vec<Field> {
    let mut fields = Vec::new();
    for kind in kinds() {
        let name = kind.name.to_string();
        descend(&kind.inputs, &kind.inputs, &mut Vec::new(), &mut |path| {
            fields.push(Field { kind: name.clone(), path: path.to_vec() });
        });
    }
    fields
}

fn descend(root: &Value, schema: &Value, path: &mut Vec<String>, found: &mut dyn FnMut(&[String])) {
    let target =
        schema.get("$ref").and_then(Value::as_str).and_then(|target| root.pointer(target.trim_start_matches('#')));
    let optional = schema.get("anyOf").and_then(Value::as_array).and_then(|branches| branches.first());
    if let Some(schema) = target.or(optional) {
        return descend(root, schema, path, found);
    }
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let entries = schema.get("additionalProperties").filter(|entries| entries.is_object());
    let any = "*".to_owned();
    let inner: Vec<(&String, &Value)> = properties.chain(entries.map(|entries| (&any, entries))).collect();
    if inner.is_empty() {
        return found(path);
    }
    for (name, schema) in inner {
        path.push(name.clone());
        descend(root, schema, path, found);
        path.pop();
    }
}
