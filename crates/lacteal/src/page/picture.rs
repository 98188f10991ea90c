//! The picture of the tumour: what is believed, since when, what is missing, what differs, what was decided.

use lacteal_wire::event::{
    Certainty, ClinicalDecision, Course, Difference, Fact, FactRef, LiverState, Margin, PartialDate,
    Presence, ReviewItem, Scope, Summary,
};

use super::{Known, Page, fact_of, short_id};
use crate::client::word;
use crate::show::{self, date};

/// Scans that are shown: the last ones.
const SCANS_MAX: usize = 5;

pub(super) fn write(page: &mut Page, known: &Known<'_>) {
    page.heading("Picture");
    let Some(summary) = known.summary else {
        page.item("picture", "none yet");
        return;
    };
    course(page, summary);
    page.item("scope", &summary.scope_reason);
    tumour(page, summary);
    liver(page, summary);
    write_judgement_of(page, summary, known.facts, false);
}

/// Course, decisions, missing facts and differences.
pub(super) fn write_judgement(page: &mut Page, known: &Known<'_>) {
    if let Some(summary) = known.summary {
        course(page, summary);
        write_judgement_of(page, summary, known.facts, true);
    }
}

fn course(page: &mut Page, summary: &Summary) {
    if summary.course() != Course::Unspecified {
        let since = summary.course_since.as_ref().map(|at| format!(" (from {})", date(at)));
        page.item("course", &format!("{}{}", summary.course_reason, since.unwrap_or_default()));
    }
}

fn tumour(page: &mut Page, summary: &Summary) {
    let categories = [&summary.t, &summary.n, &summary.m].into_iter().flatten().map(show::tnm);
    let mut stage = categories.collect::<Vec<_>>().join(" ");
    if summary.t_is_derived {
        stage.push_str(" (T from the depth of the tumour)");
    }
    page.item("TNM", &stage);
    let stated =
        summary.stated_stage.as_ref().map(|it| format!("; a report states {}{}", it.group, it.letter));
    if summary.scope() != Scope::NoTumour {
        page.item("stage", &format!("{}{}", summary.stage, stated.unwrap_or_default()));
    }
    if summary.grade != 0 {
        page.item("grade", &word(summary.grade().as_str_name(), "GRADE_").to_uppercase());
    }
    let percent = |it: &_| format!("{} %", show::range(it));
    page.item("Ki-67", &summary.ki67_milli_percent.as_ref().map(percent).unwrap_or_default());
    let of_metastasis = summary.metastasis_ki67_milli_percent.as_ref().map(percent);
    page.item("", &of_metastasis.map(|it| format!("{it} of a metastasis, kept apart")).unwrap_or_default());
    let mitoses = summary.mitoses_milli_per_2mm2.as_ref();
    page.item("mitoses", &mitoses.map(|it| format!("{} per 2 mm²", show::range(it))).unwrap_or_default());
    let nodes = match (summary.nodes_positive, summary.nodes_examined) {
        (Some(positive), Some(examined)) => format!("{positive} with tumour of {examined} examined"),
        (Some(positive), None) => format!("{positive} with tumour"),
        (None, Some(examined)) => format!("{examined} examined"),
        (None, None) => String::new(),
    };
    page.item("lymph nodes", &nodes);
    let size = summary.tumour_size_um.map(|um| format!("{} mm", f64::from(um) / 1000.0));
    page.item("size", &size.unwrap_or_default());
    if summary.extent != 0 {
        page.item("depth", &word(summary.extent().as_str_name(), "EXTENT_"));
    }
    page.item("primaries", &summary.focality.as_ref().map(show::focality).unwrap_or_default());
    let mass = summary.mesenteric_mass_um.as_ref().map(|it| format!("mass {} mm", show::range(it)));
    let deposits = summary.mesenteric_deposits.map(|there| format!("deposits {}", show::presence(there)));
    page.item("mesentery", &[mass, deposits].into_iter().flatten().collect::<Vec<_>>().join(", "));
    if summary.margin() != Margin::Unspecified {
        page.item("margin", &word(summary.margin().as_str_name(), "MARGIN_").to_uppercase());
    }
    let zero = summary.time_zero.as_ref().map(|at| {
        let basis = if summary.time_zero_is_first_evidence { "first evidence" } else { "resection" };
        format!("{} ({basis})", date(at))
    });
    page.item("time zero", &zero.unwrap_or_default());
}

