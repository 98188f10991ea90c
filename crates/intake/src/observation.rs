//! Observations (OBX) and studies (OBR): which statement a coded result makes.
//!
//! A result whose code is in the table becomes a fact or, when its value cannot be read, an unread item that
//! a person will see. A result whose code is not in the table says nothing here.

mod reading;

use std::borrow::Cow;
use std::collections::BTreeMap;

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::imaging::Imaging;
use lacteal_clinical::{Finding, PartialDate, Standing};
use lacteal_hl7::{Message, Segment, Value};

use crate::codes::{Codes, Concept};
use crate::meaning::attribute;
use crate::narrative::{Document, Report};
use crate::scribe::{Scribe, Weight};
use crate::site_field::SiteField;
use reading::{Observed, Reading};

/// How often an identity was used in a message, to tell repetitions of one code without a sub-id apart.
#[derive(Default)]
pub(crate) struct Repeats<'a>(BTreeMap<(Same<'a>, Number<'a>), u32>);

/// What makes a statement the same one within its order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Same<'a> {
    /// Code, sub-id and date of its own.
    Result([&'a [u8]; 3]),
    SiteField(String),
}

/// The number of an order, which the message seldom leaves out.
type Number<'a> = Cow<'a, [u8]>;

impl<'a> Repeats<'a> {
    fn next(&mut self, number: &Number<'a>, same: Same<'a>) -> Cow<'static, str> {
        let count = self.0.entry((same, number.clone())).or_insert(0);
        *count += 1;
        match *count - 1 {
            0 => Cow::Borrowed("0"),
            before => Cow::Owned(before.to_string()),
        }
    }
}

/// The order that observations belong to.
pub(crate) struct Order<'a> {
    /// None for observations of the patient that belong to no order.
    obr: Option<Segment<'a>>,
    /// Filler number, else placer number, else the control id of the message and the place of the order in it.
    number: Number<'a>,
    reported_at_s: i64,
    /// When it was so, unless an observation says otherwise (OBR-7, else SPM-17).
    taken: Option<Value<'a>>,
    dates: Dates<'a>,
    /// The date that was read last: most results of an order have the same.
    dated: Option<(&'a [u8], ReadDate)>,
    report: Report<'a>,
    /// How many facts were there before those of this order.
    from: usize,
}

/// Room that is made at once for what makes the dates of an order the same again.
const RESULTS_BYTES_USUAL: usize = 256;

/// A date, or why there is none.
type ReadDate = Result<Option<PartialDate>, UnreadReason>;

