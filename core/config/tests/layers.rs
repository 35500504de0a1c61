//! Which layer wins, what can be removed, and where every value came from.

mod project;

use deploy_model::{KeyPath, Problem};
use project::{Ecs, Fixture};
use proptest::prelude::*;
use serde_json::json;

const DEFAULT: &str = "app = \"shop\"\n[ecs.services.web]\nimage = \"nginx:1\"\ncommand = [\"a\", \"b\"]\n[ecs.services.web.variables]\nA = \"1\"\nB = \"2\"\n";
const COUNT: &str = "ecs.services.web.desired_count";

fn origin(fixture: &Fixture, path: &str) -> String {
    fixture.load().origin(&path.parse().expect("a path")).expect("written").to_string()
}

#[test]
fn the_last_layer_wins_and_is_remembered() {
    let prod = "[ecs.services.web]\ndesired_count = 2\ncommand = [\"c\"]\n";
    let fixture = Fixture::new(DEFAULT, prod);
    assert_eq!(origin(&fixture, COUNT), "environments/prod.toml:2:1");
    assert_eq!(origin(&fixture, "ecs.services.web.image"), "environments/default.toml:3:1");
    assert_eq!(origin(&fixture, "prefix"), "built-in default");
    assert_eq!(origin(&fixture, "ecs.services.web.health.path"), "environments/prod.toml:1:15");
    assert_eq!(fixture.value("ecs.services.web.command"), Some(json!(["c"])));

    let fixture = fixture.variable("DEPLOY_ECS__SERVICES__WEB__DESIRED_COUNT", "3");
    assert_eq!(origin(&fixture, COUNT), "DEPLOY_ECS__SERVICES__WEB__DESIRED_COUNT");
    let fixture = fixture.set("ecs.services.web.desired_count=4");
    assert_eq!((origin(&fixture, COUNT).as_str(), fixture.value(COUNT)), ("--set", Some(json!(4))));
    let ecs: Ecs = fixture.load().section("ecs").expect("sound");
    assert_eq!((ecs.services["web"].desired_count, ecs.services["web"].variables.len()), (4, 2));
}

#[test]
fn a_key_can_be_removed_from_the_layers_below() {
    let fixture =
        Fixture::new(DEFAULT, "unset = [\"ecs.services.web.variables\"]\n[ecs.services.web.variables]\nC = \"3\"\n");
    let ecs: Ecs = fixture.load().section("ecs").expect("sound");
    assert_eq!(ecs.services["web"].variables.keys().collect::<Vec<_>>(), ["C"]);
    assert!(fixture.load().settings.unset.is_empty());

    let error = Fixture::new(DEFAULT, "unset = [\"ecs.services.wbe\"]\n").told();
    assert_eq!(
        error,
        "`unset` matches nothing: `ecs.services.wbe`\n  at environments/prod.toml:1:10: \"ecs.services.wbe\"\n  ^ no layer below sets this key\n  help: a similar key exists: `ecs.services.web`\n"
    );
    let defaults = serde_json::to_value(Ecs::default()).expect("plain");
    let whole = Fixture::new(DEFAULT, "unset = [\"ecs\"]\n");
    assert_eq!(whole.load().section_value("ecs"), &defaults);
    let partly = Fixture::new(DEFAULT, "unset = [\"ecs\"]\n[ecs.services]\n").load();
    assert_eq!(partly.section_value("ecs"), &defaults);
    assert!(Fixture::new(DEFAULT, "unset = \"x\"\n").told().contains("`unset`: expected an array, found a string"));
}

