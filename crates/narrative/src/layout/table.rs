//! Rows of tables: cells between pipes or wide gaps, under a header whose cells are labels.

use std::ops::Range;

use super::Flow;
use super::sentences::SENTENCE_TOKENS_MAX;
use crate::fields;
use crate::tokens::{Gap, Text};

/// Longest cell of a header that labels its column, in tokens: every row looks at it again.
const HEADER_TOKENS_MAX: usize = 32;

impl Flow<'_, '_> {
    /// Reads the header of a table, or a row under one. Whether the line was one of them.
    pub(super) fn table_row(&mut self, range: Range<usize>) -> bool {
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
        // `LYMPH NODES:  Examined  14   Involved  3` is a row by itself.
        let valued = || cells.iter().any(|it| it.len() == 1 && self.text.is_number(it.start));
        // `Nodule   Dist. from proximal end   Size`: a list of tumours and where they sit.
        let cell =
            |field: fn(&str) -> bool| cells.iter().any(|it| it.clone().any(|i| field(self.text.word(i))));
        let listed = cell(|it| matches!(it, "size" | "diameter" | "dimension"))
            && cell(|it| matches!(it, "dist" | "distance" | "position" | "location"));
        if (labels >= 3 && labels * 2 >= cells.len() || listed) && !valued() {
            self.close();
            let label = |it: Range<usize>| if it.len() > HEADER_TOKENS_MAX { it.start..it.start } else { it };
            self.header = cells.into_iter().map(label).collect();
            return true;
        }
        if self.header.len() != cells.len() {
            self.header.clear();
            return false;
        }
        for (cell, label) in cells.into_iter().zip(self.header.clone()) {
            let field = fields::field(self.text, label.clone());
            let end = cell.end;
            let opens = cell.start..cell.end.min(cell.start + SENTENCE_TOKENS_MAX);
            self.push(opens, label.clone(), field, true);
            for start in cell.skip(SENTENCE_TOKENS_MAX).step_by(SENTENCE_TOKENS_MAX) {
                self.push(start..end.min(start + SENTENCE_TOKENS_MAX), label.clone(), None, false);
            }
        }
        true
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_without_end_is_no_longer_unit_than_a_sentence_without_end() {
        let cell = "nodes ".repeat(3 * SENTENCE_TOKENS_MAX + 1);
        let table = format!("Size | Grade | Ki-67 | Site\n2 cm | G1 | 2% | {cell}\n");
        let lower = crate::tokens::lower(&table);
        let units = super::super::units(&Text::new(&table, &lower), false);
        assert_eq!(units.len(), 7);
        assert!(units.iter().all(|it| it.tokens.len() <= SENTENCE_TOKENS_MAX));
    }
}
