//! Reports in text: which text is read, what it states, and with which bytes and standing.

use lacteal_clinical::{Attribute, Dossier, Fact, Finding, Reading, ReportKey, Standing};
use lacteal_intake::{Code, Means, Verdict};

use crate::given::{Given, MSH_ORU, PID, facts, message, obx, read, segment, takes_back, words};

const CT: &str = "41806-1^CT Abdomen^LN";
const PATHOLOGY: &str = "11529-5^Surgical pathology^LN";
const LINES: [&str; 4] = [
    "FINAL DIAGNOSIS:",
    "Terminal ileum, resection: well differentiated neuroendocrine tumour, WHO grade 1.",
    "Ki-67 index: 2 %.",
    "TNM: pT3 pN1",
];

fn obr(code: &str, reported: &str) -> String {
    segment("OBR", &[(3, "F77"), (4, code), (7, "20240601"), (22, reported)])
}

/// A report with a text line an observation.
fn report(code: &str, kind: &str, lines: &[&str], status: &str) -> String {
    versioned(code, kind, lines, status, "20240602")
}

fn versioned(code: &str, kind: &str, lines: &[&str], status: &str, reported: &str) -> String {
    let mut segments = vec![MSH_ORU.to_owned(), PID.to_owned(), obr(code, reported)];
    for line in lines {
        segments.push(obx(kind, "L1^Text^L", line, "").replace("|F", &format!("|{status}")));
    }
    segments.join("\r")
}

fn texts(text: &str) -> Vec<Fact> {
    facts(text).into_iter().filter(|it| it.reading != Reading::Coded && !takes_back(it)).collect()
}

fn shown(text: &str) -> Vec<String> {
    texts(text).iter().map(words).collect()
}

#[test]
fn the_lines_of_a_report_are_one_text_and_each_statement_knows_its_bytes() {
    for kind in ["TX", "FT", "ST", ""] {
        let text = report(PATHOLOGY, kind, &LINES, "F");
        assert!(matches!(read(&text), Verdict::Keep(_)), "{kind}");
        let facts = texts(&text);
        for (expected, said, line) in
            [("ki67 2 % @2024-06-01", "2", 3), ("pT3 @2024-06-01", "pT3", 4), ("pN1 @2024-06-01", "pN1", 4)]
        {
            let all = facts.iter().map(words).collect::<Vec<_>>();
            let fact = facts
                .iter()
                .find(|it| words(it) == expected)
                .unwrap_or_else(|| panic!("{expected}: {all:?}"));
            assert_eq!(fact.place.occurrence, line, "{kind} {expected}");
            let bytes = &text[fact.place.span_start as usize..fact.place.span_end as usize];
            assert!(
                bytes.contains(said) && LINES[line as usize - 1].contains(bytes),
                "{kind} {expected}: {bytes}"
            );
        }
    }
}

#[test]
fn lines_may_be_repetitions_of_one_value_and_breaks_within_it() {
    for value in [LINES.join("~"), LINES.join("\\.br\\")] {
        let all = shown(&report(PATHOLOGY, "FT", &[&value], "F"));
        assert!(all.contains(&"ki67 2 % @2024-06-01".to_owned()), "{all:?}");
    }
}

#[test]
fn the_kind_comes_from_the_order_the_service_or_the_code_of_the_text() {
    let is_read = |text: &str| matches!(read(text), Verdict::Keep(_));
    assert!(is_read(&report("60568-3^Synoptic^LN", "TX", &LINES, "F")));
    let service = segment("OBR", &[(3, "F77"), (4, "P^Path^L"), (7, "20240601"), (24, "SP")]);
    let lines = LINES.map(|line| obx("TX", "L1^Text^L", line, ""));
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    assert!(is_read(&message(&[&[MSH_ORU, PID, &service], &lines[..]].concat())));
    let own = LINES.map(|line| obx("TX", "22637-3^Diagnosis^LN", line, ""));
    let own: Vec<_> = own.iter().map(String::as_str).collect();
    let bare = obr("P^Path^L", "");
    assert!(is_read(&message(&[&[MSH_ORU, PID, &bare], &own[..]].concat())));
    assert!(
        is_read(&message(&[&[MSH_ORU, PID, &bare], &lines[..]].concat())),
        "nobody says that it is a report, but its words"
    );
    let other = obx("TX", "L1^Comment^L", "Haemolysed sample, please repeat.", "");
    let verdict = read(&message(&[MSH_ORU, PID, &bare, &other]));
    assert!(matches!(verdict, Verdict::KeepIfToldBefore(_)), "it states nothing: {verdict:?}");
    let short = LINES.map(|line| obx("ST", "L1^Text^L", line, ""));
    let short: Vec<_> = short.iter().map(String::as_str).collect();
    assert_eq!(read(&message(&[&[MSH_ORU, PID, &bare], &short[..]].concat())), NOTHING, "some results");
    let site = Code {
        system: "L".to_owned(),
        code: "P".to_owned(),
        means: Means::PathologyReport,
        modality: String::new(),
        region: String::new(),
        unit: String::new(),
        source: String::new(),
    };
    let given = Given { codes: vec![site], ..Given::default() };
    assert!(matches!(given.read(&message(&[&[MSH_ORU, PID, &bare], &lines[..]].concat())), Verdict::Keep(_)));
}

