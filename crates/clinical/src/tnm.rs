//! TNM categories of jejunum and ileum (AJCC/UICC 8th edition and AJCC Version 9, which share the categories).
//!
//! A [`TnmStatement`] is one category as it was written: prefix, category, suffixes, node counts and the text
//! itself. [`mod@parse`] reads it, [`mod@stage`] groups three of them. Nothing here corrects a statement.

pub mod parse;
pub mod stage;

use std::fmt;

pub use parse::{Combined, combined, single};
pub use stage::{NotStageable, StageEdition, StageFlag, StageGroup, Staging, StatedStage, stage};

/// Longest text of a statement that is kept, in bytes.
pub const RAW_BYTES_MAX: usize = 64;

/// Which of the three categories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// Primary tumour.
    T,
    /// Regional nodes.
    N,
    /// Distant metastasis.
    M,
}

impl Axis {
    /// `T`, `N` or `M`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::T => "T",
            Self::N => "N",
            Self::M => "M",
        }
    }
}

/// Depth of the primary tumour, by increasing extent; `X` (cannot be assessed) is lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum T {
    /// Cannot be assessed.
    X,
    /// No evidence of a primary.
    T0,
    /// Mucosa or submucosa, and at most 1 cm.
    T1,
    /// Muscularis propria, or more than 1 cm.
    T2,
    /// Subserosa, serosa not penetrated.
    T3,
    /// Serosa or other structures.
    T4,
}

/// Regional nodes, by increasing extent; `X` is lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum N {
    /// Cannot be assessed.
    X,
    /// None.
    N0,
    /// Fewer than twelve nodes.
    N1,
    /// A mesenteric mass above 2 cm, or twelve nodes or more.
    N2,
}

/// Distant metastasis. `X` was abolished and is read as unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum M {
    /// Unknown.
    X,
    /// None.
    M0,
    /// Present, site not told (7th edition and older).
    M1,
    /// Liver only.
    M1a,
    /// Outside the liver only.
    M1b,
    /// Liver and elsewhere.
    M1c,
}

impl M {
    /// Whether the category says that the liver is reached.
    pub const fn says_liver(self) -> bool {
        matches!(self, Self::M1a | Self::M1c)
    }

    /// Whether it says that there is distant metastasis of any site.
    pub const fn is_metastatic(self) -> bool {
        matches!(self, Self::M1 | Self::M1a | Self::M1b | Self::M1c)
    }
}

/// One category of one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Primary tumour.
    T(T),
    /// Regional nodes.
    N(N),
    /// Distant metastasis.
    M(M),
}

impl Category {
    /// The axis that it belongs to.
    pub const fn axis(self) -> Axis {
        match self {
            Self::T(_) => Axis::T,
            Self::N(_) => Axis::N,
            Self::M(_) => Axis::M,
        }
    }

    /// Whether something was assessed (not `X`).
    pub const fn is_known(self) -> bool {
        !matches!(self, Self::T(T::X) | Self::N(N::X) | Self::M(M::X))
    }

    /// `TX` … `M1c`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::T(T::X) => "TX",
            Self::T(T::T0) => "T0",
            Self::T(T::T1) => "T1",
            Self::T(T::T2) => "T2",
            Self::T(T::T3) => "T3",
            Self::T(T::T4) => "T4",
            Self::N(N::X) => "NX",
            Self::N(N::N0) => "N0",
            Self::N(N::N1) => "N1",
            Self::N(N::N2) => "N2",
            Self::M(M::X) => "MX",
            Self::M(M::M0) => "M0",
            Self::M(M::M1) => "M1",
            Self::M(M::M1a) => "M1a",
            Self::M(M::M1b) => "M1b",
            Self::M(M::M1c) => "M1c",
        }
    }
}

/// What the category rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// No `c` or `p` was written.
    #[default]
    Unstated,
    /// `c`: examination and imaging.
    Clinical,
    /// `p`: the specimen.
    Pathological,
}

/// The letters before a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    /// `c`, `p` or neither.
    pub basis: Basis,
    /// `y`: after neoadjuvant treatment.
    pub after_treatment: bool,
    /// `r`: a recurrence.
    pub recurrence: bool,
    /// `a`: found at autopsy.
    pub autopsy: bool,
}

/// How many primaries were said to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Multiplicity {
    /// `(m)`, `m` or `(#)`: several.
    Several,
    /// `(3)`: so many, at least one.
    Count(u16),
}

impl Multiplicity {
    /// Whether there is more than one.
    pub const fn is_several(self) -> bool {
        !matches!(self, Self::Count(1))
    }
}

/// The marks after a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suffixes {
    /// Several primaries (T only).
    pub multiplicity: Option<Multiplicity>,
    /// `(sn)`: sentinel nodes only (N only).
    pub sentinel: bool,
    /// `(f)`: needle or core biopsy (N only).
    pub biopsy: bool,
    /// `(i+)`: isolated tumour cells (N and M).
    pub isolated_cells: bool,
}

/// `(2/13)`: nodes positive of nodes examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeCounts {
    /// With tumour.
    pub positive: u16,
    /// Examined.
    pub examined: u16,
}

/// One TNM category as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TnmStatement {
    /// The letters before.
    pub prefix: Prefix,
    /// The category.
    pub category: Category,
    /// The marks after.
    pub suffixes: Suffixes,
    /// Node counts written with an N category.
    pub nodes: Option<NodeCounts>,
    /// The text that was read in full as this statement, at most [`RAW_BYTES_MAX`] bytes.
    pub raw: String,
}

impl TnmStatement {
    /// The T category, when it is one.
    pub fn t(&self) -> Option<T> {
        if let Category::T(it) = self.category { Some(it) } else { None }
    }

    /// The N category, when it is one.
    pub fn n(&self) -> Option<N> {
        if let Category::N(it) = self.category { Some(it) } else { None }
    }

    /// The M category, when it is one.
    pub fn m(&self) -> Option<M> {
        if let Category::M(it) = self.category { Some(it) } else { None }
    }
}

impl fmt::Display for TnmStatement {
    /// The statement in one spelling: `ypT3(m)`, `pN1 (2/13)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Prefix { basis, after_treatment, recurrence, autopsy } = self.prefix;
        for (present, letter) in [(recurrence, "r"), (autopsy, "a"), (after_treatment, "y")] {
            f.write_str(if present { letter } else { "" })?;
        }
        f.write_str(match basis {
            Basis::Unstated => "",
            Basis::Clinical => "c",
            Basis::Pathological => "p",
        })?;
        f.write_str(self.category.as_str())?;
        let Suffixes { multiplicity, sentinel, biopsy, isolated_cells } = self.suffixes;
        match multiplicity {
            Some(Multiplicity::Several) => f.write_str("(m)")?,
            Some(Multiplicity::Count(count)) => write!(f, "({count})")?,
            None => {}
        }
        for (present, mark) in [(sentinel, "(sn)"), (biopsy, "(f)"), (isolated_cells, "(i+)")] {
            f.write_str(if present { mark } else { "" })?;
        }
        if let Some(NodeCounts { positive, examined }) = self.nodes {
            write!(f, " ({positive}/{examined})")?;
        }
        Ok(())
    }
}