/// How the dates of an order could be read. Told once for the order, so that a dozen results with one wrong date are
/// one thing to look at; a later report of the same results with a date that is good takes it back.
#[derive(Default)]
struct Dates<'a> {
    /// Codes and sub-ids of all results, known ones and others: they make the item the same again, and another part of
    /// the same panel another one.
    results: Vec<u8>,
    good: Option<(Attribute, Weight, Value<'a>)>,
    bad: Option<(Attribute, Weight, Value<'a>, UnreadReason)>,
}

impl<'a> Order<'a> {
    /// What observations belong to that stand before any order.
    pub(crate) fn none(scribe: &Scribe<'_>, message: &'a Message) -> Order<'a> {
        let number = message.header().segment().field(10).raw();
        Order::bare(scribe, Cow::Borrowed(number))
    }

    /// What fields of a site's own segments belong to that stand in a message about a person (ADT). They have no number:
    /// a later message states the same again.
    pub(crate) fn of_person(scribe: &Scribe<'_>) -> Order<'a> {
        Order::bare(scribe, Cow::Borrowed(b""))
    }

    /// What the observations of a specimen belong to that stand before its first order (OUL).
    pub(crate) fn specimen(scribe: &Scribe<'_>, spm: Segment<'a>) -> Order<'a> {
        let mut order = match spm.field(2).present() {
            Some(id) => Order::bare(scribe, Cow::Owned([b"specimen|", id.raw()].concat())),
            None => Order::none(scribe, spm.message()),
        };
        order.taken = spm.field(17).present();
        order
    }

    fn bare(scribe: &Scribe<'_>, number: Number<'a>) -> Order<'a> {
        Order {
            obr: None,
            number,
            reported_at_s: scribe.envelope().made_at_s,
            taken: None,
            dates: Dates::default(),
            dated: None,
            report: Report::default(),
            from: scribe.so_far().len(),
        }
    }

    /// Begins an order, and writes down the study when it is one that was performed. The numbers may stand in the
    /// common order segment beside it only; the specimen may stand before it or after it.
    pub(crate) fn begin(
        scribe: &mut Scribe<'_>,
        codes: &Codes,
        obr: Segment<'a>,
        common: Option<Segment<'a>>,
        specimen: Option<Segment<'a>>,
    ) -> Order<'a> {
        let beside = |field| common.and_then(|orc| orc.field(field).present());
        let own = [obr.field(3), obr.field(2)].into_iter().find_map(|value| value.present());
        let number = own.or_else(|| beside(3)).or_else(|| beside(2)).map(|value| Cow::Borrowed(value.raw()));
        let number = number.unwrap_or_else(|| {
            let control_id = obr.message().header().segment().field(10);
            Cow::Owned([control_id.raw(), b"|", obr.occurrence().to_string().as_bytes()].concat())
        });
        let collected = || specimen.and_then(|spm| spm.field(17).present());
        let order = Order {
            obr: Some(obr),
            reported_at_s: scribe.envelope().reported_at_s(&obr.field(22)),
            taken: obr.field(7).present().or_else(collected),
            report: Report::of(codes, obr),
            ..Order::bare(scribe, number)
        };
        order.study(scribe, codes, obr);
        order
    }

    fn weight(&self, standing: Standing) -> Weight {
        Weight { reported_at_s: self.reported_at_s, standing, source: self.report.source(), text: None }
    }

    fn study(&self, scribe: &mut Scribe<'_>, codes: &Codes, obr: Segment<'_>) {
        let service = obr.field(4);
        let Some((code, &Concept::Study { modality, region })) = concept(codes, &service) else { return };
        // OBR-25 (table 0123): a study that is only ordered, scheduled or registered was not performed.
        let standing = match letter(&obr.field(25)) {
            None | Some(b'F') => Standing::Final,
            Some(b'C') => Standing::Corrected,
            Some(b'P' | b'R' | b'A') => Standing::Preliminary,
            Some(b'X') => Standing::Deleted,
            Some(_) => return,
        };
        let weight = self.weight(standing);
        let parts: &[&[u8]] = &[b"study", &self.number, code.raw()];
        let performed = scribe.required_date(parts, weight, Attribute::Imaging, &obr.field(7));
        let finding = Finding::Imaging(Imaging { modality, region });
        scribe.state(parts, weight, performed, finding, &code);
    }

    /// Writes down what an observation of this order states, or keeps its text for the end of the order.
    pub(crate) fn observation(
        &mut self,
        scribe: &mut Scribe<'_>,
        codes: &Codes,
        obx: Segment<'a>,
        repeats: &mut Repeats<'a>,
    ) {
        let [_, kind, code, sub_id, value, unit, _, _, _, _, status, _, _, taken] = obx.leading();
        let standing = self.standing_of(obx, &status);
        if !matches!(kind.raw(), b"TX" | b"FT" | b"ED") {
            let results = &mut self.dates.results;
            results.reserve(RESULTS_BYTES_USUAL);
            for part in [code.component(1).raw(), b"|", sub_id.raw(), b"|"] {
                results.extend_from_slice(part);
            }
        }
        let known = concept(codes, &code);
        let Some((found, Concept::Observation { means, unit: default_unit })) = known else {
            self.report.add(codes, obx, known.map(|(_, concept)| concept), standing);
            return;
        };
        if value.is_empty() && says_nothing_without_a_value(&status) {
            return;
        }
        let code = found;
        let attribute = attribute(*means);
        let observation = Observed { obx, code };
        let [code, sub_id, own_date] = [code, sub_id, taken].map(|value| value.raw());
        let repetition = repeats.next(&self.number, Same::Result([code, sub_id, own_date]));
        let weight = self.weight(standing);
        let dated = taken.present().or(self.taken).unwrap_or(taken);
        let observed = match self.read_date(scribe, &dated) {
            Ok(date) => {
                self.dates.good.get_or_insert((attribute, weight, dated));
                date
            }
            Err(reason) => {
                self.dates.bad.get_or_insert((attribute, weight, dated, reason));
                None
            }
        };
        let read = Reading {
            codes,
            kind,
            value,
            unit,
            default_unit: default_unit.as_deref(),
            of: Some(observation),
        };
        let finding = match read.finding(*means) {
            Ok(finding) => finding,
            Err(reason) => Finding::Unread { attribute, reason },
        };
        let parts: &[&[u8]] = &[b"result", &self.number, code, sub_id, own_date, repetition.as_bytes()];
        scribe.state(parts, weight, observed, finding, &value);
    }

    fn read_date(&mut self, scribe: &Scribe<'_>, value: &Value<'a>) -> ReadDate {
        match self.dated {
            Some((raw, read)) if raw == value.raw() => read,
            _ => {
                let read = scribe.read_date(value);
                self.dated = Some((value.raw(), read));
                read
            }
        }
    }

    /// Writes down what a field of a site's own segment states, as the site says it means.
    pub(crate) fn site_field(
        &mut self,
        scribe: &mut Scribe<'_>,
        codes: &Codes,
        (segment, field): (Segment<'a>, &SiteField),
        repeats: &mut Repeats<'a>,
    ) {
        let value = field.value(segment);
        if value.present().is_none() {
            return;
        }
        let place = format!("{}|{}|{}", field.segment, field.field, field.component);
        let repetition = repeats.next(&self.number, Same::SiteField(place.clone()));
        let parts: &[&[u8]] = &[b"site field", &self.number, place.as_bytes(), repetition.as_bytes()];
        let weight = self.weight(self.standing());
        let none = segment.field(0);
        let observed = self.taken.and_then(|taken| scribe.read_date(&taken).ok().flatten());
        let read = Reading {
            codes,
            kind: none,
            value,
            unit: none,
            default_unit: Some(field.unit.as_str()).filter(|unit| !unit.is_empty()),
            of: None,
        };
        let finding = match read.finding(field.means) {
            Ok(finding) => finding,
            Err(reason) => Finding::Unread { attribute: attribute(field.means), reason },
        };
        scribe.state(parts, weight, observed, finding, &value);
    }

    /// Ends the order: how its dates could be read, and what its text says.
    pub(crate) fn finish(self, scribe: &mut Scribe<'_>) {
        let Order { number, reported_at_s, taken, dates, report, from, .. } = self;
        let parts: &[&[u8]] = &[b"result", &number, b"dates", &dates.results];
        match (dates.bad, dates.good) {
            (Some((attribute, weight, value, reason)), _) => {
                scribe.unread(parts, weight, attribute, reason, &value);
            }
            (None, Some((attribute, weight, value)))
                if weight.standing != Standing::Preliminary && !value.is_empty() =>
            {
                let weight = Weight { standing: Standing::Deleted, ..weight };
                scribe.unread(parts, weight, attribute, UnreadReason::InvalidDate, &value);
            }
            _ => {}
        }
        let observed = taken.and_then(|taken| scribe.read_date(&taken).ok().flatten());
        report.read(scribe, &Document { number: &number, reported_at_s, observed, from, replaces: None });
    }

    /// What OBX-11 says, or the order where it says nothing.
    fn standing_of(&self, obx: Segment<'_>, status: &Value<'_>) -> Standing {
        match letter(status) {
            // OBX-11 is required; a sender that leaves it out means the status of the order.
            None => self.standing(),
            Some(b'A' | b'B' | b'V') if !knows_later_letters(obx) => Standing::Preliminary,
            Some(status) => Standing::from_observation_status(status).unwrap_or(Standing::Preliminary),
        }
    }

    /// What OBR-25 means for results that have no status of their own: final, unless it says otherwise.
    fn standing(&self) -> Standing {
        match self.obr.and_then(|obr| letter(&obr.field(25))) {
            Some(b'P' | b'R' | b'A' | b'I' | b'S' | b'O') => Standing::Preliminary,
            Some(b'C') => Standing::Corrected,
            Some(b'X') => Standing::Deleted,
            _ => Standing::Final,
        }
    }
}

