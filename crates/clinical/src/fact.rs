//! A fact: one finding about one patient, with what makes it the same fact again, its version, its standing and its
//! place in the source.
//!
//! Two facts with the same patient and identity are versions of one statement; [`Fact::supersedes`] is the total order
//! that decides which of them stands, whatever the order of arrival.

use std::cmp::Ordering;
use std::fmt;

use data_encoding::HEXLOWER;
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::{Finding, PartialDate, PatientId, Reading};

/// Longest segment name in a [`Place`], in bytes (HL7 has three letters, FHIR resource types are longer).
pub const SEGMENT_BYTES_MAX: usize = 32;
/// Longest FHIRPath expression in a [`Place`], in bytes.
pub const EXPRESSION_BYTES_MAX: usize = 200;

const FACT_DOMAIN: &[u8] = b"lacteal/fact/1";

/// What makes a fact the same fact in a later message: a hash over its identifying parts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactIdentity(pub [u8; 16]);

impl FactIdentity {
    /// SHA-256 over the length-prefixed parts, cut to 128 bit. For a result the parts are filler order number, code,
    /// sub-id and time of observation (OBR-3, OBX-3, OBX-4, OBX-14). The patient is no part of it: the same result under
    /// another record number of the same person is the same statement.
    pub fn of<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self(hash_parts(FACT_DOMAIN, parts))
    }
}

/// The report that a fact came from: a key made from its bytes or its envelope by the reader of the message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportKey(pub [u8; 16]);

impl ReportKey {
    /// SHA-256 over the length-prefixed parts, cut to 128 bit.
    pub fn of<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self(hash_parts(b"lacteal/report/1", parts))
    }
}

/// Bytes that SHA-256 takes at once.
const BLOCK_BYTES: usize = 64;

/// Makes identities one after the other, each as [`FactIdentity::of`] does, of facts that have the same first parts. The
/// first block of an identity that begins as the one before is not hashed again.
#[derive(Clone, Debug)]
pub struct Identities {
    /// The parts with their lengths, kept to use its space again.
    text: Vec<u8>,
    /// Bytes of the parts that all have.
    shared: usize,
    /// The first block that was hashed last, and the state of the hash after it.
    begun: Option<([u8; BLOCK_BYTES], [u32; 8])>,
}

impl Identities {
    /// Identities whose first parts are these.
    pub fn beginning<P: AsRef<[u8]>>(parts: impl IntoIterator<Item = P>) -> Self {
        let mut text = Vec::with_capacity(4 * BLOCK_BYTES);
        write_part(&mut text, FACT_DOMAIN);
        parts.into_iter().for_each(|part| write_part(&mut text, part.as_ref()));
        Self { shared: text.len(), text, begun: None }
    }

    /// The identity of a fact whose further parts are these.
    pub fn of<P: AsRef<[u8]>>(&mut self, parts: impl IntoIterator<Item = P>) -> FactIdentity {
        self.text.truncate(self.shared);
        parts.into_iter().for_each(|part| write_part(&mut self.text, part.as_ref()));
        pad(&mut self.text);
        let (blocks, _) = self.text.as_chunks();
        let mut state = SHA_256_BEGIN;
        if let Some((first, rest)) = blocks.split_first() {
            match &self.begun {
                Some((known, after)) if known == first => state = *after,
                _ => {
                    compress256(&mut state, std::slice::from_ref(first));
                    self.begun = Some((*first, state));
                }
            }
            compress256(&mut state, rest);
        }
        let mut hash = [0; 32];
        hash.as_chunks_mut().0.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
        FactIdentity(short(&hash))
    }
}

/// The state of SHA-256 before the first block (FIPS 180-4, section 5.3.3).
const SHA_256_BEGIN: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Makes whole blocks of a text, as SHA-256 does (FIPS 180-4, section 5.1.1): a one bit, zeros, and its length in bits.
fn pad(text: &mut Vec<u8>) {
    let bits = text.len() as u64 * 8;
    text.push(0x80);
    text.resize((text.len() + size_of::<u64>()).next_multiple_of(BLOCK_BYTES) - size_of::<u64>(), 0);
    text.extend_from_slice(&bits.to_be_bytes());
}

fn hash_parts<P: AsRef<[u8]>>(domain: &[u8], parts: impl IntoIterator<Item = P>) -> [u8; 16] {
    let mut text = Vec::with_capacity(4 * BLOCK_BYTES);
    write_part(&mut text, domain);
    parts.into_iter().for_each(|part| write_part(&mut text, part.as_ref()));
    short(&Sha256::digest(text))
}

/// Writes a part after its length.
fn write_part(out: &mut Vec<u8>, part: &[u8]) {
    out.extend_from_slice(&(part.len() as u64).to_be_bytes());
    out.extend_from_slice(part);
}

fn short(hash: &[u8]) -> [u8; 16] {
    let mut short = [0; 16];
    short.copy_from_slice(&hash[..16]);
    short
}

macro_rules! shown_as_hex {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )*};
}

