//! Where one section ends and another begins, with a heading or, in reports that leave headings out, without.

use std::ops::Range;

use super::{Flow, Line};
use crate::fields::Field;
use crate::sections::Section;
use crate::tokens::Shape;
use crate::words::Class;

impl Flow<'_, '_> {
    pub(super) fn enter(&mut self, section: Section, own_line: bool) {
        self.part += 1;
        // `ORIGINAL REPORT` under the addendum that amends it.
        if section == Section::Body {
            self.addendum = false;
        }
        // Inside an addendum everything amends, under whatever heading; only what is not the report's own stays so.
        self.addendum |= section == Section::Addendum;
        let before = self.section;
        self.section = if self.addendum && section.is_own() { Section::Addendum } else { section };
        // `Family history: her father …` and `Comparison: CT of May.` last as long as their own lines flow.
        self.once = (!own_line && matches!(section, Section::Family | Section::Comparison)).then_some(before);
        self.own_line = own_line;
        if self.once.is_none() {
            self.inline_history = !own_line && matches!(section, Section::History | Section::Technique);
        }
        self.header.clear();
    }

    /// `History of jejunal NET. CT in August: new focus, ?metastasis.` above the headings of a scan: the request, told
    /// without a heading of its own.
    pub(super) fn unheaded_request(&mut self, at: usize, blank_before: bool) {
        let text = self.text;
        let begins = match text.word(at) {
            "history" | "hx" | "background" => text.word(at + 1) == "of",
            "surveillance" | "follow-up" | "followup" => matches!(text.word(at + 1), "of" | "for"),
            "known" => true,
            _ => false,
        };
        let first = blank_before || at == 0;
        if self.radiology && self.findings_headed && first && begins && self.section == Section::Body {
            self.close();
            self.part += 1;
            self.section = Section::History;
            self.own_line = false;
            self.inline_history = true;
        }
    }

    /// Text after an empty line under a heading of history belongs to the report unless the next heading begins it.
    pub(super) fn leave_history(&mut self, lines: &[Line], k: usize) {
        if self.section.is_own() || self.own_line {
            return;
        }
        let next = lines
            .get(k..(k + HEADINGS_AHEAD_LINES).min(lines.len()))
            .unwrap_or(&[])
            .iter()
            .enumerate()
            .find_map(|(n, it)| self.heading(it.tokens.clone()).map(|h| (n, h.0)));
        let stays = match next {
            Some((0, _)) => true,
            Some((_, section)) => !matches!(
                section,
                Section::Impression
                    | Section::Recommendation
                    | Section::Comment
                    | Section::Addendum
                    | Section::Diagnosis
            ),
            None => self.section == Section::Recommendation,
        };
        if !stays {
            self.part += 1;
            self.section = if self.addendum { Section::Addendum } else { Section::Body };
        }
    }

    /// In radiology a labelled line after the request (`Liver: …`, `Procedure: …`) belongs to the report.
    pub(super) fn findings_begin(&mut self, field: Option<Field>, first: bool) {
        let told = matches!(self.section, Section::History | Section::Comparison | Section::Technique)
            && !self.own_line;
        if self.radiology
            && first
            && told
            && !self.findings_headed
            && field.is_none_or(|it| matches!(it, Field::Organ | Field::Liver))
        {
            self.section = if self.addendum { Section::Addendum } else { Section::Findings };
            self.part += 1;
        }
    }

    /// `Clinical information: known mass` and under it `Procedure: …`, `Tumour site: …`: a line of a synopsis, not more
    /// of the history.
    pub(super) fn synopsis_begins(&mut self, field: Option<Field>, first: bool) {
        if !self.radiology
            && first
            && self.inline_history
            && self.section == Section::History
            && matches!(field, Some(Field::Specimen | Field::Site | Field::Focality | Field::Histology))
        {
            self.section = Section::Synoptic;
            self.part += 1;
        }
    }

    /// `Indication: …` and on the next line `The liver is of increased echogenicity.` or `Liver normal in size.`: findings
    /// without a heading.
    pub(super) fn prose_findings_begin(&mut self, body: Range<usize>, first: bool) {
        if self.tells_of_liver(&body, first) || self.unheaded_findings(body, first) {
            self.section = if self.addendum { Section::Addendum } else { Section::Findings };
            self.part += 1;
        }
    }

    /// Whether a line after the request tells what is seen of the liver.
    pub(super) fn tells_of_liver(&self, body: &Range<usize>, first: bool) -> bool {
        let text = self.text;
        let at = if text.word(body.start) == "the" { body.start + 1 } else { body.start };
        self.radiology
            && first
            && self.inline_history
            && self.section == Section::History
            && text.token(body.start).is_some_and(|t| t.first != b'a')
            && text.has(at, Class::Liver)
            && (text.has(at + 1, Class::Verb) || at == body.start && !self.findings_headed)
    }

    /// The request ended with its line, no heading of findings comes, and a new line tells what is seen.
    fn unheaded_findings(&self, body: Range<usize>, first: bool) -> bool {
        let text = self.text;
        let told = matches!(self.section, Section::History | Section::Technique) && self.inline_history;
        let ended = body.start > 0 && (text.mark(body.start - 1, b'.') || text.is_number(body.start - 1));
        let seen = body.clone().take(UNHEADED_TOKENS).any(|i| {
            text.any(
                i,
                Class::Liver.bit()
                    | Class::Segment.bit()
                    | Class::Lesion.bit()
                    | Class::Organ.bit()
                    | Class::Length.bit(),
            )
        });
        self.radiology
            && first
            && told
            && ended
            && seen
            && !self.findings_headed
            && text.token(body.start).is_some_and(|t| t.first != b'a' && t.shape != Shape::Mark)
    }
}

/// How much of a line is looked at for what a study sees.
const UNHEADED_TOKENS: usize = 16;

/// How far ahead a heading is looked for before text after a history is taken for the report.
const HEADINGS_AHEAD_LINES: usize = 12;
