//! Imaging studies: performed (ImagingStudy, Procedure), ordered (ServiceRequest) and booked (Appointment).

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::imaging::{
    AppointmentState, Imaging, ImagingAppointment, ImagingOrder, OrderNumbers, OrderState,
};
use lacteal_clinical::{Finding, Modality, Region, Standing};
use lacteal_fhir::{
    Appointment, AppointmentStatus, CodeableConcept, Coding, EventStatus, ImagingStudy, ImagingStudyStatus,
    Procedure, RequestIntent, RequestStatus, Resource, ServiceRequest, Target, Terminology,
};

use super::pen::{Pen, of_kind};
use crate::codes::Concept;

/// Regions by the codes of body structures in SNOMED CT.
const REGIONS: [(&str, Region); 5] = [
    ("10200004", Region::Liver),
    ("818981001", Region::Abdomen),
    ("113345001", Region::Abdomen),
    ("818983003", Region::Abdomen),
    ("416949008", Region::AbdomenPelvis),
];

/// The study that the first known of some concepts names.
fn study<'c>(
    pen: &Pen<'_>,
    concepts: impl IntoIterator<Item = &'c CodeableConcept>,
) -> Option<(&'c str, Imaging)> {
    concepts.into_iter().find_map(|concept| match pen.concept(concept)? {
        (code, &Concept::Study { modality, region }) => Some((code, Imaging { modality, region })),
        _ => None,
    })
}

/// Writes down a study whose images are there.
pub(crate) fn imaging(pen: &mut Pen<'_>, it: &ImagingStudy) {
    let standing = match it.status {
        ImagingStudyStatus::Available => Standing::Final,
        ImagingStudyStatus::Cancelled | ImagingStudyStatus::EnteredInError => Standing::Deleted,
        ImagingStudyStatus::Registered | ImagingStudyStatus::Unknown => return,
    };
    let by_code = study(pen, &it.procedure_code);
    let series = it.series.iter().filter_map(|series| series.modality.as_ref());
    let by_modality = || it.modality.iter().chain(series).find_map(modality);
    let found = by_code.map(|(_, study)| study).or_else(|| {
        let region = it.series.iter().find_map(|series| region(series.body_site.as_ref()?));
        Some(Imaging { modality: by_modality()?, region: region.unwrap_or(Region::Other) })
    });
    let Some(found) = found else { return };
    let key = pen.key();
    performed(pen, &[b"imaging study", &key], standing, it.started.as_ref(), found, "started");
}

/// A modality of DICOM that is followed.
fn modality(coding: &Coding) -> Option<Modality> {
    if coding.system.is_some() && coding.terminology() != Some(Terminology::Dicom) {
        return None;
    }
    match coding.code.as_deref()? {
        "CT" => Some(Modality::Ct),
        "MR" => Some(Modality::Mr),
        "PT" => Some(Modality::Pet),
        _ => None,
    }
}

fn region(site: &Coding) -> Option<Region> {
    REGIONS.iter().find(|(code, _)| site.is(Terminology::Snomed, code)).map(|(_, region)| *region)
}

/// Writes down an examination that was done.
pub(crate) fn procedure(pen: &mut Pen<'_>, it: &Procedure) {
    let standing = match it.status {
        EventStatus::Completed => Standing::Final,
        EventStatus::EnteredInError | EventStatus::NotDone => Standing::Deleted,
        _ => return,
    };
    let Some((_, found)) = study(pen, &it.code) else { return };
    let on = it.performed.as_ref().and_then(|timing| timing.start());
    let key = pen.key();
    performed(pen, &[b"procedure", &key], standing, on, found, "performed");
}

fn performed(
    pen: &mut Pen<'_>,
    parts: &[&[u8]],
    standing: Standing,
    on: Option<&lacteal_fhir::DateTime>,
    found: Imaging,
    path: &str,
) {
    // A study of a region that is not told shows nothing of the liver: it matters for those who are known.
    let on = pen.required_date(parts, standing, Attribute::Imaging, on, path);
    pen.state(parts, standing, on, Finding::Imaging(found), "");
}

