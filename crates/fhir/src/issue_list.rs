//! The issues of a whole body under one limit, whoever adds them.

use crate::element::Issues;
use crate::{Error, Issue};

/// Issues so far, and how many more may come.
pub(crate) struct IssueList {
    list: Vec<Issue>,
    room: usize,
    left_out: usize,
    errors: usize,
}

impl IssueList {
    pub(crate) fn new(max: usize) -> Self {
        Self { list: Vec::new(), room: max, left_out: 0, errors: 0 }
    }

    /// How many more may be listed.
    pub(crate) fn room(&self) -> usize {
        self.room
    }

    /// Adds what was found while reading one part.
    pub(crate) fn take(&mut self, found: Issues) {
        self.errors += found.errors();
        let (list, left_out) = found.into_parts();
        self.left_out += left_out;
        self.room = self.room.saturating_sub(list.len());
        self.list.extend(list);
    }

    /// Errors of all parts, those that are not listed included.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The issues added since the list had this length.
    pub(crate) fn since(&self, len: usize) -> Vec<Issue> {
        self.list.get(len..).unwrap_or_default().to_vec()
    }

    /// All issues, and one that counts the rest.
    pub(crate) fn into_list(mut self, root: &str) -> Vec<Issue> {
        if self.left_out > 0 {
            self.list.push(Issue::new(Error::MoreIssues { count: self.left_out }, root));
        }
        self.list
    }
}
