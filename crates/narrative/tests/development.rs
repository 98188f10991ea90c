//! Precision and recall, field by field, over the development reports in `tests/reports`, and over those in
//! `tests/unseen`, for which no rule was written.
//!
//! The numbers are printed with the misses by file (`cargo test -p lacteal-narrative --test development -- --nocapture`).
//! The same reports are read once with their kind told and once with the kind to be found.

#![expect(clippy::print_stdout, reason = "the numbers are what the test is for")]
#![expect(clippy::unwrap_used, reason = "a report that cannot be read fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lacteal_narrative::{Interval, Item, Kind, Summary, read};
use toml::{Table, Value};

const PRECISION_MIN: f64 = 0.97;
const RECALL_MIN: f64 = 0.90;

struct Case {
    name: String,
    text: String,
    key: Table,
}

/// Reports for which rules were written.
const DEVELOPMENT: &str = "tests/reports";
/// Reports for which none was.
const UNSEEN: &str = "tests/unseen";

fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut names: Vec<_> = fs::read_dir(&folder)
        .map(|entries| entries.filter_map(|it| it.ok()).map(|it| it.path()).collect())
        .unwrap_or_default();
    names.retain(|it: &std::path::PathBuf| it.extension().is_some_and(|e| e == "toml"));
    names.sort();
    let case = |path: &std::path::PathBuf| {
        let key = fs::read_to_string(path).unwrap().parse::<Table>().unwrap();
        let text = fs::read_to_string(path.with_extension("txt")).unwrap();
        Case { name: path.file_stem().unwrap().to_string_lossy().into_owned(), text, key }
    };
    names.iter().map(case).collect()
}

fn number(value: f64) -> String {
    format!("{:.2}", value)
}

fn interval(it: Interval) -> String {
    format!("{}..{}", number(it.low), number(it.high))
}

/// The fields of a summary in one spelling; absent where not stated.
fn found(it: &Summary) -> BTreeMap<&'static str, String> {
    let text = |it: Option<&'static str>| it.map(str::to_owned);
    let fields = [
        ("in_scope", it.in_scope.map(|it| it.to_string())),
        ("site", text(it.site)),
        ("tumour_size_mm", it.tumour_size_mm.map(number)),
        ("multifocal", it.multifocal.map(|it| it.to_string())),
        ("extent", text(it.extent)),
        ("pT", text(it.pT)),
        ("pN", text(it.pN)),
        ("pM", text(it.pM)),
        ("nodes_examined", it.nodes_examined.map(|it| it.to_string())),
        ("nodes_positive", it.nodes_positive.map(|it| it.to_string())),
        ("ki67_percent", it.ki67_percent.map(interval)),
        ("mitoses_per_2mm2", it.mitoses_per_2mm2.map(interval)),
        ("grade", text(it.grade)),
        ("liver_metastasis", text(it.liver_metastasis)),
        ("mesenteric_mass_mm", it.mesenteric_mass_mm.map(number)),
    ];
    fields.into_iter().filter_map(|(name, value)| value.map(|it| (name, it))).collect()
}

fn expected(key: &Table) -> BTreeMap<&str, String> {
    let float = |it: &Value| {
        it.as_float().or_else(|| it.as_integer().map(|it| it as f64)).map_or_else(|| "?".into(), number)
    };
    let shown = |it: &Value| match it {
        Value::Table(t) => {
            format!(
                "{}..{}",
                t.get("low").map_or_else(|| "?".into(), float),
                t.get("high").map_or_else(|| "?".into(), float)
            )
        }
        Value::String(s) => s.clone(),
        Value::Boolean(b) => b.to_string(),
        Value::Float(_) => float(it),
        other => other.to_string(),
    };
    let mm = |name: &str, it: &Value| if name.ends_with("_mm") { float(it) } else { shown(it) };
    key.iter().filter(|it| it.0 != "kind").map(|(name, it)| (name.as_str(), mm(name, it))).collect()
}

#[derive(Default)]
struct Score {
    right: u32,
    wrong: u32,
    missed: u32,
}

fn kind_of(key: &Table) -> Kind {
    match key.get("kind").and_then(Value::as_str) {
        Some("radiology") => Kind::Radiology,
        Some("clinic") => Kind::Clinic,
        _ => Kind::Pathology,
    }
}

fn measure(
    label: &str,
    folder: &str,
    kind: impl Fn(&Table) -> Kind,
) -> (BTreeMap<String, Score>, Vec<String>) {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut misses = Vec::new();
    for case in cases(folder) {
        let report = read(&case.text, kind(&case.key));
        let summary = report.summary();
        let (found, expected) = (found(&summary), expected(&case.key));
        let names: std::collections::BTreeSet<&str> =
            found.keys().copied().chain(expected.keys().copied()).collect();
        for name in names {
            let score = scores.entry(name.to_owned()).or_default();
            match (found.get(name), expected.get(name)) {
                (Some(a), Some(b)) if a == b => score.right += 1,
                (a, b) => {
                    score.wrong += u32::from(a.is_some());
                    score.missed += u32::from(b.is_some());
                    let show = |it: Option<&String>| it.map_or_else(|| "-".to_owned(), |it| it.clone());
                    misses.push(format!("{label} {}: {name} is {} read as {}", case.name, show(b), show(a)));
                }
            }
        }
    }
    (scores, misses)
}

