//! The bench before a tiny upstream that counts what reaches it.

mod client;
mod upstream;

use std::io::ErrorKind;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use deploy_bench::{Action, At, Bench, Bytes, Call, Fault, Faults, Side, Signal, Upstream};

use client::{ask, say};
use upstream::Counter;

/// A bench before a counter.
fn stand() -> (Counter, Bench) {
    let counter = Counter::start();
    let bench = Bench::before(Upstream::at(counter.address())).expect("a bench");
    (counter, bench)
}

/// A bench on which this happens to the second of three writes.
fn second(fault: Fault) -> (Counter, Bench) {
    let (counter, bench) = stand();
    bench.play(Faults(vec![(At::Nth("ssm:Put*".to_owned(), 2), fault)]));
    assert_eq!(say(&bench, "PutParameter").expect("a reply").body, "1");
    (counter, bench)
}

#[test]
fn calls_are_counted_in_their_order() {
    let (_counter, bench) = stand();
    for operation in ["PutParameter", "GetParameters", "PutParameter"] {
        say(&bench, operation).expect("a reply");
    }
    let body = Bytes::from_static(b"{}");
    let call = |operation: &str, number, nth| Call { operation: operation.to_owned(), number, nth, body: body.clone() };
    let expected = [call("ssm:PutParameter", 1, 1), call("ssm:GetParameters", 2, 1), call("ssm:PutParameter", 3, 2)];
    assert_eq!(bench.calls(), expected);
    assert_eq!(bench.struck(), []);
}

#[test]
fn a_reset_is_one_and_takes_effect_on_its_side() {
    for (side, reached) in [(Side::Before, 2), (Side::After, 3)] {
        let (counter, bench) = second(Fault::Reset(side));
        let error = say(&bench, "PutParameter").expect_err("a reset");
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
        say(&bench, "PutParameter").expect("the third is answered");
        assert_eq!(counter.count(), reached);
        assert_eq!(bench.struck().len(), 1);
    }
}

#[test]
fn a_service_that_is_away_may_have_done_its_work() {
    for (side, reached) in [(Side::Before, 1), (Side::After, 2)] {
        let (counter, bench) = second(Fault::Unavailable(side));
        assert_eq!(say(&bench, "PutParameter").expect("a reply").status, 503);
        assert_eq!(counter.count(), reached);
    }
}

