//! ADT: who a person is, whether they died, what they have; and what becomes of their records.
//!
//! A merge and a changed number are the same to the dossiers: one record ends and another goes on with all that is
//! known. A link is not: the standard has the two records remain distinct, so it is shown to people and mixes nothing.
//! An unlink takes back a link, and a merge of the two as well, in whichever direction it went: each record keeps its
//! own facts, so that a merge comes apart again.

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::{Finding, Standing};
use lacteal_hl7::{AckError, ErrorCode, Segment, Severity, Value};

use super::{NOT_OURS, PATIENTS_MAX, Reader, Verdict, segment_missing, too_many_patients};
use crate::person::{self, Discharge, Named};
use crate::relevance::Concern;
use crate::scribe::{Scribe, Weight};
use crate::{diagnosis, intolerance, site_field};

impl Reader<'_> {
    /// ADT of any trigger.
    pub(super) fn admission(self, trigger: &str) -> Result<Verdict, AckError> {
        match trigger {
            "A01" | "A04" | "A05" | "A08" | "A28" | "A31" | "A60" => self.person(Discharge::None, true),
            "A03" => self.person(Discharge::Left, true),
            // What a visit that was cancelled said of diagnoses is cancelled with it.
            "A11" => self.person(Discharge::None, false),
            "A13" => self.person(Discharge::Cancelled, false),
            "A18" | "A34" | "A36" | "A40" => self.merge(false),
            "A47" => self.merge(true),
            "A24" => self.link(Standing::Final),
            "A37" => self.link(Standing::Deleted),
            "A29" => self.delete(),
            _ => Ok(NOT_OURS),
        }
    }

    fn person(mut self, discharge: Discharge, diagnoses: bool) -> Result<Verdict, AckError> {
        let (message, context) = (self.message, self.context);
        let pid = message.segment("PID").ok_or_else(|| segment_missing("PID"))?;
        let named = self.identify(&pid.field(3))?;
        let mut scribe = Scribe::new(&self.envelope, named.id);
        person::describe(&mut scribe, pid, &named, (discharge, message.segment("PV1")));
        if diagnoses {
            for segment in message.segments_named("DG1") {
                diagnosis::dg1(&mut scribe, context.codes, segment);
            }
            for segment in ["AL1", "IAM"].into_iter().flat_map(|name| message.segments_named(name)) {
                intolerance::allergy(&mut scribe, context.codes, segment);
            }
            site_field::of_person(&mut scribe, context, message);
        }
        let written = scribe.done();
        self.take(named.id, written);
        Ok(self.verdict())
    }

    /// For each pair of PID and MRG the number in MRG-1 ends and that in PID-3 goes on. With `changed` it is the same
    /// record under a new number (A47).
    fn merge(mut self, changed: bool) -> Result<Verdict, AckError> {
        let mut pairs = 0;
        for pid in self.message.segments_named("PID") {
            let mrg = pid
                .following()
                .take_while(|segment| segment.name() != "PID")
                .find(|segment| segment.name() == "MRG")
                .ok_or_else(|| segment_missing("MRG"))?;
            let (list, prior) = (pid.field(3), mrg.field(1));
            let survivor = self.identify(&list)?;
            let retired = self.identify(&prior)?;
            pairs += 1;
            if survivor.id != retired.id {
                self.merge_pair(pid, &survivor, &retired);
                continue;
            }
            // Another number of the list changed, and not the one by which we know the patient.
            let is_other_number = changed && list.raw() != prior.raw() && has_several(&list, &prior);
            if !is_other_number {
                return Err(same_number(&prior, "PID-3 and MRG-1 are the same number"));
            }
        }
        if pairs == 0 {
            return Err(segment_missing("PID"));
        }
        if pairs > PATIENTS_MAX {
            return Err(too_many_patients());
        }
        Ok(self.verdict())
    }

    fn merge_pair(&mut self, pid: Segment<'_>, survivor: &Named<'_>, retired: &Named<'_>) {
        let parts: &[&[u8]] = &[b"merge", &retired.id.0, &survivor.id.0];
        let mut scribe = Scribe::new(&self.envelope, survivor.id);
        let plain = scribe.plain();
        person::describe(&mut scribe, pid, survivor, (Discharge::None, None));
        scribe.state(parts, plain, None, Finding::Absorbs { retired: retired.id }, &retired.value);
        let written = scribe.done();
        self.take(survivor.id, written);
        let mut scribe = Scribe::new(&self.envelope, retired.id);
        scribe.state(parts, plain, None, Finding::MergedInto { survivor: survivor.id }, &survivor.value);
        let written = scribe.done();
        self.take(retired.id, written);
    }

    /// A24 and A37: the records of the first PID and of each further one are, or are no longer, linked.
    fn link(mut self, standing: Standing) -> Result<Verdict, AckError> {
        let mut pids = self.message.segments_named("PID").take(PATIENTS_MAX + 1);
        let first = pids.next().ok_or_else(|| segment_missing("PID"))?;
        let one = self.identify(&first.field(3))?;
        let mut others = 0;
        for pid in pids {
            let other = self.identify(&pid.field(3))?;
            if one.id == other.id {
                return Err(same_number(&pid.field(3), "the linked records have the same number"));
            }
            self.link_pair(&one, &other, standing);
            self.link_pair(&other, &one, standing);
            others += 1;
        }
        match others {
            0 => Err(segment_missing("PID")),
            PATIENTS_MAX.. => Err(too_many_patients()),
            _ => Ok(self.verdict()),
        }
    }

    /// Tells the first of two records of its link to the other: an item that people see.
    fn link_pair(&mut self, one: &Named<'_>, other: &Named<'_>, standing: Standing) {
        let mut scribe = Scribe::new(&self.envelope, one.id);
        let weight = Weight { standing, ..scribe.plain() };
        let (low, high) = (one.id.min(other.id), one.id.max(other.id));
        let parts: &[&[u8]] = &[b"link", &low.0, &high.0];
        scribe.unread(parts, weight, Attribute::Merge, UnreadReason::Ambiguous, &other.value);
        scribe.matters(Concern::OfKnown);
        if standing == Standing::Deleted {
            let merged = Finding::MergedInto { survivor: other.id };
            scribe.state(&[b"merge", &one.id.0, &other.id.0], weight, None, merged, &other.value);
            let absorbs = Finding::Absorbs { retired: other.id };
            scribe.state(&[b"merge", &other.id.0, &one.id.0], weight, None, absorbs, &other.value);
        }
        let written = scribe.done();
        self.take(one.id, written);
    }

    /// A29: a person whose record was deleted at the sender. What that means for surveillance is for people to say,
    /// so nothing is withdrawn and the patient shows as needing review.
    fn delete(mut self) -> Result<Verdict, AckError> {
        let pid = self.message.segment("PID").ok_or_else(|| segment_missing("PID"))?;
        let named = self.identify(&pid.field(3))?;
        let mut scribe = Scribe::new(&self.envelope, named.id);
        let plain = scribe.plain();
        scribe.unread(&[b"deleted"], plain, Attribute::RecordNumber, UnreadReason::Ambiguous, &named.value);
        scribe.matters(Concern::OfKnown);
        let written = scribe.done();
        self.take(named.id, written);
        Ok(self.verdict())
    }
}

fn has_several(list: &Value<'_>, prior: &Value<'_>) -> bool {
    list.repetitions().count() > 1 || prior.repetitions().count() > 1
}

fn same_number(value: &Value<'_>, why: &'static str) -> AckError {
    AckError {
        location: Some(value.location()),
        code: ErrorCode::DuplicateKey,
        severity: Severity::Error,
        text: format!("a patient cannot be merged into or linked with itself: {why}").into(),
    }
}
