//! Appointments for imaging studies (SIU^S12 to S26).

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::imaging::{AppointmentState, ImagingAppointment, Modality, OrderNumbers, Region};
use lacteal_clinical::{Finding, Standing};
use lacteal_hl7::{Message, Segment, Value};

use crate::codes::{Codes, Concept};
use crate::observation::concept;
use crate::order::{entity, named};
use crate::relevance::Concern;
use crate::scribe::{Scope, Scribe, Weight};

/// Studies of one appointment that are told apart; that there are more is shown.
const STUDIES_MAX: usize = 8;

/// What a message does to an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    standing: Standing,
    state: AppointmentState,
    /// Whether it ends the appointment, so that nothing of it needs to be told again.
    ends: bool,
}

const fn change(standing: Standing, state: AppointmentState, ends: bool) -> Change {
    Change { standing, state, ends }
}

const BOOKED: Change = change(Standing::Final, AppointmentState::Booked, false);
const CANCELLED: Change = change(Standing::Final, AppointmentState::Cancelled, true);
const DELETED: Change = change(Standing::Deleted, AppointmentState::Cancelled, true);
const NO_SHOW: Change = change(Standing::Final, AppointmentState::NoShow, true);

/// What a trigger event does; none for those that are not about an appointment of a patient (S23 and S24 block a
/// schedule).
pub(crate) fn of_trigger(trigger: &str) -> Option<Change> {
    match trigger {
        "S12" | "S13" | "S14" | "S18" | "S19" => Some(BOOKED),
        "S15" | "S16" | "S20" | "S21" => Some(CANCELLED),
        "S17" | "S22" => Some(DELETED),
        "S26" => Some(NO_SHOW),
        _ => None,
    }
}

/// The status that the filler gives (SCH-25, table 0278), where the trigger does not end the appointment. One that is
/// pending or on a waiting list is shown and satisfies nothing.
fn of_status(status: &Value<'_>) -> Option<Change> {
    let text = status.component(1).trimmed().ok().flatten()?.to_ascii_lowercase();
    match text.as_str() {
        "booked" | "overbook" => Some(BOOKED),
        "pending" | "waitlist" => Some(Change { standing: Standing::Preliminary, ..BOOKED }),
        "started" | "complete" | "completed" => Some(Change { state: AppointmentState::Fulfilled, ..BOOKED }),
        "cancelled" | "canceled" | "discontinued" | "dc" => Some(CANCELLED),
        "deleted" => Some(DELETED),
        "noshow" | "no-show" | "no show" => Some(NO_SHOW),
        _ => None,
    }
}

/// Writes an appointment down for one of its patients, once for each of its services that is a study in the table.
pub(crate) fn appointment(scribe: &mut Scribe<'_>, codes: &Codes, message: &Message, by_trigger: Change) {
    let Some(sch) = message.segment("SCH") else { return };
    let change = if by_trigger.ends { by_trigger } else { of_status(&sch.field(25)).unwrap_or(by_trigger) };
    let number = [sch.field(2), sch.field(1)].into_iter().find_map(Value::present);
    let (scope, number) = number.map_or_else(
        || (Scope::Sender, message.header().segment().field(10).raw().to_vec()),
        |value| entity(&value),
    );
    let orders = orders(scribe, sch);
    let mut services = 0;
    let mut studies = 0_u8;
    for ais in message.segments_named("AIS") {
        services += 1;
        let service = ais.field(3);
        let Some((code, &Concept::Study { modality, region })) = concept(codes, &service) else { continue };
        studies += 1;
        if usize::from(studies) > STUDIES_MAX {
            let parts: &[&[u8]] = &[b"appointment", &number, &[studies]];
            let (attribute, reason) = (Attribute::ImagingAppointment, UnreadReason::TooLong);
            let weight = Weight { standing: change.standing, ..scribe.plain() };
            scribe.state_within(scope, parts, weight, None, Finding::Unread { attribute, reason }, &code);
            break;
        }
        // AIS-2, table 0206: D takes the service out of the appointment.
        let change = if ais.field(2).raw() == b"D" { DELETED } else { change };
        let parts: &[&[u8]] = &[b"appointment", &number, &[studies]];
        let order = nth(&orders, services);
        let study = Study { modality: Some(modality), region, value: code, order };
        state(scribe, (scope, parts), change, &study, starts(sch, ais));
    }
    // An end may leave the services out. Whether it was a study is then known only from what was booked, so what was
    // booked under the number is withdrawn, and nothing is said where nothing was.
    if services == 0 && change.ends {
        for slot in [1_u8, 2] {
            let parts: &[&[u8]] = &[b"appointment", &number, &[slot]];
            let order = OrderNumbers::default();
            let study = Study { modality: None, region: Region::Other, value: sch.field(2), order };
            state(scribe, (scope, parts), DELETED, &study, None);
        }
    }
    // A booking may leave the services out, too: it is for what its order asks for.
    if let (0, false, [order]) = (services, change.ends, &*orders) {
        let parts: &[&[u8]] = &[b"appointment", &number, &[1]];
        let study = Study { modality: None, region: Region::Other, value: sch.field(2), order: *order };
        state(scribe, (scope, parts), change, &study, sch.field(11).component(4).present());
    }
}

