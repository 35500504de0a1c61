//! Settings as people write and read them: `latency=50ms`, `clock=+1h`, and a list of all with what they mean.

use super::{Fault, Script, Settings};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::str::FromStr;

/// Every setting and what it means, in the order of the list.
const DESCRIPTIONS: [(&str, &str); 19] = [
    ("task_start_ms", "from PROVISIONING to RUNNING of a task"),
    ("task_stop_ms", "from the decision to stop a task to STOPPED"),
    ("health_check_ms", "from RUNNING to the verdict of a container's health check"),
    ("steady_ms", "from the last task that came to run to COMPLETED of a deployment"),
    ("latency_ms", "how long each answer takes"),
    ("latency_jitter_ms", "how much longer an answer may take, by chance"),
    ("read_lag_ms", "how far back in time Describe, List and Get calls see the world"),
    ("id_lag_ms", "how long EC2 refuses calls that name an id it has just given out"),
    ("iam_lag_ms", "how long a new role or policy is unknown to whoever evaluates it"),
    ("interface_linger_ms", "how long the network interface of a stopped task stays"),
    ("read_rate_per_s", "reads a second of one service and region before it throttles; 0 for no limit"),
    ("read_burst", "reads that may come at once"),
    ("write_rate_per_s", "writes a second of one service and region before it throttles; 0 for no limit"),
    ("write_burst", "writes that may come at once"),
    ("enforce_iam", "whether a call is refused that the caller's policies do not allow: true or false"),
    ("enforce_clock", "whether a call is refused that was signed minutes off the clock: true or false"),
    ("clock_ms", "how far the clock is ahead of the machine's; it cannot be set back"),
    ("faults", "calls that will fail: ec2:CreateVpc/error-after/1, or none"),
    ("tasks", "how tasks fare: *:2 exits 1 after 500ms; shop:* fails REASON, or none"),
];

/// The list of scripts, whose items hold commas.
const TASKS: &str = "tasks";

/// The longest time that answers, reads and IAM can be slow by: ten minutes.
const LONGEST_DELAY_MS: u64 = 10 * 60 * 1000;
/// The longest time that the clock can be ahead: a hundred years.
const FARTHEST_CLOCK_MS: u64 = 100 * 365 * 24 * 60 * 60 * 1000;

/// Why a setting is refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// There is no setting of this name.
    #[error("there is no setting '{name}'")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The setting that was perhaps meant.
        meant: Option<&'static str>,
    },
    /// The value is none for this setting.
    #[error("{name} cannot be '{value}': {reason}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What it was to become.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The document is no table of settings.
    #[error("these are no settings: {reason}")]
    Document {
        /// Where it stops making sense.
        reason: String,
    },
}

impl SettingsError {
    /// What can be done about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { meant: Some(meant), .. } => format!("did you mean {meant}?"),
            Self::Unknown { meant: None, .. } | Self::Document { .. } => {
                let names: Vec<&str> = DESCRIPTIONS.iter().map(|(name, _)| *name).collect();
                format!("the settings are {}", names.join(", "))
            }
            Self::Value { name, .. } if name.ends_with("_ms") => "write 50, 50ms, 2s, 5m, 1h or 1d".to_owned(),
            Self::Value { name, .. } => DESCRIPTIONS.iter().find(|(known, _)| known == name).map_or("", |d| d.1).into(),
        }
    }
}

/// One line of the list of settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: &'static str,
    /// Its value, as [`Settings::set`] reads it.
    pub value: String,
    /// What it is by default.
    pub default: String,
    /// What it means.
    pub description: &'static str,
}

impl Settings {
    /// Changes one setting. Names may leave out their unit (`latency`); times may be written with one (`50ms`, `2s`,
    /// `5m`, `1h`, `1d`), and with a plus sign they are added to what is there (`clock=+1h`), as faults are.
    ///
    /// # Errors
    /// [`SettingsError`]; then nothing was changed.
    pub fn set(&mut self, name: &str, text: &str) -> Result<(), SettingsError> {
        let name = full_name(name)?;
        let wrong = |reason: String| SettingsError::Value { name, value: text.to_owned(), reason };
        let mut members = self.members();
        let value = read(name, text.trim(), &members[name]).map_err(wrong)?;
        members.insert(name.to_owned(), value);
        let changed = from_members(members).map_err(|error| wrong(error.to_string()))?;
        self.replace(changed, name, text)
    }

