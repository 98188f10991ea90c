//! ORU and OUL: groups of a patient, their orders and the observations of each.

use lacteal_hl7::{AckError, Message, Segment, SegmentName};

use super::{NO_PATIENT, PATIENTS_MAX, Reader, Verdict, segment_missing, too_many_patients};
use crate::observation::{Order, Repeats};
use crate::person::{self, Discharge};
use crate::scribe::Scribe;
use crate::{diagnosis, site_field};

/// How a message groups orders and specimens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grouping {
    /// By order; a specimen follows the order that it belongs to (ORU, OUL^R21).
    Orders,
    /// By specimen; its orders follow it, and the common order segment follows its OBR (OUL^R22 to R24).
    Specimens,
}

impl<'a> Reader<'a> {
    /// Results of one or several patients.
    pub(super) fn results(mut self, grouping: Grouping) -> Result<Verdict, AckError> {
        let pids: Vec<_> = self.message.segments_named("PID").take(PATIENTS_MAX + 1).collect();
        if pids.is_empty() {
            // OUL may be about no patient: controls and calibrations.
            let may_be_nobody = self.message.header().message_type().is_ok_and(|kind| kind.code == "OUL");
            return if may_be_nobody { Ok(NO_PATIENT) } else { Err(segment_missing("PID")) };
        }
        if pids.len() > PATIENTS_MAX {
            return Err(too_many_patients());
        }
        let mut repeats = Repeats::default();
        for pid in pids {
            let named = self.identify(&pid.field(3))?;
            let mut scribe = Scribe::new(&self.envelope, named.id);
            person::describe(&mut scribe, pid, &named, (Discharge::None, None));
            self.observations(&mut scribe, pid, grouping, &mut repeats);
            let written = scribe.done();
            self.take(named.id, written);
        }
        Ok(self.verdict())
    }

    fn observations(
        &self,
        scribe: &mut Scribe<'_>,
        pid: Segment<'a>,
        grouping: Grouping,
        repeats: &mut Repeats<'a>,
    ) {
        let (context, message) = (self.context, self.message);
        let codes = context.codes;
        // Observations before the first order are the patient's (from version 2.7 on).
        let mut order = Order::none(scribe, message);
        let mut specimen = None;
        for segment in pid.following().take_while(|segment| segment.name() != SegmentName::PID) {
            match segment.name() {
                SegmentName::OBR => {
                    order.finish(scribe);
                    if grouping == Grouping::Orders {
                        specimen = own_specimen(segment);
                    }
                    let common = common_order(message, segment, grouping);
                    order = Order::begin(scribe, codes, segment, common, specimen);
                }
                SegmentName::SPM if grouping == Grouping::Specimens => {
                    order.finish(scribe);
                    order = Order::specimen(scribe, segment);
                    specimen = Some(segment);
                }
                SegmentName::OBX => order.observation(scribe, codes, segment, repeats),
                SegmentName::DG1 => diagnosis::dg1(scribe, codes, segment),
                name if name.as_str().starts_with('Z') => {
                    site_field::read(scribe, context, &mut order, segment, repeats);
                }
                _ => {}
            }
        }
        order.finish(scribe);
    }
}

/// The specimen that follows an order, before the next one.
fn own_specimen(obr: Segment<'_>) -> Option<Segment<'_>> {
    let own = |segment: &Segment<'_>| !matches!(segment.name(), SegmentName::OBR | SegmentName::PID);
    obr.following().take_while(own).find(|segment| segment.name() == SegmentName::SPM)
}

/// The common order segment of an order.
fn common_order<'a>(message: &'a Message, obr: Segment<'a>, grouping: Grouping) -> Option<Segment<'a>> {
    let index = match grouping {
        Grouping::Orders => obr.index().checked_sub(1)?,
        Grouping::Specimens => obr.index() + 1,
    };
    message.segment_at(index).filter(|segment| segment.name() == SegmentName::ORC)
}
