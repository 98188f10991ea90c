//! The same patient sent by HL7 v2 and by FHIR gives the same picture.

use bytes::Bytes;
use lacteal_clinical::{Dossier, Fact, Picture, ReportKey};
use lacteal_hl7::Message;
use lacteal_intake::{Identity, Source, SourceConfig, Verdict, interpret};

use crate::given::{bundle, coded, codes, facts, key, patient, urn};

/// What a pathologist and a radiologist found.
struct Course {
    number: &'static str,
    size_mm: u16,
    t: u8,
    nodes: (u16, u16),
    ki67: &'static str,
    liver: Option<&'static str>,
    blood: Option<Blood>,
    stage: Option<&'static str>,
    /// Since when there is carcinoid syndrome.
    syndrome: Option<&'static str>,
}

/// Tumour markers: chromogranin A in µg/l with its limit, and 5-HIAA in the urine of a day.
struct Blood {
    taken: &'static str,
    cga: &'static str,
    cga_limit: &'static str,
    hiaa: &'static str,
}

const BLOOD: Blood = Blood { taken: "2024-05-28", cga: "412.5", cga_limit: "100", hiaa: "88" };

const COURSES: [Course; 3] = [
    Course {
        number: "1",
        size_mm: 14,
        t: 2,
        nodes: (9, 0),
        ki67: "1.5",
        liver: None,
        blood: None,
        stage: Some("II"),
        syndrome: None,
    },
    Course {
        number: "2",
        size_mm: 31,
        t: 3,
        nodes: (18, 4),
        ki67: "2.0",
        liver: Some("2024-05-20"),
        blood: Some(BLOOD),
        stage: Some("IV"),
        syndrome: Some("2024-03-01"),
    },
    Course {
        number: "3",
        size_mm: 22,
        t: 4,
        nodes: (12, 12),
        ki67: "17.5",
        liver: None,
        blood: Some(BLOOD),
        stage: Some("IIIB"),
        syndrome: None,
    },
];

fn hl7_facts(message: &str) -> Vec<Fact> {
    let message = Message::parse(Bytes::copy_from_slice(message.as_bytes()), &lacteal_hl7::Limits::default());
    let source = Source::new(&SourceConfig::default()).expect("a source");
    let identity = Identity { key: key(), authorities: Vec::new() };
    let context = lacteal_intake::Context {
        source: &source,
        identity: &identity,
        codes: codes(),
        report: ReportKey([8; 16]),
        tie: [8; 16],
        received: "2024-06-15T12:00:00Z".parse().expect("a time"),
    };
    match interpret(&message.expect("a message"), &context) {
        Verdict::Keep(all) | Verdict::KeepIfKnown(all) => all.into_iter().flat_map(|one| one.facts).collect(),
        other => panic!("not kept: {other:?}"),
    }
}

fn by_hl7(it: &Course) -> Vec<Fact> {
    let pid = format!("PID|1||{}^^^NORTH^MR||||19500304|F", it.number);
    let head = |kind: &str, id: &str| {
        format!("MSH|^~\\&|PATH|NORTH|LACTEAL|NET|20240610120000+0000||{kind}|{id}|P|2.5.1")
    };
    let obx = |code: &str, kind: &str, value: &str, unit: &str| {
        format!("OBX|1|{kind}|{code}^^LN||{value}|{unit}|||||F")
    };
    let mut messages = vec![
        [head("ADT^A08", "A"), pid.clone(), "DG1|1||C7A.012^^I10C||20240501".to_owned()].join("\r"),
        [
            head("ORU^R01", "B"),
            pid.clone(),
            "OBR|1||F77|11529-5^^LN|||20240601|||||||||||||||20240609".to_owned(),
            obx("33728-7", "NM", &it.size_mm.to_string(), "mm"),
            obx("21899-0", "ST", &format!("pT{}", it.t), ""),
            obx("21894-1", "NM", &it.nodes.0.to_string(), ""),
            obx("21893-3", "NM", &it.nodes.1.to_string(), ""),
            obx("29593-1", "NM", it.ki67, "%"),
        ]
        .join("\r"),
    ];
    if let Some(stage) = it.stage {
        let last = messages.last_mut().expect("the pathologist's");
        *last = [last.clone(), obx("21902-2", "ST", stage, "")].join("\r");
    }
    if let Some(Blood { taken, cga, cga_limit, hiaa }) = &it.blood {
        let obr = format!("OBR|1||L5|24323-8^^LN|||{}|||||||||||||||20240609", taken.replace('-', ""));
        let cga = format!("OBX|1|NM|9811-1^^LN||{cga}|ug/L|0-{cga_limit}||||F||||||ELISA");
        let hiaa = format!("OBX|2|NM|1695-6^^LN||{hiaa}|umol/(24.h)|||||F");
        messages.push([head("ORU^R01", "E"), pid.clone(), obr, cga, hiaa].join("\r"));
    }
    if let Some(day) = it.syndrome {
        let dg1 = format!("DG1|1||E34.00^^I10C||{}", day.replace('-', ""));
        messages.push([head("ADT^A08", "F"), pid.clone(), dg1].join("\r"));
    }
    if let Some(day) = it.liver {
        let day = day.replace('-', "");
        let obr = format!("OBR|1||R1|30670-4^^LN|||{day}|||||||||||||||20240609|||F");
        messages.push([head("ORU^R01", "C"), pid.clone(), obr].join("\r"));
        let dg1 = format!("DG1|1||C78.7^^I10C||{day}");
        messages.push([head("ADT^A08", "D"), pid, dg1].join("\r"));
    }
    messages.iter().flat_map(|message| hl7_facts(message)).collect()
}

