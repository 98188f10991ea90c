//! MDM: a document about one patient.

use lacteal_hl7::AckError;

use super::{NOT_OURS, Reader, Verdict, segment_missing};
use crate::document;
use crate::person::{self, Discharge};
use crate::scribe::Scribe;

impl Reader<'_> {
    /// MDM of any trigger.
    pub(super) fn document(mut self, trigger: &str) -> Result<Verdict, AckError> {
        let Some(event) = document::event(trigger) else { return Ok(NOT_OURS) };
        let pid = self.message.segment("PID").ok_or_else(|| segment_missing("PID"))?;
        let txa = self.message.segment("TXA").ok_or_else(|| segment_missing("TXA"))?;
        let named = self.identify(&pid.field(3))?;
        let mut scribe = Scribe::new(&self.envelope, named.id);
        person::describe(&mut scribe, pid, &named, (Discharge::None, None));
        document::document(&mut scribe, self.context.codes, self.message, txa, event);
        let written = scribe.done();
        self.take(named.id, written);
        Ok(self.verdict())
    }
}
