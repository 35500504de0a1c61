//! Policy statements and firewall rules in words: `Allow s3:PutObject on *`, `tcp 80 from 0.0.0.0/0`.

use serde_json::{Map, Value};

use crate::view::value::Values;

/// A value that is read as one thing, in words; `None` where it has no such reading.
pub fn phrase(value: &Value, values: &Values<'_>) -> Option<String> {
    let object = value.as_object()?;
    statement(object, values).or_else(|| rule(object, values))
}

/// The value of the first of `names` that the object has.
fn any<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| object.get(*name)).filter(|value| !value.is_null())
}

fn statement(object: &Map<String, Value>, values: &Values<'_>) -> Option<String> {
    let effect = any(object, &["Effect", "effect"])?.as_str()?;
    let mut words = vec![effect.to_owned()];
    let mut add = |word: &str, names: &[&str]| {
        if let Some(value) = any(object, names) {
            let value = values.text(value);
            words.push(if word.is_empty() { value } else { format!("{word} {value}") });
        }
    };
    add("", &["Action", "Actions", "actions"]);
    add("all but", &["NotAction", "not_actions"]);
    add("on", &["Resource", "Resources", "resources"]);
    add("on all but", &["NotResource", "not_resources"]);
    add("to", &["Principal", "principal", "principals"]);
    words.extend(conditions(object, values));
    Some(words.join(" "))
}

/// `when StringEquals aws:SourceAccount 123456789012`.
fn conditions(object: &Map<String, Value>, values: &Values<'_>) -> Option<String> {
    let conditions = any(object, &["Condition", "conditions"])?.as_object()?;
    let mut texts = Vec::new();
    for (operator, keys) in conditions {
        for (key, value) in keys.as_object().into_iter().flatten() {
            texts.push(format!("{operator} {key} {}", values.text(value)));
        }
    }
    (!texts.is_empty()).then(|| format!("when {}", texts.join(" and ")))
}

fn rule(object: &Map<String, Value>, values: &Values<'_>) -> Option<String> {
    let protocol = match any(object, &["protocol"])?.as_str()? {
        "-1" => "all",
        protocol => protocol,
    };
    let port = |names: &[&str]| any(object, names).and_then(Value::as_i64);
    let ports = match (port(&["from_port", "port"]), port(&["to_port", "port"])) {
        (Some(from), Some(to)) if from != to => format!(" {from}-{to}"),
        (Some(port), _) => format!(" {port}"),
        _ => String::new(),
    };
    let peer = if any(object, &["self", "self_reference"]) == Some(&Value::Bool(true)) {
        "itself".to_owned()
    } else {
        values.text(any(object, &["cidr", "ipv4_cidr", "ipv6_cidr", "group", "prefix_list", "peer", "source"])?)
    };
    let description = any(object, &["description"]).and_then(Value::as_str).unwrap_or_default();
    let description = if description.is_empty() { String::new() } else { format!(" \"{description}\"") };
    Some(format!("{protocol}{ports} {peer}{description}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn words(value: Value) -> Option<String> {
        phrase(&value, &Values::default())
    }

    #[test]
    fn a_statement_reads_as_a_sentence() {
        let value = json!({"Effect": "Allow", "Action": ["ssm:GetParameters"], "Resource": "parameter/*",
            "Condition": {"StringEquals": {"ssm:resourceTag/application": "shop"}}});
        let expected = "Allow ssm:GetParameters on parameter/* when StringEquals ssm:resourceTag/application shop";
        assert_eq!(words(value).as_deref(), Some(expected));
        let trust =
            json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}});
        assert_eq!(words(trust).as_deref(), Some("Allow sts:AssumeRole to Service=ecs-tasks.amazonaws.com"));
    }

    #[test]
    fn a_rule_says_protocol_port_and_peer() {
        let http =
            json!({"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr": "0.0.0.0/0", "description": "HTTP"});
        assert_eq!(words(http).as_deref(), Some("tcp 80 0.0.0.0/0 \"HTTP\""));
        assert_eq!(words(json!({"protocol": "-1", "self": true})).as_deref(), Some("all itself"));
        assert_eq!(words(json!({"protocol": "tcp"})), None);
    }
}
