//! Finding what does not fit together in a picture. Limits are those of the category definitions (AJCC 8th, Version 9).
//!
//! Only final values take part: a preliminary one may yet be corrected.

use super::depth::{self, T1_MICROMETRES_MAX, may_be_of_one_specimen};
use super::{Evidence, LiverStatus, Picture, death, liver, of};
use crate::PartialDate;
use crate::conflict::{Conflict, ConflictKind};
use crate::fact::{Fact, FactRef};
use crate::finding::{Finding, Presence, Sex};
use crate::grade::Grade;
use crate::quantity::Length;
use crate::tnm::{M, Multiplicity, N, StageGroup, T};

/// Above this many micrometres a mesenteric mass is N2 (2 cm).
const MASS_N2_MICROMETRES: u32 = 20_000;
/// From this many positive nodes N is 2.
const NODES_N2_MIN: u16 = 12;

pub(super) fn conflicts(picture: &Picture, facts: &[&Fact]) -> Vec<Conflict> {
    let settled: Vec<&Fact> = facts.iter().copied().filter(|it| it.standing.is_settled()).collect();
    let mut found = Vec::new();
    of_liver(picture, &settled, &mut found);
    of_nodes(picture, &mut found);
    of_primary(picture, &mut found);
    of_stage(picture, &mut found);
    of_grade(picture, &mut found);
    of_person(&settled, &mut found);
    if !picture.scope.against.is_empty() {
        let sides = [picture.scope.facts.as_slice(), &picture.scope.against];
        found.push(Conflict::between(ConflictKind::DiagnosesDiffer, &sides));
    }
    found.sort();
    found
}

fn of_liver(picture: &Picture, settled: &[&Fact], found: &mut Vec<Conflict>) {
    let LiverStatus::Present { since } = picture.liver.status else { return };
    // Without dates nothing shows that the other word came first, so people must look.
    let not_before = |fact: &Fact| match (fact.observed, since) {
        (Some(other), Some(since)) => !other.is_certainly_before(&since),
        _ => true,
    };
    let keys = |matches: &dyn Fn(&Fact) -> bool| -> Vec<FactRef> {
        settled.iter().filter(|it| matches(it)).map(|it| it.key()).collect()
    };
    let category = |fact: &Fact| if let Finding::Tnm(it) = &fact.finding { it.m() } else { None };
    let dated_after = |fact: &Fact| fact.observed.is_some() && since.is_some() && not_before(fact);
    for (kind, others) in [
        (
            ConflictKind::LiverAbsentAfterPresent,
            keys(&|it| liver::says(it, &picture.scope.scope) == Some(Presence::Absent) && not_before(it)),
        ),
        (
            ConflictKind::DistantAbsentAfterLiverPresent,
            keys(&|it| category(it) == Some(M::M0) && dated_after(it)),
        ),
        (ConflictKind::LiverNotInCategory, keys(&|it| category(it) == Some(M::M1b) && dated_after(it))),
    ] {
        if !others.is_empty() {
            found.push(Conflict::between(kind, &[&picture.liver.facts, &others]));
        }
    }
}

fn of_nodes(picture: &Picture, found: &mut Vec<Conflict>) {
    let positive = settled(&picture.nodes_positive);
    let examined = settled(&picture.nodes_examined);
    let mass = settled(&picture.mesenteric_mass);
    if let (Some(positive), Some(examined)) = (positive, examined)
        && positive.value > examined.value
        && positive.observed == examined.observed
    {
        let sides = [positive.facts.as_slice(), &examined.facts];
        found.push(Conflict::between(ConflictKind::MoreNodesPositiveThanExamined, &sides));
    }
    let Some((statement, n)) = settled(&picture.n).and_then(|it| Some((it, it.value.n()?))) else { return };
    let limit = Length::from_micrometres(MASS_N2_MICROMETRES);
    let large = mass.filter(|it| limit.is_ok_and(|limit| it.value.certainly_above(limit)));
    let small = mass.filter(|it| limit.is_ok_and(|limit| !it.value.possibly_above(limit)));
    let mut push =
        |kind, others: &[FactRef]| found.push(Conflict::between(kind, &[&statement.facts, others]));
    if let Some(positive) = positive {
        match n {
            N::N0 | N::N1 if positive.value >= NODES_N2_MIN => {
                push(ConflictKind::NodeCountAboveCategory, &positive.facts);
            }
            N::N0 if positive.value > 0 => push(ConflictKind::PositiveNodesButN0, &positive.facts),
            N::N1 if positive.value == 0 => push(ConflictKind::NoPositiveNodesButN1, &positive.facts),
            N::N2 if positive.value < NODES_N2_MIN && small.is_some() => {
                push(ConflictKind::N2WithoutGround, &positive.facts);
            }
            _ => {}
        }
    }
    if let (Some(large), N::N0 | N::N1) = (large, n) {
        push(ConflictKind::MassAboveCategory, &large.facts);
    }
}