struct Study<'a> {
    modality: Option<Modality>,
    region: Region,
    value: Value<'a>,
    order: OrderNumbers,
}

/// The orders that an appointment is for (SCH-26 and SCH-27, which repeat alike).
fn orders(scribe: &mut Scribe<'_>, sch: Segment<'_>) -> Vec<OrderNumbers> {
    let numbers = |field: u32| sch.field(field).repetitions().take(STUDIES_MAX).collect::<Vec<_>>();
    let (placers, fillers) = (numbers(26), numbers(27));
    let mut found = Vec::new();
    for at in 0..placers.len().max(fillers.len()) {
        let mut number = |of: &[Value<'_>]| {
            let value = of.get(at).copied().and_then(Value::present)?;
            named(scribe, &value)
        };
        let order = OrderNumbers { placer: number(&placers), filler: number(&fillers) };
        if !order.is_empty() {
            found.push(order);
        }
    }
    found
}

/// The order of a service, from 1: its own where there are several, else the one that there is.
fn nth(orders: &[OrderNumbers], service: usize) -> OrderNumbers {
    match orders {
        [one] => *one,
        several => service.checked_sub(1).and_then(|at| several.get(at)).copied().unwrap_or_default(),
    }
}

/// When it begins: AIS-4, else SCH-11 (TQ) of older versions.
fn starts<'a>(sch: Segment<'a>, ais: Segment<'a>) -> Option<Value<'a>> {
    let start = ais.field(4).present().or_else(|| sch.field(11).component(4).present());
    Some(start.unwrap_or_else(|| ais.field(4)))
}

fn state(
    scribe: &mut Scribe<'_>,
    (scope, parts): (Scope, &[&[u8]]),
    change: Change,
    study: &Study<'_>,
    start: Option<Value<'_>>,
) {
    scribe.matters(Concern::OfKnown);
    let weight = Weight { standing: change.standing, ..scribe.plain() };
    let on = start.map(|value| (scribe.day_ahead(&value), value));
    let observed = match on {
        None => None,
        Some((Ok(Some(date)), _)) => Some(date),
        Some((Ok(None), _)) if change.ends => None,
        Some((unread, value)) => {
            let reason = unread.err().unwrap_or(UnreadReason::Empty);
            let parts = [parts, &[b"date"]].concat();
            scribe.unread(&parts, weight, Attribute::ImagingAppointment, reason, &value);
            None
        }
    };
    let Study { modality, region, value, order } = study;
    let it = ImagingAppointment { modality: *modality, region: *region, state: change.state, order: *order };
    scribe.state_within(scope, parts, weight, observed, Finding::ImagingAppointment(it), value);
}
