//! Facts out of what was stated by hand: read as strictly as a report, and dated by the resection.

use anyhow::{Context as _, anyhow, bail};
use lacteal_clinical::codes::TumourKind;
use lacteal_clinical::finding::{Margin, Presence, Sex, Site};
use lacteal_clinical::marker::Level;
use lacteal_clinical::tnm::{Axis, single};
use lacteal_clinical::{
    Bounded, Extent, Finding, Focality, Imaging, Length, Marker, MarkerKind, MitoticRate, Modality,
    PartialDate, Percent, Region, ReportKind,
};

use super::stated::{NAMES, Stated};

/// A finding with its date, and the report that would state it: those of one report share its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hypothesis {
    pub(crate) finding: Finding,
    pub(crate) observed: Option<PartialDate>,
    pub(crate) kind: ReportKind,
    pub(crate) report: u8,
}

const SPECIMEN: u8 = 1;
const PERSON: u8 = 2;
const FIRST_OF_MANY: u8 = 3;

/// What was stated, as findings; nothing else is among them.
pub(crate) fn hypotheses(stated: &Stated) -> anyhow::Result<Vec<Hypothesis>> {
    let resected = stated.one("resected").map(|text| date("resected", text)).transpose()?;
    let mut all = Vec::new();
    for name in NAMES {
        let Some(text) = stated.one(name) else { continue };
        let read = specimen(name, text.trim()).with_context(|| format!("{name} cannot be read"))?;
        let Some(finding) = read else { continue };
        let kind = ReportKind::Pathology;
        all.push(Hypothesis { finding, observed: resected, kind, report: SPECIMEN });
    }
    if resected.is_some() && stated.one("margin").is_none() && !is_of_resection(stated) {
        bail!(
            "resected: a resection is known by what its specimen showed: state pt, pn or the lymph nodes, too"
        );
    }
    let nodes = |name| stated.one(name).and_then(|text| text.trim().parse::<u16>().ok());
    if let (Some(positive), Some(examined)) = (nodes("nodes-positive"), nodes("nodes-examined"))
        && positive > examined
    {
        bail!("nodes-positive: {positive} are more than the {examined} of nodes-examined");
    }
    for name in ["born", "liver", "sex", "syndrome"] {
        let Some(text) = stated.one(name) else { continue };
        let finding = person(name, text.trim()).with_context(|| format!("{name} cannot be read"))?;
        all.push(Hypothesis { finding, observed: None, kind: ReportKind::Clinic, report: PERSON });
    }
    let mut report = FIRST_OF_MANY;
    for text in stated.many("scan") {
        let read = scan(text).with_context(|| format!("scan {text:?} cannot be read"))?;
        let (kind, observed) = (ReportKind::Imaging, Some(read.0));
        all.extend(read.1.into_iter().map(|finding| Hypothesis { finding, observed, kind, report }));
        report = report.saturating_add(1);
    }
    for text in stated.many("marker") {
        let (observed, finding) = marker(text).with_context(|| format!("marker {text:?} cannot be read"))?;
        let (kind, observed) = (ReportKind::Untold, Some(observed));
        all.push(Hypothesis { finding, observed, kind, report });
        report = report.saturating_add(1);
    }
    Ok(all)
}

/// The tumour of the calculator where nothing else is stated.
pub(crate) fn tumour(stated: &Stated) -> Vec<Hypothesis> {
    let resected = stated.one("resected").and_then(|text| text.trim().parse().ok());
    let usual =
        [("site", Finding::PrimarySite(Site::Ileum)), ("histology", Finding::Histology(TumourKind::Net))];
    let missing = usual.into_iter().filter(|(name, _)| stated.one(name).is_none());
    missing
        .map(|(_, finding)| Hypothesis {
            finding,
            observed: resected,
            kind: ReportKind::Pathology,
            report: SPECIMEN,
        })
        .collect()
}

/// Whether something was stated by which a specimen is known for that of a resection.
fn is_of_resection(stated: &Stated) -> bool {
    ["pt", "pn", "nodes-examined", "nodes-positive"].iter().any(|name| stated.one(name).is_some())
}

