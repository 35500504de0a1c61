//! The network of a small system in raw HTTP: two public subnets, a way out, a firewall, a role; up, and down again.

use deploy_local::Local;
use http::Request;

/// One account as a client sees it.
struct Client {
    local: Local,
}

impl Client {
    fn send(&self, service: &str, version: &str, form: &str) -> (u16, String) {
        let credential = format!("Credential=123456789012/20260101/ap-northeast-1/{service}/aws4_request");
        let request = Request::post("/")
            .header("authorization", format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("{form}&Version={version}").into_bytes())
            .expect("a request");
        let response = self.local.call(request);
        (response.status().as_u16(), String::from_utf8(response.into_body()).expect("text"))
    }

    fn ec2(&self, form: &str) -> String {
        let (status, body) = self.send("ec2", "2016-11-15", form);
        assert_eq!(status, 200, "{form}: {body}");
        body
    }

    fn refused(&self, form: &str) -> String {
        let (status, body) = self.send("ec2", "2016-11-15", form);
        assert_eq!(status, 400, "{form}: {body}");
        element(&body, "Code")
    }

    fn iam(&self, form: &str) -> String {
        let (status, body) = self.send("iam", "2010-05-08", form);
        assert_eq!(status, 200, "{form}: {body}");
        body
    }
}

/// The text of the first element with this name.
fn element(body: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let rest = body.split_once(&open).map(|(_, rest)| rest).unwrap_or_else(|| panic!("no {name} in {body}"));
    rest.split_once(&close).map(|(text, _)| text.to_owned()).expect("a closed element")
}

fn tagged(kind: &str, name: &str) -> String {
    let tag = |number: u8, key: &str, value: &str| {
        format!("&TagSpecification.1.Tag.{number}.Key={key}&TagSpecification.1.Tag.{number}.Value={value}")
    };
    let application = tag(1, "application", "ecs_parameter_store");
    format!("&TagSpecification.1.ResourceType={kind}{application}{}", tag(2, "Name", name))
}

/// The ids of what was built.
struct Network {
    vpc: String,
    gateway: String,
    subnets: [String; 2],
    table: String,
    associations: [String; 2],
    group: String,
}

fn build(client: &Client) -> Network {
    let made = |form: &str, id: &str| element(&client.ec2(form), id);
    let vpc = made(&format!("Action=CreateVpc&CidrBlock=10.0.0.0/16{}", tagged("vpc", "main")), "vpcId");
    for attribute in ["EnableDnsSupport", "EnableDnsHostnames"] {
        client.ec2(&format!("Action=ModifyVpcAttribute&VpcId={vpc}&{attribute}.Value=true"));
    }
    let gateway =
        made(&format!("Action=CreateInternetGateway{}", tagged("internet-gateway", "main")), "internetGatewayId");
    client.ec2(&format!("Action=AttachInternetGateway&VpcId={vpc}&InternetGatewayId={gateway}"));
    let subnets = [("10.0.1.0/24", "ap-northeast-1a"), ("10.0.2.0/24", "ap-northeast-1c")].map(|(cidr, zone)| {
        let tags = tagged("subnet", zone);
        made(&format!("Action=CreateSubnet&VpcId={vpc}&CidrBlock={cidr}&AvailabilityZone={zone}{tags}"), "subnetId")
    });
    let table = made(
        &format!("Action=CreateRouteTable&VpcId={vpc}&ClientToken=attempt-1{}", tagged("route-table", "public")),
        "routeTableId",
    );
    client.ec2(&format!("Action=CreateRoute&RouteTableId={table}&DestinationCidrBlock=0.0.0.0/0&GatewayId={gateway}"));
    let associations = subnets.clone().map(|subnet| {
        made(&format!("Action=AssociateRouteTable&RouteTableId={table}&SubnetId={subnet}"), "associationId")
    });
    let group = build_group(client, &vpc);
    Network { vpc, gateway, subnets, table, associations, group }
}

