//! JSON as a tree that loses nothing: numbers keep their text, objects keep the order of their members and the
//! bytes they came from.
//!
//! A general JSON value would read `2.50` as a float and the second of two equal names as the only one; both
//! matter here. Equality is that of JSON values: the order of members and the spans do not count, the text of
//! numbers does. `Debug` shows shapes, never content.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A JSON value.
#[derive(Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Decimal),
    /// A string, decoded.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

impl Json {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The elements of an array.
    pub fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// As compact JSON text.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) => out.push_str(number.as_str()),
            Self::String(text) => write_string(text, out),
            Self::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(object) => {
                out.push('{');
                for (index, (name, value)) in object.members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_string(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Json {
    fn from(it: bool) -> Self {
        Self::Bool(it)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(_) => f.write_str("boolean"),
            Self::Number(_) => f.write_str("number"),
            Self::String(text) => write!(f, "string of {} bytes", text.len()),
            Self::Array(items) => write!(f, "array of {}", items.len()),
            Self::Object(object) => object.fmt(f),
        }
    }
}

/// A JSON object: its members in order, no name twice, and the bytes of the body that it was read from.
#[derive(Clone, Default)]
pub struct Object {
    pub(crate) members: Vec<(String, Json)>,
    pub(crate) span: Range<usize>,
}

impl Object {
    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members.iter().find(|(it, _)| it == name).map(|(_, value)| value)
    }

    /// All members, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The bytes it was read from, brackets included; empty for an object that was built.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<Json> {
        let index = self.members.iter().position(|(it, _)| it == name)?;
        Some(self.members.remove(index).1)
    }

    /// Adds a member when there is a value; for writing, where the caller gives each name once.
    pub(crate) fn put(&mut self, name: &str, value: impl Into<Option<Json>>) -> &mut Self {
        if let Some(value) = value.into() {
            self.members.push((name.to_owned(), value));
        }
        self
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        fn sorted(it: &Object) -> Vec<&(String, Json)> {
            let mut members: Vec<_> = it.members.iter().collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            members
        }
        self.len() == other.len() && sorted(self) == sorted(other)
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "object of {}", self.members.len())
    }
}

/// A number as it was written: `2.50` stays `2.50` (FHIR decimal: precision is part of the value).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Decimal(String);

/// Most zeros that [`Decimal::plain`] adds for an exponent.
const EXPONENT_MAX: i32 = 30;

impl Decimal {
    /// From text; `None` when it is no JSON number.
    pub fn new(text: &str) -> Option<Self> {
        (crate::parse::number_len(text.as_bytes()) == Some(text.len())).then(|| Self(text.to_owned()))
    }

    pub(crate) fn from_checked(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a whole number, when it is written as one and fits.
    pub fn to_integer(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    /// Without an exponent and with the same digits: `1.4e1` as `14`, `25e-1` as `2.5`. `None` when the exponent
    /// is out of all proportion.
    pub fn plain(&self) -> Option<Cow<'_, str>> {
        let Some((mantissa, exponent)) = self.0.split_once(['e', 'E']) else {
            return Some(Cow::Borrowed(&self.0));
        };
        let exponent: i32 = exponent.parse().ok().filter(|it: &i32| it.abs() <= EXPONENT_MAX)?;
        let (sign, digits) = match mantissa.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", mantissa),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let point = i32::try_from(whole.len()).ok()? + exponent;
        let all = format!("{whole}{fraction}");
        let text = if point <= 0 {
            format!("0.{}{all}", "0".repeat(usize::try_from(-point).ok()?))
        } else {
            let point = usize::try_from(point).ok()?;
            let padded = format!("{all:0<point$}");
            let (before, after) = padded.split_at_checked(point)?;
            let before = before.trim_start_matches('0');
            let before = if before.is_empty() { "0" } else { before };
            if after.is_empty() { before.to_owned() } else { format!("{before}.{after}") }
        };
        Some(Cow::Owned(format!("{sign}{text}")))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("number")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_without_its_exponent_and_loses_no_digit() {
        let plain = |text: &str| Decimal::new(text).unwrap().plain().map(Cow::into_owned);
        for (text, expected) in [
            ("2.50", "2.50"),
            ("1.4e1", "14"),
            ("1.40E1", "14.0"),
            ("25e-1", "2.5"),
            ("25e-4", "0.0025"),
            ("0.5e1", "5"),
            ("-1.5e3", "-1500"),
            ("0e3", "0"),
        ] {
            assert_eq!(plain(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(plain("1e99"), None);
        assert_eq!(plain("1e99999999999999999999"), None);
    }

    #[test]
    fn only_json_numbers_are_numbers() {
        for text in ["", "-", "01", "1.", ".5", "+1", "1e", "NaN", "1 ", "0x1"] {
            assert!(Decimal::new(text).is_none(), "{text}");
        }
    }

    #[test]
    fn values_are_equal_whatever_the_order_of_members_but_not_whatever_the_digits() {
        let object = |members: &[(&str, &str)]| {
            let mut it = Object::default();
            for (name, number) in members {
                it.put(name, Json::Number(Decimal::new(number).unwrap()));
            }
            Json::Object(it)
        };
        assert_eq!(object(&[("a", "1"), ("b", "2")]), object(&[("b", "2"), ("a", "1")]));
        assert_ne!(object(&[("a", "1.0")]), object(&[("a", "1")]));
        assert_ne!(object(&[("a", "1")]), object(&[("a", "1"), ("b", "2")]));
    }
}