/// What a specimen shows; `None` when the name is not that of such a fact.
fn specimen(name: &str, text: &str) -> anyhow::Result<Option<Finding>> {
    let percent = || Ok::<_, anyhow::Error>(Bounded::<Percent>::parse(text, Some("%"))?);
    Ok(Some(match name {
        "deposits" => Finding::MesentericDeposits(yes(text)?),
        "depth" => Finding::Extent(word(text, &DEPTHS)?),
        "grade" => Finding::Grade(text.parse().map_err(|error| anyhow!("{error}: write G1, G2, G3 or NEC"))?),
        "histology" => Finding::Histology(word(text, &KINDS)?),
        "ki67" => Finding::Ki67(percent()?),
        "lymphovascular" => Finding::LymphovascularInvasion(yes(text)?),
        "margin" => Finding::Margin(word(text, &MARGINS)?),
        "mass" => Finding::MesentericMass(Bounded::<Length>::parse(text, None)?),
        "metastasis-ki67" => Finding::MetastasisKi67(percent()?),
        "mitoses" => {
            let alone = text.trim_end().ends_with(|it: char| it.is_ascii_digit());
            let unit = alone.then_some("/2.mm2").filter(|_| !text.contains("mm"));
            Finding::Mitoses(Bounded::<MitoticRate>::parse(text, unit)?)
        }
        "nodes-examined" => Finding::NodesExamined(count(text)?),
        "nodes-positive" => Finding::NodesPositive(count(text)?),
        "perineural" => Finding::PerineuralInvasion(yes(text)?),
        "pm" => Finding::Tnm(single(Axis::M, text)?),
        "pn" => Finding::Tnm(single(Axis::N, &pathological(text, 'N'))?),
        "primaries" => {
            let number = if text.eq_ignore_ascii_case("several") { None } else { Some(count(text)?.max(1)) };
            Finding::Focality(Focality { multifocal: number != Some(1), count: number })
        }
        "pt" => Finding::Tnm(single(Axis::T, &pathological(text, 'T'))?),
        "size" => Finding::TumourSize(Length::parse(text, None)?),
        "site" => Finding::PrimarySite(word(text, &SITES)?),
        _ => return Ok(None),
    }))
}

fn person(name: &str, text: &str) -> anyhow::Result<Finding> {
    Ok(match name {
        "born" => Finding::BirthDate(date("born", text)?),
        "liver" => Finding::LiverMetastasis(word(text, &RESULTS)?),
        "sex" => Finding::Sex(word(text, &SEXES)?),
        "syndrome" => {
            Finding::CarcinoidSyndrome(if yes(text)? { Presence::Present } else { Presence::Absent })
        }
        _ => bail!("it is no fact about a person"),
    })
}

/// Date, modality, region, and what was found when it was told.
fn scan(text: &str) -> anyhow::Result<(PartialDate, Vec<Finding>)> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let found = words.last().and_then(|last| word(last, &RESULTS).ok());
    if found.is_some() {
        words.pop();
    }
    let (Some(day), Some(modality)) = (words.first(), words.get(1)) else {
        bail!("write date, modality, region and what was found, as in 2025-01-10 MR liver clear");
    };
    let region = words.get(2..).unwrap_or_default().join("-");
    let imaging = Imaging { modality: word(modality, &MODALITIES)?, region: word(&region, &REGIONS)? };
    let mut findings = vec![Finding::Imaging(imaging)];
    findings.extend(found.map(Finding::LiverMetastasis));
    Ok((date("the first word", day)?, findings))
}

fn marker(text: &str) -> anyhow::Result<(PartialDate, Finding)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [day, name, level, unit @ ..] = words.as_slice() else {
        bail!("write date, name, level and unit, as in 2025-01-10 cga 120 ug/L");
    };
    let unit = unit.join(" ");
    let kind = word(name, &MARKERS)?;
    let level = Bounded::<Level>::parse(level, &unit)?;
    let marker = Marker::new(kind, level, &unit, None, "stated by hand")?;
    Ok((date("the first word", day)?, Finding::Marker(marker)))
}

