//! What a statement that was read out of a text is among findings.

use lacteal_clinical::Finding;
use lacteal_clinical::codes::TumourKind;
use lacteal_clinical::finding::{Attribute, Extent, Focality, UnreadReason};
use lacteal_clinical::tnm::{Axis, StageGroup, StatedStage};
use lacteal_narrative::{Depth, Histology, Item, Statement};

use super::beside;
use crate::codes::ReportKind;

/// The rule that reads the Ki-67 index of a metastasis.
pub(super) const KI67_OF_METASTASIS: &str = "ki67_metastasis";
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

/// What a statement is among findings, with the name of what it is about.
pub(super) fn finding(
    kind: ReportKind,
    text: &str,
    statement: &Statement,
) -> Option<(&'static str, Finding)> {
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

fn extent(depth: Depth) -> Extent {
    match depth {
        Depth::LaminaPropria | Depth::Submucosa => Extent::LaminaPropriaOrSubmucosa,
        Depth::MuscularisPropria => Extent::MuscularisPropria,
        Depth::Subserosa => Extent::Subserosa,
        Depth::Serosa => Extent::Serosa,
        Depth::OtherOrgans => Extent::OtherOrgans,
    }
}
