//! What one report says in two ways. It is told, not resolved.

use lacteal_clinical::finding::Presence;
use lacteal_clinical::tnm::Axis;

use crate::Section;
use crate::item::{Certainty, Item, Statement};

/// What does not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContradictionKind {
    /// Two T categories of one basis.
    T,
    /// Two N categories of one basis.
    N,
    /// Two M categories of one basis.
    M,
    /// Two grades.
    Grade,
    /// Liver metastasis present and absent.
    Liver,
    /// One primary and several.
    Focality,
    /// Two depths of invasion in fields, where not several tumours are told of.
    Extent,
    /// N0 and nodes with tumour, or the reverse.
    NodesAndCategory,
}

/// Two statements of one report that do not agree, by their places in the list of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// What about.
    pub kind: ContradictionKind,
    /// The earlier.
    pub first: usize,
    /// The later.
    pub second: usize,
}

/// One contradiction a kind at most: the first statement against the first that differs. An addendum does not
/// contradict, it amends.
pub(crate) fn find(statements: &[Statement]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let counts = |s: &Statement| {
        s.certainty == Certainty::Stated && s.section.is_own() && s.section != Section::Addendum
    };
    let own: Vec<(usize, &Statement)> = statements.iter().enumerate().filter(|it| counts(it.1)).collect();
    let tnm = |axis: Axis| {
        move |item: &Item| match item {
            Item::Tnm(it) if it.category.axis() == axis && it.category.is_known() => {
                Some((it.prefix.basis as u32, it.category.as_str()))
            }
            _ => None,
        }
    };
    differing(&own, ContradictionKind::T, tnm(Axis::T), &mut found);
    differing(&own, ContradictionKind::N, tnm(Axis::N), &mut found);
    differing(&own, ContradictionKind::M, tnm(Axis::M), &mut found);
    differing(
        &own,
        ContradictionKind::Grade,
        |it| if let Item::Grade(g) = it { Some((0, g.as_str())) } else { None },
        &mut found,
    );
    let presence = |it: &Item| match it {
        Item::LiverMetastasis(Presence::Present) => Some((0, "present")),
        Item::LiverMetastasis(Presence::Absent) => Some((0, "absent")),
        _ => None,
    };
    differing(&own, ContradictionKind::Liver, presence, &mut found);
    let focality = |it: &Item| {
        if let Item::Focality { multifocal, .. } = it {
            Some((0, if *multifocal { "several" } else { "one" }))
        } else {
            None
        }
    };
    differing(&own, ContradictionKind::Focality, focality, &mut found);
    let several = own.iter().any(|it| matches!(it.1.item, Item::Focality { multifocal: true, .. }));
    let fields: Vec<_> =
        own.iter().filter(|it| it.1.rule == crate::extent::IN_FIELD && !several).copied().collect();
    let depth = |it: &Item| if let Item::Extent(depth) = it { Some((0, depth.as_str())) } else { None };
    differing(&fields, ContradictionKind::Extent, depth, &mut found);
    let nodal = |it: &Item| match it {
        Item::NodesPositive(0) => Some((0, "none")),
        Item::NodesPositive(_) => Some((0, "some")),
        Item::Tnm(t) => match t.category.as_str() {
            "N0" => Some((0, "none")),
            "N1" | "N2" => Some((0, "some")),
            _ => None,
        },
        _ => None,
    };
    differing(&own, ContradictionKind::NodesAndCategory, nodal, &mut found);
    // Two categories are told above.
    let category = |at: usize| statements.get(at).is_some_and(|it| matches!(it.item, Item::Tnm(_)));
    found.retain(|it| {
        it.kind != ContradictionKind::NodesAndCategory || !(category(it.first) && category(it.second))
    });
    found
}

/// The first value of each basis against the first other value of the same basis.
fn differing(
    own: &[(usize, &Statement)],
    kind: ContradictionKind,
    value: impl Fn(&Item) -> Option<(u32, &'static str)>,
    found: &mut Vec<Contradiction>,
) {
    let mut first: Vec<(u32, &'static str, usize)> = Vec::new();
    for (at, statement) in own {
        let Some((basis, value)) = value(&statement.item) else { continue };
        match first.iter().find(|it| it.0 == basis) {
            Some(it) if it.1 != value => {
                found.push(Contradiction { kind, first: it.2, second: *at });
                return;
            }
            Some(_) => {}
            None => first.push((basis, value, *at)),
        }
    }
}
