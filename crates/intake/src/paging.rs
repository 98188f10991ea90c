//! Page sizes and page tokens of lists over INTAKE.
//!
//! A token holds the place of the last message that was looked at, so that what comes in between shifts nothing, and
//! it is bound to the arguments that it was made for.

use data_encoding::BASE64URL_NOPAD;
use lacteal_ledger::Revision;
use lacteal_wire::api::Failure;
use sha2::{Digest as _, Sha256};

use crate::asked::invalid;

const DIGEST_BYTES: usize = 8;
const TOKEN_BYTES: usize = 1 + DIGEST_BYTES + 8 + 8;
const TOKEN_VERSION: u8 = 1;

/// Where a list goes on, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The last message that was looked at.
    pub(crate) after: Revision,
    /// The last message that belongs to the list; [`Revision::NONE`] for no end.
    pub(crate) until: Revision,
}

/// The arguments that must stay the same from page to page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Query([u8; DIGEST_BYTES]);

impl Query {
    /// The digest of a method and its arguments.
    pub(crate) fn of(method: &str, arguments: &impl prost::Message) -> Query {
        let hash = Sha256::new().chain_update(method).chain_update([0]);
        let hash = hash.chain_update(arguments.encode_to_vec()).finalize();
        let mut digest = [0; DIGEST_BYTES];
        digest.copy_from_slice(&hash[..DIGEST_BYTES]);
        Query(digest)
    }

    /// The token that stands for a place in this list.
    pub(crate) fn token(self, position: Position) -> String {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.push(TOKEN_VERSION);
        bytes.extend(self.0);
        bytes.extend(position.after.sequence().to_be_bytes());
        bytes.extend(position.until.sequence().to_be_bytes());
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a token; the empty one is the beginning.
    pub(crate) fn position(self, token: &str) -> Result<Option<Position>, Failure> {
        if token.is_empty() {
            return Ok(None);
        }
        let foreign = || invalid("page_token", "is not a token of this service");
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| foreign())?;
        let bytes: [u8; TOKEN_BYTES] = bytes.try_into().map_err(|_| foreign())?;
        let [version, rest @ ..] = bytes;
        let (digest, rest) = rest.split_first_chunk::<DIGEST_BYTES>().ok_or_else(foreign)?;
        let (after, rest) = rest.split_first_chunk::<8>().ok_or_else(foreign)?;
        let until = rest.first_chunk::<8>().ok_or_else(foreign)?;
        if version != TOKEN_VERSION {
            return Err(foreign());
        }
        if *digest != self.0 {
            let text = "belongs to a list with other arguments; leave it empty to begin again";
            return Err(invalid("page_token", text));
        }
        Ok(Some(Position {
            after: Revision::new(u64::from_be_bytes(*after)),
            until: Revision::new(u64::from_be_bytes(*until)),
        }))
    }
}

/// The number of entries to give for a `page_size`.
pub(crate) fn page_size(asked: i32, default: usize, most: usize) -> Result<usize, Failure> {
    match usize::try_from(asked) {
        Ok(0) => Ok(default),
        Ok(asked) => Ok(asked.min(most)),
        Err(_) => Err(invalid("page_size", "must not be negative")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lacteal_wire::api::QuarantineFilter;
    use proptest::prelude::*;

    fn query(source: &str) -> Query {
        Query::of("list", &QuarantineFilter { source: source.to_owned(), ..QuarantineFilter::default() })
    }

    #[test]
    fn a_token_is_good_for_its_own_list_only() {
        let position = Position { after: Revision::new(7), until: Revision::new(u64::MAX) };
        let token = query("a").token(position);
        assert_eq!(query("a").position(&token), Ok(Some(position)));
        assert!(query("b").position(&token).is_err());
        assert_eq!(query("a").position(""), Ok(None));
    }

    #[test]
    fn a_page_size_is_capped_and_never_negative() {
        assert_eq!(
            [page_size(0, 5, 9), page_size(7, 5, 9), page_size(i32::MAX, 5, 9)],
            [Ok(5), Ok(7), Ok(9)]
        );
        assert!(page_size(-1, 5, 9).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_refused_without_panic(text in "[A-Za-z0-9_=-]{1,50}") {
            prop_assert!(query("a").position(&text).is_err());
        }
    }
}
