//! Text for people on standard output: tables, dates, percentages. The one module that prints.

use std::borrow::Cow;

use comfy_table::{ContentArrangement, Table, TableComponent, presets};
use lacteal_wire::event::finding::Kind;
use lacteal_wire::event::{
    Certainty, Contrast, Decision, DiseaseStatus, Extent, Fact, Focality, Grade, Margin, Marker, MarkerKind,
    Modality, PartialDate, Performance, Place, Presence, Range, Reading, Region, Sex, Site, Tnm, TnmBasis,
    Treatment, TumourKind,
};

use crate::client::word;

mod finding;

pub(crate) use finding::finding;

/// Prints a line to standard output. A closed pipe is the reader's choice, not an error.
pub(crate) fn line(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{}", harmless(text));
}

/// Prints a table to standard output.
pub(crate) fn print(table: &Table) {
    line(&table.to_string());
}

/// An empty table with these headings, as wide as the terminal.
pub(crate) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    for line in [TableComponent::HeaderLines, TableComponent::MiddleHeaderIntersections] {
        table.set_style(line, '─');
    }
    table.set_header(headings);
    table
}

/// Things with their number.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// A date in the precision that is known.
pub(crate) fn date(date: &PartialDate) -> String {
    match (date.month, date.day) {
        (0, _) => format!("{:04}", date.year),
        (month, 0) => format!("{:04}-{month:02}", date.year),
        (month, day) => format!("{:04}-{month:02}-{day:02}", date.year),
    }
}

/// A probability as a percentage.
pub(crate) fn percent(probability: f64) -> String {
    format!("{:.1} %", probability * 100.0)
}

/// A range of thousandths as people write it.
pub(crate) fn range(range: &Range) -> String {
    let number = |milli: u32| format!("{}", f64::from(milli) / 1000.0);
    let about = if range.approximate { "~" } else { "" };
    let text = match (range.low, range.high) {
        (Some(low), Some(high)) if low == high => number(low),
        (Some(low), Some(high)) => format!("{}–{}", number(low), number(high)),
        (None, Some(high)) => format!("{}{}", if range.high_excluded { "<" } else { "≤" }, number(high)),
        (Some(low), None) => format!("{}{}", if range.low_excluded { ">" } else { "≥" }, number(low)),
        (None, None) => String::new(),
    };
    format!("{about}{text}")
}

/// Whether something is there.
pub(crate) fn presence(there: bool) -> &'static str {
    if there { "present" } else { "absent" }
}

/// A decision in one line, without its author and reason.
pub(crate) fn decision(decision: &Decision) -> String {
    use lacteal_wire::event::decision::Kind;
    let until = decision.until.as_ref().map(|day| format!(" until {}", date(day))).unwrap_or_default();
    let what = match &decision.kind {
        None => "nothing".to_owned(),
        Some(Kind::IntervalMonths(months)) => format!("interval of {months} months"),
        Some(Kind::Modality(modality)) => {
            name(Modality::try_from(*modality).map(|it| it.as_str_name()), "MODALITY_").to_uppercase()
        }
        Some(Kind::Hold(_)) => "surveillance paused".to_owned(),
        Some(Kind::Decline(_)) => "patient declines surveillance".to_owned(),
        Some(Kind::Discharge(_)) => "discharged from surveillance".to_owned(),
        Some(Kind::Transfer(_)) => "followed elsewhere".to_owned(),
        Some(Kind::Resume(_)) => "surveillance resumed".to_owned(),
        Some(Kind::Treated(_)) => "liver metastasis treated".to_owned(),
        Some(Kind::Policy(policy)) => format!("policy {policy}"),
        Some(Kind::Confirm(_)) => "uncertain statement confirmed".to_owned(),
        Some(Kind::Reject(_)) => "statement of a text rejected".to_owned(),
    };
    format!("decision: {what}{until}")
}

/// A marker with its level and unit.
pub(crate) fn marker(marker: &Marker) -> String {
    let kind = match marker.kind() {
        MarkerKind::Unspecified => "marker",
        MarkerKind::ChromograninA => "chromogranin A",
        MarkerKind::Urine5hiaa => "5-HIAA in 24-hour urine",
        MarkerKind::Urine5hiaaConcentration => "concentration of 5-HIAA in 24-hour urine",
        MarkerKind::Plasma5hiaa => "5-HIAA in plasma",
        MarkerKind::NtProbnp => "NT-proBNP",
    };
    let level = marker.level_milli.as_ref().map(range).unwrap_or_default();
    format!("{kind} {level} {}", marker.unit)
}

/// A TNM category as people write it.
pub(crate) fn tnm(tnm: &Tnm) -> String {
    let mut text = String::new();
    for (is_set, letter) in [(tnm.recurrence, "r"), (tnm.autopsy, "a"), (tnm.after_treatment, "y")] {
        text.push_str(if is_set { letter } else { "" });
    }
    text.push_str(match tnm.basis() {
        TnmBasis::Unspecified => "",
        TnmBasis::Clinical => "c",
        TnmBasis::Pathological => "p",
    });
    text.push_str(&tnm.category);
    text
}

/// By which rule something was read, and whether it is uncertain.
pub(crate) fn reading(reading: &Reading) -> String {
    match reading.certainty() {
        Certainty::Uncertain => format!("{} (uncertain)", reading.rule),
        Certainty::Stated | Certainty::Unspecified => reading.rule.clone(),
    }
}

