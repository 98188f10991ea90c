//! When and how the next scan should be done: the row that decides, the window, and the modality.
//!
//! Of several rows that apply the earliest day decides; a clinician's interval or modality wins over all of them.

use jiff::civil::Date;
use lacteal_clinical::{PartialDate, Weibull};
use lacteal_wire::event;

use super::anchor::{Anchor, Kind};
use super::candidate::{Candidate, Model, candidate, end_of};
use super::dates;
use super::decisions::{Decided, Decisions};
use super::studies::Study;
use crate::policy::{ContrastRule, Modality, ModalityRule, Months, Policy, Row, Timing, Traits};

/// What a patient's next scan is worked out from.
pub(super) struct Patient {
    /// Resection, or first evidence.
    pub(super) time_zero: PartialDate,
    /// Time zero is not a resection.
    pub(super) first_evidence: bool,
    /// The last study that counts.
    pub(super) last: Option<Study>,
    /// The indeterminate lesion of the liver, when there is one.
    pub(super) lesion: Option<Lesion>,
    /// Date of birth.
    pub(super) birth: Option<PartialDate>,
    /// Contrast media that are not tolerated.
    pub(super) intolerance: Intolerance,
    /// The hazard, when the model covers the patient.
    pub(super) hazard: Option<Weibull>,
    /// Nothing must be reviewed, so that the hazard may lengthen an interval within its row.
    pub(super) is_trusted: bool,
}

/// Contrast media that are not tolerated.
#[derive(Clone, Copy, Default)]
pub(super) struct Intolerance {
    /// Iodinated.
    pub(super) iodinated: bool,
    /// Gadolinium.
    pub(super) gadolinium: bool,
}

impl Intolerance {
    pub(super) fn of(summary: &event::Summary) -> Self {
        let of = |agent| summary.contrast_intolerances.iter().any(|it| it.contrast() == agent);
        Self { iodinated: of(event::Contrast::Iodinated), gadolinium: of(event::Contrast::Gadolinium) }
    }

    /// What is not tolerated, and the modality by which the policy avoids it: none where the policy has no rule, or
    /// where it would need the other one.
    fn avoided(self, rule: Option<ContrastRule>) -> Option<(Modality, &'static str)> {
        let rule = rule?;
        match (self.iodinated, self.gadolinium) {
            (true, false) => Some((rule.iodinated, "iodinated contrast is not tolerated")),
            (false, true) => Some((rule.gadolinium, "gadolinium contrast is not tolerated")),
            _ => None,
        }
    }
}

/// An indeterminate lesion of the liver.
#[derive(Clone, Copy)]
pub(super) struct Lesion {
    /// When it was seen, if that is known.
    pub(super) seen: Option<PartialDate>,
}

/// What comes next.
pub(super) struct Next<'a> {
    /// The window with its basis; `None` when follow-up is complete.
    pub(super) scan: Option<(event::Window, event::Basis)>,
    /// The row that decided; `None` when no row covers the patient.
    pub(super) row: Option<&'a Row>,
    /// The other rows that ask for a scan.
    pub(super) others: Vec<&'a Row>,
    /// The interval was decided and lies outside the row.
    pub(super) outside: bool,
    /// Day on which follow-up by the row ends or is reviewed.
    pub(super) until: Option<Date>,
    /// What a person must decide.
    pub(super) review: Vec<String>,
}

/// The next scan by the rows that apply, and by what clinicians decided.
pub(super) fn next<'a>(
    patient: &Patient,
    traits: &Traits,
    policy: &'a Policy,
    decisions: &Decisions<'_>,
) -> Next<'a> {
    let anchor = Anchor::last(patient.time_zero, patient.first_evidence, patient.last);
    let risk_max = policy.general.risk_between_scans_max;
    let model = patient.hazard.map(|it| Model::after(anchor, patient.time_zero, it, risk_max));
    let trusted = model.filter(|_| patient.is_trusted);
    let applying = policy.rows.iter().filter(|it| it.applies(traits));
    let candidates: Vec<Candidate<'_>> =
        applying.filter_map(|row| candidate(row, patient, anchor, trusted, policy)).collect();
    // Who is covered only for a finding is not covered.
    let covered = candidates.iter().any(|it| it.from.kind != Kind::Lesion);
    let otherwise = (!covered).then(|| for_uncovered(patient, anchor, policy));
    let best = candidates.iter().min_by_key(|it| (it.due.is_none(), it.due));
    let best =
        best.filter(|it| otherwise.as_ref().is_none_or(|other| it.due.is_some_and(|due| due <= other.due)));
    let row = best.map(|it| it.row);
    let others = candidates.iter().map(|it| it.row).filter(|it| row.is_none_or(|row| row.name != it.name));
    let mut next = Next {
        scan: None,
        row,
        others: others.collect(),
        outside: false,
        until: row.and_then(|row| end_of(row, patient)),
        review: Vec::new(),
    };
    let chosen = if let Some(decided) = decisions.interval() {
        by_decision(&decided, anchor, best)
    } else {
        if otherwise.is_some() {
            next.review.push(uncovered(policy, traits));
        }
        if let Some(best) = best {
            let needs_model = patient.is_trusted && asks_the_model(best, anchor);
            let no_risk = (needs_model && model.is_none())
                .then(|| "the risk of liver metastasis could not be computed".to_owned());
            next.review.extend(best.review.clone().or(no_risk));
        }
        let by_row = best.and_then(|it| Some(Chosen::by_row(it, it.due?)));
        let Some(chosen) = by_row.or(otherwise) else { return next };
        chosen
    };
    next.outside = chosen.outside;
    let basis = event::Basis {
        time_zero: Some(lacteal_wire::date(&patient.time_zero)),
        anchor: Some(lacteal_wire::date(&chosen.from.date)),
        anchor_is_study: matches!(chosen.from.kind, Kind::Study | Kind::StudyAroundTimeZero),
        interval_model_days: model.map_or(0, |it| it.days),
        ..event::Basis::default()
    };
    next.scan = Some((window(patient, policy, decisions, row, chosen), basis));
    next
}

