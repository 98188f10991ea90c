//! The table of codes: which observation or study a code stands for. The built-in table carries a source
//! per code; a site lays its own codes over it. Nothing outside the table is guessed from display texts.

mod means;

use std::borrow::Cow;

use fnv::FnvHashMap;
use lacteal_clinical::finding::Contrast;
use lacteal_clinical::{Modality, Region};
use serde::{Deserialize, Serialize};

use crate::Error;
pub use means::{Means, ReportKind};

const BUILT_IN: &str = include_str!("codes.toml");

/// One code of a table, as written in the built-in file and in `[[intake.codes]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Code system as senders name it (CE.3, CWE.3).
    pub system: String,
    /// The code.
    pub code: String,
    /// What it stands for.
    pub means: Means,
    /// Modality of the study, for `means = "imaging"`: `ct`, `mr` or `pet`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub modality: String,
    /// Region of the study, for `means = "imaging"`: `abdomen`, `abdomen_pelvis`, `liver`,
    /// `chest_abdomen_pelvis`, `whole_body`, `pelvis`, `chest`, `other`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Unit that this sender means when it sends none (OBX-6 empty). Empty: a unit is required.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Where the meaning is defined.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    system: Vec<System>,
    code: Vec<Code>,
    section: Vec<Section>,
    answer: Vec<Answer>,
}

/// A code under which a part of a report is sent, or the suffix of one (HL7 v2.5.1 chapter 7, observation
/// identifier suffixes), and the heading that a reader would see above it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    system: String,
    code: String,
    heading: String,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct System {
    name: String,
    also: Vec<String>,
    #[serde(rename = "source")]
    _source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    system: String,
    code: String,
    means: Presence,
    #[serde(rename = "source")]
    _source: String,
}

/// A coded or worded answer to "is it there?".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It is there.
    Present,
    /// It was looked for and is not there.
    Absent,
    /// It may be there.
    Indeterminate,
}

/// What a code of the table stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concept {
    /// An observation.
    Observation {
        /// What is observed.
        means: Means,
        /// Unit to take when none is sent.
        unit: Option<String>,
    },
    /// A study.
    Study {
        /// Modality of the study.
        modality: Modality,
        /// Region of the study.
        region: Region,
    },
    /// A report, or a part of one, whose text is read.
    Report(ReportKind),
    /// A contrast medium.
    Substance(Contrast),
    /// Resection of jejunum or ileum.
    SmallBowelResection,
}

/// The table in force. Its maps are never changed after, so that their hash need not be one that nobody can foresee.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    /// Position of a system by each of its names, in upper case.
    names: FnvHashMap<String, usize>,
    systems: Vec<OfSystem>,
    ignores_text: bool,
}

/// What the codes of one system stand for.
#[derive(Clone, Debug)]
struct OfSystem {
    name: String,
    concepts: FnvHashMap<String, Concept>,
    answers: FnvHashMap<String, Presence>,
    headings: FnvHashMap<String, String>,
}

/// System under which the table keeps the suffixes of report codes.
const SUFFIX: &str = "SUFFIX";

impl Codes {
    /// The built-in table with a site's codes laid over it.
    ///
    /// # Errors
    /// When a site's code names an unknown modality or region, or gives one for something else than imaging.
    pub fn with_site(site: &[Code]) -> Result<Codes, Error> {
        let file: File = toml::from_str(BUILT_IN).map_err(|error| Error::Codes(error.to_string()))?;
        let mut codes = Codes::default();
        for system in &file.system {
            codes.add(&system.name, &system.also);
        }
        for answer in &file.answer {
            codes.system_mut(&answer.system).answers.insert(answer.code.clone(), answer.means);
        }
        for section in &file.section {
            let headings = &mut codes.system_mut(&section.system).headings;
            headings.insert(section.code.clone(), section.heading.clone());
        }
        for code in file.code.iter().chain(site) {
            let concepts = &mut codes.system_mut(&code.system).concepts;
            concepts.insert(code.code.trim().to_owned(), concept(code)?);
        }
        Ok(codes)
    }

    fn add(&mut self, name: &str, also: &[String]) -> usize {
        let index = self.systems.len();
        let names = std::iter::once(name).chain(also.iter().map(String::as_str));
        self.names.extend(names.map(|name| (name.to_uppercase(), index)));
        self.systems.push(OfSystem {
            name: name.to_owned(),
            concepts: FnvHashMap::default(),
            answers: FnvHashMap::default(),
            headings: FnvHashMap::default(),
        });
        index
    }

    /// The system of this name, which is a new one when no other has the name.
    fn system_mut(&mut self, sent: &str) -> &mut OfSystem {
        let name = upper(sent);
        let index = self.names.get(&*name).copied().unwrap_or_else(|| self.add(&name, &[]));
        &mut self.systems[index]
    }

    fn system_of(&self, sent: &str) -> Option<&OfSystem> {
        let position = self.names.get(sent).or_else(|| self.names.get(&*upper(sent)));
        self.systems.get(*position?)
    }

    /// The same table for a site that wants coded values alone: no text is read.
    #[must_use]
    pub fn without_text(self) -> Codes {
        Codes { ignores_text: true, ..self }
    }

    /// Whether the text of reports is read.
    pub(crate) fn reads_text(&self) -> bool {
        !self.ignores_text
    }

