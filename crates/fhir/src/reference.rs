//! Where references lead (R4 references.html, bundle.html#references).
//!
//! Within a body a reference is matched by fullUrl, by `Type/id`, by `#id` or by identifier. What is not in the body
//! is no error: it is elsewhere, with what is known of it. A versioned reference matches only that version.

use std::collections::HashMap;
use std::fmt;

use crate::datatypes::Reference;
use crate::input::Item;
use crate::resource::Resource;

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Target<'a> {
    /// A resource of the same body.
    Inside(&'a Item),
    /// A resource that is not in the body.
    Outside(Outside<'a>),
    /// Nothing that could be looked for.
    Unresolved(Unresolved),
}

impl PartialEq for Item {
    /// Within one body an item is its position.
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index && self.place == other.place
    }
}

/// What is known of a resource that is not in the body; at least one of the two.
#[derive(Clone, PartialEq)]
pub struct Outside<'a> {
    /// Its address.
    pub literal: Option<Literal<'a>>,
    /// Its identifier.
    pub logical: Option<Logical<'a>>,
}

impl fmt::Debug for Outside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "outside, literal: {}, logical: {}", self.literal.is_some(), self.logical.is_some())
    }
}

/// The address `[base/]Type/id[/_history/version]`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Literal<'a> {
    /// The server; `None` for a relative reference.
    pub base: Option<&'a str>,
    /// Type of the resource.
    pub resource_type: &'a str,
    /// Its logical id.
    pub id: &'a str,
    /// The version meant.
    pub version: Option<&'a str>,
}

/// An identifier, and the type of what has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Logical<'a> {
    /// Type of the resource, when said.
    pub resource_type: Option<&'a str>,
    /// Who gives the numbers.
    pub system: Option<String>,
    /// The number.
    pub value: String,
}

/// Why a reference leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unresolved {
    /// It has neither a literal nor an identifier with a value.
    Empty,
    /// Its literal has no known form.
    Malformed,
    /// `#id` or `urn:…` of nothing in the body; such addresses mean nothing outside.
    Dangling,
    /// A search by anything but an identifier.
    Conditional,
    /// Several resources of the body fit, and nothing tells them apart.
    Ambiguous,
}

impl<'a> Target<'a> {
    /// Type of the target, as far as known.
    pub fn resource_type(&self) -> Option<&'a str> {
        match self {
            Self::Inside(item) => Some(item.resource.type_name()),
            Self::Outside(it) => match (&it.literal, &it.logical) {
                (Some(literal), _) => Some(literal.resource_type),
                (None, Some(logical)) => logical.resource_type,
                (None, None) => None,
            },
            Self::Unresolved(_) => None,
        }
    }
}

impl<'a> Literal<'a> {
    /// Takes an address apart; `None` when it has not this form.
    pub fn new(text: &'a str) -> Option<Self> {
        let (text, version) = match text.split_once("/_history/") {
            Some((text, version)) => (text, Some(version).filter(|it| is_id(it))),
            None => (text, None),
        };
        let (rest, id) = text.rsplit_once('/')?;
        let (base, resource_type) = match rest.rsplit_once('/') {
            Some((base, resource_type)) => (Some(base), resource_type),
            None => (None, rest),
        };
        let base_fits = base.is_none_or(|it| it.starts_with("http://") || it.starts_with("https://"));
        let fits = base_fits && crate::names::is_resource_type(resource_type) && is_id(id);
        fits.then_some(Self { base, resource_type, id, version })
    }
}

/// The primitive type id of R4.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
}

/// The items by all that references find them by.
#[derive(Clone, Default)]
pub(crate) struct Index {
    by_url: HashMap<String, Vec<usize>>,
    by_type_and_id: HashMap<(String, String), Vec<usize>>,
    by_identifier: HashMap<(String, String), Vec<usize>>,
    /// By the position of what contains it and its id; of several the first.
    contained: HashMap<(usize, String), usize>,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "index of {} identifiers", self.by_identifier.len())
    }
}

