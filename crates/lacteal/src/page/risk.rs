//! The risk: its numbers with their band, the curve, what each factor adds, what was assumed, what to find out.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, Width};
use lacteal_wire::event::assessment::{Category, Outcome};
use lacteal_wire::event::{Assessment, SinceClearScan, ValueOfInformation};

use super::curve::{Point, draw};
use super::{Known, Page};
use crate::client::word;
use crate::show::{self, date, percent};

/// Columns of sources, so that they take few lines.
const SOURCE_COLUMNS: u16 = 40;

pub(super) fn write(page: &mut Page, known: &Known<'_>) {
    page.heading("Risk of liver metastasis");
    let Some(it) = known.assessment else {
        page.item("risk", "not assessed yet");
        return;
    };
    page.item("model", &format!("{} {}", it.model, it.model_version));
    if it.outcome() != Outcome::Computed {
        page.item("risk", &format!("not computed: {}", word(it.outcome().as_str_name(), "OUTCOME_")));
        return;
    }
    numbers(page, it);
    let lines = draw(&points(it));
    if !lines.is_empty() {
        page.line("");
        lines.iter().for_each(|line| page.line(&format!("  {line}")));
        page.line("  * probability of liver metastasis by then, with death of other causes; : its 80 % band");
    }
    page.line("");
    contributions(page, it);
    for missing in &it.missing {
        page.item("assumed", &format!("{} is not known; taken: {}", missing.factor, missing.assumed));
    }
    if let Some(since) = &it.since_clear_scan {
        page.item("since scan", &since_words(since));
    }
    match it.value_of_information.split_first() {
        Some((first, rest)) => {
            page.item("find out", &information(first));
            rest.iter().for_each(|it| page.item("", &information(it)));
        }
        None if !it.missing.is_empty() => {
            page.item("find out", "none of the missing values would change the interval between scans");
        }
        None => {}
    }
    if !known.sentences.is_empty() {
        page.line("");
    }
    for sentence in known.sentences {
        page.item("in words", &sentence.text);
    }
}

fn numbers(page: &mut Page, it: &Assessment) {
    let band = if it.risk_5_years_high > 0.0 {
        format!(" (80 % band {} to {})", percent(it.risk_5_years_low), percent(it.risk_5_years_high))
    } else {
        String::new()
    };
    let category = match it.category() {
        Category::Unspecified => String::new(),
        category => format!("; category {}", word(category.as_str_name(), "CATEGORY_")),
    };
    page.item("within 5 years", &format!("{}{band}{category}", percent(it.risk_5_years)));
    let others = [(1, it.risk_1_year), (3, it.risk_3_years), (10, it.risk_10_years)];
    let others = others.map(|(years, risk)| format!("{years} y {}", percent(risk)));
    let zero = it.time_zero.as_ref().map_or_else(|| "time zero, which is not known".to_owned(), date);
    page.item("within", &format!("{}, of {zero}", others.join(", ")));
    let mut assumed = Vec::new();
    if it.age_is_assumed {
        assumed.push(format!("age {} (not known)", it.age_years));
    }
    if it.sex_is_assumed {
        assumed.push("the mean of both sexes (not known)".to_owned());
    }
    if !it.life_table.is_empty() {
        let assumed =
            if assumed.is_empty() { String::new() } else { format!("; taken: {}", assumed.join(", ")) };
        page.item("life table", &format!("{}{assumed}", it.life_table));
    }
}

/// The incidence with death of other causes; of an assessment without one the risk alone, whose band is not known.
fn points(it: &Assessment) -> Vec<Point> {
    let has_incidence = it.curve.iter().any(|point| point.cumulative_incidence > 0.0);
    let point = |at: &lacteal_wire::event::CurvePoint| {
        let risk = 1.0 - at.free_of_metastasis;
        let (low, value, high) = if has_incidence {
            (at.incidence_low, at.cumulative_incidence, at.incidence_high)
        } else {
            (risk, risk, risk)
        };
        Point { years: at.years, low, value, high }
    };
    it.curve.iter().map(point).collect()
}

fn contributions(page: &mut Page, it: &Assessment) {
    let mut table = show::table(&["factor", "value", "hazard ratio", "5-y points", "source"]);
    if let Some(source) = table.column_mut(4) {
        source.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(SOURCE_COLUMNS)));
    }
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    for part in &it.contributions {
        table.add_row([
            Cell::new(&part.factor),
            Cell::new(&part.value),
            right(format!("{:.2}", part.hazard_ratio)),
            right(format!("{:+.1} %", part.points_5_years * 100.0)),
            Cell::new(&part.source),
        ]);
    }
    let limited = if (it.hazard_ratio - it.hazard_ratio_unlimited).abs() > 1e-9 {
        format!("{:.2} before the model's limits", it.hazard_ratio_unlimited)
    } else {
        String::new()
    };
    table.add_row([
        Cell::new("all together"),
        Cell::new(limited),
        right(format!("{:.2}", it.hazard_ratio)),
        Cell::new(""),
        Cell::new("points do not add up: hazards multiply"),
    ]);
    page.table(table);
}

fn since_words(it: &SinceClearScan) -> String {
    let modality = word(it.modality().as_str_name(), "MODALITY_").to_uppercase();
    let earlier = match it.earlier_scans {
        0 => String::new(),
        more => format!(" and {more} before it"),
    };
    format!(
        "clear {modality} of {} (sensitivity {:.0} %){earlier}: metastasis there unseen {}, there after 6 months {}, 1 y {}, 2 y {}",
        it.performed.as_ref().map(date).unwrap_or_default(),
        it.sensitivity * 100.0,
        percent(it.undetected),
        percent(it.risk_6_months),
        percent(it.risk_1_year),
        percent(it.risk_2_years)
    )
}

fn information(it: &ValueOfInformation) -> String {
    format!(
        "{}: the model's interval is {} months; {} if {}, {} if {}",
        it.factor,
        it.interval_months,
        it.favourable_interval_months,
        it.favourable,
        it.adverse_interval_months,
        it.adverse
    )
}