    /// Name of a code system in this table for the name that a sender uses; an unknown one in upper case.
    pub fn system<'a>(&'a self, sent: &'a str) -> Cow<'a, str> {
        self.system_of(sent).map_or_else(|| upper(sent), |system| Cow::Borrowed(&system.name))
    }

    /// What a code stands for.
    pub fn concept(&self, system: &str, code: &str) -> Option<&Concept> {
        self.system_of(system)?.concepts.get(code.trim())
    }

    /// The heading of the part of a report that is sent under this code.
    pub fn heading(&self, system: &str, code: &str) -> Option<&str> {
        self.system_of(system)?.headings.get(code.trim()).map(String::as_str)
    }

    /// The heading that a suffix of a report code stands for (`&IMP`).
    pub fn suffix_heading(&self, suffix: &str) -> Option<&str> {
        self.heading(SUFFIX, suffix)
    }

    /// What a coded answer stands for.
    pub fn answer(&self, system: &str, code: &str) -> Option<Presence> {
        self.system_of(system)?.answers.get(code.trim()).copied()
    }
}

/// A name of a system as those of the table are looked up.
fn upper(sent: &str) -> Cow<'_, str> {
    let sent = sent.trim();
    let is_upper = sent.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_lowercase());
    if is_upper { Cow::Borrowed(sent) } else { Cow::Owned(sent.to_uppercase()) }
}

fn concept(code: &Code) -> Result<Concept, Error> {
    let refuse = |what: &str| Err(Error::Codes(format!("code {:?} of {:?}: {what}", code.code, code.system)));
    if code.means != Means::Imaging {
        if !code.modality.is_empty() || !code.region.is_empty() {
            return refuse("modality and region belong to means = \"imaging\"");
        }
        if let Some(kind) = code.means.report() {
            return Ok(Concept::Report(kind));
        }
        if let Some(contrast) = code.means.contrast() {
            return Ok(Concept::Substance(contrast));
        }
        if code.means == Means::SmallBowelResection {
            return Ok(Concept::SmallBowelResection);
        }
        let unit = (!code.unit.is_empty()).then(|| code.unit.clone());
        return Ok(Concept::Observation { means: code.means, unit });
    }
    let modality = match code.modality.as_str() {
        "ct" => Modality::Ct,
        "mr" => Modality::Mr,
        "pet" => Modality::Pet,
        _ => return refuse("modality must be \"ct\", \"mr\" or \"pet\""),
    };
    let regions = [
        Region::Abdomen,
        Region::AbdomenPelvis,
        Region::Liver,
        Region::ChestAbdomenPelvis,
        Region::WholeBody,
        Region::Pelvis,
        Region::Chest,
        Region::Other,
    ];
    let Some(region) = regions.into_iter().find(|region| region.as_str() == code.region) else {
        let names: Vec<_> = regions.iter().map(|region| region.as_str()).collect();
        return refuse(&format!("region must be one of {}", names.join(", ")));
    };
    Ok(Concept::Study { modality, region })
}

/// What a worded answer stands for, when it is one of the few that cannot be misread (HL7 table 0136 and
/// the words of CAP and RCPath forms). Anything longer is narrative and not read here.
pub(crate) fn worded_answer(text: &str) -> Option<Presence> {
    match text.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" | "present" | "positive" | "identified" => Some(Presence::Present),
        "n" | "no" | "absent" | "negative" | "not identified" | "not present" => Some(Presence::Absent),
        "indeterminate" | "equivocal" => Some(Presence::Indeterminate),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(means: Means) -> Code {
        Code {
            system: "99NORTH".into(),
            code: "MIT".into(),
            means,
            modality: String::new(),
            region: String::new(),
            unit: String::new(),
            source: String::new(),
        }
    }

    #[test]
    fn a_code_is_found_under_every_name_of_its_system() {
        let codes = Codes::with_site(&[]).unwrap();
        for name in ["LN", "ln", "LOINC", " http://loinc.org "] {
            let concept = codes.concept(name, "29593-1").unwrap();
            assert_eq!(*concept, Concept::Observation { means: Means::Ki67, unit: None });
        }
        assert!(codes.concept("L", "29593-1").is_none());
    }

    #[test]
    fn a_site_adds_codes_and_overrides_built_in_ones() {
        let own = Code { system: "LN".into(), code: "29593-1".into(), ..site(Means::Mitoses) };
        let codes = Codes::with_site(&[site(Means::Mitoses), own]).unwrap();
        let mitoses = Concept::Observation { means: Means::Mitoses, unit: None };
        assert_eq!(codes.concept("99north", "MIT"), Some(&mitoses));
        assert_eq!(codes.concept("LN", "29593-1"), Some(&mitoses));
    }

    #[test]
    fn an_imaging_code_without_a_known_modality_is_refused_by_name() {
        let refused =
            Codes::with_site(&[Code { modality: "xr".into(), ..site(Means::Imaging) }]).unwrap_err();
        let text = refused.to_string();
        assert!(text.contains("\"MIT\"") && text.contains("modality must be"), "{text}");
    }

    #[test]
    fn every_built_in_code_names_its_source() {
        let file: File = toml::from_str(BUILT_IN).unwrap();
        assert!(file.code.iter().all(|code| !code.source.is_empty()));
        assert!(file.section.iter().all(|section| !section._source.is_empty()));
    }
}
