//! An embedded AWS with the things that an `[ecs]` section refers to, and the kinds of this crate on top.

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_ecs::config::EcsConfig;
use deploy_ecs::{Ecs, plugin};
use deploy_local::Local;
use deploy_model::{Address, Desired, Fault, FieldChange, KeyPath, Live, Owner, Reference};
use deploy_plugin::{AnyKind, Context, Graph, Purpose, Scope, Stage, StageContext, Wanted};
use deploy_testing::Aws;
use serde_json::{Map, Value, json};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "ap-northeast-1";
const PREFIX: &str = "shop-dev";

/// The embedded AWS, and what was asked of it.
pub struct Cloud {
    aws: Aws,
    kinds: Vec<Arc<dyn AnyKind>>,
    outputs: BTreeMap<String, Value>,
    blueprint: BTreeMap<Address, Desired>,
}

impl Cloud {
    /// A cloud with a network, a security group and a role, all of which others made.
    pub async fn new() -> Self {
        let local = Local::in_memory(7);
        local
            .with_world(|world| (world.settings.task_start_ms, world.settings.task_stop_ms) = (1, 1))
            .expect("a world");
        let aws = Aws::on(local).await;
        let kinds = plugin(&aws.clients).kinds;
        let mut cloud = Self { aws, kinds, outputs: BTreeMap::new(), blueprint: BTreeMap::new() };
        cloud.prepare();
        cloud
    }

    fn prepare(&mut self) {
        let vpc = self.ec2("vpcId", "Action=CreateVpc&CidrBlock=10.0.0.0/16");
        let subnet = self.ec2("subnetId", &format!("Action=CreateSubnet&VpcId={vpc}&CidrBlock=10.0.1.0/24"));
        let group = format!("Action=CreateSecurityGroup&GroupName=app&GroupDescription=app&VpcId={vpc}");
        let group = self.ec2("groupId", &group);
        let gateway = self.ec2("internetGatewayId", "Action=CreateInternetGateway");
        self.ec2("return", &format!("Action=AttachInternetGateway&InternetGatewayId={gateway}&VpcId={vpc}"));
        let table = self.ec2("routeTableId", &format!("Action=CreateRouteTable&VpcId={vpc}"));
        let route = format!("&RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0&GatewayId={gateway}");
        self.ec2("return", &format!("Action=CreateRoute{route}"));
        self.ec2("associationId", &format!("Action=AssociateRouteTable&RouteTableId={table}&SubnetId={subnet}"));
        let role = self.role();
        let given = [
            ("deploy.account.current#id", ACCOUNT.to_owned()),
            ("deploy.account.current#region", REGION.to_owned()),
            ("network.subnet.public_1#id", subnet),
            ("security.group.app#id", group),
            ("iam.role.exec#arn", role),
        ];
        self.outputs = given.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    }

    fn role(&self) -> String {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        self.iam(&format!("Action=CreateRole&RoleName=exec&AssumeRolePolicyDocument={}", escaped(trust)));
        self.iam(&format!("Action=PutRolePolicy&RoleName=exec&PolicyName=all&PolicyDocument={}", escaped(policy)));
        format!("arn:aws:iam::{ACCOUNT}:role/exec")
    }

    fn iam(&self, body: &str) -> String {
        self.query("iam", &format!("{body}&Version=2010-05-08"))
    }

    /// The text of the first element `wanted` in EC2's reply.
    fn ec2(&self, wanted: &str, body: &str) -> String {
        let reply = self.query("ec2", &format!("{body}&Version=2016-11-15"));
        let begin = reply.find(&format!("<{wanted}>")).unwrap_or_else(|| panic!("no {wanted}: {reply}"));
        let text = &reply[begin + wanted.len() + 2..];
        text[..text.find('<').expect("an end")].to_owned()
    }

