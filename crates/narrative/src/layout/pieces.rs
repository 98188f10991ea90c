//! The pieces of a line: each is a label with its value, a label that waits for one, or prose that begins or goes on.

use std::ops::Range;

use super::labels::{label_starts, labelled};
use super::marks::{bullet, only_bullet, part_mark};
use super::{Flow, Line, Open};
use crate::fields::{self, Field};
use crate::tokens::{Gap, Shape, Text};
use crate::words::Class;

/// One piece of a line.
struct Piece<'l> {
    range: Range<usize>,
    /// The range without the mark of a list.
    body: Range<usize>,
    bullet: bool,
    /// Whether it is the first of its line.
    first: bool,
    line: &'l Line,
    /// How wide the page is.
    page: u32,
}

impl Piece<'_> {
    /// What it opens: prose, unless more is said.
    fn opened(&self, label: Range<usize>, tokens: Range<usize>) -> Open {
        let Line { column, width, .. } = *self.line;
        Open { label, field: None, tokens, column, width, waiting: false, bullet: self.bullet, bare: false }
    }
}

impl Flow<'_, '_> {
    /// Splits a line at the labels in it and takes up each piece.
    pub(super) fn pieces(&mut self, range: Range<usize>, line: &Line, page: u32) {
        let mut start = range.start;
        let mut first = true;
        for cut in label_starts(self.text, range.clone()).into_iter().chain([range.end]) {
            // `3. Mitotic count: 2`: the number of an item goes with its label.
            if cut > start && cut < range.end && only_bullet(self.text, start..cut) {
                continue;
            }
            if cut > start {
                self.piece(start..cut, line, page, first);
                first = false;
                start = cut;
            }
        }
    }

    fn piece(&mut self, range: Range<usize>, line: &Line, page: u32, first: bool) {
        let (mark, body) = bullet(self.text, range.clone());
        let piece = Piece { range, body, bullet: mark.is_some(), first, line, page };
        let labelled = labelled(self.text, piece.body.clone());
        let labelled = labelled.filter(|(label, value)| !(value.is_empty() && tells_grade(self.text, label)));
        if let Some((label, value)) = labelled {
            self.label_and_value(&piece, label, value);
        } else if self.wrapped_words(&piece) && self.more(&piece) {
            // `… metastasis in 4/18` / `nodes positive`: words of labels, but the sentence goes on.
        } else if !(self.waiting_label(&piece) || !self.begins_findings(&piece) && self.more(&piece)) {
            self.prose(piece);
        }
    }

    /// `Liver: …` inside running text of a wrapped line is a label too; a label of no field is only prose.
    fn label_and_value(&mut self, piece: &Piece<'_>, label: Range<usize>, value: Range<usize>) {
        let text = self.text;
        let field = self.field(label.clone());
        if part_mark(text, piece.range.start) {
            self.part += 1;
        }
        if field.is_none() && self.awaited(piece) {
            return;
        }
        let broken = self.broken(piece, &label).or_else(|| self.broken_in_prose(label.clone()));
        let field = broken.as_ref().and_then(|it| self.field(it.clone())).or(field);
        let field = field.or_else(|| self.specified(&label));
        if field.is_none()
            && broken.is_none()
            && piece.first
            && !piece.bullet
            && self.runs_on(&piece.body, piece.line, piece.page)
        {
            if let Some(open) = &mut self.open {
                open.tokens.end = piece.body.end;
                open.width = piece.line.width;
            }
            return;
        }
        let label = broken.unwrap_or(label);
        self.give_up(&label);
        self.close();
        // A label inside the line of the request is more of the request.
        let on_line = (label.start.saturating_sub(2)..=label.start)
            .any(|i| text.gap(i) >= Gap::Line && i >= piece.range.start);
        self.findings_begin(field, piece.first && on_line);
        self.synopsis_begins(field, piece.first);
        let waiting = value.is_empty();
        let tokens = if field.is_none() { label.start..piece.range.end } else { value };
        self.open = Some(Open { field, waiting, ..piece.opened(label, tokens) });
        self.own_line = false;
    }

