//! The statements of one text as facts: which of them stand, what they take the place of, and where they are said.

use std::collections::BTreeSet;
use std::ops::Range;

use lacteal_clinical::codes::TumourKind;
use lacteal_clinical::finding::{Attribute, Extent, Focality, UnreadReason};
use lacteal_clinical::tnm::{Axis, StageGroup, StatedStage};
use lacteal_clinical::{Fact, Finding, MarkerKind, PartialDate, Reading, Standing};
use lacteal_hl7::{Location, Value};
use lacteal_narrative::{
    self as reader, Certainty, ContradictionKind, Depth, Histology, Item, Kind, Section, Statement,
};

use super::{Document, beside};
use crate::codes::ReportKind;
use crate::relevance::Concern;
use crate::scribe::{Scribe, Weight};
use crate::spelling::Spelling;

/// Different statements of one attribute that are kept of one text.
const SLOTS_MAX: usize = 16;
/// The rule that reads the Ki-67 index of a metastasis.
pub(super) const KI67_OF_METASTASIS: &str = "ki67_metastasis";
/// The rule of the trace that a version of a text leaves which states nothing.
pub(crate) const SILENT: &str = "silent";
/// Words of what has stages and is no tumour.
const OTHER_STAGES: [&str; 12] = [
    "ckd",
    "kidney",
    "renal",
    "nyha",
    "heart",
    "hypertension",
    "copd",
    "fibrosis",
    "ulcer",
    "parkinson",
    "dementia",
    "sleep",
];
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
        let report = reader::read(self.spelling.text(), kind_of(self.kind));
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

/// What a statement is among findings, with the name of what it is about.
fn finding(kind: ReportKind, text: &str, statement: &Statement) -> Option<(&'static str, Finding)> {
    Some(match &statement.item {
        Item::Site(site) => ("primary_site", Finding::PrimarySite(*site)),
        Item::Histology(histology) => (
            "histology",
            Finding::Histology(match histology {
                Histology::Net => TumourKind::Net,
                Histology::Nec | Histology::Minen => TumourKind::Nec,
                Histology::Other => TumourKind::Other,
            }),
        ),
        Item::Focality { multifocal, count } => {
            ("focality", Finding::Focality(Focality { multifocal: *multifocal, count: *count }))
        }
        Item::TumourSize(length) => ("tumour_size", Finding::TumourSize(*length)),
        Item::Extent(depth) => ("extent", Finding::Extent(extent(*depth))),
        Item::Tnm(statement) => {
            let key = match statement.category.axis() {
                Axis::T => "tnm-t",
                Axis::N => "tnm-n",
                Axis::M => "tnm-m",
            };
            (key, Finding::Tnm(statement.clone()))
        }
        Item::NodesExamined(count) => ("nodes_examined", Finding::NodesExamined(*count)),
        Item::NodesPositive(count) => ("nodes_positive", Finding::NodesPositive(*count)),
        Item::MesentericMass(length) => ("mesenteric_mass", Finding::MesentericMass(*length)),
        Item::MesentericDeposits(there) => ("mesenteric_deposits", Finding::MesentericDeposits(*there)),
        Item::Stage(group) => ("stage_group", Finding::StageGroup(stage_group(text, statement, *group)?)),
        Item::Ki67(index) if statement.rule == KI67_OF_METASTASIS => {
            ("metastasis_ki67", Finding::MetastasisKi67(*index))
        }
        Item::Ki67(index) => ("ki67", Finding::Ki67(*index)),
        Item::Mitoses { rate: Some(rate), .. } => ("mitoses", Finding::Mitoses(*rate)),
        // A count without its field is no rate.
        Item::Mitoses { rate: None, .. } => {
            let (attribute, reason) = (Attribute::Mitoses, UnreadReason::UnitMissing);
            ("mitoses", Finding::Unread { attribute, reason })
        }
        Item::Grade(grade) => ("grade", Finding::Grade(*grade)),
        Item::Margin(margin) => ("margin", Finding::Margin(*margin)),
        Item::LymphovascularInvasion(there) => {
            ("lymphovascular_invasion", Finding::LymphovascularInvasion(*there))
        }
        Item::PerineuralInvasion(there) => ("perineural_invasion", Finding::PerineuralInvasion(*there)),
        Item::LiverMetastasis(presence) => ("liver_metastasis", Finding::LiverMetastasis(*presence)),
        Item::LiverLesionSize(length) => ("liver_lesion_size", Finding::LiverLesionSize(*length)),
        // A letter speaks of studies of other days.
        Item::Imaging(_) if kind != ReportKind::Radiology => return None,
        Item::Imaging(imaging) => ("imaging", Finding::Imaging(*imaging)),
        Item::Measurement { analyte, thousandths, unit } => {
            ("marker", beside::marker(text, statement, (*analyte, *thousandths, unit)))
        }
        Item::CarcinoidSyndrome(presence) => ("carcinoid_syndrome", Finding::CarcinoidSyndrome(*presence)),
        Item::ContrastIntolerance(agent) => ("contrast_intolerance", Finding::ContrastIntolerance(*agent)),
        Item::MesentericMassSeen(_) | Item::Stain(..) => return None,
    })
}

