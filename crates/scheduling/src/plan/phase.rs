//! What time alone does to a plan: a window opens, an appointment passes, a scan becomes overdue, and a decision expires.
//!
//! Planning and waking up go through the same function, [`settle`], so that stepping through time and jumping over it
//! give the same plan.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lacteal_wire::event::{Basis, Booking, Plan, Status, Window, WindowPhase};

use super::{arranged, dates, reason};

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
    while changes_at(&next, zone).is_some_and(|at| at <= now)
        && let Some(later) = next.later.take()
    {
        next = Plan {
            patient: next.patient,
            record_numbers: next.record_numbers,
            dossier_revision: next.dossier_revision,
            now_s: next.now_s,
            ..*later
        };
    }
    settle(&mut next, now, zone);
    if same(plan, &next) { plan.clone() } else { next }
}

/// Whether two plans say the same: all but `now_s` and `dossier_revision` are equal.
pub fn same(one: &Plan, other: &Plan) -> bool {
    let bare = |it: &Plan| Plan { now_s: 0, dossier_revision: 0, ..it.clone() };
    bare(one) == bare(other)
}

/// The instant at which a decision expires and another plan takes the place of this one.
fn changes_at(plan: &Plan, zone: &TimeZone) -> Option<Timestamp> {
    plan.later.as_ref()?;
    dates::first_day(plan.later_from.as_ref()).map(|day| dates::start_of(day, zone))
}

/// Sets status, reason and wake-up of a plan with a window from the time; a plan in review keeps its status.
pub(super) fn settle(plan: &mut Plan, now: Timestamp, zone: &TimeZone) {
    settle_window(plan, now, zone);
    if let Some(at) = changes_at(plan, zone).map(Timestamp::as_second) {
        plan.wake_at_s = if plan.wake_at_s == 0 { at } else { plan.wake_at_s.min(at) };
    }
}

fn settle_window(plan: &mut Plan, now: Timestamp, zone: &TimeZone) {
    let in_review = plan.status() == Status::NeedsReview;
    let timed = matches!(
        plan.status(),
        Status::UpToDate
            | Status::Due
            | Status::Ordered
            | Status::Booked
            | Status::DoneUnreported
            | Status::Overdue
    );
    if !(in_review || timed) {
        plan.wake_at_s = 0;
        return;
    }
    let basis = plan.basis.clone().unwrap_or_default();
    let window = plan.next_scan.as_ref();
    let Some((state, wake)) = window.and_then(|it| timed_state(it, &basis, now, zone)) else {
        plan.wake_at_s = 0;
        if in_review {
            plan.reason = reason::review(&plan.review, None);
        }
        return;
    };
    plan.wake_at_s = wake.map_or(0, Timestamp::as_second);
    plan.appointment = state.appointment;
    plan.set_window_phase(match state.phase {
        Phase::Ahead => WindowPhase::Ahead,
        Phase::Open => WindowPhase::Open,
        Phase::Over => WindowPhase::Over,
    });
    if in_review {
        plan.reason = reason::review(&plan.review, Some(&state.reason));
    } else {
        plan.reason = state.reason;
        plan.set_status(state.status);
    }
}

/// What a day makes of a window and of what is arranged.
#[derive(PartialEq)]
struct State {
    status: Status,
    phase: Phase,
    appointment: Option<Booking>,
    reason: String,
}

fn state_on(window: &Window, basis: &Basis, today: Date) -> Option<State> {
    let opens = dates::first_day(window.opens.as_ref())?;
    let last = dates::first_day(window.overdue_after.as_ref())?;
    let (phase, status) = if today < opens {
        (Phase::Ahead, Status::UpToDate)
    } else if today <= last {
        (Phase::Open, Status::Due)
    } else {
        (Phase::Over, Status::Overdue)
    };
    let arranged = arranged::on(basis, today, phase);
    Some(State {
        status: arranged.map_or(status, |it| it.status()),
        phase,
        appointment: arranged.and_then(|it| it.appointment().cloned()),
        reason: reason::scan(window, phase, arranged),
    })
}

/// The state at an instant, and the instant at which it next changes.
fn timed_state(
    window: &Window,
    basis: &Basis,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<(State, Option<Timestamp>)> {
    let today = dates::day_of(now, zone);
    let state = state_on(window, basis, today)?;
    let last = dates::first_day(window.overdue_after.as_ref())?;
    let of_window = dates::first_day(window.opens.as_ref()).into_iter().chain([dates::add_days(last, 1)]);
    let days: BTreeSet<Date> = of_window.chain(arranged::days(basis)).filter(|it| *it > today).collect();
    let next = days.into_iter().find(|day| state_on(window, basis, *day).as_ref() != Some(&state));
    Some((state, next.map(|day| dates::start_of(day, zone))))
}

/// The phase of which people are told: that of the window, unless somebody has the scan in hand. `None` when a plan has
/// no window or its time does not run.
pub(super) fn phase_of(plan: &Plan) -> Option<Phase> {
    let window = plan.next_scan.as_ref()?;
    let phase = match plan.window_phase() {
        WindowPhase::Ahead => Phase::Ahead,
        WindowPhase::Open => Phase::Open,
        WindowPhase::Over => Phase::Over,
        WindowPhase::Unspecified => return None,
    };
    match plan.status() {
        Status::UpToDate | Status::Due | Status::Ordered | Status::Overdue | Status::NeedsReview => {
            Some(phase)
        }
        // A booking after the window is told like none: the scan will be late.
        Status::Booked => {
            let in_time = plan.appointment.as_ref().is_some_and(|it| !arranged::is_after(it, window));
            Some(if in_time { Phase::Ahead } else { phase })
        }
        Status::DoneUnreported => Some(Phase::Ahead),
        _ => None,
    }
}
