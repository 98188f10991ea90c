//! Who a fact is about, without saying who: record numbers, pseudonyms and shards.
//!
//! A pseudonym is a keyed hash of (assigning authority, record number). Without the key nobody can try record
//! numbers against it. This module decides nothing about which authorities are trusted.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Error, ReportKey, text};

/// Longest assigning authority accepted, in bytes (CX.4 as namespace, OID and type together stay below it).
pub const AUTHORITY_BYTES_MAX: usize = 256;
/// Longest record number accepted, in bytes.
pub const NUMBER_BYTES_MAX: usize = 64;
/// Shortest secret key, in bytes: the output size of SHA-256.
pub const KEY_BYTES_MIN: usize = 32;

const DOMAIN: &[u8] = b"lacteal/patient/1";
const REPORT_DOMAIN: &[u8] = b"lacteal/report-key/1";
const ID_CHARS: usize = 26;

/// A record number as a hospital knows it: unique only together with the authority that assigned it.
///
/// `Debug` hides both parts and there is no `Display`, so that neither reaches a log by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordNumber {
    authority: String,
    number: String,
}

impl RecordNumber {
    /// Trims both parts and checks that neither is empty, too long or holds control characters.
    pub fn new(authority: &str, number: &str) -> Result<Self, Error> {
        let authority = printable("assigning authority", authority, AUTHORITY_BYTES_MAX)?;
        let number = printable("record number", number, NUMBER_BYTES_MAX)?;
        Ok(Self { authority, number })
    }

    /// The assigning authority (CX.4).
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The number (CX.1).
    pub fn number(&self) -> &str {
        &self.number
    }
}

impl fmt::Debug for RecordNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordNumber(hidden)")
    }
}

fn printable(what: &'static str, text: &str, max_bytes: usize) -> Result<String, Error> {
    let text = text::kept(what, text, max_bytes)?;
    if text.chars().any(char::is_control) {
        return Err(Error::Unexpected { what });
    }
    Ok(text)
}

/// The secret under which pseudonyms are made. Losing it loses the link from record numbers to patients.
///
/// Kept as the hash that has taken it in: every pseudonym goes on from there.
#[derive(Clone)]
pub struct PseudonymKey(Hmac<Sha256>);

impl PseudonymKey {
    /// A key from raw bytes, at least [`KEY_BYTES_MIN`] of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() < KEY_BYTES_MIN {
            return Err(Error::KeyTooShort { actual_bytes: bytes.len(), min_bytes: KEY_BYTES_MIN });
        }
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 section 2)")]
        let keyed = Hmac::new_from_slice(bytes).expect("HMAC takes any key length");
        Ok(Self(keyed))
    }

    /// A key from hexadecimal text of either case, surrounding space ignored.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| Error::KeyNotHex)?;
        Self::from_bytes(&bytes)
    }

    /// The pseudonym of the patient with this record number: HMAC-SHA-256 over the length-prefixed parts,
    /// cut to 128 bit.
    pub fn pseudonym(&self, record: &RecordNumber) -> PatientId {
        PatientId(self.keyed([DOMAIN, record.authority.as_bytes(), record.number.as_bytes()]))
    }

    /// The key of a report from what its sender identifies it by. Keyed, because control ids may hold record
    /// numbers and the key shows in subjects.
    pub fn report_key<'p>(&self, parts: impl IntoIterator<Item = &'p [u8]>) -> ReportKey {
        ReportKey(self.keyed(std::iter::once(REPORT_DOMAIN).chain(parts)))
    }

    fn keyed<'p>(&self, parts: impl IntoIterator<Item = &'p [u8]>) -> [u8; 16] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let hash = mac.finalize().into_bytes();
        let mut short = [0; 16];
        short.copy_from_slice(&hash[..16]);
        short
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(hidden)")
    }
}

/// A patient's pseudonym. Shown as 26 characters of lower-case base32 (RFC 4648, no padding).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatientId(pub [u8; 16]);

impl PatientId {
    /// The virtual shard, from the first four bits of the same hash.
    pub fn shard(&self) -> Shard {
        Shard(self.0[0] >> 4)
    }
}

