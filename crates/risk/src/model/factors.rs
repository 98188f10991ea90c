//! What each finding of a patient does to the hazard.
//!
//! A finding that is known gives a [`Contribution`], also when it changes nothing; one that is not known gives a
//! [`Missing`] with what was taken for it. Where a report leaves a range, the higher risk within the range counts, and
//! the value says so. Nothing here limits the product.

use lacteal_clinical::finding::Margin;
use lacteal_clinical::tnm::{N, T};
use lacteal_clinical::{Bounded, Evidence, FactRef, Grade, Length, Percent, Picture, grade};
use lacteal_wire::event::{Contribution, Missing};

use super::{Model, Parameter};

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

/// What was known and what was not, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Factors {
    /// Each known factor's part.
    pub contributions: Vec<Contribution>,
    /// Each factor that is not known, and what was taken for it.
    pub missing: Vec<Missing>,
}

impl Factors {
    /// What the model makes of a patient's findings.
    pub fn of(picture: &Picture, model: &Model) -> Self {
        let mut factors = Self::default();
        factors.nodes(picture, model);
        factors.proliferation(picture, model);
        factors.mesentery(picture, model);
        factors.depth(picture, model);
        factors.size(picture, model);
        factors.margin(picture, model);
        factors.invasion(VESSELS, picture.lymphovascular_invasion.as_ref(), &model.invasion.lymphovascular);
        factors.invasion(NERVES, picture.perineural_invasion.as_ref(), &model.invasion.perineural);
        factors
    }

