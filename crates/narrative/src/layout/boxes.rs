//! Tick boxes: an empty box goes with what it offers, a ticked one leaves what it ticks.
//!
//! They are taken out before lines are read, so that nothing that was only offered looks like a statement.

use crate::tokens::{Gap, Shape, Text};

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
