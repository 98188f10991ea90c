//! The T category that a stated depth stands for, and whether a stated T fits a stated depth.
//!
//! Categories of jejunum and ileum (AJCC 8th edition, Version 9): lamina propria or submucosa and at most 1 cm is T1;
//! muscularis propria or more than 1 cm T2; subserosa T3; serosa or other structures T4.

use super::{Evidence, choose};
use crate::finding::Extent;
use crate::quantity::Length;
use crate::tnm::{Category, Prefix, Suffixes, T, TnmStatement};

/// Above this many micrometres a tumour is no T1 (1 cm).
pub(super) const T1_MICROMETRES_MAX: u32 = 10_000;

/// The T of a depth where none is stated. For T1 and T2 the size decides; without it there is no category.
pub(super) fn derived_t(
    extent: &Evidence<Extent>,
    size: Option<&Evidence<Length>>,
) -> Option<Evidence<TnmStatement>> {
    let size = size.filter(|it| may_be_of_one_specimen(extent, it));
    let (t, size) = match extent.value {
        Extent::LaminaPropriaOrSubmucosa if size?.value.micrometres() > T1_MICROMETRES_MAX => (T::T2, size),
        Extent::LaminaPropriaOrSubmucosa => (T::T1, size),
        Extent::MuscularisPropria => (T::T2, None),
        Extent::Subserosa => (T::T3, None),
        Extent::Serosa | Extent::OtherOrgans => (T::T4, None),
    };
    let statement = TnmStatement {
        prefix: Prefix::default(),
        category: Category::T(t),
        suffixes: Suffixes::default(),
        nodes: None,
        raw: String::new(),
    };
    Some(Evidence {
        value: statement,
        observed: extent.observed,
        preliminary: extent.preliminary || size.is_some_and(|it| it.preliminary),
        derived: true,
        facts: choose::merged([Some(&extent.facts), size.map(|it| &it.facts)].into_iter().flatten()),
    })
}

/// Whether a stated T can be that of a tumour of this depth. TX and T0 say nothing of a depth.
pub(super) fn fits(t: T, extent: Extent) -> bool {
    let of_depth: &[T] = match extent {
        Extent::LaminaPropriaOrSubmucosa => &[T::T1, T::T2],
        Extent::MuscularisPropria => &[T::T2],
        Extent::Subserosa => &[T::T3],
        Extent::Serosa | Extent::OtherOrgans => &[T::T4],
    };
    matches!(t, T::X | T::T0) || of_depth.contains(&t)
}

/// Whether two values may be of one specimen: of the same day, or one of no day.
pub(super) fn may_be_of_one_specimen<A, B>(one: &Evidence<A>, other: &Evidence<B>) -> bool {
    one.observed.is_none() || other.observed.is_none() || one.observed == other.observed
}
