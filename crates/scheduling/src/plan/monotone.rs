//! Tests: a worse finding never moves the next scan to a later day, whatever rows it brings.

use lacteal_wire::event::{Grade, LiverState, Margin, Presence, Range, Tnm};
use proptest::prelude::*;

use super::fixture::*;
use super::*;

/// A tumour by how bad it is in each respect; each step up is worse.
#[derive(Clone, Debug)]
struct Tumour {
    grade: usize,
    distant: usize,
    nodes: usize,
    ki67: u32,
    mass_mm: u32,
    positive: u32,
    deposits: bool,
    margin: usize,
    symptoms: bool,
    indeterminate: bool,
    /// Grows with all of the above, as the model's does.
    ratio: f64,
}

fn tumours() -> impl Strategy<Value = Tumour> {
    let first = (0usize..4, 0usize..3, 0u32..40, 0u32..40, (0u32..20, 0usize..6));
    let second = (prop::bool::ANY, 0usize..3, prop::bool::ANY, prop::bool::ANY, 0.5f64..5.0);
    (first, second).prop_map(
        |(
            (grade, nodes, ki67, mass_mm, (positive, distant)),
            (deposits, margin, symptoms, indeterminate, ratio),
        )| {
            Tumour {
                grade,
                distant: distant / 5,
                nodes,
                ki67,
                mass_mm,
                positive,
                deposits,
                margin,
                symptoms,
                indeterminate,
                ratio,
            }
        },
    )
}

impl Tumour {
    /// At least as bad as both in every respect.
    fn worse(&self, other: &Self) -> Self {
        Self {
            grade: self.grade.max(other.grade),
            distant: self.distant.max(other.distant),
            nodes: self.nodes.max(other.nodes),
            ki67: self.ki67.max(other.ki67),
            mass_mm: self.mass_mm.max(other.mass_mm),
            positive: self.positive.max(other.positive),
            deposits: self.deposits || other.deposits,
            margin: self.margin.max(other.margin),
            symptoms: self.symptoms || other.symptoms,
            indeterminate: self.indeterminate || other.indeterminate,
            ratio: self.ratio.max(other.ratio),
        }
    }

    fn dossier(&self, scan_days: Option<i64>) -> Dossier {
        let after = |days: i64| day(TIME_ZERO).saturating_add(jiff::Span::new().days(days)).to_string();
        let scans: Vec<String> = scan_days.map(after).into_iter().collect();
        let scans: Vec<&str> = scans.iter().map(String::as_str).collect();
        let dossier = with(scanned(&scans), |it| {
            it.set_grade([Grade::G1, Grade::G2, Grade::G3, Grade::Nec][self.grade]);
            it.n.as_mut().unwrap().category = ["N0", "N1", "N2"][self.nodes].to_owned();
            it.m = Some(Tnm { category: ["M0", "M1b"][self.distant].to_owned(), ..Tnm::default() });
            let ki67 = self.ki67 * 1000;
            it.ki67_milli_percent = Some(Range { low: Some(ki67), high: Some(ki67), ..Range::default() });
            it.mesenteric_mass_um = Some(Range { low: Some(self.mass_mm * 1000), ..Range::default() });
            it.nodes_positive = Some(self.positive);
            it.mesenteric_deposits = Some(self.deposits);
            it.set_margin([Margin::R0, Margin::R1, Margin::R2][self.margin]);
            if self.symptoms {
                it.set_carcinoid_syndrome(Presence::Present);
            }
            if self.indeterminate {
                it.set_liver(LiverState::Indeterminate);
                it.liver_date = scans.last().map(|it| date(it));
            }
        });
        with_ratio(dossier, self.ratio)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_worse_tumour_is_never_scanned_later(
        one in tumours(),
        other in tumours(),
        scan in prop::option::of(1i64..4300),
        site in prop_oneof![Just("default"), Just("nccn"), Just("norway")],
    ) {
        let policies = policies(site);
        let now = noon("2037-06-01");
        let plan = |it: &Tumour| super::plan(&it.dossier(scan), 1, None, policies, now, &zone()).unwrap();
        let (mild, worse) = (plan(&one), plan(&one.worse(&other)));
        if mild.next_scan.is_some() {
            prop_assert!(worse.next_scan.is_some(), "{} and {}", mild.reason, worse.reason);
            prop_assert!(due(&worse) <= due(&mild), "{} and {}", mild.reason, worse.reason);
        }
    }

    #[test]
    fn a_tumour_of_another_organ_is_never_planned(it in tumours(), scan in prop::option::of(1i64..4300)) {
        let elsewhere = with(it.dossier(scan), |it| it.set_scope(Scope::Out));
        let plan = plan_on("2037-06-01", &elsewhere);
        prop_assert_eq!((plan.status(), plan.end_cause()), (Status::Ended, EndCause::OutOfScope));
        prop_assert_eq!((&plan.next_scan, plan.row.as_str(), plan.extra_tests.len()), (&None, "", 0));
        let undecided = with(it.dossier(scan), |it| it.set_scope(Scope::Undecided));
        prop_assert_eq!(plan_on("2037-06-01", &undecided).next_scan, None);
    }
}
