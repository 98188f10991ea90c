//! Which patients are followed, and why.

mod support;

use lacteal_clinical::codes::CodeSystem::{Icd10, Icd10Cm, IcdO3Morphology, IcdO3Topography, SnomedCt};
use lacteal_clinical::codes::TumourKind;
use lacteal_clinical::finding::{Code, Site};
use lacteal_clinical::scope::{Judgement, WhyOut, WhyUndecided, is_relevant, judge};
use lacteal_clinical::{Fact, Finding, Scope, Standing};
use support::{diagnosis, fact, ki67};

fn judged(findings: &[Finding]) -> Judgement {
    let facts: Vec<Fact> =
        findings.iter().enumerate().map(|(i, it)| fact(&i.to_string(), None, it.clone())).collect();
    judge(facts.iter())
}

#[test]
fn kind_and_site_together_decide() {
    let in_scope = |site| Scope::InScope(site);
    for (findings, expected) in [
        (vec![diagnosis(Icd10Cm, "C7A.012")], in_scope(Site::Ileum)),
        (vec![diagnosis(Icd10Cm, "C7A.019")], in_scope(Site::SmallBowelUnspecified)),
        (vec![diagnosis(Icd10, "C17.2"), diagnosis(IcdO3Morphology, "8240/3")], in_scope(Site::Ileum)),
        (
            vec![diagnosis(IcdO3Topography, "C17.1"), diagnosis(IcdO3Morphology, "8249/3")],
            in_scope(Site::Jejunum),
        ),
        (
            vec![diagnosis(SnomedCt, "127962001"), diagnosis(IcdO3Morphology, "8241/3")],
            in_scope(Site::Meckel),
        ),
        (vec![diagnosis(Icd10Cm, "C7A.095"), Finding::PrimarySite(Site::Ileum)], in_scope(Site::Ileum)),
        (vec![diagnosis(Icd10Cm, "C7A.019"), diagnosis(Icd10Cm, "C17.2")], in_scope(Site::Ileum)),
        (vec![diagnosis(Icd10Cm, "C7B.02"), Finding::PrimarySite(Site::Ileum)], in_scope(Site::Ileum)),
        (vec![diagnosis(Icd10, "C17.2")], Scope::Undecided(WhyUndecided::NotShownToBeNet)),
        (vec![diagnosis(Icd10Cm, "C7A.095")], Scope::Undecided(WhyUndecided::SiteUnknown)),
        (vec![diagnosis(Icd10Cm, "C7A.8")], Scope::Undecided(WhyUndecided::SiteUnknown)),
        (
            vec![diagnosis(Icd10, "C17.2"), diagnosis(IcdO3Morphology, "8246/3")],
            Scope::Undecided(WhyUndecided::DifferentiationUnclear),
        ),
        (vec![Finding::Histology(TumourKind::Net), Finding::PrimarySite(Site::Ileum)], in_scope(Site::Ileum)),
        (vec![Finding::Histology(TumourKind::Net)], Scope::Undecided(WhyUndecided::SiteUnknown)),
        (
            vec![Finding::Histology(TumourKind::Net), Finding::PrimarySite(Site::Elsewhere)],
            Scope::OutOfScope(WhyOut::OtherSite),
        ),
        (
            vec![Finding::Histology(TumourKind::Unclear), Finding::PrimarySite(Site::Ileum)],
            Scope::Undecided(WhyUndecided::DifferentiationUnclear),
        ),
        (
            vec![Finding::Histology(TumourKind::Nec), Finding::PrimarySite(Site::Ileum)],
            Scope::OutOfScope(WhyOut::NeuroendocrineCarcinoma),
        ),
        (
            vec![Finding::Histology(TumourKind::Other), Finding::PrimarySite(Site::Ileum)],
            Scope::OutOfScope(WhyOut::OtherTumour),
        ),
        (vec![ki67("2")], Scope::Undecided(WhyUndecided::NothingKnown)),
        (vec![], Scope::Undecided(WhyUndecided::NothingKnown)),
        (vec![diagnosis(Icd10Cm, "C7A.010")], Scope::OutOfScope(WhyOut::OtherSite)),
        (
            vec![diagnosis(IcdO3Morphology, "8240/3"), diagnosis(IcdO3Topography, "C25.9")],
            Scope::OutOfScope(WhyOut::OtherSite),
        ),
        (vec![diagnosis(Icd10Cm, "C7A.1")], Scope::OutOfScope(WhyOut::NeuroendocrineCarcinoma)),
        (
            vec![diagnosis(Icd10, "C17.2"), diagnosis(IcdO3Morphology, "8140/3")],
            Scope::OutOfScope(WhyOut::OtherTumour),
        ),
    ] {
        assert_eq!(judged(&findings).scope, expected, "{findings:?}");
    }
}

#[test]
fn the_facts_for_and_against_are_named() {
    let it = judged(&[diagnosis(Icd10Cm, "C7A.012"), ki67("2"), diagnosis(IcdO3Morphology, "8041/3")]);
    assert_eq!(it.scope, Scope::InScope(Site::Ileum));
    assert_eq!((it.facts.len(), it.against.len()), (1, 1));
}

#[test]
fn a_preliminary_diagnosis_leaves_it_undecided() {
    let mut preliminary = fact("a", None, diagnosis(Icd10Cm, "C7A.012"));
    preliminary.standing = Standing::Preliminary;
    assert_eq!(judge([&preliminary].into_iter()).scope, Scope::Undecided(WhyUndecided::PreliminaryOnly));
}

#[test]
fn a_preliminary_diagnosis_does_not_change_a_final_one() {
    let mut preliminary = fact("a", None, diagnosis(Icd10Cm, "C7A.012"));
    preliminary.standing = Standing::Preliminary;
    let done = fact("b", None, diagnosis(Icd10Cm, "C7A.010"));
    assert_eq!(judge([&preliminary, &done].into_iter()).scope, Scope::OutOfScope(WhyOut::OtherSite));
}

#[test]
fn other_peoples_codes_are_not_relevant() {
    let relevant = |system, code| is_relevant(system, &Code::new(code).unwrap());
    assert!(relevant(Icd10Cm, "C7A.012") && relevant(Icd10, "C17.2") && relevant(IcdO3Morphology, "8240/3"));
    assert!(relevant(Icd10, "C78.7") && relevant(SnomedCt, "94381002"));
    assert!(!relevant(Icd10Cm, "I10") && !relevant(IcdO3Morphology, "8140/3") && !relevant(Icd10, "C18.2"));
}
