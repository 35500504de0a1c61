//! The account behind the environment, as somebody at a console has it.

use std::path::PathBuf;

use deploy_aws::{Clients, ec2, ecr, ecs, iam, logs, ssm};

/// What names that AWS makes unique begin with.
pub const PREFIX: &str = "shop-drift";

/// The account, and the folder in which its AWS is kept.
pub struct Account {
    pub clients: Clients,
    pub folder: PathBuf,
}

impl Account {
    pub fn ec2(&self) -> &ec2::Client {
        &self.clients.ec2().writes
    }

    pub fn ecr(&self) -> &ecr::Client {
        &self.clients.ecr().writes
    }

    pub fn ecs(&self) -> &ecs::Client {
        &self.clients.ecs().writes
    }

    pub fn iam(&self) -> &iam::Client {
        &self.clients.iam().writes
    }

    pub fn logs(&self) -> &logs::Client {
        &self.clients.logs().writes
    }

    pub fn ssm(&self) -> &ssm::Client {
        &self.clients.ssm().writes
    }

    /// The id that EC2 gave the resource at `address`.
    pub async fn id(&self, address: &str) -> String {
        let filter = |name: &str, value: &str| ec2::types::Filter::builder().name(name).values(value).build();
        let call = self.ec2().describe_tags().filters(filter("key", "deploy:address"));
        let reply = call.filters(filter("value", address)).send().await.expect("tags");
        reply.tags()[0].resource_id().expect("an id").to_owned()
    }

    /// Sets a tag of something of EC2's.
    pub async fn tag(&self, address: &str, key: &str, value: &str) {
        let tag = ec2::types::Tag::builder().key(key).value(value).build();
        self.ec2().create_tags().resources(self.id(address).await).tags(tag).send().await.expect("tagged");
    }

    /// Takes a tag of something of EC2's away.
    pub async fn untag(&self, address: &str, key: &str) {
        let tag = ec2::types::Tag::builder().key(key).build();
        self.ec2().delete_tags().resources(self.id(address).await).tags(tag).send().await.expect("untagged");
    }
}
