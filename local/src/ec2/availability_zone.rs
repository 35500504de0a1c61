//! Regions, their availability zones, and what an account may have in them.

use super::dispatch::Operation;
use super::filter::Filter;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// One availability zone, as this account sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AvailabilityZone {
    /// `ap-northeast-1a`; which building that is differs between accounts.
    pub(super) name: String,
    /// `apne1-az4`; the same building in every account.
    pub(super) id: String,
}

/// A region's name, the short name in its zone ids, and the letter and number of each zone.
type Region = (&'static str, &'static str, &'static [(char, u8)]);

/// Regions that need no opt-in, the short name in their zone ids, and the letter and number of each zone.
///
/// Source: <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html>. Which letter
/// stands for which number is drawn for each account; this is one account's draw.
const REGIONS: [Region; 17] = [
    ("ap-northeast-1", "apne1", &[('a', 4), ('c', 1), ('d', 2)]),
    ("ap-northeast-2", "apne2", &[('a', 1), ('b', 2), ('c', 3), ('d', 4)]),
    ("ap-northeast-3", "apne3", &[('a', 3), ('b', 1), ('c', 2)]),
    ("ap-south-1", "aps1", &[('a', 1), ('b', 3), ('c', 2)]),
    ("ap-southeast-1", "apse1", &[('a', 1), ('b', 2), ('c', 3)]),
    ("ap-southeast-2", "apse2", &[('a', 1), ('b', 3), ('c', 2)]),
    ("ca-central-1", "cac1", &[('a', 1), ('b', 2), ('d', 4)]),
    ("eu-central-1", "euc1", &[('a', 2), ('b', 3), ('c', 1)]),
    ("eu-north-1", "eun1", &[('a', 1), ('b', 2), ('c', 3)]),
    ("eu-west-1", "euw1", &[('a', 1), ('b', 2), ('c', 3)]),
    ("eu-west-2", "euw2", &[('a', 2), ('b', 3), ('c', 1)]),
    ("eu-west-3", "euw3", &[('a', 1), ('b', 2), ('c', 3)]),
    ("sa-east-1", "sae1", &[('a', 1), ('b', 2), ('c', 3)]),
    ("us-east-1", "use1", &[('a', 1), ('b', 2), ('c', 4), ('d', 6), ('e', 3), ('f', 5)]),
    ("us-east-2", "use2", &[('a', 1), ('b', 2), ('c', 3)]),
    ("us-west-1", "usw1", &[('a', 1), ('c', 3)]),
    ("us-west-2", "usw2", &[('a', 1), ('b', 2), ('c', 3), ('d', 4)]),
];

/// The zones of a region that is not in the list: three, named after it.
const UNLISTED: &[(char, u8)] = &[('a', 1), ('b', 2), ('c', 3)];

/// The attributes of an account in a region and their values.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html>
const ACCOUNT_ATTRIBUTES: [(&str, &str); 6] = [
    ("default-vpc", "none"),
    ("max-elastic-ips", "5"),
    ("max-instances", "20"),
    ("supported-platforms", "VPC"),
    ("vpc-max-elastic-ips", "5"),
    ("vpc-max-security-groups-per-interface", "5"),
];

pub(super) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "DescribeAvailabilityZones" => describe_zones,
        "DescribeRegions" => describe_regions,
        "DescribeAccountAttributes" => describe_account_attributes,
        _ => return None,
    })
}

/// The zones of a region, in the order of their letters.
pub(super) fn of_region(region: &str) -> Vec<AvailabilityZone> {
    let listed = REGIONS.iter().find(|(name, ..)| *name == region);
    let (short, zones) = listed.map_or((region, UNLISTED), |(_, short, zones)| (*short, *zones));
    zones
        .iter()
        .map(|(letter, number)| AvailabilityZone {
            name: format!("{region}{letter}"),
            id: format!("{short}-az{number}"),
        })
        .collect()
}