/// Whether the version of the message has A, B and V in table 0085: from 2.8 on. In older ones such a letter is a
/// mistake, and what it marks is shown and starts nothing.
fn knows_later_letters(obx: Segment<'_>) -> bool {
    let version = obx.message().header().version();
    version.is_ok_and(|version| (version.major, version.minor) >= (2, 8))
}

/// Whether an empty value is no statement: a result that is pending (I), or final as it was sent before (U). What was
/// sent before stands as it is; that it has become final cannot be said of a value that is not repeated.
pub(crate) fn says_nothing_without_a_value(status: &Value<'_>) -> bool {
    matches!(letter(status), Some(b'I' | b'U'))
}

/// A status: the first letter of a field, as a capital.
pub(crate) fn letter(status: &Value<'_>) -> Option<u8> {
    status.present()?.raw().trim_ascii().first().map(u8::to_ascii_uppercase)
}

/// What the code or the alternate code of a coded value stands for, with the code.
pub(crate) fn concept<'c, 'v>(codes: &'c Codes, value: &Value<'v>) -> Option<(Value<'v>, &'c Concept)> {
    let known = |code: Value<'v>, system: Value<'v>| {
        // A suffix (`24627-2&IMP`) tells the part of a report and does not change what the code stands for.
        let text = code.subcomponent(1).trimmed().ok().flatten()?;
        let system = system.trimmed().ok().flatten()?;
        Some((code, codes.concept(&system, &text)?))
    };
    let [code, _, system] = value.leading_components();
    known(code, system).or_else(|| {
        let [.., code, _, system] = value.leading_components::<6>();
        known(code, system)
    })
}
