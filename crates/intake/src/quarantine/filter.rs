//! Which quarantined messages are asked for. Pure.

use lacteal_clinical::PatientId;
use lacteal_wire::api::{Failure, QuarantineFilter, QuarantineState};

use super::case::Case;
use crate::asked::invalid;

/// A filter, checked.
pub(super) struct Filter {
    pub(super) source: String,
    pub(super) problem_code: u32,
    pub(super) since_s: i64,
    pub(super) state: QuarantineState,
    pub(super) patient: Option<PatientId>,
}

impl Filter {
    pub(super) fn read(asked: &QuarantineFilter) -> Result<Filter, Failure> {
        let state = QuarantineState::try_from(asked.state)
            .map_err(|_| invalid("filter.state", "is not a state of this version"))?;
        let patient = match asked.patient_id.as_str() {
            "" => None,
            id => Some(id.parse().map_err(|_| invalid("filter.patient_id", "is not a pseudonym"))?),
        };
        Ok(Filter {
            source: asked.source.clone(),
            problem_code: asked.problem_code,
            since_s: asked.since_s,
            state,
            patient,
        })
    }

    /// Whether a case is asked for. The patient is settled by where it was found.
    pub(super) fn admits(&self, case: &Case) -> bool {
        let message = &case.message;
        let has_code = || message.problems.iter().any(|problem| problem.code == self.problem_code);
        (self.source.is_empty() || self.source == message.source)
            && (self.problem_code == 0 || has_code())
            && (self.since_s == 0 || case.received.as_second() >= self.since_s)
            && (self.state == QuarantineState::Unspecified || self.state == case.state())
    }
}
