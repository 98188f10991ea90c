//! The report in one plain structure, and what in it does not agree.
//!
//! Of several statements of one thing the addendum's stands, then what is written with most authority, then the highest.
//! Nothing is derived: an extent makes no T, a grade no Ki-67.

use lacteal_clinical::bounded::{Bounded, Comparator, Extent as Stated};
use lacteal_clinical::finding::{Presence, Site};
use lacteal_clinical::tnm::{Axis, Basis};
use lacteal_clinical::{Grade, Length};

use crate::item::{Certainty, Depth, Item, Statement};
use crate::{Kind, Report, Section};

/// An interval: `<2` is 0 to 2, `4` is 4 to 4.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What a report says, one value a field; `None` where it does not say.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(non_snake_case, reason = "pT, pN and pM are the names of the categories")]
pub struct Summary {
    /// Whether the tumour is a NET of the small bowel.
    pub in_scope: Option<bool>,
    /// `ileum`, `jejunum`, `small_bowel` or `meckel`.
    pub site: Option<&'static str>,
    /// Greatest dimension of the largest primary.
    pub tumour_size_mm: Option<f64>,
    /// Several primaries.
    pub multifocal: Option<bool>,
    /// Deepest layer reached.
    pub extent: Option<&'static str>,
    /// T category without prefix.
    pub pT: Option<&'static str>,
    /// N category without prefix.
    pub pN: Option<&'static str>,
    /// M category without prefix.
    pub pM: Option<&'static str>,
    /// Nodes examined.
    pub nodes_examined: Option<u16>,
    /// Nodes with tumour.
    pub nodes_positive: Option<u16>,
    /// Ki-67.
    pub ki67_percent: Option<Interval>,
    /// Mitoses.
    pub mitoses_per_2mm2: Option<Interval>,
    /// `G1`, `G2` or `G3`.
    pub grade: Option<&'static str>,
    /// `present`, `absent` or `indeterminate`.
    pub liver_metastasis: Option<&'static str>,
    /// Greatest dimension of the mesenteric mass.
    pub mesenteric_mass_mm: Option<f64>,
}

/// How much a section's word weighs against another's.
fn weight(section: Section) -> u8 {
    match section {
        Section::Addendum => 5,
        Section::Synoptic | Section::Diagnosis | Section::Impression => 4,
        Section::Microscopic | Section::Findings | Section::Comment | Section::Body => 3,
        Section::Gross | Section::Specimen => 2,
        _ => 1,
    }
}

impl Report {
    /// The summary of the report.
    pub fn summary(&self) -> Summary {
        let mut it = Summary { in_scope: self.in_scope, ..Summary::default() };
        if self.in_scope == Some(false) {
            return it;
        }
        let stated = || self.statements.iter().filter(|s| s.certainty == Certainty::Stated);
        it.site = self.site();
        it.tumour_size_mm = highest(stated().filter_map(|s| {
            if let Item::TumourSize(v) = s.item { Some((weight(s.section), v)) } else { None }
        }))
        .map(millimetres);
        it.mesenteric_mass_mm = highest(stated().filter_map(|s| {
            if let Item::MesentericMass(v) = &s.item { Some((weight(s.section), v.point())) } else { None }
        }))
        .map(millimetres);
        let depth = stated()
            .filter_map(|s| if let Item::Extent(v) = s.item { Some((field_weight(s), v)) } else { None });
        it.extent = highest(depth).map(Depth::as_str);
        it.multifocal = self.multifocal();
        (it.pT, it.pN, it.pM) = (self.category(Axis::T), self.category(Axis::N), self.category(Axis::M));
        (it.nodes_examined, it.nodes_positive) = self.nodes();
        let ki67 = stated().filter_map(|s| {
            if let Item::Ki67(v) = &s.item {
                Some((addendum_or_own(s), (v.point(), v.lower().map(|it| it.value), *v)))
            } else {
                None
            }
        });
        it.ki67_percent = whole_range(ki67.collect())
            .map(|(_, _, v)| interval(&v, |p| f64::from(p.thousandths()) / 1000.0, 100.0));
        let mitoses = stated().filter_map(|s| {
            if let Item::Mitoses { rate: Some(v), .. } = &s.item {
                Some((addendum_or_own(s), (v.point(), v.lower().map(|it| it.value), *v)))
            } else {
                None
            }
        });
        it.mitoses_per_2mm2 =
            highest(mitoses).map(|(_, _, v)| interval(&v, |r| r.per_two_square_millimetres(), 1000.0));
        it.grade =
            highest(stated().filter_map(|s| {
                if let Item::Grade(v) = s.item { Some((weight(s.section), v)) } else { None }
            }))
            .map(Grade::as_str);
        it.liver_metastasis = self.liver();
        it
    }

