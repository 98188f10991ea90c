//! The value of a coded observation, or of a field of a site's own segment, as HL7 v2 writes it.

use std::borrow::Cow;

use lacteal_clinical::Finding;
use lacteal_clinical::finding::{Code, UnreadReason};
use lacteal_hl7::{Segment, Value};

use crate::codes::{Codes, Means};
use crate::diagnosis::coded;
use crate::marker::assay;
use crate::meaning::{self, Asked, Number, Told};

fn text<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    value.trimmed().ok().flatten()
}

fn has_exponent(text: &str) -> bool {
    let mark = text.find(['e', 'E']);
    mark.is_some_and(|at| {
        let (before, after) = text.split_at(at);
        let digits = after.trim_start_matches(['e', 'E', '+', '-']);
        before.ends_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// The value of an observation, to be read as what its code means.
pub(super) struct Reading<'a> {
    pub(super) codes: &'a Codes,
    pub(super) kind: Value<'a>,
    pub(super) value: Value<'a>,
    pub(super) unit: Value<'a>,
    pub(super) default_unit: Option<&'a str>,
    /// The observation, when the value is that of one.
    pub(super) of: Option<Observed<'a>>,
}

/// What an observation tells beside its value.
pub(super) struct Observed<'a> {
    pub(super) obx: Segment<'a>,
    /// The code by which it was found in the table.
    pub(super) code: Value<'a>,
}

impl Reading<'_> {
    pub(super) fn finding(&self, means: Means) -> Result<Finding, UnreadReason> {
        if self.value.present().is_none() {
            return Err(UnreadReason::Empty);
        }
        if self.value.repetitions().count() > 1 {
            return Err(UnreadReason::Ambiguous);
        }
        // Times and attachments hold nothing that any of these attributes is told in.
        if matches!(self.kind.raw(), b"ED" | b"RP" | b"DT" | b"TM" | b"TS" | b"DTM" | b"DR" | b"NA" | b"MA") {
            return Err(UnreadReason::UnsupportedType);
        }
        meaning::finding(self, Asked::of(means))
    }

    fn text(&self, component: u32) -> Option<Cow<'_, str>> {
        text(&self.value.component(component))
    }

    fn unit(&self) -> Option<Cow<'_, str>> {
        let told = [1, 2].into_iter().find_map(|component| text(&self.unit.component(component)));
        told.or_else(|| self.default_unit.map(Cow::Borrowed))
    }

    /// An SN value in the form that quantities are read from: `<^1` is `<1`, `^1^-^2` is `1-2`. A ratio or a
    /// sum (separators `:`, `/`, `+`) is none.
    fn structured(&self) -> Result<String, UnreadReason> {
        let part = |component| self.text(component).unwrap_or_default();
        let (comparator, first, separator, second) = (part(1), part(2), part(3), part(4));
        match (&*comparator, &*separator, second.is_empty()) {
            ("" | "=" | "<" | ">" | "<=" | ">=", "", true) => Ok(format!("{comparator}{first}")),
            ("" | "=", "-", false) => Ok(format!("{first}-{second}")),
            _ => Err(UnreadReason::UnknownForm),
        }
    }

    /// The text of a number: SN taken apart, anything else as it stands.
    fn digits(&self) -> Result<Cow<'_, str>, UnreadReason> {
        match self.kind.raw() {
            b"SN" => self.structured().map(Cow::Owned),
            b"NR" => match (self.text(1), self.text(2)) {
                (Some(low), Some(high)) => Ok(Cow::Owned(format!("{low}-{high}"))),
                _ => Err(UnreadReason::UnknownForm),
            },
            // NM has no exponents (2.A.47), and what looks like one must not be taken for a unit.
            b"NM" => match self.text(1) {
                Some(text) if has_exponent(&text) => Err(UnreadReason::NotANumber),
                text => text.ok_or(UnreadReason::UnknownForm),
            },
            _ => self.text(1).ok_or(UnreadReason::UnknownForm),
        }
    }
}

impl Told for Reading<'_> {
    fn table(&self) -> &Codes {
        self.codes
    }

    fn codes(&self) -> Result<Vec<(String, Code)>, UnreadReason> {
        Ok(coded(self.codes, &self.value).into_iter().map(|(system, code, _)| (system, code)).collect())
    }

    /// The code of a coded value and its display, those of the alternate code, the original text.
    fn words(&self) -> Vec<Cow<'_, str>> {
        let [code, display, _, alternate, alternate_display, _, _, _, original] =
            self.value.leading_components();
        [code, display, alternate, alternate_display, original].iter().filter_map(text).collect()
    }

    fn number(&self) -> Result<Number<'_>, UnreadReason> {
        Ok(Number { text: self.digits()?, units: self.unit().into_iter().collect() })
    }

    /// The field of a site's own segment tells none.
    fn assay(&self) -> Option<Cow<'_, str>> {
        self.of.as_ref()?.assay(self.codes).map(Cow::Owned)
    }

    /// OBX-7.
    fn range(&self, _unit: Option<&str>) -> Option<Cow<'_, str>> {
        text(&self.of.as_ref()?.obx.field(7))
    }
}

impl Observed<'_> {
    fn assay(&self, codes: &Codes) -> Option<String> {
        let [first, _, system, _, _, alternate_system] = self.obx.field(3).leading_components();
        let is_first = first.span() == self.code.span();
        let system = text(if is_first { &system } else { &alternate_system })?;
        let code = text(&self.code.subcomponent(1))?;
        let [method, name] = self.obx.field(17).repetition(1).leading_components();
        let method = text(&method).or_else(|| text(&name));
        Some(assay(&code, &codes.system(&system), method.as_deref()))
    }
}
