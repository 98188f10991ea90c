//! Values of observations as FHIR types them.

use std::borrow::Cow;

use lacteal_clinical::Finding;
use lacteal_clinical::finding::{Code, UnreadReason};
use lacteal_fhir::{Quantity, Range, Value};

use super::condition::codes;
use super::pen::Pen;
use crate::codes::{Codes, Means};
use crate::meaning::{self, Number, Told};

/// What a code asks for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) means: Means,
    /// Unit to take when none is sent.
    pub(crate) unit: Option<String>,
    /// The code leaves open whether a category is clinical or pathological.
    pub(crate) basis_is_open: bool,
    /// What tells the assay from another, of a marker.
    pub(crate) assay: String,
    /// Upper limit of the reference range.
    pub(crate) upper_limit: Option<Quantity>,
}

impl Asked {
    /// A meaning, with nothing else told.
    pub(crate) fn of(means: Means) -> Asked {
        Asked { means, unit: None, basis_is_open: false, assay: String::new(), upper_limit: None }
    }
}

/// Reads a value.
pub(crate) fn finding(pen: &Pen<'_>, asked: &Asked, value: &Value) -> Result<Finding, UnreadReason> {
    let of = meaning::Asked { means: asked.means, basis_is_open: asked.basis_is_open };
    meaning::finding(&Read { pen, asked, value }, of)
}

struct Read<'a> {
    pen: &'a Pen<'a>,
    asked: &'a Asked,
    value: &'a Value,
}

impl Told for Read<'_> {
    fn table(&self) -> &Codes {
        self.pen.context.codes
    }

    fn codes(&self) -> Result<Vec<(String, Code)>, UnreadReason> {
        let Value::CodeableConcept(concept) = self.value else { return Err(UnreadReason::UnsupportedType) };
        Ok(codes(self.pen, concept))
    }

    fn words(&self) -> Vec<Cow<'_, str>> {
        match self.value {
            Value::CodeableConcept(concept) => {
                let codings = concept.coding.iter();
                let of_codings = codings.flat_map(|it| [it.code.as_deref(), it.display.as_deref()]);
                let all = of_codings.chain([concept.text.as_deref()]).flatten();
                all.map(str::trim).filter(|it| !it.is_empty()).map(Cow::Borrowed).collect()
            }
            Value::String(text) => vec![Cow::Borrowed(text.trim())],
            Value::Integer(number) => vec![Cow::Owned(number.to_string())],
            Value::Quantity(quantity) => written(quantity).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn number(&self) -> Result<Number<'_>, UnreadReason> {
        let (text, units) = match self.value {
            Value::Quantity(it) => (written(it).ok_or(UnreadReason::NotANumber)?, units(it)),
            Value::Range(range) => between(range)?,
            Value::Integer(number) => (Cow::Owned(number.to_string()), [None, None]),
            Value::String(text) => (Cow::Borrowed(text.trim()), [None, None]),
            _ => return Err(UnreadReason::UnsupportedType),
        };
        let mut units: Vec<&str> = units.into_iter().flatten().collect();
        if units.is_empty() {
            units.extend(self.asked.unit.as_deref());
        }
        Ok(Number { text, units: units.into_iter().map(Cow::Borrowed).collect() })
    }

    fn flag(&self) -> Option<bool> {
        if let Value::Boolean(it) = self.value { Some(*it) } else { None }
    }

    fn assay(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(&self.asked.assay))
    }

    /// The limit is one of the same unit.
    fn range(&self, unit: Option<&str>) -> Option<Cow<'_, str>> {
        let has_unit = |it: &&Quantity| units(it) == [None, None] || units(it).contains(&unit);
        let limit = self.asked.upper_limit.as_ref().filter(has_unit).and_then(written);
        limit.map(|limit| Cow::Owned(format!("<={limit}")))
    }
}

/// A number with its comparator as reports write it.
fn written(quantity: &Quantity) -> Option<Cow<'_, str>> {
    let number = quantity.value.as_ref()?.plain()?;
    Some(match quantity.comparator {
        Some(comparator) => Cow::Owned(format!("{}{number}", comparator.as_str())),
        None => number,
    })
}

fn units(quantity: &Quantity) -> [Option<&str>; 2] {
    [quantity.code.as_deref(), quantity.unit.as_deref()]
}

fn between(range: &Range) -> Result<(Cow<'_, str>, [Option<&str>; 2]), UnreadReason> {
    match (&range.low, &range.high) {
        (Some(low), Some(high)) => {
            let (from, to) = (written(low), written(high));
            let (from, to) = (from.ok_or(UnreadReason::NotANumber)?, to.ok_or(UnreadReason::NotANumber)?);
            let agree = [low.code == high.code, low.unit == high.unit];
            let told_once = units(low) == [None, None];
            if !told_once && agree.contains(&false) {
                return Err(UnreadReason::UnitUnknown);
            }
            let units = if told_once { units(high) } else { units(low) };
            Ok((Cow::Owned(format!("{from}-{to}")), units))
        }
        (Some(low), None) => {
            let from = written(low).ok_or(UnreadReason::NotANumber)?;
            Ok((Cow::Owned(format!(">={from}")), units(low)))
        }
        (None, Some(high)) => {
            let to = written(high).ok_or(UnreadReason::NotANumber)?;
            Ok((Cow::Owned(format!("<={to}")), units(high)))
        }
        (None, None) => Err(UnreadReason::Empty),
    }
}
