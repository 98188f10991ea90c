//! Page sizes and page tokens.
//!
//! A token holds the place of the last entry given, not a number of entries: whatever comes and goes in between,
//! the next page begins right after that place. It is bound to the filter and order it was made for.

use super::filter::Filter;
use super::order::{Key, Order};
use data_encoding::BASE64URL_NOPAD;
use lacteal_clinical::identity::PatientId;
use sha2::{Digest as _, Sha256};

/// Entries a page when the caller does not say.
pub const PAGE_SIZE_DEFAULT: usize = 100;
/// Most entries a page.
pub const PAGE_SIZE_MAX: usize = 1000;

const TOKEN_BYTES: usize = 1 + DIGEST_BYTES + 1 + 4 + 16;
const DIGEST_BYTES: usize = 8;
const TOKEN_VERSION: u8 = 1;

/// What is listed: the arguments that must stay the same from page to page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Query {
    /// The work list.
    Worklist(Filter, Order),
    /// All patients by pseudonym.
    Patients,
}

/// Place of the last entry of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) group: u8,
    pub(super) key: Key,
}

/// Why a page cannot be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// A size below zero.
    #[error("must not be negative")]
    NegativeSize,
    /// Not a token of ours.
    #[error("is not a token of this service")]
    Token,
    /// A token of other arguments.
    #[error("belongs to a list with other arguments; leave it empty to begin again")]
    OtherArguments,
}

/// The number of entries to give for a `page_size`.
///
/// # Errors
/// When it is negative.
pub fn page_size(asked: i32) -> Result<usize, PageError> {
    match usize::try_from(asked) {
        Ok(0) => Ok(PAGE_SIZE_DEFAULT),
        Ok(asked) => Ok(asked.min(PAGE_SIZE_MAX)),
        Err(_) => Err(PageError::NegativeSize),
    }
}

impl Query {
    fn digest(&self) -> [u8; DIGEST_BYTES] {
        let mut hash = Sha256::new();
        match self {
            Self::Worklist(filter, order) => {
                hash.update([0, order.code()]);
                hash.update(filter.fingerprint());
            }
            Self::Patients => hash.update([1]),
        }
        let mut digest = [0; DIGEST_BYTES];
        digest.copy_from_slice(&hash.finalize()[..DIGEST_BYTES]);
        digest
    }
}

impl Cursor {
    /// The place of a patient in the order of pseudonyms.
    #[must_use]
    pub fn patient(patient: PatientId) -> Self {
        Self { group: 0, key: Key { major: 0, patient } }
    }

    /// The patient at this place.
    #[must_use]
    pub fn at(&self) -> PatientId {
        self.key.patient
    }

    /// The token that stands for this place in this query.
    #[must_use]
    pub fn token(&self, query: &Query) -> String {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.push(TOKEN_VERSION);
        bytes.extend(query.digest());
        bytes.push(self.group);
        bytes.extend(self.key.major.to_be_bytes());
        bytes.extend(self.key.patient.0);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a token; the empty one is the beginning.
    ///
    /// # Errors
    /// When it is no token, or one of another query.
    pub fn of_token(token: &str, query: &Query) -> Result<Option<Self>, PageError> {
        if token.is_empty() {
            return Ok(None);
        }
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| PageError::Token)?;
        let bytes: [u8; TOKEN_BYTES] = bytes.try_into().map_err(|_| PageError::Token)?;
        let [version, rest @ ..] = bytes;
        let (digest, rest) = rest.split_first_chunk::<DIGEST_BYTES>().ok_or(PageError::Token)?;
        let (&[group], rest) = rest.split_first_chunk::<1>().ok_or(PageError::Token)?;
        let (major, patient) = rest.split_first_chunk::<4>().ok_or(PageError::Token)?;
        let patient = PatientId(patient.try_into().map_err(|_| PageError::Token)?);
        if version != TOKEN_VERSION {
            return Err(PageError::Token);
        }
        if *digest != query.digest() {
            return Err(PageError::OtherArguments);
        }
        Ok(Some(Self { group, key: Key { major: u32::from_be_bytes(*major), patient } }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::day::Day;
    use super::*;
    use lacteal_wire::event::Status;
    use proptest::prelude::*;

    #[test]
    fn a_page_is_a_hundred_by_default_and_a_thousand_at_most() {
        assert_eq!([page_size(0), page_size(7), page_size(i32::MAX)], [Ok(100), Ok(7), Ok(1000)]);
        assert_eq!(page_size(-1), Err(PageError::NegativeSize));
    }

    #[test]
    fn a_token_of_other_arguments_is_refused() {
        let due = Filter::new(&[Status::Due], None);
        let by_june = Filter::new(&[Status::Due], Day::parse("2026-06-30"));
        let queries = [
            Query::Patients,
            Query::Worklist(due, Order::Urgency),
            Query::Worklist(due, Order::Due),
            Query::Worklist(by_june, Order::Due),
            Query::Worklist(Filter::default(), Order::Due),
        ];
        let cursor = Cursor::patient(PatientId([3; 16]));
        for made in &queries {
            for used in &queries {
                let read = Cursor::of_token(&cursor.token(made), used);
                let expected = if made == used { Ok(Some(cursor)) } else { Err(PageError::OtherArguments) };
                assert_eq!(read, expected, "{made:?} used with {used:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_token_or_refused_without_panic(text in "[A-Za-z0-9_=-]{0,60}") {
            prop_assert_eq!(Cursor::of_token(&text, &Query::Patients).is_ok(), text.is_empty());
        }

        #[test]
        fn a_place_comes_back_from_its_token(group: u8, major: u32, patient: [u8; 16]) {
            let cursor = Cursor { group, key: Key { major, patient: PatientId(patient) } };
            let query = Query::Worklist(Filter::ALL, Order::Risk);
            prop_assert_eq!(Cursor::of_token(&cursor.token(&query), &query), Ok(Some(cursor)));
        }
    }
}
