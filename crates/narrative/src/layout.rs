//! Lines, tick boxes, tables, labels and wrapped prose, put in order as units: one field or one sentence each.
//!
//! Reports are printed for the eye: a value stands on the next line, a sentence is cut by the page, a box that is not
//! ticked looks like a statement. Here that is undone once, so that rules see only units. Nothing is judged here.

use std::ops::Range;

use crate::fields::{self, Field};
use crate::sections::{self, Section};
use crate::tokens::{Gap, Shape, Text};
use crate::words::{Class, Mask};

/// Longest sentence, in tokens. Longer ones are cut, so that work stays linear in the length of the text.
pub(crate) const SENTENCE_TOKENS_MAX: usize = 240;

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

struct Line {
    tokens: Range<usize>,
    blank_before: bool,
    column: u32,
    width: u32,
}

/// Takes boxes out of the text: an empty box with what it offers, and the mark of a ticked one.
pub(crate) fn take_out_boxes(text: &mut Text<'_>) {
    let mut keep = vec![true; text.tokens.len()];
    let mut at = 0;
    while at < text.tokens.len() {
        if (at == 0 || text.gap(at) >= Gap::Line)
            && let Some(end) = boxes_behind(text, at, &mut keep)
        {
            at = end;
            continue;
        }
        let mark = text
            .token(at)
            .is_some_and(|t| t.shape == Shape::Mark && matches!(t.first, b'[' | b'(' | b'_' | b'O' | b'X'));
        let Some((length, ticked)) = mark.then(|| tick_box(text, at)).flatten() else {
            at += 1;
            continue;
        };
        let mut end = at + length;
        if !ticked {
            while end < text.tokens.len() && text.gap(end) < Gap::Line && tick_box(text, end).is_none() {
                end += 1;
            }
            // The offer goes on over wrapped lines that stand deeper than the box.
            let column = text.token(at).map_or(0, |t| t.column);
            while end < text.tokens.len()
                && text.gap(end) == Gap::Line
                && tick_box(text, end).is_none()
                && text.token(end).is_some_and(|t| t.column > column + 1)
                && !line_has_label(text, end)
            {
                end += 1;
                while end < text.tokens.len() && text.gap(end) < Gap::Line && tick_box(text, end).is_none() {
                    end += 1;
                }
            }
        }
        for slot in keep.iter_mut().take(end).skip(at) {
            *slot = false;
        }
        at = end;
    }
    if keep.iter().all(|it| *it) {
        return;
    }
    // What is left keeps the largest gap before it, so that lines stay lines.
    let mut gap = Gap::None;
    let mut kept = Vec::with_capacity(text.tokens.len());
    for (token, keep) in text.tokens.iter().zip(keep) {
        gap = gap.max(token.gap);
        if keep {
            kept.push(crate::tokens::Token { gap, ..*token });
            gap = Gap::None;
        } else {
            gap = gap.max(Gap::Space);
        }
    }
    text.tokens = kept;
}

/// Takes out the boxes of a line that stand behind what they offer (`Jejunum [ ]  Ileum [x]  Other [ ]`), and what is
/// not ticked with them. The end of the line, where it is one.
fn boxes_behind(text: &Text<'_>, start: usize, keep: &mut [bool]) -> Option<usize> {
    let mut end = start + 1;
    while end < text.tokens.len() && text.gap(end) < Gap::Line {
        end += 1;
    }
    if !text.mark(end - 1, b']') {
        return None;
    }
    // Each box: where it begins, how long it is, whether it is ticked.
    let square = |i: usize| {
        let ticked = matches!(text.word(i + 1), "x" | "v" | "✓" | "yes")
            || text.mark(i + 1, b'X')
            || text.mark(i + 1, b'*');
        match text.mark(i, b'[') {
            true if i + 1 < end && text.mark(i + 1, b']') => Some((2, false)),
            true if i + 2 < end && text.mark(i + 2, b']') && ticked => Some((3, true)),
            _ => None,
        }
    };
    let first = (start..end).find(|i| square(*i).is_some())?;
    let last = (first..end).rev().find_map(|i| square(i).map(|it| i + it.0))?;
    // `Serosa: [x]`, `[x] Serosa [ ]`: there the box does not stand behind an offer.
    if first == start
        || last != end
        || !(text.is_word(first - 1) || text.is_number(first - 1) || text.mark(first - 1, b')'))
    {
        return None;
    }
    let mut offer = start;
    let mut i = start;
    while i < end {
        if text.mark(i, b':') {
            offer = i + 1;
        }
        let Some((length, ticked)) = square(i) else {
            i += 1;
            continue;
        };
        let from = if ticked { i } else { offer };
        for slot in keep.iter_mut().take(i + length).skip(from) {
            *slot = false;
        }
        i += length;
        offer = i;
    }
    Some(end)
}