shown_as_hex!(FactIdentity, ReportKey);

/// How far a fact counts (HL7 table 0085, reduced).
///
/// The order is the rank that decides between versions reported at the same second: the later in this list wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Not verified yet: visible, but starts and ends nothing.
    Preliminary,
    /// The result cannot be obtained: no value.
    NotAvailable,
    /// Final.
    Final,
    /// Final, in place of an earlier final.
    Corrected,
    /// Withdrawn.
    Deleted,
    /// Withdrawn, because it belongs to another patient.
    WrongPatient,
}

impl Standing {
    /// From OBX-11, table 0085 up to version 2.8. `None` for a letter that the table does not have.
    ///
    /// P, R, S and I are preliminary; F, U, V and B final; C and A corrected; D deleted; W wrong patient;
    /// X, N and O carry no value.
    pub const fn from_observation_status(letter: u8) -> Option<Self> {
        match letter.to_ascii_uppercase() {
            b'P' | b'R' | b'S' | b'I' => Some(Self::Preliminary),
            b'F' | b'U' | b'V' | b'B' => Some(Self::Final),
            b'C' | b'A' => Some(Self::Corrected),
            b'D' => Some(Self::Deleted),
            b'W' => Some(Self::WrongPatient),
            b'X' | b'N' | b'O' => Some(Self::NotAvailable),
            _ => None,
        }
    }

    /// Whether the fact has a value to believe (preliminary values included).
    pub const fn counts(self) -> bool {
        matches!(self, Self::Preliminary | Self::Final | Self::Corrected)
    }

    /// Whether the fact has a value that may start or end an interval.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Final | Self::Corrected)
    }
}

/// When a version of a fact was reported, and what decides between versions of the same second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// Seconds since 1970-01-01T00:00:00Z: OBR-22, else the time of the message.
    pub reported_at: i64,
    /// A digest of the message, so that two messages of one second have an order.
    pub tie: [u8; 16],
}

/// Where in the source a fact was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The report.
    pub report: ReportKey,
    /// Segment name (`OBX`, `PID`) or FHIR resource type (`Observation`), at most [`SEGMENT_BYTES_MAX`] bytes.
    pub segment: String,
    /// Which segment or resource of that name, from 1; 0 when there is none.
    pub occurrence: u32,
    /// Field number, from 1; 0 for the whole segment.
    pub field: u16,
    /// Repetition of the field, from 1; 0 for all.
    pub repetition: u16,
    /// Component, from 1; 0 for all.
    pub component: u16,
    /// First byte of the value in the raw report; of the resource when it is FHIR.
    pub span_start: u32,
    /// First byte after the value, or the resource, in the raw report.
    pub span_end: u32,
    /// FHIRPath of the value within the resource, at most [`EXPRESSION_BYTES_MAX`] bytes; empty for HL7 v2.
    pub expression: String,
}

/// The text that a fact was read from.
///
/// A later version of a text says all that it has to say: what it no longer says, it takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextVersion {
    /// What makes it the same text in a later message.
    pub text: FactIdentity,
    /// How far this version of the text counts as a whole.
    pub standing: Standing,
    /// Whether it is the whole text. An addendum by itself, or a text that was not read to its end, takes nothing back.
    pub is_whole: bool,
}

/// Which of two versions of a text is later, as of two versions of a fact.
pub(crate) type TextRank = (bool, i64, Standing, [u8; 16]);

/// What kind of report states a fact: what decides between two that state different values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportKind {
    /// Not told.
    #[default]
    Untold,
    /// A letter or note of a clinic.
    Clinic,
    /// Imaging.
    Imaging,
    /// Pathology of a specimen.
    Pathology,
}

/// A reference to a fact: whom it was addressed to, and its identity.
pub type FactRef = (PatientId, FactIdentity);

/// One finding about one patient.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fact {
    /// Whom the report was about, as it said itself. A merge does not change it.
    pub patient: PatientId,
    /// What makes it the same fact again.
    pub identity: FactIdentity,
    /// Which version of it.
    pub version: Version,
    /// How far it counts.
    pub standing: Standing,
    /// The day the thing was so: of the specimen, the scan, the diagnosis.
    pub observed: Option<PartialDate>,
    /// What it states.
    pub finding: Finding,
    /// How it was read.
    pub reading: Reading,
    /// What kind of report stated it.
    pub report_kind: ReportKind,
    /// The text that states it; none when it is no text, or was read before texts were told apart.
    pub text: Option<TextVersion>,
    /// Where it was read.
    pub place: Place,
}

impl Fact {
    /// The key under which its versions replace each other.
    pub fn key(&self) -> FactRef {
        (self.patient, self.identity)
    }

    /// Whether this version stands when both are known.
    ///
    /// Everything final beats everything preliminary; then the later report; then the rank of the standing; then the
    /// digest; and last the bytes of the fact, so that two different facts never tie.
    pub fn supersedes(&self, other: &Self) -> bool {
        self.cmp_version(other) == Ordering::Greater
    }