    /// `Ki-67 index` and on the next line `3-20%  specify: 5%`: no label of a field, but the value that is waited for.
    fn awaited(&mut self, piece: &Piece<'_>) -> bool {
        let waits = |it: &&mut Open| it.waiting && it.tokens.is_empty() && it.field.is_some();
        let Some(open) = self.open.as_mut().filter(waits) else { return false };
        open.tokens = piece.body.clone();
        open.column = open.column.min(piece.line.column);
        true
    }

    /// A label broken over two lines: `Number of lymph nodes` / `positive: 5`.
    fn broken(&self, piece: &Piece<'_>, label: &Range<usize>) -> Option<Range<usize>> {
        let open = self.open.as_ref().filter(|it| {
            it.waiting
                && it.tokens.is_empty()
                && it.bare
                && piece.first
                && self.text.token(label.start).is_some_and(|t| t.first == b'a')
                && it.label.end == label.start
        })?;
        Some(open.label.start..label.end)
    }

    /// Takes the words of a label away from what is open.
    fn give_up(&mut self, label: &Range<usize>) {
        if self.open.as_ref().is_some_and(|it| it.bare && it.label.start == label.start) {
            self.open = None;
        } else if let Some(open) =
            self.open.as_mut().filter(|it| it.tokens.end > label.start && it.tokens.start < label.start)
        {
            open.tokens.end = label.start;
        }
    }

    /// A piece that is nothing but a label: its value comes with the next lines.
    fn waiting_label(&mut self, piece: &Piece<'_>) -> bool {
        let body = &piece.body;
        // `Neuroendocrine tumour (ileum) with nodes` is a diagnosis, though all its words may stand in labels.
        let diagnosis = body.clone().any(|i| {
            matches!(self.text.word(i), "ileum" | "ileal" | "jejunum" | "jejunal" | "small" | "midgut")
        });
        // `No mitoses (0/2 mm2)` has its value.
        let counted = body.clone().any(|i| self.text.is_number(i) && self.text.mark(i + 1, b'/'));
        let told = matches!(self.text.word(body.start), "negative" | "positive")
            && self.text.word(body.start + 1) == "for";
        let whole = !(diagnosis || counted || told)
            && fields::is_exact(self.text, body.clone())
            && body.len() <= 9
            && !self.text.mark(body.end - 1, b'.')
            && !tells_value(self.text, body.clone());
        // `Liver` alone on its line, and under it what a scan finds there.
        let headed = self.radiology && body.len() == 1 && self.text.has(body.start, Class::Liver);
        let field = (whole || headed).then(|| fields::field(self.text, body.clone())).flatten();
        if !headed && field.is_none_or(|it| matches!(it, Field::Organ | Field::Liver | Field::Specimen)) {
            return false;
        }
        // `Tumor extension:` and below it `Serosa`: the value, though a field could be called so.
        let answers = |it: &Open| it.waiting && it.tokens.is_empty() && it.field == Some(Field::Extent);
        if field == Some(Field::Serosa) && body.len() == 1 && self.open.as_ref().is_some_and(answers) {
            return false;
        }
        self.close();
        let opened = piece.opened(body.clone(), body.end..body.end);
        self.open = Some(Open { field, waiting: true, bare: true, ..opened });
        self.own_line = false;
        true
    }

    /// Whether the request has ended with the line above, however wide that was, and this one tells of the liver.
    fn begins_findings(&self, piece: &Piece<'_>) -> bool {
        let ended = piece.body.start.checked_sub(1).is_some_and(|i| self.text.mark(i, b'.'));
        ended && self.tells_of_liver(&piece.body, piece.first)
    }

    /// More of what is open.
    fn more(&mut self, piece: &Piece<'_>) -> bool {
        let Some(open) = &mut self.open else { return false };
        if !goes_on(self.text, open, piece.bullet, piece.body.clone(), piece.line, piece.page) {
            return false;
        }
        if open.tokens.is_empty() {
            open.tokens = piece.body.clone();
            open.column = open.column.min(piece.line.column);
        }
        open.tokens.end = piece.body.end;
        open.width = piece.line.width;
        true
    }

