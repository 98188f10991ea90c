//! One byte form for each fact and dossier, behind digests and the last tie-break.
//!
//! It is written and never read; storage has its own format. Every variable part is length-prefixed and every
//! alternative has a tag, so that different values have different bytes. Tags are fixed: digests are compared across
//! versions of this software.

use crate::bounded::{Bounded, Comparator, Extent};
use crate::codes::TumourKind;
use crate::decision::{Decision, DecisionKind};
use crate::fact::{Fact, Place, ReportKind};
use crate::finding::{self, Finding, Margin, Presence, Sex, Site};
use crate::imaging::OrderNumbers;
use crate::reading::{Certainty, Reading};
use crate::tnm::StageEdition;
use crate::treatment::Performance;
use crate::{Modality, PartialDate, Region, Standing};

pub(crate) fn fact(out: &mut Vec<u8>, it: &Fact) {
    out.extend(it.patient.0);
    out.extend(it.identity.0);
    out.extend(it.version.reported_at.to_be_bytes());
    out.extend(it.version.tie);
    out.push(standing(it.standing));
    optional_date(out, it.observed);
    finding(out, &it.finding);
    place(out, &it.place);
    later_parts(out, it);
}

fn standing(it: Standing) -> u8 {
    match it {
        Standing::Preliminary => 0,
        Standing::NotAvailable => 1,
        Standing::Final => 2,
        Standing::Corrected => 3,
        Standing::Deleted => 4,
        Standing::WrongPatient => 5,
    }
}

/// Parts that facts came to have later. A fact without them keeps the bytes, and its dossier the digest, that it had.
fn later_parts(out: &mut Vec<u8>, it: &Fact) {
    if !it.place.expression.is_empty() {
        out.push(1);
        text(out, &it.place.expression);
    }
    if let Reading::Text { rule, certainty, sentence } = &it.reading {
        out.push(2);
        text(out, rule);
        out.push(match certainty {
            Certainty::Stated => 0,
            Certainty::Uncertain => 1,
        });
        out.push(u8::from(sentence.is_some()));
        text(out, sentence.as_deref().unwrap_or_default());
    }
    match it.report_kind {
        ReportKind::Untold => {}
        ReportKind::Clinic => out.extend([3, 1]),
        ReportKind::Imaging => out.extend([3, 2]),
        ReportKind::Pathology => out.extend([3, 3]),
    }
    if let Some(text) = it.text {
        out.push(4);
        out.extend(text.text.0);
        out.push(standing(text.standing));
        out.push(u8::from(text.is_whole));
    }
}

fn place(out: &mut Vec<u8>, it: &Place) {
    out.extend(it.report.0);
    text(out, &it.segment);
    for number in [
        it.occurrence,
        it.field.into(),
        it.repetition.into(),
        it.component.into(),
        it.span_start,
        it.span_end,
    ] {
        out.extend(number.to_be_bytes());
    }
}