/// How a fact stands at its source, and whether something later takes it back.
pub(crate) fn standing(fact: &Fact) -> String {
    let own = word(fact.standing().as_str_name(), "STANDING_");
    if fact.taken_back { format!("{own} (taken back)") } else { own }
}

/// Where in a message something was read.
pub(crate) fn place(place: &Place) -> String {
    let bytes = format!("bytes {}..{}", place.span_start, place.span_end);
    if place.expression.is_empty() {
        format!("{}[{}]-{} {bytes}", place.segment, place.occurrence, place.field)
    } else {
        format!("{} of {}[{}] {bytes}", place.expression, place.segment, place.occurrence)
    }
}

/// How many primary tumours there are.
pub(crate) fn focality(focality: &Focality) -> String {
    match focality.count {
        Some(count) => format!("primary tumours {count}"),
        None if focality.multifocal => "primary tumours: several".to_owned(),
        None => "primary tumours: one".to_owned(),
    }
}

/// A study by its modality and region, as far as they were told.
pub(crate) fn imaging(modality: Modality, region: Region) -> String {
    let modality = match modality {
        Modality::Unspecified => "imaging".to_owned(),
        told => word(told.as_str_name(), "MODALITY_").to_uppercase(),
    };
    format!("{modality} of {}", word(region.as_str_name(), "REGION_"))
}

/// A score of fitness.
pub(crate) fn performance(it: &Performance) -> String {
    use lacteal_wire::event::performance::Scale;
    match it.scale {
        Some(Scale::Ecog(score)) => format!("ECOG {score}"),
        Some(Scale::Karnofsky(score)) => format!("Karnofsky {score}"),
        None => "fitness".to_owned(),
    }
}

/// A coded finding in words.
pub(crate) fn coded(kind: &Kind) -> String {
    match kind {
        Kind::PrimarySite(site) => {
            format!("primary site {}", name(Site::try_from(*site).map(|it| it.as_str_name()), "SITE_"))
        }
        Kind::Grade(grade) => {
            format!("grade {}", name(Grade::try_from(*grade).map(|it| it.as_str_name()), "GRADE_"))
        }
        Kind::Margin(margin) => {
            format!("margin {}", name(Margin::try_from(*margin).map(|it| it.as_str_name()), "MARGIN_"))
        }
        Kind::Sex(sex) => format!("sex {}", name(Sex::try_from(*sex).map(|it| it.as_str_name()), "SEX_")),
        Kind::LiverMetastasis(found) => format!(
            "liver metastasis {}",
            name(Presence::try_from(*found).map(|it| it.as_str_name()), "PRESENCE_")
        ),
        Kind::CarcinoidSyndrome(found) => format!(
            "carcinoid syndrome {}",
            name(Presence::try_from(*found).map(|it| it.as_str_name()), "PRESENCE_")
        ),
        Kind::ContrastIntolerance(agent) => format!(
            "{} contrast not tolerated",
            name(Contrast::try_from(*agent).map(|it| it.as_str_name()), "CONTRAST_")
        ),
        Kind::DiseaseStatus(status) => {
            let status = DiseaseStatus::try_from(*status).map(|it| it.as_str_name());
            format!("course of the disease: {}", name(status, "DISEASE_STATUS_"))
        }
        Kind::Treatment(treatment) => format!(
            "treatment: {}",
            name(Treatment::try_from(*treatment).map(|it| it.as_str_name()), "TREATMENT_")
        ),
        Kind::Histology(kind) => {
            let name = name(TumourKind::try_from(*kind).map(|it| it.as_str_name()), "TUMOUR_KIND_");
            format!("histology {name}")
        }
        Kind::Extent(extent) => {
            format!("extent {}", name(Extent::try_from(*extent).map(|it| it.as_str_name()), "EXTENT_"))
        }
        _ => String::new(),
    }
}

fn name<E>(name: Result<&'static str, E>, prefix: &str) -> String {
    name.map_or_else(|_| "unknown".to_owned(), |name| word(name, prefix))
}

/// Why a file is refused, beginning with the file and the line as compilers write them.
pub(crate) fn refused_at(file: &std::path::Path, error: &str) -> anyhow::Error {
    let file = file.display();
    let line_and_rest = error.split_once(" file, line ").and_then(|(_, rest)| rest.split_once(": "));
    match line_and_rest {
        Some((line, what)) if line.bytes().all(|it| it.is_ascii_digit()) => {
            anyhow::anyhow!("{file}:{line}: {what}")
        }
        _ => anyhow::anyhow!("{file}: {error}"),
    }
}

/// Prints text that ends its own lines to standard output.
pub(crate) fn text(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().lock().write_all(harmless(text).as_bytes());
}

/// Prints a line to standard error.
pub(crate) fn error(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr().lock(), "{}", harmless(text));
}

/// Text with its control characters written out: words of a message could otherwise steer the terminal.
fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |it: char| it.is_control() && !matches!(it, '\n' | '\t');
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let written = |it: char| if is_harmful(it) { it.escape_default().to_string() } else { it.to_string() };
    Cow::Owned(text.replace("\r\n", "\n").chars().map(written).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_message_cannot_steer_the_terminal() {
        assert_eq!(harmless("row\n\tNORTH:1\u{1b}[2J\u{9b}1m"), "row\n\tNORTH:1\\u{1b}[2J\\u{9b}1m");
        assert_eq!(harmless("a line\r\nover\rwritten\u{7}"), "a line\nover\\rwritten\\u{7}");
        assert!(matches!(harmless("≤5 mm²\n"), Cow::Borrowed(_)));
    }
}