fn by_fhir(it: &Course) -> Vec<Fact> {
    let subject = format!(r#""subject": {{"reference": "{}"}}"#, urn(0));
    let issued = r#""issued": "2024-06-09T00:00:00Z""#;
    let filler = |number: &str| {
        let kind = coded("http://terminology.hl7.org/CodeSystem/v2-0203", "FILL");
        format!(r#""identifier": [{{"type": {kind}, "value": "{number}"}}]"#)
    };
    let condition = |id: &str, code: &str, day: &str| {
        let code = coded("http://hl7.org/fhir/sid/icd-10-cm", code);
        format!(
            r#"{{"resourceType": "Condition", "id": "{id}", {subject}, "code": {code}, "onsetDateTime": "{day}"}}"#
        )
    };
    let of_order = |order: &str, day: &str, code: &str, value: &str| {
        let (code, filler) = (coded("http://loinc.org", code), filler(order));
        format!(
            r#"{{"resourceType": "Observation", "status": "final", {filler}, {subject}, {issued}, "code": {code},
                "effectiveDateTime": "{day}", {value}}}"#
        )
    };
    let result = |code: &str, value: &str| of_order("F77", "2024-06-01", code, value);
    let mut resources = vec![
        patient(it.number, r#""birthDate": "1950-03-04", "gender": "female""#),
        condition("net", "C7A.012", "2024-05-01"),
        result("33728-7", &format!(r#""valueQuantity": {{"value": {}, "code": "mm"}}"#, it.size_mm)),
        result("21899-0", &format!(r#""valueCodeableConcept": {{"text": "pT{}"}}"#, it.t)),
        result("21894-1", &format!(r#""valueInteger": {}"#, it.nodes.0)),
        result("21893-3", &format!(r#""valueInteger": {}"#, it.nodes.1)),
        result("29593-1", &format!(r#""valueQuantity": {{"value": {}, "unit": "%"}}"#, it.ki67)),
    ];
    if let Some(stage) = it.stage {
        resources.push(result("21902-2", &format!(r#""valueString": "{stage}""#)));
    }
    if let Some(Blood { taken, cga, cga_limit, hiaa }) = &it.blood {
        let value =
            |value: &str, unit: &str| format!(r#""valueQuantity": {{"value": {value}, "unit": "{unit}"}}"#);
        let range = format!(
            r#""referenceRange": [{{"low": {{"value": 0, "unit": "ug/L"}}, "high": {{"value": {cga_limit}, "unit": "ug/L"}}}}]"#
        );
        let method = r#""method": {"text": "ELISA"}"#;
        let cga = format!("{}, {range}, {method}", value(cga, "ug/L"));
        resources.push(of_order("L5", taken, "9811-1", &cga));
        resources.push(of_order("L5", taken, "1695-6", &value(hiaa, "umol/(24.h)")));
    }
    if let Some(day) = it.syndrome {
        resources.push(condition("syndrome", "E34.00", day));
    }
    if let Some(day) = it.liver {
        let (code, filler) = (coded("http://loinc.org", "30670-4"), filler("R1"));
        resources.push(format!(
            r#"{{"resourceType": "DiagnosticReport", "status": "final", {filler}, {subject}, {issued}, "code": {code},
                "effectiveDateTime": "{day}"}}"#
        ));
        resources.push(condition("liver", "C78.7", day));
    }
    facts(&bundle("transaction", r#", "timestamp": "2024-06-10T12:00:00Z""#, &resources))
}

fn picture(facts: Vec<Fact>) -> Picture {
    let mut dossier = Dossier::new(facts[0].patient);
    for fact in facts {
        dossier.add(fact);
    }
    Picture::of(&dossier)
}

/// All values of a picture with their dates; which facts say so is left out, because it differs.
fn values(it: &Picture) -> String {
    let shown = format!("{it:#?}");
    let mut kept = String::new();
    let mut depth = None;
    for line in shown.lines() {
        let indent = line.len() - line.trim_start().len();
        match depth {
            Some(open) if indent > open => continue,
            Some(_) => {
                depth = None;
                continue;
            }
            None if line.trim_start() == "facts: [" => depth = Some(indent),
            None => kept.push_str(&format!("{line}\n")),
        }
    }
    kept
}

#[test]
fn the_same_patient_sent_by_hl7_and_by_fhir_gives_the_same_picture() {
    for course in &COURSES {
        let (hl7, fhir) = (picture(by_hl7(course)), picture(by_fhir(course)));
        assert_eq!(values(&hl7), values(&fhir), "patient {}", course.number);
        assert_eq!(hl7.patient, fhir.patient);
        assert!(hl7.size.is_some() && hl7.ki67.is_some() && hl7.t.is_some(), "{hl7:?}");
        assert_eq!(hl7.imaging.len(), usize::from(course.liver.is_some()));
        let shown = values(&hl7);
        for (what, is_there) in [
            ("9811-1^LN ELISA", course.blood.is_some()),
            ("1695-6^LN", course.blood.is_some()),
            ("syndrome: Some", course.syndrome.is_some()),
        ] {
            assert_eq!(shown.contains(what), is_there, "patient {}: {what}: {shown}", course.number);
        }
    }
}

#[test]
fn what_comes_both_ways_under_one_filler_number_is_one_statement() {
    let course = &COURSES[1];
    let (hl7, fhir) = (by_hl7(course), by_fhir(course));
    let both = picture(hl7.iter().chain(&fhir).cloned().collect());
    assert_eq!(values(&both), values(&picture(hl7.clone())));
    let shared = fhir.iter().filter(|fact| hl7.iter().any(|other| other.key() == fact.key())).count();
    // Number, birth, sex, five results, stage, two markers and the study; diagnoses are known by their Condition.
    assert_eq!(shared, 12, "{:?}", fhir.iter().map(|fact| &fact.finding).collect::<Vec<_>>());
}
