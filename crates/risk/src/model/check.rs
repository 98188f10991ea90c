//! What a model file has to fulfil beyond its form.
//!
//! The order between numbers is checked here (T4 not below T3, an adverse finding not below 1), so that "an adverse
//! finding never lowers the risk" holds for every file that a site may bring, and not only for the built-in one.

use super::{Model, Parameter};

/// The key and what it has to be.
type Wrong = (String, &'static str);

/// The hazard ratio of one finding that no file may exceed or undercut (as its inverse).
const RATIO_MAX: f64 = 100.0;

/// Checks a model and names the first key that is wrong.
pub(super) fn check(model: &Model) -> Result<(), Wrong> {
    for (key, text) in [
        ("name", &model.name),
        ("version", &model.version),
        ("date", &model.date),
        ("description", &model.description),
    ] {
        require(key, !text.trim().is_empty(), "must not be empty")?;
    }
    for (key, parameter) in model.parameters() {
        check_parameter(key, parameter)?;
    }
    check_order(model)
}

fn check_parameter(key: &str, parameter: &Parameter) -> Result<(), Wrong> {
    let Parameter { value, low, high, status: _, source } = parameter;
    for (name, number) in [("value", value), ("low", low), ("high", high)] {
        let key = format!("{key}.{name}");
        require(&key, number.is_finite() && *number > 0.0, "must be a finite number above 0")?;
    }
    require(&format!("{key}.low"), low <= value, "must not be above the value")?;
    require(&format!("{key}.high"), high >= value, "must not be below the value")?;
    require(&format!("{key}.source"), !source.trim().is_empty(), "must name a source")
}

fn check_order(model: &Model) -> Result<(), Wrong> {
    let Model {
        hazard, limits, nodes, ki67, grade, mesentery, depth, size, margin, invasion, focality, ..
    } = model;

    require("hazard.shape.value", (0.2..=5.0).contains(&hazard.shape.value), "must be between 0.2 and 5")?;
    let scale = hazard.scale_years.value;
    require("hazard.scale_years.value", (1.0..=1000.0).contains(&scale), "must be between 1 and 1000")?;
    require("limits.hazard_ratio_min.value", limits.hazard_ratio_min.value <= 1.0, "must not be above 1")?;
    require("limits.hazard_ratio_max.value", limits.hazard_ratio_max.value >= 1.0, "must not be below 1")?;
    require("nodes.negative.value", nodes.negative.value <= 1.0, "must not be above 1")?;

    let adverse = [
        ("nodes.per_node.value", &nodes.per_node),
        ("ki67.per_point.value", &ki67.per_point),
        ("grade.g2.value", &grade.g2),
        ("mesentery.mass.value", &mesentery.mass),
        ("mesentery.deposits.value", &mesentery.deposits),
        ("depth.t3.value", &depth.t3),
        ("size.over_2_cm.value", &size.over_2_cm),
        ("margin.r1.value", &margin.r1),
        ("invasion.lymphovascular.value", &invasion.lymphovascular),
        ("invasion.perineural.value", &invasion.perineural),
        ("focality.multifocal.value", &focality.multifocal),
    ];
    for (key, parameter) in adverse {
        require(
            key,
            parameter.value >= 1.0,
            "must not be below 1: an adverse finding never lowers the risk",
        )?;
    }
    let rising = [
        (
            "nodes.cap_count.value",
            &nodes.reference_count,
            &nodes.cap_count,
            "must not be below nodes.reference_count",
        ),
        (
            "ki67.cap_percent.value",
            &ki67.reference_percent,
            &ki67.cap_percent,
            "must not be below ki67.reference_percent",
        ),
        ("grade.g3.value", &grade.g2, &grade.g3, "must not be below grade.g2"),
        ("depth.t4.value", &depth.t3, &depth.t4, "must not be below depth.t3"),
        ("size.over_3_cm.value", &size.over_2_cm, &size.over_3_cm, "must not be below size.over_2_cm"),
    ];
    for (key, lesser, greater, rule) in rising {
        require(key, greater.value >= lesser.value, rule)?;
    }
    for (key, count) in [
        ("nodes.reference_count.value", &nodes.reference_count),
        ("nodes.cap_count.value", &nodes.cap_count),
        ("nodes.examined_reliable_from.value", &nodes.examined_reliable_from),
    ] {
        let whole = count.value.fract() == 0.0 && (1.0..=1000.0).contains(&count.value);
        require(key, whole, "must be a whole number from 1 to 1000")?;
    }
    check_shares(model)?;
    require("ki67.cap_percent.value", ki67.cap_percent.value <= 100.0, "must not be above 100")?;
    for (key, parameter) in model.parameters() {
        if !is_ratio(key) {
            continue;
        }
        let ratio = parameter.value;
        let possible = (RATIO_MAX.recip()..=RATIO_MAX).contains(&ratio);
        require(&format!("{key}.value"), possible, "must be between 0.01 and 100 as a hazard ratio")?;
    }
    Ok(())
}

/// Probabilities, and what rests on them.
fn check_shares(model: &Model) -> Result<(), Wrong> {
    let Model { unknown, competing, detection, category, interval, band, .. } = model;
    for (key, share) in [
        ("unknown.adverse_share.value", &unknown.adverse_share),
        ("detection.ct.value", &detection.ct),
        ("detection.mr.value", &detection.mr),
        ("detection.pet.value", &detection.pet),
        ("category.intermediate_from.value", &category.intermediate_from),
        ("category.high_from.value", &category.high_from),
        ("category.very_high_from.value", &category.very_high_from),
        ("interval.risk_max.value", &interval.risk_max),
        ("band.range_coverage.value", &band.range_coverage),
    ] {
        require(key, share.value < 1.0, "must be below 1")?;
    }
    let (low, middle, high) = (&category.intermediate_from, &category.high_from, &category.very_high_from);
    require("category.high_from.value", low.value < middle.value, "must be above intermediate_from")?;
    require("category.very_high_from.value", middle.value < high.value, "must be above high_from")?;
    require("competing.age_years.value", competing.age_years.value <= 110.0, "must not be above 110")?;
    let months = |it: &Parameter| it.value.fract() == 0.0 && (1.0..=60.0).contains(&it.value);
    for (key, it) in [
        ("interval.months_min.value", &interval.months_min),
        ("interval.months_max.value", &interval.months_max),
    ] {
        require(key, months(it), "must be a whole number from 1 to 60")?;
    }
    let ordered = interval.months_min.value <= interval.months_max.value;
    require("interval.months_max.value", ordered, "must not be below months_min")
}

/// Whether the parameter multiplies a hazard. The others are thresholds, counts and the shape of the curve.
fn is_ratio(key: &str) -> bool {
    let limits = key.starts_with("limits.");
    limits || super::term::Term::ALL.iter().any(|it| it.key() == key)
}

fn require(key: &str, holds: bool, rule: &'static str) -> Result<(), Wrong> {
    if holds { Ok(()) } else { Err((key.to_owned(), rule)) }
}

#[cfg(test)]
mod tests {
    use super::super::*;

    const FILE: &str = super::super::REFERENCE;

    fn refused(from: &str, to: &str) -> String {
        assert_eq!(FILE.matches(from).count(), 1, "the change must hit one place: {from}");
        Model::parse(&FILE.replace(from, to)).unwrap_err().to_string()
    }

    /// Sets one key of one table.
    fn with(table: &str, line: &str) -> String {
        let key = line.split(' ').next().unwrap();
        let start = FILE.find(&format!("[{table}]")).unwrap();
        let at = start + FILE[start..].find(&format!("\n{key} = ")).unwrap() + 1;
        let end = at + FILE[at..].find('\n').unwrap();
        Model::parse(&format!("{}{line}{}", &FILE[..at], &FILE[end..])).unwrap_err().to_string()
    }

    #[test]
    fn the_built_in_file_is_valid_and_every_number_has_range_status_and_source() {
        let model = Model::reference();
        assert_eq!(model.name(), "lacteal-reference");
        assert_eq!(model.parameters().count(), FILE.matches("\nvalue = ").count());
        assert_eq!(model.parameters().count(), FILE.matches("\nsource = ").count());
        for (key, parameter) in model.parameters() {
            assert!(parameter.low <= parameter.value && parameter.value <= parameter.high, "{key}");
            assert!(parameter.source.len() > 10, "{key}");
        }
    }

    #[test]
    fn every_number_of_every_built_in_model_has_a_source_or_is_called_an_assumption() {
        for name in Model::built_in_names() {
            for (key, it) in Model::built_in(name).unwrap().parameters() {
                let founded = it.status == Status::Assumption || it.source.len() > 10;
                assert!(founded && !it.source.trim().is_empty(), "{name}: {key}");
            }
        }
        assert!(matches!(Model::built_in("artcle"), Err(Error::NoSuchModel(_))));
    }

    #[test]
    fn errors_of_form_name_the_key_and_what_is_wrong() {
        assert!(refused("version =", "version").contains("it is not TOML"));
        let unknown = refused("[focality.multifocal]\n", "[focality.multifocal]\nvaleu = 1\n");
        assert!(unknown.contains(": focality.multifocal.valeu: unknown field `valeu`"), "{unknown}");
        let missing = refused("[depth.t4]", "[depth.t5]");
        assert!(missing.contains("depth") && missing.contains("t5"), "{missing}");
        let text = with("ki67.per_point", "value = \"1.08\"");
        assert!(text.contains(": ki67.per_point.value: invalid type: string"), "{text}");
        let status = with("margin.r1", "status = \"guess\"");
        assert!(status.contains(": margin.r1.status: unknown variant `guess`"), "{status}");
        let absent = refused("[hazard.shape]\nvalue = 0.80\n", "[hazard.shape]\n");
        let line = FILE.lines().position(|line| line == "[hazard.shape]").unwrap() + 1;
        assert_eq!(absent, format!("model file, line {line}: hazard.shape: missing field `value`"));
    }

    #[test]
    fn errors_of_value_name_the_key_and_the_rule() {
        let cases = [
            ("hazard.shape", "value = nan", "hazard.shape.value must be a finite number above 0"),
            ("hazard.shape", "value = 0.6", "hazard.shape.low must not be above the value"),
            ("hazard.scale_years", "high = 37.0", "hazard.scale_years.high must not be below the value"),
            ("hazard.scale_years", "low = -1.0", "hazard.scale_years.low must be a finite number above 0"),
            ("size.over_2_cm", "source = \" \"", "size.over_2_cm.source must name a source"),
            (
                "size.over_2_cm",
                "value = 0.9",
                "size.over_2_cm.value must not be below 1: an adverse finding never lowers the risk",
            ),
            ("size.over_2_cm", "value = 1.5", "size.over_3_cm.value must not be below size.over_2_cm"),
            ("depth.t4", "value = 1.05", "depth.t4.value must not be below depth.t3"),
            (
                "nodes.cap_count",
                "value = 12.5",
                "nodes.cap_count.value must be a whole number from 1 to 1000",
            ),
            ("mesentery.deposits", "low = inf", "mesentery.deposits.low must be a finite number above 0"),
        ];
        for (table, line, text) in cases {
            let refused = with(table, line);
            assert!(refused.starts_with("model file, line ") && refused.ends_with(text), "{refused}");
        }
        let unnamed = refused("name = \"lacteal-reference\"", "name = \"\"");
        let line = FILE.lines().position(|line| line.starts_with("name")).unwrap() + 1;
        assert_eq!(unnamed, format!("model file, line {line}: name must not be empty"));
    }

    #[test]
    fn a_ratio_that_no_finding_can_have_is_refused() {
        let wide =
            FILE.replace("value = 2.0\nlow = 1.3\nhigh = 4.6", "value = 200.0\nlow = 1.3\nhigh = 400.0");
        let error = Model::parse(&wide).unwrap_err();
        let line = FILE.lines().position(|line| line == "[mesentery.deposits]").unwrap() + 2;
        let rule = "mesentery.deposits.value must be between 0.01 and 100 as a hazard ratio";
        assert_eq!(error.to_string(), format!("model file, line {line}: {rule}"));
    }
}