const NOTHING: Verdict = Verdict::NotRelevant("nothing about a tumour");

#[test]
fn a_report_about_another_tumour_states_nothing_and_matters_where_an_earlier_version_is_kept() {
    let colon = [
        "FINAL DIAGNOSIS:",
        "Sigmoid colon, resection: adenocarcinoma, moderately differentiated.",
        "pT3 pN1",
    ];
    for (lines, status) in [
        (&colon[..], "F"),
        (&["Skin, biopsy: benign naevus."][..], "F"),
        (&["Skin, biopsy: benign naevus."][..], "P"),
    ] {
        let text = report(PATHOLOGY, "TX", lines, status);
        assert!(matches!(read(&text), Verdict::KeepIfToldBefore(_)), "{:?}", read(&text));
        assert_eq!(shown(&text), [""; 0]);
    }
}

#[test]
fn what_is_not_the_whole_text_takes_nothing_back_and_is_not_kept() {
    for (kind, value, status) in [
        ("TX", "", "F"),
        ("TX", "  ", "F"),
        ("TX", "", "U"),
        ("TX", "", "I"),
        ("TX", "ADDENDUM: seen again, no change.", "F"),
    ] {
        assert_eq!(read(&report(PATHOLOGY, kind, &[value], status)), NOTHING, "{kind} {value} {status}");
    }
    // A study matters of those known, whatever its text says; that of which a part is as it was sent before, or which
    // is in a form that is not read, takes nothing back.
    let study = |lines: &[(&str, &str, &str)]| {
        let obr = segment("OBR", &[(3, "F77"), (4, CT), (7, "20240601"), (25, "F")]);
        let lines = lines.iter().map(|(kind, value, status)| {
            obx(kind, "L1^Text^L", value, "").replace("|F", &format!("|{status}"))
        });
        let segments = [MSH_ORU.to_owned(), PID.to_owned(), obr].into_iter().chain(lines);
        let facts = facts(&segments.collect::<Vec<_>>().join("\r"));
        facts.iter().filter_map(|fact| fact.text).map(|text| text.is_whole).collect::<Vec<_>>()
    };
    let rest = ("TX", "Lungs: clear.", "F");
    assert_eq!(study(&[rest]), [true]);
    for (kind, value, status) in
        [("TX", "", "U"), ("TX", "", "I"), ("TX", "", "F"), ("ED", "^application^pdf^Base64^JVBERi0=", "F")]
    {
        let whole = study(&[(kind, value, status)]);
        assert!(!whole.is_empty() && !whole.contains(&true), "{kind} {status}: {whole:?}");
    }
    assert_eq!(study(&[("TX", "", "U"), rest]), [false]);
    assert_eq!(study(&[("TX", "", "F"), rest]), [true], "an empty line between others");
}

#[test]
fn what_a_scan_says_of_the_liver_matters_of_those_known() {
    let lines = ["FINDINGS:", "Liver: no focal lesion.", "IMPRESSION:", "No liver metastases."];
    let text = report("18748-4^Imaging study^LN", "TX", &lines, "F");
    let Verdict::KeepIfKnown(_) = read(&text) else { panic!("{:?}", read(&text)) };
    assert!(shown(&text).contains(&"liver Absent @2024-06-01".to_owned()), "{:?}", shown(&text));
}

