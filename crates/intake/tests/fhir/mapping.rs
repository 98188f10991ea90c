//! What single resources state.

use lacteal_clinical::finding::{Site, UnreadReason};
use lacteal_clinical::{Finding, PatientId, Reading, RecordNumber, ReportKind, Standing};
use lacteal_fhir::{Limits, locate};
use lacteal_intake::Verdict;

use crate::given::{
    bundle, coded, facts, key, observation, observation_of, patient, refused, stated, subject, urn, verdict,
    words,
};

const SCT: &str = "http://snomed.info/sct";
const ICD10CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
const PERCENT: &str = r#""system": "http://unitsofmeasure.org", "code": "%""#;

fn number(number: &str) -> PatientId {
    key().pseudonym(&RecordNumber::new("NORTH", number).expect("a number"))
}

fn one(body: &str) -> String {
    // A correction takes back that the date could not be read.
    let all: Vec<_> = stated(body).into_iter().filter(|it| !it.contains("InvalidDate")).collect();
    let [one] = &all[..] else { panic!("not one: {all:?}") };
    one.clone()
}

#[test]
fn values_are_read_with_comparator_range_and_unit() {
    let ki67 = |value: &str| one(&observation("29593-1", value));
    let plain = ki67(&format!(r#""valueQuantity": {{"value": 2.50, {PERCENT}}}"#));
    let same = ki67(&format!(r#""valueQuantity": {{"value": 25e-1, {PERCENT}}}"#));
    assert_eq!(plain, same);
    assert!(plain.ends_with("@2024-06-01"), "{plain}");
    let below = ki67(&format!(r#""valueQuantity": {{"value": 2, "comparator": "<", {PERCENT}}}"#));
    assert!(below.contains("Below"), "{below}");
    let range =
        format!(r#""valueRange": {{"low": {{"value": 3, {PERCENT}}}, "high": {{"value": 5, {PERCENT}}}}}"#);
    assert!(ki67(&range).contains("Range"), "{}", ki67(&range));
    assert_eq!(ki67(r#""valueString": "<2%""#), below);
    let nodes = one(&observation("21893-3", r#""valueInteger": 3"#));
    assert_eq!(nodes, "NodesPositive(3) @2024-06-01");
    let missing = one(&observation("29593-1", r#""valueQuantity": {"value": 2.5}"#));
    assert!(missing.contains("Unread") && missing.contains("UnitMissing"), "{missing}");
}

#[test]
fn a_tumour_size_is_the_longest_dimension_of_its_panel() {
    let part = |code: &str, value: &str| {
        let quantity =
            format!(r#"{{"value": {value}, "system": "http://unitsofmeasure.org", "code": "mm"}}"#);
        format!(r#"{{"code": {}, "valueQuantity": {quantity}}}"#, coded("http://loinc.org", code))
    };
    let components = format!(r#""component": [{}, {}]"#, part("33729-5", "9"), part("33728-7", "14"));
    let size = one(&observation("21889-1", &components));
    let same = one(&observation("33728-7", r#""valueQuantity": {"value": 1.4, "unit": "cm"}"#));
    assert_eq!(size, same);
}

#[test]
fn tnm_categories_are_read_from_loinc_and_from_mcode() {
    let words = |code: &str, value: &str| one(&observation_of("final", code, value));
    let loinc = words(&coded("http://loinc.org", "21899-0"), r#""valueCodeableConcept": {"text": "pT3"}"#);
    let display = r#""valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "1228904005",
        "display": "American Joint Committee on Cancer pT3 (qualifier value)"}]}"#;
    assert_eq!(words(&coded(SCT, "384625004"), display), loinc);
    assert!(words(&coded(SCT, "384625004"), r#""valueString": "cT3""#).contains("Ambiguous"));
    let grade = words(
        &coded("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C18000"),
        r#""valueString": "G2""#,
    );
    assert!(grade.contains("G2"), "{grade}");
}

#[test]
fn a_status_says_how_far_a_result_counts() {
    let with = |status: &str| {
        let code = coded("http://loinc.org", "21893-3");
        one(&observation_of(status, &code, r#""valueInteger": 3"#))
    };
    assert_eq!(with("final"), "NodesPositive(3) @2024-06-01");
    for (status, expected) in [
        ("registered", "Preliminary: "),
        ("preliminary", "Preliminary: "),
        ("amended", "Corrected: "),
        ("corrected", "Corrected: "),
        ("cancelled", "NotAvailable: "),
    ] {
        assert_eq!(with(status), format!("{expected}NodesPositive(3) @2024-06-01"), "{status}");
    }
    let code = coded("http://loinc.org", "21893-3");
    let withdrawn = stated(&observation_of("entered-in-error", &code, ""));
    assert!(withdrawn.iter().all(|it| it.starts_with("Deleted: ")), "{withdrawn:?}");
}

#[test]
fn what_is_entered_in_error_is_the_same_statement_withdrawn() {
    let code = coded("http://loinc.org", "21893-3");
    let first = facts(&observation_of("final", &code, r#""valueInteger": 3"#));
    let last = facts(&observation_of("entered-in-error", &code, ""));
    let result = |all: &[lacteal_clinical::Fact]| {
        all.iter()
            .find(|fact| fact.place.expression.starts_with("Observation.value"))
            .cloned()
            .expect("a result")
    };
    assert_eq!(result(&first).key(), result(&last).key());
    assert!(result(&last).supersedes(&result(&first)));
}

#[test]
fn a_condition_states_diagnosis_site_histology_and_liver() {
    let condition = |status: &str, code: &str, more: &str| {
        let verification = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", status);
        let subject = subject("4711");
        format!(
            r#"{{"resourceType": "Condition", "id": "c", "verificationStatus": {verification}, "code": {code}, {subject},
                "onsetDateTime": "2024-05"{more}}}"#
        )
    };
    let site = format!(r#", "bodySite": [{}]"#, coded(SCT, "34516001"));
    let stated_of = |body: &str| stated(body).join("; ");
    let primary = stated_of(&condition("confirmed", &coded(ICD10CM, "C7A.012"), &site));
    assert!(primary.contains("C7A012") && primary.contains("PrimarySite(Ileum) @2024-05"), "{primary}");
    let liver = format!(r#", "bodySite": [{}]"#, coded(SCT, "10200004"));
    let secondary = stated_of(&condition("confirmed", &coded(SCT, "128462008"), &liver));
    assert_eq!(secondary, "LiverMetastasis(Present) @2024-05");
    let withdrawn = facts(&condition("entered-in-error", &coded(ICD10CM, "C7A.012"), &site));
    let about = withdrawn.iter().filter(|fact| !fact.finding.is_about_the_person());
    assert!(about.clone().all(|fact| !fact.standing.counts()) && about.count() > 2);
    let other = condition("confirmed", &coded(ICD10CM, "I10"), "");
    assert_eq!(verdict(&other), Ok(Verdict::NotRelevant("nothing about a tumour")));
}

#[test]
fn an_allergy_is_read_when_it_is_to_a_contrast_medium() {
    let allergy = |code: &str, status: &str, more: &str| {
        let patient = subject("4711").replace("subject", "patient");
        format!(
            r#"{{"resourceType": "AllergyIntolerance", "id": "x", {patient}, "code": {code},
                "verificationStatus": {{"coding": [{{"code": "{status}"}}]}}{more}}}"#
        )
    };
    let iohexol = coded("http://www.whocc.no/atc", "V08AB02");
    let text = |text: &str| format!(r#"{{"text": "{text}"}}"#);
    assert_eq!(
        one(&allergy(&iohexol, "confirmed", r#", "onsetDateTime": "2019-03-04""#)),
        "ContrastIntolerance(Iodinated) @2019-03-04"
    );
    assert_eq!(one(&allergy(&text("Gadolinium"), "confirmed", "")), "ContrastIntolerance(Gadolinium)");
    assert_eq!(one(&allergy(&iohexol, "unconfirmed", "")), "Preliminary: ContrastIntolerance(Iodinated)");
    assert_eq!(one(&allergy(&iohexol, "refuted", "")), "Deleted: ContrastIntolerance(Iodinated)");
    let by_reaction = r#", "reaction": [{"substance": {"text": "Omnipaque"}, "manifestation": []}]"#;
    assert_eq!(
        one(&allergy(&text("Contrast media"), "confirmed", by_reaction)),
        "ContrastIntolerance(Iodinated)"
    );
    let resolved = r#", "clinicalStatus": {"coding": [{"code": "resolved"}]}"#;
    assert_eq!(one(&allergy(&iohexol, "confirmed", resolved)), "Deleted: ContrastIntolerance(Iodinated)");
    assert!(matches!(verdict(&allergy(&iohexol, "confirmed", "")), Ok(Verdict::KeepIfKnown(_))));
    let other = allergy(&text("Penicillin"), "confirmed", "");
    assert_eq!(verdict(&other), Ok(Verdict::NotRelevant("nothing about a tumour")));
}

#[test]
fn orders_appointments_and_studies_are_told_apart() {
    let code = coded("http://loinc.org", "30670-4");
    let of = |kind: &str, more: &str| {
        let subject = subject("4711");
        one(&format!(r#"{{"resourceType": "{kind}", "id": "x", {subject}, {more}}}"#))
    };
    let order = of(
        "ServiceRequest",
        &format!(
            r#""status": "active", "intent": "order", "code": {code}, "occurrenceDateTime": "2024-09-01""#
        ),
    );
    assert!(
        order.starts_with("ImagingOrder") && order.contains("Placed") && order.ends_with("@2024-09-01"),
        "{order}"
    );
    let done = of(
        "Procedure",
        &format!(r#""status": "completed", "code": {code}, "performedDateTime": "2024-05-02""#),
    );
    assert!(
        done.starts_with("Imaging(") && done.contains("Liver") && done.ends_with("@2024-05-02"),
        "{done}"
    );
    let study = of(
        "ImagingStudy",
        r#""status": "available", "modality": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "CT"}], "started": "2024-05-02""#,
    );
    assert!(study.contains("Ct") && study.contains("Other"), "{study}");
    let report = of(
        "DiagnosticReport",
        &format!(r#""status": "final", "code": {code}, "effectiveDateTime": "2024-05-02""#),
    );
    assert_eq!(report, done);
    let reference = format!(
        r#"{{"type": "Patient", "identifier": {{"system": "{}", "value": "4711"}}}}"#,
        crate::given::SYSTEM
    );
    let booked = one(&format!(
        r#"{{"resourceType": "Appointment", "id": "a", "status": "noshow", "serviceType": [{code}],
            "start": "2024-09-01T10:00:00Z", "participant": [{{"status": "accepted", "actor": {reference}}}]}}"#
    ));
    assert!(booked.contains("NoShow") && booked.ends_with("@2024-09-01"), "{booked}");
}

#[test]
fn a_day_of_an_order_or_appointment_that_cannot_be_is_unread() {
    let code = coded("http://loinc.org", "30670-4");
    let subject = subject("4711");
    let order = |on: &str| {
        format!(
            r#"{{"resourceType": "ServiceRequest", "id": "x", {subject}, "status": "active", "intent": "order",
                "code": {code}, "occurrenceDateTime": "{on}"}}"#
        )
    };
    let reference = subject.split_once(": ").map(|(_, reference)| reference).expect("a reference");
    let appointment = |on: &str| {
        format!(
            r#"{{"resourceType": "Appointment", "id": "a", "status": "booked", "serviceType": [{code}],
                "start": "{on}T10:00:00Z", "participant": [{{"status": "accepted", "actor": {reference}}}]}}"#
        )
    };
    for (on, is_read) in [("2024-09-01", true), ("2029-06-01", true), ("2034-09-01", false)] {
        for body in [order(on), appointment(on)] {
            let all = stated(&body);
            assert_eq!(all.len(), if is_read { 1 } else { 2 }, "{all:?}");
            assert_eq!(all.iter().any(|it| it.contains("Unread")), !is_read, "{all:?}");
            assert_eq!(all.last().is_some_and(|it| it.contains('@')), is_read, "{all:?}");
        }
    }
}

#[test]
fn the_results_of_many_reports_are_found_at_once() {
    const MANY: usize = 1_200;
    let mut resources: Vec<String> = (0..MANY)
        .map(|at| {
            observation("21893-3", r#""valueInteger": 3"#)
                .replace(r#""id": "o""#, &format!(r#""id": "o{at}""#))
        })
        .collect();
    let report = |at: usize| {
        let results = (0..20).map(|next| format!(r#"{{"reference": "{}"}}"#, urn((at + next) % MANY)));
        let results = results.collect::<Vec<_>>().join(", ");
        format!(
            r#"{{"resourceType": "DiagnosticReport", "id": "r{at}", "status": "final", "code": {}, {},
                "result": [{results}]}}"#,
            coded("http://loinc.org", "11529-5"),
            subject("4711")
        )
    };
    resources.extend((0..MANY).map(report));
    let body = bundle("collection", "", &resources);
    let began = tokio::time::Instant::now();
    let all = facts(&body);
    assert!(began.elapsed() < std::time::Duration::from_secs(8), "{:?}", began.elapsed());
    let of_reports = all.iter().filter(|it| it.report_kind == ReportKind::Pathology);
    assert_eq!(of_reports.count(), MANY);
}

#[test]
fn a_patient_is_known_by_the_authority_that_hl7_names() {
    let body = patient(
        "4711",
        r#""birthDate": "1950-03", "gender": "female", "deceasedDateTime": "2024-06-02T10:00:00Z""#,
    );
    let all = facts(&body);
    assert!(all.iter().all(|fact| fact.patient == number("4711")));
    let said: Vec<_> = all.iter().map(words).filter(|it| !it.starts_with("RecordNumber")).collect();
    let expected = ["BirthDate(1950-03)", "Sex(Female)"];
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[2].starts_with("Death") && said[2].ends_with("@2024-06-02"), "{said:?}");
    assert_eq!(said[1], expected[1]);
}

#[test]
fn a_link_and_a_merge_say_the_same() {
    let other = format!(
        r#"{{"type": "Patient", "identifier": {{"system": "{}", "value": "2"}}}}"#,
        crate::given::SYSTEM
    );
    let merges = |body: &str| {
        let mut all: Vec<_> = facts(body)
            .into_iter()
            .filter(|fact| matches!(fact.finding, Finding::MergedInto { .. } | Finding::Absorbs { .. }))
            .map(|fact| (fact.patient, fact.identity, format!("{:?}", fact.finding)))
            .collect();
        all.sort();
        all
    };
    let retired = merges(&patient("1", &format!(r#""link": [{{"other": {other}, "type": "replaced-by"}}]"#)));
    let identifier = |value: &str| format!(r#"{{"system": "{}", "value": "{value}"}}"#, crate::given::SYSTEM);
    let parameters = |source: &str, target: &str| {
        format!(
            r#"{{"resourceType": "Parameters", "parameter": [
                {{"name": "source-patient-identifier", "valueIdentifier": {}}},
                {{"name": "target-patient-identifier", "valueIdentifier": {}}}]}}"#,
            identifier(source),
            identifier(target)
        )
    };
    assert_eq!(retired, merges(&parameters("1", "2")));
    assert!(retired.iter().any(|(patient, ..)| *patient == number("1")) && retired.len() == 2, "{retired:?}");
    assert_eq!(refused(&parameters("1", "1")), ["Parameters.parameter"]);
}

#[test]
fn a_subject_that_cannot_be_told_is_refused_where_it_matters() {
    let of = |code: &str| {
        format!(
            r#"{{"resourceType": "Observation", "status": "final", "code": {}, "valueInteger": 3,
                "subject": {{"reference": "Patient/7"}}}}"#,
            coded("http://loinc.org", code)
        )
    };
    assert_eq!(refused(&of("21893-3")), ["Observation.subject"]);
    assert_eq!(verdict(&of("8867-4")), Ok(Verdict::NotRelevant("nothing about a tumour")));
    let body = bundle("collection", "", &[patient("4711", ""), of("21893-3").replace("Patient/7", &urn(0))]);
    let all = facts(&body);
    assert!(
        all.iter().any(|fact| fact.finding == Finding::NodesPositive(3) && fact.patient == number("4711"))
    );
}

#[test]
fn every_fact_leads_back_to_what_said_so() {
    let body =
        bundle("collection", "", &[patient("4711", ""), observation("21893-3", r#""valueInteger": 3"#)]);
    let all = facts(&body);
    let fact = all.iter().find(|fact| fact.finding == Finding::NodesPositive(3)).expect("nodes");
    let resource = &body[fact.place.span_start as usize..fact.place.span_end as usize];
    let span = locate(resource.as_bytes(), &fact.place.expression, &Limits::default()).expect("a place");
    assert_eq!(
        (&resource[span], fact.place.segment.as_str(), fact.place.occurrence),
        ("3", "Observation", 1)
    );
}

#[test]
fn texts_of_reports_are_found_with_their_places() {
    let subject = subject("4711");
    let body = format!(
        r#"{{"resourceType": "DiagnosticReport", "status": "final", "code": {}, {subject}, "conclusion": "NET of the ileum.",
            "presentedForm": [{{"contentType": "text/plain", "data": "cFQz"}}, {{"contentType": "application/pdf", "data": "cFQz"}}]}}"#,
        coded("http://loinc.org", "11529-5")
    );
    let input = lacteal_fhir::read(body.as_bytes(), &Limits::default()).expect("a report");
    let found = lacteal_intake::fhir::texts(&input);
    let found: Vec<_> = found.iter().map(|it| (it.path.as_str(), it.text.as_str())).collect();
    assert_eq!(found, [("conclusion", "NET of the ileum."), ("presentedForm[0].data", "pT3")]);
}

#[test]
fn the_text_of_a_report_states_what_the_same_text_states_in_hl7() {
    let text = "TERMINAL ILEUM, RESECTION: Well differentiated neuroendocrine tumour, G1, 2.3 cm. Ki-67 index 1%. \
                4 of 17 lymph nodes contain tumour. pT3 pN1.";
    let report = |status: &str, text: &str| {
        format!(
            r#"{{"resourceType": "DiagnosticReport", "status": "{status}", "code": {}, {}, "conclusion": "{text}",
                "identifier": [{{"value": "F1"}}], "effectiveDateTime": "2024-06-01"}}"#,
            coded("http://loinc.org", "11529-5"),
            subject("4711")
        )
    };
    let Ok(Verdict::Keep(understood)) = verdict(&report("final", text)) else { panic!("it is kept") };
    let facts: Vec<_> = understood.iter().flat_map(|one| &one.facts).collect();
    let is_stated = |wanted: &Finding| {
        facts.iter().any(|fact| fact.finding == *wanted && fact.standing == Standing::Final)
    };
    assert!(is_stated(&Finding::NodesExamined(17)) && is_stated(&Finding::NodesPositive(4)), "{facts:?}");
    assert!(is_stated(&Finding::PrimarySite(Site::Ileum)), "{facts:?}");
    let by_text = facts.iter().filter(|fact| fact.reading != Reading::Coded).collect::<Vec<_>>();
    assert!(by_text.len() >= 7, "{by_text:?}");
    assert!(by_text.iter().all(|fact| fact.place.expression == "DiagnosticReport.conclusion"));

    // What a correction no longer says is withdrawn, and a text about another tumour states nothing.
    let Ok(Verdict::Keep(understood)) = verdict(&report("corrected", "Ileal neuroendocrine tumour, G2."))
    else {
        panic!("it is kept")
    };
    let withdrawn = |fact: &&lacteal_clinical::Fact| fact.standing == Standing::Deleted;
    assert!(understood.iter().flat_map(|one| &one.facts).filter(withdrawn).count() > 10);
    let colon =
        "Sigmoid colon, resection: moderately differentiated adenocarcinoma, 4 cm, pT3 pN1, 2 of 15 nodes.";
    assert!(matches!(verdict(&report("final", colon)), Ok(Verdict::KeepIfToldBefore(_))));
    let of_nobody = report("final", colon).replace(&subject("4711"), r#""subject": {"display": "somebody"}"#);
    assert!(matches!(verdict(&of_nobody), Ok(Verdict::NotRelevant(_))), "it needs no patient");
    let of_nobody = report("final", text).replace(&subject("4711"), r#""subject": {"display": "somebody"}"#);
    assert!(verdict(&of_nobody).is_err(), "one about a tumour does");
    let empty = report("final", "").replace(r#""conclusion": "","#, "");
    assert!(matches!(verdict(&empty), Ok(Verdict::NotRelevant(_))), "a report without a text says nothing");
}

#[test]
fn a_text_that_cannot_be_decoded_is_shown_and_not_passed_over() {
    let body = format!(
        r#"{{"resourceType": "DiagnosticReport", "status": "final", "code": {}, {},
            "presentedForm": [{{"contentType": "text/plain; charset=utf-8", "data": "/////w=="}}]}}"#,
        coded("http://loinc.org", "11529-5"),
        subject("4711")
    );
    let Ok(Verdict::KeepIfKnown(understood)) = verdict(&body) else {
        panic!("it matters for those who are known")
    };
    let unread = |fact: &lacteal_clinical::Fact| matches!(fact.finding, Finding::Unread { .. });
    assert!(understood.iter().flat_map(|one| &one.facts).any(unread));
}

#[test]
fn a_report_that_is_nothing_but_a_picture_is_shown_as_unread() {
    let report = |rest: &str| {
        format!(
            r#"{{"resourceType": "DiagnosticReport", "status": "final", "code": {}, {}, {rest}
                "presentedForm": [{{"contentType": "application/pdf", "data": "JVBERi0="}}]}}"#,
            coded("http://loinc.org", "11529-5"),
            subject("4711")
        )
    };
    let Ok(Verdict::KeepIfKnown(understood)) = verdict(&report("")) else {
        panic!("it matters for those who are known")
    };
    let unread = |fact: &lacteal_clinical::Fact| matches!(fact.finding, Finding::Unread { .. });
    assert!(understood.iter().flat_map(|one| &one.facts).any(unread));
    let beside = verdict(&report(r#""conclusion": "Ileum: neuroendocrine tumour.","#));
    let Ok(Verdict::Keep(understood)) = beside else { panic!("{beside:?}") };
    let is_other = |fact: &lacteal_clinical::Fact| {
        matches!(fact.finding, Finding::Unread { reason: UnreadReason::UnknownForm, .. })
    };
    assert!(!understood.iter().flat_map(|one| &one.facts).any(is_other), "the same report again");
}

#[test]
fn test_data_are_refused() {
    let label = r#""meta": {"security": [{"code": "HTEST"}]}, "status""#;
    let body = observation("21893-3", r#""valueInteger": 3"#).replace(r#""status""#, label);
    assert_eq!(refused(&body), ["Observation"]);
}

#[test]
fn a_death_is_withdrawn_only_of_those_who_are_known() {
    let alive = patient("4711", r#""deceasedBoolean": false"#);
    assert!(matches!(verdict(&alive), Ok(Verdict::KeepIfKnown(_))));
    assert!(matches!(verdict(&patient("4711", "")), Ok(Verdict::NotRelevant(_))));
    assert!(matches!(verdict(&patient("4711", r#""deceasedBoolean": true"#)), Ok(Verdict::Keep(_))));
}

#[test]
fn a_report_gives_its_kind_to_what_it_states_and_to_its_results() {
    use lacteal_clinical::ReportKind;
    let report = |section: &str| {
        let category = coded("http://terminology.hl7.org/CodeSystem/v2-0074", section);
        format!(
            r#"{{"resourceType": "DiagnosticReport", "id": "d", "status": "final", "category": [{category}],
                "code": {{"text": "report"}}, {}, "effectiveDateTime": "2024-06-01",
                "result": [{{"reference": "{}"}}]}}"#,
            subject("4711"),
            urn(0)
        )
    };
    let kinds = |section: &str| {
        let nodes = observation("21893-3", r#""valueInteger": 3"#);
        let all = facts(&bundle("transaction", "", &[nodes, report(section)])).into_iter();
        let about = all.filter(|it| !it.finding.is_about_the_person());
        about.map(|it| it.report_kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("SP"), [ReportKind::Pathology]);
    assert_eq!(kinds("RAD"), [ReportKind::Imaging]);
    assert_eq!(kinds("LAB"), [ReportKind::Untold]);
}

#[test]
fn a_study_alone_is_kept_of_those_known_only_and_counts_may_have_zeros_behind_the_point() {
    let subject = crate::given::subject("4711");
    let study = format!(
        r#"{{"resourceType": "ImagingStudy", "id": "i", "status": "available", {subject}, "started": "2024-05-02",
            "modality": [{{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "CT"}}]}}"#
    );
    let alone = crate::given::verdict(&bundle("collection", "", std::slice::from_ref(&study)));
    assert!(matches!(alone, Ok(lacteal_intake::Verdict::KeepIfKnown(_))), "{alone:?}");
    let nodes =
        observation("21893-3", r#""valueQuantity": {"value": 5.00, "unit": "{nodes}", "code": "{nodes}"}"#);
    let with = crate::given::verdict(&bundle("collection", "", &[study, nodes.clone()]));
    assert!(matches!(with, Ok(lacteal_intake::Verdict::Keep(_))), "{with:?}");
    assert!(stated(&nodes).iter().any(|it| it.contains("NodesPositive(5)")), "{:?}", stated(&nodes));
}