/// The window around the day that was chosen.
fn window(
    patient: &Patient,
    policy: &Policy,
    decisions: &Decisions<'_>,
    row: Option<&Row>,
    chosen: Chosen,
) -> event::Window {
    let Chosen { from, due, why, .. } = chosen;
    let months = months_between(from.day(), due);
    let mut interval_reason = from.sentence(months, &why);
    if patient.lesion.is_some() && from.kind != Kind::Lesion {
        interval_reason.push_str(" There is an indeterminate liver finding: MRI.");
    }
    if let Some(row) = row {
        interval_reason.push_str(&format!(" Row {} of policy {}.", row.name, policy.name));
    }
    let (opens, overdue_after) = limits(from, due, row.and_then(|it| it.first_scan), policy);
    let rule = row.map_or_else(|| fallback(policy), |it| &it.modality);
    let contrast = policy.general.contrast;
    let (modality, modality_reason) = modality(patient, (rule, contrast), due, decisions);
    let modality_reason = with_contrast(modality, modality_reason, patient.intolerance, contrast);
    event::Window {
        opens: Some(dates::write_day(opens)),
        due: Some(dates::write_day(due)),
        overdue_after: Some(dates::write_day(overdue_after)),
        interval_months: u32::from(months),
        modality: modality.into(),
        interval_reason,
        modality_reason,
    }
}

/// The day that holds, and why.
struct Chosen {
    from: Anchor,
    due: Date,
    why: String,
    outside: bool,
}

impl Chosen {
    fn by_row(it: &Candidate<'_>, due: Date) -> Self {
        Self { from: it.from, due, why: it.why.clone(), outside: false }
    }
}

/// For whom no row covers: the earliest scan of any row.
fn for_uncovered(patient: &Patient, anchor: Anchor, policy: &Policy) -> Chosen {
    let shortest = dates::add_months(anchor.day(), u16::from(policy.shortest_months));
    let any = policy.rows.iter().filter_map(|row| candidate(row, patient, anchor, None, policy));
    let due = any.filter_map(|it| it.due).fold(shortest, Date::min).max(anchor.day());
    let why = "the earliest scan of any row until a person has reviewed the patient".to_owned();
    Chosen { from: anchor, due, why, outside: false }
}

/// A clinician's interval, counted like the row's. It is outside the row when the row has no such interval.
fn by_decision(decided: &Decided<u8>, anchor: Anchor, best: Option<&Candidate<'_>>) -> Chosen {
    let due = dates::add_months(anchor.day(), u16::from(decided.value));
    let range = best.and_then(|it| it.range);
    let outside = match (best, range) {
        (_, Some(Months { min, max })) => !(min..=max).contains(&decided.value),
        (Some(best), None) => best.due.is_none_or(|it| due > it),
        (None, None) => true,
    };
    let mut why = decided.by.clone();
    if outside {
        let words = match (best, range) {
            (Some(best), Some(range)) => format!("the {} months of row {}", range.words(), best.row.name),
            (Some(best), None) => format!("what row {} asks for", best.row.name),
            (None, _) => "all rows of the policy".to_owned(),
        };
        why.push_str(&format!(", outside {words}"));
    }
    Chosen { from: anchor, due, why, outside }
}

