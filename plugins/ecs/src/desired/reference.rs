//! A word in the configuration that is the key of another stage's resource, or the thing's own id.

use deploy_model::{Address, Input, KeyPath, KindName, Problem, Reference};
use deploy_plugin::Graph;

/// A kind of another stage that this one refers to, by address alone.
pub(super) struct Target {
    /// The kind's full name.
    pub(super) kind: &'static str,
    /// Its output that is wanted.
    pub(super) output: &'static str,
    /// How the service's own ids begin.
    pub(super) id_prefix: &'static str,
}

/// The ARN of a role.
pub(super) const ROLE: Target = Target { kind: "iam.role", output: "arn", id_prefix: "arn:" };
/// The id of a subnet.
pub(super) const SUBNET: Target = Target { kind: "network.subnet", output: "id", id_prefix: "subnet-" };
/// The id of a security group.
pub(super) const SECURITY_GROUP: Target = Target { kind: "security.group", output: "id", id_prefix: "sg-" };
/// The ARN of a parameter.
pub(super) const PARAMETER: Target = Target { kind: "secrets.parameter", output: "arn", id_prefix: "arn:" };

impl Target {
    /// The input that `word`, written at `path`, stands for. Whether the key is declared is the engine's
    /// to say; a word that cannot even be a key is a problem here.
    pub(super) fn resolve(&self, word: &str, path: KeyPath, graph: &mut Graph) -> Input<String> {
        if word.starts_with(self.id_prefix) {
            return Input::from(word);
        }
        match self.reference(word, self.output) {
            Some(reference) => Input::Reference(reference),
            None => {
                let kind = self.kind();
                let message = format!("`{word}` cannot name a {}", kind.words());
                let help = match self.kind == PARAMETER.kind {
                    true => {
                        "write a key of [secrets.parameters], an ARN, `/path/*` for all parameters below a path, or \
                             `{ secret = \"KEY\", key = \"part\" }`"
                            .to_owned()
                    }
                    false => {
                        format!("write the key of a {}, or an id that begins with `{}`", kind.words(), self.id_prefix)
                    }
                };
                graph.problem(Problem::new(path, message).help(help));
                Input::from(word)
            }
        }
    }

    /// An output of the resource whose key `word` is, if it can be a key.
    pub(super) fn reference(&self, word: &str, output: &str) -> Option<Reference> {
        let address = Address::new(self.kind(), word).ok()?;
        Some(Reference::new(address, output))
    }

    pub(super) fn kind(&self) -> KindName {
        self.kind.parse().expect("a fixed, valid kind")
    }
}