fn describe_zones(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (names, ids) = (params.list("ZoneName"), params.list("ZoneId"));
    let known = ["group-name", "opt-in-status", "region-name", "state", "zone-id", "zone-name", "zone-type"];
    let filters = Filter::read(params, &known)?;
    // Zones that need an opt-in are not in here, so that showing them too changes nothing.
    params.boolean("AllAvailabilityZones")?;
    let region = call.region.clone();
    let zones = of_region(&region);
    if let Some(name) = names.iter().find(|name| zones.iter().all(|zone| zone.name != **name)) {
        return Err(ApiError::client("InvalidParameterValue", format!("Invalid availability zone: [{name}]")));
    }
    if let Some(id) = ids.iter().find(|id| zones.iter().all(|zone| zone.id != **id)) {
        return Err(ApiError::client("InvalidParameterValue", format!("Invalid availability zone-id: [{id}]")));
    }
    let asked = zones
        .into_iter()
        .filter(|zone| (names.is_empty() || names.contains(&zone.name)) && (ids.is_empty() || ids.contains(&zone.id)));
    let found = asked.filter(|zone| {
        filters.iter().all(|filter| {
            let actual = match filter.name.as_str() {
                "group-name" | "region-name" => region.clone(),
                "opt-in-status" => "opt-in-not-required".to_owned(),
                "state" => "available".to_owned(),
                "zone-id" => zone.id.clone(),
                "zone-name" => zone.name.clone(),
                "zone-type" => "availability-zone".to_owned(),
                _ => return false,
            };
            filter.accepts(&[actual])
        })
    });
    Ok(Element::reply().set(
        "availabilityZoneInfo",
        found.map(|zone| {
            Element::new("item")
                .field("zoneName", zone.name)
                .field("zoneState", "available")
                .field("regionName", &region)
                .set("messageSet", [])
                .field("optInStatus", "opt-in-not-required")
                .field("zoneId", zone.id)
                .field("groupName", &region)
                .field("networkBorderGroup", &region)
                .field("zoneType", "availability-zone")
        }),
    ))
}

fn describe_regions(_call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let names = params.list("RegionName");
    let filters = Filter::read(params, &["endpoint", "opt-in-status", "region-name"])?;
    params.boolean("AllRegions")?;
    if let Some(name) = names.iter().find(|name| REGIONS.iter().all(|(region, ..)| region != name)) {
        return Err(ApiError::client("InvalidParameterValue", format!("Invalid region name: [{name}]")));
    }
    let endpoint = |region: &str| format!("ec2.{region}.amazonaws.com");
    let asked = REGIONS
        .iter()
        .map(|(region, ..)| *region)
        .filter(|region| names.is_empty() || names.iter().any(|name| name == region));
    let found = asked.filter(|region| {
        filters.iter().all(|filter| {
            let actual = match filter.name.as_str() {
                "endpoint" => endpoint(region),
                "opt-in-status" => "opt-in-not-required".to_owned(),
                "region-name" => (*region).to_owned(),
                _ => return false,
            };
            filter.accepts(&[actual])
        })
    });
    Ok(Element::reply().set(
        "regionInfo",
        found.map(|region| {
            Element::new("item")
                .field("regionName", region)
                .field("regionEndpoint", endpoint(region))
                .field("optInStatus", "opt-in-not-required")
        }),
    ))
}

fn describe_account_attributes(_call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let names = params.list("AttributeName");
    if let Some(name) = names.iter().find(|name| ACCOUNT_ATTRIBUTES.iter().all(|(known, _)| known != name)) {
        let message = format!("Value ({name}) for parameter attributeName is invalid.");
        return Err(ApiError::client("InvalidParameterValue", message));
    }
    let found =
        ACCOUNT_ATTRIBUTES.into_iter().filter(|(name, _)| names.is_empty() || names.iter().any(|asked| asked == name));
    Ok(Element::reply().set(
        "accountAttributeSet",
        found.map(|(name, value)| {
            let value = Element::new("item").field("attributeValue", value);
            Element::new("item").field("attributeName", name).set("attributeValueSet", [value])
        }),
    ))
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn tokyo_has_three_zones_and_no_b() {
        let mut cloud = Cloud::new();
        let zones = cloud.list("DescribeAvailabilityZones", "availabilityZoneInfo", &[]);
        let names: Vec<_> = zones.iter().map(|zone| zone.text_of("zoneName")).collect();
        assert_eq!(names, ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]);
        let one = [("Filter.1.Name", "zone-id"), ("Filter.1.Value.1", "apne1-az1")];
        assert_eq!(cloud.list("DescribeAvailabilityZones", "availabilityZoneInfo", &one).len(), 1);
        assert_eq!(cloud.code("DescribeAvailabilityZones", &[("ZoneName.1", "x")]), "InvalidParameterValue");
    }

    #[test]
    fn regions_and_account_attributes_are_listed() {
        let mut cloud = Cloud::new();
        let one = [("RegionName.1", "eu-west-1")];
        assert_eq!(cloud.list("DescribeRegions", "regionInfo", &one)[0].text_of("regionName"), "eu-west-1");
        assert_eq!(cloud.code("DescribeRegions", &[("RegionName.1", "mars-1")]), "InvalidParameterValue");
        let attribute = [("AttributeName.1", "default-vpc")];
        assert_eq!(cloud.list("DescribeAccountAttributes", "accountAttributeSet", &attribute).len(), 1);
    }
}
