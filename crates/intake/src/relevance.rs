//! Of whom a message matters: of anybody, of patients who are followed already, of those of whom it was told otherwise
//! before, or of nobody.
//!
//! Most of a hospital's traffic says nothing about a tumour. It is told apart here by what was read, before anything is
//! stored.

use lacteal_clinical::codes::meaning;
use lacteal_clinical::finding::{Attribute, Site};
use lacteal_clinical::{Fact, Finding, Reading};

/// Of which patients the facts matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Concern {
    /// Of none.
    None,
    /// Of those of whom another version of its text is kept.
    OfToldBefore,
    /// Of those of whom something is kept already.
    OfKnown,
    /// Of anybody.
    Any,
}

impl Concern {
    /// What facts about one patient matter for: a tumour, unless its only known site is an organ that is not
    /// followed; a death; a merge. What was read out of text says for itself whom it concerns. A study by itself is no
    /// word of a tumour: most of those of a hospital are of others, so it matters for those known only.
    pub(crate) fn of(facts: &[Fact]) -> Concern {
        // That the disease is worse waits for a clinician, though it is coded.
        let is_coded = |fact: &&Fact| {
            fact.reading == Reading::Coded || fact.finding.attribute() == Attribute::DiseaseStatus
        };
        let coded = || facts.iter().filter(is_coded);
        if coded().any(|fact| is_merge(fact) || (fact.standing.counts() && is_death(&fact.finding))) {
            return Concern::Any;
        }
        let standing = || coded().filter(|fact| fact.standing.counts()).map(|fact| &fact.finding);
        let about = || coded().filter(|fact| fact.finding.is_about_the_tumour());
        if about().next().is_none() {
            // Markers, symptoms, intolerances, fitness and treatment, which others have too.
            let beside = coded().any(|it| BESIDE.contains(&it.finding.attribute()));
            return if beside { Concern::OfKnown } else { Concern::None };
        }
        if about().all(|fact| fact.finding.attribute() == Attribute::Imaging) {
            return Concern::OfKnown;
        }
        let elsewhere = standing().any(|finding| *finding == Finding::PrimarySite(Site::Elsewhere));
        let followed = || standing().filter_map(site_of).any(Site::is_followed);
        if elsewhere && !followed() { Concern::OfKnown } else { Concern::Any }
    }
}

/// What matters of those known, by itself.
const BESIDE: [Attribute; 6] = [
    Attribute::Marker,
    Attribute::CarcinoidSyndrome,
    Attribute::ContrastIntolerance,
    Attribute::DiseaseStatus,
    Attribute::Treatment,
    Attribute::Performance,
];

/// A merge, or the withdrawal of one, which may come before the merge itself.
fn is_merge(fact: &Fact) -> bool {
    matches!(fact.finding, Finding::MergedInto { .. } | Finding::Absorbs { .. })
}

fn is_death(finding: &Finding) -> bool {
    matches!(finding, Finding::Death { .. } | Finding::Unread { attribute: Attribute::Death, .. })
}

/// The organ that a finding names.
pub(crate) fn site_of(finding: &Finding) -> Option<Site> {
    match finding {
        Finding::PrimarySite(site) => Some(*site),
        Finding::Diagnosis { system, code } => meaning(*system, code)?.site,
        _ => None,
    }
}
