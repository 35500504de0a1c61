//! One event a line, for programs: on standard output, where nothing else is written.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use deploy_engine::{Event, Observer};
use deploy_model::{Address, StepId};
use serde_json::{Value, json};

/// Writes every event as one line of JSON. Each event of a step names its resource.
#[derive(Debug, Default)]
pub struct JsonLines {
    begun: Mutex<BTreeMap<StepId, Address>>,
}

impl JsonLines {
    fn line(&self, event: &Event) -> Value {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        if let Event::StepStarted { id, address, .. } = event {
            begun.insert(*id, address.clone());
        }
        let mut line = serde_json::to_value(event).expect("an event is plain data");
        if let Event::StepProgress { id, .. } | Event::StepRetried { id, .. } = event {
            line["address"] = json!(begun.get(id));
        }
        line
    }
}

impl Observer for JsonLines {
    fn observe(&self, event: &Event) {
        // A reader that went away must not stop the run.
        let _ = writeln!(std::io::stdout(), "{}", self.line(event));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_model::{Fault, FaultKind};

    #[test]
    fn every_event_of_a_step_names_its_resource() {
        let (lines, id) = (JsonLines::default(), StepId(7));
        let address: Address = "network.vpc.main".parse().expect("an address");
        lines.line(&Event::StepStarted { id, address, action: "create".to_owned() });
        let progress = lines.line(&Event::StepProgress { id, message: "waits".to_owned() });
        let retried = lines.line(&Event::StepRetried { id, fault: Fault::new(FaultKind::Conflict, "in use") });
        assert_eq!(
            (&progress["address"], &retried["address"]),
            (&json!("network.vpc.main"), &json!("network.vpc.main"))
        );
        assert_eq!((&progress["event"], &progress["id"]), (&json!("step_progress"), &json!(7)));
    }
}
