//! The statements of one text as facts: which of them stand, what they take the place of, and where they are said.

use std::collections::BTreeSet;
use std::ops::Range;

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::{Fact, Finding, PartialDate, Reading, Standing};
use lacteal_hl7::{Location, Value};
use lacteal_narrative::{self as reader, Certainty, ContradictionKind, Kind, Section, Statement};

use super::agreement::{Agreement, agreement, same};
use super::findings::finding;
use super::{Document, beside};
use crate::codes::ReportKind;
use crate::relevance::Concern;
use crate::scribe::{Scribe, Weight};
use crate::spelling::Spelling;

/// Different statements of one attribute that are kept of one text.
const SLOTS_MAX: usize = 16;
/// The rule of the trace that a version of a text leaves which states nothing.
pub(crate) const SILENT: &str = "silent";
/// Statements of one attribute that a correction withdraws when it no longer makes them.
pub(crate) const WITHDRAWN_SLOTS: usize = 2;

/// All that a text can state, by name: what a correction withdraws when it is silent about it.
pub(crate) const KEYS: [(&str, Attribute); 26] = [
    ("primary_site", Attribute::PrimarySite),
    ("histology", Attribute::Histology),
    ("focality", Attribute::Focality),
    ("tumour_size", Attribute::TumourSize),
    ("extent", Attribute::Extent),
    ("tnm-t", Attribute::Tnm),
    ("tnm-n", Attribute::Tnm),
    ("tnm-m", Attribute::Tnm),
    ("nodes_examined", Attribute::NodesExamined),
    ("nodes_positive", Attribute::NodesPositive),
    ("stage_group", Attribute::StageGroup),
    ("ki67", Attribute::Ki67),
    ("metastasis_ki67", Attribute::MetastasisKi67),
    ("mitoses", Attribute::Mitoses),
    ("grade", Attribute::Grade),
    ("margin", Attribute::Margin),
    ("lymphovascular_invasion", Attribute::LymphovascularInvasion),
    ("perineural_invasion", Attribute::PerineuralInvasion),
    ("mesenteric_mass", Attribute::MesentericMass),
    ("mesenteric_deposits", Attribute::MesentericDeposits),
    ("liver_metastasis", Attribute::LiverMetastasis),
    ("liver_lesion_size", Attribute::LiverLesionSize),
    ("imaging", Attribute::Imaging),
    ("marker", Attribute::Marker),
    ("carcinoid_syndrome", Attribute::CarcinoidSyndrome),
    ("contrast_intolerance", Attribute::ContrastIntolerance),
];

/// Withdraws all that a document stated in its text.
pub(crate) fn withdraw(scribe: &mut Scribe<'_>, number: &[u8], weight: Weight, value: &Value<'_>) {
    let document =
        Document { number, reported_at_s: weight.reported_at_s, observed: None, from: 0, replaces: None };
    let spelling = Spelling::default();
    let place = (value.location(), value.span());
    let kind = ReportKind::Clinic;
    let text = super::text_version(scribe, number, b"", weight.standing);
    let weight = Weight { text: Some(text), ..weight };
    let writer = Writer { document: &document, weight, observed: None, kind, spelling: &spelling, place };
    writer.clear(scribe, number, &[], WITHDRAWN_SLOTS);
    scribe.matters(Concern::OfKnown);
}

/// Writes the statements of one text.
pub(super) struct Writer<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) weight: Weight,
    pub(super) observed: Option<PartialDate>,
    pub(super) kind: ReportKind,
    pub(super) spelling: &'a Spelling,
    /// Where the text begins.
    pub(super) place: (Location, Range<usize>),
}

/// A statement as a finding.
pub(crate) struct Stated<'a> {
    /// What it is about, as part of its identity.
    pub(crate) key: &'static str,
    pub(crate) finding: Finding,
    statement: &'a Statement,
    is_certain: bool,
}

impl Stated<'_> {
    /// By which rule it was read, with its sentence when it is not certain.
    pub(crate) fn reading(&self, text: &str) -> Reading {
        let statement = self.statement;
        if self.is_certain {
            return Reading::stated(statement.rule);
        }
        let sentence = text.get(statement.sentence.clone()).unwrap_or_default();
        Reading::uncertain(statement.rule, sentence.trim())
    }

    /// Whether the day of the report is the day of the statement: what a report repeats of others has a day that it
    /// does not tell.
    pub(crate) fn is_of_the_day(&self, kind: ReportKind) -> bool {
        let changes = matches!(
            self.finding.attribute(),
            Attribute::LiverMetastasis
                | Attribute::LiverLesionSize
                | Attribute::MesentericMass
                | Attribute::MesentericDeposits
                | Attribute::Imaging
                | Attribute::CarcinoidSyndrome
        );
        // When a level was measured is not told by the day of the report that mentions it.
        let is_level = self.finding.attribute() == Attribute::Marker;
        self.statement.section.is_own() && !is_level && (kind == ReportKind::Pathology || changes)
    }
}

