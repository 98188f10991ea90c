//! Messages in few words, and facts in words that can be compared.

use std::sync::OnceLock;

use bytes::Bytes;
use lacteal_clinical::tnm::TnmStatement;
use lacteal_clinical::{Fact, Finding, Modality, PseudonymKey, ReportKey, Standing};
use lacteal_hl7::{AckError, Limits, Message};
use lacteal_intake::{Codes, Context, Identity, Source, SourceConfig, Verdict, interpret};
use sha2::{Digest as _, Sha256};

pub(crate) const MSH_ORU: &str =
    "MSH|^~\\&|PATH|NORTH|LACTEAL|NET|20240610120000+0000||ORU^R01^ORU_R01|M1|P|2.5.1";
pub(crate) const PID: &str = "PID|1||4711^^^NORTH^MR";
pub(crate) const OBR: &str = "OBR|1||F77|11529-5^Pathology^LN|||20240601";

/// Reading the table takes longer than all else, and the laws try thousands of messages.
static BUILT_IN: OnceLock<Codes> = OnceLock::new();

/// What interpretation is given besides a message.
pub(crate) struct Given {
    pub(crate) source: SourceConfig,
    pub(crate) authorities: Vec<String>,
    pub(crate) codes: Vec<lacteal_intake::Code>,
    pub(crate) received: jiff::Timestamp,
}

impl Default for Given {
    fn default() -> Given {
        Given {
            source: SourceConfig::default(),
            authorities: Vec::new(),
            codes: Vec::new(),
            received: "2024-06-15T12:00:00Z".parse().expect("a time"),
        }
    }
}

impl Given {
    pub(crate) fn verdict(&self, message: &Message) -> Verdict {
        let source = Source::new(&self.source).expect("a source");
        let key = PseudonymKey::from_bytes(&[7; 32]).expect("a key");
        let identity = Identity { key, authorities: self.authorities.clone() };
        let own;
        let codes = if self.codes.is_empty() {
            BUILT_IN.get_or_init(|| Codes::with_site(&[]).expect("codes"))
        } else {
            own = Codes::with_site(&self.codes).expect("codes");
            &own
        };
        let digest = Sha256::digest(message.bytes());
        let context = Context {
            source: &source,
            identity: &identity,
            codes,
            report: ReportKey([9; 16]),
            tie: digest[..16].try_into().expect("16 bytes"),
            received: self.received,
        };
        interpret(message, &context)
    }

    pub(crate) fn read(&self, text: &str) -> Verdict {
        self.verdict(&parse(text))
    }

    pub(crate) fn facts(&self, text: &str) -> Vec<Fact> {
        kept(self.read(text))
    }
}

pub(crate) fn parse(text: &str) -> Message {
    Message::parse(Bytes::copy_from_slice(text.as_bytes()), &Limits::default()).expect("a message")
}

/// Segments as a message.
pub(crate) fn message(segments: &[&str]) -> String {
    segments.join("\r")
}

/// A segment of which only some fields are filled.
pub(crate) fn segment(name: &str, fields: &[(usize, &str)]) -> String {
    let last = fields.iter().map(|(number, _)| *number).max().unwrap_or(0);
    let mut parts = vec![""; last + 1];
    parts[0] = name;
    for (number, text) in fields {
        parts[*number] = text;
    }
    parts.join("|")
}

/// A pathology report with these observations and nothing else.
pub(crate) fn pathology(observations: &[&str]) -> String {
    message(&[&[MSH_ORU, PID, OBR][..], observations].concat())
}

/// An observation: type, code, value, unit.
pub(crate) fn obx(kind: &str, code: &str, value: &str, unit: &str) -> String {
    segment("OBX", &[(1, "1"), (2, kind), (3, code), (5, value), (6, unit), (11, "F")])
}

pub(crate) fn read(text: &str) -> Verdict {
    Given::default().read(text)
}

/// All facts of a message that is kept for anybody, or for those of whom something is kept.
pub(crate) fn kept(verdict: Verdict) -> Vec<Fact> {
    match verdict {
        Verdict::Keep(all) | Verdict::KeepIfKnown(all) | Verdict::KeepIfToldBefore(all) => {
            all.into_iter().flat_map(|one| one.facts).collect()
        }
        other => panic!("not kept: {other:?}"),
    }
}

pub(crate) fn facts(text: &str) -> Vec<Fact> {
    kept(read(text))
}

/// What is stated about the tumour or an image, in words, without what is only taken back.
pub(crate) fn about_the_tumour(text: &str) -> Vec<String> {
    let facts = facts(text);
    let stated = facts.iter().filter(|fact| fact.finding.is_about_the_tumour() && !takes_back(fact));
    stated.map(words).collect()
}

/// Whether it says no more than that something earlier is no longer unread or no longer said.
pub(crate) fn takes_back(fact: &Fact) -> bool {
    fact.standing == Standing::Deleted && matches!(fact.finding, Finding::Unread { .. })
}

