//! Where an element is: the names and positions that lead to it, written as the JSON names them
//! (`Bundle.entry[3].resource.valueQuantity`).
//!
//! This is the simple subset of FHIRPath that OperationOutcome.issue.expression asks for, with the JSON names of
//! choice elements (`valueQuantity`, not `value.ofType(Quantity)`), so that it also finds the bytes again. Names that
//! the standard does not know could be anything, even a patient's name, and are never shown.

use std::fmt::Write;

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Into the member of an object.
    Member(String),
    /// Into the element of an array.
    Index(usize),
}

/// The place of the element being read, linked to what it is in.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    /// The outermost, with its expression.
    Root(&'a str),
    /// A member.
    Member(&'a At<'a>, &'a str),
    /// An element of an array.
    Index(&'a At<'a>, usize),
}

impl<'a> At<'a> {
    pub(crate) fn member(&'a self, name: &'a str) -> Self {
        Self::Member(self, name)
    }

    pub(crate) fn index(&'a self, index: usize) -> Self {
        Self::Index(self, index)
    }

    pub(crate) fn expression(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Root(root) => out.push_str(root),
            Self::Member(parent, name) => {
                parent.write(out);
                out.push('.');
                out.push_str(name);
            }
            Self::Index(parent, index) => {
                parent.write(out);
                // Writing to a String cannot fail.
                let _ = write!(out, "[{index}]");
            }
        }
    }
}

/// The expression of a failure: the known steps, up to the first name that the standard does not have.
pub(crate) fn of_steps(root: &str, innermost_first: &[Step], known: impl Fn(&str) -> bool) -> String {
    let mut out = root.to_owned();
    for step in innermost_first.iter().rev() {
        match step {
            Step::Member(name) if known(name) => {
                out.push('.');
                out.push_str(name);
            }
            Step::Member(_) => break,
            Step::Index(index) => {
                let _ = write!(out, "[{index}]");
            }
        }
    }
    out
}

/// Takes an expression apart, without the resource type in front.
pub(crate) fn steps(expression: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for (place, part) in expression.split('.').enumerate() {
        let (name, mut rest) = part.split_at(part.find('[').unwrap_or(part.len()));
        if name.is_empty() || (place == 0 && !rest.is_empty()) {
            return None;
        }
        if place > 0 {
            steps.push(Step::Member(name.to_owned()));
        }
        while let Some((index, after)) = rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    Some(steps)
}
