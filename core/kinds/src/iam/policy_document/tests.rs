//! One meaning, one spelling.

use deploy_model::{FieldRules, Part};
use serde_json::json;

use super::*;

fn read(document: serde_json::Value) -> PolicyDocument {
    PolicyDocument::read(&document.to_string()).expect("a document")
}

#[test]
fn one_and_a_list_of_one_are_the_same_and_order_means_nothing() {
    let one = read(json!({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Principal": {"Service": "a"},
    }}));
    let many = read(json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"], "Principal": {"Service": ["a"]},
    }]}));
    assert_eq!(one, many);
    let actions = |actions: [&str; 2]| read(json!({"Statement": {"Effect": "Deny", "Action": actions}}));
    assert_eq!(actions(["a:B", "c:D"]), actions(["c:D", "a:B"]));
}

#[test]
fn every_element_of_the_grammar_survives() {
    let document = json!({"Version": "2012-10-17", "Id": "mine", "Statement": [
        {"Sid": "A", "Effect": "Allow", "NotAction": ["a:B", "c:D"], "NotResource": "x",
         "Condition": {"Bool": {"aws:SecureTransport": "true"}, "StringLike": {"k": ["a", "b"]}}},
        {"Sid": "B", "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"},
        {"Sid": "C", "Effect": "Deny", "NotPrincipal": {"AWS": "1"}, "Action": "*", "Resource": "*"},
    ]});
    let written = read(document.clone()).write().expect("nothing is open");
    assert_eq!(serde_json::from_str::<serde_json::Value>(&written).expect("json"), document);
}

#[test]
fn conditions_are_texts_whatever_they_were_written_as() {
    let document = read(json!({"Statement": [
        {"Effect": "Allow", "Action": "a:B", "Condition": {"Bool": {"k": true}}},
    ]}));
    assert_eq!(document.version, "2008-10-17");
    assert_eq!(document.statements["0"].conditions["Bool"]["k"], Texts::from(["true"]));
    assert_eq!(PolicyDocument::read("nonsense"), Err(NotADocument));
}

#[test]
fn statements_with_one_sid_are_both_kept() {
    let statement = json!({"Sid": "A", "Effect": "Allow", "Action": "a:B"});
    let document = read(json!({"Statement": [statement, statement]}));
    assert_eq!(document.statements.keys().collect::<Vec<_>>(), ["A", "A#1"]);
}

#[test]
fn statements_without_a_sid_keep_their_order() {
    let statement = |action: &str| Statement { actions: Texts::from([action]), ..Statement::default() };
    let named = (b'a'..=b'l').map(|letter| (char::from(letter).to_string(), statement(&format!("s:{letter}"))));
    let document = PolicyDocument::of(named.collect()).without_sids();
    let written = document.write().expect("nothing is open");
    assert!(!written.contains("Sid"), "{written}");
    assert_eq!(PolicyDocument::read(&written), Ok(document));
}

#[test]
fn what_the_current_version_is_need_not_be_said() {
    let document = PolicyDocument::of(BTreeMap::new());
    assert_eq!(serde_json::to_value(&document).expect("json"), json!({"statements": {}}));
}

#[test]
fn a_reference_counts_towards_the_length_and_cannot_be_written() {
    let account = "deploy.account.current#id".parse().expect("a reference");
    let resource = Input::Text(vec![Part::from("arn:"), Part::Reference(account)]);
    let statement = Statement { resources: Texts(vec![resource]), ..Statement::default() };
    let document = PolicyDocument::of(BTreeMap::from([("A".to_owned(), statement)]));
    assert!(document.write().is_err());
    assert_eq!(document.length(), document.spell_length_without_references() + "ap-northeast-1".len());
}

impl PolicyDocument {
    fn spell_length_without_references(&self) -> usize {
        r#"{"Statement":[{"Effect":"Allow","Resource":"arn:","Sid":"A"}],"Version":"2012-10-17"}"#.len()
    }
}

#[test]
fn lists_are_unordered_for_the_diff() {
    let rules = FieldRules::from_schema(schemars::schema_for!(PolicyDocument).as_value());
    for path in ["statements.A.actions", "statements.A.principals.Service", "statements.A.conditions.StringEquals.k"] {
        assert!(rules.at(&path.parse().expect("a path")).unordered, "{path}");
    }
}
