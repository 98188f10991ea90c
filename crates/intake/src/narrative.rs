//! Reports in text: which observations are one text, and the facts that its statements become.
//!
//! The lines of an order are joined in their order, with the heading that a reader would see above each part, and read
//! as one. Where nobody says what kind of report it is, its words do. A statement becomes a fact with the rule that read it and the bytes that say it, and with the version of the
//! text: a later version that is whole takes back what it no longer says, whether it calls itself a correction or not.

mod agreement;
mod beside;
mod findings;
mod statements;

use std::borrow::Cow;

use lacteal_clinical::finding::{Attribute, UnreadReason};
use lacteal_clinical::{Fact, Finding, PartialDate, Reading, Standing, TextVersion};
use lacteal_hl7::{Message, Segment, Value};
use lacteal_narrative::Kind;

use crate::codes::{Codes, Concept, ReportKind};
use crate::observation::{concept, letter, says_nothing_without_a_value};
use crate::relevance::Concern;
use crate::scribe::{Scope, Scribe, Weight};
use crate::spelling::{Spelling, Undecodable};
pub(crate) use agreement::same;
use statements::Writer;
pub(crate) use statements::{
    KEYS, SILENT, Stated, WITHDRAWN_SLOTS, kind_of, next_slot, stated, unread, withdraw,
};

/// Longest title of a part that is put before it, in characters.
const TITLE_CHARS_MAX: usize = 64;
/// First words of what is added to a report.
const ADDENDA: [&str; 6] =
    ["addendum", "addenda", "supplement", "supplementary", "supplemental", "additional"];
/// Words of titles that name the whole report and head no part of it.
const TITLES_OF_WHOLES: [&str; 9] =
    ["report", "text", "narrative", "document", "letter", "note", "study", "result", "befund"];

/// The text of an order or document in the making.
#[derive(Default)]
pub(crate) struct Report<'a> {
    /// As the order, the document or the code of a line tells.
    kind: Option<ReportKind>,
    /// A document holds nothing but text, however short its lines are.
    is_document: bool,
    /// What the order asks for: its name heads no part.
    service: Option<Value<'a>>,
    standing_of_order: Option<Standing>,
    lines: Vec<Line<'a>>,
    /// Some of it is as it was sent before, or yet to come.
    is_partial: bool,
}

/// The text of one observation.
struct Line<'a> {
    obx: Segment<'a>,
    /// The code that it came under.
    code: &'a [u8],
    heading: Heading,
    standing: Standing,
}

/// What stands above a line.
#[derive(Clone, PartialEq, Eq)]
enum Heading {
    None,
    /// A part of a report that is known by its code.
    Part(String),
    /// What the sender calls the observation: the label of a field, or a part.
    Title(String),
}

/// What makes statements of a text the same again, and what they have in common.
pub(crate) struct Document<'a> {
    pub(crate) number: &'a [u8],
    pub(crate) reported_at_s: i64,
    /// When what it reports was so.
    pub(crate) observed: Option<PartialDate>,
    /// How many facts were there before those of its order.
    pub(crate) from: usize,
    /// Number of the document that it replaces.
    pub(crate) replaces: Option<&'a [u8]>,
}