impl Index {
    pub(crate) fn new(items: &[Item]) -> Self {
        let mut index = Self::default();
        for item in items {
            if let (Some(container), Some(id)) = (item.container, item.resource.id()) {
                index.contained.entry((container, id.to_owned())).or_insert(item.index);
            }
        }
        for item in items.iter().filter(|it| it.container.is_none()) {
            let kind = item.resource.type_name().to_owned();
            if let Some(url) = &item.full_url {
                index.by_url.entry(unversioned(url).to_owned()).or_default().push(item.index);
            }
            let id = item.resource.id().or_else(|| Some(Literal::new(item.full_url.as_deref()?)?.id));
            if let Some(id) = id {
                index.by_type_and_id.entry((kind, id.to_owned())).or_default().push(item.index);
            }
            for identifier in item.resource.identifiers() {
                if let Some(value) = &identifier.value {
                    let key = (identifier.system.clone().unwrap_or_default(), value.clone());
                    let all = index.by_identifier.entry(key).or_default();
                    if all.last() != Some(&item.index) {
                        all.push(item.index);
                    }
                }
            }
        }
        index
    }

    /// How many items of a type have this identifier.
    pub(crate) fn sharing(&self, items: &[Item], kind: &str, system: Option<&str>, value: &str) -> usize {
        let key = (system.unwrap_or_default().to_owned(), value.to_owned());
        let all = self.by_identifier.get(&key).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|it| items.get(**it).is_some_and(|it| it.resource.type_name() == kind)).count()
    }

    pub(crate) fn resolve<'a>(
        &self,
        items: &'a [Item],
        from: &'a Item,
        reference: &'a Reference,
    ) -> Target<'a> {
        let logical = || logical_of(reference);
        let Some(text) = reference.reference.as_deref().map(str::trim).filter(|it| !it.is_empty()) else {
            return match logical() {
                Some(it) => self.by_logical(items, it),
                None => Target::Unresolved(Unresolved::Empty),
            };
        };
        let otherwise = |why| match logical() {
            Some(it) => self.by_logical(items, it),
            None => Target::Unresolved(why),
        };
        if let Some(id) = text.strip_prefix('#') {
            return self
                .contained(items, from, id)
                .map_or_else(|| otherwise(Unresolved::Dangling), Target::Inside);
        }
        if text.starts_with("urn:") {
            let found = self.by_url.get(text).map(Vec::as_slice).unwrap_or_default();
            return pick(items, found, None).unwrap_or_else(|| otherwise(Unresolved::Dangling));
        }
        if let Some((kind, search)) = text.split_once('?') {
            return match search_by_identifier(kind, search) {
                Some(it) => self.by_logical(items, it),
                None => otherwise(Unresolved::Conditional),
            };
        }
        let Some(literal) = Literal::new(text) else {
            // A server may name its resources otherwise; then the whole text must be a fullUrl.
            let found = self.by_url.get(unversioned(text)).map(Vec::as_slice).unwrap_or_default();
            return pick(items, found, None).unwrap_or_else(|| otherwise(Unresolved::Malformed));
        };
        self.by_literal(items, from, literal)
            .unwrap_or_else(|| Target::Outside(Outside { literal: Some(literal), logical: logical() }))
    }

    fn contained<'a>(&self, items: &'a [Item], from: &'a Item, id: &str) -> Option<&'a Item> {
        let container = from.container.unwrap_or(from.index);
        let at = if id.is_empty() { &container } else { self.contained.get(&(container, id.to_owned()))? };
        items.get(*at)
    }

    fn by_literal<'a>(&self, items: &'a [Item], from: &'a Item, literal: Literal<'a>) -> Option<Target<'a>> {
        let Literal { base, resource_type, id, version } = literal;
        let own_base =
            || Literal::new(items.get(from.container.unwrap_or(from.index))?.full_url.as_deref()?)?.base;
        let base = base.or_else(own_base);
        if let Some(base) = base {
            let url = format!("{base}/{resource_type}/{id}");
            let found = self.by_url.get(&url).map(Vec::as_slice).unwrap_or_default();
            if let Some(target) = pick(items, found, version) {
                return Some(target);
            }
        }
        if literal.base.is_some() {
            return None;
        }
        // Without a common base the type and the id must do, but not across two servers that are both named.
        let found = self.by_type_and_id.get(&(resource_type.to_owned(), id.to_owned()))?;
        let base_of = |it: &usize| Literal::new(items.get(*it)?.full_url.as_deref()?)?.base;
        let found: Vec<_> =
            found.iter().copied().filter(|it| base.is_none() || base_of(it).is_none()).collect();
        pick(items, &found, version)
    }

    fn by_logical<'a>(&self, items: &'a [Item], logical: Logical<'a>) -> Target<'a> {
        let key = (logical.system.clone().unwrap_or_default(), logical.value.clone());
        let found = self.by_identifier.get(&key).map(Vec::as_slice).unwrap_or_default();
        let fits = |it: &&usize| {
            let kind = items.get(**it).map(|it| it.resource.type_name());
            logical.resource_type.is_none() || kind == logical.resource_type
        };
        let found: Vec<_> = found.iter().filter(fits).copied().collect();
        // Several records of one number: which is meant is known only where they are kept.
        let one = if found.len() == 1 { pick(items, &found, None) } else { None };
        one.unwrap_or(Target::Outside(Outside { literal: None, logical: Some(logical) }))
    }
}

