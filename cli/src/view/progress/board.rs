//! What is running, for how long, and what it waits for. Knows no terminal and reads no clock.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use deploy_engine::Event;
use deploy_model::{Address, FaultKind, StepId};

use crate::view::Style;
use crate::view::value::on_one_line;

/// How many running steps are listed; of more it is said how many.
const MOST_LINES: usize = 8;

/// The state of a run, as far as its events have told it.
#[derive(Debug)]
pub struct Board {
    style: Style,
    total: usize,
    settled: usize,
    running: BTreeMap<StepId, Running>,
    listings: Option<Listings>,
    /// How many resources were not seen when it was last said that it is looked again.
    repeated: Option<Option<usize>>,
}

/// What an event is worth.
#[derive(Debug, PartialEq, Eq)]
pub enum News {
    /// Nothing; the board shows it.
    Nothing,
    /// A step waits for something else than before.
    Waits(String),
    /// Something has ended.
    Ended(String),
}

#[derive(Debug)]
struct Running {
    address: Address,
    action: String,
    since: Instant,
    waits_for: String,
}

#[derive(Debug)]
struct Listings {
    asked: usize,
    answered: usize,
    found: usize,
}

impl Board {
    /// The board of a run of `total` steps; zero where only listings are made.
    pub fn new(total: usize, style: Style) -> Self {
        Self { style, total, settled: 0, running: BTreeMap::new(), listings: None, repeated: None }
    }

    /// Takes an event in, and says what is worth a line of its own.
    pub fn hear(&mut self, event: &Event, now: Instant) -> News {
        match event {
            Event::DiscoveryStarted { kinds } => {
                self.listings = Some(Listings { asked: *kinds, answered: 0, found: 0 });
                News::Nothing
            }
            Event::DiscoveryRepeated { unseen } if self.repeated == Some(*unseen) => News::Nothing,
            Event::DiscoveryRepeated { unseen } => self.repeats(*unseen),
            Event::Discovered { count, .. } => self.hear_listing(*count),
            Event::StepStarted { id, address, action } => {
                let (address, action) = (address.clone(), action.clone());
                self.running.insert(*id, Running { address, action, since: now, waits_for: String::new() });
                News::Nothing
            }
            Event::StepProgress { id, message, .. } => self.waits(*id, on_one_line(message)),
            Event::StepCheckpoint { id, resource, .. } => self.waits(*id, format!("is {}", on_one_line(resource))),
            Event::StepRetried { id, fault, .. } if fault.kind == FaultKind::Throttled => {
                self.waits(*id, "slowed by AWS".to_owned())
            }
            Event::StepRetried { id, fault, .. } => self.waits(*id, format!("waits: {}", on_one_line(&fault.message))),
            Event::StepFinished { id, address, resource } => {
                let step = self.settle(*id);
                let word = self.style.good(format!("{:9}", past(step.as_ref())));
                let resource = resource.as_deref().map(|id| format!("   {}", on_one_line(id))).unwrap_or_default();
                News::Ended(format!("{word} {address}{}{}", self.style.faint(resource), took(step.as_ref(), now)))
            }
            Event::StepFailed { id, address, fault } => {
                let step = self.settle(*id);
                let word = self.style.bad(format!("{:9}", "failed"));
                let reason = on_one_line(&fault.to_string());
                News::Ended(format!("{word} {address}   {reason}{}", took(step.as_ref(), now)))
            }
            Event::TwinDeleted { address, resource } => {
                let word = self.style.careful(format!("{:9}", "deleted"));
                News::Ended(format!("{word} {address}   {}, which was made twice", on_one_line(resource)))
            }
            Event::StepSkipped { address, because, .. } => {
                self.settled += 1;
                let word = self.style.careful(format!("{:9}", "skipped"));
                let reason = match because {
                    Some(other) if other == address => "an earlier step of its own did not succeed".to_owned(),
                    Some(other) => format!("waits for {other}"),
                    None => "the run was stopped".to_owned(),
                };
                News::Ended(format!("{word} {address}   {reason}"))
            }
        }
    }

    fn repeats(&mut self, unseen: Option<usize>) -> News {
        self.repeated = Some(unseen);
        News::Waits(match unseen {
            Some(1) => "looking again: 1 resource is not as the last run has left it".to_owned(),
            Some(count) => format!("looking again: {count} resources are not as the last run has left them"),
            None => "looking again: the last run did not say how it ended".to_owned(),
        })
    }

    /// What is going on now: at most eight steps, how many more, and how far the run has come.
    pub fn lines(&self, now: Instant) -> Vec<String> {
        if let Some(listings) = &self.listings {
            return vec![format!("looking at what is there: {} of {} kinds", listings.answered, listings.asked)];
        }
        let mut oldest: Vec<&Running> = self.running.values().collect();
        oldest.sort_by_key(|step| step.since);
        let mut lines: Vec<String> = oldest.iter().take(MOST_LINES).map(|step| self.line(step, now)).collect();
        if oldest.len() > MOST_LINES {
            lines.push(format!("  +{} more", oldest.len() - MOST_LINES));
        }
        if self.total > 0 && !lines.is_empty() {
            lines.push(self.style.faint(format!("{} of {} steps done", self.settled, self.total)));
        }
        lines
    }