    fn prose(&mut self, piece: Piece<'_>) {
        self.close();
        self.prose_findings_begin(piece.body.clone(), piece.first);
        if part_mark(self.text, piece.range.start) {
            self.part += 1;
        }
        self.own_line = false;
        self.open = Some(piece.opened(piece.body.start..piece.body.start, piece.body.clone()));
    }

    /// `Ki-67 counted in hot spot of the` / `largest tumour: 1.4 %`: a colon in a sentence that the line before began.
    fn runs_on(&self, body: &Range<usize>, line: &Line, page: u32) -> bool {
        let text = self.text;
        let Some(open) =
            self.open.as_ref().filter(|it| it.field.is_none() && !it.waiting && it.tokens.end == body.start)
        else {
            return false;
        };
        let last = open.tokens.end.max(1) - 1;
        let ended = text.mark(last, b'.') || text.mark(last, b':');
        // A text all in capitals does not tell where sentences begin.
        let word =
            |i: usize, first: u8| text.token(i).is_some_and(|t| t.shape == Shape::Word && t.first == first);
        let lower = word(body.start, b'a')
            || word(body.start, b'N') && word(last, b'N') && word(body.start + 1, b'N');
        let bracket = open
            .tokens
            .clone()
            .rev()
            .take(BRACKET_TOKENS)
            .find(|i| text.mark(*i, b'(') || text.mark(*i, b')'));
        let inside = bracket.is_some_and(|i| text.mark(i, b'('));
        !ended && (lower || inside) && goes_on(text, open, false, body.clone(), line, page)
    }

    /// Whether a line in small letters goes on with the sentence that the line before began.
    fn wrapped_words(&self, piece: &Piece<'_>) -> bool {
        let small =
            self.text.token(piece.body.start).is_some_and(|t| t.shape == Shape::Word && t.first == b'a');
        piece.first && !piece.bullet && small && self.runs_on(&piece.body, piece.line, piece.page)
    }

    /// The field of a label. Organs are fields of radiology, specimens of all else.
    fn field(&self, label: Range<usize>) -> Option<Field> {
        fields::field(self.text, label).filter(|it| match it {
            Field::Organ => self.radiology,
            Field::Specimen => !self.radiology,
            _ => true,
        })
    }

    /// A label whose first words stand at the end of the sentence before: `4. Size of the largest` / `tumour: 3 cm`.
    fn broken_in_prose(&self, label: Range<usize>) -> Option<Range<usize>> {
        let text = self.text;
        let open = self.open.as_ref().filter(|it| {
            it.tokens.end == label.start && text.token(label.start).is_some_and(|t| t.first == b'a')
        })?;
        let from = (open.tokens.start..label.start)
            .rev()
            .take(fields::LABEL_WORDS_MAX)
            .find(|i| text.mark(*i, b'.') || text.mark(*i, b';'))?
            + 1;
        let whole = from..label.end;
        (from < label.start
            && fields::is_exact(text, whole.clone())
            && fields::field(text, whole.clone()).is_some())
        .then_some(whole)
    }

    /// `Ki-67: <3%` and under it `Specify: 2.2%`: the same field once more.
    fn specified(&self, label: &Range<usize>) -> Option<Field> {
        let asks = label.len() == 1 && self.text.word(label.start) == "specify";
        let above = self.open.as_ref().filter(|it| asks && it.tokens.end == label.start)?;
        above.field.filter(|it| matches!(it, Field::Ki67 | Field::Mitoses))
    }
}

/// `Mesenteric tumour deposit (38 mm)`, `Nodes (3 of 14 involved)` are no labels, but `Mesenteric masses (> 2 cm)` is one.
fn tells_value(text: &Text<'_>, mut body: Range<usize>) -> bool {
    body.any(|i| {
        let ratio = (text.word(i + 1) == "of" || text.mark(i + 1, b'/')) && text.is_number(i + 2);
        text.is_number(i)
            && (text.has(i + 1, Class::Length) || ratio)
            && i > 0
            && !(text.mark(i - 1, b'>') || text.mark(i - 1, b'<') || text.word(i - 1) == "than")
    })
}

