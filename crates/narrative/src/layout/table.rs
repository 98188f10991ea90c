//! Rows of tables: cells between pipes or wide gaps, under a header whose cells are labels.

use std::ops::Range;

use super::Flow;
use crate::fields;
use crate::tokens::{Gap, Text};

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
