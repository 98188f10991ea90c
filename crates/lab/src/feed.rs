//! The HL7 v2 messages that a hospital sends about a course, in the order of the events.

use std::fmt::Write;

use jiff::civil::Date;

use crate::course::{Course, Fate, Study, StudyKind, Tumour};

const RIVERS: [&str; 24] = [
    "Aller", "Boyne", "Clyde", "Dordogne", "Ebro", "Forth", "Garonne", "Havel", "Isar", "Jordan", "Kemi",
    "Loire", "Meuse", "Neckar", "Oder", "Po", "Queich", "Rhône", "Severn", "Tagus", "Unstrut", "Volta",
    "Weser", "Ybbs",
];

/// What to generate.
#[derive(Clone, Debug)]
pub struct FeedOptions {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// Patients with a tumour of ours.
    pub patients: u64,
    /// Patients of the hospital without one, for each with one.
    pub others_per_patient: u32,
    /// The day on which the feed ends.
    pub today: Date,
}

/// The messages of a feed, patient after patient.
pub struct Feed {
    options: FeedOptions,
    index: u64,
    pending: std::vec::IntoIter<Vec<u8>>,
}

impl Feed {
    /// A feed over all patients of `options`.
    pub fn new(options: FeedOptions) -> Feed {
        Feed { options, index: 0, pending: Vec::new().into_iter() }
    }
}

impl Iterator for Feed {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(message) = self.pending.next() {
                return Some(message);
            }
            let all = self.options.patients * (u64::from(self.options.others_per_patient) + 1);
            if self.index >= all {
                return None;
            }
            self.pending = patient_messages(&self.options, self.index).into_iter();
            self.index += 1;
        }
    }
}

/// All messages about the patient at `index`, HL7 v2 without framing, segments ended by CR.
pub fn patient_messages(options: &FeedOptions, index: u64) -> Vec<Vec<u8>> {
    let course = Course::of(options.seed, index, options.today, options.others_per_patient);
    let mut writer = Writer { course: &course, serial: 0, messages: Vec::new() };
    writer.course();
    writer.messages
}

struct Writer<'a> {
    course: &'a Course,
    serial: u32,
    messages: Vec<Vec<u8>>,
}

