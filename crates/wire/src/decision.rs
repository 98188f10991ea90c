//! Decisions of clinicians, between `clinical` and protobuf.

use jiff::civil::Date;
use lacteal_clinical::decision::{Decision, DecisionKind};
use lacteal_clinical::fact::{FactIdentity, FactRef};
use lacteal_clinical::{PartialDate, PatientId};

use crate::error::{invalid, missing, sixteen};
use crate::event::decision::Kind;
use crate::fact::{date, read_date};
use crate::finding::{modality, read_modality};
use crate::{Error, event};

/// A reference to a fact as an event.
pub fn fact_ref(key: &FactRef) -> event::FactRef {
    event::FactRef { patient: key.0.0.to_vec(), identity: key.1.0.to_vec() }
}

/// A reference to a fact out of an event.
///
/// # Errors
/// When a part is not 16 bytes long.
pub fn read_fact_ref(fact: &event::FactRef) -> Result<FactRef, Error> {
    let patient = PatientId(sixteen(&fact.patient, "fact.patient")?);
    Ok((patient, FactIdentity(sixteen(&fact.identity, "fact.identity")?)))
}

/// A decision as an event.
pub fn decision(it: &Decision) -> event::Decision {
    let judged = |fact: &FactRef, digest: &[u8; 16]| event::JudgedFact {
        fact: Some(fact_ref(fact)),
        digest: digest.to_vec(),
    };
    let kind = match it.kind() {
        DecisionKind::Interval { months } => Kind::IntervalMonths((*months).into()),
        DecisionKind::Modality(it) => Kind::Modality(modality(*it) as i32),
        DecisionKind::Hold => Kind::Hold(true),
        DecisionKind::Decline => Kind::Decline(true),
        DecisionKind::Discharge => Kind::Discharge(true),
        DecisionKind::Transfer => Kind::Transfer(true),
        DecisionKind::Resume => Kind::Resume(true),
        DecisionKind::Treated => Kind::Treated(true),
        DecisionKind::Policy { name } => Kind::Policy(name.clone()),
        DecisionKind::Confirm { fact, digest } => Kind::Confirm(judged(fact, digest)),
        DecisionKind::Reject { fact, digest } => Kind::Reject(judged(fact, digest)),
    };
    event::Decision {
        kind: Some(kind),
        author: it.author().to_owned(),
        reason: it.reason().to_owned(),
        until: it.until().and_then(|day| PartialDate::from_day(day).ok()).as_ref().map(date),
    }
}

/// A decision out of an event.
///
/// # Errors
/// When a field is missing or holds what it cannot hold.
pub fn read_decision(it: &event::Decision) -> Result<Decision, Error> {
    let until = it.until.as_ref().map(read_day).transpose()?;
    Decision::new(read_kind(it)?, &it.author, &it.reason, until).map_err(|error| invalid(field_of(&error)))
}

/// The field that a decision is refused for.
fn field_of(error: &lacteal_clinical::Error) -> &'static str {
    use lacteal_clinical::Error::{Empty, TooLong, Unexpected};
    match error {
        lacteal_clinical::Error::Date => "decision.until",
        Empty { what } | TooLong { what, .. } | Unexpected { what } => match *what {
            "author of a decision" => "decision.author",
            "reason of a decision" => "decision.reason",
            "months of an interval" => "decision.interval_months",
            "modality of a decision" => "decision.modality",
            "last day of a hold" | "last day of this decision" => "decision.until",
            "name of a policy" => "decision.policy",
            _ => "decision",
        },
        _ => "decision",
    }
}

fn read_kind(it: &event::Decision) -> Result<DecisionKind, Error> {
    let judged = |it: &event::JudgedFact| {
        let fact = it.fact.as_ref().ok_or_else(|| missing("decision.fact"))?;
        Ok::<_, Error>((read_fact_ref(fact)?, sixteen(&it.digest, "decision.digest")?))
    };
    Ok(match it.kind.as_ref().ok_or_else(|| missing("decision.kind"))? {
        Kind::IntervalMonths(months) => DecisionKind::Interval {
            months: u8::try_from(*months).map_err(|_| invalid("decision.interval_months"))?,
        },
        Kind::Modality(it) => DecisionKind::Modality(read_modality(*it)?),
        Kind::Hold(true) => DecisionKind::Hold,
        Kind::Decline(true) => DecisionKind::Decline,
        Kind::Discharge(true) => DecisionKind::Discharge,
        Kind::Transfer(true) => DecisionKind::Transfer,
        Kind::Resume(true) => DecisionKind::Resume,
        Kind::Treated(true) => DecisionKind::Treated,
        Kind::Hold(false)
        | Kind::Decline(false)
        | Kind::Discharge(false)
        | Kind::Transfer(false)
        | Kind::Resume(false)
        | Kind::Treated(false) => return Err(invalid("decision.kind")),
        Kind::Policy(name) => DecisionKind::Policy { name: name.clone() },
        Kind::Confirm(it) => {
            let (fact, digest) = judged(it)?;
            DecisionKind::Confirm { fact, digest }
        }
        Kind::Reject(it) => {
            let (fact, digest) = judged(it)?;
            DecisionKind::Reject { fact, digest }
        }
    })
}

/// A date of day precision out of an event.
fn read_day(it: &event::PartialDate) -> Result<Date, Error> {
    let read = read_date(it)?;
    if read.day().is_none() {
        return Err(invalid("decision.until"));
    }
    Ok(read.earliest())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut event::Decision)) -> Option<Error> {
        let mut it = event::Decision {
            kind: Some(Kind::IntervalMonths(6)),
            author: "Dr Weser".to_owned(),
            reason: "high grade".to_owned(),
            until: None,
        };
        change(&mut it);
        read_decision(&it).err()
    }

    #[test]
    fn a_decision_that_cannot_be_is_refused_by_the_field_that_is_wrong() {
        assert_eq!(refused(|_| {}), None);
        let day = PartialDate::new(2027, None, None).as_ref().map(date).ok();
        let judged = event::JudgedFact { fact: None, digest: vec![0; 16] };
        let short = event::FactRef { patient: vec![0; 16], identity: vec![0; 3] };
        let cases = [
            (refused(|it| it.kind = None), missing("decision.kind")),
            (refused(|it| it.author.clear()), invalid("decision.author")),
            (refused(|it| it.author = "x".repeat(65)), invalid("decision.author")),
            (refused(|it| it.reason = " ".to_owned()), invalid("decision.reason")),
            (refused(|it| it.kind = Some(Kind::IntervalMonths(0))), invalid("decision.interval_months")),
            (refused(|it| it.kind = Some(Kind::IntervalMonths(300))), invalid("decision.interval_months")),
            (refused(|it| it.kind = Some(Kind::Policy(String::new()))), invalid("decision.policy")),
            (refused(|it| it.kind = Some(Kind::Hold(true))), invalid("decision.until")),
            (refused(|it| it.kind = Some(Kind::Hold(false))), invalid("decision.kind")),
            (refused(|it| it.until = day), invalid("decision.until")),
            (refused(|it| it.kind = Some(Kind::Confirm(judged.clone()))), missing("decision.fact")),
            (
                refused(|it| {
                    it.kind = Some(Kind::Reject(event::JudgedFact { fact: Some(short), ..judged.clone() }))
                }),
                invalid("fact.identity"),
            ),
        ];
        for (found, wanted) in cases {
            assert_eq!(found, Some(wanted));
        }
    }
}