fn finding(out: &mut Vec<u8>, it: &Finding) {
    match it {
        Finding::Diagnosis { system, code } => {
            out.push(1);
            text(out, system.as_str());
            text(out, code.as_str());
        }
        Finding::PrimarySite(site) => out.extend([
            2,
            match site {
                Site::Ileum => 0,
                Site::Jejunum => 1,
                Site::SmallBowelUnspecified => 2,
                Site::Meckel => 3,
                Site::Elsewhere => 4,
            },
        ]),
        Finding::TumourSize(length) => number(out, 3, length.micrometres()),
        Finding::Tnm(statement) => {
            out.push(4);
            // The spelling holds every part of the statement except the text that it was read from.
            text(out, &statement.to_string());
            text(out, &statement.raw);
        }
        Finding::NodesExamined(count) => number(out, 5, (*count).into()),
        Finding::NodesPositive(count) => number(out, 6, (*count).into()),
        Finding::Ki67(value) => bounded(out, 7, value, |it| it.thousandths()),
        Finding::Mitoses(value) => bounded(out, 8, value, |it| it.thousandths()),
        Finding::Grade(grade) => {
            out.push(9);
            text(out, grade.as_str());
        }
        Finding::LiverMetastasis(presence) => out.extend([10, presence_tag(*presence)]),
        Finding::Imaging(study) => {
            out.push(11);
            text(out, study.modality.as_str());
            text(out, study.region.as_str());
        }
        Finding::MesentericMass(value) => bounded(out, 12, value, |it| it.micrometres()),
        Finding::MesentericDeposits(seen) => out.extend([13, u8::from(*seen)]),
        Finding::Margin(margin) => out.extend([
            14,
            match margin {
                Margin::R0 => 0,
                Margin::R1 => 1,
                Margin::R2 => 2,
            },
        ]),
        Finding::LymphovascularInvasion(seen) => out.extend([15, u8::from(*seen)]),
        Finding::PerineuralInvasion(seen) => out.extend([16, u8::from(*seen)]),
        Finding::Death { date } => {
            out.push(17);
            optional_date(out, *date);
        }
        Finding::BirthDate(date) => {
            out.push(18);
            optional_date(out, Some(*date));
        }
        Finding::Sex(sex) => out.extend([
            19,
            match sex {
                Sex::Female => 0,
                Sex::Male => 1,
                Sex::Other => 2,
                Sex::Unknown => 3,
            },
        ]),
        Finding::RecordNumber(record) => {
            out.push(20);
            text(out, record.authority());
            text(out, record.number());
        }
        Finding::MergedInto { survivor } => {
            out.push(21);
            out.extend(survivor.0);
        }
        Finding::Absorbs { retired } => {
            out.push(22);
            out.extend(retired.0);
        }
        Finding::Unread { attribute, reason } => {
            out.push(23);
            text(out, attribute.as_str());
            text(out, reason.as_str());
        }
        Finding::Histology(kind) => out.extend([
            24,
            match kind {
                TumourKind::Net => 0,
                TumourKind::Unclear => 1,
                TumourKind::Nec => 2,
                TumourKind::Other => 3,
            },
        ]),
        Finding::Extent(extent) => out.extend([
            25,
            match extent {
                finding::Extent::LaminaPropriaOrSubmucosa => 0,
                finding::Extent::MuscularisPropria => 1,
                finding::Extent::Subserosa => 2,
                finding::Extent::Serosa => 3,
                finding::Extent::OtherOrgans => 4,
            },
        ]),
        Finding::Focality(it) => {
            out.extend([26, u8::from(it.multifocal), u8::from(it.count.is_some())]);
            out.extend(it.count.unwrap_or(0).to_be_bytes());
        }
        Finding::LiverLesionSize(length) => number(out, 27, length.micrometres()),
        Finding::ImagingOrder(it) => {
            to_come(out, 28, it.modality, it.region, it.state.as_str());
            order_numbers(out, it.numbers);
        }
        Finding::ImagingAppointment(it) => {
            to_come(out, 29, it.modality, it.region, it.state.as_str());
            order_numbers(out, it.order);
        }
        Finding::Decision(it) => decision(out, it),
        Finding::MetastasisKi67(value) => bounded(out, 31, value, |it| it.thousandths()),
        Finding::StageGroup(it) => {
            out.push(32);
            text(out, &it.to_string());
            text(out, it.edition.map_or("", StageEdition::as_str));
        }
        Finding::Marker(it) => {
            out.push(33);
            text(out, it.kind().as_str());
            bounded(out, 33, it.level(), |it| it.thousandths());
            text(out, it.unit());
            text(out, &it.upper_limit().map(|it| it.to_string()).unwrap_or_default());
            text(out, it.assay());
        }
        Finding::CarcinoidSyndrome(presence) => out.extend([34, presence_tag(*presence)]),
        Finding::ContrastIntolerance(agent) => {
            out.push(35);
            text(out, agent.as_str());
        }
        Finding::DiseaseStatus(status) => {
            out.push(36);
            text(out, status.as_str());
        }
        Finding::Treatment(treatment) => {
            out.push(37);
            text(out, treatment.as_str());
        }
        Finding::Performance(Performance::Ecog(score)) => out.extend([38, 0, *score]),
        Finding::Performance(Performance::Karnofsky(score)) => out.extend([38, 1, *score]),
    }
}

