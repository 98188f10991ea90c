//! The hazard ratios of a model, by name: what a finding multiplies the hazard with.

use super::{Model, Parameter};

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident = $key:literal, $table:ident.$field:ident, $spread:literal;)+) => {
        /// A hazard ratio of the model.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Term { $($(#[$doc])* $name,)+ }

        impl Term {
            /// All of them; their order is that of the draws.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Key in the model file.
            pub(crate) const fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)+ }
            }

            /// Which of the independent draws moves it. Two that are ordered (T3 and T4) move together.
            pub(crate) const fn spread(self) -> usize {
                match self { $(Self::$name => $spread,)+ }
            }

            pub(crate) const fn of(self, model: &Model) -> &Parameter {
                match self { $(Self::$name => &model.$table.$field,)+ }
            }
        }
    };
}

terms! {
    /// No positive node.
    Negative = "nodes.negative", nodes.negative, 0;
    /// Each positive node above the reference.
    PerNode = "nodes.per_node", nodes.per_node, 1;
    /// Each percentage point of Ki-67 above the reference.
    PerPoint = "ki67.per_point", ki67.per_point, 2;
    /// G2 without a Ki-67.
    G2 = "grade.g2", grade.g2, 3;
    /// G3 without a Ki-67.
    G3 = "grade.g3", grade.g3, 3;
    /// A large mesenteric mass.
    Mass = "mesentery.mass", mesentery.mass, 4;
    /// Mesenteric deposits.
    Deposits = "mesentery.deposits", mesentery.deposits, 5;
    /// T3.
    T3 = "depth.t3", depth.t3, 6;
    /// T4.
    T4 = "depth.t4", depth.t4, 6;
    /// More than 2 cm.
    Over2Cm = "size.over_2_cm", size.over_2_cm, 7;
    /// More than 3 cm.
    Over3Cm = "size.over_3_cm", size.over_3_cm, 7;
    /// R1.
    R1 = "margin.r1", margin.r1, 8;
    /// Lymphovascular invasion.
    Lymphovascular = "invasion.lymphovascular", invasion.lymphovascular, 9;
    /// Perineural invasion.
    Perineural = "invasion.perineural", invasion.perineural, 10;
    /// Several primaries.
    Multifocal = "focality.multifocal", focality.multifocal, 11;
}

/// Independent draws that [`Term::spread`] names.
pub(crate) const SPREADS: usize = 12;

impl Term {
    /// Whether a file may have it below 1 and not above: the only finding that protects.
    pub(crate) const fn protects(self) -> bool {
        matches!(self, Self::Negative)
    }
}

/// A term to some power: nodes and points count one by one.
pub(crate) type Powers = Vec<(Term, f64)>;

/// The product of the terms by the model's values.
pub(crate) fn product(powers: &Powers, model: &Model) -> f64 {
    powers.iter().fold(1.0, |product, (term, power)| product * libm::pow(term.of(model).value, *power))
}
