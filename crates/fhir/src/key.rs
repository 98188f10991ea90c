//! What makes a resource the same one when it is sent again, and which of two sendings is the newer.

use std::cmp::Ordering;
use std::fmt;

use crate::code::IdentifierUse;
use crate::datatypes::Identifier;
use crate::input::{Input, Item};
use crate::reference::Literal;
use crate::time::Instant;

/// Identity of a resource beyond one body.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NaturalKey {
    /// Its type.
    pub resource_type: String,
    /// What tells it from others of the type.
    pub identity: Identity,
}

/// What tells a resource from others of its type at one sender.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identity {
    /// A business identifier, which stays whatever server the resource comes through.
    Business {
        /// Who gives the numbers.
        system: Option<String>,
        /// The number.
        value: String,
    },
    /// The logical id at a server.
    Literal {
        /// The server, when the bundle says it.
        base: Option<String>,
        /// The id.
        id: String,
    },
    /// A fullUrl that is no address (`urn:uuid:…`). Senders often make a new one for every bundle.
    Urn(String),
}

impl fmt::Debug for NaturalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {:?}", self.resource_type, self.identity)
    }
}

impl fmt::Debug for Identity {
    /// Shows the kind only: identifiers are patient data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Business { .. } => "identifier",
            Self::Literal { .. } => "id",
            Self::Urn(_) => "urn",
        })
    }
}

/// Version of a resource: `meta.versionId` and `meta.lastUpdated`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// The version at the sender.
    pub id: Option<String>,
    /// When it was made.
    pub last_updated: Option<Instant>,
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "version, id: {}, time: {}", self.id.is_some(), self.last_updated.is_some())
    }
}

impl Version {
    /// Which of two versions is the newer: by time, else by number when both are numbers. `None` when neither says it.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        let time = |it: &Self| it.last_updated.as_ref().and_then(Instant::instant);
        let number = |it: &Self| it.id.as_deref().and_then(|it| it.parse::<u64>().ok());
        let by_number = number(self).zip(number(other)).map(|(a, b)| a.cmp(&b));
        match time(self).zip(time(other)).map(|(a, b)| a.cmp(&b)) {
            None | Some(Ordering::Equal) if self.id.is_some() && self.id == other.id => Some(Ordering::Equal),
            None => by_number,
            Some(Ordering::Equal) => by_number.or(Some(Ordering::Equal)),
            Some(other) => Some(other),
        }
    }
}

impl Item {
    /// The version that the resource states.
    pub fn version(&self) -> Version {
        let meta = self.resource.meta();
        Version {
            id: meta.and_then(|it| it.version_id.clone()),
            last_updated: meta.and_then(|it| it.last_updated.clone()),
        }
    }
}

impl Input {
    /// The natural key of a resource: its best business identifier, else its logical id, else its fullUrl; `None` when
    /// it has none of them, as most contained resources.
    ///
    /// An identifier that several resources of the type share in this body (an accession number on every observation of
    /// a specimen) tells nothing apart and is passed over.
    pub fn key_of(&self, item: &Item) -> Option<NaturalKey> {
        let kind = item.resource.type_name();
        let usable = |it: &&Identifier| {
            let value = it.value.as_deref().unwrap_or_default();
            let shared = || self.index.sharing(&self.items, kind, it.system.as_deref(), value) > 1;
            !value.is_empty() && it.usage != Some(IdentifierUse::Old) && !shared()
        };
        let best = item.resource.identifiers().iter().filter(usable).min_by_key(|it| rank(it));
        let business =
            || Some(Identity::Business { system: best?.system.clone(), value: best?.value.clone()? });
        let url = item.full_url.as_deref();
        let address = url.and_then(Literal::new);
        let literal = || {
            let id = item
                .resource
                .id()
                .filter(|_| item.container.is_none())
                .or_else(|| address.map(|it| it.id))?;
            let base = address.and_then(|it| it.base).map(str::to_owned);
            Some(Identity::Literal { base, id: id.to_owned() })
        };
        let urn = || url.map(|it| Identity::Urn(it.to_owned()));
        let identity = business().or_else(literal).or_else(urn)?;
        Some(NaturalKey { resource_type: kind.to_owned(), identity })
    }
}

/// Identifiers with a system before those without, lasting ones before temporary ones; equal ones as they stand.
fn rank(identifier: &Identifier) -> (bool, u8) {
    let usage = match identifier.usage {
        Some(IdentifierUse::Official) => 0,
        None | Some(IdentifierUse::Usual) => 1,
        Some(IdentifierUse::Secondary) => 2,
        Some(IdentifierUse::Temp | IdentifierUse::Old) => 3,
    };
    (identifier.system.is_none(), usage)
}
