//! What each finding of a patient does to the hazard.
//!
//! A finding that is known gives a [`Contribution`], also when it changes nothing; one that is not known gives a
//! [`Missing`] with what was taken for it. Where a report leaves a range, the higher risk within the range counts, and
//! the value says so. Nothing here limits the product.

use lacteal_clinical::finding::Margin;
use lacteal_clinical::tnm::{Multiplicity, N, T, TnmStatement};
use lacteal_clinical::{Bounded, Evidence, FactRef, Grade, Length, Percent, Picture, grade};
use lacteal_wire::event::{Contribution, Missing};

use super::Model;
use super::term::{Powers, Term, product};

const NODES: &str = "positive lymph nodes";
const EXAMINED: &str = "lymph nodes examined";
const KI67: &str = "Ki-67";
const GRADE: &str = "grade";
const MASS: &str = "mesenteric mass";
const DEPOSITS: &str = "mesenteric tumour deposits";
const DEPTH: &str = "depth of invasion";
const SIZE: &str = "size of the primary";
const MARGIN: &str = "resection margin";
const VESSELS: &str = "lymphovascular invasion";
const NERVES: &str = "perineural invasion";
const FOCALITY: &str = "several primaries";

/// All factors that can be unknown, for the draws of the model.
const FACTORS: [&str; 9] = [NODES, KI67, MASS, DEPOSITS, DEPTH, SIZE, MARGIN, VESSELS, NERVES];

/// A factor that is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// Its index among the factors.
    pub(crate) index: usize,
    /// Name of the factor.
    pub(crate) factor: &'static str,
    /// A factor whose place it would take, were it known.
    pub(crate) replaces: Option<&'static str>,
    /// A favourable value, and what it does.
    pub(crate) favourable: (String, Powers),
    /// An adverse value that is plausible, and what it does.
    pub(crate) adverse: (String, Powers),
}

/// What was known and what was not, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Factors {
    /// Each known factor's part.
    pub contributions: Vec<Contribution>,
    /// Each factor that is not known, and what was taken for it.
    pub missing: Vec<Missing>,
    /// The same with what it might be.
    pub(crate) unknown: Vec<Unknown>,
    /// The parts of the hazard ratio, by factor.
    pub(crate) powers: Vec<(&'static str, Term, f64)>,
}

impl Factors {
    /// What the model makes of a patient's findings.
    pub fn of(picture: &Picture, model: &Model) -> Self {
        let mut factors = Self::default();
        factors.nodes(picture, model);
        factors.proliferation(picture, model);
        factors.mesentery(picture, model);
        factors.depth(picture, model);
        factors.focality(picture, model);
        factors.size(picture, model);
        factors.margin(picture, model);
        let vessels = picture.lymphovascular_invasion.as_ref();
        factors.invasion(VESSELS, vessels, Term::Lymphovascular, model);
        factors.invasion(NERVES, picture.perineural_invasion.as_ref(), Term::Perineural, model);
        factors
    }

    /// The product of all parts, in the order of the list.
    pub fn hazard_ratio(&self) -> f64 {
        self.contributions.iter().fold(1.0, |product, it| product * it.hazard_ratio)
    }

    /// All parts of the hazard ratio, or all but those of some factors.
    pub(crate) fn powers_without(&self, factors: &[&str]) -> Powers {
        let kept = self.powers.iter().filter(|(factor, ..)| !factors.contains(factor));
        kept.map(|(_, term, power)| (*term, *power)).collect()
    }

