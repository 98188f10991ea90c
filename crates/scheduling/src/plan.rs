//! The plan: a patient's one surveillance status, why, and the next scan.
//!
//! [`plan`] decides from a dossier, [`advance`] from a plan and the time alone, [`notices`] what people must be told.
//! All three are pure: the same dossier, policies, time and zone give the same plan.
//!
//! Precedence: what ends surveillance, then what a clinician decided, then known liver metastasis, then the earliest scan
//! of the policy's rows that apply. What a person must review keeps a window, with the shortest interval of the row, so
//! that no doubt delays a scan. Within the window orders and appointments decide: a report that is awaited, then a booking,
//! then an order.
//!
//! A plan holds the plan that takes its place when a decision expires, so that time can pass over it without its dossier.

mod anchor;
mod arranged;
mod candidate;
mod change;
mod dates;
mod decisions;
mod end;
mod facts;
mod notices;
mod phase;
mod reason;
mod review;
mod studies;
mod traits;
mod window;

#[cfg(test)]
mod decided;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod monotone;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod tables;

pub use notices::notices;
pub use phase::{advance, same};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use lacteal_clinical::Weibull;
use lacteal_wire::event::assessment::Outcome;
use lacteal_wire::event::{self, Dossier, EndCause, ExtraTest, LiverState, Plan, Scope, Status, Summary};

use crate::Policies;
use crate::policy::{Policy, Row, Timing, Traits, When};
use decisions::{Course, Decisions};
use window::{Intolerance, Next, Patient};

/// The plan of a patient by this dossier and these policies.
///
/// `revision` is the dossier's; `before` the plan that was last kept for the patient; `zone` the site's, in which days
/// begin. `None` means that there is nothing to plan and never was: no evidence of a tumour, nothing to review, and no
/// plan before.
///
/// Time never runs backwards: when `before` was written at a later instant than `now` (a wake-up overtook the dossier),
/// that instant counts, so that nobody is told of the same scan again.
pub fn plan(
    dossier: &Dossier,
    revision: u64,
    before: Option<&Plan>,
    policies: &Policies,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<Plan> {
    let written = before.and_then(|it| Timestamp::from_second(it.now_s).ok());
    let now = written.map_or(now, |it| now.max(it));
    let nothing = Summary::default();
    let summary = dossier.summary.as_ref().unwrap_or(&nothing);
    let mut plan = Case { dossier, summary, policies, zone }.on(dates::day_of(now, zone));
    if summary.scope() == Scope::NoTumour
        && plan.review.is_empty()
        && before.is_none()
        && !ever_had_tumour(dossier)
    {
        return None;
    }
    plan.patient = dossier.patient.clone();
    plan.dossier_revision = revision;
    plan.record_numbers = summary.record_numbers.clone();
    plan.now_s = now.as_second();
    phase::settle(&mut plan, now, zone);
    Some(plan)
}

/// All that a plan is made from, but the day.
struct Case<'a> {
    dossier: &'a Dossier,
    summary: &'a Summary,
    policies: &'a Policies,
    zone: &'a TimeZone,
}