    /// The most exact site named.
    fn site(&self) -> Option<&'static str> {
        let exactness = |site: &Site| match site {
            Site::Meckel => 0,
            Site::Ileum => 1,
            Site::Jejunum => 2,
            Site::SmallBowelUnspecified => 3,
            Site::Elsewhere => 4,
        };
        let sites = self
            .statements
            .iter()
            .filter_map(|s| if let Item::Site(site) = s.item { Some(site) } else { None });
        sites.min_by_key(exactness).and_then(site_name)
    }

    fn multifocal(&self) -> Option<bool> {
        let told = self.statements.iter().filter_map(|s| match &s.item {
            Item::Focality { multifocal, .. } => {
                let weight = match s.rule {
                    "focality_field" => 6,
                    "focality_no_other" => 0,
                    _ => weight(s.section),
                };
                Some((weight, *multifocal))
            }
            Item::Tnm(tnm) if tnm.suffixes.multiplicity.is_some() => Some((6, true)),
            _ => None,
        });
        highest(told)
    }

    fn category(&self, axis: Axis) -> Option<&'static str> {
        let told = self.statements.iter().filter(|s| s.certainty == Certainty::Stated).filter_map(|s| {
            match &s.item {
                Item::Tnm(tnm) if tnm.category.axis() == axis => {
                    // What a scan finds is no pathological category, unless pathology's is quoted with it.
                    if self.kind == Kind::Radiology && s.section != Section::History && !self.pathological(s)
                    {
                        return None;
                    }
                    let basis = match tnm.prefix.basis {
                        Basis::Pathological => 2,
                        Basis::Unstated => 1,
                        // A letter's `cT3` is no pathology; its `cM0` beside `pT3` completes it.
                        Basis::Clinical if self.kind == Kind::Clinic && !self.pathological(s) => return None,
                        Basis::Clinical => 0,
                    };
                    Some(((s.section == Section::Addendum, basis, weight(s.section)), tnm.category))
                }
                _ => None,
            }
        });
        highest(told).map(|it| it.as_str())
    }

    /// Whether the category, or one written together with it, is marked as pathological.
    fn pathological(&self, category: &Statement) -> bool {
        let together = self.statements.iter().filter(|s| s.span == category.span);
        together.into_iter().any(|s| match &s.item {
            Item::Tnm(tnm) => tnm.prefix.basis == Basis::Pathological,
            _ => false,
        })
    }

    fn nodes(&self) -> (Option<u16>, Option<u16>) {
        let counts = |examined: bool| {
            self.statements.iter().filter(|s| s.certainty == Certainty::Stated).filter_map(move |s| {
                match s.item {
                    Item::NodesExamined(v) if examined => Some((s, v)),
                    Item::NodesPositive(v) if !examined => Some((s, v)),
                    _ => None,
                }
            })
        };
        let best = highest(counts(true).map(|(s, v)| (weight(s.section), (v, s.sentence.start))));
        let Some((examined, sentence)) = best else {
            return (None, highest(counts(false).map(|(s, v)| (weight(s.section), v))));
        };
        if self.nodes_in_parts(examined) {
            return (None, None);
        }
        if self.nodes_disagree(examined) {
            return (Some(examined), None);
        }
        // The positive ones of the same count; else the most that any part tells.
        let same = counts(false)
            .filter(|(s, v)| s.sentence.start == sentence && *v <= examined)
            .map(|it| it.1)
            .max();
        let other =
            || highest(counts(false).filter(|it| it.1 <= examined).map(|(s, v)| (weight(s.section), v)));
        (Some(examined), same.or_else(other))
    }

    /// Whether the count is one of three or more groups of nodes that nobody added up.
    fn nodes_in_parts(&self, most: u16) -> bool {
        let mut ratios: Vec<u16> = self
            .statements
            .iter()
            .filter(|s| s.certainty == Certainty::Stated && weight(s.section) < 5)
            .filter_map(|s| match s.item {
                Item::NodesExamined(v) if s.rule == "nodes_ratio" => Some(v),
                // A count that is no ratio may be the total.
                Item::NodesExamined(_) => Some(u16::MAX),
                _ => None,
            })
            .collect();
        ratios.sort_unstable();
        ratios.dedup();
        let others: u16 = ratios.iter().filter(|it| **it != most).fold(0, |sum, it| sum.saturating_add(*it));
        ratios.len() >= 3 && ratios.last() == Some(&most) && most < others
    }

    /// Whether the report tells two numbers of positive nodes for one number examined, outside an addendum.
    fn nodes_disagree(&self, examined: u16) -> bool {
        let own = |s: &&Statement| s.certainty == Certainty::Stated && (3..5).contains(&weight(s.section));
        if self.statements.iter().any(|s| {
            s.section == Section::Addendum
                && matches!(s.item, Item::NodesExamined(_) | Item::NodesPositive(_))
        }) {
            return false;
        }
        let counted = |start: usize| {
            self.statements.iter().find_map(|s| {
                if let Item::NodesExamined(v) = s.item {
                    (s.sentence.start == start).then_some(v)
                } else {
                    None
                }
            })
        };
        let mut told = self.statements.iter().filter(own).filter_map(|s| match s.item {
            Item::NodesPositive(v) => match counted(s.sentence.start) {
                Some(n) => (n == examined).then_some(v),
                None => (s.rule == "nodes_field").then_some(v),
            },
            _ => None,
        });
        let first = told.next();
        first.is_some_and(|first| told.any(|it| it != first))
    }

    fn liver(&self) -> Option<&'static str> {
        let rank = |p: Presence| match p {
            Presence::Present => 3,
            Presence::Indeterminate => 2,
            Presence::Absent => 1,
        };
        let told = self.statements.iter().filter(|s| s.certainty == Certainty::Stated).filter_map(|s| {
            if let Item::LiverMetastasis(p) = s.item {
                // What a pathology report itself found outweighs what its request tells.
                let told = self.kind == Kind::Pathology && s.section == Section::History;
                Some(((s.section == Section::Addendum, !told), rank(p)))
            } else {
                None
            }
        });
        highest(told)
            .map(|it| ["absent", "absent", "indeterminate", "present"].get(it).copied().unwrap_or("absent"))
    }
}

