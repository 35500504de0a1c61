//! Values on their way to an AWS that throttles, fails, hangs up, or has two masters.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::endpoint::{Endpoint, Fate};
use crate::project::{Outcome, Project};

fn import(project: &Project, names: &[String]) -> Outcome {
    let text: String = names.iter().map(|name| format!("{name}=value of {name}\n")).collect();
    project.run_with_input(&["secrets", "import", "--env", "many", "--yes"], &text)
}

/// An environment that declares so many secrets, and their names.
fn many(project: &Project, count: usize) -> Vec<String> {
    let names: Vec<String> = (1..=count).map(|number| format!("S_{number:03}")).collect();
    let tables: String = names.iter().map(|name| format!("[secrets.parameters.{name}]\n")).collect();
    let unset = "unset = [\"ecs.services\", \"secrets.parameters\", \"ecs.repositories\"]\n";
    project.write("many.toml", format!("{unset}{tables}"));
    names
}

/// Three calls in ten are refused.
fn three_in_ten() -> impl Fn(&str, usize) -> Fate + Send + Sync {
    let count = AtomicUsize::new(0);
    move |_, _| match count.fetch_add(1, Ordering::Relaxed) % 10 {
        2 | 5 | 8 => Fate::Throttled,
        _ => Fate::Answered,
    }
}

/// The first calls of an operation meet this fate.
fn first(operation: &'static str, times: usize, fate: Fate) -> impl Fn(&str, usize) -> Fate + Send + Sync {
    move |called, before| if called == operation && before < times { fate } else { Fate::Answered }
}

fn secrets(project: &Project, arguments: &[&str], input: &str) -> Outcome {
    project.run_with_input(&[&["secrets"], arguments].concat(), input)
}

fn set(project: &Project, value: &str) -> Outcome {
    secrets(project, &["set", "MY_PARAM_1", "--env", "dev"], value)
}

fn value(project: &Project) -> String {
    secrets(project, &["get", "MY_PARAM_1", "--env", "dev", "--reveal"], "").success().stdout
}

fn rows(project: &Project, environment: &str) -> Vec<Value> {
    let listed = secrets(project, &["list", environment, "--format", "json"], "").success().json();
    listed.as_array().expect("rows").clone()
}

/// Every value is there once, with its tags.
fn every_one_is_first(project: &Project, count: usize) {
    let rows = rows(project, "many");
    assert_eq!(rows.len(), count);
    for row in rows {
        assert_eq!((&row["version"], &row["tagged"]), (&json!(1), &json!(true)), "{row}");
    }
}

#[test]
fn a_throttled_write_is_sent_again() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    let throttled = || endpoint.decide(first("PutParameter", 3, Fate::Throttled));
    throttled();
    let outcome = set(&project, "one").success();
    assert!(outcome.stderr.contains("refused for now (ThrottlingException)"), "{}", outcome.stderr);
    throttled();
    set(&project, "two").success();
    throttled();
    secrets(&project, &["rollback", "MY_PARAM_1", "--env", "dev", "--yes"], "").success();
    assert_eq!(value(&project), "one");
    throttled();
    secrets(&project, &["copy", "MY_PARAM_1", "--from", "dev", "--to", "prod", "--yes"], "").success();
    assert_eq!(endpoint.count("PutParameter"), 4);
    endpoint.decide(first("DeleteParameter", 3, Fate::Throttled));
    secrets(&project, &["rm", "MY_PARAM_1", "--env", "dev", "--yes"], "").success();
    assert_eq!(endpoint.count("DeleteParameter"), 4);
}