/// Whether a candidate needs a risk to be more than the shortest interval of its row.
fn asks_the_model(best: &Candidate<'_>, anchor: Anchor) -> bool {
    let Some(Timing::Interval { months, model: true, .. }) = &best.row.timing else { return false };
    let range = if anchor.is_study() { *months } else { best.row.first_scan.unwrap_or(*months) };
    best.review.is_none() && range.min < range.max
}

/// That no row covers the patient, and what stands in the way.
fn uncovered(policy: &Policy, traits: &Traits) -> String {
    use crate::policy::{Category, Part};
    let mut words: Vec<&str> = Vec::new();
    let with_scans = policy.rows.iter().filter(|it| it.timing.is_some());
    for (part, _) in with_scans.filter_map(|it| it.only_obstacle(traits)) {
        let concerns = [Category::Grade, Category::Distant, Category::Margin, Category::Nodes];
        let Part::Category(category) = part else { continue };
        let word = traits.word(category);
        let told = concerns.contains(&category) && !word.ends_with("not known");
        if told && !words.contains(&word) {
            words.push(word);
        }
    }
    if words.is_empty() {
        let all = [Category::Grade, Category::Distant, Category::Margin, Category::Nodes];
        words.extend(all.map(|it| traits.word(it)));
    }
    format!("no row of policy {} covers this patient ({})", policy.name, words.join(", "))
}

/// Modality for patients whom no row covers: that of the last row with scans, the most general one.
fn fallback(policy: &Policy) -> &ModalityRule {
    const MRI: &ModalityRule =
        &ModalityRule { preferred: Modality::Mr, other: None, alternate: false, mr_below_age_years: None };
    policy.rows.iter().rfind(|it| it.timing.is_some()).map_or(MRI, |it| &it.modality)
}

/// Months from one day to another, begun ones included.
fn months_between(from: Date, to: Date) -> u16 {
    let months = (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month())
        - i32::from(from.month());
    let months = u16::try_from(months).unwrap_or(0);
    if dates::add_months(from, months) < to { months + 1 } else { months }
}

/// First day on which the scan counts, and the day after which it is overdue.
fn limits(anchor: Anchor, due: Date, first_scan: Option<Months>, policy: &Policy) -> (Date, Date) {
    let opens = dates::add_days(due, -i32::from(policy.general.opens_before_days));
    let overdue_after = dates::add_days(due, i32::from(policy.general.overdue_after_days));
    let from = anchor.day();
    match anchor.kind {
        // To be done within the interval, not around its end.
        Kind::Lesion => (from, due),
        Kind::Study => (opens.max(from), overdue_after),
        Kind::Resection | Kind::FirstEvidence | Kind::StudyAroundTimeZero => {
            let earliest = first_scan.map_or(opens, |it| dates::add_months(from, u16::from(it.min)));
            (opens.min(earliest).max(from), overdue_after)
        }
    }
}

/// Says that the planned modality meets an intolerance all the same, where the policy speaks of them.
fn with_contrast(
    modality: event::Modality,
    reason: String,
    intolerance: Intolerance,
    rule: Option<ContrastRule>,
) -> String {
    let agent = match modality {
        event::Modality::Ct if intolerance.iodinated => "iodinated contrast",
        event::Modality::Mr if intolerance.gadolinium => "gadolinium contrast",
        _ => return reason,
    };
    if rule.is_none() {
        return reason;
    }
    format!("{reason}; {agent} is not tolerated: a clinician decides on the contrast medium")
}

fn modality(
    patient: &Patient,
    (rule, contrast): (&ModalityRule, Option<ContrastRule>),
    due: Date,
    decisions: &Decisions<'_>,
) -> (event::Modality, String) {
    if let Some(decided) = decisions.modality() {
        return (decided.value, decided.by);
    }
    if patient.lesion.is_some() {
        return (event::Modality::Mr, "an indeterminate liver finding is settled by MRI".to_owned());
    }
    if let Some((modality, why)) = patient.intolerance.avoided(contrast) {
        return (modality.into(), format!("{} because {why}", modality.words()));
    }
    if let Some(age) = rule.mr_below_age_years {
        let months = i32::from(age) * 12;
        let is_young =
            |birth: PartialDate| birth.latest().saturating_add(jiff::Span::new().months(months)) > due;
        if patient.birth.is_some_and(is_young) {
            return (event::Modality::Mr, format!("MRI spares radiation below {age} years"));
        }
    }
    let preferred = event::Modality::from(rule.preferred);
    match (rule.other, patient.last) {
        (Some(other), Some(last)) if rule.alternate && last.modality == preferred => (
            other.into(),
            format!("the last scan was by {}, and the policy alternates", rule.preferred.words()),
        ),
        (Some(other), _) if !rule.alternate => {
            (preferred, format!("the policy takes {} or {}", rule.preferred.words(), other.words()))
        }
        _ => (preferred, "preferred by the policy".to_owned()),
    }
}