fn rates(it: &Score) -> (f64, f64) {
    let rate =
        |bad: u32| if it.right + bad == 0 { 1.0 } else { f64::from(it.right) / f64::from(it.right + bad) };
    (rate(it.wrong), rate(it.missed))
}

fn print(label: &str, scores: &BTreeMap<String, Score>, misses: &[String]) {
    println!("{label}: field, precision, recall, right, wrong, missed");
    for (name, it) in scores {
        let (precision, recall) = rates(it);
        println!("  {name:<20} {precision:.3} {recall:.3} {:>4} {:>3} {:>3}", it.right, it.wrong, it.missed);
    }
    for miss in misses {
        println!("  {miss}");
    }
}

#[test]
fn every_field_is_read_precisely_and_seldom_missed() {
    let (scores, misses) = measure("told", DEVELOPMENT, kind_of);
    print("kind told", &scores, &misses);
    for (name, it) in &scores {
        let (precision, recall) = rates(it);
        assert!(precision >= PRECISION_MIN, "{name}: precision {precision:.3}");
        assert!(recall >= RECALL_MIN, "{name}: recall {recall:.3}");
    }
}

#[test]
fn the_kind_need_not_be_told() {
    let (scores, misses) = measure("auto", DEVELOPMENT, |_| Kind::Auto);
    print("kind found", &scores, &misses);
    for (name, it) in &scores {
        let (precision, recall) = rates(it);
        assert!(precision >= PRECISION_MIN, "{name}: precision {precision:.3}");
        assert!(recall >= RECALL_MIN, "{name}: recall {recall:.3}");
    }
}

#[test]
fn reports_out_of_scope_state_nothing_of_a_tumour() {
    let all = [DEVELOPMENT, UNSEEN].into_iter().flat_map(cases);
    for case in all.filter(|it| it.key.get("in_scope").and_then(Value::as_bool) == Some(false)) {
        for kind in [kind_of(&case.key), Kind::Auto] {
            let report = read(&case.text, kind);
            let tumour = report.statements.iter().find(|it| !matches!(it.item, Item::Imaging(_)));
            assert!(tumour.is_none(), "{}: {:?}", case.name, tumour.map(|it| it.rule));
        }
    }
}

/// All fields together, because single ones have few cases here. What is wanted is 0.97 and 0.90; this holds what is
/// reached, so that it does not get worse unseen.
#[test]
fn reports_for_which_no_rule_was_written_are_read_no_worse_than_before() {
    let (scores, misses) = measure("unseen", UNSEEN, |_| Kind::Auto);
    print("unseen", &scores, &misses[..0]);
    let mut all = Score::default();
    for it in scores.values() {
        all.right += it.right;
        all.wrong += it.wrong;
        all.missed += it.missed;
    }
    let (precision, recall) = rates(&all);
    println!("unseen, all fields: {precision:.3} {recall:.3}");
    assert!(precision >= 0.95 && recall >= 0.90, "{precision:.3} {recall:.3}");
}

/// Of how many fields of all reports another spelling of the text may change one.
const CHANGED_BY_LETTERS_MAX: f64 = 0.01;

/// How many fields of the reports are read otherwise when their texts are spelt in another way.
fn changed(cases: &[Case], spelt: impl Fn(&str) -> String) -> (usize, Vec<String>) {
    let (mut fields, mut changed) = (0, Vec::new());
    for Case { name, text, key } in cases {
        let kind = kind_of(key);
        let other = spelt(&text.replace("\r\n", "\n"));
        let (one, other) = (found(&read(text, kind).summary()), found(&read(&other, kind).summary()));
        fields += one.len().max(other.len());
        let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).collect();
        let differing = keys.into_iter().filter(|key| one.get(*key) != other.get(*key));
        changed.extend(differing.map(|key| format!("{name}: {key}")));
    }
    (fields, changed)
}

#[test]
fn how_lines_end_and_where_they_begin_on_the_page_changes_nothing() {
    let cases = cases(DEVELOPMENT);
    let every = |line: fn(&str) -> String| {
        move |text: &str| text.split('\n').map(line).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(changed(&cases, |text| text.replace('\n', "\r\n")).1, Vec::<String>::new());
    assert_eq!(changed(&cases, every(|line| format!("{line}   "))).1, Vec::<String>::new());
    assert_eq!(
        changed(
            &cases,
            every(|line| if line.trim().is_empty() { line.to_owned() } else { format!("    {line}") })
        )
        .1,
        Vec::<String>::new()
    );
    let american =
        |text: &str| text.replace("tumour", "tumor").replace("Tumour", "Tumor").replace("TUMOUR", "TUMOR");
    assert_eq!(changed(&cases, american).1, Vec::<String>::new());
}

#[test]
fn capitals_and_small_letters_change_hardly_anything() {
    let cases = cases(DEVELOPMENT);
    for (name, spelt) in
        [("capitals", str::to_uppercase as fn(&str) -> String), ("small letters", str::to_lowercase)]
    {
        let (fields, changed) = changed(&cases, spelt);
        println!("{name}: {} of {fields} fields read otherwise", changed.len());
        let most = fields as f64 * CHANGED_BY_LETTERS_MAX;
        assert!(changed.len() as f64 <= most, "{name}:\n{}", changed.join("\n"));
    }
}