impl Writer<'_> {
    fn course(&mut self) {
        let course = self.course;
        let Some(tumour) = &course.tumour else {
            self.visit();
            self.laboratory();
            return;
        };
        if course.merged {
            self.registration(&self.second_number());
        }
        self.registration(&self.number());
        let number = if course.merged { self.second_number() } else { self.number() };
        self.pathology(tumour, &number);
        if course.merged {
            self.merge();
        }
        for (position, study) in course.studies.iter().enumerate() {
            self.imaging(study, position);
        }
        if let Fate::Died(on) = course.fate {
            self.death(on);
        }
    }

    fn number(&self) -> String {
        format!("{:07}", 1_000_000 + self.course.index)
    }

    fn second_number(&self) -> String {
        format!("T{:07}", self.course.index)
    }

    fn open(&mut self, application: &str, at: Date, kind: &str) -> String {
        self.serial += 1;
        let mut text = String::with_capacity(1024);
        let _ = write!(
            text,
            "MSH|^~\\&|{application}|NORTH|LACTEAL|NORTH|{}120000||{kind}|{application}{:07}-{:03}|P|2.5.1|||||||UNICODE UTF-8\r",
            day(at),
            self.course.index,
            self.serial
        );
        text
    }

    fn person(&self, text: &mut String, number: &str, death: Option<Date>) {
        let course = self.course;
        let family = RIVERS[(course.index % 24) as usize];
        let given = RIVERS[(course.index / 24 % 24) as usize];
        let sex = if course.female { "F" } else { "M" };
        let _ = write!(text, "PID|1||{number}^^^NORTH^MR||{family}^{given}||{}|{sex}", day(course.born));
        if let Some(on) = death {
            let _ = write!(text, "|||||||||||||||||||||{}|Y", day(on));
        }
        text.push('\r');
    }

    fn close(&mut self, text: String) {
        self.messages.push(text.into_bytes());
    }

    fn registration(&mut self, number: &str) {
        let at = self.course.operated;
        let mut text = self.open("ADT", at, "ADT^A04^ADT_A01");
        let _ = write!(text, "EVN|A04|{}120000\r", day(at));
        self.person(&mut text, number, None);
        text.push_str("PV1|1|O|SURG\r");
        text.push_str("DG1|1||C7A.012^Malignant carcinoid tumor of the ileum^I10C|||A\r");
        self.close(text);
    }

    fn visit(&mut self) {
        let at = self.course.operated;
        let mut text = self.open("ADT", at, "ADT^A01^ADT_A01");
        let _ = write!(text, "EVN|A01|{}120000\r", day(at));
        let number = self.number();
        self.person(&mut text, &number, None);
        text.push_str("PV1|1|I|MED\rDG1|1||I10^Essential (primary) hypertension^I10C|||A\r");
        self.close(text);
    }

    fn laboratory(&mut self) {
        let at = self.course.operated;
        let mut text = self.open("LAB", at, "ORU^R01^ORU_R01");
        let number = self.number();
        self.person(&mut text, &number, None);
        let _ = write!(
            text,
            "OBR|1||L{:07}^LAB|2951-2^Sodium^LN|||{d}080000|||||||||||||||{d}090000||LAB|F\r\
             OBX|1|NM|2951-2^Sodium^LN||139|mmol/L|136-145|N|||F|||{d}080000\r",
            self.course.index,
            d = day(at)
        );
        self.close(text);
    }

    fn pathology(&mut self, tumour: &Tumour, number: &str) {
        let reported = later(self.course.operated, 9);
        self.pathology_report(tumour, number, reported, "F", tumour.ki67_tenths);
        if self.course.corrected
            && let Some(tenths) = tumour.ki67_tenths
        {
            self.pathology_report(tumour, number, later(reported, 12), "C", Some(tenths + 15));
        }
    }

    fn pathology_report(
        &mut self,
        tumour: &Tumour,
        number: &str,
        reported: Date,
        status: &str,
        ki67: Option<u32>,
    ) {
        let mut text = self.open("PATH", reported, "ORU^R01^ORU_R01");
        self.person(&mut text, number, None);
        let taken = day(self.course.operated);
        let _ = write!(
            text,
            "OBR|1||S{:07}^PATH|60568-3^Pathology Synoptic report^LN|||{taken}|||||||||||||||{}120000||SP|{status}\r",
            self.course.index,
            day(reported)
        );
        let mut serial = 0;
        let mut observation = |kind: &str, code: &str, value: &str, unit: &str| {
            serial += 1;
            let _ = write!(text, "OBX|{serial}|{kind}|{code}||{value}|{unit}|||||{status}|||{taken}\r");
        };
        observation("CWE", "21855-2^Primary site Cancer^LN", "C17.2^Ileum^ICDO3", "");
        observation(
            "CWE",
            "59847-4^Histology and Behavior ICD-O-3 Cancer^LN",
            "8240/3^Neuroendocrine tumor^ICDO3",
            "",
        );
        if tumour.size_mm.is_multiple_of(3) {
            let value = format!("{}.{}", tumour.size_mm / 10, tumour.size_mm % 10);
            observation("NM", "33728-7^Size.maximum dimension in Tumor^LN", &value, "cm");
        } else {
            let value = tumour.size_mm.to_string();
            observation("NM", "33728-7^Size.maximum dimension in Tumor^LN", &value, "mm");
        }
        observation("ST", "21899-0^Primary tumor.pathology Cancer^LN", &format!("pT{}", tumour.t), "");
        let n = match tumour.nodes_positive {
            0 => "pN0",
            1..12 => "pN1",
            _ => "pN2",
        };
        observation("ST", "21900-6^Regional lymph nodes.pathology Cancer^LN", n, "");
        observation(
            "NM",
            "21894-1^Regional lymph nodes examined^LN",
            &tumour.nodes_examined.to_string(),
            "{nodes}",
        );
        observation(
            "NM",
            "21893-3^Regional lymph nodes positive^LN",
            &tumour.nodes_positive.to_string(),
            "{nodes}",
        );
        match ki67 {
            Some(tenths) if tenths < 10 => observation("SN", "29593-1^Ki-67^LN", "<^1", "%"),
            Some(tenths) => {
                let value = format!("{}.{}", tenths / 10, tenths % 10);
                observation("NM", "29593-1^Ki-67^LN", &value, "%");
            }
            None => {}
        }
        observation("NM", "MITOSES^Mitoses per 2 mm2^99NORTH", &tumour.mitoses.to_string(), "/2.mm2");
        self.close(text);
    }

    fn merge(&mut self) {
        let at = later(self.course.operated, 40);
        let mut text = self.open("ADT", at, "ADT^A40^ADT_A39");
        let _ = write!(text, "EVN|A40|{}120000\r", day(at));
        let number = self.number();
        self.person(&mut text, &number, None);
        let _ = write!(text, "MRG|{}^^^NORTH^MR\r", self.second_number());
        self.close(text);
    }

    fn imaging(&mut self, study: &Study, position: usize) {
        let reported = later(study.performed, 1);
        let mut text = self.open("RIS", reported, "ORU^R01^ORU_R01");
        let number = self.number();
        self.person(&mut text, &number, None);
        let code = match study.kind {
            StudyKind::Ct => "36813-4^CT Abdomen and Pelvis W contrast IV^LN",
            StudyKind::Mr => "30670-4^MR Liver WO and W contrast IV^LN",
        };
        let finding = if study.liver_metastasis { "52101004^Present^SCT" } else { "2667000^Absent^SCT" };
        let performed = day(study.performed);
        let _ = write!(
            text,
            "OBR|1||R{:07}-{position}^RIS|{code}|||{performed}101500|||||||||||||||{}120000||RAD|F\r\
             OBX|1|CWE|94381002^Metastatic malignant neoplasm to liver^SCT||{finding}||||||F|||{performed}101500\r",
            self.course.index,
            day(reported)
        );
        self.close(text);
    }

    fn death(&mut self, on: Date) {
        let mut text = self.open("ADT", on, "ADT^A08^ADT_A01");
        let _ = write!(text, "EVN|A08|{}120000\r", day(on));
        let number = self.number();
        self.person(&mut text, &number, Some(on));
        text.push_str("PV1|1|O\r");
        self.close(text);
    }
}

fn later(from: Date, days: i64) -> Date {
    use jiff::ToSpan;
    from.saturating_add(days.days())
}

fn day(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> FeedOptions {
        FeedOptions { seed: 7, patients: 50, others_per_patient: 2, today: Date::constant(2026, 6, 1) }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let once: Vec<_> = Feed::new(options()).collect();
        let again: Vec<_> = Feed::new(options()).collect();
        assert_eq!(once, again);
        let other: Vec<_> = Feed::new(FeedOptions { seed: 8, ..options() }).collect();
        assert_ne!(once, other);
    }

    #[test]
    fn every_control_id_is_used_once() {
        let mut ids = std::collections::BTreeSet::new();
        for message in Feed::new(options()) {
            let text = String::from_utf8(message).unwrap();
            let id = text.split('|').nth(9).unwrap().to_owned();
            assert!(ids.insert(id));
        }
        assert!(ids.len() > 200);
    }

    #[test]
    fn nothing_in_a_feed_happens_after_today() {
        for index in 0..150 {
            let course = Course::of(7, index, options().today, 2);
            assert!(course.studies.iter().all(|study| study.performed <= options().today));
            if let Fate::Died(on) = course.fate {
                assert!(on <= options().today);
            }
        }
    }
}
