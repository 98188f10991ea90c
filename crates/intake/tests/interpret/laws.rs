//! Laws over any mutation of valid messages: nothing panics, every place is true, and no value is made up.

use bytes::Bytes;
use lacteal_clinical::bounded::Extent;
use lacteal_clinical::{Bounded, Fact, Finding, Reading, Standing};
use lacteal_hl7::{Limits, Message, Value};
use lacteal_intake::Verdict;
use proptest::prelude::*;

use crate::given::{Given, MSH_ORU, OBR, PID, message, obx, segment, takes_back};

fn valid() -> Vec<String> {
    let adt = |trigger: &str| MSH_ORU.replace("ORU^R01^ORU_R01", &format!("ADT^{trigger}"));
    let kind = |kind: &str| MSH_ORU.replace("ORU^R01^ORU_R01", kind);
    let pid =
        segment("PID", &[(3, "9^^^SOUTH^SS~4711^^^NORTH^MR"), (7, "19600412"), (8, "F"), (29, "20240609")]);
    vec![
        message(&[
            MSH_ORU,
            PID,
            OBR,
            &obx("CWE", "21855-2^Site^LN", "C17.2^Ileum^ICDO3", ""),
            &obx("CE", "59847-4^Histology^LN", "8240/3^NET^ICDO3", ""),
            &obx("SN", "29593-1^Ki-67^LN", "^2^-^4", "%"),
            &obx("NM", "33728-7^Size^LN", "14", "mm"),
            &obx("ST", "21900-6^N^LN", "pN1 (2/13)", ""),
            &obx("NM", "21894-1^Nodes^LN", "13", ""),
            &obx("NM", "21893-3^Nodes^LN", "2", ""),
            &obx("CE", "33732-9^Grade^LN", "G2^Grade 2^L", ""),
            &obx("CE", "94381002^Liver^SCT", "52101004^Present^SCT", ""),
            &segment("OBR", &[(3, "A1"), (4, "41806-1^CT^LN"), (7, "20240502"), (25, "F")]),
        ]),
        message(&[&adt("A08"), &pid, "DG1|1||C7A.012^NET^I10C||20240301||||||||||||||||A"]),
        message(&[&adt("A03"), &pid, &segment("PV1", &[(36, "20"), (45, "20240608")])]),
        message(&[&adt("A40"), PID, "MRG|4712^^^NORTH^MR", "PID|2||4713^^^NORTH", "MRG|4714^^^NORTH"]),
        message(&[
            MSH_ORU,
            PID,
            OBR,
            &obx("TX", "22637-3&IMP^Diagnosis^LN", "Terminal ileum: neuroendocrine tumour, G2, pT3 pN1.", ""),
            &obx("FT", "22635-7^Micro^LN", "Ki-67 index 5 \\T\\ more.\\.br\\Size 21 mm~Margins clear.", ""),
            &obx("ED", "11529-5^Report^LN", "^TEXT^plain^Base64^S2ktNjcgaW5kZXggNSAl", ""),
        ]),
        message(&[
            &kind("MDM^T10"),
            PID,
            &segment("TXA", &[(2, "SP"), (4, "20240601"), (12, "D2^TR"), (13, "D1^TR"), (17, "LA")]),
            &obx("TX", "11529-5^Report^LN", "Ileum, resection: neuroendocrine tumour, G1. Ki-67 2%.", ""),
        ]),
        message(&[
            &kind("SIU^S12"),
            &segment("SCH", &[(1, "P1"), (2, "A1^RIS"), (25, "Booked")]),
            PID,
            &segment("AIS", &[(1, "1"), (3, "41806-1^CT^LN"), (4, "202409021030")]),
        ]),
        message(&[
            &kind("ORM^O01"),
            PID,
            &segment("ORC", &[(1, "NW"), (2, "O1^CPOE"), (9, "20240610")]),
            &segment("OBR", &[(2, "O1^CPOE"), (4, "30670-4^MR^LN"), (36, "20240902")]),
        ]),
        message(&[&adt("A37"), PID, "PID|2||4712^^^NORTH^MR"]),
    ]
}