    fn nodes(&mut self, picture: &Picture, model: &Model) {
        let table = &model.nodes;
        let reference = table.reference_count.value;
        let category = picture.n.as_ref().and_then(|it| Some((it, it.value.n().filter(|n| *n != N::X)?)));
        let examined = picture.nodes_examined.as_ref();
        match (&picture.nodes_positive, category) {
            (Some(positive), Some((stated, N::N1 | N::N2))) if positive.value == 0 => {
                let value = format!("none counted, but {} stated: not taken as negative", stated.value);
                let facts = [positive.facts.as_slice(), &stated.facts].concat();
                let preliminary = positive.preliminary || stated.preliminary;
                self.known(NODES, value, (Term::Negative, 0.0), model, (&facts, preliminary));
            }
            (Some(positive), _) => {
                let of = examined.map(|it| format!(" of {}", it.value)).unwrap_or_default();
                let count = f64::from(positive.value);
                let effect = if positive.value == 0 {
                    (Term::Negative, 1.0)
                } else {
                    let above = (count.min(table.cap_count.value) - reference).max(0.0);
                    (Term::PerNode, above)
                };
                let capped = if count > table.cap_count.value {
                    format!(" (counted as {})", table.cap_count.value)
                } else {
                    String::new()
                };
                let value = format!("{}{of}{capped}", positive.value);
                let facts =
                    [positive.facts.as_slice(), examined.map(|it| it.facts.as_slice()).unwrap_or_default()];
                self.known(NODES, value, effect, model, (&facts.concat(), positive.preliminary));
            }
            (None, Some((stated, N::N0))) => {
                let value = stated.value.to_string();
                let from = (stated.facts.as_slice(), stated.preliminary);
                self.known(NODES, value, (Term::Negative, 1.0), model, from);
            }
            (None, Some((stated, _))) => {
                let assumed = format!("{} without a count: {reference}", stated.value);
                self.missing(NODES, assumed, None, (reference.to_string(), Vec::new()), many(model));
            }
            (None, None) => {
                let none = ("none".to_owned(), vec![(Term::Negative, 1.0)]);
                self.missing(NODES, reference.to_string(), None, none, many(model));
            }
        }
        let enough = table.examined_reliable_from.value;
        if let Some(examined) = examined.filter(|it| f64::from(it.value) < enough) {
            let value =
                format!("{}: below {enough} the count of positive nodes is not reliable", examined.value);
            let source = (table.examined_reliable_from.source.as_str(), "nodes.examined_reliable_from");
            self.noted(EXAMINED, value, source, (&examined.facts, examined.preliminary));
        }
    }

    /// Ki-67 when there is a number, else the grade; never both.
    fn proliferation(&mut self, picture: &Picture, model: &Model) {
        let table = &model.ki67;
        let grade = picture.grade.higher.as_ref();
        let effect_of = |grade: Grade| match grade {
            Grade::G1 => (Term::G2, 0.0),
            Grade::G2 => (Term::G2, 1.0),
            Grade::G3 | Grade::Nec => (Term::G3, 1.0),
        };
        let reference = table.reference_percent.value;
        match (&picture.ki67, grade) {
            (Some(ki67), grade) => {
                let (points, value) = ki67_counted(&ki67.value, table.cap_percent.value);
                let above = (points - reference).max(0.0);
                self.known(KI67, value, (Term::PerPoint, above), model, (&ki67.facts, ki67.preliminary));
                let by_ki67 = grade::derive(Some(&ki67.value), None).map(|it| it.grade);
                if let Some(grade) = grade.filter(|it| Some(it.value) > by_ki67) {
                    let value =
                        format!("{}, higher than by Ki-67: the Ki-67 number counts", grade.value.as_str());
                    let effect = (effect_of(grade.value).0, 0.0);
                    self.known(GRADE, value, effect, model, (&grade.facts, grade.preliminary));
                }
            }
            (None, Some(grade)) => {
                let name = grade.value.as_str();
                let from = (grade.facts.as_slice(), grade.preliminary);
                self.known(GRADE, name.to_owned(), effect_of(grade.value), model, from);
                let (low, high) = percent_of(grade.value, model);
                let assumed = format!("the grade, {name}, counts instead");
                self.missing(KI67, assumed, Some(GRADE), points(low, model), points(high, model));
            }
            (None, None) => {
                let assumed = format!("{reference} %; the grade is not known either");
                let high = model.unknown.ki67_percent.value;
                self.missing(KI67, assumed, None, points(reference, model), points(high, model));
            }
        }
    }

