//! One patient's line, packed: 48 bytes and one small allocation for everything of varying length.

use super::day::Day;
use super::filter::Facet;
use super::texts::{self, TextId, Texts};
use lacteal_clinical::identity::PatientId;
use lacteal_wire::{api, event};

/// Most record numbers shown for one patient.
const RECORD_NUMBERS_MAX: usize = 32;
/// Longest record number kept, in bytes; no valid one is longer than a quarter of it.
const NUMBER_BYTES_MAX: usize = 255;
/// The reasons that a line gives: of the status, of the interval and of the modality.
const REASONS: usize = 3;
/// In place of a modality when there is no window at all.
const NO_WINDOW: u8 = u8::MAX;

/// A plan as the work list needs it.
pub(super) struct Entry {
    opens: Day,
    due: Day,
    overdue_after: Day,
    interval_months: u16,
    status: u8,
    modality: u8,
    revision: u64,
    /// NaN when not computed.
    risk_5_years: f64,
    /// The reasons of status, interval and modality, then the record numbers: see `Blob`.
    blob: Box<[u8]>,
}

/// Why a plan cannot be shown as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Invalid;

impl Entry {
    /// Packs a plan. Texts are kept in `texts` and must be given back by [`Entry::release`].
    pub(super) fn pack(plan: &event::Plan, revision: u64, texts: &mut Texts) -> Result<Self, Invalid> {
        let status = plan.status();
        let risk = plan.risk_5_years;
        let is_risk = risk.is_none_or(|risk| (0.0..=1.0).contains(&risk));
        let is_status = status != event::Status::Unspecified && i32::from(status as u8) == plan.status;
        if !is_risk || !is_status {
            return Err(Invalid);
        }
        let window = plan.next_scan.as_ref();
        let day =
            |date: Option<&event::PartialDate>| date.map_or(Ok(Day::NONE), |d| Day::pack(d).ok_or(Invalid));
        let opens = day(window.and_then(|w| w.opens.as_ref()))?;
        let due = day(window.and_then(|w| w.due.as_ref()))?;
        let overdue_after = day(window.and_then(|w| w.overdue_after.as_ref()))?;
        let interval_months = u16::try_from(window.map_or(0, |w| w.interval_months)).map_err(|_| Invalid)?;
        let modality = match window {
            None => NO_WINDOW,
            Some(window) => u8::try_from(window.modality).ok().filter(|m| *m < NO_WINDOW).ok_or(Invalid)?,
        };
        let interval_reason = window.map_or("", |w| &w.interval_reason);
        let modality_reason = window.map_or("", |w| &w.modality_reason);
        let blob = blob([&plan.reason, interval_reason, modality_reason], &plan.record_numbers, texts);
        Ok(Self {
            opens,
            due,
            overdue_after,
            interval_months,
            status: status as u8,
            modality,
            revision,
            risk_5_years: risk.unwrap_or(f64::NAN),
            blob,
        })
    }

    /// Gives the texts back.
    pub(super) fn release(&self, texts: &mut Texts) {
        let mut blob = Blob(&self.blob);
        for (template, _) in std::iter::from_fn(|| blob.reason()).take(REASONS) {
            texts.release(template);
        }
        while let Some((authority, _)) = blob.record_number() {
            texts.release(authority);
        }
    }

    /// The line as the API shows it.
    pub(super) fn show(&self, patient: PatientId, texts: &Texts) -> api::WorklistEntry {
        let mut blob = Blob(&self.blob);
        let [reason, interval_reason, modality_reason] = std::array::from_fn::<_, REASONS, _>(|_| {
            blob.reason()
                .map_or_else(String::new, |(template, digits)| texts::join(texts.get(template), digits))
        });
        let record_numbers = std::iter::from_fn(|| blob.record_number())
            .map(|(authority, number)| event::RecordNumber {
                authority: texts.get(authority).to_owned(),
                number: String::from_utf8_lossy(number).into_owned(),
            })
            .collect();
        let next_scan = (self.modality != NO_WINDOW).then(|| event::Window {
            opens: self.opens.unpack(),
            due: self.due.unpack(),
            overdue_after: self.overdue_after.unpack(),
            interval_months: self.interval_months.into(),
            modality: self.modality.into(),
            interval_reason,
            modality_reason,
        });
        api::WorklistEntry {
            patient_id: patient.to_string(),
            record_numbers,
            status: self.status.into(),
            reason,
            next_scan,
            risk_5_years: self.risk(),
            revision: self.revision,
        }
    }

    pub(super) fn facet(&self) -> Facet {
        Facet { status: self.status, due: self.due }
    }

    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) fn risk(&self) -> Option<f64> {
        (!self.risk_5_years.is_nan()).then_some(self.risk_5_years)
    }
}

fn blob(reasons: [&str; REASONS], numbers: &[event::RecordNumber], texts: &mut Texts) -> Box<[u8]> {
    let mut blob = Vec::new();
    for reason in reasons.map(texts::cut) {
        blob.extend(texts.keep(&texts::template(reason)).to_bytes());
        let digits = texts::digits(reason);
        // A text is at most 1000 bytes, its digits half of that.
        blob.extend(u16::try_from(digits.len()).unwrap_or(0).to_le_bytes());
        blob.extend(digits);
    }
    for number in numbers.iter().filter(|n| n.number.len() <= NUMBER_BYTES_MAX).take(RECORD_NUMBERS_MAX) {
        blob.extend(texts.keep(texts::cut(&number.authority)).to_bytes());
        blob.push(u8::try_from(number.number.len()).unwrap_or(0));
        blob.extend(number.number.as_bytes());
    }
    blob.into_boxed_slice()
}

/// Reads what `blob` wrote: for every reason a template of four bytes, a length of two bytes and digits; then, to the
/// end, an authority of four bytes, a length of one byte and a record number.
struct Blob<'a>(&'a [u8]);

impl<'a> Blob<'a> {
    fn reason(&mut self) -> Option<(TextId, &'a [u8])> {
        let template = TextId::from_bytes(self.array()?);
        let length = u16::from_le_bytes(self.array()?);
        Some((template, self.take(length.into())?))
    }

    fn record_number(&mut self) -> Option<(TextId, &'a [u8])> {
        let authority = TextId::from_bytes(self.array()?);
        let [length] = self.array()?;
        Some((authority, self.take(length.into())?))
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_48_bytes() {
        assert_eq!(size_of::<Entry>(), 48);
    }
}