fn unversioned(url: &str) -> &str {
    url.split_once("/_history/").map_or(url, |(url, _)| url)
}

fn logical_of(reference: &Reference) -> Option<Logical<'_>> {
    let identifier = reference.identifier.as_deref()?;
    let value = identifier.value.clone()?;
    Some(Logical { resource_type: reference.kind.as_deref(), system: identifier.system.clone(), value })
}

/// The one that is meant; of several versions the newest, when all say when they were made.
fn pick<'a>(items: &'a [Item], found: &[usize], version: Option<&str>) -> Option<Target<'a>> {
    let mut fitting: Vec<&Item> = found.iter().filter_map(|it| items.get(*it)).collect();
    if let Some(version) = version {
        let of = |it: &Item| it.resource.meta().and_then(|it| it.version_id.clone());
        fitting.retain(|it| of(it).as_deref() == Some(version));
    }
    match fitting.as_slice() {
        [] => None,
        [one] => Some(Target::Inside(one)),
        all => {
            let time = |it: &&Item| it.resource.meta()?.last_updated.as_ref()?.instant();
            let mut times: Vec<_> = all.iter().map(|it| (time(it), *it)).collect();
            times.sort_by_key(|(time, _)| *time);
            let newest = match times.as_slice() {
                [(Some(_), _), .., (Some(before), _), (Some(last), item)] if before < last => Some(*item),
                [(Some(before), _), (Some(last), item)] if before < last => Some(*item),
                _ => None,
            };
            Some(newest.map_or(Target::Unresolved(Unresolved::Ambiguous), Target::Inside))
        }
    }
}

/// `Type?identifier=system|value` and nothing else.
fn search_by_identifier<'a>(kind: &'a str, search: &str) -> Option<Logical<'a>> {
    let kind = kind.rsplit('/').next().filter(|it| crate::names::is_resource_type(it))?;
    let token = search.strip_prefix("identifier=").filter(|it| !it.contains('&'))?;
    let token = percent_decoded(token)?;
    let (system, value) = match token.split_once('|') {
        Some((system, value)) => (Some(system.to_owned()).filter(|it| !it.is_empty()), value),
        None => (None, token.as_str()),
    };
    (!value.is_empty()).then(|| Logical { resource_type: Some(kind), system, value: value.to_owned() })
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next()?.as_bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

impl Resource {
    /// Whether it is of this type.
    pub fn is(&self, resource_type: &str) -> bool {
        self.type_name() == resource_type
    }
}