#[test]
fn what_is_uncertain_keeps_its_sentence() {
    let lines = [LINES[0], LINES[1], "Ki-67 index: 2 %.", "Possible perineural invasion is seen."];
    let facts = texts(&report(PATHOLOGY, "TX", &lines, "F"));
    let of = |wanted: fn(&Finding) -> bool| facts.iter().find(|it| wanted(&it.finding)).expect("a statement");
    let doubtful = of(|it| matches!(it, Finding::PerineuralInvasion(_)));
    assert_eq!(doubtful.reading.sentence(), Some(lines[3]));
    let certain = of(|it| matches!(it, Finding::Ki67(_)));
    assert!(matches!(&certain.reading, Reading::Text { sentence: None, rule, .. } if !rule.is_empty()));
}

#[test]
fn the_standing_of_the_lines_is_that_of_what_they_state() {
    for (status, expected) in [
        ("F", "ki67 2 % @2024-06-01"),
        ("P", "Preliminary: ki67 2 % @2024-06-01"),
        ("C", "Corrected: ki67 2 % @2024-06-01"),
    ] {
        let all = shown(&report(PATHOLOGY, "TX", &LINES, status));
        assert!(all.contains(&expected.to_owned()), "{status}: {all:?}");
    }
}

/// What stands after versions of one report.
fn stands(versions: &[&str]) -> Vec<String> {
    let mut standing = std::collections::BTreeMap::new();
    for fact in versions.iter().flat_map(|text| facts(text)) {
        let known = standing.entry(fact.key()).or_insert_with(|| fact.clone());
        if fact.supersedes(known) {
            *known = fact;
        }
    }
    let text = |it: &&Fact| it.reading != Reading::Coded && it.standing.counts();
    let mut all: Vec<_> = standing.values().filter(text).map(words).collect();
    all.sort_unstable();
    all
}

#[test]
fn a_correction_takes_the_place_of_the_whole_text() {
    let first = versioned(PATHOLOGY, "TX", &LINES, "F", "20240602");
    let corrected = versioned(PATHOLOGY, "TX", &[LINES[0], LINES[1], "Ki-67 index: 12 %."], "C", "20240603");
    let all = stands(&[&first, &corrected]);
    assert!(all.contains(&"Corrected: ki67 12 % @2024-06-01".to_owned()), "{all:?}");
    assert!(
        !all.iter()
            .any(|it| it.contains("pT3") || it.contains("pN1") || it.contains("2 %") && !it.contains("12")),
        "{all:?}"
    );
    assert_eq!(stands(&[&corrected, &first]), all);
}

#[test]
fn markers_symptoms_and_intolerances_are_read_out_of_text() {
    let with = |line: &str| report(PATHOLOGY, "TX", &[LINES[0], LINES[1], line], "F");
    let read = |line: &str| -> Vec<(String, bool)> {
        let facts = texts(&with(line)).into_iter();
        let beside = |it: &Fact| {
            let about = it.finding.attribute();
            [Attribute::Marker, Attribute::CarcinoidSyndrome, Attribute::ContrastIntolerance].contains(&about)
        };
        facts.filter(beside).map(|it| (words(&it), !it.reading.is_uncertain())).collect()
    };
    for (line, expected, is_certain) in [
        ("Serum chromogranin A 320 ng/mL.", "chromogranin_a 320 ng/ml (text)", true),
        ("Urinary 5-HIAA 95 umol/24h.", "urine_5hiaa 95 umol/24h (text)", true),
        ("Plasma 5-HIAA 410 nmol/L.", "plasma_5hiaa 410 nmol/l (text)", true),
        ("5-HIAA 410 nmol/L.", "unread marker ambiguous", true),
        ("She has carcinoid syndrome.", "syndrome Present @2024-06-01", true),
        ("Possible carcinoid syndrome.", "syndrome Present @2024-06-01", false),
        ("Allergy: iodinated contrast.", "no iodinated contrast @2024-06-01", true),
    ] {
        assert_eq!(read(line), [(expected.to_owned(), is_certain)], "{line}");
    }
}

