//! Strict configuration in layers, in which every value knows where it came from.
//!
//! Each layer wins over those laid before it: the defaults (a serde struct), one TOML file, environment
//! variables, command-line flags. A key that the defaults do not have is refused, with the near miss named.
//! Nothing is read from the environment or from arguments here: the caller passes them, so tests pass a map.
//!
//! **Variables.** `LACTEAL_` and the key, in capitals, with two underscores where the key has a dot:
//! `LACTEAL_INTAKE__MLLP` is `intake.mllp`. Keys that hold capitals or dashes cannot be set so.
//!
//! **Text.** Variables and flags are read as the type of the default: text, whole number, decimal, `true` or
//! `false`, or a list with commas between (or a TOML array). Under an open key, where no type is known, text
//! that is a TOML value is that value (`5`, `true`, `"5"`, `[1, 2]`), and any other text is itself.
//!
//! **Nothing.** TOML has no null, and a key without a default would be unknown. So a setting that may be absent
//! is text whose default is `""`; [`optional`] makes it an `Option` in the struct.
//!
//! **Open keys.** Maps with free keys and lists of tables are named by [`Layers::open`]. Below such a key serde
//! is the guard (`deny_unknown_fields` on the elements). Tables are merged key by key, lists are replaced whole.
//!
//! It does not watch files and does not check what values mean.

mod error;
mod key;
mod near;
pub mod optional;
mod report;
mod text;

pub use error::{Error, Origin};

use error::WrongType;
use key::Key;
use report::Entry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::Read as _;
use std::path::Path;
use toml::{Table, Value};

/// What the name of every variable of ours begins with.
pub const PREFIX: &str = "LACTEAL_";

/// The largest configuration file that is read.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Configuration in the making: the defaults and the layers over them.
pub struct Layers {
    defaults: Table,
    tree: Table,
    /// Of every leaf that is not a default.
    origins: BTreeMap<Key, Origin>,
    open: Vec<Key>,
    secret: Vec<Key>,
}

/// Configuration in force.
pub struct Loaded<T> {
    /// The configuration itself.
    pub value: T,
    entries: Vec<Entry>,
}

// === impl Layers ===

impl Layers {
    /// Begins with the defaults. Every key of theirs may be set, and no other.
    ///
    /// # Errors
    /// When the defaults cannot be written as a TOML table; a mistake in the struct.
    pub fn new(defaults: &impl Serialize) -> Result<Self, Error> {
        let defaults = Table::try_from(defaults).map_err(|error| Error::Defaults(error.to_string()))?;
        Ok(Self {
            tree: defaults.clone(),
            defaults,
            origins: BTreeMap::new(),
            open: Vec::new(),
            secret: Vec::new(),
        })
    }

    /// Allows any keys below `key`, which need not be among the defaults: a map or a list of tables.
    #[must_use]
    pub fn open(mut self, key: &str) -> Self {
        self.open.push(Key::dotted(key));
        self
    }

    /// Keeps the values at and below `key` out of reports and error messages. For a field of a list of tables
    /// leave the position out: `intake.sources.password`.
    #[must_use]
    pub fn secret(mut self, key: &str) -> Self {
        self.secret.push(Key::dotted(key));
        self
    }

    /// Lays a TOML file over what there is.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or has a key that is unknown or of another kind than the default.
    pub fn file(mut self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = read(path).map_err(|reason| Error::Read { path: path.to_owned(), reason })?;
        let table = text.parse::<Table>().map_err(|error| Error::syntax(path, &text, &error))?;
        self.lay(table, &Origin::File(path.to_owned()))?;
        Ok(self)
    }

