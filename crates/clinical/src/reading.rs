//! How a statement was read: from a coded value, or by a rule out of the text of a report.
//!
//! A rule that is not sure says so and keeps the sentence, so that a person can judge it. The sentence is raw text of a
//! report: it is shown to clinicians, and `Debug` hides it so that it reaches no log by accident.

use std::fmt;

/// Longest name of a rule, in bytes.
pub const RULE_BYTES_MAX: usize = 64;
/// Longest sentence that is kept, in bytes.
pub const SENTENCE_BYTES_MAX: usize = 400;

/// How sure the reading of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// The text states it.
    Stated,
    /// The text may mean it. It decides nothing until a clinician has confirmed it.
    Uncertain,
}

/// How a statement was read.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// From a coded or structured value, or stated by the message itself.
    #[default]
    Coded,
    /// Out of text.
    Text {
        /// Name of the rule that read it, at most [`RULE_BYTES_MAX`] bytes.
        rule: String,
        /// How sure the rule is.
        certainty: Certainty,
        /// The sentence, at most [`SENTENCE_BYTES_MAX`] bytes; only of what is uncertain.
        sentence: Option<String>,
    },
}

impl Reading {
    /// What a rule read for certain. A name that is too long is cut.
    pub fn stated(rule: &str) -> Self {
        Self::Text { rule: cut(rule, RULE_BYTES_MAX), certainty: Certainty::Stated, sentence: None }
    }

    /// What a rule believes to have read, with the sentence for people to judge. Parts that are too long are cut.
    pub fn uncertain(rule: &str, sentence: &str) -> Self {
        Self::Text {
            rule: cut(rule, RULE_BYTES_MAX),
            certainty: Certainty::Uncertain,
            sentence: Some(cut(sentence, SENTENCE_BYTES_MAX)),
        }
    }

    /// Whether it may not be believed before a clinician has confirmed it.
    pub fn is_uncertain(&self) -> bool {
        matches!(self, Self::Text { certainty: Certainty::Uncertain, .. })
    }

    /// The sentence of an uncertain reading.
    pub fn sentence(&self) -> Option<&str> {
        if let Self::Text { sentence, .. } = self { sentence.as_deref() } else { None }
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coded => f.write_str("Coded"),
            Self::Text { rule, certainty, sentence } => f
                .debug_struct("Text")
                .field("rule", rule)
                .field("certainty", certainty)
                .field("sentence_bytes", &sentence.as_ref().map(String::len))
                .finish(),
        }
    }
}

/// The longest beginning of whole characters that is not longer than the limit.
fn cut(text: &str, bytes_max: usize) -> String {
    let end = (0..=bytes_max.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
    text.get(..end).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        let Reading::Text { rule, sentence, .. } = Reading::uncertain(&"é".repeat(40), &"µ".repeat(300))
        else {
            panic!("text");
        };
        assert_eq!(rule.len(), RULE_BYTES_MAX);
        assert_eq!(sentence.as_deref().map(str::len), Some(SENTENCE_BYTES_MAX));
        assert_eq!(cut("aé", 2), "a");
    }

    #[test]
    fn debug_hides_the_sentence() {
        let shown =
            format!("{:?}", Reading::uncertain("liver.hedged", "Mrs Smith may have liver metastasis."));
        assert!(shown.contains("liver.hedged") && !shown.contains("Smith"), "{shown}");
    }
}