/// The answer was lost after the value was set: it is set once, and that is what is said.
#[test]
fn a_lost_answer_makes_no_second_version() {
    for fate in [Fate::FailedAfter, Fate::CutAfter] {
        let endpoint = Endpoint::start();
        let project = Project::behind(&endpoint);
        let lost = |operation| endpoint.decide(first(operation, 1, fate));
        for (value, said) in [("one", "(v1, new)"), ("two", "v1 -> v2")] {
            lost("PutParameter");
            let outcome = set(&project, value).success();
            assert!(outcome.stderr.contains("the answer was lost, so it was looked"), "{}", outcome.stderr);
            assert!(outcome.stderr.contains(said), "{fate:?}: {}", outcome.stderr);
            assert_eq!(endpoint.count("PutParameter"), 1);
        }
        let row = &rows(&project, "dev")[0];
        assert_eq!((&row["version"], &row["tagged"]), (&json!(2), &json!(true)));
        lost("DeleteParameter");
        let outcome = secrets(&project, &["rm", "MY_PARAM_1", "--env", "dev", "--yes"], "").success();
        assert!(outcome.stderr.contains("is deleted"), "{}", outcome.stderr);
    }
}

#[test]
fn a_failure_without_effect_is_told_as_one() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    let fails = |operation| endpoint.decide(first(operation, 1, Fate::Failed));
    fails("PutParameter");
    let outcome = set(&project, "one");
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("MY_PARAM_1 is not set: it has no value"), "{}", outcome.stderr);
    set(&project, "one").success();
    fails("PutParameter");
    let outcome = set(&project, "two");
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("is not set: it is v1, which holds another value"), "{}", outcome.stderr);
    fails("DeleteParameter");
    let outcome = secrets(&project, &["rm", "MY_PARAM_1", "--env", "dev", "--yes"], "");
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("is not deleted: it is v1"), "{}", outcome.stderr);
    assert_eq!(value(&project), "one");
}

/// Who may set values need not be one who may read them.
#[test]
fn what_cannot_be_read_back_is_not_guessed() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    set(&project, "one").success();
    endpoint.decide(|operation, before| match (operation, before) {
        ("PutParameter", 0) => Fate::FailedAfter,
        ("GetParameters", _) => Fate::Denied,
        _ => Fate::Answered,
    });
    let outcome = set(&project, "two");
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("is v2 now, and whether with this value cannot be read"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("deploy secrets history MY_PARAM_1 --env dev"), "{}", outcome.stderr);
}

/// The value is set by one call and the tags by another: the second is repeated by itself.
#[test]
fn tags_that_are_refused_make_no_second_version() {
    for fate in [Fate::Throttled, Fate::Failed, Fate::CutAfter] {
        let endpoint = Endpoint::start();
        let project = Project::behind(&endpoint);
        set(&project, "one").success();
        let tag = "[tags]\nteam = \"a\"\n";
        project.write("dev.toml", tag);
        endpoint.decide(first("AddTagsToResource", 1, fate));
        let outcome = set(&project, "two").success();
        assert!(outcome.stderr.contains("v1 -> v2"), "{}", outcome.stderr);
        // Where they were put on and only the answer was lost, it is seen that none is lacking.
        let tagged = if fate == Fate::CutAfter { 1 } else { 2 };
        assert_eq!((endpoint.count("PutParameter"), endpoint.count("AddTagsToResource")), (1, tagged), "{fate:?}");
        assert_eq!(rows(&project, "dev")[0]["tagged"], json!(true));
    }
}

/// How many calls an import of so many takes where nothing is in the way.
fn necessary(count: usize) -> usize {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    let names = many(&project, count);
    import(&project, &names).success();
    endpoint.calls().len()
}

/// Imports, and checks that it takes few calls, that every value is there once, and that nothing is left to be done.
fn an_import_is_whole(count: usize, endpoint: &Endpoint) {
    let project = Project::behind(endpoint);
    let names = many(&project, count);
    let start = Instant::now();
    let outcome = import(&project, &names).success();
    let (calls, took, necessary) = (endpoint.calls(), start.elapsed(), necessary(count));
    assert!(outcome.stderr.contains(&format!("{count} set, 0 unchanged, 0 failed")), "{}", outcome.stderr);
    let most = necessary + necessary / 2;
    assert!(calls.len() <= most, "{} calls in {took:?}, where {necessary} are necessary", calls.len());
    endpoint.configure("write_rate", "0");
    endpoint.decide(|_, _| Fate::Answered);
    every_one_is_first(&project, count);
    let again = import(&project, &names).success();
    assert!(again.stderr.contains(&format!("all {count} hold these values already")), "{}", again.stderr);
    assert_eq!(endpoint.count("PutParameter"), 0);
}

