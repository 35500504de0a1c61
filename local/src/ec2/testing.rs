//! What the tests of this service stand on: a world of one account, and calls that are short to write.

use super::handle;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::time::Time;
use crate::world::World;

/// One account in one region. Calls that fail leave it as it was, as the gate does.
pub(super) struct Cloud {
    /// The world of that account.
    pub world: World,
}

impl Cloud {
    pub const ACCOUNT: &str = "123456789012";
    pub const REGION: &str = "ap-northeast-1";

    pub fn new() -> Self {
        Self { world: World::new(1) }
    }

    pub fn call(&mut self, action: &str, params: &[(&str, &str)]) -> Result<Element, ApiError> {
        let saved = serde_json::to_vec(&self.world).expect("plain data");
        let params: Params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let result = handle(&mut self.world.call(Self::ACCOUNT, Self::REGION, Time(0)), action, &params);
        if result.is_err() {
            self.world = serde_json::from_slice(&saved).expect("our own bytes");
        }
        result
    }

    pub fn done(&mut self, action: &str, params: &[(&str, &str)]) -> Element {
        self.call(action, params).unwrap_or_else(|error| panic!("{action} {params:?}: {error}"))
    }

    pub fn fail(&mut self, action: &str, params: &[(&str, &str)]) -> ApiError {
        self.call(action, params).expect_err("a refusal")
    }

    pub fn code(&mut self, action: &str, params: &[(&str, &str)]) -> String {
        self.fail(action, params).code
    }

    /// The items of the set that a reply holds.
    pub fn list(&mut self, action: &str, set: &str, params: &[(&str, &str)]) -> Vec<Element> {
        self.done(action, params).get(set).expect("the set").children.clone()
    }

    pub fn state(&mut self) -> &mut super::State {
        &mut self.world.account(Self::ACCOUNT).region(Self::REGION).ec2
    }

    pub fn vpc(&mut self, cidr: &str) -> String {
        id(&self.done("CreateVpc", &[("CidrBlock", cidr)]), "vpc", "vpcId")
    }

    pub fn subnet(&mut self, vpc: &str, cidr: &str) -> String {
        let params = [("VpcId", vpc), ("CidrBlock", cidr), ("AvailabilityZone", "ap-northeast-1a")];
        id(&self.done("CreateSubnet", &params), "subnet", "subnetId")
    }

    pub fn internet_gateway(&mut self) -> String {
        id(&self.done("CreateInternetGateway", &[]), "internetGateway", "internetGatewayId")
    }

    pub fn route_table(&mut self, vpc: &str) -> String {
        id(&self.done("CreateRouteTable", &[("VpcId", vpc)]), "routeTable", "routeTableId")
    }

    pub fn security_group(&mut self, vpc: &str, name: &str) -> String {
        let params = [("VpcId", vpc), ("GroupName", name), ("GroupDescription", "for a test")];
        self.done("CreateSecurityGroup", &params).text_of("groupId").to_owned()
    }
}

fn id(reply: &Element, resource: &str, name: &str) -> String {
    reply.get(resource).expect("the resource").text_of(name).to_owned()
}
