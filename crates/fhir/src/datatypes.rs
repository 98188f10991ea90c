//! Data types of R4 (datatypes.html), as far as the resources read here use them.

use crate::code::{Comparator, IdentifierUse};
use crate::element::{Element, Issues, choice, element};
use crate::json::{Decimal, Json};
use crate::path::At;
use crate::time::{DateTime, Instant};
use crate::{Extra, Terminology};

element! {
    /// Meta: version, origin and profiles of a resource.
    Meta {
        /// Version of the resource at the sender.
        version_id: one String = "versionId",
        /// When that version was made.
        last_updated: one Instant = "lastUpdated",
        /// Where it comes from.
        source: one String = "source",
        /// Profiles that it claims to follow; [`McodeProfile`](crate::McodeProfile) knows some.
        profile: many String = "profile",
        /// Security labels.
        security: many Coding = "security",
        /// Tags.
        tag: many Coding = "tag",
    }
}

element! {
    /// Coding: a code of a code system.
    Coding {
        /// The code system as a URI; [`Coding::terminology`] knows the usual ones.
        system: one String = "system",
        /// Version of the code system.
        version: one String = "version",
        /// The code.
        code: one String = "code",
        /// The words for it.
        display: one String = "display",
        /// Whether a user chose it.
        user_selected: one bool = "userSelected",
    }
}

impl Coding {
    /// The code system, when it is one of those known here.
    pub fn terminology(&self) -> Option<Terminology> {
        Terminology::from_uri(self.system.as_deref()?)
    }

    /// Whether it is this code of this system.
    pub fn is(&self, system: Terminology, code: &str) -> bool {
        self.code.as_deref() == Some(code) && self.terminology() == Some(system)
    }
}

element! {
    /// CodeableConcept: codes for one concept, and words.
    CodeableConcept {
        /// The codes.
        coding: many Coding = "coding",
        /// The words.
        text: one String = "text",
    }
}

impl CodeableConcept {
    /// Whether one of the codes is this code of this system.
    pub fn has(&self, system: Terminology, code: &str) -> bool {
        self.coding.iter().any(|it| it.is(system, code))
    }

    /// The codes of one system.
    pub fn codes(&self, system: Terminology) -> impl Iterator<Item = &str> {
        self.coding
            .iter()
            .filter(move |it| it.terminology() == Some(system))
            .filter_map(|it| it.code.as_deref())
    }
}

element! {
    /// Identifier: a business identifier, such as a record number or an accession number.
    Identifier {
        /// What it is for.
        usage: one IdentifierUse = "use",
        /// Which kind (v2 table 0203: MR, PLAC, FILL, …).
        kind: one CodeableConcept = "type",
        /// Who gives the numbers, as a URI.
        system: one String = "system",
        /// The number.
        value: one String = "value",
        /// When it was in use.
        period: one Period = "period",
        /// Who gave it.
        assigner: one Reference = "assigner",
    }
}

element! {
    /// Reference to another resource; [`Input::resolve`](crate::Input::resolve) follows it.
    Reference {
        /// Literal: a URL, `Type/id`, `urn:…` or `#id`.
        reference: one String = "reference",
        /// Type of the target.
        kind: one String = "type",
        /// Logical: an identifier of the target.
        identifier: one Box<Identifier> = "identifier",
        /// Words for people; of a patient usually the name.
        display: one String = "display",
    }
}

element! {
    /// Quantity: a number with a unit. Also Age, Duration and SimpleQuantity.
    Quantity {
        /// The number as it was written.
        value: one Decimal = "value",
        /// `<` and the like: the true value is below the number.
        comparator: one Comparator = "comparator",
        /// The unit for people.
        unit: one String = "unit",
        /// The system of the unit code.
        system: one String = "system",
        /// The unit for machines, usually UCUM.
        code: one String = "code",
    }
}

element! {
    /// Range: from, to.
    Range {
        /// The lower bound.
        low: one Quantity = "low",
        /// The upper bound.
        high: one Quantity = "high",
    }
}

element! {
    /// Ratio: one quantity in another.
    Ratio {
        /// Above the line.
        numerator: one Quantity = "numerator",
        /// Below the line.
        denominator: one Quantity = "denominator",
    }
}

element! {
    /// Period: from one time to another, both included.
    Period {
        /// The beginning; absent when not known.
        start: one DateTime = "start",
        /// The end; absent when not known or not over.
        end: one DateTime = "end",
    }
}

element! {
    /// Annotation: a remark.
    Annotation {
        /// When it was made.
        time: one DateTime = "time",
        /// The words.
        text: one String = "text",
    }
}

choice! {
    /// When something was: `effective[x]`, `performed[x]`, `occurrence[x]`, `onset[x]`, `abatement[x]`, `collected[x]`.
    Timing {
        /// A date or time.
        DateTime(DateTime) = "DateTime",
        /// From, to.
        Period(Period) = "Period",
        /// A point in time.
        Instant(Instant) = "Instant",
        /// A schedule, kept as it is.
        Timing(Json) = "Timing",
        /// The age of the patient.
        Age(Quantity) = "Age",
        /// A range of ages.
        Range(Range) = "Range",
        /// Words.
        String(String) = "String",
        /// Only that it was (abatement of older versions).
        Boolean(bool) = "Boolean",
    }
}

impl Timing {
    /// The date or time at which it was or began; `None` where only an age, a schedule or words are given.
    pub fn start(&self) -> Option<&DateTime> {
        match self {
            Self::DateTime(it) => Some(it),
            Self::Period(it) => it.start.as_ref(),
            Self::Instant(it) => Some(it.as_date_time()),
            _ => None,
        }
    }

    /// The date or time at which it was or ended.
    pub fn end(&self) -> Option<&DateTime> {
        match self {
            Self::Period(it) => it.end.as_ref(),
            _ => self.start(),
        }
    }
}

/// Something that is there and deliberately not kept, such as a patient's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence;

impl Element for Presence {
    fn read(_: Json, _: &At<'_>, _: &mut Issues) -> Option<Self> {
        Some(Self)
    }

    fn write(&self) -> Json {
        Json::Null
    }
}

impl Extra {
    /// The CodeableConcept of the first extension with this URL.
    pub fn extension_concept(&self, url: &str) -> Option<CodeableConcept> {
        self.read_extension(url, "valueCodeableConcept")
    }

    /// The Reference of the first extension with this URL.
    pub fn extension_reference(&self, url: &str) -> Option<Reference> {
        self.read_extension(url, "valueReference")
    }
}