#[test]
fn three_throttled_calls_in_ten_lose_nothing() {
    let endpoint = Endpoint::start();
    endpoint.decide(three_in_ten());
    an_import_is_whole(25, &endpoint);
}

#[test]
#[ignore = "takes minutes: values are sent at the pace of AWS's quota"]
fn three_throttled_calls_in_ten_lose_nothing_of_five_hundred() {
    let endpoint = Endpoint::start();
    endpoint.decide(three_in_ten());
    an_import_is_whole(500, &endpoint);
}

/// Three a second and no more, as AWS has it.
#[test]
fn an_import_keeps_to_the_quota() {
    let endpoint = Endpoint::start();
    endpoint.configure("write_burst", "3");
    endpoint.configure("write_rate", "3");
    an_import_is_whole(30, &endpoint);
}

#[test]
fn an_import_tells_what_became_of_each() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    let names = many(&project, 12);
    endpoint.decide(|operation, before| match (operation, before) {
        ("PutParameter", 2) => Fate::Failed,
        ("PutParameter", 5) => Fate::FailedAfter,
        ("PutParameter", 8) => Fate::CutAfter,
        _ => Fate::Answered,
    });
    let outcome = import(&project, &names);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("11 set, 0 unchanged, 1 failed"), "{}", outcome.stderr);
    assert_eq!(outcome.stderr.matches("is not set: it has no value").count(), 1, "{}", outcome.stderr);
    assert_eq!(outcome.stderr.matches("the answer was lost, so it was looked").count(), 2, "{}", outcome.stderr);
    let again = import(&project, &names).success();
    assert!(again.stderr.contains("1 set, 11 unchanged, 0 failed"), "{}", again.stderr);
    every_one_is_first(&project, 12);
}

#[test]
fn ctrl_c_ends_an_import_in_order() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let endpoint = Endpoint::start();
        let project = Project::behind(&endpoint);
        let names = many(&project, 30);
        endpoint.answer_after(Duration::from_millis(60));
        let text: String = names.iter().map(|name| format!("{name}=value of {name}\n")).collect();
        std::fs::write(project.path().join("values.env"), text).expect("a file");
        let mut command = project.command(&["secrets", "import", "values.env", "--env", "many", "--yes"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("the program starts");
        while endpoint.count("PutParameter") < 9 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let sent = Command::new("/bin/kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(sent.expect("kill").success());
        let output = child.wait_with_output().expect("the program ends");
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        let there: Vec<String> = rows(&project, "many")
            .iter()
            .filter(|row| row["version"] == json!(1))
            .map(|row| format!("{}  v1", row["secret"].as_str().expect("a name")))
            .collect();
        assert!(there.len() >= 9 && there.len() < 30, "{there:?}");
        assert_eq!(stdout.lines().collect::<Vec<_>>(), there, "what it says that it set is what is set");
        let rest = 30 - there.len();
        assert!(stderr.contains(&format!("{} set, 0 unchanged, 0 failed, {rest} not sent", there.len())), "{stderr}");

        endpoint.answer_after(Duration::ZERO);
        let again = import(&project, &names).success();
        assert!(again.stderr.contains(&format!("{rest} set, {} unchanged", there.len())), "{}", again.stderr);
        assert_eq!(endpoint.count("PutParameter"), rest);
        every_one_is_first(&project, 30);
    }
}

/// Two processes at the same moment, on the same secret: how each ended.
fn at_once(project: &Project, values: [&str; 2]) -> [Outcome; 2] {
    std::thread::scope(|scope| {
        values.map(|value| scope.spawn(move || set(project, value))).map(|set| set.join().expect("a thread"))
    })
}

#[test]
fn two_writers_at_once_lose_nothing() {
    for project in [Project::behind(&Endpoint::start()), Project::embedded()] {
        for round in 1..=10 {
            for outcome in at_once(&project, ["one", "two"]) {
                outcome.success();
            }
            let row = &rows(&project, "dev")[0];
            assert_eq!((&row["version"], &row["tagged"]), (&json!(2 * round), &json!(true)));
        }
        let history = secrets(&project, &["history", "MY_PARAM_1", "--env", "dev"], "").success().stdout;
        assert_eq!(history.lines().count(), 20, "{history}");
    }
}

/// Both have looked before either has set it: one makes it, and the other is told and makes the next version.
#[test]
fn two_who_make_the_same_secret_both_succeed() {
    let endpoint = Endpoint::start();
    for round in 0..20 {
        let project = Project::behind(&endpoint);
        let app = format!("app = \"app-{round}\"\nunset = [\"ecs.services\", \"ecs.repositories\"]\n");
        project.write("dev.toml", app);
        endpoint.meet("PutParameter", 2);
        let outcomes = at_once(&project, ["one", "two"]).map(Outcome::success);
        let told = outcomes.iter().filter(|outcome| outcome.stderr.contains("another run has just set")).count();
        assert_eq!(told, 1, "{outcomes:?}");
        let row = &rows(&project, "dev")[0];
        assert_eq!((&row["version"], &row["tagged"]), (&json!(2), &json!(true)));
    }
}

/// A deleted name must rest for half a minute, which here is over when the test says so.
#[test]
fn a_name_that_was_just_deleted_is_waited_for() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    set(&project, "one").success();
    secrets(&project, &["rm", "MY_PARAM_1", "--env", "dev", "--yes"], "").success();
    endpoint.decide(|_, _| Fate::Answered);
    let outcome = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| set(&project, "two"));
        while endpoint.count("PutParameter") < 3 {
            std::thread::sleep(Duration::from_millis(5));
        }
        endpoint.configure("clock", "+31s");
        waiting.join().expect("a thread").success()
    });
    assert!(outcome.stderr.contains("a name that was deleted must rest for 30 seconds"), "{}", outcome.stderr);
    assert_eq!(value(&project), "two");
}