#[test]
fn the_ki67_of_a_metastasis_is_its_own_where_the_text_says_so() {
    let read = |line: &str| -> Vec<(String, bool)> {
        let all = texts(&report(PATHOLOGY, "TX", &[LINES[0], LINES[1], line], "F"));
        let ki67 = all.into_iter().filter(|it| it.finding.attribute() == Attribute::MetastasisKi67);
        ki67.map(|it| (words(&it), !it.reading.is_uncertain())).collect()
    };
    let plain = read("Ki-67 in the liver metastasis: 8 %.");
    assert_eq!(plain, [("metastasis ki67 8 % @2024-06-01".to_owned(), true)]);
    let vague = read("Metastatic neuroendocrine tumour in two nodes (Ki-67 9 %).");
    assert!(vague.iter().all(|(_, is_certain)| !is_certain), "{vague:?}");
}

/// What stands in the dossier after versions of one report, each in a message of its own.
fn stands_in_dossier(versions: &[&str]) -> Vec<String> {
    let mut facts: Vec<Fact> = Vec::new();
    for (at, text) in versions.iter().enumerate() {
        let report = ReportKey([u8::try_from(at).expect("few versions"); 16]);
        facts.extend(self::facts(text).into_iter().map(|mut it| {
            it.place.report = report;
            it
        }));
    }
    let patient = facts[0].patient;
    let dossier = Dossier::from_parts(patient, patient, facts);
    let mut all: Vec<_> =
        dossier.standing_facts().filter(|it| it.reading != Reading::Coded).map(words).collect();
    all.sort_unstable();
    all
}

#[test]
fn a_final_report_that_comes_again_takes_back_what_it_no_longer_says() {
    let first = versioned(PATHOLOGY, "TX", &LINES, "F", "20240602");
    let again = versioned(PATHOLOGY, "TX", &[LINES[0], LINES[1], "Ki-67 index: 12 %."], "F", "20240603");
    let alone = stands_in_dossier(&[&again]);
    assert!(alone.contains(&"ki67 12 % @2024-06-01".to_owned()), "{alone:?}");
    assert_eq!(stands_in_dossier(&[&first, &again]), alone);
    assert_eq!(stands_in_dossier(&[&again, &first]), alone);
    // A preliminary version that comes late says nothing against it.
    let late = versioned(PATHOLOGY, "TX", &LINES, "P", "20240604");
    assert_eq!(stands_in_dossier(&[&first, &again, &late]), alone);
    // Nor does the version that was replaced, when it comes once more.
    assert_eq!(stands_in_dossier(&[&again, &first, &first]), alone);
}

#[test]
fn an_addendum_by_itself_takes_nothing_back() {
    let first = versioned(PATHOLOGY, "TX", &LINES, "F", "20240602");
    let added = versioned(
        PATHOLOGY,
        "TX",
        &["ADDENDUM:", "Ileal neuroendocrine tumour: Ki-67 index 12 %."],
        "F",
        "20240603",
    );
    let all = stands_in_dossier(&[&first, &added]);
    assert!(all.iter().any(|it| it.contains("pT3")), "{all:?}");
    assert!(all.contains(&"ki67 12 % @2024-06-01".to_owned()), "{all:?}");
}

#[test]
fn a_text_that_is_deleted_is_withdrawn_with_all_it_stated() {
    let first = versioned(PATHOLOGY, "TX", &LINES, "F", "20240602");
    for lines in [&LINES[..], &[""]] {
        let deleted = versioned(PATHOLOGY, "TX", lines, "D", "20240603");
        assert_eq!(stands(&[&first, &deleted]), [""; 0], "{lines:?}");
    }
    let wrong = versioned(PATHOLOGY, "TX", &LINES, "W", "20240603");
    assert_eq!(stands(&[&first, &wrong]), [""; 0]);
    assert!(texts(&wrong).iter().any(|it| it.standing == Standing::WrongPatient));
}

#[test]
fn a_coded_value_goes_before_the_text_of_its_report() {
    let with = |value: &str| {
        let text = report(PATHOLOGY, "TX", &LINES, "F");
        format!("{text}\r{}", obx("NM", "29593-1^Ki-67^LN", value, "%"))
    };
    let indices = |text: &str| {
        let facts = facts(text);
        let of = facts.iter().filter(|it| matches!(it.finding, Finding::Ki67(_)));
        of.map(|it| (words(it), it.reading.is_uncertain())).collect::<Vec<_>>()
    };
    let coded = |value: &str| (format!("ki67 {value} % @2024-06-01"), false);
    assert_eq!(indices(&with("2")), [coded("2")], "it agrees");
    let differing = indices(&with("9"));
    assert_eq!(differing, [coded("9"), ("ki67 2 % @2024-06-01".to_owned(), true)], "people see both");
}

