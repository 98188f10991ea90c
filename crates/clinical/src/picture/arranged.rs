//! Appointments and the orders that they are for.
//!
//! An appointment that does not say what is booked is for the study that its order asks for; where that is no order of a
//! study, it is none of imaging. One whose order was
//! cancelled after the booking was told will not take place: it arranges nothing, whatever else is heard of it.

use super::{Evidence, choose, of};
use crate::fact::Fact;
use crate::finding::Finding;
use crate::imaging::{AppointmentState, ImagingAppointment, ImagingOrder, OrderState, Region};

/// All appointments of final facts, by date.
pub(super) fn appointments(facts: &[&Fact]) -> Vec<Evidence<ImagingAppointment>> {
    let orders: Vec<(&Fact, ImagingOrder)> =
        facts.iter().filter_map(|fact| Some((*fact, of!(Finding::ImagingOrder)(fact)?))).collect();
    let tied = |fact: &Fact| {
        let own = of!(Finding::ImagingAppointment)(fact)?;
        let settled = orders.iter().filter(|(order, _)| order.standing.is_settled());
        // The word of the last order that has one of its numbers.
        let order = settled
            .filter(|(_, it)| it.numbers.meets(&own.order))
            .max_by(|(one, _), (other, _)| one.version.cmp(&other.version));
        match order {
            Some((order, it)) => Some(with_order(own, fact, order, it)),
            None if is_open(&own) && !own.order.is_empty() => None,
            None => Some(own),
        }
    };
    choose::all(facts, tied)
}

/// Whether it does not say what is booked.
fn is_open(it: &ImagingAppointment) -> bool {
    it.modality.is_none() && it.region == Region::Other
}

fn with_order(
    mut own: ImagingAppointment,
    booked: &Fact,
    order: &Fact,
    it: &ImagingOrder,
) -> ImagingAppointment {
    if is_open(&own) {
        (own.modality, own.region) = (it.modality, it.region);
    }
    let is_void = it.state == OrderState::Cancelled && order.version > booked.version;
    if is_void && own.state == AppointmentState::Booked {
        own.state = AppointmentState::Cancelled;
    }
    own
}
