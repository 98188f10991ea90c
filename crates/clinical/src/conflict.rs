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

/// A conflict and the facts it is between, in order of their keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// What does not fit.
    pub kind: ConflictKind,
    /// Between which facts.
    pub facts: Vec<FactRef>,
}

impl Conflict {
    /// A conflict between the facts of several values.
    pub(crate) fn between(kind: ConflictKind, sides: &[&[FactRef]]) -> Self {
        let mut facts: Vec<FactRef> = sides.iter().flat_map(|it| it.iter().copied()).collect();
        facts.sort_unstable();
        facts.dedup();
        Self { kind, facts }
    }
}
