//! How elements are taken out of JSON and put back: one trait, and the macros that write a struct down once.
//!
//! A struct names the members that are read; every other member stays in its [`Extra`] and is written back as it
//! came. Reading collects issues instead of stopping at the first. What is wrong makes the element `None`; the
//! resource around it is then never used half read (see [`Resource`](crate::Resource)).

use std::fmt;

use crate::json::{Json, Object};
use crate::path::At;
use crate::{Error, Issue};

/// Something that an element can be: a primitive, a struct, a code.
pub(crate) trait Element: Sized {
    /// Members that are read, for expressions.
    const NAMES: &'static [&'static str] = &[];

    /// Reads it, or says why not.
    fn read(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Self>;

    /// The JSON for it. Null stands for *nothing to write*.
    fn write(&self) -> Json;
}

/// A choice element (`value[x]`): one of several types, each with a name of its own.
pub(crate) trait Choice: Sized {
    /// Takes the one that is there; more than one is an issue.
    fn take(object: &mut Object, base: &str, at: &At<'_>, out: &mut Issues) -> Option<Self>;

    /// The ending of the name, and the JSON.
    fn write(&self) -> (&'static str, Json);
}

/// The issues found while reading, bounded.
pub(crate) struct Issues {
    list: Vec<Issue>,
    max: usize,
    left_out: usize,
    errors: usize,
}

impl Issues {
    pub(crate) fn new(max: usize) -> Self {
        Self { list: Vec::new(), max, left_out: 0, errors: 0 }
    }

    pub(crate) fn add(&mut self, error: Error, at: &At<'_>) {
        let severity = error.severity();
        self.errors += usize::from(severity >= crate::Severity::Error);
        if self.list.len() < self.max {
            self.list.push(Issue { severity, expression: at.expression(), error });
        } else {
            self.left_out += 1;
        }
    }

    /// Errors so far, those that were left out of the list included.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    /// The issues, and how many more there were.
    pub(crate) fn into_parts(self) -> (Vec<Issue>, usize) {
        (self.list, self.left_out)
    }

    /// The issues, and one that counts the rest.
    pub(crate) fn into_list(mut self, root: &str) -> Vec<Issue> {
        if self.left_out > 0 {
            self.list.push(Issue::new(Error::MoreIssues { count: self.left_out }, root));
        }
        self.list
    }
}

/// The members of an element that are not read: extensions, parts of the standard that nobody needs here, and
/// whatever a sender added. Written back as they came.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Object);

impl Extra {
    pub(crate) fn of(object: Object, at: &At<'_>, out: &mut Issues) -> Self {
        if object.get("modifierExtension").is_some_and(|it| !is_empty(it)) {
            out.add(Error::UnknownModifier, &at.member("modifierExtension"));
        }
        Self(object)
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// All members, in the order of the body.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The extensions with this URL, each with its position in `extension`.
    pub fn extensions<'a>(&'a self, url: &'a str) -> impl Iterator<Item = (usize, &'a Object)> {
        let all = self.0.get("extension").and_then(Json::as_array).unwrap_or_default();
        let objects = all.iter().enumerate().filter_map(|(index, it)| Some((index, it.as_object()?)));
        objects.filter(move |(_, it)| it.get("url").and_then(Json::as_str) == Some(url))
    }

    pub(crate) fn read_extension<T: Element>(&self, url: &str, value: &str) -> Option<T> {
        let json = self.extensions(url).find_map(|(_, it)| it.get(value))?.clone();
        let mut issues = Issues::new(0);
        T::read(json, &At::Root("extension"), &mut issues).filter(|_| issues.errors() == 0)
    }

    pub(crate) fn drop_extension(&mut self, url: &str) {
        if let Some((_, Json::Array(all))) = self.0.members.iter_mut().find(|(name, _)| name == "extension") {
            all.retain(|it| it.get("url").and_then(Json::as_str) != Some(url));
        }
    }

    pub(crate) fn write_into(&self, object: &mut Object) {
        object.members.extend(self.0.members.iter().cloned());
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} other members", self.0.len())
    }
}

/// Null, "" and []: what FHIR JSON has no place for and senders send all the same.
fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        _ => false,
    }
}

