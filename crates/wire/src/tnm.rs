//! TNM categories and stage groups, between `clinical` and protobuf.

use lacteal_clinical::tnm::{
    Basis, Category, M, Multiplicity, N, NodeCounts, Prefix, StageEdition, StageGroup, StatedStage, Suffixes,
    T, TnmStatement,
};

use crate::error::invalid;
use crate::finding::small;
use crate::{Error, event};

/// A TNM category as an event.
pub(crate) fn tnm(statement: &TnmStatement) -> event::Tnm {
    let basis = match statement.prefix.basis {
        Basis::Unstated => event::TnmBasis::Unspecified,
        Basis::Clinical => event::TnmBasis::Clinical,
        Basis::Pathological => event::TnmBasis::Pathological,
    };
    event::Tnm {
        category: statement.category.as_str().to_owned(),
        basis: basis as i32,
        after_treatment: statement.prefix.after_treatment,
        recurrence: statement.prefix.recurrence,
        autopsy: statement.prefix.autopsy,
        primaries: statement.suffixes.multiplicity.map(|it| match it {
            Multiplicity::Several => 0,
            Multiplicity::Count(count) => count.into(),
        }),
        sentinel: statement.suffixes.sentinel,
        biopsy: statement.suffixes.biopsy,
        isolated_cells: statement.suffixes.isolated_cells,
        nodes: statement
            .nodes
            .map(|it| event::NodeCounts { positive: it.positive.into(), examined: it.examined.into() }),
        raw: statement.raw.clone(),
    }
}

/// A TNM category out of an event.
///
/// # Errors
/// When the category is not one.
pub(crate) fn read_tnm(statement: &event::Tnm) -> Result<TnmStatement, Error> {
    let basis = match event::TnmBasis::try_from(statement.basis) {
        Ok(event::TnmBasis::Unspecified) => Basis::Unstated,
        Ok(event::TnmBasis::Clinical) => Basis::Clinical,
        Ok(event::TnmBasis::Pathological) => Basis::Pathological,
        Err(_) => return Err(invalid("tnm.basis")),
    };
    let multiplicity = match statement.primaries {
        None => None,
        Some(0) => Some(Multiplicity::Several),
        Some(count) => Some(Multiplicity::Count(small(count)?)),
    };
    let nodes = match &statement.nodes {
        Some(it) => Some(NodeCounts { positive: small(it.positive)?, examined: small(it.examined)? }),
        None => None,
    };
    Ok(TnmStatement {
        prefix: Prefix {
            basis,
            after_treatment: statement.after_treatment,
            recurrence: statement.recurrence,
            autopsy: statement.autopsy,
        },
        category: category(&statement.category).ok_or_else(|| invalid("tnm.category"))?,
        suffixes: Suffixes {
            multiplicity,
            sentinel: statement.sentinel,
            biopsy: statement.biopsy,
            isolated_cells: statement.isolated_cells,
        },
        nodes,
        raw: statement.raw.clone(),
    })
}

fn category(text: &str) -> Option<Category> {
    let all = [T::X, T::T0, T::T1, T::T2, T::T3, T::T4]
        .map(Category::T)
        .into_iter()
        .chain([N::X, N::N0, N::N1, N::N2].map(Category::N))
        .chain([M::X, M::M0, M::M1, M::M1a, M::M1b, M::M1c].map(Category::M));
    all.into_iter().find(|category| category.as_str() == text)
}

/// A stated stage group as an event.
pub(crate) fn stated_stage(it: &StatedStage) -> event::StatedStage {
    let edition = match it.edition {
        None => event::StageEdition::Unspecified,
        Some(StageEdition::Seventh) => event::StageEdition::Seventh,
        Some(StageEdition::Eighth) => event::StageEdition::Eighth,
        Some(StageEdition::Version9) => event::StageEdition::Version9,
    };
    event::StatedStage {
        group: it.group.as_str().to_owned(),
        letter: it.letter.map(String::from).unwrap_or_default(),
        edition: edition as i32,
    }
}

/// A stated stage group out of an event.
///
/// # Errors
/// When no edition has such a group.
pub(crate) fn read_stated_stage(it: &event::StatedStage) -> Result<StatedStage, Error> {
    let groups = [StageGroup::I, StageGroup::II, StageGroup::III, StageGroup::IV];
    let group = groups.into_iter().find(|group| group.as_str() == it.group);
    let edition = match event::StageEdition::try_from(it.edition) {
        Ok(event::StageEdition::Unspecified) => None,
        Ok(event::StageEdition::Seventh) => Some(StageEdition::Seventh),
        Ok(event::StageEdition::Eighth) => Some(StageEdition::Eighth),
        Ok(event::StageEdition::Version9) => Some(StageEdition::Version9),
        Err(_) => return Err(invalid("stage_group")),
    };
    let mut letters = it.letter.chars();
    let letter = letters.next();
    let stage = group.filter(|_| letters.next().is_none());
    stage.and_then(|group| StatedStage::new(group, letter, edition)).ok_or_else(|| invalid("stage_group"))
}