impl Writer<'_> {
    pub(super) fn write(&self, scribe: &mut Scribe<'_>) {
        let report = reader::read_of_known(self.spelling.text(), kind_of(self.kind));
        let coded: Vec<&Fact> = scribe.so_far().iter().skip(self.document.from).collect();
        let stated = stated(self.kind, self.spelling.text(), &report, &coded);
        match report.in_scope {
            Some(true) => scribe.matters(Concern::Any),
            None if !stated.is_empty() => scribe.matters(Concern::OfKnown),
            None | Some(false) => {}
        }
        // A withdrawal and a correction matter to those known for what they no longer say.
        let replaces_all = !matches!(self.weight.standing, Standing::Preliminary | Standing::Final);
        if replaces_all || self.document.replaces.is_some() {
            scribe.matters(Concern::OfKnown);
        }
        let mut slots: Vec<(&str, usize)> = Vec::new();
        for one in &stated {
            let slot = next_slot(&mut slots, one.key);
            self.state(scribe, one, slot);
        }
        if stated.is_empty() {
            self.says_nothing(scribe);
            if self.weight.text.is_some_and(|text| text.is_whole) {
                scribe.matters(Concern::OfToldBefore);
            }
        }
        if let Some(replaced) = self.document.replaces {
            let text = super::text_version(scribe, replaced, b"", Standing::Deleted);
            let weight = Weight { text: Some(text), ..self.weight };
            let writer = Writer { weight, place: self.place.clone(), ..*self };
            writer.clear(scribe, replaced, &[], WITHDRAWN_SLOTS);
            return;
        }
        if self.spelling.text().len() > reader::TEXT_BYTES_MAX {
            self.is_cut(scribe);
        } else if self.weight.standing != Standing::Preliminary && !stated.is_empty() {
            self.is_decoded(scribe);
        }
        match self.weight.standing {
            Standing::Preliminary | Standing::NotAvailable | Standing::Final => {}
            Standing::Corrected | Standing::Deleted | Standing::WrongPatient => {
                self.clear(scribe, self.document.number, &slots, WITHDRAWN_SLOTS);
            }
        }
        if self.weight.standing == Standing::WrongPatient && stated.is_empty() {
            self.clear_slot(scribe, self.document.number, "histology", 1, Standing::WrongPatient);
        }
    }

    fn state(&self, scribe: &mut Scribe<'_>, one: &Stated<'_>, slot: usize) {
        let place = self.spelling.place(&one.statement.span).or_else(|| self.spelling.first());
        let reading = one.reading(self.spelling.text());
        let observed = self.observed.filter(|_| one.is_of_the_day(self.kind));
        let slot = slot.to_string();
        let parts: &[&[u8]] = &[self.document.number, b"text", one.key.as_bytes(), slot.as_bytes()];
        let place = place.unwrap_or_else(|| self.place.clone());
        scribe.state_text(parts, self.weight, observed, one.finding.clone(), reading, place);
    }

    /// Leaves a trace of a version that states nothing, so that it takes back what the one before it stated.
    fn says_nothing(&self, scribe: &mut Scribe<'_>) {
        let parts: &[&[u8]] = &[self.document.number, b"text", b"silent"];
        let weight = Weight { standing: Standing::Deleted, ..self.weight };
        let finding = Finding::Unread { attribute: unread(self.kind), reason: UnreadReason::Empty };
        scribe.state_text(parts, weight, None, finding, Reading::stated(SILENT), self.place.clone());
    }

    /// Withdraws what a document no longer says, beyond the statements that it makes.
    fn clear(&self, scribe: &mut Scribe<'_>, number: &[u8], made: &[(&str, usize)], slots: usize) {
        for (key, _) in KEYS {
            let made = made.iter().find(|(known, _)| *known == key).map_or(0, |(_, count)| *count);
            for slot in made + 1..=slots.max(made + 1) {
                self.clear_slot(scribe, number, key, slot, Standing::Deleted);
            }
        }
    }

    fn clear_slot(&self, scribe: &mut Scribe<'_>, number: &[u8], key: &str, slot: usize, standing: Standing) {
        let attribute =
            KEYS.iter().find(|(known, _)| *known == key).map_or(Attribute::Diagnosis, |(_, it)| *it);
        let slot = slot.to_string();
        let parts: &[&[u8]] = &[number, b"text", key.as_bytes(), slot.as_bytes()];
        let weight = Weight { standing, ..self.weight };
        let finding = Finding::Unread { attribute, reason: UnreadReason::Empty };
        let reading = Reading::stated("not_repeated");
        scribe.state_text(parts, weight, None, finding, reading, self.place.clone());
    }

    /// Says that the end of the text was not read. A later version that is read whole takes it back.
    fn is_cut(&self, scribe: &mut Scribe<'_>) {
        let parts: &[&[u8]] = &[self.document.number, b"text"];
        let finding = Finding::Unread { attribute: unread(self.kind), reason: UnreadReason::TooLong };
        let reading = Reading::stated("cut");
        scribe.state_text(parts, self.weight, None, finding, reading, self.place.clone());
        scribe.matters(Concern::OfKnown);
    }

    /// Takes back that an earlier version of the text could not be decoded, or not be read to its end.
    fn is_decoded(&self, scribe: &mut Scribe<'_>) {
        let parts: &[&[u8]] = &[self.document.number, b"text"];
        let weight = Weight { standing: Standing::Deleted, ..self.weight };
        let finding = Finding::Unread { attribute: Attribute::Diagnosis, reason: UnreadReason::UnknownForm };
        scribe.state_text(parts, weight, None, finding, Reading::stated("decoded"), self.place.clone());
    }
}

