//! Statements that do not fit together. They are shown to people and never settled by overwriting one of them.

use crate::fact::FactRef;

/// What does not fit: with the definitions of the TNM categories and grades, with each other, or with one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictKind {
    /// Liver metastasis called absent after it was present: a contradiction, not an improvement.
    LiverAbsentAfterPresent,
    /// No distant metastasis stated after liver metastasis was present.
    DistantAbsentAfterLiverPresent,
    /// M1b (outside the liver only) stated although the liver is reached.
    LiverNotInCategory,
    /// Twelve positive nodes or more, and N stated below 2.
    NodeCountAboveCategory,
    /// Positive nodes, and N0 stated.
    PositiveNodesButN0,
    /// No positive nodes among those examined, and N1 stated.
    NoPositiveNodesButN1,
    /// A mesenteric mass certainly above 2 cm, and N stated below 2.
    MassAboveCategory,
    /// N2 stated; fewer than twelve positive nodes and no mass above 2 cm.
    N2WithoutGround,
    /// More nodes positive than examined.
    MoreNodesPositiveThanExamined,
    /// A size above 1 cm, and T1 stated.
    SizeAboveT1,
    /// A depth that is not that of the stated T.
    DepthNotOfCategory,
    /// One primary, or another number of them, and several stated with T.
    FocalityNotOfCategory,
    /// A stage group stated that is not the one of T, N and M.
    StageNotOfCategories,
    /// Stage I to III stated after liver metastasis was present: a contradiction, not an improvement.
    StageBelowLiver,
    /// The stated grade is not the one that Ki-67 and mitoses give.
    GradesDiffer,
    /// Diagnoses of another site or kind of tumour beside the one believed.
    DiagnosesDiffer,
    /// Two dates of birth that cannot be the same day: perhaps a wrong merge.
    BirthDatesDiffer,
    /// Two sexes: perhaps a wrong merge.
    SexesDiffer,
    /// Two dates of death that cannot be the same day.
    DeathDatesDiffer,
}

/// The rule that says what counts while a conflict stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictRule {
    /// Liver metastasis that was reported counts until that report is withdrawn.
    LiverPresent,
    /// N as stated for the stage and the policy; the count of nodes for the risk.
    NodesEach,
    /// N as stated for the stage and the policy; N1 or N2 keeps a count of none from being favourable.
    NodesWorse,
    /// N as stated for the stage and the policy; the mass by itself for the risk.
    MassEach,
    /// Neither is replaced.
    Both,
    /// The stated T before size, depth and number.
    StatedT,
    /// The stage group of T, N and M before the stated one.
    CategoriesStage,
    /// The higher grade.
    HigherGrade,
    /// A tumour that is watched here before others.
    Watched,
    /// The more exact date, then that of the later report.
    MoreExact,
    /// The later report.
    Later,
}

impl ConflictRule {
    /// The rule as people read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LiverPresent => "liver metastasis that was reported counts until that report is withdrawn",
            Self::NodesEach => "the stated N counts for stage and policy, the number of nodes for the risk",
            Self::NodesWorse => {
                "the stated N counts for stage and policy, and the risk does not take the nodes as negative"
            }
            Self::MassEach => "the stated N counts for stage and policy, the size of the mass for the risk",
            Self::Both => "none replaces the other: both count as stated",
            Self::StatedT => "the stated T counts before size, depth and number of the primary",
            Self::CategoriesStage => "the stage group of T, N and M counts before the stated one",
            Self::HigherGrade => "the higher grade counts",
            Self::Watched => "a tumour that is watched here counts before others",
            Self::MoreExact => "the more exact date counts, of equal ones that of the later report",
            Self::Later => "the later report counts",
        }
    }
}

impl ConflictKind {
    /// The rule that says what counts while it stands.
    pub const fn rule(self) -> ConflictRule {
        match self {
            Self::LiverAbsentAfterPresent
            | Self::DistantAbsentAfterLiverPresent
            | Self::LiverNotInCategory
            | Self::StageBelowLiver => ConflictRule::LiverPresent,
            Self::NodeCountAboveCategory | Self::PositiveNodesButN0 | Self::N2WithoutGround => {
                ConflictRule::NodesEach
            }
            Self::NoPositiveNodesButN1 => ConflictRule::NodesWorse,
            Self::MassAboveCategory => ConflictRule::MassEach,
            Self::MoreNodesPositiveThanExamined => ConflictRule::Both,
            Self::SizeAboveT1 | Self::DepthNotOfCategory | Self::FocalityNotOfCategory => {
                ConflictRule::StatedT
            }
            Self::StageNotOfCategories => ConflictRule::CategoriesStage,
            Self::GradesDiffer => ConflictRule::HigherGrade,
            Self::DiagnosesDiffer => ConflictRule::Watched,
            Self::BirthDatesDiffer => ConflictRule::MoreExact,
            Self::SexesDiffer | Self::DeathDatesDiffer => ConflictRule::Later,
        }
    }
}

/// A conflict and the facts it is between, in order of their keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// What does not fit.
    pub kind: ConflictKind,
    /// Between which facts.
    pub facts: Vec<FactRef>,
    /// The rule that says what counts.
    pub rule: ConflictRule,
}

impl Conflict {
    /// A conflict between the facts of several values.
    pub(crate) fn between(kind: ConflictKind, sides: &[&[FactRef]]) -> Self {
        let mut facts: Vec<FactRef> = sides.iter().flat_map(|it| it.iter().copied()).collect();
        facts.sort_unstable();
        facts.dedup();
        Self { kind, facts, rule: kind.rule() }
    }
}
