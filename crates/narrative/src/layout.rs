//! Lines, tick boxes, tables, labels and wrapped prose, put in order as units: one field or one sentence each.
//!
//! Reports are printed for the eye: a value stands on the next line, a sentence is cut by the page, a box that is not
//! ticked looks like a statement. Here that is undone once, so that rules see only units. Nothing is judged here.

mod boxes;
mod headings;
mod labels;
mod marks;
mod pieces;
mod sentences;
mod table;
mod turns;
mod unfold;

pub(crate) use boxes::take_out_boxes;

use std::ops::Range;

use crate::fields::Field;
use crate::sections::Section;
use crate::tokens::{Gap, Shape, Text};
use crate::words::Mask;
use sentences::sentence_ends;
pub(crate) use unfold::unfolded;

/// One field with its value, or one sentence.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// The value of a field, or the whole sentence with any label that names no field.
    pub(crate) tokens: Range<usize>,
    /// The label, wherever it stands; empty for prose.
    pub(crate) label: Range<usize>,
    /// What the label asks for.
    pub(crate) field: Option<Field>,
    pub(crate) section: Section,
    /// Counts the parts of the report: specimens, tumours, headed blocks.
    pub(crate) part: u32,
    /// Classes of all tokens together.
    pub(crate) mask: Mask,
    /// Whether it begins a line or paragraph of its own (not a later sentence of the same flow).
    pub(crate) opens: bool,
}

/// Whether a label names the part of a letter that quotes pathology.
pub(crate) fn is_pathology(text: &Text<'_>, mut label: Range<usize>) -> bool {
    label.any(|i| matches!(text.word(i), "pathology" | "histology" | "histopathology" | "path" | "hpr"))
}

struct Line {
    tokens: Range<usize>,
    blank_before: bool,
    column: u32,
    width: u32,
}

/// All units of the text, in order.
pub(crate) fn units(text: &Text<'_>, radiology: bool) -> Vec<Unit> {
    let lines = lines(text);
    let mut flow = Flow {
        text,
        units: Vec::new(),
        section: Section::Body,
        part: 0,
        own_line: false,
        open: None,
        header: Vec::new(),
        addendum: false,
        once: None,
        inline_history: false,
        findings_headed: false,
        radiology,
    };
    flow.findings_headed = radiology
        && lines.iter().any(|it| flow.heading(it.tokens.clone()).is_some_and(|it| it.0 == Section::Findings));
    for (k, line) in lines.iter().enumerate() {
        let width = paragraph_width(&lines, k);
        flow.line(&lines, k, line, width);
    }
    flow.close();
    flow.units
}

fn lines(text: &Text<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for i in 1..=text.tokens.len() {
        if i < text.tokens.len() && text.gap(i) < Gap::Line {
            continue;
        }
        if let (Some(first), Some(last)) = (text.token(start), text.token(i - 1)) {
            lines.push(Line {
                tokens: start..i,
                blank_before: first.gap == Gap::Blank,
                column: first.column,
                width: last.column + (last.end - last.start),
            });
        }
        start = i;
    }
    lines
}

/// The widest of the lines around: the page seems to be so wide there.
fn paragraph_width(lines: &[Line], k: usize) -> u32 {
    let near = lines.get(k.saturating_sub(6)..(k + 6).min(lines.len())).unwrap_or(&[]);
    near.iter().map(|it| it.width).max().unwrap_or(0)
}

struct Flow<'a, 'b> {
    text: &'a Text<'b>,
    units: Vec<Unit>,
    section: Section,
    part: u32,
    /// The section's heading stood on a line of its own and nothing has come under it.
    own_line: bool,
    /// The unit that may go on: its label, field and tokens so far.
    open: Option<Open>,
    /// Labels of the columns of a table.
    header: Vec<Range<usize>>,
    addendum: bool,
    /// The section to go back to when the open unit ends.
    once: Option<Section>,
    /// Whether the section is a history told on the line of its heading.
    inline_history: bool,
    /// Whether a heading of findings stands anywhere.
    findings_headed: bool,
    /// Whether organs and procedures are fields here (radiology) or only words (pathology, letters).
    radiology: bool,
}