/// `…, well differentiated, grade 2 of the WHO classification:` and under it a list: the grade is told.
fn tells_grade(text: &Text<'_>, label: &Range<usize>) -> bool {
    label.clone().any(|i| text.word(i) == "grade" && text.is_number(i + 1) && i + 1 < label.end)
}

/// Words that end no sentence, in a text all in capitals as in any.
const CONNECTING: [&str; 28] = [
    "the",
    "a",
    "an",
    "of",
    "in",
    "with",
    "and",
    "or",
    "to",
    "by",
    "from",
    "for",
    "at",
    "mid",
    "distal",
    "proximal",
    "terminal",
    "is",
    "are",
    "was",
    "were",
    "which",
    "that",
    "its",
    "than",
    "shows",
    "showing",
    "measuring",
];

/// Words that begin no sentence.
const CARRIED: [&str; 27] = [
    "and", "or", "of", "was", "were", "is", "are", "has", "have", "which", "that", "than", "to", "from",
    "by", "on", "at", "in", "into", "through", "with", "without", "for", "not", "as", "mass", "lesions",
];

/// How far back an open bracket is looked for.
const BRACKET_TOKENS: usize = 40;

/// `10/2022   Small bowel resection …`: a line of a course of dates, each of its own.
fn begins_entry(text: &Text<'_>, at: usize) -> bool {
    let mut end = at;
    while text.is_number(end) && (text.mark(end + 1, b'/') || text.mark(end + 1, b'.')) {
        end += 2;
    }
    text.is_number(end) && text.gap(end + 1) == Gap::Wide
}

/// Whether a line goes on with the open unit.
fn goes_on(text: &Text<'_>, open: &Open, bullet: bool, body: Range<usize>, line: &Line, page: u32) -> bool {
    if open.waiting && open.tokens.is_empty() {
        // `- Lymphatic invasion identified` and below it `- 13 of 31 nodes …`: the next of a list is no answer.
        return !(bullet && open.bullet && open.bare && line.column <= open.column);
    }
    let before = open.tokens.end.max(1) - 1;
    if bullet {
        // Ticked values and lists under a label are its value.
        return open.field.is_some_and(|it| matches!(it, Field::Extent | Field::Histology)) && open.waiting;
    }
    let first = text.token(body.start);
    let Some(first) = first else { return false };
    let lower = (first.shape == Shape::Word && first.first == b'a')
        || text.word(body.start) == "x" && text.is_number(body.start + 1)
        || first.shape == Shape::Number
        || (first.shape == Shape::Mark && !matches!(first.first, b'?' | b'-' | b'*' | b'['));
    let ended = text.mark(before, b'.') || text.mark(before, b'!');
    if ended && begins_entry(text, body.start) {
        return false;
    }
    if open.field.is_some() {
        let hanging = line.column > open.column && !(ended && first.first == b'A');
        // A text all in capitals does not tell where sentences begin.
        let capitals = first.first == b'N'
            && !ended
            && (text.mark(before, b',')
                || text.token(before).is_some_and(|t| t.first == b'N' || t.shape == Shape::Number))
            && matches!(open.field, Some(Field::Organ | Field::Liver));
        return lower || hanging || capitals || (open.waiting && line.column >= open.column.max(1) && !ended);
    }
    if text.mark(before, b':') {
        return true;
    }
    // In a text all in capitals a verb or preposition begins no sentence.
    let capital = |i: usize| text.token(i).is_some_and(|t| t.shape == Shape::Word && t.first == b'N');
    let carried = CARRIED.contains(&text.word(body.start)) && capital(body.start) && capital(before);
    if lower || carried || CONNECTING.contains(&text.word(before)) {
        return true;
    }
    let word = first.end - first.start;
    // Stops end the sentence anyway; going on keeps the paragraph together.
    let wrapped = open.width > 36 && open.width + 1 + word + 6 >= page;
    let hanging = open.bullet && line.column > open.column;
    wrapped || hanging || text.mark(before, b',') || text.mark(before, b'-')
}
