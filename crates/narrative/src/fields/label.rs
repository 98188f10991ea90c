//! A label, its words and classes together.

use std::ops::Range;

use crate::tokens::Text;
use crate::words::{Class, Mask};

/// Most tokens of a label; what is longer is none.
pub(super) const TOKENS_MAX: usize = 32;

/// A label without a word of any of these asks for nothing that is read.
const ASKING: Mask = Class::Label.bit()
    | Class::Organ.bit()
    | Class::Asked.bit()
    | Class::Liver.bit()
    | Class::Node.bit()
    | Class::Ki.bit()
    | Class::Mitosis.bit()
    | Class::Invasion.bit()
    | Class::Margin.bit()
    | Class::Mesentery.bit()
    | Class::Metastasis.bit()
    | Class::Grade.bit();

/// The words of a label, with their classes and signs together.
pub(super) struct Label<'a, 'b> {
    pub(super) text: &'a Text<'b>,
    pub(super) range: Range<usize>,
    words: [&'a str; TOKENS_MAX],
    /// Classes of all its tokens together.
    mask: Mask,
    /// Signs of all its words together.
    pub(super) signs: u128,
}

/// One bit for a word, by its ends and length: most lists are told apart from a label by these bits alone.
const fn sign(word: &[u8]) -> u128 {
    if word.is_empty() {
        return 0;
    }
    let (first, last) = (word[0] as usize, word[word.len() - 1] as usize);
    1 << ((first * 37 + last * 11 + word.len() * 5) % 128)
}

/// The signs of all words of a list.
pub(super) const fn signs(words: &[&str]) -> u128 {
    let (mut all, mut i) = (0, 0);
    while i < words.len() {
        all |= sign(words[i].as_bytes());
        i += 1;
    }
    all
}

/// Whether a label has any of the words.
macro_rules! has {
    ($label:ident, $($word:literal),* $(,)?) => {{
        const WORDS: &[&str] = &[$($word),*];
        const SIGNS: u128 = $crate::fields::label::signs(WORDS);
        $label.signs & SIGNS != 0 && $label.has(WORDS)
    }};
}
pub(super) use has;

impl<'a, 'b> Label<'a, 'b> {
    /// The label in a range; `None` where it is too long or asks for nothing that is read.
    pub(super) fn new(text: &'a Text<'b>, range: Range<usize>) -> Option<Self> {
        if range.len() > TOKENS_MAX {
            return None;
        }
        let mask = range.clone().fold(0, |m, i| m | text.token(i).map_or(0, |t| t.mask));
        if mask & ASKING == 0 {
            return None;
        }
        let mut words = [""; TOKENS_MAX];
        let mut signs = 0;
        for (slot, i) in words.iter_mut().zip(range.clone()) {
            *slot = text.word(i);
            signs |= sign(slot.as_bytes());
        }
        Some(Self { text, range, words, mask, signs })
    }

    pub(super) fn has(&self, words: &[&str]) -> bool {
        let own = self.words.get(..self.range.len()).unwrap_or(&[]);
        own.iter().any(|w| {
            words
                .iter()
                .any(|it| it.len() == w.len() && it.as_bytes().first() == w.as_bytes().first() && it == w)
        })
    }

    pub(super) fn class(&self, class: Class) -> bool {
        self.mask & class.bit() != 0
    }

    /// Whether the label is this one word in these letters, large and small.
    pub(super) fn is_written(&self, word: &str) -> bool {
        self.words() == 1 && self.text.written(self.range.start) == word
    }

    pub(super) fn first(&self) -> &str {
        self.text.word(self.range.start)
    }

    pub(super) fn words(&self) -> usize {
        self.range.clone().filter(|i| self.text.is_word(*i)).count()
    }
}
