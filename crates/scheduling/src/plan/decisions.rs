//! The decisions of clinicians that are in force on a day, and what they do to a plan.
//!
//! They win over what policy and model would have chosen. One that has a last day ceases by itself after it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lacteal_wire::event::decision::Kind;
use lacteal_wire::event::{AppliedDecision, ClinicalDecision, Decision, Modality, Plan, Status, Summary};

use super::dates;

/// The decisions that are in force on a day, earliest first.
pub(super) struct Decisions<'a> {
    all: Vec<&'a ClinicalDecision>,
    zone: &'a TimeZone,
}

/// A decision together with what it decides.
#[derive(Clone)]
pub(super) struct Decided<T> {
    /// What was decided.
    pub(super) value: T,
    /// "decided by NAME on DAY", with the last day when there is one.
    pub(super) by: String,
    /// Day on which it was decided.
    pub(super) day: Date,
}

/// What was decided about surveillance as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    Hold(Date),
    Decline,
    Discharge,
    Transfer,
    Resume,
}

impl<'a> Decisions<'a> {
    pub(super) fn on(summary: &'a Summary, day: Date, zone: &'a TimeZone) -> Self {
        let holds = |it: &&ClinicalDecision| last_day(it).is_none_or(|last| day <= last);
        let mut all: Vec<&ClinicalDecision> = summary.decisions.iter().filter(holds).collect();
        all.sort_by_cached_key(|it| (it.decided_at_s, lacteal_wire::encode(*it)));
        Self { all, zone }
    }

    /// The first day on which one of them is no longer in force.
    pub(super) fn expiry(&self) -> Option<Date> {
        let last = self.all.iter().filter_map(|it| last_day(it)).min()?;
        last.tomorrow().ok()
    }

    /// The latest decision of a kind.
    fn latest<T>(&self, read: impl Fn(&Decision) -> Option<T>) -> Option<Decided<T>> {
        let decisions = self.all.iter().rev();
        decisions.filter_map(|it| Some((it, it.decision.as_ref()?))).find_map(|(it, decision)| {
            let value = read(decision)?;
            let day = self.day(it);
            let until = last_day(it).map(|it| format!(" until {it}")).unwrap_or_default();
            Some(Decided { value, by: format!("decided by {} on {day}{until}", decision.author), day })
        })
    }

    fn day(&self, it: &ClinicalDecision) -> Date {
        Timestamp::from_second(it.decided_at_s).map_or(Date::ZERO, |at| dates::day_of(at, self.zone))
    }

    /// The interval in months.
    pub(super) fn interval(&self) -> Option<Decided<u8>> {
        self.latest(|it| match it.kind {
            Some(Kind::IntervalMonths(months)) => u8::try_from(months).ok().filter(|it| *it > 0),
            _ => None,
        })
    }

    /// The modality of the next scan.
    pub(super) fn modality(&self) -> Option<Decided<Modality>> {
        self.latest(|it| match it.kind {
            Some(Kind::Modality(modality)) => Modality::try_from(modality).ok(),
            _ => None,
        })
    }

    /// The name of the policy.
    pub(super) fn policy(&self) -> Option<Decided<String>> {
        self.latest(|it| match &it.kind {
            Some(Kind::Policy(name)) => Some(name.clone()),
            _ => None,
        })
    }

    /// That liver metastasis was treated.
    pub(super) fn treated(&self) -> Option<Decided<()>> {
        self.latest(|it| matches!(it.kind, Some(Kind::Treated(_))).then_some(()))
    }

    /// What is decided about surveillance as a whole. A hold without a last day would never end and counts for nothing.
    pub(super) fn course(&self) -> Option<Decided<Course>> {
        self.latest(|it| match it.kind {
            Some(Kind::Hold(_)) => dates::read(it.until.as_ref()).map(|until| Course::Hold(until.latest())),
            Some(Kind::Decline(_)) => Some(Course::Decline),
            Some(Kind::Discharge(_)) => Some(Course::Discharge),
            Some(Kind::Transfer(_)) => Some(Course::Transfer),
            Some(Kind::Resume(_)) => Some(Course::Resume),
            _ => None,
        })
    }

    /// Whether a clinician decided, on the day of a finding or after it, that scans go on in spite of it. Of a finding that
    /// has no date, the day is that on which it was told of.
    pub(super) fn goes_on_after(&self, finding: Option<Date>) -> bool {
        let Some(finding) = finding else { return false };
        let resumed = self.course().is_some_and(|it| it.value == Course::Resume && it.day >= finding);
        resumed || self.interval().is_some_and(|it| it.day >= finding)
    }