impl Case<'_> {
    /// The plan on a day with the decisions that are in force then, before time has passed over it, with the plan that
    /// takes its place when the first of them expires. Each such step has one decision fewer, and few have a last day.
    fn on(&self, today: Date) -> Plan {
        let Self { dossier, summary, policies, zone } = *self;
        let decisions = Decisions::on(summary, today, zone);
        let chosen = decisions.policy();
        let known = chosen.as_ref().and_then(|it| policies.named(&it.value));
        let policy = known.unwrap_or_else(|| policies.site());
        let mut plan = Plan {
            policy: policy.name.clone(),
            policy_version: policy.version.clone(),
            risk_5_years: self.computed().map(|it| it.risk_5_years),
            review: review::items(dossier, summary, policy, &decisions, today),
            ..Plan::default()
        };
        if let Some(chosen) = chosen.filter(|_| known.is_none()) {
            plan.review.push(format!(
                "no policy of the name that was {} is known here: policy {} is used",
                chosen.by, policy.name
            ));
        }
        match end::cause(summary, &plan.review) {
            Some((cause, detail)) => end::set(&mut plan, cause, detail.as_deref()),
            None => self.decide(&mut plan, policy, &decisions, today),
        }
        plan.decisions = decisions.applied(&plan, known.is_some());
        if let Some(day) = decisions.expiry().filter(|it| *it > today) {
            let (later, from) = (self.on(day), dates::write_day(day));
            plan.what_would_change.push(change::expiry(&later, &from));
            (plan.later, plan.later_from) = (Some(Box::new(later)), Some(from));
        }
        plan
    }

    /// What clinicians decided about surveillance, then known liver metastasis, then the policy.
    fn decide(&self, plan: &mut Plan, policy: &Policy, decisions: &Decisions<'_>, today: Date) {
        let summary = self.summary;
        let course = decisions.course();
        let metastatic = summary.scope() == Scope::In && summary.liver() == LiverState::Metastatic;
        plan.liver_metastasis = metastatic;
        let cause = course.as_ref().and_then(|it| end::decided(it.value));
        if let (Some(cause), Some(course)) = (cause, &course) {
            let also = if metastatic { " Liver metastasis is known." } else { "" };
            return end::set(plan, cause, Some(&format!("It was {}.{also}", course.by)));
        }
        let found = dates::read(summary.liver_date.as_ref());
        let known =
            || found.map(|it| it.latest()).or_else(|| facts::metastasis_told(self.dossier, self.zone));
        let stays_ended = metastatic && !decisions.goes_on_after(known());
        if stays_ended {
            let date = found.map(|it| format!("Date of the finding: {it}."));
            let treated = decisions.treated().map(|it| format!("That it was treated was {}.", it.by));
            let detail: Vec<String> = [date, treated].into_iter().flatten().collect();
            let detail = Some(detail.join(" ")).filter(|it| !it.is_empty());
            end::set(plan, EndCause::LiverMetastasis, detail.as_deref());
        } else {
            self.by_policy(plan, policy, decisions, today);
        }
        if let Some((course, Course::Hold(until))) = course.as_ref().map(|it| (it, it.value)) {
            plan.set_status(Status::Paused);
            plan.set_end_cause(EndCause::Unspecified);
            plan.reason = reason::paused(until, &course.by, metastatic);
        }
    }

    /// The scan that the policy asks for.
    fn by_policy(&self, plan: &mut Plan, policy: &Policy, decisions: &Decisions<'_>, today: Date) {
        let Self { dossier, summary, .. } = *self;
        let in_scope = summary.scope() == Scope::In;
        let time_zero = dates::read(summary.time_zero.as_ref()).filter(|it| !it.is_after(today));
        let scans = studies::counting(summary, &policy.general, today);
        let last = scans.iter().max_by_key(|it| (it.performed, it.modality)).copied();
        let scanned = last
            .map(|it| it.performed)
            .filter(|it| time_zero.is_some_and(|zero| zero.is_certainly_before(it)));
        let ratio = self.computed().map(|it| it.hazard_ratio);
        let traits = traits::traits(dossier, summary, time_zero, scanned, ratio);
        if in_scope {
            self.besides(plan, policy, &traits, decisions, today);
        }
        if let (true, Some(time_zero)) = (in_scope, time_zero) {
            let patient = Patient {
                time_zero,
                first_evidence: summary.time_zero_is_first_evidence,
                last,
                lesion: review::lesion(summary, today),
                birth: dates::read(summary.birth_date.as_ref()),
                intolerance: Intolerance::of(summary),
                hazard: self.computed().and_then(hazard),
                is_trusted: plan.review.is_empty(),
            };
            let next = window::next(&patient, &traits, policy, decisions);
            self.fill(plan, &patient, policy, &traits, next, today);
            plan.what_would_change.extend(change::scan(plan));
        } else {
            plan.set_status(Status::NotEnoughKnown);
            plan.reason = reason::not_enough_known(in_scope, &summary.scope_reason);
        }
        plan.what_would_change.extend(change::missing(summary));
        if !plan.review.is_empty() && plan.status() != Status::Ended {
            plan.set_status(Status::NeedsReview);
        }
    }

    /// The next scan and the row behind it.
    fn fill(
        &self,
        plan: &mut Plan,
        patient: &Patient,
        policy: &Policy,
        traits: &Traits,
        next: Next<'_>,
        today: Date,
    ) {
        plan.review.extend(next.review);
        plan.outside_row = next.outside;
        plan.follow_up_until = next.until.map(dates::write_day);
        plan.other_rows = next.others.iter().map(|it| it.name.clone()).collect();
        if let Some(row) = next.row {
            name_row(plan, row);
            let by_model = matches!(row.timing, Some(Timing::Interval { model: true, .. }));
            let risk = policy.general.risk_status.note("the accepted risk between two scans");
            plan.assumptions = row.assumptions(traits).chain(risk.filter(|_| by_model)).collect();
        }
        plan.assumptions.extend(policy.general.window_status.note("the days around the due day"));
        plan.what_would_change = change::rows(policy, traits, next.row);
        let Some((mut window, mut basis)) = next.scan else {
            let years = next.row.and_then(|it| it.end.years).unwrap_or_default();
            let detail = format!("Row {} of policy {} ends after {years} years.", plan.row, policy.name);
            return end::set(plan, EndCause::FollowUpComplete, Some(&detail));
        };
        let Self { dossier, summary, .. } = *self;
        let since =
            arranged::Since { time_zero: patient.time_zero, last_study: patient.last.map(|it| it.performed) };
        let after = since.last_study.unwrap_or(patient.time_zero);
        let inadequate = studies::inadequate(dossier, summary, &policy.general, &after, today);
        window.interval_reason.extend(inadequate);
        basis.order = arranged::order(summary, since, &policy.general);
        basis.bookings = arranged::bookings(summary, since, &policy.general);
        basis.model_version =
            dossier.assessment.as_ref().map(|it| it.model_version.clone()).unwrap_or_default();
        plan.next_scan = Some(window);
        plan.basis = Some(basis);
        plan.set_status(Status::UpToDate);
    }

    /// What the rows that apply ask for besides a scan.
    fn besides(
        &self,
        plan: &mut Plan,
        policy: &Policy,
        traits: &Traits,
        decisions: &Decisions<'_>,
        today: Date,
    ) {
        // Who decided the interval has looked at what a row wants looked at, unless it is to be told at once.
        let is_decided = decisions.interval().is_some();
        let had_pet = studies::had_pet(self.summary, today);
        for row in policy.rows.iter().filter(|it| it.applies(traits)) {
            for test in &row.tests {
                let done = had_pet && test.when == When::Once && test.name.contains("PET");
                if !done && plan.extra_tests.iter().all(|it| it.name != test.name) {
                    plan.extra_tests.push(ExtraTest {
                        name: test.name.clone(),
                        when: test.when.words().to_owned(),
                        row: row.name.clone(),
                        source: test.source.clone(),
                    });
                }
            }
            let Some(review) = row.review.as_ref().filter(|it| it.at_once || !is_decided) else { continue };
            plan.review.push(review.text.clone());
            if review.at_once {
                plan.alerts.push(reason::alert(&review.text, self.summary, traits));
            }
        }
    }

    /// The assessment, when it gives a risk.
    fn computed(&self) -> Option<&event::Assessment> {
        self.dossier.assessment.as_ref().filter(|it| it.outcome() == Outcome::Computed)
    }
}