impl<'a> Report<'a> {
    /// A document of this kind.
    pub(crate) fn document(kind: Option<ReportKind>, standing: Option<Standing>) -> Report<'a> {
        Report { kind, is_document: true, standing_of_order: standing, ..Report::default() }
    }

    /// What kind of report it was told to be.
    pub(crate) fn source(&self) -> lacteal_clinical::ReportKind {
        self.kind.map(Into::into).unwrap_or_default()
    }

    /// The report that an order asks for: by its code, else by the diagnostic service (OBR-24, table 0074).
    pub(crate) fn of(codes: &Codes, obr: Segment<'a>) -> Report<'a> {
        let service = obr.field(4);
        let kind = match concept(codes, &service) {
            Some((_, Concept::Report(kind))) => Some(*kind),
            Some((_, Concept::Study { .. })) => Some(ReportKind::Radiology),
            _ => match obr.field(24).raw().trim_ascii() {
                b"SP" | b"CP" | b"PAT" => Some(ReportKind::Pathology),
                b"RAD" | b"CT" | b"NMR" | b"NMS" | b"RUS" => Some(ReportKind::Radiology),
                _ => None,
            },
        };
        let is_corrected = letter(&obr.field(25)) == Some(b'C');
        let standing_of_order = is_corrected.then_some(Standing::Corrected);
        Report { kind, service: Some(service), standing_of_order, ..Report::default() }
    }

    /// Takes an observation whose value is not coded, when it is text of a report. `known` is what its code stands for.
    pub(crate) fn add(
        &mut self,
        codes: &Codes,
        obx: Segment<'a>,
        known: Option<&Concept>,
        standing: Standing,
    ) {
        if !codes.reads_text() {
            return;
        }
        let (kind, code) = (obx.field(2), obx.field(3));
        let own = if let Some(Concept::Report(kind)) = known { Some(*kind) } else { None };
        let is_text = match kind.raw() {
            b"TX" | b"FT" | b"ED" | b"RP" => true,
            // A short text of an order that is no report is some result.
            b"ST" | b"" => self.is_document || self.kind.is_some() || own.is_some(),
            _ => false,
        };
        if !is_text {
            return;
        }
        self.kind = self.kind.or(own);
        self.is_partial |= obx.field(5).is_empty() && says_nothing_without_a_value(&obx.field(11));
        let heading = match self.lines.last() {
            Some(above) if above.code == code.raw() => above.heading.clone(),
            _ => self.heading(codes, &code, own.is_some()),
        };
        self.lines.push(Line { obx, code: code.raw(), heading, standing });
    }

    fn heading(&self, codes: &Codes, code: &Value<'_>, is_report: bool) -> Heading {
        let [identifier, title, system] = code.leading_components();
        let suffix = text(identifier.subcomponent(2));
        let part = suffix.and_then(|suffix| codes.suffix_heading(&suffix)).or_else(|| {
            let (code, system) = (text(identifier.subcomponent(1))?, text(system)?);
            codes.heading(&system, &code)
        });
        if let Some(part) = part {
            // The general description of a specimen is its gross description.
            let is_gross = self.kind == Some(ReportKind::Pathology) && part == "FINDINGS";
            return Heading::Part(if is_gross { "GROSS DESCRIPTION" } else { part }.to_owned());
        }
        if is_report {
            return Heading::None;
        }
        let Some(title) = text(title).or_else(|| text(identifier.subcomponent(1))) else {
            return Heading::None;
        };
        let lower = title.to_lowercase();
        let name = self.service.and_then(|service| text(service.component(2))).unwrap_or_default();
        let is_whole = lower == name.to_lowercase()
            || !lower.contains(char::is_alphabetic)
            || lower.chars().count() > TITLE_CHARS_MAX
            || lower.split(|c: char| !c.is_alphanumeric()).any(|word| TITLES_OF_WHOLES.contains(&word));
        if is_whole { Heading::None } else { Heading::Title(title.into_owned()) }
    }

    /// How far the whole counts, and whether a line counts.
    fn standing(&self) -> Option<(Standing, bool)> {
        let has = |wanted: Standing| self.lines.iter().any(|line| line.standing == wanted);
        if self.lines.iter().any(|line| line.standing.counts()) {
            let standing = match self.standing_of_order {
                _ if has(Standing::Preliminary) => Standing::Preliminary,
                Some(standing) => standing,
                None if has(Standing::Corrected) => Standing::Corrected,
                None => Standing::Final,
            };
            return Some((standing, true));
        }
        [Standing::WrongPatient, Standing::Deleted].into_iter().find(|it| has(*it)).map(|it| (it, false))
    }

    /// Reads the text and writes down what it states.
    pub(crate) fn read(self, scribe: &mut Scribe<'_>, document: &Document<'_>) {
        let (Some(first), Some((standing, by_lines))) = (self.lines.first(), self.standing()) else { return };
        let weight =
            Weight { reported_at_s: document.reported_at_s, standing, source: self.source(), text: None };
        let taken = || scribe.read_date(&first.obx.field(14)).ok().flatten();
        let observed = taken().or(document.observed);
        let message = first.obx.message();
        let service = self.service.map(|it| it.component(1).raw()).unwrap_or_default();
        let text = text_version(scribe, document.number, service, standing);
        let of = |is_whole| Weight { text: Some(TextVersion { is_whole, ..text }), ..weight };
        let place = (first.obx.field(5).location(), first.obx.field(5).span());
        let is_unread = |scribe: &mut Scribe<'_>, kind, rule, place| {
            let finding = Finding::Unread { attribute: unread(kind), reason: UnreadReason::UnknownForm };
            let parts: &[&[u8]] = &[document.number, b"text"];
            scribe.state_text(parts, of(false), None, finding, Reading::stated(rule), place);
        };
        let spelling = match self.spelling(message, by_lines) {
            Ok(spelling) => spelling,
            Err((Undecodable, value)) => {
                let (kind, concern) = self.by_what_is_legible();
                if let Some(concern) = concern {
                    is_unread(scribe, kind, "undecodable", (value.location(), value.span()));
                    scribe.matters(concern);
                }
                return;
            }
        };
        let has_words = spelling.has_words();
        let kind = self.kind.unwrap_or_else(|| by_words(spelling.text()));
        // A picture of a report, such as a PDF, of which nothing else was sent.
        let tells = |fact: &Fact| fact.finding.attribute() != Attribute::Imaging;
        let is_told = has_words || scribe.so_far().iter().skip(document.from).any(tells);
        if spelling.has_other_form() && !is_told && by_lines && self.kind.is_some() {
            is_unread(scribe, kind, "other_form", place.clone());
            scribe.matters(Concern::OfKnown);
        }
        // What counts and holds no words, such as an attachment of another form, says nothing of an earlier version.
        let is_there = !self.is_partial && (has_words || !standing.counts());
        let weight = of(is_there && is_whole(&spelling));
        let writer = Writer { document, weight, observed, kind, spelling: &spelling, place };
        writer.write(scribe);
    }

    /// What kind of report a text is that cannot be decoded, and of whom it matters, as far as its plain letters tell.
    fn by_what_is_legible(&self) -> (ReportKind, Option<Concern>) {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&String::from_utf8_lossy(line.obx.field(5).raw()).replace("\\.br\\", "\n"));
            text.push('\n');
        }
        let kind = self.kind.unwrap_or_else(|| by_words(&text));
        let report = lacteal_narrative::read(&text, kind_of(kind));
        let concern = match report.in_scope {
            Some(true) => Some(Concern::Any),
            _ if self.kind.is_some() || !report.statements.is_empty() => Some(Concern::OfKnown),
            _ => None,
        };
        (kind, concern)
    }

    /// The text as one, with its kind; none when there is none or it cannot be decoded.
    pub(crate) fn text(self, message: &Message) -> Option<(ReportKind, String)> {
        let spelling = self.spelling(message, true).ok().filter(|_| !self.lines.is_empty())?;
        let text = spelling.text().to_owned();
        Some((self.kind.unwrap_or_else(|| by_words(&text)), text))
    }

    fn spelling(&self, message: &Message, by_lines: bool) -> Result<Spelling, (Undecodable, Value<'a>)> {
        let mut spelling = Spelling::default();
        let mut above = &Heading::None;
        for line in &self.lines {
            if by_lines && !line.standing.counts() {
                continue;
            }
            if line.heading != *above {
                match &line.heading {
                    Heading::None => spelling.between("\n"),
                    Heading::Part(part) => spelling.between(&format!("\n{part}:\n")),
                    Heading::Title(title) => spelling.between(&format!("\n{title}: ")),
                }
                above = &line.heading;
            }
            let value = line.obx.field(5);
            for one in value.repetitions() {
                let added = match line.obx.field(2).raw() {
                    b"ED" => spelling.add_attachment(message, &one),
                    b"RP" => {
                        spelling.leave_out(&one);
                        Ok(())
                    }
                    _ => spelling.add(message, &one),
                };
                added.map_err(|fault| (fault, value))?;
                spelling.between("\n");
            }
        }
        Ok(spelling)
    }
}

/// The kind of a report of which nobody says it.
fn by_words(text: &str) -> ReportKind {
    match Kind::Auto.resolve(text) {
        Kind::Pathology => ReportKind::Pathology,
        Kind::Radiology => ReportKind::Radiology,
        Kind::Clinic | Kind::Auto => ReportKind::Clinic,
    }
}

/// The version of a text under the number of its order. An order may have several reports under one number.
fn text_version(scribe: &mut Scribe<'_>, number: &[u8], service: &[u8], standing: Standing) -> TextVersion {
    let text = scribe.identity_within(Scope::Sender, &[number, b"text", b"version", service]);
    TextVersion { text, standing, is_whole: true }
}

/// Whether a text is all that its report says.
fn is_whole(spelling: &Spelling) -> bool {
    spelling.text().len() <= lacteal_narrative::TEXT_BYTES_MAX && !is_addendum(spelling.text())
}

/// Whether a text begins as an addendum: some senders send it by itself.
fn is_addendum(text: &str) -> bool {
    let first = text.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default();
    ADDENDA.iter().any(|it| first.eq_ignore_ascii_case(it))
}

fn text<'a>(value: Value<'a>) -> Option<Cow<'a, str>> {
    value.trimmed().ok().flatten()
}