/// A stage group with its letter, and the edition where that stands behind it in parentheses. None when the sentence is
/// about what else has stages.
fn stage_group(text: &str, statement: &Statement, group: StageGroup) -> Option<StatedStage> {
    let sentence = text.get(statement.sentence.clone()).unwrap_or_default().to_lowercase();
    if sentence.split(|c: char| !c.is_alphanumeric()).any(|word| OTHER_STAGES.contains(&word)) {
        return None;
    }
    let written = text.get(statement.span.clone()).unwrap_or_default();
    let behind = text.get(statement.span.end..statement.sentence.end).unwrap_or_default().trim_start();
    let edition = behind.split_once(')').filter(|(inside, _)| inside.starts_with('('));
    let with_edition = edition.and_then(|(inside, _)| StatedStage::parse(&format!("{written} {inside})")));
    let read = with_edition.or_else(|| StatedStage::parse(written)).filter(|it| it.group == group);
    read.or_else(|| StatedStage::new(group, None, None))
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

fn extent(depth: Depth) -> Extent {
    match depth {
        Depth::LaminaPropria | Depth::Submucosa => Extent::LaminaPropriaOrSubmucosa,
        Depth::MuscularisPropria => Extent::MuscularisPropria,
        Depth::Subserosa => Extent::Subserosa,
        Depth::Serosa => Extent::Serosa,
        Depth::OtherOrgans => Extent::OtherOrgans,
    }
}

/// How a text stands to the coded values of its order.
enum Agreement {
    /// None is about the same.
    Alone,
    /// One says the same.
    Same,
    /// One says something else.
    Differs,
}

fn agreement(coded: &[&Fact], finding: &Finding) -> Agreement {
    let about = |it: &&&Fact| {
        it.reading == Reading::Coded
            && it.standing.counts()
            && !matches!(it.finding, Finding::Unread { .. })
            && it.finding.attribute() == finding.attribute()
            && axis(&it.finding) == axis(finding)
            && marker_kind(&it.finding) == marker_kind(finding)
    };
    let mut found = coded.iter().filter(about).peekable();
    if found.peek().is_none() {
        return Agreement::Alone;
    }
    // The code of the study says which it was.
    let is_study = matches!(finding, Finding::Imaging(_));
    if is_study || found.any(|it| same(&it.finding, finding)) { Agreement::Same } else { Agreement::Differs }
}

fn axis(finding: &Finding) -> Option<Axis> {
    if let Finding::Tnm(statement) = finding { Some(statement.category.axis()) } else { None }
}

fn marker_kind(finding: &Finding) -> Option<MarkerKind> {
    if let Finding::Marker(marker) = finding { Some(marker.kind()) } else { None }
}

/// Whether two findings state the same, however they are written.
pub(crate) fn same(one: &Finding, other: &Finding) -> bool {
    match (one, other) {
        (Finding::Tnm(one), Finding::Tnm(other)) => one.category == other.category,
        (Finding::Ki67(one), Finding::Ki67(other)) => one.extent() == other.extent(),
        (Finding::MetastasisKi67(one), Finding::MetastasisKi67(other)) => one.extent() == other.extent(),
        (Finding::StageGroup(one), Finding::StageGroup(other)) => one.group == other.group,
        (Finding::Mitoses(one), Finding::Mitoses(other)) => one.extent() == other.extent(),
        (Finding::MesentericMass(one), Finding::MesentericMass(other)) => one.extent() == other.extent(),
        // The text tells neither the kit nor, always, the unit as the laboratory writes it.
        (Finding::Marker(one), Finding::Marker(other)) => {
            one.kind() == other.kind() && one.level().extent() == other.level().extent()
        }
        _ => one == other,
    }
}