fn liver(page: &mut Page, summary: &Summary) {
    let at = summary.liver_date.as_ref().map(|at| format!(" ({})", date(at))).unwrap_or_default();
    let size =
        summary.liver_lesion_size_um.map(|um| format!(", largest lesion {} mm", f64::from(um) / 1000.0));
    let state = match summary.liver() {
        LiverState::Unspecified => String::new(),
        LiverState::Unknown => "nothing is said about it, which is not the same as free".to_owned(),
        LiverState::Free => format!("no metastasis seen{at}"),
        LiverState::Indeterminate => {
            format!("a lesion that may be a metastasis{at}{}", size.unwrap_or_default())
        }
        LiverState::Metastatic => format!("METASTASIS{at}{}", size.unwrap_or_default()),
    };
    page.item("liver", &state);
    let skipped = summary.studies.len().saturating_sub(SCANS_MAX);
    let scans = summary.studies.iter().skip(skipped).map(|it| {
        let day = it.performed.as_ref().map(date).unwrap_or_default();
        format!("{day} {}", show::imaging(it.modality(), it.region()))
    });
    let mut scans: Vec<String> = scans.collect();
    if skipped > 0 {
        scans.insert(0, format!("{skipped} earlier ones"));
    }
    page.item("scans", &scans.join("; "));
    for it in &summary.rising {
        page.item("RISING", &it.text);
    }
    for it in &summary.contrast_intolerances {
        page.item("CONTRAST", &format!("{} not tolerated", word(it.contrast().as_str_name(), "CONTRAST_")));
    }
    for it in &summary.treatments {
        let day = it.ended.as_ref().map_or_else(|| "day not told".to_owned(), date);
        page.item("treated", &format!("{day} {}", word(it.treatment().as_str_name(), "TREATMENT_")));
    }
    if let Some(it) = &summary.disease_status {
        let day = it.at.as_ref().map(|it| format!(" at {}", date(it))).unwrap_or_default();
        page.item("said of it", &format!("{}{day}", word(it.status().as_str_name(), "DISEASE_STATUS_")));
    }
    if let Some(score) = summary.performance.as_ref().and_then(|it| it.score.as_ref()) {
        page.item("fitness", &show::performance(score));
    }
    match summary.carcinoid_syndrome() {
        Presence::Unspecified => {}
        Presence::Present => page.item("SYMPTOMS", "of carcinoid syndrome"),
        other => page
            .item("symptoms", &format!("of carcinoid syndrome: {}", word(other.as_str_name(), "PRESENCE_"))),
    }
}

fn write_judgement_of(page: &mut Page, summary: &Summary, facts: &[Fact], is_short: bool) {
    for it in &summary.decisions {
        page.item("decided", &decided(it));
    }
    for it in &summary.missing {
        page.item("missing", &format!("{}: needed for {}", it.what, it.needed_for));
    }
    for it in &summary.differences {
        page.item("differs", &difference(it, facts));
    }
    for fact in uncertain(summary, facts) {
        page.item("to confirm", &uncertain_words(fact));
    }
    if is_short {
        return;
    }
    for it in &summary.review {
        page.item("look at", &reviewed(it, facts));
    }
    if !summary.other_tumours.is_empty() {
        let facts: usize = summary.other_tumours.iter().map(|it| it.facts.len()).sum();
        let reports = summary.other_tumours.len();
        page.item(
            "another tumour",
            &format!("{reports} reports with {facts} facts are about one, kept apart"),
        );
    }
}

/// A decision with author, day and reason.
pub(super) fn decided(it: &ClinicalDecision) -> String {
    let Some(decision) = &it.decision else { return String::new() };
    let day = jiff::Timestamp::from_second(it.decided_at_s).map(|at| at.strftime("%Y-%m-%d").to_string());
    let what = show::decision(decision);
    let what = what.strip_prefix("decision: ").unwrap_or(&what);
    format!("{what}; by {} on {}: {}", decision.author, day.unwrap_or_default(), decision.reason)
}

/// What to look at; of a contradiction what each side says, and the rule.
fn reviewed(it: &ReviewItem, facts: &[Fact]) -> String {
    if it.rule.is_empty() {
        return it.text.clone();
    }
    match values(&it.facts, facts) {
        said if said.is_empty() => format!("{}: {}", it.text, it.rule),
        said => format!("{} ({said}): {}", it.text, it.rule),
    }
}

/// What facts say, with their days.
fn values(refs: &[FactRef], facts: &[Fact]) -> String {
    let of = refs.iter().filter_map(|it| fact_of(facts, it)).map(|fact| {
        let day = fact.observed.as_ref().map(|at: &PartialDate| format!(" of {}", date(at)));
        let said = fact.finding.as_ref().map(show::finding).unwrap_or_default();
        format!("{said}{}", day.unwrap_or_default())
    });
    of.collect::<Vec<_>>().join(", ")
}

fn difference(it: &Difference, facts: &[Fact]) -> String {
    let (chosen, others) = (values(&it.chosen, facts), values(&it.others, facts));
    if chosen.is_empty() || others.is_empty() {
        return format!("{}: {}", it.attribute, it.rule);
    }
    format!("{chosen} counts and {others} does not: {}", it.rule)
}

/// Facts that are not sure and that no clinician has judged: those that must be reviewed.
fn uncertain<'a>(summary: &'a Summary, facts: &'a [Fact]) -> impl Iterator<Item = &'a Fact> {
    let is_uncertain =
        |fact: &&Fact| fact.reading.as_ref().is_some_and(|it| it.certainty() == Certainty::Uncertain);
    let reviewed = summary.review.iter().flat_map(|it| &it.facts);
    reviewed.filter_map(|it| fact_of(facts, it)).filter(is_uncertain)
}

fn uncertain_words(fact: &Fact) -> String {
    let said = fact.finding.as_ref().map(show::finding).unwrap_or_default();
    let sentence = fact.reading.as_ref().and_then(|it| it.sentence.as_deref()).unwrap_or_default();
    match sentence.trim() {
        "" => format!("{} {said}", short_id(&fact.identity)),
        sentence => format!("{} {said}, read from “{sentence}”", short_id(&fact.identity)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::dossier_of;

    #[test]
    fn a_contradiction_is_shown_with_what_both_sides_say_and_the_rule() {
        let dossier = dossier_of(&[("pt", "pT2"), ("pn", "pN0"), ("nodes-positive", "3")]);
        let summary = dossier.summary.unwrap();
        let item = summary.review.iter().find(|it| it.text == "positive nodes, and N0 stated").unwrap();
        let shown = reviewed(item, &dossier.facts);
        for words in ["N0 stated (", "pN0", "3", "): the stated N counts for stage and policy"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert_eq!(reviewed(&ReviewItem { text: "look".to_owned(), ..ReviewItem::default() }, &[]), "look");
    }
}
