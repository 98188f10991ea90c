//! Bundle (R4 bundle.html): its head, its entries, and the rules that hold between entries.

use std::collections::HashSet;
use std::fmt;

use crate::Error;
use crate::code::{BundleType, Method};
use crate::datatypes::{Identifier, Meta};
use crate::element::{Issues, element};
use crate::input::{Item, Place};
use crate::issue_list::IssueList;
use crate::path::At;
use crate::resource::Resource;
use crate::time::Instant;

impl BundleType {
    /// Whether it carries resources that a receiver is to take in. The rest are answers and histories.
    pub fn is_input(self) -> bool {
        matches!(
            self,
            Self::Collection
                | Self::Transaction
                | Self::Batch
                | Self::Message
                | Self::Searchset
                | Self::Document
        )
    }

    /// Whether its entries say what is to be done with them.
    pub fn has_requests(self) -> bool {
        matches!(self, Self::Transaction | Self::Batch)
    }

    /// Whether all of it is taken or none.
    pub fn is_all_or_nothing(self) -> bool {
        matches!(self, Self::Transaction | Self::Message)
    }
}

/// The head of a Bundle and its entries.
#[derive(Clone)]
pub struct Bundle {
    /// What the bundle is for.
    pub kind: BundleType,
    /// Logical id at the sender.
    pub id: Option<String>,
    /// Version and profiles.
    pub meta: Option<Meta>,
    /// Identifier that stays the same when the bundle is sent again.
    pub identifier: Option<Identifier>,
    /// When it was put together.
    pub timestamp: Option<Instant>,
    /// The entries, in order.
    pub entries: Vec<Entry>,
}

/// Bundle.entry.
#[derive(Clone)]
pub struct Entry {
    /// Where it is.
    pub place: Place,
    /// Identity of the resource within the bundle and beyond.
    pub full_url: Option<String>,
    /// What is to be done, in a transaction or batch.
    pub request: Option<EntryRequest>,
    /// Position of its resource among the items; `None` where it has none (DELETE).
    pub item: Option<usize>,
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} entries", self.kind.as_str(), self.entries.len())
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", self.place.expression, self.request)
    }
}

element! {
    /// Bundle.entry.request.
    EntryRequest {
        /// The HTTP method.
        method: must Method = "method",
        /// The URL under the base: `Type`, `Type/id` or `Type?search`.
        url: must String = "url",
        /// Condition of a read.
        if_none_match: one String = "ifNoneMatch",
        /// Condition of a read.
        if_modified_since: one String = "ifModifiedSince",
        /// Condition of an update: the version that is to be changed.
        if_match: one String = "ifMatch",
        /// Condition of a create: the search that must find nothing.
        if_none_exist: one String = "ifNoneExist",
    }
}

impl EntryRequest {
    /// What the request changes, comparable with others; `None` for a plain create, which changes nothing that is there.
    fn identity(&self) -> Option<String> {
        let url = self.url.trim_start_matches('/');
        match self.method {
            Method::Put | Method::Delete | Method::Patch => Some(url.to_owned()),
            Method::Post => {
                self.if_none_exist.as_ref().map(|search| format!("{url}?{}", search.trim_start_matches('?')))
            }
            Method::Get | Method::Head => None,
        }
    }
}

/// The rules between entries: identities are unique, requests are there, a message begins with its header.
pub(crate) fn check(bundle: &Bundle, items: &[Item], issues: &mut IssueList) {
    let root = At::Root("Bundle");
    let entries = root.member("entry");
    let mut urls = HashSet::new();
    let mut identities = HashSet::new();
    for (index, entry) in bundle.entries.iter().enumerate() {
        let at = entries.index(index);
        let resource = entry.item.and_then(|it| items.get(it)).map(|it| &it.resource);
        let version = resource.and_then(Resource::meta).and_then(|it| it.version_id.as_deref());
        let unique = match &entry.full_url {
            Some(url) if bundle.kind != BundleType::History => urls.insert((url.as_str(), version)),
            _ => true,
        };
        let mut found = Issues::new(issues.room());
        if !unique {
            found.add(Error::DuplicateFullUrl, &at.member("fullUrl"));
        }
        if bundle.kind.has_requests() && entry.request.is_none() {
            found.add(Error::Missing, &at.member("request"));
        }
        let identity = entry.request.as_ref().and_then(EntryRequest::identity);
        if bundle.kind == BundleType::Transaction && identity.is_some_and(|it| !identities.insert(it)) {
            found.add(Error::DuplicateIdentity, &at.member("request"));
        }
        issues.take(found);
    }
    let first = bundle.entries.first().and_then(|it| items.get(it.item?)).map(|it| it.resource.type_name());
    if bundle.kind == BundleType::Message && first != Some("MessageHeader") {
        let mut found = Issues::new(issues.room());
        found.add(Error::NoMessageHeader, &entries.index(0));
        issues.take(found);
    }
}