    /// Changes the settings that a document names and leaves the others.
    ///
    /// # Errors
    /// [`SettingsError`]; then nothing was changed.
    pub fn merge(&mut self, document: &Value) -> Result<(), SettingsError> {
        let Value::Object(given) = document else {
            return Err(SettingsError::Document { reason: "no table of names and values".to_owned() });
        };
        let mut changed = self.clone();
        for (name, value) in given {
            let name = full_name(name)?;
            match value {
                Value::String(text) => changed.set(name, text)?,
                value => {
                    let mut members = changed.members();
                    members.insert(name.to_owned(), value.clone());
                    let wrong = |reason| SettingsError::Value { name, value: value.to_string(), reason };
                    let next = from_members(members).map_err(|error| wrong(error.to_string()))?;
                    changed.replace(next, name, &value.to_string())?;
                }
            }
        }
        *self = changed;
        Ok(())
    }

    /// Every setting with its value and what it means.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        let (members, defaults) = (self.members(), Settings::default().members());
        let line = |(name, description): (&'static str, &'static str)| Listed {
            name,
            value: shown(name, &members[name]),
            default: shown(name, &defaults[name]),
            description,
        };
        DESCRIPTIONS.into_iter().map(line).collect()
    }

    fn replace(&mut self, changed: Settings, name: &'static str, value: &str) -> Result<(), SettingsError> {
        match changed.defect(name, self) {
            Some(reason) => Err(SettingsError::Value { name, value: value.to_owned(), reason }),
            None => {
                *self = changed;
                Ok(())
            }
        }
    }

    /// What is wrong with the setting of this name, after `before`.
    fn defect(&self, name: &str, before: &Settings) -> Option<String> {
        let milliseconds = self.members()[name].as_u64().filter(|_| name.ends_with("_ms"));
        let is_clock = name == "clock_ms";
        let most = if is_clock { FARTHEST_CLOCK_MS } else { LONGEST_DELAY_MS };
        match (name, milliseconds) {
            ("clock_ms", Some(_)) if self.clock_ms < before.clock_ms => Some(
                "the clock cannot be set back: what there is would lie in the future; start afresh with `deploy local \
                 reset`"
                    .to_owned(),
            ),
            (_, Some(milliseconds)) if milliseconds > most => Some(format!("it can be {most} milliseconds at most")),
            ("read_burst", _) if self.read_burst == 0 => Some("no read would ever be answered".to_owned()),
            ("write_burst", _) if self.write_burst == 0 => Some("no write would ever be answered".to_owned()),
            _ => None,
        }
    }

    fn members(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            _ => unreachable!("settings are a table of plain data"),
        }
    }
}

fn from_members(members: Map<String, Value>) -> Result<Settings, serde_json::Error> {
    serde_json::from_value(Value::Object(members))
}

/// The name of a setting, which may have been written without its unit or with dashes.
fn full_name(name: &str) -> Result<&'static str, SettingsError> {
    let plain = name.trim().replace('-', "_");
    let names = || DESCRIPTIONS.iter().map(|(name, _)| *name);
    let is_meant =
        |known: &&str| *known == plain || ["_ms", "_per_s"].iter().any(|unit| *known == format!("{plain}{unit}"));
    names().find(is_meant).ok_or_else(|| {
        let without_unit = |known: &str| known.trim_end_matches("_ms").trim_end_matches("_per_s").to_owned();
        let near = |known: &&str| distance(known, &plain).min(distance(&without_unit(known), &plain));
        let meant = names().min_by_key(near).filter(|known| near(known) <= 1 + plain.len() / 4);
        SettingsError::Unknown { name: name.to_owned(), meant }
    })
}

/// The value of a setting, of the kind that it has.
fn read(name: &str, text: &str, current: &Value) -> Result<Value, String> {
    match current {
        Value::Bool(_) => text.parse::<bool>().map(Value::from).map_err(|_| "it is true or false".to_owned()),
        Value::Array(listed) if name == TASKS => added::<Script>(listed, text, ';'),
        Value::Array(listed) => added::<Fault>(listed, text, ','),
        current if name.ends_with("_ms") => {
            let (base, text) = match text.strip_prefix('+') {
                Some(text) => (current.as_u64().unwrap_or(0), text),
                None => (0, text),
            };
            let span = milliseconds(text).ok_or("it is a time in whole milliseconds")?;
            Ok(Value::from(base.saturating_add(span)))
        }
        _ => text.parse::<u32>().map(Value::from).map_err(|_| "it is a whole number".to_owned()),
    }
}

/// The items of a list: new ones, or with a plus sign those that are there and more.
fn added<T: FromStr<Err = String> + Serialize>(listed: &[Value], text: &str, between: char) -> Result<Value, String> {
    let (kept, added) = match text.strip_prefix('+') {
        Some(added) => (listed.to_vec(), added),
        None => (Vec::new(), text),
    };
    let texts = added.split(between).map(str::trim).filter(|text| !["", "none"].contains(text));
    let added: Vec<T> = texts.map(str::parse).collect::<Result<_, _>>()?;
    Ok(Value::Array(kept.into_iter().chain(added.iter().map(|item| serde_json::json!(item))).collect()))
}