/// One change to a message.
#[derive(Clone, Debug)]
enum Change {
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    DropSegment(prop::sample::Index),
    SwapSegments(prop::sample::Index, prop::sample::Index),
    SwapFields(prop::sample::Index, prop::sample::Index, prop::sample::Index),
    Copy(prop::sample::Index),
    Cut(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    // Bytes that mean something make more interesting messages than others.
    let byte =
        prop_oneof![any::<u8>(), prop::sample::select(&b"|^~\\&\"\r\n 0123456789.<>-=PTNMFDWCX%\xC3"[..]),];
    prop_oneof![
        (at(), byte.clone()).prop_map(|(at, byte)| Change::Flip(at, byte)),
        (at(), byte).prop_map(|(at, byte)| Change::Insert(at, byte)),
        at().prop_map(Change::DropSegment),
        (at(), at()).prop_map(|(one, other)| Change::SwapSegments(one, other)),
        (at(), at(), at()).prop_map(|(at, one, other)| Change::SwapFields(at, one, other)),
        at().prop_map(Change::Copy),
        at().prop_map(Change::Cut),
    ]
}

fn changed(bytes: Vec<u8>, change: &Change) -> Vec<u8> {
    if bytes.is_empty() {
        return bytes;
    }
    let mut whole = bytes.clone();
    let mut segments: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\r').map(<[u8]>::to_vec).collect();
    match change {
        Change::Flip(at, byte) => {
            whole[at.index(bytes.len())] = *byte;
            return whole;
        }
        Change::Insert(at, byte) => {
            whole.insert(at.index(bytes.len()), *byte);
            return whole;
        }
        Change::Cut(at) => {
            whole.truncate(at.index(bytes.len()));
            return whole;
        }
        Change::DropSegment(at) => {
            segments.remove(at.index(segments.len()));
        }
        Change::Copy(at) => {
            let copy = segments[at.index(segments.len())].clone();
            segments.push(copy);
        }
        Change::SwapSegments(one, other) => {
            let (one, other) = (one.index(segments.len()), other.index(segments.len()));
            segments.swap(one, other);
        }
        Change::SwapFields(at, one, other) => {
            let at = at.index(segments.len());
            let mut fields: Vec<_> = segments[at].split(|byte| *byte == b'|').map(<[u8]>::to_vec).collect();
            let (one, other) = (one.index(fields.len()), other.index(fields.len()));
            fields.swap(one, other);
            segments[at] = fields.join(&b'|');
        }
    }
    segments.join(&b'\r')
}

fn facts_of(message: &Message) -> Vec<Fact> {
    match Given::default().verdict(message) {
        Verdict::Keep(all) | Verdict::KeepIfKnown(all) | Verdict::KeepIfToldBefore(all) => {
            all.into_iter().flat_map(|one| one.facts).collect()
        }
        Verdict::NotRelevant(_) | Verdict::Refuse(_) => Vec::new(),
    }
}

/// The value at the place that a fact names.
fn at<'m>(message: &'m Message, fact: &'m Fact) -> Value<'m> {
    let place = &fact.place;
    let nth = place.occurrence as usize - 1;
    let segment = message.segments_named(&place.segment).nth(nth).expect("the segment of the place");
    let mut value = segment.field(place.field.into());
    if place.repetition > 0 {
        value = value.repetition(place.repetition.into());
    }
    if place.component > 0 {
        value = value.component(place.component.into());
    }
    value
}

/// Everything that stands at a place, each part without its escapes.
fn texts(value: &Value<'_>) -> Vec<String> {
    let parts = value.repetitions().flat_map(|repetition| repetition.components());
    let all = parts.flat_map(|part| std::iter::once(part).chain(part.subcomponents()));
    let text = |part: Value<'_>| match part.text() {
        Ok(text) => text.into_owned(),
        Err(_) => String::from_utf8_lossy(part.raw()).into_owned(),
    };
    all.map(text).collect()
}

/// Numbers of a text in thousandths.
fn numbers(texts: &[String]) -> Vec<u64> {
    let pieces =
        texts.iter().flat_map(|text| text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ','));
    let numbers =
        pieces.filter_map(|piece| piece.replace(',', ".").trim_end_matches('.').parse::<f64>().ok());
    numbers.map(|number| (number * 1000.0).round() as u64).collect()
}

