//! Pictures for the tests of this module.

use jiff::Timestamp;
use lacteal_clinical::finding::{Margin, Site};
use lacteal_clinical::picture::{TimeZero, TimeZeroBasis};
use lacteal_clinical::tnm::TnmStatement;
use lacteal_clinical::{
    Bounded, Dossier, Evidence, FactIdentity, Grade, Length, PatientId, Percent, Picture, Scope,
};
use lacteal_wire::event::Assessment;

use crate::Model;

/// Made once: drawing its numbers takes a moment.
pub(super) static REFERENCE: std::sync::LazyLock<Model> = std::sync::LazyLock::new(Model::reference);

/// A statement of one final fact, whose identity is made from the name.
pub(super) fn evidence<T>(name: &str, value: T) -> Option<Evidence<T>> {
    let facts = vec![(PatientId([1; 16]), FactIdentity::of([name]))];
    Some(Evidence { value, observed: None, preliminary: false, derived: false, facts })
}

/// A patient in scope of whose tumour nothing else is known.
pub(super) fn unknown() -> Picture {
    let mut picture = Picture::of(&Dossier::new(PatientId([1; 16])));
    picture.scope.scope = Scope::InScope(Site::Ileum);
    let date = "2025-01-10".parse().unwrap();
    picture.time_zero = evidence("time zero", TimeZero { date, basis: TimeZeroBasis::Resection });
    picture
}

/// The reference patient of the model, with everything known.
pub(super) fn reference() -> Picture {
    let mut it = unknown();
    it.ki67 = ki67("2 %");
    it.grade.higher = evidence("grade", Grade::G1);
    it.nodes_positive = evidence("positive", 2);
    it.nodes_examined = evidence("examined", 14);
    it.n = tnm("pN1");
    it.t = tnm("pT2");
    it.size = evidence("size", Length::from_millimetres(15).unwrap());
    it.mesenteric_mass = mass("12 mm");
    it.mesenteric_deposits = evidence("deposits", false);
    it.margin = evidence("margin", Margin::R0);
    it.lymphovascular_invasion = evidence("vessels", false);
    it.perineural_invasion = evidence("nerves", false);
    it
}

pub(super) fn ki67(text: &str) -> Option<Evidence<Bounded<Percent>>> {
    evidence("ki67", Bounded::<Percent>::parse(text, None).unwrap())
}

pub(super) fn mass(text: &str) -> Option<Evidence<Bounded<Length>>> {
    evidence("mass", Bounded::<Length>::parse(text, None).unwrap())
}

pub(super) fn size(micrometres: u32) -> Option<Evidence<Length>> {
    evidence("size", Length::from_micrometres(micrometres).unwrap())
}

pub(super) fn tnm(text: &str) -> Option<Evidence<TnmStatement>> {
    let read = lacteal_clinical::tnm::combined(text).unwrap();
    evidence(text, [read.t, read.n, read.m].into_iter().flatten().next().unwrap())
}

pub(super) fn assessed(picture: &Picture) -> Assessment {
    super::assess(picture, &REFERENCE, None, Timestamp::UNIX_EPOCH)
}