impl fmt::Display for PatientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0).to_ascii_lowercase())
    }
}

impl fmt::Debug for PatientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PatientId {
    type Err = Error;

    /// Reads what `Display` writes and nothing else: one patient has one spelling.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() != ID_CHARS || text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(Error::PatientId);
        }
        let upper = text.to_ascii_uppercase();
        let bytes = BASE32_NOPAD.decode(upper.as_bytes()).map_err(|_| Error::PatientId)?;
        Ok(Self(bytes.try_into().map_err(|_| Error::PatientId)?))
    }
}

/// One of the sixteen virtual shards. Shown as two digits, `00` to `15`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(u8);

impl Shard {
    /// How many there are. Fixed for ever: subjects carry the number.
    pub const COUNT: u8 = 16;

    /// The shard of this number, if it is one.
    pub fn new(number: u8) -> Option<Self> {
        (number < Self::COUNT).then_some(Self(number))
    }

    /// 0 to 15.
    pub fn number(self) -> u8 {
        self.0
    }

    /// All shards in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> PseudonymKey {
        PseudonymKey::from_bytes(&[7; 32]).unwrap()
    }

    #[test]
    fn a_pseudonym_is_the_published_hmac_of_the_length_prefixed_parts() {
        let id = key().pseudonym(&RecordNumber::new("HOSP", "12345").unwrap());
        // python3: hmac.new(b"\7"*32, b"".join(len(p).to_bytes(8,"big")+p for p in
        //   [b"lacteal/patient/1", b"HOSP", b"12345"]), "sha256").digest()[:16]
        assert_eq!(id.to_string(), "l53vauxadgqsz72ihzrzag5tpi");
    }

    #[test]
    fn moving_a_character_between_authority_and_number_is_another_patient() {
        let one = key().pseudonym(&RecordNumber::new("AB", "C1").unwrap());
        let other = key().pseudonym(&RecordNumber::new("A", "BC1").unwrap());
        assert_ne!(one, other);
    }

    #[test]
    fn surrounding_space_is_no_difference() {
        assert_eq!(RecordNumber::new(" H ", " 1 ").unwrap(), RecordNumber::new("H", "1").unwrap());
    }

    #[test]
    fn empty_long_and_control_characters_are_refused() {
        assert_eq!(RecordNumber::new("H", "  "), Err(Error::Empty { what: "record number" }));
        assert!(matches!(RecordNumber::new("H", &"9".repeat(65)), Err(Error::TooLong { .. })));
        assert!(matches!(RecordNumber::new("H\n", "1\u{7}2"), Err(Error::Unexpected { .. })));
    }

    #[test]
    fn debug_shows_neither_number_nor_key() {
        let record = RecordNumber::new("HOSP", "12345").unwrap();
        assert!(!format!("{record:?}").contains("123"));
        assert_eq!(format!("{:?}", key()), "PseudonymKey(hidden)");
    }

    #[test]
    fn a_short_or_non_hexadecimal_key_is_refused() {
        assert!(matches!(PseudonymKey::from_hex(&"ab".repeat(31)), Err(Error::KeyTooShort { .. })));
        assert!(matches!(PseudonymKey::from_hex("xyz"), Err(Error::KeyNotHex)));
        assert!(PseudonymKey::from_hex(&format!(" {}\n", "Ab".repeat(32))).is_ok());
    }

    proptest! {
        #[test]
        fn an_id_reads_back_from_its_text_and_has_one_spelling(bytes: [u8; 16]) {
            let id = PatientId(bytes);
            let text = id.to_string();
            prop_assert_eq!(text.len(), ID_CHARS);
            prop_assert_eq!(text.parse::<PatientId>(), Ok(id));
            let upper = text.to_ascii_uppercase();
            prop_assert!(upper == text || upper.parse::<PatientId>().is_err());
            prop_assert!(id.shard().number() < Shard::COUNT);
        }

        #[test]
        fn any_text_reads_or_fails_without_panic(text in ".{0,40}") {
            if let Ok(id) = text.parse::<PatientId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
