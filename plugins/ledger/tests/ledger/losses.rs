//! Answers that are lost, and reads that see the past.

use std::time::Duration;

use crate::cloud::{TERMS, aws, by, contest, kill, names, set, take, take_for_long, wait};

/// Every way in which a call of Parameter Store goes wrong.
const OUTCOMES: [&str; 5] = ["throttle", "error-before", "error-after", "unavailable-before", "unavailable-after"];

#[tokio::test]
async fn whatever_is_lost_while_it_is_taken_it_is_taken_once() {
    for outcome in OUTCOMES {
        for call in
            ["PutParameter/1", "PutParameter/3", "GetParametersByPath/1", "GetParameter/1", "DeleteParameters/1"]
        {
            let (operation, times) = call.split_once('/').expect("both");
            let aws = aws().await;
            take(&aws, "a").await.expect("free").lease.release().await.expect("given back");
            let fault = format!("ssm:{operation}/{outcome}/{times}");
            set(&aws, "faults", &fault);
            let taken = take_for_long(&aws, "b").await.unwrap_or_else(|_| panic!("{fault}: not taken"));
            set(&aws, "faults", "none");
            assert!(taken.from.is_none(), "{fault}");
            assert_eq!(by(take(&aws, "c").await), "b", "{fault}");
            taken.lease.fence().pass().await.expect("held");
            taken.lease.release().await.expect("given back");
            assert_eq!(names(&aws).last(), Some(&2), "{fault}");
            take(&aws, "d").await.expect("free again").lease.release().await.expect("given back");
            assert_eq!(names(&aws), [3], "{fault}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_while_it_is_given_back_is_asked_for_again() {
    for outcome in &OUTCOMES[1..] {
        let aws = aws().await;
        let taken = take(&aws, "a").await.expect("free");
        set(&aws, "faults", &format!("ssm:PutParameter/{outcome}/2"));
        taken.lease.release().await.expect("given back");
        take(&aws, "b").await.expect("free again");
    }
}

#[tokio::test]
async fn who_reads_the_past_gets_nothing_that_is_held() {
    let aws = aws().await;
    set(&aws, "read_lag", "500ms");
    let first = take(&aws, "a").await.expect("free");
    // It cannot be seen yet that there is a lock at all.
    assert_eq!(by(take(&aws, "b").await), "a");
    first.lease.fence().pass().await.expect("its own name cannot be seen yet, and nobody else's");
    tokio::time::sleep(TERMS.lease).await;
    first.lease.fence().pass().await.expect("held");
    assert_eq!(by(take(&aws, "b").await), "a");
    first.lease.release().await.expect("given back");
    wait(&aws, "b", Duration::from_secs(5)).await.expect("it is seen that it is free");
}

#[tokio::test]
async fn who_reads_the_past_is_stopped_all_the_same() {
    let aws = aws().await;
    let first = take(&aws, "a").await.expect("free");
    set(&aws, "read_lag", "10s");
    // Stopped for longer than a lease: what it would read says that nobody else came.
    std::thread::sleep(TERMS.lease);
    kill(contest(&aws, "b", Duration::ZERO, &|_| true).await.expect("taken over"));
    set(&aws, "read_lag", "200ms");
    first.lease.fence().pass().await.expect_err("the next name is taken");
}