    /// One line that shows that the run is alive; nothing where it has nothing to do.
    pub fn heartbeat(&self, now: Instant) -> Option<String> {
        let oldest = self.running.values().min_by_key(|step| step.since)?;
        let count = self.running.len();
        let steps = if count == 1 { "1 step is running".to_owned() } else { format!("{count} steps are running") };
        let wait = if oldest.waits_for.is_empty() { String::new() } else { format!(": {}", oldest.waits_for) };
        let age = elapsed(now.duration_since(oldest.since));
        let action = present(&oldest.action);
        Some(format!("{steps}; {action} {} for {age}{wait}", oldest.address))
    }

    fn line(&self, step: &Running, now: Instant) -> String {
        let head = format!("  {:9} {}", present(&step.action), step.address);
        let age = elapsed(now.duration_since(step.since));
        format!("{head}   {}   {}", self.style.faint(age), step.waits_for).trim_end().to_owned()
    }

    fn hear_listing(&mut self, count: usize) -> News {
        let Some(listings) = &mut self.listings else { return News::Nothing };
        listings.answered += 1;
        listings.found += count;
        if listings.answered < listings.asked {
            return News::Nothing;
        }
        let found = listings.found;
        self.listings = None;
        let noun = if found == 1 { "resource" } else { "resources" };
        News::Ended(self.style.faint(format!("{found} {noun} found")))
    }

    fn waits(&mut self, id: StepId, words: String) -> News {
        match self.running.get_mut(&id) {
            Some(step) if step.waits_for != words => {
                step.waits_for = words;
                let word = self.style.faint(format!("{:9}", "waiting"));
                News::Waits(format!("{word} {}   {}", step.address, step.waits_for))
            }
            _ => News::Nothing,
        }
    }

    fn settle(&mut self, id: StepId) -> Option<Running> {
        self.settled += 1;
        self.running.remove(&id)
    }
}

fn past(step: Option<&Running>) -> &'static str {
    match step.map(|step| step.action.as_str()) {
        Some("create") => "created",
        Some("update") => "updated",
        Some("retire") => "set aside",
        Some("delete") => "deleted",
        _ => "done",
    }
}

fn present(action: &str) -> &str {
    match action {
        "create" => "creating",
        "update" => "updating",
        "retire" => "retiring",
        "delete" => "deleting",
        other => other,
    }
}

/// How long a step took, where that is worth saying.
fn took(step: Option<&Running>, now: Instant) -> String {
    let took = step.map(|step| now.duration_since(step.since)).unwrap_or_default();
    if took < Duration::from_secs(1) { String::new() } else { format!("   {}", elapsed(took)) }
}

/// `7s`, `2m05s`, `1h02m`.
fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample::address;
    use deploy_model::Fault;

    fn started(id: u32) -> Event {
        let address = address(&format!("network.subnet.s{id}"));
        Event::StepStarted { id: StepId(id), address, action: "create".to_owned() }
    }

    #[test]
    fn at_most_eight_steps_are_listed() {
        let start = Instant::now();
        let mut board = Board::new(12, Style::Plain);
        for id in 1..=10 {
            assert_eq!(board.hear(&started(id), start + Duration::from_millis(id.into())), News::Nothing);
        }
        let throttled = Fault::new(FaultKind::Throttled, "Rate exceeded");
        board.hear(
            &Event::StepRetried { id: StepId(2), address: address("network.subnet.s2"), fault: throttled },
            start,
        );
        let message = "1 of 2 tasks running".to_owned();
        let progress = Event::StepProgress { id: StepId(3), address: address("network.subnet.s3"), message };
        let news = "waiting   network.subnet.s3   1 of 2 tasks running".to_owned();
        assert_eq!(board.hear(&progress, start), News::Waits(news));
        assert_eq!(board.hear(&progress, start), News::Nothing, "it was said before");
        insta::assert_snapshot!(board.lines(start + Duration::from_secs(125)).join("\n"));
    }

    #[test]
    fn every_end_is_a_line() {
        let start = Instant::now();
        let later = start + Duration::from_secs(3);
        let mut board = Board::new(3, Style::Plain);
        board.hear(&started(1), start);
        board.hear(&started(2), start);
        let address = |id: u32| address(&format!("network.subnet.s{id}"));
        let resource = Some("subnet-1".to_owned());
        let mut fault = Fault::new(FaultKind::Invalid, "The CIDR is invalid");
        fault.operation = Some("CreateSubnet".to_owned());
        let events = [
            Event::StepFinished { id: StepId(1), address: address(1), resource },
            Event::StepFailed { id: StepId(2), address: address(2), fault },
            Event::StepSkipped { id: StepId(3), address: address(3), because: Some(address(2)) },
            Event::StepSkipped { id: StepId(4), address: address(2), because: Some(address(2)) },
        ];
        let line = |event: &Event| match board.hear(event, later) {
            News::Ended(line) => line,
            other => panic!("{other:?}"),
        };
        let lines: Vec<String> = events.iter().map(line).collect();
        insta::assert_snapshot!(lines.join("\n"));
        assert_eq!(board.heartbeat(later), None);
    }

    #[test]
    fn a_heartbeat_names_the_oldest_step() {
        let start = Instant::now();
        let mut board = Board::new(2, Style::Plain);
        board.hear(&started(1), start);
        board.hear(&started(2), start + Duration::from_secs(1));
        let beat = board.heartbeat(start + Duration::from_secs(40));
        assert_eq!(beat.as_deref(), Some("2 steps are running; creating network.subnet.s1 for 40s"));
    }
}