/// A read that lags behind is no reason to lose a value, or to set it twice.
#[test]
fn reads_that_lag_mislead_nobody() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    endpoint.configure("read_lag", "2s");
    endpoint.decide(first("PutParameter", 1, Fate::FailedAfter));
    let outcome = set(&project, "one").success();
    assert!(outcome.stderr.contains("(v1, new)"), "{}", outcome.stderr);
    set(&project, "two").success();
    let outcome = set(&project, "three").success();
    assert!(outcome.stderr.contains("-> v3"), "{}", outcome.stderr);
    endpoint.configure("read_lag", "0");
    assert_eq!((value(&project).as_str(), &rows(&project, "dev")[0]["version"]), ("three", &json!(3)));
}

/// A value that is set while its tags are still refused is told as set, also by a run that is stopped then.
#[test]
fn a_stop_while_tags_are_put_on_loses_none() {
    let endpoint = Endpoint::start();
    let project = Project::behind(&endpoint);
    let names = many(&project, 6);
    import(&project, &names).success();
    let file = project.path().join("environments/many.toml");
    let text = std::fs::read_to_string(&file).expect("a file") + "[tags]\nteam = \"a\"\n";
    std::fs::write(&file, text).expect("written");
    std::fs::write(
        project.path().join("values.env"),
        names.iter().map(|name| format!("{name}=new\n")).collect::<String>(),
    )
    .expect("a file");
    endpoint.decide(first("AddTagsToResource", 5, Fate::Throttled));
    let mut command = project.command(&["secrets", "import", "values.env", "--env", "many", "--yes"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the program starts");
    while endpoint.count("AddTagsToResource") < 4 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(Command::new("/bin/kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    let output = child.wait_with_output().expect("the program ends");
    let told = String::from_utf8_lossy(&output.stdout).lines().count();
    endpoint.decide(|_, _| Fate::Answered);
    let set: Vec<Value> = rows(&project, "many").into_iter().filter(|row| row["version"] == json!(2)).collect();
    assert_eq!(told, set.len(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(set.iter().all(|row| row["tagged"] == json!(true)), "{set:?}");
}
