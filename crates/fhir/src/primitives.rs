//! Primitive types as elements: JSON strings, numbers and booleans, and JSON that is kept as it is.

use crate::Error;
use crate::element::{Element, Issues, wrong};
use crate::json::{Decimal, Json};
use crate::path::At;

impl Element for Json {
    fn read(json: Json, _: &At<'_>, _: &mut Issues) -> Option<Self> {
        Some(json)
    }

    fn write(&self) -> Json {
        self.clone()
    }
}

impl<T: Element> Element for Box<T> {
    const NAMES: &'static [&'static str] = T::NAMES;

    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
        T::read(json, at, out).map(Self::new)
    }

    fn write(&self) -> Json {
        T::write(self)
    }
}

impl Element for String {
    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
        match json {
            Json::String(text) => Some(text),
            _ => wrong("a string", at, out),
        }
    }

    fn write(&self) -> Json {
        Json::String(self.clone())
    }
}

impl Element for bool {
    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
        match json {
            Json::Bool(it) => Some(it),
            _ => wrong("true or false", at, out),
        }
    }

    fn write(&self) -> Json {
        Json::Bool(*self)
    }
}

impl Element for i64 {
    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
        let Json::Number(number) = json else { return wrong("a whole number", at, out) };
        // `-0` is a number, but would come back as another text.
        let whole = number.to_integer().filter(|it| it.to_string() == number.as_str());
        if whole.is_none() {
            out.add(Error::Value { expected: "integer" }, at);
        }
        whole
    }

    fn write(&self) -> Json {
        Json::Number(Decimal::from_checked(&self.to_string()))
    }
}

impl Element for Decimal {
    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self> {
        match json {
            Json::Number(number) => Some(number),
            _ => wrong("a number", at, out),
        }
    }

    fn write(&self) -> Json {
        Json::Number(self.clone())
    }
}