fn build_group(client: &Client, vpc: &str) -> String {
    let tags = tagged("security-group", "app");
    let form = format!("Action=CreateSecurityGroup&VpcId={vpc}&GroupName=app&GroupDescription=Security+Group{tags}");
    let group = element(&client.ec2(&form), "groupId");
    let rules = format!(
        "IpPermissions.1.IpProtocol=-1&IpPermissions.1.FromPort=0&IpPermissions.1.ToPort=0\
         &IpPermissions.1.Groups.1.GroupId={group}&IpPermissions.1.Groups.1.Description=Allow+from+This\
         &IpPermissions.2.IpProtocol=tcp&IpPermissions.2.FromPort=80&IpPermissions.2.ToPort=80\
         &IpPermissions.2.IpRanges.1.CidrIp=0.0.0.0/0&IpPermissions.2.IpRanges.1.Description=Allow+from+Any+HTTP"
    );
    client.ec2(&format!("Action=AuthorizeSecurityGroupIngress&GroupId={group}&{rules}"));
    group
}

#[test]
fn a_network_comes_up_and_goes_down() {
    let client = Client { local: Local::in_memory(1) };
    let network = build(&client);
    let tables = client.ec2(&format!("Action=DescribeRouteTables&RouteTableId.1={}", network.table));
    assert!(tables.contains(&format!("<gatewayId>{}</gatewayId><state>active</state>", network.gateway)), "{tables}");
    let groups = client.ec2(&format!("Action=DescribeSecurityGroups&GroupId.1={}", network.group));
    assert!(groups.contains("<cidrIp>0.0.0.0/0</cidrIp><description>Allow from Any HTTP</description>"), "{groups}");
    let by_tag = "Filter.1.Name=tag:application&Filter.1.Value.1=ecs_parameter_store";
    let tags = client.ec2(&format!("Action=DescribeTags&{by_tag}"));
    assert_eq!(tags.matches("<key>application</key>").count(), 6, "{tags}");

    let Network { vpc, gateway, subnets, table, associations, group } = network;
    assert_eq!(client.refused(&format!("Action=DeleteVpc&VpcId={vpc}")), "DependencyViolation");
    assert_eq!(client.refused(&format!("Action=DeleteRouteTable&RouteTableId={table}")), "DependencyViolation");
    client.ec2(&format!("Action=DeleteSecurityGroup&GroupId={group}"));
    for association in associations {
        client.ec2(&format!("Action=DisassociateRouteTable&AssociationId={association}"));
    }
    client.ec2(&format!("Action=DeleteRouteTable&RouteTableId={table}"));
    for subnet in subnets {
        client.ec2(&format!("Action=DeleteSubnet&SubnetId={subnet}"));
    }
    client.ec2(&format!("Action=DetachInternetGateway&VpcId={vpc}&InternetGatewayId={gateway}"));
    client.ec2(&format!("Action=DeleteInternetGateway&InternetGatewayId={gateway}"));
    client.ec2(&format!("Action=DeleteVpc&VpcId={vpc}"));
    assert!(!client.ec2("Action=DescribeTags").contains("<key>"));
}

#[test]
fn a_role_comes_up_and_goes_down() {
    let client = Client { local: Local::in_memory(1) };
    let trust = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
                 %22Principal%22%3A%7B%22Service%22%3A%22ecs-tasks.amazonaws.com%22%7D%2C%22Action%22%3A\
                 %22sts%3AAssumeRole%22%7D%5D%7D";
    client.iam(&format!("Action=CreateRole&RoleName=exec&AssumeRolePolicyDocument={trust}"));
    let policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
    client.iam(&format!("Action=AttachRolePolicy&RoleName=exec&PolicyArn={policy}"));
    let role = client.iam("Action=GetRole&RoleName=exec");
    assert_eq!(element(&role, "AssumeRolePolicyDocument"), trust.replace("%2D", "-"));
    let (status, body) = client.send("iam", "2010-05-08", "Action=DeleteRole&RoleName=exec");
    assert_eq!((status, element(&body, "Code").as_str()), (409, "DeleteConflict"));
    client.iam(&format!("Action=DetachRolePolicy&RoleName=exec&PolicyArn={policy}"));
    client.iam("Action=DeleteRole&RoleName=exec");
}
