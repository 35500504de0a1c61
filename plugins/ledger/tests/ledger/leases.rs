//! What a holder learns of its lock, and when.

use std::time::Duration;

use deploy_ledger::Terms;
use deploy_testing::Aws;

use crate::cloud::{TERMS, aws, by, contest, names, set, take, take_for_long};

/// How many looks were made.
fn looks(aws: &Aws) -> usize {
    aws.calls().iter().filter(|call| *call == "GetParametersByPath").count()
}

#[tokio::test]
async fn a_look_is_good_for_a_while() {
    let aws = aws().await;
    let first = take(&aws, "a").await.expect("free");
    aws.calls();
    let fence = first.lease.fence();
    for _ in 0..20 {
        fence.pass().await.expect("held");
    }
    assert_eq!(looks(&aws), 0, "it was just taken");
    tokio::time::sleep(TERMS.look).await;
    for _ in 0..20 {
        fence.pass().await.expect("held");
    }
    assert_eq!(looks(&aws), 1);
}

#[tokio::test]
async fn who_was_taken_over_passes_no_more_and_is_told_by_whom() {
    let aws = aws().await;
    let first = take(&aws, "a").await.expect("free");
    let second = contest(&aws, "b", Duration::ZERO, &|_| true).await.expect("taken over");
    tokio::time::sleep(TERMS.look).await;
    let fence = first.lease.fence();
    let fault = fence.pass().await.expect_err("lost");
    assert!(fault.message.contains("jane@build-1 (process 4711) has taken the lock over"), "{fault}");
    assert_eq!(fence.lost().expect("lost").expect("by somebody").holder.id, "b");
    fence.pass().await.expect_err("lost for good");
    // What it gives back is not the other's.
    first.lease.release().await.expect("nothing to give back");
    assert_eq!(by(take(&aws, "c").await), "b");
    second.lease.release().await.expect("given back");
}

/// The first look after it was stopped for longer than a lease, with everything that it finds.
#[tokio::test]
async fn who_was_stopped_for_longer_than_a_lease_takes_the_next_name_or_stops() {
    for others in [0, 1, 2] {
        let aws = aws().await;
        let first = take(&aws, "a").await.expect("free");
        let fence = first.lease.fence();
        // No task of this thread runs: as if the process were stopped.
        std::thread::sleep(TERMS.lease);
        for _ in 0..others {
            let other = contest(&aws, "b", Duration::ZERO, &|_| true).await.expect("taken over");
            other.lease.release().await.expect("given back");
        }
        match fence.pass().await {
            Ok(()) => assert_eq!(others, 0),
            Err(fault) => assert!(others > 0 && fence.lost().is_some(), "{fault}"),
        }
    }
}

#[tokio::test]
async fn a_lock_whose_names_were_deleted_is_still_one() {
    let aws = aws().await;
    let first = take(&aws, "a").await.expect("free");
    let delete = aws.clients.ssm().writes.delete_parameter().name("/deploy/shop/dev/lock/1");
    delete.send().await.expect("deleted by hand");
    tokio::time::sleep(TERMS.lease * 2).await;
    first.lease.fence().pass().await.expect("nobody else has it");
    assert_eq!(by(take(&aws, "b").await), "a");
}

/// Somebody has deleted the name by hand, and somebody else has taken the lock.
#[tokio::test]
async fn of_two_who_hold_a_lock_whose_name_was_deleted_one_stops() {
    for runs_before in [0, 3] {
        let aws = aws().await;
        for _ in 0..runs_before {
            take(&aws, "earlier").await.expect("free").lease.release().await.expect("given back");
        }
        let first = take_for_long(&aws, "a").await.expect("free");
        // The names before it are deleted beside.
        while names(&aws) != [runs_before + 1] {
            tokio::task::yield_now().await;
        }
        let name = format!("/deploy/shop/dev/lock/{}", runs_before + 1);
        aws.clients.ssm().writes.delete_parameter().name(name).send().await.expect("deleted by hand");
        set(&aws, "clock", "2h");
        let second = take_for_long(&aws, "b").await.expect("nobody is seen to have it");
        assert_eq!(names(&aws), [1]);
        tokio::time::sleep(Terms::default().look).await;
        if runs_before == 0 {
            let fault = first.lease.fence().pass().await.expect_err("lost");
            assert!(fault.message.contains("has taken the lock over"), "{fault}");
        }
        // Who has passed nothing since then learns of it here: its name does not come back.
        first.lease.release().await.expect("nothing to give back");
        assert_eq!(names(&aws), [1]);
        second.lease.fence().pass().await.expect("held");
        assert_eq!(by(take(&aws, "c").await), "b");
    }
}

#[tokio::test]
async fn a_lock_that_cannot_be_renewed_for_a_while_is_held_on() {
    let aws = aws().await;
    let first = take(&aws, "a").await.expect("free");
    set(&aws, "faults", "ssm:PutParameter/unavailable-before/3");
    tokio::time::sleep(TERMS.lease * 3).await;
    first.lease.fence().pass().await.expect("held");
    assert_eq!(by(take(&aws, "b").await), "a");
    first.lease.release().await.expect("given back");
    assert!(names(&aws).len() <= 2);
}