    /// Deposits and a large mass go together: the larger ratio counts, the other one is 1.
    fn mesentery(&mut self, picture: &Picture, model: &Model) {
        let table = &model.mesentery;
        let over = table.mass_over_mm.value;
        let limit_um = over * 1000.0;
        let is_above = |it: Length| f64::from(it.micrometres()) > limit_um;
        let (mass, deposits) = (picture.mesenteric_mass.as_ref(), picture.mesenteric_deposits.as_ref());
        let large = mass.is_some_and(|it| it.value.upper().is_none_or(|edge| is_above(edge.value)));
        let seen = deposits.is_some_and(|it| it.value);
        let deposits_count = seen && (!large || table.deposits.value >= table.mass.value);
        let mass_counts = large && !deposits_count;
        match mass {
            Some(mass) => {
                let certain = mass.value.lower().is_some_and(|edge| {
                    is_above(edge.value)
                        || (!edge.included && f64::from(edge.value.micrometres()) >= limit_um)
                });
                let note = match (large, certain, mass_counts) {
                    (true, _, false) => format!(" (counted with the {DEPOSITS})"),
                    (true, false, true) => format!(" (may be above {over} mm and counts so)"),
                    _ => String::new(),
                };
                let effect = (Term::Mass, if mass_counts { 1.0 } else { 0.0 });
                let value = format!("{}{note}", mass.value);
                self.known(MASS, value, effect, model, (&mass.facts, mass.preliminary));
            }
            None => {
                let power = if deposits_count { Vec::new() } else { vec![(Term::Mass, 1.0)] };
                let (none, large) = (format!("none above {over} mm"), format!("above {over} mm"));
                self.missing(MASS, none.clone(), None, (none, Vec::new()), (large, power));
            }
        }
        match deposits {
            Some(deposits) => {
                let note = if seen && !deposits_count {
                    format!(" (counted with the {MASS})")
                } else {
                    String::new()
                };
                let effect = (Term::Deposits, if deposits_count { 1.0 } else { 0.0 });
                let value = format!("{}{note}", presence(seen));
                self.known(DEPOSITS, value, effect, model, (&deposits.facts, deposits.preliminary));
            }
            // Beside a large mass deposits add only what they have beyond it.
            None => {
                let beyond = if mass_counts {
                    vec![(Term::Deposits, 1.0), (Term::Mass, -1.0)]
                } else {
                    vec![(Term::Deposits, 1.0)]
                };
                let adverse = if product(&beyond, model) >= 1.0 { beyond } else { Vec::new() };
                let none = ("none".to_owned(), Vec::new());
                self.missing(DEPOSITS, "none".to_owned(), None, none, ("present".to_owned(), adverse));
            }
        }
    }

    fn depth(&mut self, picture: &Picture, model: &Model) {
        let known = picture.t.as_ref().and_then(|stated| {
            let effect = match stated.value.t()? {
                T::T1 | T::T2 => (Term::T3, 0.0),
                T::T3 => (Term::T3, 1.0),
                T::T4 => (Term::T4, 1.0),
                T::X | T::T0 => return None,
            };
            Some((stated, effect))
        });
        let Some((stated, effect)) = known else {
            let reference = "T1 or T2".to_owned();
            let deep = ("T4".to_owned(), vec![(Term::T4, 1.0)]);
            return self.missing(DEPTH, reference.clone(), None, (reference, Vec::new()), deep);
        };
        let note = if stated.derived { " (derived from the depth)" } else { "" };
        let from = (stated.facts.as_slice(), stated.preliminary);
        self.known(DEPTH, format!("{}{note}", stated.value), effect, model, from);
    }

    /// Several by the word of a report or by the suffix of its T: where they differ, the higher risk counts.
    fn focality(&mut self, picture: &Picture, model: &Model) {
        let several = |it: &&Evidence<TnmStatement>| {
            it.value.suffixes.multiplicity.is_some_and(Multiplicity::is_several)
        };
        let (value, facts, preliminary) = match (&picture.focality, picture.t.as_ref().filter(several)) {
            (Some(word), _) if word.value.multifocal => {
                let value = word.value.count.map_or_else(|| "several".to_owned(), |count| count.to_string());
                (value, &word.facts, word.preliminary)
            }
            (_, Some(t)) => (t.value.to_string(), &t.facts, t.preliminary),
            _ => return,
        };
        self.known(FOCALITY, value, (Term::Multifocal, 1.0), model, (facts, preliminary));
    }

    fn size(&mut self, picture: &Picture, model: &Model) {
        let Some(size) = picture.size.as_ref() else {
            let reference = "at most 2 cm".to_owned();
            let large = ("above 3 cm".to_owned(), vec![(Term::Over3Cm, 1.0)]);
            return self.missing(SIZE, reference.clone(), None, (reference, Vec::new()), large);
        };
        let effect = match size.value.micrometres() {
            30_001.. => (Term::Over3Cm, 1.0),
            20_001.. => (Term::Over2Cm, 1.0),
            _ => (Term::Over2Cm, 0.0),
        };
        self.known(SIZE, size.value.to_string(), effect, model, (&size.facts, size.preliminary));
    }

    fn margin(&mut self, picture: &Picture, model: &Model) {
        let Some(margin) = picture.margin.as_ref() else {
            let (clear, r1) = (("R0".to_owned(), Vec::new()), ("R1".to_owned(), vec![(Term::R1, 1.0)]));
            return self.missing(MARGIN, "R0".to_owned(), None, clear, r1);
        };
        let (name, power) = match margin.value {
            Margin::R0 => ("R0", 0.0),
            Margin::R1 => ("R1", 1.0),
            Margin::R2 => ("R2", 1.0),
        };
        let from = (margin.facts.as_slice(), margin.preliminary);
        self.known(MARGIN, name.to_owned(), (Term::R1, power), model, from);
    }

