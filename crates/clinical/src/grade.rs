//! WHO 2019/2022 grade, stated or worked out from Ki-67 and mitoses.
//!
//! Source: WHO Classification of Tumours, Digestive System (2019), kept in 2022. G1: Ki-67 below 3 % and fewer than 2 mitoses per 2 mm².
//! G2: 3–20 % or 2–20. G3: above 20 % or above 20. The index that gives the higher grade decides. Whether a tumour
//! above 20 % is NET G3 or NEC is a matter of differentiation, which numbers cannot tell.

use std::str::FromStr;

use crate::bounded::{Bounded, Comparator, Extent};
use crate::{Error, MitoticRate, Percent};

/// Grade, by increasing malignancy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// NET G1.
    G1,
    /// NET G2.
    G2,
    /// NET G3 (before 2017 possibly what is NEC today).
    G3,
    /// Poorly differentiated carcinoma, not graded.
    Nec,
}

impl Grade {
    /// `G1`, `G2`, `G3` or `NEC`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::G1 => "G1",
            Self::G2 => "G2",
            Self::G3 => "G3",
            Self::Nec => "NEC",
        }
    }
}

impl FromStr for Grade {
    type Err = Error;

    /// Reads `G2`, `NET G2`, `NET, G2`, `Grade 2`, `grade II`, `WHO G2`, `2` and `NEC`. `GX`, `9` and all else are refused.
    fn from_str(text: &str) -> Result<Self, Error> {
        let lower = text.trim().to_ascii_lowercase();
        let words = lower.split([' ', ',', ':', '-', '(', ')']).filter(|it| !it.is_empty());
        let filler = ["net", "who", "grade", "well", "differentiated", "neuroendocrine", "tumor", "tumour"];
        let mut rest = words.filter(|it| !filler.contains(it));
        let (Some(word), None) = (rest.next(), rest.next()) else {
            return Err(Error::UnknownCode { what: "grade" });
        };
        match word {
            "g1" | "1" | "i" => Ok(Self::G1),
            "g2" | "2" | "ii" => Ok(Self::G2),
            "g3" | "3" | "iii" => Ok(Self::G3),
            "nec" => Ok(Self::Nec),
            _ => Err(Error::UnknownCode { what: "grade" }),
        }
    }
}

/// A grade worked out from numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DerivedGrade {
    /// The higher of what the two indices give.
    pub grade: Grade,
    /// The stated numbers allow more than one grade (`2-3 %`, `<=3 %`, `>5 %`).
    pub uncertain: bool,
}

/// The grade from Ki-67 and mitoses; the higher of the two. `None` when neither is known.
///
/// A range across a boundary counts as the higher grade, marked uncertain. A value open above (`>2 %`) counts as the
/// next whole number above its bound, because pathologists count in whole numbers there (`>20` is G3, `>2` is G2).
pub fn derive(
    ki67: Option<&Bounded<Percent>>,
    mitoses: Option<&Bounded<MitoticRate>>,
) -> Option<DerivedGrade> {
    let ki67 = ki67.map(|it| span(&thousandths(it, Percent::thousandths), 3_000));
    let mitoses = mitoses.map(|it| span(&thousandths(it, MitoticRate::thousandths), 2_000));
    let spans: Vec<Span> = ki67.into_iter().chain(mitoses).collect();
    let least = spans.iter().map(|it| it.least).max()?;
    let most = spans.iter().map(|it| it.most).max()?;
    let grade = spans.iter().map(|it| it.chosen).max()?;
    Some(DerivedGrade { grade, uncertain: least != most })
}

/// The grades that one index allows, and the one it counts as.
struct Span {
    least: Grade,
    chosen: Grade,
    most: Grade,
}

fn thousandths<T: Copy + Ord>(value: &Bounded<T>, unit: impl Fn(T) -> u32) -> Extent<u32> {
    match value.extent() {
        Extent::One(comparator, it) => Extent::One(comparator, unit(it)),
        Extent::Range(low, high) => Extent::Range(unit(low), unit(high)),
    }
}

