//! Parameter Store as the tests reach it, and runs that want its lock.

use std::time::Duration;

use deploy_ledger::{Contest, Held, Holder, Ledger, Process, Taken, Terms, Untaken};
use deploy_local::Local;
use deploy_testing::Aws;

/// A lease that is over while a test waits.
pub const TERMS: Terms =
    Terms { lease: Duration::from_millis(600), renewal: Duration::from_millis(200), look: Duration::from_millis(100) };

/// An AWS whose clock is an hour ahead of this machine's.
pub async fn aws() -> Aws {
    let aws = Aws::on(Local::in_memory(1)).await;
    set(&aws, "clock", "1h");
    aws
}

/// Changes a setting of the AWS.
pub fn set(aws: &Aws, name: &str, value: &str) {
    aws.local.with_world(|world| world.settings.set(name, value).expect("a setting")).expect("a world");
}

pub fn ledger(aws: &Aws) -> Ledger {
    Ledger::new(&aws.clients, "shop", "dev")
}

pub fn holder(id: &str) -> Holder {
    Holder {
        id: id.to_owned(),
        user: "jane".to_owned(),
        host: "build-1".to_owned(),
        pid: 4711,
        doing: "deploy apply dev".to_owned(),
        process: Some(Process { machine: "build-1".to_owned(), started: 1 }),
    }
}

/// Wants the lock and does not wait.
pub async fn take(aws: &Aws, id: &str) -> Result<Taken, Untaken> {
    wait(aws, id, Duration::ZERO).await
}

/// Wants the lock for so long.
pub async fn wait(aws: &Aws, id: &str, patience: Duration) -> Result<Taken, Untaken> {
    contest(aws, id, patience, &|_| false).await
}

/// Wants the lock, and knows who is gone.
pub async fn contest(
    aws: &Aws,
    id: &str,
    patience: Duration,
    is_gone: &(dyn Fn(&Holder) -> bool + Sync),
) -> Result<Taken, Untaken> {
    let ledger = ledger(aws);
    let look = ledger.look().await?;
    let (holder, waiting) = (holder(id), |_: &Held| ());
    Contest { ledger: &ledger, holder, terms: TERMS, patience, is_gone, waiting: &waiting }.take(look).await
}

/// Wants the lock, in the terms of those who use the program.
pub async fn take_for_long(aws: &Aws, id: &str) -> Result<Taken, Untaken> {
    let ledger = ledger(aws);
    let (look, patience) = (ledger.look().await?, Duration::ZERO);
    let (holder, terms) = (holder(id), Terms::default());
    Contest { ledger: &ledger, holder, terms, patience, is_gone: &|_| false, waiting: &|_| () }.take(look).await
}

/// Who holds the lock, where it is not to be had.
pub fn by(untaken: Result<Taken, Untaken>) -> String {
    match untaken {
        Err(Untaken::Held(held)) => held.holder.id,
        Err(Untaken::Failed(fault)) => panic!("{fault}"),
        Ok(_) => panic!("it was taken"),
    }
}

/// The numbers of the lock's names.
pub fn names(aws: &Aws) -> Vec<u64> {
    let prefix = "/deploy/shop/dev/lock/";
    let name = |name: &String| name.strip_prefix(prefix).and_then(|number| number.parse().ok());
    let account = |world: &mut deploy_local::world::World| {
        let names = &world.account("123456789012").region("ap-northeast-1").ssm.parameters;
        let mut names: Vec<u64> = names.keys().filter_map(name).collect();
        names.sort_unstable();
        names
    };
    aws.local.with_world(account).expect("a world")
}

/// Makes what was taken look like the lease of a run that has been killed: nothing renews it.
pub fn kill(taken: Taken) {
    drop(taken.lease);
}
