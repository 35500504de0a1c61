//! Which trials a sweep makes of the calls of a run.

use deploy_bench::Call;

use super::blow::{BLOWS, Blow, KILL_AFTER, RESET_AFTER};
use super::strike::{Strike, Target, Trial};

/// Every blow, on every call.
pub fn all(calls: &[Call]) -> Vec<Trial> {
    each(calls, |_, _| BLOWS.to_vec())
}

/// Every blow, on every write.
pub fn all_on_writes(calls: &[Call]) -> Vec<Trial> {
    each(calls, |_, call| if call.is_read() { Vec::new() } else { BLOWS.to_vec() })
}

/// What loses the reply, on every write; of the other blows one a call, another with each.
pub fn some(calls: &[Call]) -> Vec<Trial> {
    each(calls, |place, call| {
        let turn = BLOWS[place % BLOWS.len()];
        let always = [RESET_AFTER, KILL_AFTER].into_iter().filter(|blow| !call.is_read() && *blow != turn);
        always.chain([turn]).collect()
    })
}

/// One blow that loses the reply, on every write.
pub fn few(calls: &[Call]) -> Vec<Trial> {
    each(calls, |place, call| if call.is_read() { Vec::new() } else { vec![losing_the_reply(place)] })
}

/// The same on every third call, where it is a write.
pub fn fewest(calls: &[Call]) -> Vec<Trial> {
    each(calls, |place, call| match call.is_read() || !place.is_multiple_of(3) {
        true => Vec::new(),
        false => vec![losing_the_reply(place)],
    })
}

/// On every write a blow that loses the reply; and the run that would mend it is killed as well, now early, now late.
pub fn twice(calls: &[Call]) -> Vec<Trial> {
    let writes = calls.iter().filter(|call| !call.is_read()).enumerate();
    let trial = |(place, call): (usize, &Call)| {
        let first = Strike { target: Target::of(call), blow: losing_the_reply(place) };
        Trial(vec![first, Strike { target: Target::Write(1 + place % 5), blow: KILL_AFTER }])
    };
    writes.map(trial).collect()
}

fn losing_the_reply(place: usize) -> Blow {
    [RESET_AFTER, KILL_AFTER][place % 2]
}

/// Trials of one strike: the blows that are chosen for each call by its place.
fn each(calls: &[Call], chosen: impl Fn(usize, &Call) -> Vec<Blow>) -> Vec<Trial> {
    let trials = calls.iter().enumerate().flat_map(|(place, call)| {
        let strike = |blow| Strike { target: Target::of(call), blow };
        chosen(place, call).into_iter().map(move |blow| Trial(vec![strike(blow)]))
    });
    trials.collect()
}
