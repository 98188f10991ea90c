//! The evidence: every fact with the place in the message that states it.

use lacteal_wire::event::Fact;

use super::{Page, short_id};
use crate::show::{self, date};

pub(super) fn write(page: &mut Page, facts: &[Fact]) {
    if facts.is_empty() {
        return;
    }
    page.heading("Evidence");
    let mut table = show::table(&["id", "fact", "observed", "standing", "read", "place", "report"]);
    for fact in facts {
        let place = fact.place.clone().unwrap_or_default();
        table.add_row([
            short_id(&fact.identity),
            fact.finding.as_ref().map(show::finding).unwrap_or_default(),
            fact.observed.as_ref().map(date).unwrap_or_default(),
            show::standing(fact),
            fact.reading.as_ref().map(show::reading).unwrap_or_default(),
            show::place(&place),
            short_id(&place.report),
        ]);
    }
    page.table(table);
}
