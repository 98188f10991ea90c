//! Statements as JSON: what is said, the words that say it, the rule that read them.

use lacteal_clinical::finding::{Margin, Presence, Site};
use lacteal_clinical::tnm::{Axis, StageGroup};
use lacteal_narrative::{
    Analyte, Certainty, Contradiction, ContradictionKind, Histology, Item, Kind, MitoticField, Stain,
    Statement,
};
use serde_json::{Value, json};

/// One statement of a text.
pub(crate) fn json(it: &Statement, text: &str) -> Value {
    let (attribute, value) = said(&it.item);
    json!({
        "attribute": attribute,
        "value": value,
        "certainty": match it.certainty { Certainty::Stated => "stated", Certainty::Uncertain => "uncertain" },
        "rule": it.rule,
        "section": it.section.as_str(),
        "span": [it.span.start, it.span.end],
        "text": text.get(it.span.clone()),
        "sentence": text.get(it.sentence.clone()),
    })
}

/// What does not agree, by its places in the list of facts.
pub(crate) fn contradiction(it: &Contradiction) -> Value {
    json!({ "about": about(it), "facts": [it.first, it.second] })
}

/// What does not agree in a text, with the sentences that say it.
pub(crate) fn contradictions_in_words(text: &str, kind: Kind) -> Vec<Value> {
    let report = lacteal_narrative::read(text, kind);
    let sentence =
        |at: usize| report.statements.get(at).and_then(|it| text.get(it.sentence.clone())).map(str::trim);
    let said = |it: &Contradiction| json!({ "about": about(it), "sentences": [sentence(it.first), sentence(it.second)] });
    report.contradictions.iter().map(said).collect()
}

fn about(it: &Contradiction) -> &'static str {
    match it.kind {
        ContradictionKind::T => "pT",
        ContradictionKind::N => "pN",
        ContradictionKind::M => "pM",
        ContradictionKind::Grade => "grade",
        ContradictionKind::Liver => "liver_metastasis",
        ContradictionKind::Focality => "focality",
        ContradictionKind::Extent => "extent",
        ContradictionKind::NodesAndCategory => "nodes_positive and pN",
    }
}

pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Pathology => "pathology",
        Kind::Radiology => "radiology",
        Kind::Clinic => "clinic",
        Kind::Auto => "auto",
    }
}

fn said(item: &Item) -> (&'static str, Value) {
    let mm = |micrometres: u32| json!(f64::from(micrometres) / 1000.0);
    match item {
        Item::Site(it) => ("site", json!(site(*it))),
        Item::Histology(it) => ("histology", json!(histology(*it))),
        Item::Focality { multifocal, count } => {
            ("focality", json!({ "multifocal": multifocal, "count": count }))
        }
        Item::TumourSize(it) => ("tumour_size_mm", mm(it.micrometres())),
        Item::Extent(it) => ("extent", json!(it.as_str())),
        Item::Tnm(it) => match it.category.axis() {
            Axis::T => ("T", json!(it.to_string())),
            Axis::N => ("N", json!(it.to_string())),
            Axis::M => ("M", json!(it.to_string())),
        },
        Item::Stage(it) => ("stage", json!(stage(*it))),
        Item::NodesExamined(it) => ("nodes_examined", json!(it)),
        Item::NodesPositive(it) => ("nodes_positive", json!(it)),
        Item::MesentericMass(it) => ("mesenteric_mass", json!(it.to_string())),
        Item::MesentericMassSeen(it) => ("mesenteric_mass_seen", json!(it)),
        Item::MesentericDeposits(it) => ("mesenteric_deposits", json!(it)),
        Item::Ki67(it) => ("ki67", json!(it.to_string())),
        Item::Mitoses { rate, field } => {
            let per_2mm2 = rate.as_ref().map(ToString::to_string);
            ("mitoses", json!({ "per_2mm2": per_2mm2, "counted_in": counted_in(*field) }))
        }
        Item::Grade(it) => ("grade", json!(it.as_str())),
        Item::Margin(it) => ("margin", json!(margin(*it))),
        Item::LymphovascularInvasion(it) => ("lymphovascular_invasion", json!(it)),
        Item::PerineuralInvasion(it) => ("perineural_invasion", json!(it)),
        Item::LiverMetastasis(it) => ("liver_metastasis", json!(presence(*it))),
        Item::LiverLesionSize(it) => ("liver_lesion_size_mm", mm(it.micrometres())),
        Item::Imaging(it) => {
            ("imaging", json!({ "modality": it.modality.as_str(), "region": it.region.as_str() }))
        }
        Item::CarcinoidSyndrome(it) => ("carcinoid_syndrome", json!(presence(*it))),
        Item::ContrastIntolerance(it) => ("contrast_intolerance", json!(it.as_str())),
        Item::Stain(it, positive) => ("stain", json!({ "stain": stain(*it), "positive": positive })),
        Item::Measurement { analyte, thousandths, unit } => {
            let value = f64::from(*thousandths) / 1000.0;
            ("measurement", json!({ "analyte": measured(*analyte), "value": value, "unit": unit }))
        }
    }
}

fn site(it: Site) -> &'static str {
    match it {
        Site::Ileum => "ileum",
        Site::Jejunum => "jejunum",
        Site::SmallBowelUnspecified => "small_bowel",
        Site::Meckel => "meckel",
        Site::Elsewhere => "elsewhere",
    }
}

fn histology(it: Histology) -> &'static str {
    match it {
        Histology::Net => "net",
        Histology::Nec => "nec",
        Histology::Minen => "minen",
        Histology::Other => "other",
    }
}

fn stage(it: StageGroup) -> &'static str {
    match it {
        StageGroup::I => "I",
        StageGroup::II => "II",
        StageGroup::III => "III",
        StageGroup::IV => "IV",
    }
}

fn counted_in(it: MitoticField) -> Value {
    match it {
        MitoticField::SquareMillimetres(thousandths) => json!({ "mm2": f64::from(thousandths) / 1000.0 }),
        MitoticField::HighPowerFields(count) => json!({ "high_power_fields": count }),
        MitoticField::Unstated => Value::Null,
    }
}

fn margin(it: Margin) -> &'static str {
    match it {
        Margin::R0 => "R0",
        Margin::R1 => "R1",
        Margin::R2 => "R2",
    }
}

fn presence(it: Presence) -> &'static str {
    match it {
        Presence::Present => "present",
        Presence::Absent => "absent",
        Presence::Indeterminate => "indeterminate",
    }
}

fn stain(it: Stain) -> &'static str {
    match it {
        Stain::Synaptophysin => "synaptophysin",
        Stain::Chromogranin => "chromogranin",
        Stain::SomatostatinReceptor => "somatostatin_receptor_2",
        Stain::Cdx2 => "cdx2",
        Stain::Serotonin => "serotonin",
    }
}

fn measured(it: Analyte) -> &'static str {
    match it {
        Analyte::ChromograninA => "chromogranin_a",
        Analyte::Hiaa => "5-hiaa",
    }
}