pub(crate) fn object(json: Json, at: &At<'_>, out: &mut Issues) -> Option<Object> {
    match json {
        Json::Object(object) => Some(object),
        _ => wrong("an object", at, out),
    }
}

pub(crate) fn wrong<T>(expected: &'static str, at: &At<'_>, out: &mut Issues) -> Option<T> {
    out.add(Error::WrongKind { expected }, at);
    None
}

/// Takes the member out, when it has a value. One that is empty stays where it is and is mentioned.
fn present(object: &mut Object, name: &str, at: &At<'_>, out: &mut Issues) -> Option<Json> {
    if is_empty(object.get(name)?) {
        out.add(Error::Empty, &at.member(name));
        return None;
    }
    object.remove(name)
}

pub(crate) fn one<T: Element>(object: &mut Object, name: &str, at: &At<'_>, out: &mut Issues) -> Option<T> {
    let json = present(object, name, at, out)?;
    T::read(json, &at.member(name), out)
}

pub(crate) fn must<T: Element>(object: &mut Object, name: &str, at: &At<'_>, out: &mut Issues) -> Option<T> {
    let Some(json) = present(object, name, at, out) else {
        out.add(Error::Missing, &at.member(name));
        return None;
    };
    T::read(json, &at.member(name), out)
}

pub(crate) fn many<T: Element>(object: &mut Object, name: &str, at: &At<'_>, out: &mut Issues) -> Vec<T> {
    let Some(json) = present(object, name, at, out) else { return Vec::new() };
    let at = at.member(name);
    let Json::Array(items) = json else {
        out.add(Error::WrongKind { expected: "an array" }, &at);
        return Vec::new();
    };
    items.into_iter().enumerate().filter_map(|(index, it)| T::read(it, &at.index(index), out)).collect()
}

pub(crate) fn must_choice<T: Choice>(
    object: &mut Object,
    base: &str,
    at: &At<'_>,
    out: &mut Issues,
) -> Option<T> {
    let before = out.errors();
    let found = T::take(object, base, at, out);
    if found.is_none() && out.errors() == before {
        out.add(Error::Missing, &at.member(base));
    }
    found
}

/// Takes the member `base` + `suffix` for one type of a choice.
pub(crate) fn take_choice<T: Element>(
    object: &mut Object,
    (base, suffix): (&str, &str),
    at: &At<'_>,
    out: &mut Issues,
) -> Option<T> {
    let (name, _) = object.members.iter().find(|(name, _)| name.strip_prefix(base) == Some(suffix))?;
    let name = name.clone();
    one(object, &name, at, out)
}

pub(crate) fn put_one<T: Element>(object: &mut Object, name: &str, value: Option<&T>) {
    match value.map(Element::write) {
        None | Some(Json::Null) => {}
        Some(json) => {
            object.put(name, json);
        }
    }
}

pub(crate) fn put_many<T: Element>(object: &mut Object, name: &str, values: &[T]) {
    if !values.is_empty() {
        object.put(name, Json::Array(values.iter().map(Element::write).collect()));
    }
}

pub(crate) fn put_choice<T: Choice>(object: &mut Object, base: &str, value: Option<&T>) {
    if let Some((suffix, json)) = value.map(Choice::write) {
        object.put(&format!("{base}{suffix}"), json);
    }
}

/// Type of a field: `one T` may be absent, `must T` may not, `many T` repeats, `choice T` is a choice element.
macro_rules! field_type {
    (one $ty:ty) => { Option<$ty> };
    (must $ty:ty) => { $ty };
    (many $ty:ty) => { Vec<$ty> };
    (choice $ty:ty) => { Option<$ty> };
    (must_choice $ty:ty) => { $ty };
}

macro_rules! field_take {
    (one $it:ident) => {
        $crate::element::one
    };
    (must $it:ident) => {
        $crate::element::must
    };
    (many $it:ident) => {
        $crate::element::many
    };
    (choice $it:ident) => {
        $crate::element::Choice::take
    };
    (must_choice $it:ident) => {
        $crate::element::must_choice
    };
}

macro_rules! field_have {
    (must $it:ident) => {
        $it?
    };
    (must_choice $it:ident) => {
        $it?
    };
    ($how:tt $it:ident) => {
        $it
    };
}