const DEPTHS: [(&str, Extent); 6] = [
    ("submucosa", Extent::LaminaPropriaOrSubmucosa),
    ("muscularis", Extent::MuscularisPropria),
    ("muscularis-propria", Extent::MuscularisPropria),
    ("subserosa", Extent::Subserosa),
    ("serosa", Extent::Serosa),
    ("other-organs", Extent::OtherOrgans),
];
const KINDS: [(&str, TumourKind); 3] =
    [("net", TumourKind::Net), ("nec", TumourKind::Nec), ("other", TumourKind::Other)];
const MARGINS: [(&str, Margin); 3] = [("r0", Margin::R0), ("r1", Margin::R1), ("r2", Margin::R2)];
const SEXES: [(&str, Sex); 5] = [
    ("f", Sex::Female),
    ("m", Sex::Male),
    ("female", Sex::Female),
    ("male", Sex::Male),
    ("other", Sex::Other),
];
const SITES: [(&str, Site); 5] = [
    ("ileum", Site::Ileum),
    ("jejunum", Site::Jejunum),
    ("small-bowel", Site::SmallBowelUnspecified),
    ("meckel", Site::Meckel),
    ("elsewhere", Site::Elsewhere),
];
const RESULTS: [(&str, Presence); 5] = [
    ("clear", Presence::Absent),
    ("indeterminate", Presence::Indeterminate),
    ("metastasis", Presence::Present),
    ("absent", Presence::Absent),
    ("present", Presence::Present),
];
const MODALITIES: [(&str, Modality); 6] = [
    ("ct", Modality::Ct),
    ("mr", Modality::Mr),
    ("mri", Modality::Mr),
    ("pet", Modality::Pet),
    ("ultrasound", Modality::Ultrasound),
    ("scintigraphy", Modality::Scintigraphy),
];
const REGIONS: [(&str, Region); 7] = [
    ("liver", Region::Liver),
    ("abdomen", Region::Abdomen),
    ("abdomen-pelvis", Region::AbdomenPelvis),
    ("chest-abdomen-pelvis", Region::ChestAbdomenPelvis),
    ("whole-body", Region::WholeBody),
    ("pelvis", Region::Pelvis),
    ("chest", Region::Chest),
];
const MARKERS: [(&str, MarkerKind); 4] = [
    ("cga", MarkerKind::ChromograninA),
    ("5hiaa-urine", MarkerKind::UrineHiaa),
    ("5hiaa-plasma", MarkerKind::PlasmaHiaa),
    ("nt-probnp", MarkerKind::NtProBnp),
];
const ANSWERS: [(&str, bool); 6] =
    [("yes", true), ("no", false), ("present", true), ("absent", false), ("true", true), ("false", false)];

/// The value of a word, written in any case.
fn word<T: Copy>(text: &str, words: &[(&str, T)]) -> anyhow::Result<T> {
    let wanted = text.to_ascii_lowercase().replace('_', "-");
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == wanted) {
        return Ok(*value);
    }
    let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    bail!("{text:?} is none of {}", known.join(", "))
}

fn yes(text: &str) -> anyhow::Result<bool> {
    word(text, &ANSWERS)
}

fn count(text: &str) -> anyhow::Result<u16> {
    text.parse().map_err(|_| anyhow!("write a whole number"))
}

fn date(name: &str, text: &str) -> anyhow::Result<PartialDate> {
    text.trim().parse().map_err(|_| anyhow!("{name} needs a date: YYYY-MM-DD, YYYY-MM or YYYY"))
}

/// A category written without its prefix is that of the specimen, because its flag says so.
fn pathological(text: &str, letter: char) -> String {
    let bare = text.starts_with(letter) || text.starts_with(letter.to_ascii_lowercase());
    if bare { format!("p{}", text.to_ascii_uppercase()) } else { text.to_owned() }
}
