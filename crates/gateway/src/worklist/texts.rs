//! Texts kept once. Reasons differ between patients in their dates and numbers only, so a reason is kept as a
//! template (digits replaced by `0`), which patients share, and its digits, two to a byte.
//!
//! Texts are counted, and forgotten with their last use: there are never more than the entries need.

use std::collections::HashMap;
use std::sync::Arc;

/// Texts longer than this, in bytes, are cut. Plans are written by people's measure; this only bounds the table.
pub(super) const TEXT_BYTES_MAX: usize = 1000;

/// The number of a kept text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TextId(u32);

/// The kept texts.
#[derive(Default)]
pub(super) struct Texts {
    ids: HashMap<Arc<str>, TextId>,
    slots: Vec<Slot>,
    free: Vec<TextId>,
}

struct Slot {
    text: Arc<str>,
    uses: u32,
}

impl Texts {
    /// Keeps a text, or counts another use of it.
    pub(super) fn keep(&mut self, text: &str) -> TextId {
        if let Some(id) = self.ids.get(text) {
            if let Some(slot) = self.slots.get_mut(id.0 as usize) {
                slot.uses += 1;
            }
            return *id;
        }
        let text: Arc<str> = text.into();
        let slot = Slot { text: Arc::clone(&text), uses: 1 };
        let id = match self.free.pop() {
            Some(id) => {
                if let Some(place) = self.slots.get_mut(id.0 as usize) {
                    *place = slot;
                }
                id
            }
            None => {
                // Entries hold the only uses, and memory ends long before 2^32 of them.
                let id = TextId(u32::try_from(self.slots.len()).unwrap_or(u32::MAX));
                self.slots.push(slot);
                id
            }
        };
        self.ids.insert(text, id);
        id
    }

    /// Ends one use.
    pub(super) fn release(&mut self, id: TextId) {
        let Some(slot) = self.slots.get_mut(id.0 as usize) else { return };
        slot.uses = slot.uses.saturating_sub(1);
        if slot.uses == 0 {
            self.ids.remove(&slot.text);
            slot.text = Arc::from("");
            self.free.push(id);
        }
    }

    /// The text; empty for a number that is not in use.
    pub(super) fn get(&self, id: TextId) -> &str {
        self.slots.get(id.0 as usize).map_or("", |slot| &slot.text)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }
}

impl TextId {
    pub(super) fn to_bytes(self) -> [u8; 4] {
        self.0.to_le_bytes()
    }

    pub(super) fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_le_bytes(bytes))
    }
}

/// The part of a text that is kept.
pub(super) fn cut(text: &str) -> &str {
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let end = ends.take_while(|end| *end <= TEXT_BYTES_MAX).last().unwrap_or(0);
    text.get(..end).unwrap_or(text)
}

/// The template of a text.
pub(super) fn template(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// The digits of a text, two to a byte.
pub(super) fn digits(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect();
    digits.chunks(2).map(|pair| pair.iter().rev().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// The text again, of its template and digits.
pub(super) fn join(template: &str, digits: &[u8]) -> String {
    let mut digits = digits.iter().flat_map(|byte| [byte & 0xF, byte >> 4]);
    let fill =
        |c| if c == '0' { digits.next().map_or('0', |digit| char::from(b'0' + digit.min(9))) } else { c };
    template.chars().map(fill).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_that_differ_in_digits_only_share_a_template() {
        let (a, b) = ("Due 2026-03-01, 9 months after", "Due 2027-11-30, 6 months after");
        assert_eq!(template(a), template(b));
    }

    #[test]
    fn a_text_is_kept_until_its_last_use_ends() {
        let mut texts = Texts::default();
        let (a, b, c) = (texts.keep("one"), texts.keep("one"), texts.keep("two"));
        assert_eq!(a, b);
        texts.release(a);
        assert_eq!(texts.get(b), "one");
        texts.release(b);
        assert_eq!((texts.len(), texts.get(c)), (1, "two"));
        assert_eq!(texts.keep("three"), a);
        assert_eq!((texts.get(a), texts.get(c)), ("three", "two"));
    }

    proptest! {
        #[test]
        fn a_text_comes_back_from_its_template_and_digits(text in "([0-9]{0,5}\\PC{0,5}){0,20}") {
            prop_assert_eq!(join(&template(&text), &digits(&text)), text);
        }

        #[test]
        fn a_cut_text_is_the_beginning_of_it_within_the_limit(text in "\\PC{0,800}") {
            prop_assert!(text.starts_with(cut(&text)));
            prop_assert!(cut(&text).len() <= TEXT_BYTES_MAX && (text.len() > TEXT_BYTES_MAX || cut(&text) == text));
        }
    }
}
