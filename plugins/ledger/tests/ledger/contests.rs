//! Who gets a lock.

use std::time::{Duration, Instant};

use deploy_ledger::{Ended, Untaken};

use crate::cloud::{TERMS, aws, by, contest, kill, ledger, names, set, take, wait};

#[tokio::test]
async fn a_lock_is_held_until_it_is_given_back() {
    let aws = aws().await;
    let first = take(&aws, "a").await.expect("free");
    assert!(first.from.is_none());
    assert_eq!(by(take(&aws, "b").await), "a");
    first.lease.release().await.expect("given back");
    let second = take(&aws, "b").await.expect("free again");
    assert!(second.from.is_none(), "it was given back");
    second.lease.release().await.expect("given back");
    assert_eq!(names(&aws), [2]);
}

#[tokio::test]
async fn a_lock_says_who_holds_it_since_when_and_until_when() {
    let aws = aws().await;
    let now = i64::try_from(aws.local.now().expect("a world").0 / 1000).expect("a time");
    let _first = take(&aws, "a").await.expect("free");
    let Err(Untaken::Held(held)) = take(&aws, "b").await else { panic!("it is held") };
    assert_eq!((held.holder.user.as_str(), held.holder.pid), ("jane", 4711));
    let near = |time: Option<i64>| time.is_some_and(|time| (now - 1..now + 5).contains(&time));
    assert!(near(held.since) && near(held.until) && near(held.now), "{held:?}");
    assert_eq!(ledger(&aws).look().await.expect("a look").held(&|_| false).expect("held").holder.id, "a");
    assert_eq!(ledger(&aws).look().await.expect("a look").held(&|_| true), None);
}

#[tokio::test]
async fn of_many_who_come_at_once_one_gets_it() {
    for lag in ["0", "300ms"] {
        let aws = aws().await;
        set(&aws, "read_lag", lag);
        let ids: Vec<String> = (0..8).map(|number| number.to_string()).collect();
        for round in 1..=3 {
            let results = futures(ids.iter().map(|id| take(&aws, id))).await;
            let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
            assert_eq!((won.len(), lost.len()), (1, 7), "round {round}, reads lag by {lag}");
            let mut holders: Vec<String> = lost.into_iter().map(by).collect();
            holders.dedup();
            assert_eq!(holders.len(), 1, "all are told of the same one");
            let won = won.into_iter().next().expect("one").expect("won");
            won.lease.release().await.expect("given back");
            // What was given back is read as that only after the lag.
            tokio::time::sleep(Duration::from_millis(350)).await;
        }
        assert!(names(&aws).len() <= 2, "{:?}", names(&aws));
    }
}

/// Waits for all of them, side by side.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (future, done) in all.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            if let std::task::Poll::Ready(output) = future.as_mut().poll(cx) {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[tokio::test]
async fn a_holder_that_is_not_heard_of_loses_it_after_a_lease_and_not_before() {
    let aws = aws().await;
    kill(take(&aws, "a").await.expect("free"));
    let begun = Instant::now();
    assert_eq!(by(take(&aws, "b").await), "a");
    let second = wait(&aws, "b", Duration::from_secs(10)).await.expect("taken over");
    assert!(begun.elapsed() > TERMS.lease, "{:?}", begun.elapsed());
    let (held, ended) = second.from.as_ref().expect("it was not given back");
    assert_eq!((held.holder.id.as_str(), *ended), ("a", Ended::Expired));
    kill(second);
}

#[tokio::test]
async fn a_holder_that_is_heard_of_keeps_it() {
    let aws = aws().await;
    let first = take(&aws, "a").await.expect("free");
    let other = wait(&aws, "b", TERMS.lease * 6).await;
    assert_eq!(by(other), "a");
    first.lease.fence().pass().await.expect("still held");
    first.lease.release().await.expect("given back");
}

#[tokio::test]
async fn a_holder_that_is_known_to_be_gone_is_not_waited_for() {
    let aws = aws().await;
    kill(take(&aws, "a").await.expect("free"));
    let second = contest(&aws, "b", Duration::ZERO, &|holder| holder.id == "a").await.expect("taken over");
    assert_eq!(second.from.as_ref().expect("it was not given back").1, Ended::Gone);
    assert_eq!(by(contest(&aws, "c", Duration::ZERO, &|holder| holder.id == "a").await), "b");
}

#[tokio::test]
async fn who_waits_gets_it_when_it_is_given_back() {
    let aws = aws().await;
    let first = take(&aws, "a").await.expect("free");
    let release = async {
        tokio::time::sleep(TERMS.lease).await;
        first.lease.release().await
    };
    let (released, second) = tokio::join!(release, wait(&aws, "b", Duration::from_secs(10)));
    released.expect("given back");
    assert!(second.expect("taken").from.is_none());
}

#[tokio::test]
async fn what_somebody_else_wrote_there_is_waited_for_and_not_for_ever() {
    let aws = aws().await;
    let put = aws.clients.ssm().writes.put_parameter().name("/deploy/shop/dev/lock/7").value("mine");
    put.r#type(deploy_aws::ssm::types::ParameterType::String).send().await.expect("written");
    assert_eq!(by(take(&aws, "a").await), "");
    set(&aws, "clock", "+62s");
    take(&aws, "a").await.expect("a lease is over").lease.release().await.expect("given back");
    assert_eq!(names(&aws), [8]);
}

#[tokio::test]
async fn a_hundred_runs_leave_one_name() {
    let aws = aws().await;
    for run in 1..=100 {
        take(&aws, "a").await.expect("free").lease.release().await.expect("given back");
        assert_eq!(names(&aws), [run]);
    }
}
