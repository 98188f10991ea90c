//! Messages that a hospital would send, written by hand for stories.

use std::sync::atomic::{AtomicU32, Ordering};

/// A coded observation: type, code, value, unit.
pub type Observation<'a> = (&'a str, &'a str, &'a str, &'a str);

pub const SITE_ILEUM: Observation<'static> = ("CWE", "21855-2^Primary site^LN", "C17.2^Ileum^ICDO3", "");
pub const MORPHOLOGY_NET: Observation<'static> = ("CWE", "59847-4^Histology^LN", "8240/3^NET^ICDO3", "");

/// Answers of a study about the liver.
pub const ABSENT: &str = "2667000^Absent^SCT";
pub const PRESENT: &str = "52101004^Present^SCT";

fn control_id() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("T{:08}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn header(application: &str, kind: &str, made: &str) -> String {
    format!("MSH|^~\\&|{application}|NORTH|LACTEAL|NORTH|{made}||{kind}|{}|P|2.5.1\r", control_id())
}

fn person(number: &str) -> String {
    format!("PID|1||{number}^^^NORTH^MR||Weser^Isar||19610304|F\r")
}

/// A result message with one order.
pub struct Results<'a> {
    pub number: &'a str,
    pub order: &'a str,
    pub service: &'a str,
    /// When the specimen was taken or the scan done, as HL7 writes it.
    pub observed: &'a str,
    /// When it was reported.
    pub reported: &'a str,
    /// OBX-11 and OBR-25.
    pub status: &'a str,
    pub observations: &'a [Observation<'a>],
}

impl Results<'_> {
    pub fn bytes(&self) -> Vec<u8> {
        let Results { number, order, service, observed, reported, status, observations } = self;
        let mut text = header("LAB", "ORU^R01^ORU_R01", reported);
        text += &person(number);
        text +=
            &format!("OBR|1||{order}^LAB|{service}|||{observed}|||||||||||||||{reported}||LAB|{status}\r");
        for (index, (kind, code, value, unit)) in observations.iter().enumerate() {
            text += &format!("OBX|{}|{kind}|{code}||{value}|{unit}|||||{status}|||{observed}\r", index + 1);
        }
        text.into_bytes()
    }
}

/// The pathology of a node-positive G1 tumour of the ileum, operated on that day.
pub fn pathology(number: &str, operated: &str, reported: &str, status: &str, ki67: &str) -> Vec<u8> {
    let order = format!("S{number}");
    Results {
        number,
        order: &order,
        service: "60568-3^Pathology Synoptic report^LN",
        observed: operated,
        reported,
        status,
        observations: &[
            SITE_ILEUM,
            MORPHOLOGY_NET,
            ("NM", "33728-7^Size^LN", "18", "mm"),
            ("ST", "21899-0^pT^LN", "pT3", ""),
            ("ST", "21900-6^pN^LN", "pN1", ""),
            ("NM", "21894-1^Nodes examined^LN", "14", "{nodes}"),
            ("NM", "21893-3^Nodes positive^LN", "2", "{nodes}"),
            ("NM", "29593-1^Ki-67^LN", ki67, "%"),
        ],
    }
    .bytes()
}

/// The text of a pathology report of the year before last: sentences of its final diagnosis.
pub fn prose(number: &str, sentences: &[&str]) -> Vec<u8> {
    const LINE: &str = "L1^Text^L";
    let lines = ["FINAL DIAGNOSIS:"].iter().chain(sentences);
    let observations: Vec<_> = lines.map(|sentence| ("TX", LINE, *sentence, "")).collect();
    Results {
        number,
        order: "S2",
        service: "11529-5^Surgical pathology^LN",
        observed: &days_ago(500),
        reported: &days_ago(490),
        status: "F",
        observations: &observations,
    }
    .bytes()
}

/// An MR of the liver with its word about metastasis.
pub fn liver_mr(
    number: &str,
    order: &str,
    performed: &str,
    reported: &str,
    status: &str,
    liver: &str,
) -> Vec<u8> {
    Results {
        number,
        order,
        service: "30670-4^MR Liver WO and W contrast IV^LN",
        observed: performed,
        reported,
        status,
        observations: &[("CWE", "94381002^Metastatic malignant neoplasm to liver^SCT", liver, "")],
    }
    .bytes()
}

/// ADT about one person; `more` are further segments.
pub fn adt(trigger: &str, number: &str, made: &str, more: &str) -> Vec<u8> {
    let mut text = header("ADT", &format!("ADT^{trigger}^ADT_A01"), made);
    text += &format!("EVN|{trigger}|{made}\r");
    text += &person(number);
    text += more;
    text.into_bytes()
}

/// ADT A40: `retired` is merged into `survivor`.
pub fn merge(survivor: &str, retired: &str, made: &str) -> Vec<u8> {
    adt("A40", survivor, made, &format!("MRG|{retired}^^^NORTH^MR\r"))
}

/// ADT A08 with death indicator and date.
pub fn death(number: &str, died: &str, made: &str) -> Vec<u8> {
    let mut text = header("ADT", "ADT^A08^ADT_A01", made);
    text += &format!(
        "EVN|A08|{made}\rPID|1||{number}^^^NORTH^MR||Weser^Isar||19610304|F{}{died}|Y\r",
        "|".repeat(21)
    );
    text.into_bytes()
}

/// A day some days before today, as HL7 writes it.
pub fn days_ago(days: i64) -> String {
    use jiff::ToSpan as _;
    #[expect(
        clippy::disallowed_methods,
        reason = "tests play in the present, because the broker's clock does"
    )]
    let today = jiff::Zoned::now().date();
    let day = today.saturating_sub(days.days());
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}