#[test]
fn each_protocol_refuses_in_its_own_words() {
    let (counter, bench) = stand();
    for (fault, ec2, query, json, rest) in [
        (Fault::Throttled, "RequestLimitExceeded", "Throttling", "ThrottlingException", "SlowDown"),
        (Fault::Expired, "RequestExpired", "ExpiredToken", "ExpiredTokenException", "ExpiredToken"),
    ] {
        bench.play(Faults(vec![(At::From(1), fault)]));
        let code = |code: &str| format!("<Code>{code}</Code>");
        for (service, begins, holds) in [
            ("ec2", "<Response><Errors><Error>", code(ec2)),
            ("iam", "<ErrorResponse><Error><Type>Sender</Type>", code(query)),
            ("s3", "<Error>", code(rest)),
        ] {
            let reply = ask(&bench, &format!("authorization: x Credential=a/b/c/{service}/aws4_request"), "Action=A");
            let body = reply.expect("a reply").body;
            assert!(body.starts_with(begins) && body.contains(&holds), "{body}");
        }
        let reply = say(&bench, "PutParameter").expect("a reply");
        assert!(reply.status == 400 && reply.body.starts_with(&format!(r#"{{"__type":"{json}""#)), "{}", reply.body);
    }
    assert_eq!(counter.count(), 0);
}

#[test]
fn an_answer_comes_late_or_never() {
    let (counter, bench) = second(Fault::Late(Duration::from_millis(50)));
    let asked = Instant::now();
    assert_eq!(say(&bench, "PutParameter").expect("a reply").body, "2");
    assert!(asked.elapsed() >= Duration::from_millis(50));
    bench.play(Faults(vec![(At::Number(1), Fault::Held)]));
    let error = say(&bench, "PutParameter").expect_err("the client's patience ends");
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    assert_eq!(counter.count(), 3);
}

#[test]
fn an_answer_breaks_off_in_the_middle() {
    let (counter, bench) = stand();
    bench.play(Faults(vec![(At::Number(12), Fault::Truncated)]));
    for _ in 0..11 {
        say(&bench, "PutParameter").expect("a reply");
    }
    let error = say(&bench, "PutParameter").expect_err("half a reply");
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(error.to_string(), "1 of 2 bytes");
    assert_eq!(counter.count(), 12);
}

#[test]
fn reads_lag_by_so_many_of_the_same() {
    let (_counter, bench) = stand();
    let read = |bench: &Bench| say(bench, "GetParameters").expect("a reply").body;
    bench.play(Faults(vec![(At::Reads, Fault::Stale(2))]));
    assert_eq!([(); 5].map(|()| read(&bench)), ["1", "1", "1", "2", "3"]);
    assert_eq!(say(&bench, "PutParameter").expect("a reply").body, "6");
    assert_eq!(say(&bench, "GetParametersByPath").expect("a reply").body, "7", "nobody has asked this before");
    bench.play(Faults(vec![(At::Reads, Fault::Stale(3))]));
    assert_eq!(read(&bench), "3", "what was answered before the count began anew stays known");
    bench.play(Faults::default());
    assert_eq!(read(&bench), "9");
    bench.catch_up();
    bench.play(Faults(vec![(At::Reads, Fault::Stale(5))]));
    assert_eq!([(); 2].map(|()| read(&bench)), ["10", "10"]);
}

#[test]
fn a_script_rewrites_what_it_likes() {
    let (_counter, bench) = stand();
    bench.play(|call: &Call| match call.number {
        1 => Action::Rewrite(Box::new(|reply| reply.map(|_| Bytes::from_static(b"another")))),
        _ => Action::Pass,
    });
    assert_eq!(say(&bench, "PutParameter").expect("a reply").body, "another");
    assert_eq!(say(&bench, "PutParameter").expect("a reply").body, "2");
}

#[test]
fn a_process_is_signalled_before_its_call_takes_effect_or_after() {
    use std::os::unix::process::ExitStatusExt;
    for (signal, number, side, reached) in [
        (Signal::Kill, 9, Side::Before, 1),
        (Signal::Kill, 9, Side::After, 2),
        (Signal::Interrupt, 2, Side::Before, 2),
        (Signal::Interrupt, 2, Side::After, 2),
    ] {
        let (counter, bench) = second(Fault::Signalled(signal, side));
        let mut process = sleeper();
        bench.aim(&process);
        assert_eq!(say(&bench, "PutParameter").is_ok(), signal == Signal::Interrupt);
        assert_eq!(process.wait().expect("it ends").signal(), Some(number));
        assert_eq!(counter.count(), reached);
    }
}

/// Hears of interrupts, whoever has started the tests. It is there when it has said so.
fn sleeper() -> Child {
    use std::io::Read;
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", "sh", "-c", "echo; exec sleep 600"]);
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("sleep");
    process.stdout.take().expect("a pipe").read_exact(&mut [0]).expect("a line");
    process
}

#[test]
fn what_is_behind_gets_a_header_and_may_be_gone() {
    let counter = Counter::start();
    let account = "000000000007".parse().expect("a header");
    let bench = Bench::before(Upstream::at(counter.address()).with_header("x-moto-account-id", account));
    say(&bench.expect("a bench"), "PutParameter").expect("a reply");
    assert!(counter.last().contains("x-moto-account-id: 000000000007\r\n"), "{}", counter.last());
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let bench = Bench::before(Upstream::at(nobody.expect("an address"))).expect("a bench");
    assert_eq!(say(&bench, "PutParameter").expect("a reply").status, 502);
}