/// What is shown as unread of a text that is not read.
pub(crate) fn unread(kind: ReportKind) -> Attribute {
    match kind {
        ReportKind::Radiology => Attribute::LiverMetastasis,
        ReportKind::Pathology | ReportKind::Clinic => Attribute::Diagnosis,
    }
}

/// What the text states, each thing once: an addendum takes the place of what the body says of the same, and a
/// coded value of the same order that of a text that agrees with it.
pub(crate) fn stated<'r>(
    kind: ReportKind,
    text: &str,
    report: &'r reader::Report,
    coded: &[&Fact],
) -> Vec<Stated<'r>> {
    if report.in_scope == Some(false) {
        return Vec::new();
    }
    let opposed: Vec<usize> = report
        .contradictions
        .iter()
        // The liver and the nodes have rules of their own for what does not agree.
        .filter(|it| !matches!(it.kind, ContradictionKind::Liver | ContradictionKind::NodesAndCategory))
        .flat_map(|it| [it.first, it.second])
        .collect();
    let mut all: Vec<Stated<'r>> = Vec::new();
    for (at, statement) in report.statements.iter().enumerate() {
        let Some((key, finding)) = finding(kind, text, statement) else { continue };
        let is_plain = statement.certainty == Certainty::Stated
            || (key == "metastasis_ki67" && beside::is_of_metastasis(text, statement));
        let is_certain = is_plain && !opposed.contains(&at);
        all.push(Stated { key, finding, statement, is_certain });
    }
    let by_addendum = |it: &&Stated<'_>| it.is_certain && it.statement.section == Section::Addendum;
    let amended: BTreeSet<&str> = all.iter().filter(by_addendum).map(|it| it.key).collect();
    all.retain(|it| it.statement.section == Section::Addendum || !amended.contains(it.key));
    all.retain_mut(|it| match agreement(coded, &it.finding) {
        Agreement::Alone => true,
        Agreement::Same => false,
        Agreement::Differs => {
            it.is_certain &= it.finding.attribute() == Attribute::LiverMetastasis;
            true
        }
    });
    let mut once: Vec<Stated<'r>> = Vec::new();
    for one in all {
        let of_key = || once.iter().enumerate().filter(|(_, it)| it.key == one.key);
        let known = of_key().find(|(_, it)| same(&it.finding, &one.finding)).map(|(at, _)| at);
        // What one text says in more ways than these is no statement that anybody could judge by: that is shown.
        let count = of_key().count();
        match known.and_then(|at| once.get_mut(at)) {
            Some(known) if one.is_certain && !known.is_certain => *known = one,
            None if count < SLOTS_MAX => once.push(one),
            None if count == SLOTS_MAX => {
                let attribute = one.finding.attribute();
                let finding = Finding::Unread { attribute, reason: UnreadReason::TooLong };
                once.push(Stated { finding, is_certain: true, ..one });
            }
            _ => {}
        }
    }
    once
}

/// The kind under which a text is read.
pub(crate) fn kind_of(kind: ReportKind) -> Kind {
    match kind {
        ReportKind::Pathology => Kind::Pathology,
        ReportKind::Radiology => Kind::Radiology,
        ReportKind::Clinic => Kind::Clinic,
    }
}

/// The number of the next statement of an attribute.
pub(crate) fn next_slot<'k>(slots: &mut Vec<(&'k str, usize)>, key: &'k str) -> usize {
    match slots.iter_mut().find(|(known, _)| *known == key) {
        Some((_, count)) => {
            *count += 1;
            *count
        }
        None => {
            slots.push((key, 1));
            1
        }
    }
}