struct Open {
    label: Range<usize>,
    field: Option<Field>,
    tokens: Range<usize>,
    column: u32,
    width: u32,
    /// Whether the label stood in a line of its own.
    waiting: bool,
    bullet: bool,
    /// Whether the label stood without a separator.
    bare: bool,
}

impl Flow<'_, '_> {
    fn line(&mut self, lines: &[Line], k: usize, line: &Line, page: u32) {
        let text = self.text;
        let mut range = line.tokens.clone();
        while range.start < range.end && text.mark(range.start, b'|') {
            range.start += 1;
        }
        while range.start < range.end && text.mark(range.end - 1, b'|') {
            range.end -= 1;
        }
        if range.is_empty()
            || range.clone().all(|i| {
                text.token(i).is_some_and(|t| {
                    t.shape == Shape::Mark
                        && matches!(t.first, b'-' | b'=' | b'_' | b'*' | b'.' | b'|' | b'+' | b'#' | b'~')
                })
            })
        {
            self.close();
            return;
        }
        if line.blank_before {
            if self.open.as_ref().is_some_and(|it| !it.waiting || !it.tokens.is_empty()) {
                self.close();
            }
            self.leave_history(lines, k);
        }
        let inline = |it: &(Section, Range<usize>)| {
            it.0 == Section::Specimen
                && !it.1.is_empty()
                && matches!(self.section, Section::Synoptic | Section::Diagnosis)
        };
        if let Some((section, rest)) = self.heading(range.clone()).filter(|it| !inline(it)) {
            self.close();
            self.enter(section, rest.is_empty());
            if !rest.is_empty() {
                self.pieces(rest, line, page);
            }
            return;
        }
        if self.table_row(range.clone()) {
            return;
        }
        self.unheaded_request(range.start, line.blank_before);
        self.pieces(range, line, page);
    }

    fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        self.take_up(open);
        if let Some(before) = self.once.take() {
            self.section = before;
            self.part += 1;
        }
    }

    fn take_up(&mut self, open: Open) {
        if open.tokens.is_empty() {
            return;
        }
        let mut from = open.tokens.start;
        let mut opens = true;
        for end in sentence_ends(self.text, open.tokens.clone()) {
            // Only the first sentence is the value; what follows it is prose about the same.
            let field = open.field.filter(|it| opens || matches!(it, Field::Ki67));
            self.push(from..end, open.label.clone(), field, opens);
            from = end;
            opens = false;
        }
    }

    fn push(&mut self, tokens: Range<usize>, label: Range<usize>, field: Option<Field>, opens: bool) {
        let text = self.text;
        let mask =
            tokens.clone().chain(label.clone()).fold(0, |m, i| m | text.token(i).map_or(0, |t| t.mask));
        let staged = field.is_some_and(|it| {
            matches!(
                it,
                Field::T
                    | Field::N
                    | Field::M
                    | Field::Stage
                    | Field::Grade
                    | Field::Ki67
                    | Field::Mitoses
                    | Field::NodesExamined
                    | Field::NodesPositive
                    | Field::NodesExaminedPositive
                    | Field::Focality
                    | Field::Size
                    | Field::Site
            )
        });
        if staged && matches!(self.section, Section::Gross | Section::Specimen) && opens {
            self.section = Section::Synoptic;
        }
        let section = if self.section == Section::Body
            && field.is_some_and(|it| !matches!(it, Field::Liver | Field::Organ | Field::Specimen))
        {
            Section::Synoptic
        } else {
            self.section
        };
        self.units.push(Unit { tokens, label, field, section, part: self.part, mask, opens });
    }
}
