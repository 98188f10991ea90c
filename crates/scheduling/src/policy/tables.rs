//! Tests: what a policy file must hold, and where an error points.

use super::*;

const DEFAULT: &str = BUILT_IN[0].1;

/// The error after a change of the built-in file, and the line of the change.
#[track_caller]
fn refused(from: &str, to: &str) -> (String, usize) {
    let at = DEFAULT.find(from).expect("the text to change is in the file");
    let line = DEFAULT[..at].matches('\n').count() + 1;
    let text = format!("{}{to}{}", &DEFAULT[..at], &DEFAULT[at + from.len()..]);
    let error = Policy::parse(&text).unwrap_err();
    (error.to_string(), line)
}

#[test]
fn the_built_in_files_are_valid_and_named_as_they_are_asked_for() {
    for name in Policy::built_in_names() {
        let policy = Policy::built_in(name).unwrap();
        assert_eq!(policy.name(), name);
        assert_eq!(policy.shortest_months, 3);
        for row in policy.rows() {
            assert!(!row.condition.is_empty() || row.name == "P7", "{row:?}");
        }
    }
    assert_eq!(Policy::built_in("lacteal-default"), None);
}

#[test]
fn an_empty_or_cut_off_file_is_told_what_it_lacks_and_what_to_start_from() {
    let whole = Policy::built_in_text("default").unwrap();
    let start = "start from what lacteal policy show default --text prints";
    let refused = |text: &str| Policy::parse(text).unwrap_err().to_string();
    for text in ["", "\n# nothing\n"] {
        let it = refused(text);
        assert!(it.contains("is empty: it needs") && it.contains("row") && it.contains(start), "{it}");
        assert!(!it.contains("contrast"), "what may be left out is not asked for: {it}");
    }
    let rows = whole.find("[[row]]").unwrap();
    assert!(refused(&whole[..rows]).contains("lacks row"), "{}", refused(&whole[..rows]));
    for end in (1..rows).step_by(97).filter(|it| whole.is_char_boundary(*it)) {
        let it = refused(&whole[..end]);
        assert!(it.contains(start), "{end}: {it}");
    }
}

#[test]
fn every_number_of_a_built_in_file_has_a_source_and_a_status() {
    fn numbers(table: &toml::Table, path: &str) {
        let is_number = |value: &toml::Value| {
            let one = |it: &toml::Value| it.is_integer() || it.is_float();
            one(value) || value.as_array().is_some_and(|it| it.iter().any(one))
        };
        if table.values().any(is_number) {
            let text = |key: &str| table.get(key).and_then(toml::Value::as_str).unwrap_or_default();
            assert!(["published", "derived", "assumption"].contains(&text("status")), "{path}");
            assert!(text("source").len() > 10, "{path}");
        }
        for (key, value) in table {
            let inner = value.as_array().into_iter().flatten().chain([value]);
            inner.filter_map(toml::Value::as_table).for_each(|it| numbers(it, &format!("{path}.{key}")));
        }
    }
    for (name, text) in BUILT_IN {
        numbers(&toml::from_str(text).unwrap(), name);
    }
}

#[test]
fn errors_name_the_line_and_what_to_do() {
    for (from, to, what) in [
        (
            "opens_before_days = 30",
            "opens_before_days = 0",
            "opens_before_days must be between 1 and 120 days",
        ),
        ("within_days = 14", "within_days = 121", "within_days must be between 1 and 120 days"),
        (
            "between_scans_max = 0.05",
            "between_scans_max = nan",
            "between_scans_max must be above 0 and at most 0.5",
        ),
        (
            "name = \"default\"",
            "name = \"my policy\"",
            "name must be at most 64 letters, digits, and signs of - _ .",
        ),
        ("order = [\"MR\", \"CT\"]", "order = [\"MR\", \"MR\"]", "order must name CT, MR or both, each once"),
        ("years = 12", "years = 51", "years must be between 1 and 50"),
        (
            "ki67_above_percent = 10",
            "ki67_above_percent = 101",
            "a bound must be 0 or more, Ki-67 at most 100 %",
        ),
        (
            "months_min = 3\nmonths_max = 6",
            "months_min = 6\nmonths_max = 5",
            "months_max must not be below months_min",
        ),
        (
            "months_min = 12\nmonths_max = 24",
            "months_min = 12\nmonths_max = 37",
            "must be between 1 and 36 months",
        ),
        ("text = \"carcinoid", "txt = \"carcinoid", "unknown field `txt`"),
        ("grade = [\"G3\"]", "grade = [\"G4\"]", "unknown variant `G4`"),
        ("name = \"P3\"", "name = \"P8\"", "another row has this name"),
        ("alternate = true", "alternate = 1", "invalid type: integer `1`, expected a boolean"),
    ] {
        let (error, line) = refused(from, to);
        let found: usize = error.split("line ").nth(1).unwrap().split(':').next().unwrap().parse().unwrap();
        assert!(error.starts_with("policy file, line ") && error.contains(what), "{error}");
        // A value is named by its line, or by that of the table it stands in.
        assert!(found <= line && line - found <= 4, "{error}, changed in line {line}");
    }
}

#[test]
fn a_missing_source_status_or_part_is_refused() {
    let source = "source = \"Cancer Research UK: resected G3 every 3 months\"";
    assert!(refused(source, "").0.contains("missing field `source`"));
    assert!(refused(source, "source = \" \"").0.contains("source must say where"));
    assert!(refused("[row.end]\n", "[row.ende]\n").0.contains("unknown field `ende`"));
    let end = DEFAULT.find("\n[row.end]").unwrap();
    let next = end + DEFAULT[end..].find("\n[[row]]").unwrap();
    let text = format!("{}{}", &DEFAULT[..end], &DEFAULT[next..]);
    let error = Policy::parse(&text).unwrap_err();
    assert!(error.to_string().contains("the row is incomplete: an interval needs [row.end]"), "{error}");
    assert!(Policy::parse("name").unwrap_err().to_string().starts_with("policy file, line 1: "));
}

#[test]
fn rows_that_no_patient_can_reach_are_refused() {
    let (error, _) = refused("years_below = 2", "years_from = 3\nyears_below = 2");
    assert!(error.contains("no patient can meet this condition"), "{error}");
    // Without its bound on years the first row of G3 asks for 3 months for ever, and the second never decides.
    let (error, _) = refused("years_below = 2\n", "");
    let second = DEFAULT[..DEFAULT.find("\"P3 after two years\"").unwrap()].matches('\n').count();
    assert_eq!(
        error,
        format!(
            "policy file, line {second}: row P3 after two years can never decide: whoever meets it meets row P3, which \
             asks for no later scan; narrow that row or remove this one"
        )
    );
    // Unless the first one ends: then the second decides from there on.
    let p3 = &DEFAULT[DEFAULT.find("name = \"P3\"").unwrap()..];
    let p3 = &p3[..p3.find("[[row]]").unwrap()];
    let ended = p3
        .replace("years_below = 2\n", "")
        .replace("years = 12\nthen = \"review\"", "years = 2\nthen = \"ended\"");
    Policy::parse(&DEFAULT.replace(p3, &ended)).unwrap();
    let double =
        "[[row.any]]\nn = [\"N2\"]\nstatus = \"assumption\"\nsource = \"twice\"\n\n[[row.any]]\nki67_above";
    let (error, _) = refused("[[row.any]]\nki67_above", double);
    assert!(error.contains("another alternative covers this one: remove it"), "{error}");
}
