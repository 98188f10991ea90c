//! Orders of imaging studies that others placed (ORM^O01, OMG^O19, OMI^O23): they satisfy a study that is due.

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::imaging::{ImagingOrder, OrderState};
use lacteal_clinical::{FactIdentity, Finding, OrderNumbers};
use lacteal_hl7::{Segment, Value};

use crate::codes::{Codes, Concept};
use crate::observation::concept;
use crate::relevance::Concern;
use crate::scribe::{Scope, Scribe, Weight};

/// Writes an order down, when it is of a study in the table. `timing` is the TQ1 of the order, from version 2.5 on.
pub(crate) fn order(
    scribe: &mut Scribe<'_>,
    codes: &Codes,
    orc: Segment<'_>,
    obr: Segment<'_>,
    timing: Option<Segment<'_>>,
) {
    let service = obr.field(4);
    let Some((code, &Concept::Study { modality, region })) = concept(codes, &service) else { return };
    // The placer's number stays the same over resends and changes; a filler may have no other than its own.
    let numbers = [(orc, 2), (obr, 2), (orc, 3), (obr, 3)];
    let number = numbers.into_iter().find_map(|(segment, field)| segment.field(field).present());
    let (scope, number) = number.map_or_else(
        || (Scope::Sender, orc.message().header().segment().field(10).raw().to_vec()),
        |value| entity(&value),
    );
    let placer = [orc.field(2), obr.field(2)].into_iter().find_map(Value::present);
    let filler = [orc.field(3), obr.field(3)].into_iter().find_map(Value::present);
    let placer = placer.and_then(|value| named(scribe, &value));
    let filler = filler.and_then(|value| named(scribe, &value));
    let numbers = OrderNumbers { placer, filler };
    let parts: &[&[u8]] = &[b"order", &number, code.subcomponent(1).raw()];
    let said_at = [orc.field(9), orc.field(15)].into_iter().find_map(Value::present);
    let envelope = scribe.envelope();
    let reported_at_s = said_at.map_or(envelope.made_at_s, |value| envelope.reported_at_s(&value));
    let weight = Weight { reported_at_s, ..scribe.plain() };
    scribe.matters(Concern::OfKnown);
    let (control, status) = (orc.field(1), orc.field(5));
    let Some(state) = state(control.raw(), status.raw()) else {
        let parts = [parts, &[b"state"]].concat();
        scribe.unread(&parts, weight, Attribute::ImagingOrder, UnreadReason::UnknownCode, &control);
        return;
    };
    // The day for which it was ordered: TQ1, the older TQ, scheduled, requested; else the day of the order.
    let wanted = [
        timing.map(|tq1| tq1.field(7)),
        Some(orc.field(7).component(4)),
        Some(obr.field(27).component(4)),
        Some(obr.field(36)),
        Some(obr.field(6)),
        Some(orc.field(15)),
        Some(orc.field(9)),
    ];
    let on = wanted.into_iter().flatten().find_map(Value::present);
    let observed = on.and_then(|value| match scribe.day_ahead(&value) {
        Ok(date) => date,
        Err(reason) => {
            let parts = [parts, &[b"date"]].concat();
            scribe.unread(&parts, weight, Attribute::ImagingOrder, reason, &value);
            None
        }
    });
    let finding = Finding::ImagingOrder(ImagingOrder { modality: Some(modality), region, state, numbers });
    scribe.state_within(scope, parts, weight, observed, finding, &code);
}

/// What became of an order, from its control code (ORC-1, table 0119) and status (ORC-5, table 0038). A request to
/// cancel (CA) is a request: the order stands until the filler says otherwise.
fn state(control: &[u8], status: &[u8]) -> Option<OrderState> {
    let by_status = match &*status.trim_ascii().to_ascii_uppercase() {
        b"CA" | b"DC" | b"RP" => Some(OrderState::Cancelled),
        b"CM" => Some(OrderState::Completed),
        b"A" | b"HD" | b"IP" | b"SC" => Some(OrderState::Placed),
        _ => None,
    };
    match &*control.trim_ascii().to_ascii_uppercase() {
        // Cancelled, discontinued, replaced by another, not accepted.
        b"OC" | b"CR" | b"OD" | b"DR" | b"DC" | b"RU" | b"RQ" | b"UA" => Some(OrderState::Cancelled),
        // Placed, changed, accepted, held, released, numbered; requests, and what a filler could not do.
        b"NW" | b"CA" | b"XO" | b"XX" | b"XR" | b"RP" | b"RO" | b"OK" | b"SN" | b"NA" | b"HD" | b"OH"
        | b"HR" | b"RL" | b"OE" | b"OR" | b"PA" | b"CH" | b"UX" | b"UC" | b"UD" | b"UH" | b"UR" | b"UM" => {
            Some(by_status.unwrap_or(OrderState::Placed))
        }
        // A status is told: SC, SR, RE, or a sender that tells nothing else.
        _ => by_status,
    }
}

/// A number with its authority (EI): one that has it means the same whoever names it.
pub(crate) fn entity(value: &Value<'_>) -> (Scope, Vec<u8>) {
    let [number, namespace, universal, _] = value.leading_components();
    match [namespace, universal].into_iter().find_map(Value::present) {
        Some(authority) => {
            let (number, authority) = (number.raw().trim_ascii(), authority.raw().trim_ascii());
            (Scope::Everywhere, [number, b"^", authority].concat())
        }
        None => (Scope::Sender, number.raw().trim_ascii().to_vec()),
    }
}

/// The digest by which an order and an appointment that is for it name each other; none when nothing is written.
pub(crate) fn named(scribe: &mut Scribe<'_>, value: &Value<'_>) -> Option<FactIdentity> {
    let (scope, number) = entity(value);
    (!number.is_empty()).then(|| scribe.identity_within(scope, &[b"number of an order", &number]))
}