    /// All of them as a plan shows them.
    pub(super) fn applied(&self, plan: &Plan, policy_is_known: bool) -> Vec<AppliedDecision> {
        let shown = self.all.iter().enumerate().filter_map(|(index, it)| {
            let decision = it.decision.as_ref()?;
            let kind = decision.kind.as_ref()?;
            let mut later = self.all.iter().skip(index + 1);
            let replaced = later.any(|other| {
                let other = other.decision.as_ref().and_then(|it| it.kind.as_ref());
                other.is_some_and(|other| slot(other).is_some() && slot(other) == slot(kind))
            });
            Some(AppliedDecision {
                what: what(kind, last_day(it)),
                author: decision.author.clone(),
                reason: decision.reason.clone(),
                until: decision.until,
                decided_at_s: it.decided_at_s,
                effect: if replaced {
                    "a later decision took its place".to_owned()
                } else {
                    effect(kind, plan, policy_is_known).to_owned()
                },
                fact: it.fact.clone(),
            })
        });
        shown.collect()
    }
}

/// The last day on which a decision holds.
fn last_day(it: &ClinicalDecision) -> Option<Date> {
    dates::read(it.decision.as_ref()?.until.as_ref()).map(|it| it.latest())
}

/// Decisions of one slot replace each other.
fn slot(kind: &Kind) -> Option<u8> {
    match kind {
        Kind::IntervalMonths(_) => Some(0),
        Kind::Modality(_) => Some(1),
        Kind::Hold(_) | Kind::Decline(_) | Kind::Discharge(_) | Kind::Transfer(_) | Kind::Resume(_) => {
            Some(2)
        }
        Kind::Treated(_) => Some(3),
        Kind::Policy(_) => Some(4),
        Kind::Confirm(_) | Kind::Reject(_) => None,
    }
}

fn what(kind: &Kind, last: Option<Date>) -> String {
    match kind {
        Kind::IntervalMonths(1) => "interval of 1 month".to_owned(),
        Kind::IntervalMonths(months) => format!("interval of {months} months"),
        Kind::Modality(modality) => match Modality::try_from(*modality) {
            Ok(Modality::Ct) => "next scans by CT".to_owned(),
            Ok(Modality::Mr) => "next scans by MRI".to_owned(),
            _ => "next scans by another modality".to_owned(),
        },
        Kind::Hold(_) => match last {
            Some(last) => format!("hold until {last}"),
            None => "hold".to_owned(),
        },
        Kind::Decline(_) => "the patient declines surveillance".to_owned(),
        Kind::Discharge(_) => "discharge from surveillance".to_owned(),
        Kind::Transfer(_) => "transfer to another place".to_owned(),
        Kind::Resume(_) => "surveillance resumed".to_owned(),
        Kind::Treated(_) => "liver metastasis was treated".to_owned(),
        Kind::Policy(name) => format!("policy {name}"),
        Kind::Confirm(_) => "a finding that was read out of text is right".to_owned(),
        Kind::Reject(_) => "a finding that was read out of text is wrong".to_owned(),
    }
}

/// Whether people are told when a decision of this kind begins or ceases to apply.
pub(super) fn is_told(decision: &AppliedDecision) -> bool {
    !decision.what.starts_with("a finding that was read")
}

fn effect(kind: &Kind, plan: &Plan, policy_is_known: bool) -> &'static str {
    let planned = plan.next_scan.is_some() && !matches!(plan.status(), Status::Ended | Status::Paused);
    match kind {
        Kind::IntervalMonths(_) if planned && plan.outside_row => {
            "sets the day of the next scan, outside the range of the policy's row"
        }
        Kind::IntervalMonths(_) if planned => "sets the day of the next scan",
        Kind::Modality(_) if planned => "sets the modality of the next scan",
        Kind::IntervalMonths(_) | Kind::Modality(_) => "has no effect while no scan is planned",
        Kind::Hold(_) if plan.status() == Status::Paused => "pauses surveillance until that day",
        Kind::Decline(_) | Kind::Discharge(_) | Kind::Transfer(_) if plan.status() == Status::Ended => {
            "ends surveillance"
        }
        Kind::Hold(_) | Kind::Decline(_) | Kind::Discharge(_) | Kind::Transfer(_) => "has no effect",
        Kind::Resume(_) => "what had paused or ended surveillance is over",
        Kind::Treated(_) => "is shown, and changes no interval by itself",
        Kind::Policy(_) if policy_is_known => "this policy is used instead of the site's",
        Kind::Policy(_) => "no policy of this name is known here: the site's is used",
        Kind::Confirm(_) => "the finding counts as stated for certain",
        Kind::Reject(_) => "the finding counts for nothing",
    }
}
