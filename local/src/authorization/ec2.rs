//! What EC2 actions need.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>. Each resource of a
//! request is asked about by itself; one that is made has no id yet and no tags, but those of the request; to give them
//! to it is an action of its own (`ec2:CreateTags` with `ec2:CreateAction`).

use super::need::{Need, arn};
use crate::call::Call;
use crate::codec::query::Params;
use crate::ec2::State;

/// An action with the type of what it makes and the parameters that name what it is about.
struct Row {
    action: &'static str,
    makes: Option<&'static str>,
    parameters: &'static [&'static str],
}

const fn row(action: &'static str, makes: Option<&'static str>, parameters: &'static [&'static str]) -> Row {
    Row { action, makes, parameters }
}

/// The actions that are about resources. `AssociationId` stands for the table and the subnet behind it.
const ROWS: [Row; 30] = [
    row("AssociateRouteTable", None, &["RouteTableId", "SubnetId"]),
    row("AttachInternetGateway", None, &["InternetGatewayId", "VpcId"]),
    row("AuthorizeSecurityGroupEgress", None, &["GroupId"]),
    row("AuthorizeSecurityGroupIngress", None, &["GroupId"]),
    row("CreateInternetGateway", Some("internet-gateway"), &[]),
    row("CreateRoute", None, &["RouteTableId"]),
    row("CreateRouteTable", Some("route-table"), &["VpcId"]),
    row("CreateSecurityGroup", Some("security-group"), &["VpcId"]),
    row("CreateSubnet", Some("subnet"), &["VpcId"]),
    row("CreateTags", None, &["ResourceId"]),
    row("CreateVpc", Some("vpc"), &[]),
    row("DeleteInternetGateway", None, &["InternetGatewayId"]),
    row("DeleteRoute", None, &["RouteTableId"]),
    row("DeleteRouteTable", None, &["RouteTableId"]),
    row("DeleteSecurityGroup", None, &["GroupId"]),
    row("DeleteSubnet", None, &["SubnetId"]),
    row("DeleteTags", None, &["ResourceId"]),
    row("DeleteVpc", None, &["VpcId"]),
    row("DescribeVpcAttribute", None, &["VpcId"]),
    row("DetachInternetGateway", None, &["InternetGatewayId", "VpcId"]),
    row("DisassociateRouteTable", None, &["AssociationId"]),
    row("ModifySecurityGroupRules", None, &["GroupId", "SecurityGroupRule"]),
    row("ModifySubnetAttribute", None, &["SubnetId"]),
    row("ModifyVpcAttribute", None, &["VpcId"]),
    row("ReplaceRoute", None, &["RouteTableId"]),
    row("ReplaceRouteTableAssociation", None, &["RouteTableId", "AssociationId"]),
    row("RevokeSecurityGroupEgress", None, &["GroupId"]),
    row("RevokeSecurityGroupIngress", None, &["GroupId"]),
    row("UpdateSecurityGroupRuleDescriptionsEgress", None, &["GroupId"]),
    row("UpdateSecurityGroupRuleDescriptionsIngress", None, &["GroupId"]),
];

pub(super) fn needs(call: &mut Call<'_>, action: &str, params: &Params) -> Vec<Need> {
    let name = format!("ec2:{action}");
    let Some(row) = ROWS.iter().find(|row| row.action == action) else {
        let lists = action.starts_with("Describe");
        return lists.then(|| Need::new(name, "*").with("ec2:Region", &call.region)).into_iter().collect();
    };
    let given = tags(params);
    let mut needs = Vec::new();
    if let Some(kind) = row.makes {
        let new = arn(call, "ec2", &format!("{kind}/*"));
        needs.push(Need::new(&name, &new).with_request_tags(&given));
        if !given.is_empty() {
            let tagging = Need::new("ec2:CreateTags", new).with_request_tags(&given);
            needs.push(tagging.with("ec2:CreateAction", action));
        }
    }
    let ids: Vec<String> = row.parameters.iter().flat_map(|parameter| named(call, params, parameter)).collect();
    for id in ids {
        let need = about(call, &name, &id);
        let is_tagging = row.parameters == ["ResourceId"];
        needs.push(if is_tagging { need.with_request_tags(&given) } else { need });
    }
    if row.makes.is_none() && !given.is_empty() && row.parameters != ["ResourceId"] {
        // A rule is tagged as it is made.
        let rule = arn(call, "ec2", "security-group-rule/*");
        let tagging = Need::new("ec2:CreateTags", rule).with_request_tags(&given);
        needs.push(tagging.with("ec2:CreateAction", action));
    }
    needs.into_iter().map(|need| need.with("ec2:Region", &call.region)).collect()
}

/// The ids that a parameter names.
fn named(call: &mut Call<'_>, params: &Params, parameter: &str) -> Vec<String> {
    match parameter {
        "ResourceId" => params.list(parameter),
        "SecurityGroupRule" => {
            let rules = params.structures(parameter);
            rules.iter().filter_map(|rule| rule.optional("SecurityGroupRuleId")).collect()
        }
        "AssociationId" => {
            let id = params.optional(parameter).unwrap_or_default();
            call.region().ec2.ends_of_association(&id)
        }
        _ => params.optional(parameter).into_iter().collect(),
    }
}

/// The need to do something to a resource with an id. One that does not exist has no tags.
fn about(call: &mut Call<'_>, action: &str, id: &str) -> Need {
    let resource_type = State::resource_type(id).unwrap_or("*");
    let resource = arn(call, "ec2", &format!("{resource_type}/{id}"));
    let tags = call.region().ec2.tags_of(id);
    Need::new(action, resource).with_resource_tags("ec2:ResourceTag", &tags)
}

/// The tags of a request: those of what it makes, or those of CreateTags and DeleteTags.
fn tags(params: &Params) -> Vec<(String, String)> {
    let of = |params: &Params| {
        let pair = |tag: &Params| Some((tag.optional("Key")?, tag.optional("Value").unwrap_or_default()));
        params.structures("Tag").iter().filter_map(pair).collect::<Vec<_>>()
    };
    let specified = params.structures("TagSpecification");
    specified.iter().flat_map(of).chain(of(params)).collect()
}