    /// The reply to a request of the query protocol.
    fn query(&self, service: &str, body: &str) -> String {
        let scope = format!("{ACCOUNT}/20260101/{REGION}/{service}/aws4_request");
        let scope = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x");
        let request = http::Request::post("http://embedded.aws/")
            .header("authorization", scope)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.as_bytes().to_vec())
            .expect("a request");
        String::from_utf8(self.aws.local.call(request).into_body()).expect("text")
    }

    /// Makes `section` what is desired.
    pub fn desire(&mut self, section: &str) {
        let config: EcsConfig = toml::from_str(section).expect("a section");
        let cx = StageContext { owner: owner(), prefix: PREFIX.to_owned(), tags: BTreeMap::new() };
        let mut graph = Graph::new();
        Ecs.desired(&config, &cx, &mut graph);
        self.blueprint = graph.finish().expect("a sound section").desired;
    }

    /// Creates what is desired, in the order of `addresses`.
    pub async fn create(&mut self, addresses: &[&str]) -> Result<(), Fault> {
        for address in addresses {
            let address: Address = address.parse().expect("an address");
            let inputs = self.resolved(&address);
            let (kind, cx) = (self.kind(&address), self.context(&address));
            let live = kind.complete(&cx, kind.create(&cx, &address, inputs).await?).await?;
            self.learn(&live);
        }
        Ok(())
    }

    /// Brings what is there to what is desired, and says which fields differed.
    pub async fn update(&mut self, address: &str) -> Result<Vec<String>, Fault> {
        let live = self.found(address).await;
        let inputs = self.resolved(&live.address);
        let changes = differences(&live.inputs, &inputs);
        let changed = changes.iter().map(|change| change.path.to_string()).collect();
        let kind = self.kind(&live.address);
        let live = kind.update(&self.context(&live.address), live.clone(), inputs, &changes).await?;
        self.learn(&live);
        Ok(changed)
    }

    /// Deletes what was found.
    pub async fn delete(&self, live: &Live) -> Result<(), Fault> {
        self.kind(&live.address).delete(&self.context(&live.address), live.clone()).await
    }

    /// Gives what was found another address.
    pub async fn retire(&self, live: &Live) -> Result<(), Fault> {
        let to = live.address.retire(&live.id);
        self.kind(&live.address).retire(&self.context(&live.address), live.clone(), &to).await
    }

    /// Everything that is there, all kinds at once, as the engine asks.
    pub async fn discover(&self) -> BTreeMap<String, Live> {
        let cx = Context::quiet(owner());
        let scopes: Vec<Scope> = self.kinds.iter().map(|kind| self.scope(kind.as_ref())).collect();
        let listings = self.kinds.iter().zip(&scopes).map(|(kind, scope)| kind.discover(&cx, scope));
        let listings = futures::future::try_join_all(listings).await.expect("listings");
        listings.into_iter().flatten().map(|live| (live.address.to_string(), live)).collect()
    }

    /// What is there at `address`.
    pub async fn found(&self, address: &str) -> Live {
        self.discover().await.remove(address).unwrap_or_else(|| panic!("no {address}"))
    }

    /// The fields in which what is there is not what is desired.
    pub async fn drift(&self) -> Vec<String> {
        let live = self.discover().await;
        let differs = |address: &Address| {
            let live = live.get(&address.to_string()).map_or(&Value::Null, |live| &live.inputs);
            let changes = differences(live, &self.resolved(address));
            changes.into_iter().map(move |change| format!("{address} {}", change.path)).collect::<Vec<_>>()
        };
        self.blueprint.keys().flat_map(differs).collect()
    }

    /// The operations that were called since the last time.
    pub fn calls(&self) -> Vec<String> {
        self.aws.calls()
    }

    fn scope(&self, kind: &dyn AnyKind) -> Scope {
        let name = kind.describe().name.clone();
        let wanted = self.blueprint.values().filter(|desired| *desired.address.kind() == name);
        let wanted = wanted.map(|desired| Wanted { address: desired.address.clone(), inputs: desired.inputs.clone() });
        Scope { owner: owner(), prefix: PREFIX.to_owned(), wanted: wanted.collect(), purpose: Purpose::Compare }
    }

    fn kind(&self, address: &Address) -> &dyn AnyKind {
        let kind = self.kinds.iter().find(|kind| kind.describe().name == *address.kind());
        kind.expect("a kind of this crate").as_ref()
    }

    fn context(&self, address: &Address) -> Context {
        Context::new(owner(), format!("test-{address}"), Arc::new(|_| ()), Arc::default())
    }

    fn learn(&mut self, live: &Live) {
        for (output, value) in live.outputs.as_object().expect("outputs are an object") {
            self.outputs.insert(format!("{}#{output}", live.address), value.clone());
        }
    }

    fn resolved(&self, address: &Address) -> Value {
        self.resolve(&self.blueprint[address].inputs)
    }

    /// References as the engine replaces them.
    fn resolve(&self, value: &Value) -> Value {
        if let Some(reference) = Reference::in_value(value) {
            let output = self.outputs.get(&reference.to_string());
            return output.unwrap_or_else(|| panic!("{reference} is not known")).clone();
        }
        match value {
            Value::Object(fields) if fields.contains_key("$text") => {
                let parts = fields["$text"].as_array().expect("parts").iter().map(|part| self.resolve(part));
                parts.map(|part| part.as_str().expect("text").to_owned()).collect::<String>().into()
            }
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(key, value)| (key.clone(), self.resolve(value))).collect())
            }
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            other => other.clone(),
        }
    }
}

/// Whose everything here is.
pub fn owner() -> Owner {
    Owner { application: "shop".to_owned(), environment: "dev".to_owned() }
}

/// The top-level fields that differ; what holds nothing is equal to nothing.
fn differences(live: &Value, desired: &Value) -> Vec<FieldChange> {
    let none = Map::new();
    let (live, desired) = (live.as_object().unwrap_or(&none), desired.as_object().unwrap_or(&none));
    let mut fields: Vec<&String> = live.keys().chain(desired.keys()).filter(|field| *field != "wait").collect();
    fields.sort();
    fields.dedup();
    let side = |side: &Map<String, Value>, field: &str| trimmed(side.get(field).unwrap_or(&Value::Null));
    let change = |field: &String| {
        let (before, after) = (side(live, field), side(desired, field));
        (before != after).then(|| FieldChange {
            path: KeyPath::of([field.as_str()]),
            before,
            after,
            forces_replacement: false,
            sensitive: false,
            origin: None,
            changed_by: Vec::new(),
        })
    };
    fields.into_iter().filter_map(change).collect()
}

fn trimmed(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Object(fields) => {
            let kept: Map<String, Value> =
                fields.iter().filter_map(|(key, value)| Some((key.clone(), trimmed(value)?))).collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.iter().map(|item| trimmed(item).unwrap_or(json!(null))).collect()),
        other => Some(other.clone()),
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