/// What is stated about the person, but for the record number.
pub(crate) fn about_the_person(text: &str) -> Vec<String> {
    let person = |fact: &&Fact| {
        !fact.finding.is_about_the_tumour() && !matches!(fact.finding, Finding::RecordNumber(_))
    };
    facts(text).iter().filter(person).map(words).collect()
}

/// The one problem for which a message is refused, as `code place`.
pub(crate) fn refused(text: &str) -> String {
    refusal(read(text))
}

pub(crate) fn refusal(verdict: Verdict) -> String {
    let Verdict::Refuse(refusal) = verdict else { panic!("not refused: {verdict:?}") };
    let [AckError { code, location, .. }] = &refusal.problems[..] else { panic!("one problem") };
    let place = location.map(|location| location.to_string()).unwrap_or_default();
    format!("{} {place}", code.number()).trim_end().to_owned()
}

/// A fact as `[standing ]finding[ @date]`; a final one is not called so.
pub(crate) fn words(fact: &Fact) -> String {
    let standing = match fact.standing {
        Standing::Final => String::new(),
        other => format!("{other:?}: "),
    };
    let date = fact.observed.map(|date| format!(" @{date:?}")).unwrap_or_default();
    format!("{standing}{}{date}", finding(&fact.finding))
}

fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Diagnosis { system, code } => format!("diagnosis {} {}", system.as_str(), code.as_str()),
        Finding::PrimarySite(site) => format!("site {site:?}"),
        Finding::TumourSize(length) => format!("size {length}"),
        Finding::Tnm(TnmStatement { .. }) => tnm(finding),
        Finding::NodesExamined(count) => format!("examined {count}"),
        Finding::NodesPositive(count) => format!("positive {count}"),
        Finding::Ki67(index) => format!("ki67 {index}"),
        Finding::Mitoses(rate) => format!("mitoses {rate}"),
        Finding::Grade(grade) => format!("grade {}", grade.as_str()),
        Finding::LiverMetastasis(presence) => format!("liver {presence:?}"),
        Finding::Imaging(it) => format!("imaging {} {}", it.modality.as_str(), it.region.as_str()),
        Finding::MesentericMass(length) => format!("mass {length}"),
        Finding::MesentericDeposits(there) => format!("deposits {there}"),
        Finding::Margin(margin) => format!("margin {margin:?}"),
        Finding::LymphovascularInvasion(there) => format!("lymphovascular {there}"),
        Finding::PerineuralInvasion(there) => format!("perineural {there}"),
        Finding::Death { date } => match date {
            Some(date) => format!("died {date:?}"),
            None => "died".to_owned(),
        },
        Finding::BirthDate(date) => format!("born {date:?}"),
        Finding::Sex(sex) => format!("sex {sex:?}"),
        Finding::RecordNumber(number) => format!("record {} {}", number.authority(), number.number()),
        Finding::MergedInto { .. } => "merged into".to_owned(),
        Finding::Absorbs { .. } => "absorbs".to_owned(),
        Finding::Unread { attribute, reason } => {
            format!("unread {} {}", attribute.as_str(), reason.as_str())
        }
        Finding::Histology(kind) => format!("histology {kind:?}"),
        Finding::Extent(extent) => format!("extent {extent:?}"),
        Finding::Focality(it) => match it.count {
            Some(count) => format!("{count} tumours"),
            None if it.multifocal => "several tumours".to_owned(),
            None => "one tumour".to_owned(),
        },
        Finding::LiverLesionSize(length) => format!("liver lesion {length}"),
        Finding::ImagingOrder(it) => {
            format!("ordered {} {} {:?}", modality(it.modality), it.region.as_str(), it.state)
        }
        Finding::ImagingAppointment(it) => {
            format!("booked {} {} {:?}", modality(it.modality), it.region.as_str(), it.state)
        }
        Finding::Decision(it) => format!("decided {:?}", it.kind()),
        Finding::MetastasisKi67(index) => format!("metastasis ki67 {index}"),
        Finding::StageGroup(it) => format!("stage {it}"),
        Finding::Marker(it) => {
            format!("{} {} {} ({})", it.kind().as_str(), it.level(), it.unit(), it.assay())
        }
        Finding::ContrastIntolerance(agent) => format!("no {} contrast", agent.as_str()),
        Finding::CarcinoidSyndrome(presence) => format!("syndrome {presence:?}"),
        Finding::DiseaseStatus(status) => format!("course {}", status.as_str()),
        Finding::Treatment(treatment) => format!("treated by {}", treatment.as_str()),
        Finding::Performance(score) => format!("fitness {score:?}"),
    }
}

fn modality(it: Option<Modality>) -> &'static str {
    it.map_or("imaging", Modality::as_str)
}

fn tnm(finding: &Finding) -> String {
    if let Finding::Tnm(statement) = finding { statement.to_string() } else { String::new() }
}
