//! Decisions of clinicians: facts like any other, which win over what the software would have chosen.
//!
//! A decision is about one thing ([`Slot`]); the identity of its fact is that of the patient's slot, so that a later
//! decision takes the place of an earlier one and a withdrawal is the same fact withdrawn. Who may decide is not known
//! here.

use std::fmt;

use jiff::civil::Date;

use crate::fact::{FactIdentity, FactRef};
use crate::{Error, Modality, PartialDate, text};

/// Longest name of an author, in bytes.
pub const AUTHOR_BYTES_MAX: usize = 64;
/// Longest reason, in bytes.
pub const REASON_BYTES_MAX: usize = 400;
/// Longest name of a policy, in bytes.
pub const POLICY_BYTES_MAX: usize = 64;
/// Longest interval that can be decided, in months.
pub const INTERVAL_MONTHS_MAX: u8 = 60;

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecisionKind {
    /// The interval between scans.
    Interval {
        /// 1 to [`INTERVAL_MONTHS_MAX`].
        months: u8,
    },
    /// The modality of the next scans: CT or MR.
    Modality(Modality),
    /// Surveillance pauses until the decision's last day.
    Hold,
    /// The patient declines surveillance.
    Decline,
    /// The patient is discharged from surveillance.
    Discharge,
    /// The patient is followed elsewhere.
    Transfer,
    /// A hold, decline, discharge or transfer is over.
    Resume,
    /// Liver metastasis was treated.
    Treated,
    /// The patient is planned by this policy.
    Policy {
        /// Its name, at most [`POLICY_BYTES_MAX`] bytes.
        name: String,
    },
    /// A statement that was read out of text is right.
    Confirm {
        /// The statement.
        fact: FactRef,
        /// What it stated when it was judged ([`Fact::statement_digest`](crate::Fact::statement_digest)).
        digest: [u8; 16],
    },
    /// A statement that was read out of text is wrong.
    Reject {
        /// The statement.
        fact: FactRef,
        /// What it stated when it was judged.
        digest: [u8; 16],
    },
}

/// What a decision is about. Of one slot only the latest decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Interval between scans.
    Interval,
    /// Modality of scans.
    Modality,
    /// Whether surveillance goes on.
    Course,
    /// Treatment of liver metastasis.
    Treatment,
    /// Policy.
    Policy,
    /// One statement that was read out of text.
    Statement(FactRef),
}

impl Slot {
    /// The identity that all decisions of this slot share.
    pub fn identity(&self) -> FactIdentity {
        let name = match self {
            Self::Interval => "interval",
            Self::Modality => "modality",
            Self::Course => "course",
            Self::Treatment => "treatment",
            Self::Policy => "policy",
            Self::Statement((patient, identity)) => {
                let parts = [b"decision".as_slice(), b"statement", &patient.0, &identity.0];
                return FactIdentity::of(parts);
            }
        };
        FactIdentity::of(["decision", name])
    }
}

/// A decision, checked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decision {
    kind: DecisionKind,
    author: String,
    reason: String,
    until: Option<Date>,
}

impl Decision {
    /// A decision with its author and reason, and the last day on which it holds.
    ///
    /// # Errors
    /// When author or reason is empty or too long, an interval is 0 or beyond the limit, a modality is neither CT nor
    /// MR, a hold has no last day, a last day lies outside the accepted years, a judged statement, a treatment or a
    /// resumption has one, or the name of a policy is none.
    pub fn new(
        mut kind: DecisionKind,
        author: &str,
        reason: &str,
        until: Option<Date>,
    ) -> Result<Self, Error> {
        let author = text::kept("author of a decision", author, AUTHOR_BYTES_MAX)?;
        let reason = text::kept("reason of a decision", reason, REASON_BYTES_MAX)?;
        if let Some(day) = until {
            PartialDate::from_day(day)?;
        }
        let unexpected = |what| Err(Error::Unexpected { what });
        match &mut kind {
            DecisionKind::Interval { months } if !(1..=INTERVAL_MONTHS_MAX).contains(&*months) => {
                return unexpected("months of an interval");
            }
            DecisionKind::Modality(it) if !matches!(it, Modality::Ct | Modality::Mr) => {
                return unexpected("modality of a decision");
            }
            DecisionKind::Hold if until.is_none() => {
                return Err(Error::Empty { what: "last day of a hold" });
            }
            DecisionKind::Confirm { .. }
            | DecisionKind::Reject { .. }
            | DecisionKind::Treated
            | DecisionKind::Resume
                if until.is_some() =>
            {
                return unexpected("last day of this decision");
            }
            DecisionKind::Policy { name } => {
                *name = text::kept("name of a policy", name, POLICY_BYTES_MAX)?;
            }
            _ => {}
        }
        Ok(Self { kind, author, reason, until })
    }