/// Writes down an order of a study.
pub(crate) fn order(pen: &mut Pen<'_>, it: &ServiceRequest) {
    let is_order =
        !matches!(it.intent, RequestIntent::Proposal | RequestIntent::Plan | RequestIntent::Option);
    if !is_order || it.do_not_perform == Some(true) {
        return;
    }
    let Some((code, study)) = study(pen, &it.code) else { return };
    let number =
        of_kind(&it.identifier, "PLAC").map_or_else(|| pen.key(), |number| number.as_bytes().to_vec());
    let parts: &[&[u8]] = &[b"order", &number, code.as_bytes()];
    let (state, standing) = match it.status {
        RequestStatus::Draft => return,
        RequestStatus::Active | RequestStatus::OnHold => (OrderState::Placed, Standing::Final),
        RequestStatus::Revoked => (OrderState::Cancelled, Standing::Final),
        RequestStatus::Completed => (OrderState::Completed, Standing::Final),
        RequestStatus::EnteredInError => (OrderState::Cancelled, Standing::Deleted),
        RequestStatus::Unknown => {
            let parts = [parts, &[b"state"]].concat();
            pen.unread(&parts, Standing::Final, Attribute::ImagingOrder, UnreadReason::UnknownCode, "status");
            return;
        }
    };
    let occurs = it.occurrence.as_ref().and_then(|timing| timing.start());
    let path = if occurs.is_some() { "occurrence" } else { "authoredOn" };
    let wanted = occurs.or(it.authored_on.as_ref());
    let observed = pen.day_ahead(parts, standing, Attribute::ImagingOrder, wanted, path);
    // Its numbers tie no appointment of FHIR to it: those name the resource.
    let numbers = OrderNumbers::default();
    let order = ImagingOrder { modality: Some(study.modality), region: study.region, state, numbers };
    pen.state(parts, standing, observed, Finding::ImagingOrder(order), "status");
}

/// Writes down an appointment for a study: by its own codes, else by those of the order it is for.
pub(crate) fn appointment(pen: &mut Pen<'_>, it: &Appointment) {
    let (state, standing) = match it.status {
        AppointmentStatus::Booked | AppointmentStatus::Arrived | AppointmentStatus::CheckedIn => {
            (AppointmentState::Booked, Standing::Final)
        }
        AppointmentStatus::Fulfilled => (AppointmentState::Fulfilled, Standing::Final),
        AppointmentStatus::Cancelled => (AppointmentState::Cancelled, Standing::Final),
        AppointmentStatus::NoShow => (AppointmentState::NoShow, Standing::Final),
        AppointmentStatus::EnteredInError => (AppointmentState::Cancelled, Standing::Deleted),
        AppointmentStatus::Proposed | AppointmentStatus::Pending | AppointmentStatus::Waitlist => return,
    };
    let own = study(pen, it.service_type.iter().chain(&it.reason_code));
    let ordered = || {
        it.based_on.iter().find_map(|reference| match pen.input.resolve(pen.item, reference) {
            Target::Inside(item) => match &item.resource {
                Resource::ServiceRequest(order) => study(pen, &order.code),
                _ => None,
            },
            _ => None,
        })
    };
    let Some((_, study)) = own.or_else(ordered) else { return };
    let key = pen.key();
    let parts: &[&[u8]] = &[b"appointment", &key];
    let starts = it.start.as_ref().map(|time| time.as_date_time());
    let observed = pen.day_ahead(parts, standing, Attribute::ImagingAppointment, starts, "start");
    let booked = ImagingAppointment {
        modality: Some(study.modality),
        region: study.region,
        state,
        order: OrderNumbers::default(),
    };
    pen.state(parts, standing, observed, Finding::ImagingAppointment(booked), "status");
}
