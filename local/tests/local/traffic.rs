//! What happens to calls on their way: too many of them, faults by order, reads of the past, ids that nobody knows yet,
//! latency, and a clock that is put forward. Nothing here waits.

use deploy_local::{Local, Settings};
use http::Request;
use serde_json::json;

use crate::cloud::signed::{Refused, Signed};

const ACCOUNT: &str = "123456789012";

/// An account under these settings.
fn under(settings: &[(&str, &str)]) -> Signed {
    let aws = Signed::new(Local::in_memory(7), ACCOUNT);
    configure(&aws, settings);
    aws
}

fn configure(aws: &Signed, settings: &[(&str, &str)]) {
    let set = |all: &mut Settings| settings.iter().try_for_each(|(name, text)| all.set(name, text));
    aws.local().with_world(|world| set(&mut world.settings)).expect("a world").expect("settings");
}

fn create_vpc(aws: &Signed) -> Result<String, Refused> {
    aws.query("ec2", "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]).map(|reply| reply.one("vpcId"))
}

fn vpcs(aws: &Signed) -> usize {
    aws.query("ec2", "DescribeVpcs", &[]).expect("a list").count("vpcId")
}

#[test]
fn each_service_says_in_its_way_that_a_call_was_one_too_many() {
    let aws = under(&[("write_rate", "5"), ("write_burst", "2"), ("read_rate", "20"), ("read_burst", "1")]);
    create_vpc(&aws).expect("the first");
    create_vpc(&aws).expect("the second");
    let refused = create_vpc(&aws).expect_err("the third at once");
    assert_eq!((refused.status, refused.code.as_str()), (503, "RequestLimitExceeded"));
    assert_eq!(vpcs(&aws), 2, "reads are counted apart, and nothing was made");
    assert_eq!(aws.query("ec2", "DescribeVpcs", &[]).expect_err("the second at once").code, "RequestLimitExceeded");
    create_vpc(&aws.elsewhere("eu-west-1")).expect("regions are counted apart");
    create_vpc(&aws.by("111122223333")).expect("accounts are counted apart");
    create_vpc(&aws.later(200)).expect("a token came back");
    for _ in 0..2 {
        aws.json("ecs", "CreateCluster", json!({ "clusterName": "app" })).expect("services are counted apart");
    }
    let json = aws.json("ecs", "CreateCluster", json!({})).expect_err("the third");
    assert_eq!((json.status, json.code.as_str()), (400, "ThrottlingException"));
    assert_eq!(aws.query("iam", "GetRole", &[("RoleName", "x")]).expect_err("no role").code, "NoSuchEntity");
    assert_eq!(aws.query("iam", "GetRole", &[("RoleName", "x")]).expect_err("the second").code, "Throttling");
    aws.s3("GET", "/", &[], "").expect("the first");
    let rest = aws.s3("GET", "/", &[], "").expect_err("the second");
    assert_eq!((rest.status, rest.code.as_str()), (503, "SlowDown"));
}

#[test]
fn a_fault_before_the_call_takes_effect_nothing() {
    let aws = under(&[("faults", "ec2:CreateVpc/error-before/2, ec2:Create*/unavailable-before/1")]);
    for (status, code) in [(500, "InternalError"), (500, "InternalError"), (503, "Unavailable")] {
        assert_eq!(vpcs(&aws), 0, "other calls go on");
        let refused = create_vpc(&aws).expect_err(code);
        assert_eq!((refused.status, refused.code.as_str()), (status, code));
    }
    create_vpc(&aws).expect("the faults are used up");
    assert_eq!(aws.local().with_world(|world| world.settings.faults.len()).expect("a world"), 0);
}

#[test]
fn a_fault_after_the_call_loses_the_answer_only() {
    let aws = under(&[("faults", "ssm:PutParameter/error-after/1")]);
    let put = || aws.json("ssm", "PutParameter", json!({ "Name": "A", "Value": "v", "Type": "String" }));
    let bad = aws.json("ssm", "PutParameter", json!({ "Name": "A", "Value": "", "Type": "String" }));
    assert_eq!(bad.expect_err("a value").code, "ValidationException", "what is refused anyway has no answer to lose");
    assert_eq!(put().expect_err("lost").code, "InternalServerError");
    assert_eq!(put().expect_err("it took effect").code, "ParameterAlreadyExists");
}

#[test]
fn faults_are_counted_across_processes() {
    let place = tempfile::tempdir().expect("a directory");
    let aws = Signed::new(Local::open(place.path()).expect("a world"), ACCOUNT);
    configure(&aws, &[("faults", "ec2:CreateVpc/throttle/2")]);
    create_vpc(&aws).expect_err("the first");
    let other = Signed::new(Local::open(place.path()).expect("a world"), ACCOUNT);
    create_vpc(&other).expect_err("the second");
    create_vpc(&aws).expect("used up");
}

#[test]
fn reads_see_the_past() {
    let aws = under(&[("read_lag", "2s")]);
    let vpc = create_vpc(&aws).expect("a VPC");
    let by_id = |aws: &Signed| aws.query("ec2", "DescribeVpcs", &[("VpcId.1", &vpc)]);
    assert_eq!(vpcs(&aws), 0);
    assert_eq!(by_id(&aws.later(1_999)).expect_err("not seen").code, "InvalidVpcID.NotFound");
    by_id(&aws.later(2_000)).expect("seen");
    let later = aws.later(10_000);
    assert_eq!(vpcs(&later), 1);
    later.query("ec2", "DeleteVpc", &[("VpcId", &vpc)]).expect("writes see the present");
    assert_eq!(vpcs(&later), 1, "what is gone is still seen");
    assert_eq!(later.query("ec2", "DeleteVpc", &[("VpcId", &vpc)]).expect_err("gone").code, "InvalidVpcID.NotFound");
    assert_eq!(vpcs(&later.later(2_000)), 0);
}

#[test]
fn each_change_is_seen_in_its_turn() {
    let aws = under(&[("read_lag", "1s")]);
    for step in 0..4 {
        create_vpc(&aws.later(step * 400)).expect("a VPC");
    }
    let seen: Vec<usize> = (0..7).map(|step| vpcs(&aws.later(1_200 + step * 400 - 1))).collect();
    assert_eq!(seen, [1, 2, 3, 4, 4, 4, 4]);
}

#[test]
fn reading_the_past_changes_nothing() {
    let aws = under(&[("read_lag", "1s")]);
    create_vpc(&aws).expect("a VPC");
    let state = || aws.local().with_world(|world| serde_json::to_string(world).expect("data")).expect("a world");
    let before = state();
    vpcs(&aws);
    aws.elsewhere("eu-west-1").json("ecs", "ListClusters", json!({})).expect("a list");
    assert_eq!(state(), before);
}

#[test]
fn a_new_id_is_not_known_everywhere() {
    let aws = under(&[("id_lag", "1s")]);
    let vpc = create_vpc(&aws).expect("a VPC");
    let subnet = |aws: &Signed| aws.query("ec2", "CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.1.0/24")]);
    let refused = subnet(&aws.later(999)).expect_err("not known yet");
    assert_eq!(
        (refused.code.as_str(), refused.message),
        ("InvalidVpcID.NotFound", format!("The vpc ID '{vpc}' does not exist"))
    );
    assert_eq!(vpcs(&aws), 1, "reads are another setting's");
    subnet(&aws.later(1_000)).expect("known");
}