    /// What was decided.
    pub fn kind(&self) -> &DecisionKind {
        &self.kind
    }

    /// Who decided.
    pub fn author(&self) -> &str {
        &self.author
    }

    /// Why.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Last day on which it holds; `None` when it holds until it is changed.
    pub fn until(&self) -> Option<Date> {
        self.until
    }

    /// What it is about.
    pub fn slot(&self) -> Slot {
        match &self.kind {
            DecisionKind::Interval { .. } => Slot::Interval,
            DecisionKind::Modality(_) => Slot::Modality,
            DecisionKind::Hold
            | DecisionKind::Decline
            | DecisionKind::Discharge
            | DecisionKind::Transfer
            | DecisionKind::Resume => Slot::Course,
            DecisionKind::Treated => Slot::Treatment,
            DecisionKind::Policy { .. } => Slot::Policy,
            DecisionKind::Confirm { fact, .. } | DecisionKind::Reject { fact, .. } => Slot::Statement(*fact),
        }
    }
}

impl fmt::Debug for Decision {
    /// Without author and reason, which reach no log by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("kind", &self.kind)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PatientId;

    fn decide(kind: DecisionKind, until: Option<Date>) -> Result<Decision, Error> {
        Decision::new(kind, "Dr Weser", "rising Ki-67", until)
    }

    #[test]
    fn what_cannot_be_decided_is_refused_by_its_name() {
        let day = Date::new(2026, 3, 1).ok();
        let refused = [
            (DecisionKind::Interval { months: 0 }, None),
            (DecisionKind::Interval { months: 61 }, None),
            (DecisionKind::Modality(Modality::Pet), None),
            (DecisionKind::Hold, None),
            (DecisionKind::Treated, day),
            (DecisionKind::Policy { name: " ".to_owned() }, None),
        ];
        for (kind, until) in refused {
            assert!(decide(kind.clone(), until).is_err(), "{kind:?}");
        }
        assert!(decide(DecisionKind::Hold, day).is_ok());
        assert!(Decision::new(DecisionKind::Decline, "", "asked twice", None).is_err());
        assert!(Decision::new(DecisionKind::Decline, "Dr Weser", &"x".repeat(401), None).is_err());
    }

    #[test]
    fn the_space_around_a_name_is_no_part_of_it() {
        let kind = DecisionKind::Policy { name: " nccn ".to_owned() };
        let it = Decision::new(kind, " Dr Weser", "frail ", None).unwrap();
        assert_eq!((it.author(), it.reason()), ("Dr Weser", "frail"));
        assert_eq!(it.kind(), &DecisionKind::Policy { name: "nccn".to_owned() });
    }

    #[test]
    fn decisions_of_one_slot_share_an_identity_and_others_do_not() {
        let slot = |kind| decide(kind, Date::new(2026, 3, 1).ok()).unwrap().slot().identity();
        assert_eq!(slot(DecisionKind::Hold), slot(DecisionKind::Decline));
        assert_eq!(slot(DecisionKind::Interval { months: 3 }), slot(DecisionKind::Interval { months: 9 }));
        assert_ne!(slot(DecisionKind::Hold), slot(DecisionKind::Interval { months: 3 }));
        let of = |it: u8| Slot::Statement((PatientId([1; 16]), FactIdentity([it; 16]))).identity();
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn debug_shows_neither_author_nor_reason() {
        let shown = format!("{:?}", decide(DecisionKind::Decline, None).unwrap());
        assert!(shown.contains("Decline") && !shown.contains("Weser") && !shown.contains("Ki-67"), "{shown}");
    }
}
