//! What is remembered of releases.

use deploy_ledger::{Count, Ending, Recorded, Release};

use crate::cloud::{aws, ledger, set};

fn release(number: usize) -> Release {
    let done = (0..number).map(|step| format!("create network.subnet.public_{step}")).collect();
    let count = Count { total: number, done: number, failed: 0, skipped: 0 };
    Release { command: "deploy apply dev".to_owned(), ending: Ending::Failed, done, count, ..Release::default() }
}

#[tokio::test]
async fn the_last_hundred_are_remembered_the_newest_first() {
    let aws = aws().await;
    let ledger = ledger(&aws);
    assert_eq!(ledger.releases().await, Ok(Vec::new()));
    assert_eq!(ledger.last_release().await, Ok(None));
    for number in 1..=105 {
        ledger.record(release(number)).await.expect("recorded");
    }
    let releases = ledger.releases().await.expect("read");
    let numbers: Vec<i64> = releases.iter().map(|release| release.number).collect();
    assert_eq!(numbers, (6..=105).rev().collect::<Vec<i64>>());
    assert!(
        releases.iter().all(|recorded| recorded.number == i64::try_from(recorded.release.count.total).expect("few"))
    );
    assert_eq!(ledger.last_release().await.expect("read"), releases.first().cloned());
    let Recorded { ended, .. } = releases[0];
    assert!(ended.is_some());
}

#[tokio::test]
async fn a_record_whose_answer_was_lost_is_one_and_one_that_never_came_is_none() {
    let aws = aws().await;
    let ledger = ledger(&aws);
    for (number, outcome, is_recorded) in
        [(1, "error-after", true), (2, "unavailable-after", true), (3, "error-before", false)]
    {
        set(&aws, "faults", &format!("ssm:PutParameter/{outcome}/1"));
        assert_eq!(ledger.record(release(number)).await.is_ok(), is_recorded, "{outcome}");
        let last = ledger.last_release().await.expect("read").expect("one at least");
        assert_eq!(last.release == release(number), is_recorded, "{outcome}");
    }
}