/// What a finding states and of which day: what a judgement of it rests on.
pub(crate) fn statement(out: &mut Vec<u8>, it: &Fact) {
    optional_date(out, it.observed);
    finding(out, &it.finding);
}

fn decision(out: &mut Vec<u8>, it: &Decision) {
    out.push(30);
    let (kind, value) = match it.kind() {
        DecisionKind::Interval { months } => (1, vec![*months]),
        DecisionKind::Modality(modality) => (2, modality.as_str().into()),
        DecisionKind::Hold => (3, Vec::new()),
        DecisionKind::Decline => (4, Vec::new()),
        DecisionKind::Discharge => (5, Vec::new()),
        DecisionKind::Transfer => (6, Vec::new()),
        DecisionKind::Resume => (7, Vec::new()),
        DecisionKind::Treated => (8, Vec::new()),
        DecisionKind::Policy { name } => (9, name.as_bytes().to_vec()),
        DecisionKind::Confirm { fact: (patient, identity), digest } => {
            (10, [patient.0, identity.0, *digest].concat())
        }
        DecisionKind::Reject { fact: (patient, identity), digest } => {
            (11, [patient.0, identity.0, *digest].concat())
        }
    };
    out.push(kind);
    out.extend((value.len() as u64).to_be_bytes());
    out.extend(value);
    text(out, it.author());
    text(out, it.reason());
    text(out, &it.until().map(|it| it.to_string()).unwrap_or_default());
}

fn presence_tag(presence: Presence) -> u8 {
    match presence {
        Presence::Present => 0,
        Presence::Absent => 1,
        Presence::Indeterminate => 2,
    }
}

/// One without numbers keeps the bytes that it had before orders had them.
fn order_numbers(out: &mut Vec<u8>, it: OrderNumbers) {
    for (tag, number) in [(1, it.placer), (2, it.filler)] {
        if let Some(number) = number {
            out.push(tag);
            out.extend(number.0);
        }
    }
}

fn to_come(out: &mut Vec<u8>, tag: u8, modality: Option<Modality>, region: Region, state: &str) {
    out.push(tag);
    text(out, modality.map_or("", Modality::as_str));
    text(out, region.as_str());
    text(out, state);
}

fn bounded<T: Copy + Ord>(out: &mut Vec<u8>, tag: u8, it: &Bounded<T>, unit: impl Fn(T) -> u32) {
    let (kind, first, second) = match it.extent() {
        Extent::One(Comparator::Equal, value) => (0, value, value),
        Extent::One(Comparator::Below, value) => (1, value, value),
        Extent::One(Comparator::AtMost, value) => (2, value, value),
        Extent::One(Comparator::Above, value) => (3, value, value),
        Extent::One(Comparator::AtLeast, value) => (4, value, value),
        Extent::Range(low, high) => (5, low, high),
    };
    out.extend([tag, kind, u8::from(it.is_approximate())]);
    out.extend(unit(first).to_be_bytes());
    out.extend(unit(second).to_be_bytes());
}

fn number(out: &mut Vec<u8>, tag: u8, value: u32) {
    out.push(tag);
    out.extend(value.to_be_bytes());
}

fn optional_date(out: &mut Vec<u8>, it: Option<PartialDate>) {
    text(out, &it.map(|it| it.to_string()).unwrap_or_default());
}

fn text(out: &mut Vec<u8>, it: &str) {
    out.extend((it.len() as u64).to_be_bytes());
    out.extend(it.as_bytes());
}