#[test]
fn variables_find_their_keys_in_any_spelling() {
    let fixture = Fixture::new(
        DEFAULT,
        "[ecs.services.web-api]\nimage = \"x\"\n[ecs.services.web.variables]\nLOG_LEVEL = \"info\"\n",
    )
    .variable("DEPLOY_ECS__SERVICES__WEB_API__IMAGE", "1.10")
    .variable("DEPLOY_ECS__services__WEB__VARIABLES__log_level", "0012345")
    .variable("DEPLOY_ECS__SERVICES__NEW__IMAGE", "{")
    .variable("DEPLOY_ECS__SERVICES__WEB__COMMAND", "['x']")
    .variable("DEPLOY_ECS__SERVICES__WEB__SOURCE", "{ group = 'g', port = 1 }")
    .variable("DEPLOY_PRODUCTION", "true")
    .variable("DEPLOY_ENV", "prod")
    .variable("DEPLOY_KEY", "not ours")
    .variable("PATH", "/bin");
    assert_eq!(fixture.value("ecs.services.web-api.image"), Some(json!("1.10")));
    assert_eq!(fixture.value("ecs.services.web.variables.LOG_LEVEL"), Some(json!("0012345")));
    assert_eq!(fixture.value("ecs.services.new.image"), Some(json!("{")));
    assert_eq!(fixture.value("ecs.services.web.command"), Some(json!(["x"])));
    assert_eq!(fixture.value("ecs.services.web.source.port"), Some(json!(1)));
    assert!(fixture.load().settings.production);
}

#[test]
fn a_variable_that_leads_nowhere_or_means_nothing_is_an_error() {
    let fixture = Fixture::new(DEFAULT, "")
        .variable("DEPLOY_ECS__SERVICES__WEB__DESIRED_CUONT", "3")
        .variable("DEPLOY_ESC__SERVICES", "3")
        .variable("DEPLOY_PROTECT", "yes")
        .variable("DEPLOY_AWS__REGION", "a")
        .variable("DEPLOY_aws__region", "b")
        .set("production")
        .set("a b=1")
        .set("ecs.services.web.desired_count=x");
    let expected = "\
variable `DEPLOY_ECS__SERVICES__WEB__DESIRED_CUONT` leads nowhere: [ecs.services.web] has no `desired_cuont`
  at DEPLOY_ECS__SERVICES__WEB__DESIRED_CUONT
  help: a similar key exists: `ecs.services.web.desired_count`
variable `DEPLOY_ESC__SERVICES` leads nowhere: no section or setting `esc`
  at DEPLOY_ESC__SERVICES
  help: a similar key exists: `ecs`
`DEPLOY_PROTECT`: expected a boolean, found `yes`
  at DEPLOY_PROTECT
`DEPLOY_AWS__REGION` and `DEPLOY_aws__region` both set `aws.region`
  at DEPLOY_aws__region
`--set production` has no `=`
  at --set
  help: write `--set key=value`, for example `--set aws.region=eu-west-1`
`--set a b=…`: `a b` is not a dotted key
  at --set
  help: write it as in TOML, a part that holds other characters in quotes: `--set tags.\"a b\"=c`
`--set ecs.services.web.desired_count`: expected an integer, found `x`
  at --set
";
    assert_eq!(fixture.told(), expected);
}

#[test]
fn an_unknown_key_of_an_option_is_named() {
    let error = Fixture::new(DEFAULT, "").set("aws.regoin=x").told();
    assert_eq!(
        error,
        "unknown key `aws.regoin`\n  at --set\n  ^ not a key of [aws]\n  help: a similar key exists: `region`\n"
    );
}

#[test]
fn a_stages_problem_gets_its_place() {
    let configuration = Fixture::new(DEFAULT, "").load();
    let problem =
        Problem::new(KeyPath::of(["ecs", "services", "web", "command", "1"]), "no such command").label("this one");
    let error = configuration.diagnose(problem);
    assert_eq!(project::told(&error), "no such command\n  at environments/default.toml:4:17: \"b\"\n  ^ this one\n");
}

#[test]
fn what_needs_no_environment_is_read_without_one() {
    let fixture = Fixture::new("app = \"shop\"\ndefault_environment = \"dev\"\n", "broken");
    let defaults = fixture.loader.load_defaults_only().expect("readable");
    assert_eq!((defaults.app.as_deref(), defaults.default_environment.as_deref()), (Some("shop"), Some("dev")));
}