    /// The order behind [`supersedes`](Self::supersedes); equal only for equal facts.
    pub fn cmp_version(&self, other: &Self) -> Ordering {
        let rank = |it: &Self| it.rank(it.standing);
        rank(self).cmp(&rank(other)).then_with(|| self.canonical_bytes().cmp(&other.canonical_bytes()))
    }

    /// The rank of the version of the text that states it.
    pub(crate) fn text_rank(&self) -> Option<(TextVersion, TextRank)> {
        self.text.map(|text| (text, self.rank(text.standing)))
    }

    fn rank(&self, standing: Standing) -> TextRank {
        (standing != Standing::Preliminary, self.version.reported_at, standing, self.version.tie)
    }

    /// A digest of what it states and of which day: what a clinician's judgement of it rests on.
    pub fn statement_digest(&self) -> [u8; 16] {
        let mut statement = Vec::with_capacity(64);
        canonical::statement(&mut statement, self);
        hash_parts(b"lacteal/statement/1", [statement])
    }

    /// An encoding with one form for each fact, for digests and comparison. It is not read back.
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(256);
        canonical::fact(&mut out, self);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(standing: Standing, reported_at: i64, tie: u8) -> Fact {
        Fact {
            patient: PatientId([1; 16]),
            identity: FactIdentity::of(["a"]),
            version: Version { reported_at, tie: [tie; 16] },
            standing,
            observed: None,
            finding: Finding::NodesPositive(2),
            reading: Reading::Coded,
            report_kind: ReportKind::Untold,
            text: None,
            place: Place {
                report: ReportKey([0; 16]),
                segment: "OBX".into(),
                occurrence: 1,
                field: 5,
                repetition: 1,
                component: 1,
                span_start: 0,
                span_end: 1,
                expression: String::new(),
            },
        }
    }

    #[test]
    fn identities_made_in_turn_are_those_made_alone() {
        let sender = "S".repeat(60);
        let longer = "x".repeat(200);
        for shared in [&[][..], &["shared"], &[&sender, "shared"], &[&longer]] {
            let mut identities = Identities::beginning(shared);
            for parts in [
                &[sender.as_str(), "result", "1"][..],
                &[&sender, "result", "2"],
                &["T", "result", &longer],
                &[&sender, "result", "1", &longer],
                &["short"],
                &[&sender, "result", "2"],
                &[],
                &["123456789012345678901234567890123"],
                &["1234567890123456789012345678901234"],
            ] {
                let alone = FactIdentity::of(shared.iter().chain(parts));
                assert_eq!(identities.of(parts), alone, "{shared:?} {parts:?}");
            }
        }
    }

    #[test]
    fn a_late_preliminary_never_beats_a_final() {
        let done = fact(Standing::Final, 100, 0);
        assert!(done.supersedes(&fact(Standing::Preliminary, 900, 9)));
        assert!(fact(Standing::Deleted, 100, 0).supersedes(&fact(Standing::Preliminary, 900, 9)));
    }

    #[test]
    fn the_later_report_beats_the_earlier() {
        assert!(fact(Standing::Final, 101, 0).supersedes(&fact(Standing::Corrected, 100, 9)));
        assert!(fact(Standing::Corrected, 101, 0).supersedes(&fact(Standing::Final, 100, 9)));
        assert!(fact(Standing::Preliminary, 101, 0).supersedes(&fact(Standing::Preliminary, 100, 9)));
    }

    #[test]
    fn in_the_same_second_withdrawal_beats_correction_beats_final() {
        use Standing::{Corrected, Deleted, Final, NotAvailable, WrongPatient};
        for pair in [NotAvailable, Final, Corrected, Deleted, WrongPatient].windows(2) {
            assert!(fact(pair[1], 100, 0).supersedes(&fact(pair[0], 100, 9)), "{pair:?}");
        }
        assert!(fact(Final, 100, 2).supersedes(&fact(Final, 100, 1)));
    }

    #[test]
    fn different_facts_never_tie() {
        let one = fact(Standing::Final, 100, 0);
        let mut other = one.clone();
        other.finding = Finding::NodesPositive(3);
        assert_ne!(one.cmp_version(&other), Ordering::Equal);
        assert_eq!(one.cmp_version(&one), Ordering::Equal);
    }

    #[test]
    fn parts_of_an_identity_are_kept_apart() {
        assert_ne!(FactIdentity::of(["ab", "c"]), FactIdentity::of(["a", "bc"]));
        assert_ne!(FactIdentity::of(["a", ""]), FactIdentity::of(["a"]));
    }

    #[test]
    fn observation_status_letters_are_those_of_table_0085() {
        for letter in b'A'..=b'Z' {
            let known = b"ABCDFINOPRSUVWX".contains(&letter);
            assert_eq!(Standing::from_observation_status(letter).is_some(), known, "{}", letter as char);
        }
        assert_eq!(Standing::from_observation_status(b'f'), Some(Standing::Final));
    }
}