#[test]
fn parts_that_are_told_by_suffix_or_code_are_headed_by_it() {
    let line = |code: &str, text: &str| obx("TX", code, text, "");
    let parts = [
        line("24627-2&GDT^CT^LN", "Two hypodense lesions of the liver, up to 14 mm."),
        line("24627-2&IMP^CT^LN", "Liver metastases."),
    ];
    let text = message(&[MSH_ORU, PID, &obr("18748-4^Imaging study^LN", ""), &parts[0], &parts[1]]);
    let all = shown(&text);
    assert!(all.iter().any(|it| it.starts_with("liver Present")), "{all:?}");
    let history = [
        line("22636-5^History^LN", "Known liver metastases of colon cancer in the mother."),
        line("22637-3^Diagnosis^LN", LINES[1]),
    ];
    let text = message(&[MSH_ORU, PID, &obr(PATHOLOGY, ""), &history[0], &history[1]]);
    assert!(!shown(&text).iter().any(|it| it.starts_with("liver")), "{:?}", shown(&text));
}

#[test]
fn the_title_of_a_short_observation_is_the_label_of_its_value() {
    let text = message(&[
        MSH_ORU,
        PID,
        &obr(PATHOLOGY, ""),
        &obx("ST", "L1^Tumor site^L", "Ileum", ""),
        &obx("ST", "L2^Histologic type^L", "Well-differentiated neuroendocrine tumor", ""),
        &obx("ST", "L3^Ki-67 labeling index^L", "3 %", ""),
    ]);
    let all = shown(&text);
    assert!(all.contains(&"ki67 3 % @2024-06-01".to_owned()), "{all:?}");
    assert!(all.contains(&"site Ileum @2024-06-01".to_owned()), "{all:?}");
}

fn too_long(facts: &[Fact]) -> Vec<&Fact> {
    let is = |it: &&Fact| {
        matches!(it.finding, Finding::Unread { reason: lacteal_clinical::finding::UnreadReason::TooLong, .. })
    };
    facts.iter().filter(is).collect()
}

#[test]
fn more_values_of_one_attribute_than_are_kept_are_shown_as_left_out() {
    let said = |count: u32| {
        let mut lines = vec![LINES[0].to_owned(), LINES[1].to_owned()];
        lines.extend((1..=count).map(|value| format!("Ki-67 index: {value} %.")));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        texts(&report(PATHOLOGY, "TX", &lines, "F"))
    };
    let values = |facts: &[Fact]| facts.iter().filter(|it| matches!(it.finding, Finding::Ki67(_))).count();
    let all = said(16);
    assert_eq!((values(&all), too_long(&all).len()), (16, 0));
    let more = said(20);
    let [left_out] = too_long(&more)[..] else { panic!("{more:?}") };
    assert_eq!(left_out.finding.attribute().as_str(), "ki67");
    assert!(left_out.standing.counts());
    assert_eq!(values(&more), 16);
}

#[test]
fn a_text_that_is_longer_than_is_read_says_so() {
    let padded = |bytes: usize| {
        let text = report(PATHOLOGY, "TX", &[&LINES.join(" "), &" ".repeat(bytes)], "F");
        let limits = lacteal_hl7::Limits { message_bytes_max: 32 << 20, ..lacteal_hl7::Limits::default() };
        let message =
            lacteal_hl7::Message::parse(bytes::Bytes::from(text.into_bytes()), &limits).expect("a message");
        crate::given::kept(Given::default().verdict(&message))
    };
    let (whole, cut) = (padded(1 << 10), padded(17 << 20));
    assert!(too_long(&whole).iter().all(|it| takes_back(it)));
    let [left_out] = too_long(&cut)[..] else { panic!("not shown") };
    assert!(left_out.standing.counts());
    let decoded = whole.iter().find(|it| it.identity == left_out.identity).expect("the same statement");
    assert!(takes_back(decoded), "a later version that is read whole takes it back");
}