#[test]
fn the_digest_is_of_values_and_not_of_their_places() {
    let one = Fixture::new(DEFAULT, "production = true\nprotect = true\n").load().digest();
    let same = Fixture::new(DEFAULT, "# later\nprotect = true\n\nproduction = true\n").load().digest();
    let other = Fixture::new(DEFAULT, "protect = true\n").load().digest();
    assert_eq!((one.len(), &one), (64, &same));
    assert_ne!(one, other);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_leafs_line_holds_its_key(
        shared in prop::collection::btree_map("[A-Z][A-Z_]{0,6}", "[a-z é]{0,5}", 0..6),
        own in prop::collection::btree_map("[A-Z][A-Z_]{0,6}", "[a-z é]{0,5}", 0..6),
        blank in 0usize..4,
    ) {
        let lines = |table: &std::collections::BTreeMap<String, String>| table.iter()
            .map(|(key, value)| format!("{}{key} = \"{value}\" # é\n", "\n".repeat(blank))).collect::<String>();
        let fixture = Fixture::new(
            &format!("app = \"shop\"\necs.services.web.image = \"i\"\n[ecs.services.web.variables]\n{}", lines(&shared)),
            &format!("ecs.services.web.variables = {{ {} }}\n", own.iter().map(|(key, value)| format!("{key} = '{value}'")).collect::<Vec<_>>().join(", ")),
        );
        for entry in fixture.load().entries() {
            let Some(line) = entry.origin.line else { continue };
            let text = std::fs::read_to_string(fixture.root().join(&entry.origin.source)).expect("readable");
            let line = text.lines().nth(line as usize - 1).expect("the line is there");
            let column = entry.origin.column.expect("a column") as usize - 1;
            let rest: String = line.chars().skip(column).collect();
            prop_assert!(rest.starts_with(entry.path.last().expect("a key")), "{} at {}: {}", entry.path, entry.origin, rest);
        }
    }

    #[test]
    fn a_string_from_a_variable_is_the_same_string(text in "\\PC*") {
        let fixture = Fixture::new(DEFAULT, "").variable("DEPLOY_ECS__SERVICES__WEB__IMAGE", &text);
        prop_assert_eq!(fixture.value("ecs.services.web.image"), Some(json!(text)));
    }
}

const GUARDED: &str = "production = true\nprotect = true\n[aws]\naccount = \"123456789012\"\n";

#[test]
fn what_guards_an_environment_is_loosened_in_its_files_alone() {
    let cases = [
        ("production=false", "production", "1:1 says `production = true`"),
        ("protect=false", "protect", "2:1 says `protect = true`"),
        ("aws.account=210987654321", "aws.account", "4:1 says `aws.account = \"123456789012\"`"),
        ("aws={ account = \"210987654321\" }", "aws.account", "4:1 says"),
        ("unset=[\"protect\"]", "protect", "2:1 says"),
        ("unset=[\"aws\"]", "aws.account", "4:1 says"),
    ];
    for (set, key, said) in cases {
        let told = Fixture::new(DEFAULT, GUARDED).set(set).told();
        let expected = format!("`{key}` guards this environment and can be loosened in the files alone\n  at --set\n");
        assert!(told.starts_with(&expected) && told.contains(said), "{set}:\n{told}");
        assert!(told.contains("change it in `environments/prod.toml`"), "{told}");
    }
    for (name, value) in
        [("DEPLOY_PRODUCTION", "false"), ("DEPLOY_PROTECT", "false"), ("DEPLOY_AWS__ACCOUNT", "210987654321")]
    {
        let told = Fixture::new(DEFAULT, GUARDED).variable(name, value).told();
        assert!(told.contains("guards this environment") && told.contains(&format!("  at {name}\n")), "{told}");
    }
    // An option loosens no variable either, and default.toml holds as much as the environment's own file.
    let told = Fixture::new(DEFAULT, "").variable("DEPLOY_PROTECT", "true").set("protect=false").told();
    assert!(told.contains("DEPLOY_PROTECT says `protect = true`"), "{told}");
    let told = Fixture::new(&format!("protect = true\n{DEFAULT}"), "").set("protect=false").told();
    assert!(told.contains("environments/default.toml:1:1 says"), "{told}");
}

#[test]
fn what_guards_an_environment_may_be_tightened_from_outside() {
    let fixture = Fixture::new(DEFAULT, "[aws]\naccount = \"123456789012\"\n").set("aws.account=123456789012");
    let settings = fixture.set("production=true").variable("DEPLOY_PROTECT", "true").load().settings;
    assert!(settings.production && settings.protect);
    let settings = Fixture::new(DEFAULT, "").set("aws.account=123456789012").load().settings;
    assert_eq!(settings.aws.account.as_deref(), Some("123456789012"));
    let own = Fixture::new(&format!("protect = true\n{DEFAULT}"), "protect = false\n").load().settings;
    assert!(!own.protect, "the files may");
}
