//! The sweep: every call of a run goes wrong once, in every way in which a call can, and the same command run again brings
//! what a run without a fault brings: nothing is missing, nothing is there twice, nothing is left to do.
//!
//! A part of it runs with all tests. All of it: `cargo test -p deploy --test cli -- sweep --ignored --nocapture`.

mod blow;
mod campaign;
mod choice;
mod cloud;
mod goal;
mod inventory;
mod setting;
mod stand;
mod start;
mod strike;
mod trial;

use deploy_bench::LONGEST_LAG;

use self::campaign::sweep;
use self::choice::{all, all_on_writes, few, fewest, some, twice};
use self::cloud::Provider;
use self::setting::{Setting, Way};

/// Tasks take no time.
const PLAIN: &[(&str, &str)] = &[("task_start_ms", "0"), ("task_stop_ms", "0")];
/// IAM needs some attempts until it knows what it has made.
const SLOW_IAM: &[(&str, &str)] = &[("task_start_ms", "500"), ("task_stop_ms", "0"), ("iam_lag_ms", "300")];
/// Reads see the past, and EC2 does not know at once what it has made. It is as late as the program waits for that at its
/// haste: nine looks, 5 ms apart.
const LATE: &[(&str, &str)] =
    &[("task_start_ms", "0"), ("task_stop_ms", "0"), ("read_lag_ms", "40"), ("id_lag_ms", "100")];
/// The network interface of a stopped task stays for a while.
const LINGERING: &[(&str, &str)] = &[("task_start_ms", "0"), ("task_stop_ms", "0"), ("interface_linger_ms", "500")];

const UP: Setting = Setting { provider: Provider::Embedded, way: Way::Up, settings: PLAIN, lag: 0 };
const ON: Setting = Setting { way: Way::On, ..UP };
const DOWN: Setting = Setting { way: Way::Down, ..UP };

#[test]
fn apply_in_part() {
    sweep([UP], some);
}

#[test]
fn changes_in_part() {
    sweep([ON], some);
}

#[test]
fn destroy_in_part() {
    sweep([DOWN], some);
}

#[test]
fn apply_with_lagging_reads_in_part() {
    sweep([Setting { lag: LONGEST_LAG, ..UP }], few);
}

#[test]
fn changes_with_lagging_reads_in_part() {
    sweep([Setting { lag: LONGEST_LAG, ..ON }], few);
}

#[test]
fn destroy_with_lagging_reads_in_part() {
    sweep([Setting { lag: LONGEST_LAG, ..DOWN }], few);
}

#[test]
fn struck_twice_in_part() {
    sweep([UP, Setting { lag: LONGEST_LAG, ..UP }], |calls| twice(calls).into_iter().step_by(3).collect());
}

#[test]
fn with_a_late_aws_in_part() {
    sweep([UP, ON, DOWN].map(|setting| Setting { settings: LATE, ..setting }), fewest);
}

#[test]
fn apply_with_a_slow_iam_in_part() {
    sweep([Setting { settings: SLOW_IAM, ..UP }], fewest);
}

#[test]
fn destroy_with_lingering_interfaces_in_part() {
    sweep([Setting { settings: LINGERING, ..DOWN }], fewest);
}

#[test]
fn on_moto_in_part() {
    if moto() {
        sweep([UP, DOWN].map(on_moto), fewest);
    }
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn apply() {
    sweep([UP], all);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn changes() {
    sweep([ON], all);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn destroy() {
    sweep([DOWN], all);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn apply_with_lagging_reads() {
    sweep((1..=LONGEST_LAG).map(|lag| Setting { lag, ..UP }), all_on_writes);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn destroy_with_lagging_reads() {
    sweep((1..=LONGEST_LAG).map(|lag| Setting { lag, ..DOWN }), all_on_writes);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn changes_with_lagging_reads() {
    sweep((1..=LONGEST_LAG).map(|lag| Setting { lag, ..ON }), all_on_writes);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn struck_twice() {
    let settings = [UP, ON, DOWN];
    sweep(settings.into_iter().chain(settings.map(|setting| Setting { lag: LONGEST_LAG, ..setting })), twice);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn with_a_late_aws() {
    sweep([UP, ON, DOWN].map(|setting| Setting { settings: LATE, ..setting }), all_on_writes);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn apply_with_a_slow_iam() {
    sweep([Setting { settings: SLOW_IAM, ..UP }], all_on_writes);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn destroy_with_lingering_interfaces() {
    sweep([Setting { settings: LINGERING, ..DOWN }], all_on_writes);
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn apply_on_moto() {
    if moto() {
        sweep([on_moto(UP)], all);
    }
}

#[test]
#[ignore = "the whole sweep takes an hour or two"]
fn destroy_on_moto() {
    if moto() {
        sweep([on_moto(DOWN)], all);
    }
}

const fn on_moto(setting: Setting) -> Setting {
    Setting { provider: Provider::Moto, ..setting }
}

/// Whether there is a moto server.
#[expect(clippy::print_stdout, reason = "whoever runs it without a server must see that it was skipped")]
fn moto() -> bool {
    let is_there = std::env::var_os("DEPLOY_TEST_MOTO").is_some();
    if !is_there {
        println!("skipped: DEPLOY_TEST_MOTO names no server");
    }
    is_there
}
