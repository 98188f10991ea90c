//! What `lacteal read` prints of a text, a message of HL7 v2 and a body of FHIR, with no server anywhere.

#![allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]

use lacteal_tests::process::run_with_input;
use serde_json::Value;

const TEXT: &str = "DIAGNOSIS\nTerminal ileum, resection: neuroendocrine tumour, 18 mm, G1.\nKi-67: 2 %. pT3 pN1 (3/14).\n\
                    A liver metastasis cannot be excluded.\n";

/// What it prints of these bytes, and its exit code.
fn read(arguments: &[&str], input: &str) -> (Value, Option<i32>) {
    let all = [&["read", "-"], arguments].concat();
    let output = run_with_input(&all, input.as_bytes());
    (serde_json::from_slice(&output.stdout).unwrap_or(Value::Null), output.status.code())
}

fn message(text: &str, status: char) -> String {
    let text = text.replace('\n', "\\.br\\");
    format!(
        "MSH|^~\\&|LAB|NORTH|LACTEAL|NET|20260301120000+0100||ORU^R01^ORU_R01|A1|P|2.5.1\r\
         PID|1||1234567^^^NORTH^MR\r\
         OBR|1|P1|F1|22634-0^Pathology^LN|||20260228||||||||||||||||||{status}\r\
         OBX|1|TX|22634-0^Pathology^LN||{text}||||||{status}\r"
    )
}

fn body(text: &str) -> String {
    let data = serde_json::json!({
        "resourceType": "DiagnosticReport", "status": "final",
        "identifier": [{"system": "urn:oid:1.2.3", "value": "F1"}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "22634-0"}]},
        "subject": {"identifier": {"system": "urn:oid:1.2.3", "value": "1234567"}},
        "conclusion": text,
    });
    data.to_string()
}

/// Names of the findings among the facts of the first message.
fn findings(said: &Value) -> Vec<&str> {
    let facts = said["facts"].as_array().unwrap();
    facts.iter().filter_map(|it| it["finding"].as_object()?.keys().next()).map(String::as_str).collect()
}

#[test]
fn a_text_gives_each_statement_with_rule_certainty_and_the_words_behind_it() {
    let (said, code) = read(&["--kind", "pathology"], TEXT);
    assert_eq!(code, Some(0));
    let facts = said["facts"].as_array().unwrap();
    assert!(!facts.is_empty());
    for fact in facts {
        assert!(fact["rule"].is_string() && fact["certainty"].is_string(), "{fact}");
        let [start, end] = [0, 1].map(|at| fact["span"][at].as_u64().unwrap() as usize);
        assert_eq!(fact["text"].as_str(), TEXT.get(start..end), "{fact}");
    }
}

#[test]
fn text_message_and_body_give_the_same_summary() {
    let (of_text, _) = read(&["--summary", "--kind", "pathology"], TEXT);
    assert_eq!((of_text["site"].as_str(), of_text["nodes_positive"].as_u64()), (Some("ileum"), Some(3)));
    assert_eq!(of_text["ki67_percent"], serde_json::json!({"low": 2.0, "high": 2.0}));
    assert_eq!(read(&["--summary"], &message(TEXT, 'F')), (of_text.clone(), Some(0)));
    assert_eq!(read(&["--summary"], &body(TEXT)), (of_text, Some(0)));
}

#[test]
fn a_summary_has_every_field_and_null_for_what_is_not_said() {
    const FIELDS: [&str; 15] = [
        "in_scope",
        "site",
        "tumour_size_mm",
        "multifocal",
        "extent",
        "pT",
        "pN",
        "pM",
        "nodes_examined",
        "nodes_positive",
        "ki67_percent",
        "mitoses_per_2mm2",
        "grade",
        "liver_metastasis",
        "mesenteric_mass_mm",
    ];
    let nothing = "Dear colleague, thank you for your letter.\n";
    for input in [nothing.to_owned(), message(nothing, 'F'), body(nothing)] {
        let (said, _) = read(&["--summary"], &input);
        let said = said.as_object().unwrap();
        assert_eq!(said.keys().map(String::as_str).collect::<Vec<_>>(), FIELDS);
        assert!(said.iter().all(|(field, value)| field == "in_scope" || value.is_null()), "{said:?}");
    }
}

#[test]
fn what_does_not_agree_in_a_text_is_told_of_messages_and_bodies_too() {
    let text = "DIAGNOSIS\nTerminal ileum, resection: neuroendocrine tumour, pT2 N0.\nStage: pT3 N0.\n";
    let (of_text, _) = read(&["--kind", "pathology"], text);
    assert_eq!(of_text["contradictions"][0]["about"], "pT");
    let (of_message, _) = read(&[], &message(text, 'F'));
    let (of_body, _) = read(&[], &body(text));
    for told in [&of_message["messages"][0]["contradictions"][0], &of_body["contradictions"][0]] {
        assert_eq!(told["about"], "pT", "{told}");
        let sentences = told["sentences"].as_array().unwrap();
        let says = |at: usize, words: &str| sentences[at].as_str().unwrap().contains(words);
        assert!(says(0, "pT2") && says(1, "pT3"), "{told}");
    }
}

#[test]
fn the_kind_that_is_asked_for_counts_in_the_summary_of_a_message() {
    // In a pathology report the category is pathology's, on a scan it is none.
    let text = "Terminal ileum: neuroendocrine tumour, T3 N1.\n";
    assert_eq!(read(&["--summary"], &message(text, 'F')).0["pT"], "T3");
    assert_eq!(read(&["--summary", "--kind", "radiology"], &message(text, 'F')).0["pT"], Value::Null);
}

#[test]
fn a_message_gives_its_facts_and_a_corrected_one_names_what_it_takes_back() {
    let (said, _) = read(&[], &message(TEXT, 'F'));
    let said = &said["messages"][0];
    assert!(findings(said).contains(&"tumourSizeUm"), "{said}");
    assert_eq!(said["takes_back"], Value::Null);

    let (said, code) = read(&[], &message("\"\"", 'C'));
    let said = &said["messages"][0];
    assert_eq!((findings(said), code), (vec!["recordNumber"], Some(0)));
    let taken_back = said["takes_back"].as_array().unwrap();
    assert!(taken_back.contains(&"tumour_size".into()) && taken_back.contains(&"ki67".into()), "{said}");
}

#[test]
fn what_is_refused_says_where_and_why() {
    let (said, code) = read(&[], &message(TEXT, 'F').replace("PID|1||1234567^^^NORTH^MR\r", ""));
    let said = &said["messages"][0];
    assert_eq!((said["verdict"].as_str(), code), (Some("refused"), Some(0)));
    assert!(said["problems"][0]["text"].is_string() && said["problems"][0]["location"].is_string(), "{said}");
    assert_eq!(read(&[], "").1, Some(1));
}