/// `g2_from` is where G2 begins, in thousandths; G3 begins above 20 for both indices.
fn span(extent: &Extent<u32>, g2_from: u32) -> Span {
    let grade = |value: u32| match value {
        it if it < g2_from => Grade::G1,
        it if it <= 20_000 => Grade::G2,
        _ => Grade::G3,
    };
    let closed = |low, high| Span { least: grade(low), chosen: grade(high), most: grade(high) };
    let open = |low, bound: u32| Span {
        least: grade(low),
        chosen: grade(bound / 1000 * 1000 + 1000),
        most: Grade::G3,
    };
    match *extent {
        Extent::One(Comparator::Equal, value) => closed(value, value),
        Extent::Range(low, high) => closed(low, high),
        Extent::One(Comparator::AtMost, value) => closed(0, value),
        Extent::One(Comparator::Below, value) => closed(0, value.saturating_sub(1)),
        Extent::One(Comparator::Above, value) => open(value.saturating_add(1), value),
        Extent::One(Comparator::AtLeast, value) => open(value, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ki67: Option<&str>, mitoses: Option<&str>) -> Option<(Grade, bool)> {
        let ki67 = ki67.map(|it| Bounded::<Percent>::parse(it, Some("%")).unwrap());
        let mitoses = mitoses.map(|it| Bounded::<MitoticRate>::parse(it, Some("/2.mm2")).unwrap());
        derive(ki67.as_ref(), mitoses.as_ref()).map(|it| (it.grade, it.uncertain))
    }

    #[test]
    fn the_boundaries_of_ki67_are_exact() {
        use Grade::{G1, G2, G3};
        for (text, expected) in [
            ("0", (G1, false)),
            ("2", (G1, false)),
            ("2.9", (G1, false)),
            ("2.999", (G1, false)),
            ("3.0", (G2, false)),
            ("20", (G2, false)),
            ("20.001", (G3, false)),
            ("100", (G3, false)),
            ("<1", (G1, false)),
            ("<3", (G1, false)),
            ("<=2", (G1, false)),
            ("<=3", (G2, true)),
            ("1-2", (G1, false)),
            ("2-3", (G2, true)),
            ("3-20", (G2, false)),
            ("15-25", (G3, true)),
            (">20", (G3, false)),
            (">=20", (G3, true)),
            (">2", (G2, true)),
            (">=3", (G2, true)),
            (">1", (G1, true)),
        ] {
            assert_eq!(of(Some(text), None), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_boundaries_of_mitoses_are_exact() {
        use Grade::{G1, G2, G3};
        for (text, expected) in
            [("<2", G1), ("1", G1), ("1.9", G1), ("2", G2), ("2-20", G2), ("20", G2), ("21", G3), (">20", G3)]
        {
            assert_eq!(of(None, Some(text)), Some((expected, false)), "{text}");
        }
    }

    #[test]
    fn the_higher_index_decides() {
        assert_eq!(of(Some("1"), Some("3")), Some((Grade::G2, false)));
        assert_eq!(of(Some("25"), Some("1")), Some((Grade::G3, false)));
        assert_eq!(of(None, None), None);
    }

    #[test]
    fn an_uncertain_index_below_a_certain_one_leaves_no_doubt() {
        assert_eq!(of(Some("2-3"), Some("5")), Some((Grade::G2, false)));
        assert_eq!(of(Some("2-3"), Some("1")), Some((Grade::G2, true)));
    }

    #[test]
    fn stated_grades_are_read() {
        for (text, expected) in [
            ("G1", Grade::G1),
            ("NET G2", Grade::G2),
            ("NET, G2", Grade::G2),
            ("Grade 3", Grade::G3),
            ("grade II", Grade::G2),
            ("2", Grade::G2),
            ("NEC", Grade::Nec),
            ("G1: Well-differentiated neuroendocrine tumor", Grade::G1),
        ] {
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in ["", "GX", "9", "4", "G1 G2", "high"] {
            assert!(text.parse::<Grade>().is_err(), "{text}");
        }
    }
}
