//! From the bytes of a body to its resources.
//!
//! A body that is no JSON, or no resource, or over a limit, is refused as a whole. Otherwise each resource stands for
//! itself: one that breaks its type becomes [`Resource::Unreadable`] with its issues, and the others are read. What to
//! refuse is for the receiver to say; a transaction, for instance, is refused for any error in it.

use std::fmt;
use std::ops::Range;

use crate::bundle::{self, Bundle, Entry, EntryRequest};
use crate::code::{BundleType, Method};
use crate::datatypes::Reference;
use crate::element::{self, Issues};
use crate::issue_list::IssueList;
use crate::json::{Json, Object};
use crate::path::{self, At};
use crate::reference::{Index, Target};
use crate::resource::{Resource, type_of};
use crate::{Error, Issue, Limits, names, parse};

/// Where a resource or entry is in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its path, such as `Bundle.entry[3].resource`.
    pub expression: String,
    /// Its bytes in the body.
    pub span: Range<usize>,
}

impl Place {
    /// The expression of something inside, given by its path from here (`component[0].valueQuantity`).
    pub fn expression_of(&self, path: &str) -> String {
        format!("{}.{path}", self.expression)
    }
}

/// A resource of the body.
#[derive(Clone)]
pub struct Item {
    /// Position among the items.
    pub index: usize,
    /// Where it is.
    pub place: Place,
    /// Position of its entry, when the body is a Bundle.
    pub entry: Option<usize>,
    /// Position of the item that contains it (`contained`).
    pub container: Option<usize>,
    /// Bundle.entry.fullUrl.
    pub full_url: Option<String>,
    /// What it says.
    pub resource: Resource,
    /// What is wrong with it, including what was tolerated; issues over the limit of the body are only counted in
    /// [`Input::issues`].
    pub issues: Vec<Issue>,
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.resource, self.place.expression)
    }
}

/// All that a body says.
#[derive(Debug, Clone)]
pub struct Input {
    /// The bundle; `None` when the body is a single resource.
    pub bundle: Option<Bundle>,
    pub(crate) items: Vec<Item>,
    issues: Vec<Issue>,
    errors: usize,
    pub(crate) index: Index,
}

/// Reads a body: a single resource or a Bundle.
///
/// # Errors
/// At least one issue of severity fatal or error, when the body as a whole cannot be used.
pub fn read(body: &[u8], limits: &Limits) -> Result<Input, Vec<Issue>> {
    let refuse = |failure: parse::Failure| {
        let root = failure.resource_type.as_deref().filter(|it| names::is_resource_type(it));
        let expression = path::of_steps(root.unwrap_or("Resource"), &failure.steps, names::is_member);
        vec![Issue::new(failure.error, expression)]
    };
    let text = parse::text_of(body, limits).map_err(refuse)?;
    let json = parse::parse(text, limits).map_err(refuse)?;
    let mut found = Issues::new(limits.issues_max.max(1));
    let root = At::Root("Resource");
    let object = element::object(json, &root, &mut found);
    let named = object.as_ref().and_then(|it| type_of(it, &root, &mut found)).map(str::to_owned);
    let (Some(object), Some(resource_type)) = (object, named) else {
        return Err(found.into_list("Resource"));
    };
    let mut reader = Reader { text, limits, items: Vec::new(), list: IssueList::new(limits.issues_max) };
    let bundle = if resource_type == "Bundle" {
        Some(reader.bundle(object)?)
    } else {
        reader.resource(object, &At::Root(&resource_type), None, None);
        None
    };
    Ok(reader.finish(bundle))
}

/// The bytes of the value at an expression, as issues and places give it; `None` when there is no such value.
pub fn locate(body: &[u8], expression: &str, limits: &Limits) -> Option<Range<usize>> {
    parse::locate(body, &path::steps(expression)?, limits)
}

struct Reader<'a> {
    text: &'a str,
    limits: &'a Limits,
    items: Vec<Item>,
    list: IssueList,
}

