//! Pages of a history: what was stored of one patient under one subject, the oldest first.
//!
//! A token holds the revision of the last entry given, bound to the subject: what is appended meanwhile comes on a later
//! page, and a token of another patient or history is refused.

use crate::fault::Fault;
use crate::worklist::PageError;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};

const SIZE_DEFAULT: usize = 20;
const SIZE_MAX: usize = 100;
const TOKEN_VERSION: u8 = 1;
const DIGEST_BYTES: usize = 8;
const TOKEN_BYTES: usize = 1 + DIGEST_BYTES + 8;

/// A page that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    digest: [u8; DIGEST_BYTES],
    /// Revision after which it begins.
    pub(crate) after: u64,
    size: usize,
}

impl Turn {
    /// Reads size and token of a request about the history of a subject.
    pub(crate) fn of(subject: &str, page_size: i32, page_token: &str) -> Result<Self, Fault> {
        let size = match usize::try_from(page_size) {
            Ok(0) => SIZE_DEFAULT,
            Ok(asked) => asked.min(SIZE_MAX),
            Err(_) => return Err(Fault::field("page_size", PageError::NegativeSize)),
        };
        let mut digest = [0; DIGEST_BYTES];
        digest.copy_from_slice(&Sha256::digest(subject)[..DIGEST_BYTES]);
        let after = revision(page_token, digest).map_err(|error| Fault::field("page_token", error))?;
        Ok(Self { digest, after, size })
    }

    /// Entries to read: one more than the page holds, which tells whether there is another page.
    pub(crate) fn reads(&self) -> usize {
        self.size + 1
    }

    /// Cuts what was read to the page, and gives the token of the next one; empty at the end.
    pub(crate) fn cut<T>(&self, entries: &mut Vec<(u64, T)>) -> String {
        if entries.len() <= self.size {
            return String::new();
        }
        entries.truncate(self.size);
        let last = entries.last().map_or(self.after, |(revision, _)| *revision);
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.push(TOKEN_VERSION);
        bytes.extend(self.digest);
        bytes.extend(last.to_be_bytes());
        BASE64URL_NOPAD.encode(&bytes)
    }
}

fn revision(token: &str, digest: [u8; DIGEST_BYTES]) -> Result<u64, PageError> {
    if token.is_empty() {
        return Ok(0);
    }
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| PageError::Token)?;
    let bytes: [u8; TOKEN_BYTES] = bytes.try_into().map_err(|_| PageError::Token)?;
    let [version, rest @ ..] = bytes;
    let (of, rest) = rest.split_first_chunk::<DIGEST_BYTES>().ok_or(PageError::Token)?;
    if version != TOKEN_VERSION {
        return Err(PageError::Token);
    }
    if *of != digest {
        return Err(PageError::OtherArguments);
    }
    Ok(u64::from_be_bytes(rest.try_into().map_err(|_| PageError::Token)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_and_the_last_has_no_token() {
        let all: Vec<(u64, u64)> = [3, 7, 8, 11, 20].map(|revision| (revision, revision)).to_vec();
        let (mut token, mut given, mut pages) = (String::new(), Vec::new(), 0);
        loop {
            let turn = Turn::of("a.b", 2, &token).unwrap();
            let read = all.iter().copied().filter(|(revision, _)| *revision > turn.after);
            let mut entries: Vec<_> = read.take(turn.reads()).collect();
            token = turn.cut(&mut entries);
            given.extend(entries);
            pages += 1;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!((given, pages), (all, 3));
    }

    #[test]
    fn a_token_fits_its_own_history_only_and_sizes_are_bounded() {
        let turn = Turn::of("a.b", 1, "").unwrap();
        let token = turn.cut(&mut vec![(1, ()), (2, ())]);
        assert!(Turn::of("a.b", 1, &token).is_ok());
        for (subject, size, token) in [("a.c", 1, token.as_str()), ("a.b", 1, "x"), ("a.b", -1, "")] {
            assert!(matches!(Turn::of(subject, size, token), Err(Fault::Field { .. })), "{subject} {size}");
        }
        assert_eq!(Turn::of("a.b", 0, "").unwrap().reads(), SIZE_DEFAULT + 1);
        assert_eq!(Turn::of("a.b", i32::MAX, "").unwrap().reads(), SIZE_MAX + 1);
    }
}
