//! What does not fit the schema: all of it, where it is, and what was meant.

mod project;

use project::{Ecs, Fixture, From, Storage};

const DEFAULT: &str = "app = \"shop\"\n";
const WEB: &str = "[ecs.services.web]\nimage = \"nginx\"\n";

fn told(prod: &str) -> String {
    Fixture::new(DEFAULT, prod).told()
}

#[test]
fn an_unknown_key_is_told_as_designed() {
    let expected = "unknown key `ecs.services.web.desired_cuont`\n  at environments/prod.toml:3:1: desired_cuont\n  ^ not a key of [ecs.services.*]\n  help: a similar key exists: `desired_count`\n";
    assert_eq!(told(&format!("{WEB}desired_cuont = 4\n")), expected);
}

#[test]
fn an_unknown_section_has_a_neighbour() {
    let expected = "unknown key `esc`\n  at environments/prod.toml:1:2: esc\n  ^ no such section or setting\n  help: a similar key exists: `ecs`\n";
    assert_eq!(told("[esc.services]\n"), expected);
}

#[test]
fn kinds_limits_and_words_are_checked_all_at_once() {
    let text = told(
        "target = \"awz\"\n[ecs]\nlaunch = \"fargat\"\n[ecs.services.web]\ndesired_count = \"4\"\n[ecs.services.api]\nimage = 1.5\ndesired_count = 101\nhealth = { path = \"/\", seconds = 70000 }\n[ecs.ports]\nx = \"\"\n",
    );
    let expected = "\
`target`: `awz` is not allowed
  at environments/prod.toml:1:10: \"awz\"
  ^ expected `aws` or `local`
  help: a similar value exists: `aws`
`ecs.launch`: `fargat` is not allowed
  at environments/prod.toml:3:10: \"fargat\"
  ^ expected `fargate` or `ec2`
  help: a similar value exists: `fargate`
missing key `ecs.services.web.image`
  at environments/prod.toml:4:15: web
  ^ `image` is required here
  help: add `image`: The image to run.
`ecs.services.web.desired_count`: expected an integer, found a string
  at environments/prod.toml:5:17: \"4\"
  ^ expected an integer
`ecs.services.api.image`: expected a string, found a number
  at environments/prod.toml:7:9: 1.5
  ^ expected a string
  help: write it in quotes: `\"1.5\"`
`ecs.services.api.desired_count`: 101 is out of range, expected at most 100
  at environments/prod.toml:8:17: 101
  ^ at most 100
`ecs.services.api.health.seconds`: 70000 is out of range, expected at most 65535
  at environments/prod.toml:9:34: 70000
  ^ at most 65535
unknown key `ecs.ports.x`
  at environments/prod.toml:11:1: x
  ^ not a key of [ecs.ports]
";
    assert_eq!(text, expected);
}

#[test]
fn a_missing_setting_says_where_it_goes() {
    let error = Fixture::new("", "").told();
    assert_eq!(
        error,
        "missing key `app`\n  ^ `app` is required here\n  help: add `app` to `environments/default.toml`: The name of the application: letters, digits, `-` and `_`, starting with a letter.\n"
    );
}

#[test]
fn the_alternative_that_was_meant_is_the_one_reported() {
    let error = told(&format!("{WEB}source = {{ group = \"app\", prot = 80 }}\n"));
    assert!(
        error.contains("unknown key `ecs.services.web.source.prot`") && error.contains("similar key exists: `port`"),
        "{error}"
    );
    assert!(error.contains("missing key `ecs.services.web.source.port`"), "{error}");

    let error = told(&format!("{WEB}source = 5\n"));
    assert!(
        error.starts_with("`ecs.services.web.source`: expected a string or a table, found an integer\n"),
        "{error}"
    );

    let error = told(&format!("{WEB}storage = {{ kind = \"buckt\", name = \"x\" }}\n"));
    assert!(
        error.starts_with("`ecs.services.web.storage.kind`: `buckt` is not allowed\n") && error.contains("`bucket`"),
        "{error}"
    );

    let error = told(&format!("{WEB}storage = {{ kind = \"disk\", name = \"x\" }}\n"));
    assert!(
        error.contains("unknown key `ecs.services.web.storage.name`")
            && error.contains("missing key `ecs.services.web.storage.size`"),
        "{error}"
    );

    let error = told(&format!("{WEB}storage = {{ size = 1 }}\n"));
    assert!(
        error.starts_with("missing key `ecs.services.web.storage.kind`") && error.contains("one of `disk`, `bucket`"),
        "{error}"
    );
}

#[test]
fn what_fits_is_read() {
    let text = format!(
        "{WEB}source = {{ group = \"app\", port = 80 }}\nstorage = {{ kind = \"disk\", size = 1 }}\n[ecs.ports]\n80 = \"http\"\n"
    );
    let configuration = Fixture::new(DEFAULT, &text).load();
    let ecs: Ecs = configuration.section("ecs").expect("sound");
    assert!(matches!(ecs.services["web"].source, Some(From::Reference(ref reference)) if reference.port == 80));
    assert_eq!(ecs.services["web"].storage, Some(Storage::Disk { size: 1 }));
    assert_eq!(configuration.settings.prefix("prod"), "shop-prod");
}

#[test]
fn settings_are_checked_beyond_the_schema() {
    let error = told(
        "prefix = \"{app}-{region}\"\ndefault_environment = \"prd\"\n[aws]\naccount = \"123\"\n[tags]\n\"aws:x\" = \"\"\n",
    );
    for part in [
        "`prefix` has an unknown placeholder\n  at environments/prod.toml:1:10",
        "`aws.account` is not an account id",
        "is reserved by AWS",
        "unknown environment `prd`",
    ] {
        assert!(error.contains(part), "{part}\nis not in\n{error}");
    }
}

#[test]
fn serde_is_the_net_below_the_schema() {
    #[derive(Debug, serde::Deserialize)]
    struct Narrow {
        #[expect(dead_code, reason = "never read: it cannot be")]
        services: std::collections::BTreeMap<String, Inner>,
    }
    #[derive(Debug, serde::Deserialize)]
    struct Inner {
        #[expect(dead_code, reason = "never read: it cannot be")]
        image: u8,
    }
    let error = Fixture::new(DEFAULT, WEB).load().section::<Narrow>("ecs").expect_err("a string is no number");
    assert_eq!(error.path.map(|path| path.to_string()).as_deref(), Some("ecs.services.web.image"));
    assert_eq!(error.origin.expect("written").to_string(), "environments/prod.toml:2:9");
}

#[test]
fn the_schema_for_editors_asks_for_nothing() {
    let schema = Fixture::new("", "").loader.json_schema().expect("no clash");
    assert_eq!(schema.get("required"), None);
    assert_eq!(schema["properties"]["ecs"]["$ref"], "#/$defs/ecs");
    assert_eq!(schema["$defs"]["ecs"]["properties"]["services"]["additionalProperties"]["$ref"], "#/$defs/ecs:Service");
}
