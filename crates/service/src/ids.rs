//! Random identifiers and keys, from the generator that the operating system seeds.
//!
//! This is the one module that names `rand`. Nothing that decides may use it: an identifier that must be the
//! same on replay is derived from content, not drawn here.

/// Characters of a [`control_id`]: HL7 v2.3 to v2.6 allow 20 in MSH-10.
pub const CONTROL_ID_CHARS: usize = 20;

/// Crockford's base 32: no I, L, O or U, so that it survives being read aloud; 32 divides 256, so no digit is
/// likelier than another.
const DIGITS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M',
    'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// A message control id (MSH-10) with 100 random bits in [`CONTROL_ID_CHARS`] capital letters and digits.
#[must_use]
pub fn control_id() -> String {
    let bytes: [u8; CONTROL_ID_CHARS] = rand::random();
    bytes.iter().filter_map(|byte| DIGITS.get(usize::from(byte % 32))).collect()
}

/// A request id: 128 random bits as 32 lower-case hexadecimal digits, never all zero, so that it is also a
/// valid W3C trace id.
#[must_use]
pub fn request_id() -> String {
    let bits: u128 = rand::random();
    format!("{:032x}", bits.max(1))
}

/// A fresh 256-bit secret key, for example for patient pseudonyms on the first start of a small site.
#[must_use]
pub fn secret_key() -> [u8; 32] {
    rand::random()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn control_ids_fit_msh_10_and_differ() {
        let drawn: HashSet<String> = (0..1000).map(|_| control_id()).collect();
        assert_eq!(drawn.len(), 1000);
        for id in &drawn {
            assert_eq!(id.len(), CONTROL_ID_CHARS);
            assert!(id.chars().all(|c| DIGITS.contains(&c)), "{id}");
        }
    }

    #[test]
    fn request_ids_are_32_hexadecimal_digits() {
        let id = request_id();
        assert_eq!(id.len(), 32);
        assert!(id.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c)), "{id}");
        assert_ne!(id, request_id());
    }
}