/// `50`, `50ms`, `2s`, `5m`, `1h`, `1d` in milliseconds.
pub(super) fn milliseconds(text: &str) -> Option<u64> {
    let digits = text.len() - text.trim_start_matches(|character: char| character.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "" | "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        "d" => 24 * 60 * 60 * 1000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

fn shown(name: &str, value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) if name == TASKS => joined::<Script>(items, "; "),
        Value::Array(items) => joined::<Fault>(items, ","),
        value => value.to_string(),
    }
}

fn joined<T: DeserializeOwned + ToString>(items: &[Value], between: &str) -> String {
    let items = items.iter().filter_map(|item| serde_json::from_value::<T>(item.clone()).ok());
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(between)
}

/// How many characters have to be put in, taken out or changed to make one text of the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, character) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(character != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{DESCRIPTIONS, Settings, SettingsError};
    use serde_json::json;

    #[test]
    fn every_setting_is_described_and_no_other() {
        let mut described: Vec<&str> = DESCRIPTIONS.iter().map(|(name, _)| *name).collect();
        described.sort_unstable();
        let mut fields: Vec<String> = Settings::default().members().keys().cloned().collect();
        fields.sort_unstable();
        assert_eq!(described, fields);
    }

    #[test]
    fn settings_are_read_as_people_write_them() {
        let mut settings = Settings::default();
        for (name, text) in [
            ("latency_ms", "50"),
            ("read-lag", "2s"),
            ("clock", "+1h"),
            ("clock", "+30m"),
            ("write_rate", "5"),
            ("enforce_iam", "true"),
            ("faults", "ec2:CreateVpc/throttle/2, ssm:*/error-after"),
            ("faults", "+ecs:*/error-before/1"),
        ] {
            settings.set(name, text).unwrap_or_else(|error| panic!("{name}={text}: {error}"));
        }
        assert_eq!((settings.latency_ms, settings.read_lag_ms, settings.clock_ms), (50, 2_000, 5_400_000));
        assert_eq!((settings.write_rate_per_s, settings.enforce_iam, settings.faults.len()), (5, true, 3));
        settings.set("faults", "none").expect("no faults");
        assert!(settings.faults.is_empty());
    }

    #[test]
    fn what_is_listed_can_be_set() {
        let mut settings = Settings::default();
        settings.set("faults", "ec2:CreateVpc/throttle/2").expect("a fault");
        settings.set("latency", "7").expect("a latency");
        settings.set("tasks", "*:2 exits 1 after 1s saying a, b; shop:* stays pending").expect("two scripts");
        settings.set("tasks", "+* unhealthy").expect("a third");
        assert_eq!(settings.tasks.len(), 3);
        let mut copy = Settings::default();
        for line in settings.list() {
            copy.set(line.name, &line.value).unwrap_or_else(|error| panic!("{}: {error}", line.name));
        }
        assert_eq!(copy, settings);
    }

    #[test]
    fn what_is_wrong_is_named_and_changes_nothing() {
        let mut settings = Settings { clock_ms: 5, ..Settings::default() };
        let before = settings.clone();
        for (name, text, words) in [
            ("latency", "fast", "whole milliseconds"),
            ("latency", "-1", "whole milliseconds"),
            ("latency", "11m", "600000 milliseconds at most"),
            ("clock", "4", "cannot be set back"),
            ("read_burst", "0", "no read would ever"),
            ("write_rate", "1.5", "whole number"),
            ("enforce_iam", "yes", "true or false"),
            ("faults", "CreateVpc/throttle", "names no service"),
            ("tasks", "shop explodes", "is not one of"),
        ] {
            let error = settings.set(name, text).expect_err(text);
            assert!(error.to_string().contains(words), "{error}");
            assert_eq!(settings, before, "{name}={text}");
        }
    }

    #[test]
    fn a_name_that_is_nearly_right_is_guessed() {
        let mut settings = Settings::default();
        let mut meant = |name: &str| match settings.set(name, "1") {
            Err(SettingsError::Unknown { meant, .. }) => meant,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(meant("latncy"), Some("latency_ms"));
        assert_eq!(meant("task_start_sm"), Some("task_start_ms"));
        assert_eq!(meant("colour"), None);
    }

    #[test]
    fn a_document_changes_what_it_names_or_nothing() {
        let mut settings = Settings::default();
        settings.merge(&json!({ "latency_ms": 5, "read_lag": "1s" })).expect("two settings");
        assert_eq!((settings.latency_ms, settings.read_lag_ms, settings.task_start_ms), (5, 1_000, 150));
        let before = settings.clone();
        for document in [json!([]), json!({ "latency_ms": 9, "nonsense": 1 }), json!({ "latency_ms": 9, "faults": 1 })]
        {
            assert!(settings.merge(&document).is_err(), "{document}");
            assert_eq!(settings, before, "{document}");
        }
    }
}
