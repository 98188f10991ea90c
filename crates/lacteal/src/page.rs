//! One page of text about one patient, real or supposed: picture, risk with its curve, plan, evidence with places.
//!
//! It is made from what the services stored or computed and adds no judgement of its own; what is absent there is left
//! out here.

mod curve;
mod evidence;
mod picture;
mod plan;
mod risk;

use lacteal_wire::api::Sentence;
use lacteal_wire::event::{Assessment, Fact, FactRef, Plan, Summary};

/// Columns of a page.
const WIDTH: usize = 100;
/// Columns before the text of an item.
const INDENT: usize = 17;

/// What a page is made from.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    pub(crate) summary: Option<&'a Summary>,
    pub(crate) facts: &'a [Fact],
    pub(crate) assessment: Option<&'a Assessment>,
    pub(crate) plan: Option<&'a Plan>,
    pub(crate) sentences: &'a [Sentence],
}

/// Lines that grow into a page.
#[derive(Default)]
pub(crate) struct Page {
    text: String,
}

impl Page {
    /// The page of a patient, without evidence when there are no facts to show.
    pub(crate) fn of(known: &Known<'_>) -> String {
        let mut page = Self::default();
        picture::write(&mut page, known);
        risk::write(&mut page, known);
        plan::write(&mut page, known.plan);
        evidence::write(&mut page, known.facts);
        page.text
    }

    /// All but the evidence, for somebody who has just typed the facts.
    pub(crate) fn of_judgement(known: &Known<'_>) -> String {
        let mut page = Self::default();
        picture::write(&mut page, known);
        risk::write(&mut page, known);
        plan::write(&mut page, known.plan);
        page.text
    }

    /// The judgement about the tumour alone: course, decisions, what is missing.
    pub(crate) fn of_picture(known: &Known<'_>) -> String {
        let mut page = Self::default();
        picture::write_judgement(&mut page, known);
        page.text
    }

    fn heading(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&format!("{text}\n{}\n", "=".repeat(text.chars().count())));
    }

    /// A labelled item, wrapped under itself. Nothing when the text is empty.
    fn item(&mut self, label: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        for (index, line) in wrapped(text, WIDTH - INDENT).into_iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            self.text.push_str(&format!("  {label:<width$}{line}\n", width = INDENT - 2));
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn table(&mut self, mut table: comfy_table::Table) {
        table.set_width(u16::try_from(WIDTH).unwrap_or(u16::MAX));
        for line in table.to_string().lines() {
            self.line(line);
        }
    }
}

/// The fact that a reference names.
fn fact_of<'a>(facts: &'a [Fact], reference: &FactRef) -> Option<&'a Fact> {
    facts.iter().find(|it| it.patient == reference.patient && it.identity == reference.identity)
}

/// The first digits of a fact's identity: enough to name it in `lacteal decide`.
pub(crate) fn short_id(identity: &[u8]) -> String {
    identity.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Lines of at most this many characters, broken between words; a longer word keeps a line of its own.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        let length = line.chars().count();
        if length == 0 {
            line.push_str(word);
        } else if length + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_wrapped_under_itself_and_an_empty_one_is_left_out() {
        let mut page = Page::default();
        page.item("stage", "III");
        page.item("empty", " ");
        page.item("reason", &"word ".repeat(30));
        let lines: Vec<&str> = page.text.lines().collect();
        assert_eq!(lines[0], "  stage          III");
        assert!(lines[1].starts_with("  reason         word"));
        assert!(lines[2].starts_with("                 word"), "{lines:#?}");
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }
}
