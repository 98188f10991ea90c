//! Fields of a site's own segments (Z segments) that are observations, as its configuration says.

use lacteal_hl7::{Message, Segment, SegmentName, Value};
use serde::{Deserialize, Serialize};

use crate::codes::Means;
use crate::interpret::Context;
use crate::observation::{Order, Repeats};
use crate::scribe::Scribe;

/// One field of a Z segment, and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SiteField {
    /// Name of the segment: `Z` and two letters or digits.
    pub segment: String,
    /// Number of the field, from 1.
    pub field: u32,
    /// Number of the component, from 1; 0 for the whole field, as for a coded value.
    #[serde(default)]
    pub component: u32,
    /// What it stands for.
    pub means: Means,
    /// Unit of its numbers. Empty: the field writes it.
    #[serde(default)]
    pub unit: String,
}

impl SiteField {
    /// Whether it can be used.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_own = self.segment.starts_with('Z')
            && SegmentName::new(&self.segment).is_some_and(|name| name == self.segment.as_str());
        if !is_own {
            return Err(format!("z: segment {:?} must be Z and two capitals or digits", self.segment));
        }
        if self.field == 0 {
            return Err(format!("z: field of {:?} must be 1 or more", self.segment));
        }
        if self.means == Means::Imaging
            || self.means.report().is_some()
            || self.means.contrast().is_some()
            || self.means == Means::SmallBowelResection
        {
            return Err(format!("z: {:?} cannot mean a study, a report or a substance", self.segment));
        }
        Ok(())
    }

    /// Its value in a segment of that name.
    pub(crate) fn value<'a>(&self, segment: Segment<'a>) -> Value<'a> {
        let field = segment.field(self.field);
        if self.component == 0 { field } else { field.component(self.component) }
    }
}

/// Writes what the site's own segment states, when it is one that the source declares.
pub(crate) fn read<'a>(
    scribe: &mut Scribe<'_>,
    context: &Context<'_>,
    order: &mut Order<'a>,
    segment: Segment<'a>,
    repeats: &mut Repeats<'a>,
) {
    for field in context.source.z.iter().filter(|field| segment.name() == field.segment.as_str()) {
        order.site_field(scribe, context.codes, (segment, field), repeats);
    }
}

/// Writes what the site's own segments state of a person (ADT): a later message about the same person replaces it.
pub(crate) fn of_person(scribe: &mut Scribe<'_>, context: &Context<'_>, message: &Message) {
    if context.source.z.is_empty() {
        return;
    }
    let mut order = Order::of_person(scribe);
    let mut repeats = Repeats::default();
    for segment in message.segments() {
        read(scribe, context, &mut order, segment, &mut repeats);
    }
    order.finish(scribe);
}
