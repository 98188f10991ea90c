//! The summary of a report as JSON: every field, null where the report does not say.

use lacteal_clinical::bounded::{Bounded, Comparator, Extent as Stated};
use lacteal_clinical::finding::{Extent, Site};
use lacteal_clinical::picture::LiverStatus;
use lacteal_clinical::scope::Scope;
use lacteal_clinical::{Grade, Length, Picture};
use lacteal_narrative::{Interval, Summary};
use serde_json::{Value, json};

/// One object with all fields.
pub(crate) fn json(it: &Summary) -> Value {
    json!({
        "in_scope": it.in_scope,
        "site": it.site,
        "tumour_size_mm": it.tumour_size_mm,
        "multifocal": it.multifocal,
        "extent": it.extent,
        "pT": it.pT,
        "pN": it.pN,
        "pM": it.pM,
        "nodes_examined": it.nodes_examined,
        "nodes_positive": it.nodes_positive,
        "ki67_percent": it.ki67_percent.map(interval),
        "mitoses_per_2mm2": it.mitoses_per_2mm2.map(interval),
        "grade": it.grade,
        "liver_metastasis": it.liver_metastasis,
        "mesenteric_mass_mm": it.mesenteric_mass_mm,
    })
}

fn interval(it: Interval) -> Value {
    json!({ "low": it.low, "high": it.high })
}

/// Lays a later summary over an earlier one: what it says stands, what it is silent about stays.
pub(crate) fn over(all: &mut Summary, later: Summary) {
    macro_rules! lay {
        ($($field:ident),*) => { $(if later.$field.is_some() { all.$field = later.$field; })* };
    }
    // One text about another tumour does not take the patient out of scope whom another text puts there.
    let in_scope = if all.in_scope == Some(true) { Some(true) } else { later.in_scope.or(all.in_scope) };
    lay!(site, tumour_size_mm, multifocal, extent, pT, pN, pM, nodes_examined, nodes_positive, ki67_percent);
    lay!(mitoses_per_2mm2, grade, liver_metastasis, mesenteric_mass_mm);
    all.in_scope = in_scope;
}

/// What coded facts amount to.
pub(crate) fn of_picture(picture: &Picture) -> Summary {
    let value = |length: Length| f64::from(length.micrometres()) / 1000.0;
    Summary {
        in_scope: match picture.scope.scope {
            Scope::InScope(_) => Some(true),
            Scope::OutOfScope(_) => Some(false),
            Scope::Undecided(_) => None,
        },
        site: match picture.scope.scope {
            Scope::InScope(site) => site_name(site),
            Scope::OutOfScope(_) | Scope::Undecided(_) => None,
        },
        tumour_size_mm: picture.size.as_ref().map(|it| value(it.value)),
        multifocal: picture.focality.as_ref().map(|it| it.value.multifocal),
        extent: picture.extent.as_ref().map(|it| depth(it.value)),
        pT: picture.t.as_ref().filter(|it| !it.derived).map(|it| it.value.category.as_str()),
        pN: picture.n.as_ref().map(|it| it.value.category.as_str()),
        pM: picture.m.as_ref().map(|it| it.value.category.as_str()),
        nodes_examined: picture.nodes_examined.as_ref().map(|it| it.value),
        nodes_positive: picture.nodes_positive.as_ref().map(|it| it.value),
        ki67_percent: picture
            .ki67
            .as_ref()
            .map(|it| interval_of(&it.value, |percent| percent.points(), 100.0)),
        mitoses_per_2mm2: picture
            .mitoses
            .as_ref()
            .map(|it| interval_of(&it.value, |rate| rate.per_two_square_millimetres(), 1000.0)),
        grade: picture.grade.stated.as_ref().map(|it| Grade::as_str(it.value)),
        liver_metastasis: match picture.liver.status {
            LiverStatus::Present { .. } => Some("present"),
            LiverStatus::Indeterminate { .. } => Some("indeterminate"),
            LiverStatus::Absent { .. } => Some("absent"),
            LiverStatus::Unknown => None,
        },
        mesenteric_mass_mm: picture.mesenteric_mass.as_ref().map(|it| value(it.value.point())),
    }
}

fn interval_of<T: Copy + Ord>(value: &Bounded<T>, number: impl Fn(T) -> f64, most: f64) -> Interval {
    match value.extent() {
        Stated::One(Comparator::Equal, it) => Interval { low: number(it), high: number(it) },
        Stated::One(Comparator::Below | Comparator::AtMost, it) => Interval { low: 0.0, high: number(it) },
        Stated::One(Comparator::Above | Comparator::AtLeast, it) => Interval { low: number(it), high: most },
        Stated::Range(low, high) => Interval { low: number(low), high: number(high) },
    }
}

fn site_name(site: Site) -> Option<&'static str> {
    match site {
        Site::Ileum => Some("ileum"),
        Site::Jejunum => Some("jejunum"),
        Site::SmallBowelUnspecified => Some("small_bowel"),
        Site::Meckel => Some("meckel"),
        Site::Elsewhere => None,
    }
}

fn depth(extent: Extent) -> &'static str {
    match extent {
        Extent::LaminaPropriaOrSubmucosa => "submucosa",
        Extent::MuscularisPropria => "muscularis_propria",
        Extent::Subserosa => "subserosa",
        Extent::Serosa => "serosa",
        Extent::OtherOrgans => "other_organs",
    }
}