/// Size, depth and number against the T that is stated.
fn of_primary(picture: &Picture, found: &mut Vec<Conflict>) {
    let Some(stated) = settled(&picture.t).filter(|it| !it.derived) else { return };
    let mut push = |kind, others: &[FactRef]| found.push(Conflict::between(kind, &[&stated.facts, others]));
    if let Some(size) = settled(&picture.size)
        && stated.value.t() == Some(T::T1)
        && size.value.micrometres() > T1_MICROMETRES_MAX
    {
        push(ConflictKind::SizeAboveT1, &size.facts);
    }
    if let Some(extent) = settled(&picture.extent).filter(|it| may_be_of_one_specimen(it, stated))
        && stated.value.t().is_some_and(|t| !depth::fits(t, extent.value))
    {
        push(ConflictKind::DepthNotOfCategory, &extent.facts);
    }
    if let Some(focality) = settled(&picture.focality).filter(|it| may_be_of_one_specimen(it, stated))
        && let Some(written) = stated.value.suffixes.multiplicity
    {
        let other_count = match written {
            Multiplicity::Several => false,
            Multiplicity::Count(count) => focality.value.count.is_some_and(|it| it != count),
        };
        if other_count || focality.value.multifocal != written.is_several() {
            push(ConflictKind::FocalityNotOfCategory, &focality.facts);
        }
    }
}

fn of_stage(picture: &Picture, found: &mut Vec<Conflict>) {
    let Some(stated) = settled(&picture.stated_stage) else { return };
    let is_iv = stated.value.group == StageGroup::IV;
    if let LiverStatus::Present { since } = picture.liver.status {
        let after = stated.observed.zip(since).is_some_and(|(it, since)| !it.is_certainly_before(&since));
        if after && !is_iv {
            found.push(Conflict::between(
                ConflictKind::StageBelowLiver,
                &[&picture.liver.facts, &stated.facts],
            ));
        }
        return;
    }
    let categories = [&picture.t, &picture.n, &picture.m].into_iter().filter_map(settled);
    let facts: Vec<FactRef> = categories.flat_map(|it| it.facts.iter().copied()).collect();
    if picture.stage.is_ok_and(|(group, _)| group != stated.value.group) {
        found.push(Conflict::between(ConflictKind::StageNotOfCategories, &[&stated.facts, &facts]));
    }
}

fn of_grade(picture: &Picture, found: &mut Vec<Conflict>) {
    let (Some(stated), Some(derived)) = (settled(&picture.grade.stated), settled(&picture.grade.derived))
    else {
        return;
    };
    // Numbers cannot tell NEC from G3, and uncertain numbers cannot contradict.
    let same = stated.value == derived.value.grade
        || (stated.value == Grade::Nec && derived.value.grade == Grade::G3);
    if !same && !derived.value.uncertain {
        found.push(Conflict::between(ConflictKind::GradesDiffer, &[&stated.facts, &derived.facts]));
    }
}

fn of_person(settled: &[&Fact], found: &mut Vec<Conflict>) {
    let apart = |a: &PartialDate, b: &PartialDate| a.is_certainly_before(b) || b.is_certainly_before(a);
    let known_sex = |fact: &Fact| of!(Finding::Sex)(fact).filter(|it| *it != Sex::Unknown);
    for (kind, sides) in [
        (ConflictKind::BirthDatesDiffer, differing(settled, of!(Finding::BirthDate), apart)),
        (ConflictKind::DeathDatesDiffer, differing(settled, |it| death(it).flatten(), apart)),
        (ConflictKind::SexesDiffer, differing(settled, known_sex, |a, b| a != b)),
    ] {
        if !sides.is_empty() {
            found.push(Conflict::between(kind, &[&sides]));
        }
    }
}

/// All facts that state a value, when any two of the values cannot both be true.
fn differing<T>(
    settled: &[&Fact],
    value: impl Fn(&Fact) -> Option<T>,
    apart: impl Fn(&T, &T) -> bool,
) -> Vec<FactRef> {
    let stated: Vec<(FactRef, T)> = settled.iter().filter_map(|it| Some((it.key(), value(it)?))).collect();
    let differ = stated.iter().any(|(_, one)| stated.iter().any(|(_, other)| apart(one, other)));
    if differ { stated.into_iter().map(|(key, _)| key).collect() } else { Vec::new() }
}

fn settled<T>(evidence: &Option<Evidence<T>>) -> Option<&Evidence<T>> {
    evidence.as_ref().filter(|it| !it.preliminary)
}