/// Whether what the fact states can be found in what stands at its place.
fn is_stated(finding: &Finding, texts: &[String]) -> bool {
    let numbers = numbers(texts);
    let written = |value: u32, factors: &[u64]| {
        factors.iter().any(|factor| numbers.iter().any(|number| number * factor == u64::from(value) * 1000))
    };
    let spelt = |wanted: &str| {
        let normal = |text: &str| text.replace('.', "").to_ascii_uppercase();
        texts.iter().any(|text| normal(text).contains(&normal(wanted)))
    };
    match finding {
        Finding::Ki67(index) => edges(index).iter().all(|edge| written(edge.thousandths(), &[1000])),
        Finding::TumourSize(length) => written(length.micrometres(), &[1_000, 10_000, 1_000_000]),
        Finding::NodesExamined(count) | Finding::NodesPositive(count) => written(u32::from(*count), &[1]),
        Finding::Diagnosis { code, .. } => spelt(code.as_str()),
        Finding::Tnm(statement) => spelt(&statement.category.as_str()[1..]),
        Finding::Grade(grade) => {
            spelt(&grade.as_str()[1..]) || texts.iter().any(|text| text.to_ascii_lowercase().contains('i'))
        }
        Finding::RecordNumber(number) => spelt(number.number()) && spelt(number.authority()),
        Finding::BirthDate(date) => spelt(&format!("{:04}", date.year())),
        // Words and codes for yes, no, male or an organ: there must at least be some.
        Finding::PrimarySite(_)
        | Finding::LiverMetastasis(_)
        | Finding::LymphovascularInvasion(_)
        | Finding::PerineuralInvasion(_)
        | Finding::Imaging(_)
        | Finding::Sex(_)
        | Finding::Death { .. }
        | Finding::MergedInto { .. }
        | Finding::Absorbs { .. }
        | Finding::ImagingOrder(_)
        | Finding::ImagingAppointment(_) => texts.iter().any(|text| !text.is_empty()),
        // That something could not be read may be said of nothing at all.
        Finding::Unread { .. } => true,
        other => panic!("not made by these messages: {other:?}"),
    }
}

fn edges<T: Copy + Ord>(bounded: &Bounded<T>) -> Vec<T> {
    match bounded.extent() {
        Extent::One(_, value) => vec![value],
        Extent::Range(low, high) => vec![low, high],
    }
}

fn hold(message: &Message) {
    for fact in facts_of(message) {
        let value = at(message, &fact);
        let span = fact.place.span_start as usize..fact.place.span_end as usize;
        if fact.reading != Reading::Coded {
            // Words of a text begin within the value of their place and may go on in the next line.
            assert!(value.span().start <= span.start && span.start <= value.span().end, "not in its place");
            assert!(message.bytes().get(span).is_some(), "the span is not in the message");
            continue;
        }
        assert_eq!(value.span(), span, "the span is not that of the place");
        assert_eq!(message.bytes().get(span), Some(value.raw()), "the span is not in the message");
        let is_taken_back = fact.standing == Standing::Deleted;
        assert!(is_taken_back || is_stated(&fact.finding, &texts(&value)), "made up: {:?}", fact.finding);
    }
}

#[test]
fn the_valid_messages_state_much_and_make_nothing_up() {
    let counts: Vec<_> = valid()
        .iter()
        .map(|text| {
            let message = crate::given::parse(text);
            hold(&message);
            facts_of(&message).len()
        })
        .collect();
    // What is read out of the text of the fifth and sixth grows with the rules that read it.
    let [coded @ .., _, _, _, _, _] = &counts[..] else { panic!("nine messages") };
    assert_eq!(coded, [13, 7, 5, 6]);
    assert!(counts.iter().all(|count| *count > 1), "{counts:?}");
    assert_eq!(counts[6..], [2, 2, 6]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_message_never_panics_and_never_makes_a_value_up(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec(change(), 1..8),
    ) {
        let all = valid();
        let bytes = all[which.index(all.len())].clone().into_bytes();
        let bytes = changes.iter().fold(bytes, changed);
        if let Ok(message) = Message::parse(Bytes::from(bytes), &Limits::default()) {
            hold(&message);
        }
    }

    #[test]
    fn any_value_under_any_code_of_the_table_is_a_fact_and_never_a_panic(
        code in prop::sample::select(vec![
            "21855-2^^LN", "59847-4^^LN", "33728-7^^LN", "21899-0^^LN", "21900-6^^LN", "21901-4^^LN",
            "21894-1^^LN", "21893-3^^LN", "29593-1^^LN", "33732-9^^LN", "33761-8^^LN", "94381002^^SCT",
        ]),
        kind in prop::sample::select(vec!["NM", "SN", "ST", "CWE", "", "ZZ"]),
        value in "[^|\r\n]{0,40}",
        unit in "(%|mm|cm|/2\\.mm2|[^|\r\n]{0,10})",
    ) {
        let text = message(&[MSH_ORU, PID, OBR, &obx(kind, code, &value, &unit)]);
        if let Ok(message) = Message::parse(Bytes::from(text), &Limits::default()) {
            let facts = facts_of(&message);
            let stated = facts.iter().filter(|it| it.finding.is_about_the_tumour() && !takes_back(it));
            prop_assert_eq!(stated.count(), 1);
            hold(&message);
        }
    }
}