macro_rules! field_put {
    (one $object:ident $name:literal $it:expr) => {
        $crate::element::put_one(&mut $object, $name, $it.as_ref())
    };
    (must $object:ident $name:literal $it:expr) => {
        $crate::element::put_one(&mut $object, $name, Some(&$it))
    };
    (many $object:ident $name:literal $it:expr) => {
        $crate::element::put_many(&mut $object, $name, &$it)
    };
    (choice $object:ident $name:literal $it:expr) => {
        $crate::element::put_choice(&mut $object, $name, $it.as_ref())
    };
    (must_choice $object:ident $name:literal $it:expr) => {
        $crate::element::put_choice(&mut $object, $name, Some(&$it))
    };
}

macro_rules! field_there {
    (one $it:expr) => {
        $it.is_some()
    };
    (choice $it:expr) => {
        $it.is_some()
    };
    (many $it:expr) => {
        !$it.is_empty()
    };
    ($how:tt $it:expr) => {
        true
    };
}

/// A struct of elements: each field with its number of occurrences, its type and its JSON name. A `resource` has the
/// members of all resources besides.
macro_rules! element {
    ($(#[$doc:meta])* resource $name:ident { $($fields:tt)* }) => {
        $crate::element::element! {
            $(#[$doc])*
            $name {
                /// Logical id at the sender.
                id: one String = "id",
                /// Version and profiles.
                meta: one $crate::datatypes::Meta = "meta",
                /// Resources inside this one.
                contained: many $crate::Json = "contained",
                $($fields)*
            }
        }
    };
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident: $how:tt $ty:ty = $json:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        pub struct $name {
            $($(#[$about])* pub $field: $crate::element::field_type!($how $ty),)*
            /// All other members, unchanged.
            pub extra: $crate::Extra,
        }

        impl $crate::element::Element for $name {
            const NAMES: &'static [&'static str] = &[$($json),*];

            fn read(
                json: $crate::Json,
                at: &$crate::path::At<'_>,
                out: &mut $crate::element::Issues,
            ) -> Option<Self> {
                let mut object = $crate::element::object(json, at, out)?;
                $(let $field = $crate::element::field_take!($how $field)(&mut object, $json, at, out);)*
                let extra = $crate::Extra::of(object, at, out);
                Some(Self { $($field: $crate::element::field_have!($how $field),)* extra })
            }

            fn write(&self) -> $crate::Json {
                let mut object = $crate::Object::default();
                $($crate::element::field_put!($how object $json self.$field);)*
                self.extra.write_into(&mut object);
                $crate::Json::Object(object)
            }
        }

        impl std::fmt::Debug for $name {
            /// Shows which members are there, never what they hold.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), " {"))?;
                $(if $crate::element::field_there!($how self.$field) {
                    f.write_str(concat!(" ", $json))?;
                })*
                f.write_str(" }")
            }
        }
    };
}

/// A choice element: its types, each with the ending of its JSON name.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident($ty:ty) = $suffix:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq)]
        pub enum $name {
            $($(#[$about])* $variant($ty),)*
        }

        impl $name {
            /// The ending of the JSON name (`Quantity` of `valueQuantity`), which completes its expression.
            pub const fn suffix(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $suffix,)*
                }
            }
        }

        impl $crate::element::Choice for $name {
            fn take(
                object: &mut $crate::Object,
                base: &str,
                at: &$crate::path::At<'_>,
                out: &mut $crate::element::Issues,
            ) -> Option<Self> {
                let mut found = None;
                $(if let Some(it) = $crate::element::take_choice(object, (base, $suffix), at, out) {
                    if found.is_some() {
                        out.add($crate::Error::TwoChoices, &at.member(base));
                    }
                    found = Some(Self::$variant(it));
                })*
                found
            }

            fn write(&self) -> (&'static str, $crate::Json) {
                match self {
                    $(Self::$variant(it) => ($suffix, $crate::element::Element::write(it)),)*
                }
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.suffix())
            }
        }
    };
}

pub(crate) use {choice, element, field_have, field_put, field_take, field_there, field_type};