fn site_name(site: Site) -> Option<&'static str> {
    match site {
        Site::Ileum => Some("ileum"),
        Site::Jejunum => Some("jejunum"),
        Site::SmallBowelUnspecified => Some("small_bowel"),
        Site::Meckel => Some("meckel"),
        Site::Elsewhere => None,
    }
}

/// The value of the greatest weight; of several of one weight the greatest.
fn highest<W: Ord, V: Ord>(told: impl Iterator<Item = (W, V)>) -> Option<V> {
    told.max().map(|it| it.1)
}

/// A value with what it is ordered by: its point and its lower end.
type Told<T, L> = (T, L, Bounded<T>);

/// The value of the greatest weight, but the range where only its upper end is told again (`2-3%`, later `reaches 3%`).
fn whole_range<W: Ord + Copy, L: Ord + Copy, T: Ord + Copy>(
    told: Vec<(W, Told<T, L>)>,
) -> Option<Told<T, L>> {
    let most = told.iter().max().copied()?;
    let Stated::One(Comparator::Equal, value) = most.1.2.extent() else { return Some(most.1) };
    let range = told
        .iter()
        .find(|it| matches!(it.1.2.extent(), Stated::Range(_, high) if high == value) && it.0 == most.0);
    Some(range.map_or(most.1, |it| it.1))
}

fn field_weight(s: &Statement) -> u8 {
    let own = weight(s.section);
    if s.rule.ends_with("_field") && own < 5 {
        4
    } else if own == 4 {
        3
    } else {
        own
    }
}

/// History last, the addendum first, all else alike: the highest of several blocks counts wherever it stands.
fn addendum_or_own(s: &Statement) -> (u8, bool) {
    let place = match weight(s.section) {
        5 => 2,
        1 => 0,
        _ => 1,
    };
    // A counted number beats a class of the table.
    (place, !s.rule.ends_with("_class"))
}

fn millimetres(length: Length) -> f64 {
    f64::from(length.micrometres()) / 1000.0
}

fn interval<T: Copy + Ord>(value: &Bounded<T>, number: impl Fn(T) -> f64, most: f64) -> Interval {
    match value.extent() {
        Stated::One(Comparator::Equal, v) => Interval { low: number(v), high: number(v) },
        Stated::One(Comparator::Below | Comparator::AtMost, v) => Interval { low: 0.0, high: number(v) },
        Stated::One(Comparator::Above | Comparator::AtLeast, v) => Interval { low: number(v), high: most },
        Stated::Range(a, b) => Interval { low: number(a), high: number(b) },
    }
}
