//! What time alone does to a plan: a window opens, and a scan becomes overdue.
//!
//! Planning and waking up go through the same function, [`settle`], so that stepping through time and jumping over it
//! give the same plan.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lacteal_wire::event::{Plan, Status, Window};

use super::{dates, reason};

/// Where the present lies against the window of the next scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The window lies ahead.
    Ahead,
    /// The window is open.
    Open,
    /// The window has closed.
    Over,
}

/// The plan as time alone changes it until `now`.
///
/// A wake-up that comes early, late for another reason, or twice changes nothing, and the plan is returned as it is.
pub fn advance(plan: &Plan, now: Timestamp, zone: &TimeZone) -> Plan {
    if now.as_second() < plan.now_s {
        return plan.clone();
    }
    let mut next = Plan { now_s: now.as_second(), ..plan.clone() };
    settle(&mut next, now, zone);
    if same(plan, &next) { plan.clone() } else { next }
}

/// Whether two plans say the same: all but `now_s` and `dossier_revision` are equal.
pub fn same(one: &Plan, other: &Plan) -> bool {
    let bare = |it: &Plan| Plan { now_s: 0, dossier_revision: 0, ..it.clone() };
    bare(one) == bare(other)
}

/// Sets status, reason and wake-up of a plan with a window from the time; a plan in review keeps its status.
pub(super) fn settle(plan: &mut Plan, now: Timestamp, zone: &TimeZone) {
    let in_review = plan.status() == Status::NeedsReview;
    let timed = matches!(plan.status(), Status::UpToDate | Status::Due | Status::Overdue);
    if !(in_review || timed) {
        plan.wake_at_s = 0;
        return;
    }
    let Some((phase, wake_at)) = plan.next_scan.as_ref().and_then(|it| phase_at(it, now, zone)) else {
        plan.wake_at_s = 0;
        if in_review {
            plan.reason = reason::review(&plan.review, None);
        }
        return;
    };
    plan.wake_at_s = wake_at.map_or(0, Timestamp::as_second);
    let scan = plan.next_scan.as_ref().map(|it| reason::scan(it, phase)).unwrap_or_default();
    if in_review {
        plan.reason = reason::review(&plan.review, Some(&scan));
        return;
    }
    plan.reason = scan;
    plan.set_status(match phase {
        Phase::Ahead => Status::UpToDate,
        Phase::Open => Status::Due,
        Phase::Over => Status::Overdue,
    });
}

/// The phase at an instant, and the instant at which the next one begins.
fn phase_at(window: &Window, now: Timestamp, zone: &TimeZone) -> Option<(Phase, Option<Timestamp>)> {
    let opens = dates::start_of(dates::first_day(window.opens.as_ref())?, zone);
    let closes = dates::start_of(dates::add_days(dates::first_day(window.overdue_after.as_ref())?, 1), zone);
    Some(if now < opens {
        (Phase::Ahead, Some(opens))
    } else if now < closes {
        (Phase::Open, Some(closes))
    } else {
        (Phase::Over, None)
    })
}

/// The phase in which a plan was written; `None` when it has no window or its time does not run.
pub(super) fn phase_of(plan: &Plan) -> Option<Phase> {
    let window = plan.next_scan.as_ref()?;
    match plan.status() {
        Status::UpToDate => Some(Phase::Ahead),
        Status::Due => Some(Phase::Open),
        Status::Overdue => Some(Phase::Over),
        Status::NeedsReview if plan.wake_at_s == 0 => Some(Phase::Over),
        Status::NeedsReview => {
            // The wake-up is the start of a day in the site's zone: of `opens`, or of the day after `overdue_after`.
            // At most 14 hours from UTC and a day between them, midnight UTC of `overdue_after` tells them apart.
            let end = dates::start_of(dates::first_day(window.overdue_after.as_ref())?, &TimeZone::UTC);
            Some(if plan.wake_at_s <= end.as_second() { Phase::Ahead } else { Phase::Open })
        }
        _ => None,
    }
}