fn name_row(plan: &mut Plan, row: &Row) {
    plan.row = row.name.clone();
    plan.row_title = row.title.clone();
    plan.row_source = row.source.clone();
    plan.row_status = row.status.word().to_owned();
    match &row.timing {
        Some(Timing::Interval { months, .. }) => {
            let (shortest, longest) = (u32::from(months.min), u32::from(months.max));
            plan.row_interval = Some(event::MonthRange { shortest, longest });
        }
        Some(Timing::Visits(visits)) => {
            plan.row_visits_months = visits.iter().map(|it| u32::from(*it)).collect();
        }
        None => {}
    }
}

/// Whether any fact was ever about a tumour, be it withdrawn since.
fn ever_had_tumour(dossier: &Dossier) -> bool {
    use event::finding::Kind;
    dossier.facts.iter().filter_map(|fact| fact.finding.as_ref()?.kind.as_ref()).any(|kind| {
        !matches!(
            kind,
            Kind::Death(_)
                | Kind::BirthDate(_)
                | Kind::Sex(_)
                | Kind::RecordNumber(_)
                | Kind::MergedInto(_)
                | Kind::Absorbs(_)
                | Kind::Unread(_)
                | Kind::ImagingOrder(_)
                | Kind::ImagingAppointment(_)
                | Kind::Decision(_)
                | Kind::Marker(_)
                | Kind::CarcinoidSyndrome(_)
                | Kind::ContrastIntolerance(_)
                | Kind::DiseaseStatus(_)
                | Kind::Treatment(_)
                | Kind::Performance(_)
        )
    })
}

fn hazard(assessment: &event::Assessment) -> Option<Weibull> {
    Weibull::new(assessment.shape, assessment.scale_years, assessment.hazard_ratio).ok()
}
