//! Ki-67 and mitoses.
//!
//! A class of the WHO table (`<3%`, `2-20`) stands beside the counted number in synoptic reports; where both are there
//! the number counts. Fields of mitoses are kept as written: only square millimetres, ten high-power fields (about
//! 2 mm²) and a count of none give a rate.

mod area;
mod ki67;
mod metastasis;
mod mitoses;

pub(crate) use ki67::ki67;
pub(crate) use mitoses::mitoses;

use std::ops::Range;

use lacteal_clinical::Bounded;

use crate::numbers::Amount;
use crate::scene::Scene;
use crate::words::Class;

/// How far before its name a percentage may stand.
const BEFORE_TOKENS: usize = 14;

fn grade_names(scene: &Scene<'_>, range: &Range<usize>) -> usize {
    let mut seen = [false; 3];
    for i in scene.with(range.clone(), Class::Grade.bit()) {
        match scene.text.word(i) {
            "g1" => seen[0] = true,
            "g2" => seen[1] = true,
            "g3" => seen[2] = true,
            "grade" => match scene.text.word(i + 1) {
                "1" | "i" => seen[0] = true,
                "2" | "ii" => seen[1] = true,
                "3" | "iii" => seen[2] = true,
                _ => {}
            },
            _ => {}
        }
    }
    seen.iter().filter(|it| **it).count()
}

/// The statement of an amount in a clinical unit.
pub(crate) fn bounded<T: Copy + Ord>(amount: &Amount, unit: impl Fn(u32) -> Option<T>) -> Option<Bounded<T>> {
    let low = unit(amount.low)?;
    let value = if amount.high > amount.low {
        Bounded::range(low, unit(amount.high)?).ok()?
    } else {
        Bounded::new(amount.comparator, low)
    };
    Some(value.approximate(amount.approximate))
}