    /// The product of all parts, in the order of the list.
    pub fn hazard_ratio(&self) -> f64 {
        self.contributions.iter().fold(1.0, |product, it| product * it.hazard_ratio)
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
                self.known(NODES, value, 1.0, &table.negative, &facts, preliminary);
            }
            (Some(positive), _) => {
                let of = examined.map(|it| format!(" of {}", it.value)).unwrap_or_default();
                let count = f64::from(positive.value);
                let (ratio, parameter) = if positive.value == 0 {
                    (table.negative.value, &table.negative)
                } else {
                    let above = (count.min(table.cap_count.value) - reference).max(0.0);
                    (libm::pow(table.per_node.value, above), &table.per_node)
                };
                let capped = if count > table.cap_count.value {
                    format!(" (counted as {})", table.cap_count.value)
                } else {
                    String::new()
                };
                let value = format!("{}{of}{capped}", positive.value);
                let facts =
                    [positive.facts.as_slice(), examined.map(|it| it.facts.as_slice()).unwrap_or_default()];
                self.known(NODES, value, ratio, parameter, &facts.concat(), positive.preliminary);
            }
            (None, Some((stated, N::N0))) => {
                let value = stated.value.to_string();
                self.known(
                    NODES,
                    value,
                    table.negative.value,
                    &table.negative,
                    &stated.facts,
                    stated.preliminary,
                );
            }
            (None, Some((stated, _))) => {
                self.missing(NODES, format!("{} without a count: {reference}", stated.value));
            }
            (None, None) => self.missing(NODES, reference.to_string()),
        }
        let enough = table.examined_reliable_from.value;
        if let Some(examined) = examined.filter(|it| f64::from(it.value) < enough) {
            let value =
                format!("{}: below {enough} the count of positive nodes is not reliable", examined.value);
            let facts = &examined.facts;
            self.known(EXAMINED, value, 1.0, &table.examined_reliable_from, facts, examined.preliminary);
        }
    }

    /// Ki-67 when there is a number, else the grade; never both.
    fn proliferation(&mut self, picture: &Picture, model: &Model) {
        let (table, grades) = (&model.ki67, &model.grade);
        let grade = picture.grade.higher.as_ref();
        let ratio_of = |grade: Grade| match grade {
            Grade::G1 => (1.0, &grades.g2),
            Grade::G2 => (grades.g2.value, &grades.g2),
            Grade::G3 | Grade::Nec => (grades.g3.value, &grades.g3),
        };
        let reference = table.reference_percent.value;
        match (&picture.ki67, grade) {
            (Some(ki67), grade) => {
                let (points, value) = ki67_counted(&ki67.value, table.cap_percent.value);
                let ratio = libm::pow(table.per_point.value, (points - reference).max(0.0));
                self.known(KI67, value, ratio, &table.per_point, &ki67.facts, ki67.preliminary);
                let by_ki67 = grade::derive(Some(&ki67.value), None).map(|it| it.grade);
                if let Some(grade) = grade.filter(|it| Some(it.value) > by_ki67) {
                    let value =
                        format!("{}, higher than by Ki-67: the Ki-67 number counts", grade.value.as_str());
                    self.known(GRADE, value, 1.0, ratio_of(grade.value).1, &grade.facts, grade.preliminary);
                }
            }
            (None, Some(grade)) => {
                let (ratio, parameter) = ratio_of(grade.value);
                let value = grade.value.as_str().to_owned();
                self.known(GRADE, value, ratio, parameter, &grade.facts, grade.preliminary);
                self.missing(KI67, format!("the grade, {}, counts instead", grade.value.as_str()));
            }
            (None, None) => self.missing(KI67, format!("{reference} %; the grade is not known either")),
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
                let ratio = if mass_counts { table.mass.value } else { 1.0 };
                self.known(
                    MASS,
                    format!("{}{note}", mass.value),
                    ratio,
                    &table.mass,
                    &mass.facts,
                    mass.preliminary,
                );
            }
            None => self.missing(MASS, format!("none above {over} mm")),
        }
        match deposits {
            Some(deposits) => {
                let note = if seen && !deposits_count {
                    format!(" (counted with the {MASS})")
                } else {
                    String::new()
                };
                let ratio = if deposits_count { table.deposits.value } else { 1.0 };
                let value = format!("{}{note}", presence(seen));
                self.known(DEPOSITS, value, ratio, &table.deposits, &deposits.facts, deposits.preliminary);
            }
            None => self.missing(DEPOSITS, "none".to_owned()),
        }
    }

    fn depth(&mut self, picture: &Picture, model: &Model) {
        let table = &model.depth;
        let reference = || "T1 or T2".to_owned();
        let Some(stated) = picture.t.as_ref() else { return self.missing(DEPTH, reference()) };
        let (ratio, parameter) = match stated.value.t() {
            Some(T::T1 | T::T2) => (1.0, &table.t3),
            Some(T::T3) => (table.t3.value, &table.t3),
            Some(T::T4) => (table.t4.value, &table.t4),
            Some(T::X | T::T0) | None => return self.missing(DEPTH, reference()),
        };
        let note = if stated.derived { " (derived from the depth)" } else { "" };
        let value = format!("{}{note}", stated.value);
        self.known(DEPTH, value, ratio, parameter, &stated.facts, stated.preliminary);
        if stated.value.suffixes.multiplicity.is_some() {
            let (value, multifocal) = (stated.value.to_string(), &model.focality.multifocal);
            self.known(FOCALITY, value, multifocal.value, multifocal, &stated.facts, stated.preliminary);
        }
    }

    fn size(&mut self, picture: &Picture, model: &Model) {
        let table = &model.size;
        let Some(size) = picture.size.as_ref() else { return self.missing(SIZE, "at most 2 cm".to_owned()) };
        let (ratio, parameter) = match size.value.micrometres() {
            30_001.. => (table.over_3_cm.value, &table.over_3_cm),
            20_001.. => (table.over_2_cm.value, &table.over_2_cm),
            _ => (1.0, &table.over_2_cm),
        };
        self.known(SIZE, size.value.to_string(), ratio, parameter, &size.facts, size.preliminary);
    }

    fn margin(&mut self, picture: &Picture, model: &Model) {
        let parameter = &model.margin.r1;
        let Some(margin) = picture.margin.as_ref() else { return self.missing(MARGIN, "R0".to_owned()) };
        let (name, ratio) = match margin.value {
            Margin::R0 => ("R0", 1.0),
            Margin::R1 => ("R1", parameter.value),
            Margin::R2 => ("R2", parameter.value),
        };
        self.known(MARGIN, name.to_owned(), ratio, parameter, &margin.facts, margin.preliminary);
    }

    fn invasion(&mut self, factor: &str, seen: Option<&Evidence<bool>>, parameter: &Parameter) {
        let Some(seen) = seen else { return self.missing(factor, "none".to_owned()) };
        let ratio = if seen.value { parameter.value } else { 1.0 };
        self.known(factor, presence(seen.value).to_owned(), ratio, parameter, &seen.facts, seen.preliminary);
    }

    fn known(
        &mut self,
        factor: &str,
        value: String,
        hazard_ratio: f64,
        parameter: &Parameter,
        facts: &[FactRef],
        preliminary: bool,
    ) {
        let mut facts = facts.to_vec();
        facts.sort_unstable();
        facts.dedup();
        self.contributions.push(Contribution {
            factor: factor.to_owned(),
            value: if preliminary { format!("{value} (preliminary)") } else { value },
            hazard_ratio,
            source: parameter.source.clone(),
            facts: facts.iter().map(lacteal_wire::fact_ref).collect(),
        });
    }

    fn missing(&mut self, factor: &str, assumed: String) {
        self.missing.push(Missing { factor: factor.to_owned(), assumed });
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