impl Reader<'_> {
    fn finish(mut self, bundle: Option<Bundle>) -> Input {
        if let Some(bundle) = &bundle {
            bundle::check(bundle, &self.items, &mut self.list);
        }
        let index = Index::new(&self.items);
        let errors = self.list.errors();
        let root = if bundle.is_some() {
            "Bundle"
        } else {
            self.items.first().map_or("Resource", |it| it.resource.type_name())
        };
        let issues = self.list.into_list(root);
        Input { bundle, items: self.items, issues, errors, index }
    }

    /// Reads a resource and those inside it; gives its position.
    fn resource(
        &mut self,
        object: Object,
        at: &At<'_>,
        entry: Option<(usize, Option<&str>)>,
        container: Option<usize>,
    ) -> Option<usize> {
        let span = object.span();
        let (text, limits, start) = (self.text, self.limits, span.start);
        let mut found = Issues::new(self.list.room());
        let resource =
            Resource::read(object, at, &mut found, || match parse::parse_again(text, start, limits) {
                Some(Json::Object(object)) => Some(object),
                _ => None,
            });
        let Some(resource) = resource else {
            self.list.take(found);
            return None;
        };
        let index = self.items.len();
        let contained = if container.is_none() { resource.contained().to_vec() } else { Vec::new() };
        let before = self.list.len();
        self.list.take(found);
        self.items.push(Item {
            index,
            place: Place { expression: at.expression(), span },
            entry: entry.map(|(index, _)| index),
            container,
            full_url: entry.and_then(|(_, url)| url).map(str::to_owned),
            resource,
            issues: self.list.since(before),
        });
        let inside = at.member("contained");
        for (position, json) in contained.into_iter().enumerate() {
            let at = inside.index(position);
            let mut found = Issues::new(self.list.room());
            if let Some(object) = element::object(json, &at, &mut found) {
                self.resource(object, &at, entry.map(|(index, _)| (index, None)), Some(index));
            }
            self.list.take(found);
        }
        Some(index)
    }

    fn bundle(&mut self, mut object: Object) -> Result<Bundle, Vec<Issue>> {
        let at = At::Root("Bundle");
        let mut found = Issues::new(self.limits.issues_max.max(1));
        if object.get("implicitRules").is_some() {
            found.add(Error::ImplicitRules, &at.member("implicitRules"));
        }
        let kind = element::must::<BundleType>(&mut object, "type", &at, &mut found);
        let id = element::one(&mut object, "id", &at, &mut found);
        let meta = element::one(&mut object, "meta", &at, &mut found);
        let identifier = element::one(&mut object, "identifier", &at, &mut found);
        let timestamp = element::one(&mut object, "timestamp", &at, &mut found);
        let entries: Vec<Json> = element::many(&mut object, "entry", &at, &mut found);
        if entries.len() > self.limits.entries_max {
            let error = Error::TooManyEntries { count: entries.len(), count_max: self.limits.entries_max };
            return Err(vec![Issue::new(error, "Bundle.entry")]);
        }
        let Some(kind) = kind.filter(|_| found.errors() == 0) else { return Err(found.into_list("Bundle")) };
        self.list.take(found);
        let at = at.member("entry");
        let entries =
            entries.into_iter().enumerate().filter_map(|(index, it)| self.entry(it, index, kind, &at));
        let entries = entries.collect();
        Ok(Bundle { kind, id, meta, identifier, timestamp, entries })
    }

    fn entry(&mut self, json: Json, index: usize, kind: BundleType, entries: &At<'_>) -> Option<Entry> {
        let at = entries.index(index);
        let mut found = Issues::new(self.list.room());
        let object = element::object(json, &at, &mut found);
        let entry = object.map(|mut object| {
            let full_url: Option<String> = element::one(&mut object, "fullUrl", &at, &mut found);
            let request: Option<EntryRequest> = element::one(&mut object, "request", &at, &mut found);
            let resource: Option<Object> =
                match element::one::<Json>(&mut object, "resource", &at, &mut found) {
                    Some(json) => element::object(json, &at.member("resource"), &mut found),
                    None => None,
                };
            // Without a request the entry is there for its resource; POST and PUT carry one.
            let brings = request.as_ref().is_none_or(|it| matches!(it.method, Method::Post | Method::Put));
            if kind.is_input() && brings && resource.is_none() && found.errors() == 0 {
                found.add(Error::Missing, &at.member("resource"));
            }
            (Place { expression: at.expression(), span: object.span() }, full_url, request, resource)
        });
        self.list.take(found);
        let (place, full_url, request, resource) = entry?;
        let at = at.member("resource");
        let item = resource.and_then(|it| self.resource(it, &at, Some((index, full_url.as_deref())), None));
        Some(Entry { place, full_url, request, item })
    }
}

impl Input {
    /// The resources, in the order of the body; those inside another follow it.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// All issues, those of the items included.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Whether anything could not be used: then a transaction is refused as a whole.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// What a reference in a resource leads to.
    pub fn resolve<'a>(&'a self, from: &'a Item, reference: &'a Reference) -> Target<'a> {
        self.index.resolve(&self.items, from, reference)
    }

    /// Whom a resource is about; of an appointment the participant that is a patient. A Patient is about itself.
    pub fn subject_of<'a>(&'a self, item: &'a Item) -> Option<Target<'a>> {
        match &item.resource {
            Resource::Patient(_) => Some(Target::Inside(item)),
            Resource::Appointment(it) => {
                let actors = it.participant.iter().filter_map(|it| it.actor.as_ref());
                let mut targets = actors.map(|it| self.resolve(item, it));
                targets.find(|it| it.resource_type() == Some("Patient"))
            }
            other => other.subject().map(|it| self.resolve(item, it)),
        }
    }
}