    /// Lays environment variables over what there is. Variables that do not begin with [`PREFIX`] are no
    /// concern of ours; of those that do, `not_ours` names the ones that are not configuration. Variables that
    /// Kubernetes makes for a service called `lacteal…` are passed over too.
    ///
    /// # Errors
    /// When a variable is not the name of a key, or its text is not of the type of the default.
    pub fn environment<N: Into<OsString>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
        not_ours: &[&str],
    ) -> Result<Self, Error> {
        let mut ours = BTreeMap::new();
        for (name, value) in variables {
            // A name that is not Unicode cannot be the name of a key.
            let Ok(name) = name.into().into_string() else { continue };
            if name.starts_with(PREFIX) && !not_ours.contains(&name.as_str()) {
                ours.insert(name, value.into());
            }
        }
        for (name, value) in ours {
            let known = Key::of_variable(&name).filter(|key| self.is_known(key));
            match known {
                Some(key) => {
                    let value = value.into_string().map_err(|_| Error::NotUnicode(name.clone()))?;
                    self.lay_text(&key, &value, &Origin::Variable(name))?;
                }
                None if is_service_link(&name, &value) => {}
                None => return Err(self.unknown_variable(name)),
            }
        }
        Ok(self)
    }

    /// Lays the value of one command-line flag over what there is. `flag` is what the user typed (`--mllp`),
    /// for the report; `key` is what it sets (`intake.mllp`).
    ///
    /// # Errors
    /// When the key is unknown or the text is not of the type of the default.
    pub fn flag(mut self, flag: &str, key: &str, value: &str) -> Result<Self, Error> {
        self.lay_text(&Key::dotted(key), value, &Origin::Flag(flag.to_owned()))?;
        Ok(self)
    }

    /// Reads the configuration out of all layers.
    ///
    /// # Errors
    /// When a value is not what the struct wants: names the key, where the value came from, and for an unknown
    /// field below an open key the near miss.
    pub fn load<T: DeserializeOwned>(self) -> Result<Loaded<T>, Error> {
        let value = serde_path_to_error::deserialize(Value::Table(self.tree.clone())).map_err(|error| {
            let key = Key::of_path(error.path());
            self.refused(&key, error.inner().message())
        })?;
        Ok(Loaded { value, entries: report::entries(&self.tree, &self.secret, |key| self.origin(key)) })
    }

    fn lay(&mut self, layer: Table, origin: &Origin) -> Result<(), Error> {
        let mut laid = Vec::new();
        let open = &self.open;
        merge(&mut self.tree, layer, &Key::root(), open, &mut laid).map_err(|refused| match refused {
            Refused::Unknown(key) => self.unknown(&key, origin),
            Refused::WrongType(key, wrong) => Error::wrong_type(&key, origin, wrong.to_string()),
        })?;
        for key in laid {
            self.origins.retain(|other, _| !other.is_within(&key));
            self.origins.insert(key, origin.clone());
        }
        Ok(())
    }

    fn lay_text(&mut self, key: &Key, text: &str, origin: &Origin) -> Result<(), Error> {
        if !self.is_known(key) {
            return Err(self.unknown(key, origin));
        }
        let like = key.find(&self.defaults).or_else(|| key.find(&self.tree));
        let value = text::parse(text, like, self.is_open(key)).map_err(|expected| {
            let found = if self.is_secret(key) { "text (secret)".to_owned() } else { format!("{text:?}") };
            Error::wrong_type(key, origin, WrongType { expected, found }.to_string())
        })?;
        self.lay(key.nest(value), origin)
    }

    fn is_open(&self, key: &Key) -> bool {
        self.open.iter().any(|open| key.is_within(open))
    }

    fn is_known(&self, key: &Key) -> bool {
        !key.is_root() && (self.is_open(key) || key.find(&self.tree).is_some())
    }

    fn is_secret(&self, key: &Key) -> bool {
        let key = key.without_positions();
        self.secret.iter().any(|secret| key.is_within(secret) || secret.is_within(&key))
    }

    fn origin(&self, key: &Key) -> Origin {
        let nearest = self.origins.iter().filter(|(laid, _)| key.is_within(laid) || laid.is_within(key));
        nearest.max_by_key(|(laid, _)| laid.depth()).map_or(Origin::Default, |(_, origin)| origin.clone())
    }

    fn known_keys(&self) -> BTreeSet<Key> {
        let mut keys: BTreeSet<Key> = self.open.iter().cloned().collect();
        key::every(&self.tree, &Key::root(), &mut |key| {
            keys.insert(key.clone());
        });
        keys
    }

    fn unknown(&self, key: &Key, origin: &Origin) -> Error {
        let hint = near::hint(key, &self.known_keys(), |near| format!("\"{near}\""));
        Error::UnknownKey { key: key.to_string(), origin: origin.clone(), hint }
    }

    fn unknown_variable(&self, variable: String) -> Error {
        let hint = Key::of_variable(&variable)
            .map(|key| near::hint(&key, &self.known_keys(), Key::to_variable))
            .unwrap_or_default();
        Error::UnknownVariable { variable, hint }
    }

    /// Puts what serde refused at `key` into our words.
    fn refused(&self, key: &Key, message: &str) -> Error {
        let origin = self.origin(key);
        match near::Refusal::read(message) {
            Some(near::Refusal::Field { unknown, expected }) => {
                let key = if key.last() == Some(unknown) { key.clone() } else { key.child(unknown) };
                Error::UnknownKey {
                    key: key.to_string(),
                    origin,
                    hint: near::hint_of_names(unknown, &expected),
                }
            }
            // Serde quotes the value in all messages but this one.
            None if message.starts_with("missing field") => {
                Error::wrong_type(key, &origin, message.to_owned())
            }
            _ if self.is_secret(key) => {
                Error::wrong_type(key, &origin, "not what is expected (secret, so not shown)".to_owned())
            }
            Some(near::Refusal::Variant { unknown, expected }) => {
                let hint = near::hint_of_names(unknown, &expected);
                Error::wrong_type(key, &origin, format!("unknown value {unknown:?}{hint}"))
            }
            None => Error::wrong_type(key, &origin, message.trim_end().to_owned()),
        }
    }
}