fn line_has_label(text: &Text<'_>, from: usize) -> bool {
    let mut i = from;
    while i < text.tokens.len() && i < from + 12 && (i == from || text.gap(i) < Gap::Line) {
        if text.mark(i, b':') {
            return true;
        }
        i += 1;
    }
    false
}

/// A box at `i`: how many tokens, and whether it is ticked. `[x]`, `[ ]`, `(X)`, `( )`, `☒`, `☐`, `_X_`, `___`.
fn tick_box(text: &Text<'_>, i: usize) -> Option<(usize, bool)> {
    let token = text.token(i)?;
    if token.shape != Shape::Mark {
        return None;
    }
    match token.first {
        b'X' => return Some((1, true)),
        b'O' => return Some((1, false)),
        _ => {}
    }
    let close = match token.first {
        b'[' => b']',
        b'(' => b')',
        b'_' => b'_',
        _ => return None,
    };
    let ticked = |k: usize| {
        matches!(text.word(k), "x" | "v" | "✓" | "yes")
            || text.mark(k, b'X')
            || (close == b']' && text.mark(k, b'*'))
    };
    if ticked(i + 1) && text.mark(i + 2, close) && text.gap(i + 1) < Gap::Line {
        return Some((3, true));
    }
    if close == b'_' {
        let opens_line = token.gap >= Gap::Line && token.end - token.start >= 2;
        let offers = text.is_word(i + 1) && text.gap(i + 1) < Gap::Line;
        return (opens_line && offers).then_some((1, false));
    }
    let empty = text.mark(i + 1, close) && text.gap(i + 1) <= Gap::Wide;
    (empty && text.gap(i + 2) < Gap::Line).then_some((2, false))
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
        self.pieces(range, line, page);
    }

    fn enter(&mut self, section: Section, own_line: bool) {
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

    /// Text after an empty line under a heading of history belongs to the report unless the next heading begins it.
    fn leave_history(&mut self, lines: &[Line], k: usize) {
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

    /// A heading at the front of the line, and what follows it on the line.
    fn heading(&self, range: Range<usize>) -> Option<(Section, Range<usize>)> {
        let text = self.text;
        let mut at = range.start;
        while at < range.end
            && (text.token(at).is_some_and(|t| {
                t.shape == Shape::Mark && !matches!(t.first, b'[' | b'(' | b'?' | b'<' | b'>')
            }) || (text.is_number(at) && (text.mark(at + 1, b'.') || text.mark(at + 1, b')'))))
        {
            at += 1;
        }
        let first = at;
        if !text.has(first, Class::Heading) {
            return None;
        }
        let mut name = String::new();
        let mut found = None;
        while at < range.end && at < first + sections::HEADING_WORDS_MAX + 2 {
            let joins = text.mark(at, b'-') || text.mark(at, b'/') || text.mark(at, b'&');
            if !text.is_word(at) && !joins {
                break;
            }
            if at > first && text.gap(at) >= Gap::Wide && found.is_some() {
                break;
            }
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(match text.token(at).map(|t| t.first) {
                Some(b'-') if joins => "",
                Some(b'&') if joins => "and",
                _ => text.word(at),
            });
            while name.ends_with("  ") {
                name.pop();
            }
            at += 1;
            let trimmed = name.trim_end();
            if let Some(section) = sections::heading(trimmed) {
                found = Some((section, at));
            }
        }
        let (section, end) = found?;
        let capital = text.token(first).is_some_and(|t| t.first != b'a');
        let mut after = end;
        let mut bare = true;
        let mut dated = 0;
        while after < range.end && !text.mark(after, b':') {
            let small = text.is_number(after)
                || text.mark(after, b'/')
                || text.mark(after, b'#')
                || text.mark(after, b'-')
                || text.mark(after, b'.');
            if text.mark(after, b'(') {
                while after < range.end && !text.mark(after, b')') {
                    after += 1;
                }
            } else if !small
                && !matches!(
                    text.word(after),
                    "no" | "report"
                        | "dated"
                        | "of"
                        | "issued"
                        | "jan"
                        | "feb"
                        | "mar"
                        | "apr"
                        | "may"
                        | "jun"
                        | "jul"
                        | "aug"
                        | "sep"
                        | "oct"
                        | "nov"
                        | "dec"
                        | "one"
                        | "two"
                        | "january"
                        | "february"
                        | "march"
                        | "april"
                        | "june"
                        | "july"
                        | "august"
                        | "september"
                        | "october"
                        | "november"
                        | "december"
                        | "cap"
                )
            {
                bare = false;
                break;
            } else {
                dated += 1;
            }
            after += 1;
        }
        let colon = after < range.end && text.mark(after, b':') && bare;
        // `Addendum 12/3: …` and `ADDENDUM: …` begin sections; `Report of …` in a sentence does not.
        if colon {
            let rest = after + 1..range.end;
            // In a line that goes on from the one before, `tumour:` is no heading.
            let fresh = self.open.as_ref().is_none_or(|it| {
                it.tokens.is_empty() && !it.waiting || text.mark(it.tokens.end.max(1) - 1, b'.')
            });
            return (capital
                || fresh
                    && range.start == first
                    && !matches!(text.word(first), "report" | "tumour" | "tumor" | "note" | "key"))
            .then_some((section, rest));
        }
        let dash = end < range.end
            && text.mark(end, b'-')
            && text.gap(end) >= Gap::Space
            && text.gap(end + 1) >= Gap::Space
            && capital;
        if dash && (section != Section::Synoptic || text.token(first).is_some_and(|t| t.first == b'N')) {
            return Some((section, end + 1..range.end));
        }
        // `Comparison   CT of 3 May`: the column of labels of a letter.
        let wide = end < range.end
            && text.gap(end) == Gap::Wide
            && capital
            && text.token(first).is_some_and(|t| t.gap >= Gap::Line || t.first == b'N');
        let whole = bare
            && after >= range.end
            && capital
            && !(text.mark(range.end - 1, b'.') && text.token(first).is_some_and(|t| t.first != b'N'))
            && dated <= 8;
        if whole {
            return Some((section, range.end..range.end));
        }
        if wide && !matches!(section, Section::Synoptic) && fields::field(text, first..end).is_none() {
            return Some((section, end..range.end));
        }
        // Capitals set a heading apart from the sentence after it: `IMPRESSION No metastases.`
        let capitals =
            (first..end).all(|i| text.token(i).is_some_and(|t| t.shape == Shape::Mark || t.first == b'N'));
        let sentence = end < range.end
            && text.token(end).is_some_and(|t| t.first == b'A' && t.shape == Shape::Word)
            && end - first <= 2;
        (capitals && sentence && section != Section::Synoptic).then_some((section, end..range.end))
    }

    /// Reads the header of a table, or a row under one. Whether the line was one of them.
    fn table_row(&mut self, range: Range<usize>) -> bool {
        let cells = cells(self.text, range);
        if cells.len() < 3 {
            self.header.clear();
            return false;
        }
        let labels = cells
            .iter()
            .filter(|it| {
                fields::is_exact(self.text, (*it).clone())
                    && fields::field(self.text, (*it).clone()).is_some()
            })
            .count();
        if labels >= 3 && labels * 2 >= cells.len() {
            self.close();
            self.header = cells;
            return true;
        }
        if self.header.len() != cells.len() {
            self.header.clear();
            return false;
        }
        for (cell, label) in cells.into_iter().zip(self.header.clone()) {
            let field = fields::field(self.text, label.clone());
            self.push(cell, label, field, true);
        }
        true
    }

    /// Splits a line at the labels in it and takes up each piece.
    fn pieces(&mut self, range: Range<usize>, line: &Line, page: u32) {
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
        let text = self.text;
        let (bullet, body) = bullet(text, range.clone());
        if let Some((label, value)) = labelled(text, body.clone()) {
            let field = self.field(label.clone());
            if part_mark(text, range.start) {
                self.part += 1;
            }
            // `Liver: …` inside running text of a wrapped line is a label too; a label of no field is only prose.
            // `Ki-67 index` and on the next line `3-20%  specify: 5%`: no label of a field, but the value that is waited for.
            if field.is_none()
                && let Some(open) =
                    self.open.as_mut().filter(|it| it.waiting && it.tokens.is_empty() && it.field.is_some())
            {
                open.tokens = body;
                open.column = open.column.min(line.column);
                return;
            }
            // A label broken over two lines: `Number of lymph nodes` / `positive: 5`.
            let broken = self
                .open
                .as_ref()
                .filter(|it| {
                    it.waiting
                        && it.tokens.is_empty()
                        && it.bare
                        && first
                        && text.token(label.start).is_some_and(|t| t.first == b'a')
                        && it.label.end == label.start
                })
                .map(|it| it.label.start..label.end);
            let broken = broken.or_else(|| self.broken_in_prose(label.clone()));
            let field = broken.as_ref().and_then(|it| self.field(it.clone())).or(field);
            let field = field.or_else(|| self.specified(&label));
            if field.is_none()
                && broken.is_none()
                && first
                && bullet.is_none()
                && self.runs_on(&body, line, page)
            {
                if let Some(open) = &mut self.open {
                    open.tokens.end = body.end;
                    open.width = line.width;
                }
                return;
            }
            let label = broken.unwrap_or(label);
            if self.open.as_ref().is_some_and(|it| it.bare && it.label.start == label.start) {
                self.open = None;
            } else if let Some(open) =
                self.open.as_mut().filter(|it| it.tokens.end > label.start && it.tokens.start < label.start)
            {
                open.tokens.end = label.start;
            }
            self.close();
            // A label inside the line of the request is more of the request.
            let on_line = (label.start.saturating_sub(2)..=label.start)
                .any(|i| text.gap(i) >= Gap::Line && i >= range.start);
            self.findings_begin(field, first && on_line);
            self.synopsis_begins(field, first);
            let waiting = value.is_empty();
            let tokens = if field.is_none() { label.start..range.end } else { value };
            self.open = Some(Open {
                label,
                field,
                tokens,
                column: line.column,
                width: line.width,
                waiting,
                bullet: bullet.is_some(),
                bare: false,
            });
            self.own_line = false;
            return;
        }
        let whole_label =
            fields::is_exact(text, body.clone()) && body.len() <= 9 && !text.mark(body.end - 1, b'.');
        if whole_label
            && let Some(field) = fields::field(text, body.clone())
            && !matches!(field, Field::Organ | Field::Liver | Field::Specimen)
        {
            self.close();
            self.open = Some(Open {
                label: body.clone(),
                field: Some(field),
                tokens: body.end..body.end,
                column: line.column,
                width: line.width,
                waiting: true,
                bullet: false,
                bare: true,
            });
            self.own_line = false;
            return;
        }
        if let Some(open) = &mut self.open
            && goes_on(text, open, bullet.is_some(), body.clone(), line, page)
        {
            if open.tokens.is_empty() {
                open.tokens = body.clone();
                open.column = open.column.min(line.column);
            }
            open.tokens.end = body.end;
            open.width = line.width;
            return;
        }
        self.close();
        self.prose_findings_begin(body.clone(), first);
        if part_mark(text, range.start) {
            self.part += 1;
        }
        self.own_line = false;
        self.open = Some(Open {
            label: body.start..body.start,
            field: None,
            tokens: body,
            column: line.column,
            width: line.width,
            waiting: false,
            bullet: bullet.is_some(),
            bare: false,
        });
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
        let lower = text.token(body.start).is_some_and(|t| t.shape == Shape::Word && t.first == b'a');
        let bracket = open
            .tokens
            .clone()
            .rev()
            .take(BRACKET_TOKENS)
            .find(|i| text.mark(*i, b'(') || text.mark(*i, b')'));
        let inside = bracket.is_some_and(|i| text.mark(i, b'('));
        !ended && (lower || inside) && goes_on(text, open, false, body.clone(), line, page)
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

    /// In radiology a labelled line after the request (`Liver: …`, `Procedure: …`) belongs to the report.
    fn findings_begin(&mut self, field: Option<Field>, first: bool) {
        let told = matches!(self.section, Section::History | Section::Comparison | Section::Technique)
            && !self.own_line;
        if self.radiology && first && told && field.is_none_or(|it| matches!(it, Field::Organ | Field::Liver))
        {
            self.section = if self.addendum { Section::Addendum } else { Section::Findings };
            self.part += 1;
        }
    }

    /// `Ki-67: <3%` and under it `Specify: 2.2%`: the same field once more.
    fn specified(&self, label: &Range<usize>) -> Option<Field> {
        let asks = label.len() == 1 && self.text.word(label.start) == "specify";
        let above = self.open.as_ref().filter(|it| asks && it.tokens.end == label.start)?;
        above.field.filter(|it| matches!(it, Field::Ki67 | Field::Mitoses))
    }

    /// `Clinical information: known mass` and under it `Procedure: …`, `Tumour site: …`: a line of a synopsis, not more
    /// of the history.
    fn synopsis_begins(&mut self, field: Option<Field>, first: bool) {
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

    /// `Indication: …` and on the next line `The liver is of increased echogenicity.`: findings without a heading.
    fn prose_findings_begin(&mut self, body: Range<usize>, first: bool) {
        let text = self.text;
        let at = if text.word(body.start) == "the" { body.start + 1 } else { body.start };
        if self.radiology
            && first
            && self.inline_history
            && self.section == Section::History
            && text.token(body.start).is_some_and(|t| t.first != b'a')
            && text.has(at, Class::Liver)
            && text.has(at + 1, Class::Verb)
            || self.unheaded_findings(body, first)
        {
            self.section = if self.addendum { Section::Addendum } else { Section::Findings };
            self.part += 1;
        }
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

/// How far back an open bracket is looked for.
const BRACKET_TOKENS: usize = 40;

/// How much of a line is looked at for what a study sees.
const UNHEADED_TOKENS: usize = 16;

/// How far ahead a heading is looked for before text after a history is taken for the report.
const HEADINGS_AHEAD_LINES: usize = 12;

fn cells(text: &Text<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let pipes = range.clone().any(|i| text.mark(i, b'|'));
    let mut cells = Vec::new();
    let mut start = range.start;
    for i in range.start..=range.end {
        let cut = i == range.end
            || (pipes && text.mark(i, b'|'))
            || (!pipes && i > range.start && text.gap(i) == Gap::Wide);
        if cut {
            if start < i {
                cells.push(start..i);
            }
            start = if pipes { i + 1 } else { i };
        }
    }
    cells
}

/// Where further labelled values begin inside a line: `pT: 3   pN: 1`, `Grade: G1; Ki-67: 2%`.
fn label_starts(text: &Text<'_>, range: Range<usize>) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut last = range.start;
    for colon in range.clone().filter(|i| {
        text.mark(*i, b':') || (text.mark(*i, b'.') && text.token(*i).is_some_and(|t| t.end - t.start > 3))
    }) {
        let mut at = colon;
        let floor = last.max(colon.saturating_sub(fields::LABEL_WORDS_MAX));
        while at > floor && !boundary(text, at, range.start) {
            at -= 1;
        }
        // `Liver, spleen, adrenals and kidneys: normal` is one label.
        let listed = at > range.start
            && (range.start..at).all(|i| {
                text.any(i, Class::Organ.bit() | Class::Liver.bit())
                    || text.mark(i, b',')
                    || matches!(text.word(i), "and" | "the")
            });
        if at > last && at > range.start && !listed && fields::field(text, at..colon).is_some() {
            starts.push(at);
            last = at;
        } else {
            // `Grade: G1 Ki-67: 2%`: no boundary, but a run of words that only labels have.
            let mut at = colon;
            while at > floor && text.has(at - 1, Class::Label) && !text.mark(at - 1, b':') {
                at -= 1;
            }
            if at > last
                && at < colon
                && at > range.start
                && !text.mark(at - 1, b':')
                && matches!(
                    fields::field(text, at..colon),
                    Some(Field::Ki67 | Field::T | Field::N | Field::M | Field::Mitoses | Field::Grade)
                )
                && colon - at <= 3
            {
                starts.push(at);
                last = at;
            }
        }
    }
    starts
}

/// Whether a new phrase begins at token `i`.
fn boundary(text: &Text<'_>, i: usize, start: usize) -> bool {
    i == start
        || text.gap(i) == Gap::Wide
        || (i > 0
            && text.token(i - 1).is_some_and(|t| {
                t.shape == Shape::Mark
                    && matches!(t.first, b';' | b'.' | b'|' | b',' | b'*' | b':')
                    && text.gap(i) >= Gap::Space
            }))
}

/// Whether a piece is nothing but the mark of a list (`3.`, `(a)`, `-`).
fn only_bullet(text: &Text<'_>, mut range: Range<usize>) -> bool {
    range.len() <= 3
        && (range.len() > 1 || text.mark(range.start, b'-') || text.mark(range.start, b'*'))
        && range.all(|i| {
            text.is_number(i) && text.written(i).len() <= 2
                || text.is_word(i) && text.written(i).len() == 1
                || text.token(i).is_some_and(|t| {
                    t.shape == Shape::Mark && matches!(t.first, b'.' | b')' | b'(' | b'-' | b'*')
                })
        })
}

/// A list mark at the front, and the rest.
fn bullet(text: &Text<'_>, range: Range<usize>) -> (Option<usize>, Range<usize>) {
    let start = range.start;
    let token = text.token(start);
    if token.is_some_and(|t| {
        t.shape == Shape::Mark && matches!(t.first, b'-' | b'*' | b'+' | b'#') && t.end - t.start <= 3
    }) && start + 1 < range.end
    {
        let (_, rest) = bullet(text, start + 1..range.end);
        return (Some(start), rest);
    }
    let enumerated = text.mark(start + 1, b'.') || text.mark(start + 1, b')');
    let number = text.is_number(start) && text.written(start).len() <= 2;
    let letter = text.is_word(start) && text.written(start).len() == 1;
    if start + 2 < range.end
        && enumerated
        && text.gap(start + 1) == Gap::None
        && text.gap(start + 2) >= Gap::Space
        && (number || letter)
    {
        return (Some(start), start + 2..range.end);
    }
    // `S2.04   Max. dimension`: the numbered items of structured reports.
    let code = text.is_word(start)
        && text.written(start).len() <= 3
        && text.written(start).ends_with(|c: char| c.is_ascii_digit())
        && text.written(start).starts_with(|c: char| c.is_ascii_uppercase());
    if code
        && text.mark(start + 1, b'.')
        && text.is_number(start + 2)
        && text.gap(start + 2) == Gap::None
        && start + 3 < range.end
        && text.gap(start + 3) >= Gap::Space
    {
        return (Some(start), start + 3..range.end);
    }
    // `(a) …`, `1: …`
    if text.mark(start, b'(')
        && text.mark(start + 2, b')')
        && text.written(start + 1).len() <= 2
        && start + 3 < range.end
        && !text.is_number(start + 1)
    {
        return (Some(start), start + 3..range.end);
    }
    (None, range)
}

/// `A.`, `B:`, `Part 2`, `Specimen C`, `Tumour 1`: another specimen or tumour begins.
fn part_mark(text: &Text<'_>, i: usize) -> bool {
    let letter =
        text.written(i).len() == 1 && text.token(i).is_some_and(|t| t.first == b'N' || t.first == b'A');
    let mark = text.mark(i + 1, b'.') || text.mark(i + 1, b')') || text.mark(i + 1, b':');
    let named =
        matches!(text.word(i), "specimen" | "part" | "tumour" | "tumor" | "lesion" | "sample" | "pot")
            && (text.is_number(i + 1) || text.written(i + 1).len() == 1 && text.is_word(i + 1));
    (letter && mark) || named
}

/// A label and its value on one line.
fn labelled(text: &Text<'_>, range: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let limit = range.end.min(range.start + fields::LABEL_WORDS_MAX + 8);
    for i in range.start + 1..limit {
        if text.gap(i) == Gap::Wide
            && text.token(i).is_some_and(|t| t.shape != Shape::Mark || t.first != b':')
            && !text.mark(i, b'.')
            && !text.mark(i, b'|')
            && !text.mark(i, b'_')
            && !text.mark(i, b'-')
            && fields::is_exact(text, range.start..i)
            && fields::field(text, range.start..i).is_some()
        {
            return Some((range.start..i, i..range.end));
        }
        if text.has(i, Class::Verb) {
            return None;
        }
        let Some(token) = text.token(i).filter(|t| t.shape == Shape::Mark) else { continue };
        // A typesetter's dash is one mark of three bytes.
        let long = if text.written(i).is_ascii() { token.end - token.start } else { 1 };
        let leader = (matches!(token.first, b'.' | b'_' | b'-' | b'=') && long >= 3)
            || (token.first == b'.'
                && long == 2
                && fields::is_exact(text, range.start..i)
                && fields::field(text, range.start..i).is_some())
            || (token.first == b'.' && text.mark(i + 1, b'.') && text.mark(i + 2, b'.'))
            || (token.first == b'*' && text.mark(i + 1, b'*'));
        let known = || fields::field(text, range.start..i).is_some();
        let ends = long == 1 && text.gap(i + 1) >= Gap::Space && !is_abbreviation(text.word(i - 1));
        let separator = match token.first {
            b':' => !(text.is_number(i - 1) && text.is_number(i + 1) && text.gap(i + 1) == Gap::None),
            b'|' => true,
            b'=' => known() && fields::is_exact(text, range.start..i),
            b'-' => {
                text.gap(i) >= Gap::Space
                    && text.gap(i + 1) >= Gap::Space
                    && fields::is_exact(text, range.start..i)
                    && known()
            }
            b'?' => fields::is_exact(text, range.start..i) && known() && i > range.start + 1,
            b'.' if ends && !leader => return None,
            b';' => return None,
            _ => false,
        };
        if !(separator || leader) {
            continue;
        }
        let mut value = i + 1;
        while value < range.end
            && text.token(value).is_some_and(|t| {
                t.shape == Shape::Mark
                    && (matches!(t.first, b'.' | b'_' | b':' | b'|' | b'=' | b'*')
                        || (t.first == b'-' && text.gap(value + 1) >= Gap::Space))
            })
        {
            value += 1;
        }
        let words = range.start..i;
        return (i - range.start <= fields::LABEL_WORDS_MAX + 4).then_some((words, value..range.end));
    }
    counted(text, range)
}

/// `Positive lymph nodes 3`, `Maximum tumour dimension (mm) 21`: a label with nothing but a number behind it.
fn counted(text: &Text<'_>, range: Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    let last = range.end.checked_sub(1).filter(|i| *i >= range.start + 2 && text.is_number(*i))?;
    let label = range.start..last;
    let unit = text.mark(last - 1, b')') && text.has(last - 2, Class::Length);
    let asked = match fields::field(text, label.clone())? {
        Field::NodesExamined | Field::NodesPositive => true,
        Field::Size => unit,
        _ => false,
    };
    (asked && label.len() <= fields::LABEL_WORDS_MAX && fields::is_exact(text, label.clone()))
        .then_some((label, last..range.end))
}

/// Whether a line goes on with the open unit.
fn goes_on(text: &Text<'_>, open: &Open, bullet: bool, body: Range<usize>, line: &Line, page: u32) -> bool {
    if open.waiting && open.tokens.is_empty() {
        return true;
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
    if open.field.is_some() {
        let hanging = line.column > open.column && !(ended && first.first == b'A');
        // A text all in capitals does not tell where sentences begin.
        let capitals = first.first == b'N'
            && !ended
            && text.token(before).is_some_and(|t| t.first == b'N' || t.shape == Shape::Number)
            && matches!(open.field, Some(Field::Organ | Field::Liver));
        return lower || hanging || capitals || (open.waiting && line.column >= open.column.max(1) && !ended);
    }
    if text.mark(before, b':') {
        return true;
    }
    if lower {
        return true;
    }
    let word = first.end - first.start;
    // Stops end the sentence anyway; going on keeps the paragraph together.
    let wrapped = open.width > 36 && open.width + 1 + word + 6 >= page;
    let hanging = open.bullet && line.column > open.column;
    wrapped || hanging || text.mark(before, b',') || text.mark(before, b'-')
}

/// Words whose full stop ends no sentence.
fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "approx"
            | "vasc"
            | "nr"
            | "no"
            | "ca"
            | "cf"
            | "vs"
            | "dr"
            | "mr"
            | "mrs"
            | "ms"
            | "prof"
            | "seg"
            | "segs"
            | "fig"
            | "e"
            | "g"
            | "i"
            | "max"
            | "dia"
            | "diam"
            | "incl"
            | "ref"
            | "hosp"
            | "st"
            | "nos"
            | "cm"
            | "mm"
            | "resp"
            | "ed"
            | "min"
            | "al"
            | "excl"
            | "dim"
            | "dept"
            | "lab"
            | "est"
    )
}

fn sentence_ends(text: &Text<'_>, range: Range<usize>) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = range.start;
    for i in range.clone() {
        let last = i + 1 == range.end;
        if last || i + 1 - start >= SENTENCE_TOKENS_MAX || ends_sentence(text, i) {
            ends.push(i + 1);
            start = i + 1;
        }
    }
    ends
}

fn ends_sentence(text: &Text<'_>, i: usize) -> bool {
    let Some(token) = text.token(i).filter(|t| t.shape == Shape::Mark) else { return false };
    let Some(next) = text.token(i + 1) else { return true };
    if next.gap < Gap::Space {
        return false;
    }
    let capital = next.shape != Shape::Word || next.first != b'a';
    // `2 . 1 cm`, as scanners space it out.
    if token.first == b'.'
        && token.gap >= Gap::Space
        && next.shape == Shape::Number
        && text.is_number(i.wrapping_sub(1))
    {
        return false;
    }
    match token.first {
        b'.' => {
            let unit =
                matches!(text.word(i.wrapping_sub(1)), "cm" | "mm" | "st" | "no" | "max" | "min" | "ed");
            let begins = next.shape == Shape::Word && next.first != b'a';
            capital && (!is_abbreviation(text.word(i.wrapping_sub(1))) || (unit && begins))
        }
        b'!' => capital,
        b'?' => token.gap < Gap::Space && capital,
        _ => false,
    }
}
