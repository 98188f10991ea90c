//! Studies to come: orders that others placed, and appointments.

use lacteal_hl7::{AckError, Segment};

use super::{NO_PATIENT, NOT_OURS, PATIENTS_MAX, Reader, Verdict, segment_missing, too_many_patients};
use crate::person::{self, Discharge};
use crate::scribe::Scribe;
use crate::{appointment, order};

impl Reader<'_> {
    /// ORM^O01, OMG^O19 and OMI^O23: each order after its common order segment.
    pub(super) fn orders(self) -> Result<Verdict, AckError> {
        let codes = self.context.codes;
        self.of_each_patient(|scribe, pid| {
            let mut common = None;
            for segment in pid.following().take_while(|segment| segment.name() != "PID") {
                match (segment.name().as_str(), common) {
                    ("ORC", _) => common = Some(segment),
                    ("OBR", Some(orc)) => order::order(scribe, codes, orc, segment, timing(orc)),
                    _ => {}
                }
            }
        })
    }

    /// SIU: one appointment of one or several patients.
    pub(super) fn appointments(self, trigger: &str) -> Result<Verdict, AckError> {
        let Some(change) = appointment::of_trigger(trigger) else { return Ok(NOT_OURS) };
        if self.message.segment("SCH").is_none() {
            return Err(segment_missing("SCH"));
        }
        let (codes, message) = (self.context.codes, self.message);
        self.of_each_patient(|scribe, _| appointment::appointment(scribe, codes, message, change))
    }

    /// What is written of each patient of the message. Orders of stock and of quality control are about nobody.
    fn of_each_patient(mut self, write: impl Fn(&mut Scribe<'_>, Segment<'_>)) -> Result<Verdict, AckError> {
        let pids: Vec<_> = self.message.segments_named("PID").take(PATIENTS_MAX + 1).collect();
        if pids.is_empty() {
            return Ok(NO_PATIENT);
        }
        if pids.len() > PATIENTS_MAX {
            return Err(too_many_patients());
        }
        for pid in pids {
            let named = self.identify(&pid.field(3))?;
            let mut scribe = Scribe::new(&self.envelope, named.id);
            person::describe(&mut scribe, pid, &named, (Discharge::None, None));
            write(&mut scribe, pid);
            let written = scribe.done();
            self.take(named.id, written);
        }
        Ok(self.verdict())
    }
}

/// The timing of an order: it stands between the common order segment and the next.
fn timing(orc: Segment<'_>) -> Option<Segment<'_>> {
    orc.following().take_while(|segment| segment.name() != "ORC").find(|segment| segment.name() == "TQ1")
}