/// Why a layer cannot be merged.
enum Refused {
    Unknown(Key),
    WrongType(Key, WrongType),
}

/// Merges `layer` into `tree` at `at`, and tells the leaves that were laid.
fn merge(tree: &mut Table, layer: Table, at: &Key, open: &[Key], laid: &mut Vec<Key>) -> Result<(), Refused> {
    for (name, value) in layer {
        let key = at.child(&name);
        let is_open = open.iter().any(|open| key.is_within(open));
        match (tree.get_mut(&name), value) {
            (Some(Value::Table(below)), Value::Table(layer)) => merge(below, layer, &key, open, laid)?,
            (Some(slot), value) if is_open || slot.is_table() == value.is_table() => {
                *slot = value;
                laid.push(key);
            }
            (Some(slot), value) => {
                let (expected, found) = (text::kind(slot), text::kind(&value).to_owned());
                return Err(Refused::WrongType(key, WrongType { expected, found }));
            }
            // On the way to an open key, or below one.
            (None, Value::Table(layer)) if is_open || open.iter().any(|open| open.is_within(&key)) => {
                let mut below = Table::new();
                if layer.is_empty() {
                    laid.push(key.clone());
                }
                merge(&mut below, layer, &key, open, laid)?;
                tree.insert(name, Value::Table(below));
            }
            (None, value) if is_open => {
                tree.insert(name, value);
                laid.push(key);
            }
            (None, _) => return Err(Refused::Unknown(key)),
        }
    }
    Ok(())
}

fn read(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(std::io::Error::other(format!("larger than {FILE_BYTES_MAX} bytes")));
    }
    Ok(text)
}

/// Whether Kubernetes makes such a variable for each service of a namespace: for one called `lacteal-intake`
/// that is `LACTEAL_INTAKE_SERVICE_HOST`, `LACTEAL_INTAKE_PORT=tcp://…`, `LACTEAL_INTAKE_PORT_2575_TCP_ADDR`.
fn is_service_link(name: &str, value: &OsStr) -> bool {
    let parts: Vec<&str> = name.split('_').collect();
    let is_number = |part: &str| part.parse::<u16>().is_ok();
    !name.contains("__")
        && (parts.ends_with(&["SERVICE", "HOST"])
            || parts.windows(2).any(|pair| pair == ["SERVICE", "PORT"])
            || (parts.ends_with(&["PORT"]) && value.to_str().is_some_and(|value| value.contains("://")))
            || parts.windows(3).any(|three| match three {
                ["PORT", port, protocol] => is_number(port) && ["TCP", "UDP", "SCTP"].contains(protocol),
                _ => false,
            }))
}

// === impl Loaded ===

impl<T> Loaded<T> {
    /// All that is in force, one line a key, sorted: `key = value   # origin`. It is a valid TOML file as it
    /// stands. Secrets that are set show as `"<set>"`.
    #[must_use]
    pub fn report(&self) -> String {
        self.entries.iter().map(|entry| format!("{entry}\n")).collect()
    }
}

impl<T> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value may hold secrets.
        f.debug_struct("Loaded").finish_non_exhaustive()
    }
}
