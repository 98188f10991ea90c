//! Scans that are ordered or booked: which orders and appointments concern the next scan, and what they make of a
//! plan on a given day.
//!
//! Every doubt goes against them: what may belong to a scan that is done, or lacks a date, arranges nothing. Which of
//! them count does not depend on the present, so that time can pass over a plan without its dossier.

use jiff::civil::Date;
use lacteal_clinical::PartialDate;
use lacteal_wire::event::{
    self, AppointmentState, Basis, Booking, Modality, OrderState, PlannedOrder, Region, Status, Summary,
    Window,
};

use super::dates;
use super::phase::Phase;
use super::studies::{covers_liver, modality_counts};
use crate::policy::General;

/// Most appointments that a plan keeps: the last ones.
const BOOKINGS_MAX: usize = 20;

/// What orders and appointments must come after to concern the next scan.
#[derive(Clone, Copy)]
pub(super) struct Since {
    /// Resection, or first evidence.
    pub(super) time_zero: PartialDate,
    /// Last study that counts.
    pub(super) last_study: Option<PartialDate>,
}

impl Since {
    fn is_before(self, day: &PartialDate) -> bool {
        let after_study = self.last_study.is_none_or(|study| study.is_certainly_before(day));
        after_study && !day.is_certainly_before(&self.time_zero)
    }
}

/// The latest open order of a scan that would count.
pub(super) fn order(summary: &Summary, since: Since, general: &General) -> Option<PlannedOrder> {
    let open = summary.orders.iter().filter(|it| it.state() == OrderState::Placed);
    let would = open.filter(|it| would_count(it.modality(), it.region(), general));
    let dated = would.filter_map(|it| Some((dates::read(it.day.as_ref())?, it.modality())));
    let (day, modality) = dated.filter(|(day, _)| since.is_before(day)).max()?;
    Some(PlannedOrder { day: Some(lacteal_wire::date(&day)), modality: modality.into() })
}

/// The appointments for scans that would count, by day, neither cancelled nor missed.
pub(super) fn bookings(summary: &Summary, since: Since, general: &General) -> Vec<Booking> {
    let kept = summary
        .appointments
        .iter()
        .filter(|it| matches!(it.state(), AppointmentState::Booked | AppointmentState::Fulfilled));
    let would = kept.filter(|it| would_count(it.modality(), it.region(), general));
    let dated = would.filter_map(|it| {
        let day = dates::read(it.day.as_ref()).filter(|day| since.is_before(day))?;
        Some((day.earliest(), it.state() == AppointmentState::Fulfilled, it.modality()))
    });
    let mut all: Vec<(Date, bool, Modality)> = dated.collect();
    all.sort_unstable();
    all.dedup();
    let days = i32::from(general.report_within_days);
    all.into_iter()
        .rev()
        .take(BOOKINGS_MAX)
        .rev()
        .map(|(day, fulfilled, modality)| Booking {
            day: Some(dates::write_day(day)),
            report_until: Some(dates::write_day(dates::add_days(day, days))),
            modality: modality.into(),
            fulfilled,
        })
        .collect()
}

/// Whether a scan of this kind would count. A modality may be untold; a region only of CT, MRI and PET.
fn would_count(modality: Modality, region: Region, general: &General) -> bool {
    match modality {
        Modality::Unspecified => covers_liver(region),
        told => modality_counts(told, general) && (covers_liver(region) || region == Region::Other),
    }
}

/// What is arranged on a day, in the order in which it decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Arranged<'a> {
    /// A report is awaited of a scan that was done, or whose day has passed.
    Unreported(&'a Booking),
    /// A scan is booked.
    Booked(&'a Booking),
    /// A scan is ordered.
    Ordered(&'a PlannedOrder),
}

impl Arranged<'_> {
    /// The status that it gives a plan.
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Unreported(_) => Status::DoneUnreported,
            Self::Booked(_) => Status::Booked,
            Self::Ordered(_) => Status::Ordered,
        }
    }

    /// The appointment that it speaks of.
    pub(super) fn appointment(&self) -> Option<&Booking> {
        match self {
            Self::Unreported(booking) | Self::Booked(booking) => Some(booking),
            Self::Ordered(_) => None,
        }
    }
}

/// What is arranged on this day. An order does not hide that the window has closed.
pub(super) fn on(basis: &Basis, today: Date, phase: Phase) -> Option<Arranged<'_>> {
    let day = |it: &Booking| dates::first_day(it.day.as_ref());
    let unreported = |it: &&Booking| {
        let until = dates::first_day(it.report_until.as_ref());
        let is_over = day(it).is_some_and(|day| day < today || (it.fulfilled && day == today));
        is_over && until.is_some_and(|until| today <= until)
    };
    let ahead = |it: &&Booking| !it.fulfilled && day(it).is_some_and(|day| today <= day);
    let bookings = &basis.bookings;
    bookings
        .iter()
        .rfind(unreported)
        .map(Arranged::Unreported)
        .or_else(|| bookings.iter().find(ahead).map(Arranged::Booked))
        .or_else(|| basis.order.as_ref().filter(|_| phase != Phase::Over).map(Arranged::Ordered))
}

/// The days on which what is arranged may change.
pub(super) fn days(basis: &Basis) -> impl Iterator<Item = Date> {
    basis.bookings.iter().flat_map(|it| {
        let day = dates::first_day(it.day.as_ref());
        let after = |day: Option<Date>| day.map(|it| dates::add_days(it, 1));
        [day, after(day), after(dates::first_day(it.report_until.as_ref()))].into_iter().flatten()
    })
}

/// Whether an appointment lies after a window.
pub(super) fn is_after(booking: &Booking, window: &Window) -> bool {
    let day = |date: Option<&event::PartialDate>| dates::first_day(date);
    day(booking.day.as_ref()) > day(window.overdue_after.as_ref())
}