#[test]
fn an_answer_takes_its_time() {
    let aws = under(&[("latency", "50ms"), ("latency_jitter", "10ms")]);
    let request = || Request::post("/").body(Vec::new()).expect("a request");
    let latencies: Vec<u128> = (0..50).map(|_| aws.local().answer(&request()).latency.as_millis()).collect();
    assert!(latencies.iter().all(|latency| (50..=60).contains(latency)), "{latencies:?}");
    assert!(latencies.iter().any(|latency| *latency != latencies[0]), "by chance");
    configure(&aws, &[("latency_jitter", "0"), ("latency", "0")]);
    assert!(aws.local().answer(&request()).latency.is_zero());
}

#[test]
fn the_clock_is_put_forward() {
    let local = Local::in_memory(7);
    let before = local.now().expect("a time");
    local.with_world(|world| world.settings.set("clock", "+1h")).expect("a world").expect("a setting");
    assert!(local.now().expect("a time").since(before) >= 3_600_000);
}

#[test]
fn a_door_may_enforce_what_the_settings_do_not() {
    let aws = under(&[]);
    aws.query("iam", "CreateUser", &[("UserName", "ci")]).expect("a user");
    let key = aws.query("iam", "CreateAccessKey", &[("UserName", "ci")]).expect("a key").one("AccessKeyId");
    let user = aws.by(&key);
    let who = user.query("sts", "GetCallerIdentity", &[]).expect("somebody");
    assert_eq!(who.one("Arn"), format!("arn:aws:iam::{ACCOUNT}:user/ci"));
    assert_eq!(vpcs(&user), 0, "nobody asks the policies");
    let strict = Signed::new(aws.local().enforcing_iam(), &key);
    assert_eq!(strict.query("ec2", "DescribeVpcs", &[]).expect_err("no policy").code, "UnauthorizedOperation");
    strict.query("sts", "GetCallerIdentity", &[]).expect("needs no permission");
    let admin = [("UserName", "ci"), ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")];
    aws.query("iam", "AttachUserPolicy", &admin).expect("attached");
    assert_eq!(vpcs(&strict), 0);
    assert!(!aws.local().with_world(|world| world.settings.enforce_iam).expect("a world"));
}