    fn invasion(&mut self, factor: &'static str, seen: Option<&Evidence<bool>>, term: Term, model: &Model) {
        let Some(seen) = seen else {
            let (none, there) = (("none".to_owned(), Vec::new()), ("present".to_owned(), vec![(term, 1.0)]));
            return self.missing(factor, "none".to_owned(), None, none, there);
        };
        let effect = (term, if seen.value { 1.0 } else { 0.0 });
        let value = presence(seen.value).to_owned();
        self.known(factor, value, effect, model, (&seen.facts, seen.preliminary));
    }

    /// A finding, what it does, and the facts that it rests on; these may be preliminary.
    fn known(
        &mut self,
        factor: &'static str,
        value: String,
        (term, power): (Term, f64),
        model: &Model,
        from: (&[FactRef], bool),
    ) {
        self.noted(factor, value, (&term.of(model).source, term.key()), from);
        if let Some(noted) = self.contributions.last_mut() {
            noted.hazard_ratio = libm::pow(term.of(model).value, power);
        }
        self.powers.push((factor, term, power));
    }

    /// A finding that changes no hazard.
    fn noted(
        &mut self,
        factor: &'static str,
        value: String,
        (source, key): (&str, &str),
        (facts, preliminary): (&[FactRef], bool),
    ) {
        let mut facts = facts.to_vec();
        facts.sort_unstable();
        facts.dedup();
        self.contributions.push(Contribution {
            factor: factor.to_owned(),
            value: if preliminary { format!("{value} (preliminary)") } else { value },
            hazard_ratio: 1.0,
            source: source.to_owned(),
            facts: facts.iter().map(lacteal_wire::fact_ref).collect(),
            points_5_years: 0.0,
            parameter: key.to_owned(),
        });
    }

    fn missing(
        &mut self,
        factor: &'static str,
        assumed: String,
        replaces: Option<&'static str>,
        favourable: (String, Powers),
        adverse: (String, Powers),
    ) {
        self.missing.push(Missing { factor: factor.to_owned(), assumed });
        let index = FACTORS.iter().position(|it| *it == factor).unwrap_or(FACTORS.len());
        self.unknown.push(Unknown { index, factor, replaces, favourable, adverse });
    }
}

/// An adverse number of positive nodes that is plausible where none is told.
fn many(model: &Model) -> (String, Powers) {
    let count = model.unknown.nodes_count.value;
    let above = (count.min(model.nodes.cap_count.value) - model.nodes.reference_count.value).max(0.0);
    (count.to_string(), vec![(Term::PerNode, above)])
}

/// What a Ki-67 of so many per cent does.
fn points(percent: f64, model: &Model) -> (String, Powers) {
    let above = (percent.min(model.ki67.cap_percent.value) - model.ki67.reference_percent.value).max(0.0);
    (format!("{percent} %"), vec![(Term::PerPoint, above)])
}

/// The lowest and the highest Ki-67 of a grade (WHO 2019); of G3 up to where the model's range ends.
fn percent_of(grade: Grade, model: &Model) -> (f64, f64) {
    match grade {
        Grade::G1 => (model.ki67.reference_percent.value.min(2.9), 2.9),
        Grade::G2 => (3.0, 20.0),
        Grade::G3 | Grade::Nec => (20.0, model.ki67.cap_percent.value.max(20.0)),
    }
}

/// The points that count, at most the cap, and the value as a person would write it.
///
/// Of a range the upper end counts: `<1 %` as 1, `2 % to 3 %` as 3. What is open above counts as the cap.
fn ki67_counted(stated: &Bounded<Percent>, cap: f64) -> (f64, String) {
    let upper = stated.upper().map(|edge| edge.value);
    let points = upper.map_or(cap, |it| it.points().min(cap));
    let exact = stated.lower().map(|edge| edge.value) == upper;
    let text = match upper {
        Some(upper) if exact && upper.points() <= cap => stated.to_string(),
        Some(upper) if upper.points() <= cap => format!("{stated} (counted as {upper}, the higher risk)"),
        Some(_) => format!("{stated} (counted as {cap} %, where the model's range ends)"),
        None => format!("{stated} (open above: counted as {cap} %, the higher risk)"),
    };
    (points, text)
}

fn presence(seen: bool) -> &'static str {
    if seen { "present" } else { "not seen" }
}
