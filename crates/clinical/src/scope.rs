//! Whether the patient's tumour is one that is followed here, and why.
//!
//! In scope is a NET whose primary is the ileum, jejunum, Meckel's diverticulum or small bowel not otherwise said.
//! A site without evidence of a NET, or a NET without a site, decides nothing.

use crate::codes::{CodeSystem, Meaning, TumourKind, meaning};
use crate::fact::{Fact, FactRef};
use crate::finding::{Code, Finding, Site};

/// Whether the tumour is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Followed; the most exact site known.
    InScope(Site),
    /// Not followed.
    OutOfScope(WhyOut),
    /// Not enough known to say.
    Undecided(WhyUndecided),
}

/// Why a patient is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyOut {
    /// The primary is in another organ.
    OtherSite,
    /// Poorly differentiated or mixed carcinoma.
    NeuroendocrineCarcinoma,
    /// Another kind of tumour.
    OtherTumour,
}

/// Why it cannot be said yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WhyUndecided {
    /// Neither kind nor site of a tumour is known.
    NothingKnown,
    /// A NET of unknown site.
    SiteUnknown,
    /// A tumour of the small bowel not shown to be a NET.
    NotShownToBeNet,
    /// A name that can mean NET or carcinoma.
    DifferentiationUnclear,
    /// Preliminary results say that it is in scope; no final result says anything that decides.
    PreliminaryOnly,
}

/// The scope with the facts that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The scope.
    pub scope: Scope,
    /// The facts that spoke for it, in order of their keys.
    pub facts: Vec<FactRef>,
    /// Facts that spoke of another site or kind than the one believed.
    pub against: Vec<FactRef>,
}

/// What a fact says about kind and site, if anything.
pub fn evidence(finding: &Finding) -> Option<Meaning> {
    match finding {
        Finding::Diagnosis { system, code } => meaning(*system, code),
        Finding::PrimarySite(site) => Some(Meaning { site: Some(*site), ..Meaning::default() }),
        Finding::Histology(kind) => Some(Meaning { kind: Some(*kind), ..Meaning::default() }),
        _ => None,
    }
}

/// Whether a coded diagnosis speaks for a tumour that is followed: for readers who must decide what to keep.
pub fn is_relevant(system: CodeSystem, code: &Code) -> bool {
    meaning(system, code).is_some_and(|it| {
        let kind = matches!(it.kind, Some(TumourKind::Net | TumourKind::Unclear | TumourKind::Nec));
        kind || it.site.is_some_and(Site::is_followed) || it.liver.is_some()
    })
}

/// Judges the scope from facts that count. Final facts decide; preliminary ones can only leave it undecided.
pub fn judge<'a>(facts: impl Iterator<Item = &'a Fact> + Clone) -> Judgement {
    let settled = judge_all(facts.clone().filter(|it| it.standing.is_settled()));
    if matches!(settled.scope, Scope::Undecided(_)) {
        let with_preliminary = judge_all(facts);
        if matches!(with_preliminary.scope, Scope::InScope(_)) {
            let scope = Scope::Undecided(WhyUndecided::PreliminaryOnly);
            return Judgement { scope, ..with_preliminary };
        }
    }
    settled
}

fn judge_all<'a>(facts: impl Iterator<Item = &'a Fact>) -> Judgement {
    let spoken: Vec<(FactRef, Meaning)> =
        facts.filter_map(|it| Some((it.key(), evidence(&it.finding)?))).collect();
    let says = |kind| spoken.iter().any(|(_, it)| it.kind == Some(kind));
    let followed =
        spoken.iter().filter_map(|(_, it)| it.site).filter(|it| it.is_followed()).min_by_key(exactness);
    let elsewhere = spoken.iter().any(|(_, it)| it.site == Some(Site::Elsewhere));

    let scope = match (says(TumourKind::Net), followed) {
        (true, Some(site)) => Scope::InScope(site),
        (true, None) if elsewhere => Scope::OutOfScope(WhyOut::OtherSite),
        (true, None) => Scope::Undecided(WhyUndecided::SiteUnknown),
        (false, _) if says(TumourKind::Unclear) => Scope::Undecided(WhyUndecided::DifferentiationUnclear),
        (false, _) if says(TumourKind::Nec) => Scope::OutOfScope(WhyOut::NeuroendocrineCarcinoma),
        (false, _) if says(TumourKind::Other) => Scope::OutOfScope(WhyOut::OtherTumour),
        (false, Some(_)) => Scope::Undecided(WhyUndecided::NotShownToBeNet),
        (false, None) if elsewhere => Scope::OutOfScope(WhyOut::OtherSite),
        (false, None) => Scope::Undecided(WhyUndecided::NothingKnown),
    };
    let against = |it: &Meaning| {
        matches!(scope, Scope::InScope(_))
            && (it.site == Some(Site::Elsewhere)
                || matches!(it.kind, Some(TumourKind::Nec | TumourKind::Other)))
    };
    let keys =
        |opposed: bool| spoken.iter().filter(|(_, it)| against(it) == opposed).map(|(key, _)| *key).collect();
    Judgement { scope, facts: keys(false), against: keys(true) }
}

/// The most exact site first.
fn exactness(site: &Site) -> u8 {
    match site {
        Site::Ileum => 0,
        Site::Meckel => 1,
        Site::Jejunum => 2,
        Site::SmallBowelUnspecified => 3,
        Site::Elsewhere => 4,
    }
}
