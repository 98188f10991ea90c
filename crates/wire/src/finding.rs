//! Findings, between `clinical` and protobuf.

use lacteal_clinical as clinical;
use lacteal_clinical::bounded::{Bounded, Comparator};
use lacteal_clinical::codes::{CodeSystem, TumourKind};
use lacteal_clinical::finding::{Code, Extent, Focality, Presence, Sex, Site};
use lacteal_clinical::imaging::{
    AppointmentState, Imaging, ImagingAppointment, ImagingOrder, Modality, OrderNumbers, OrderState, Region,
};
use lacteal_clinical::marker::{Level, Marker, MarkerKind};
use lacteal_clinical::treatment::{DiseaseStatus, Performance, Treatment};
use lacteal_clinical::{FactIdentity, Finding, Grade, Length, MitoticRate, Percent};

use crate::decision::{decision, read_decision};
use crate::error::{invalid, missing, sixteen};
use crate::event::finding::Kind;
use crate::fact::{date, patient, read_date, read_record_number, record_number};
use crate::tnm::{read_stated_stage, read_tnm, stated_stage, tnm};
use crate::{Error, event};

/// Pairs each value of a `clinical` enumeration with that of protobuf, in both directions.
macro_rules! pairs {
    ($public:vis $there:ident, $back:ident, $field:literal, $ours:ident, $theirs:path, { $($one:ident = $other:ident,)* }) => {
        /// As an event.
        $public fn $there(value: $ours) -> $theirs {
            use $theirs as Wire;
            match value { $($ours::$one => Wire::$other,)* }
        }

        /// Out of an event.
        ///
        /// # Errors
        /// When it was not told.
        pub(crate) fn $back(value: i32) -> Result<$ours, Error> {
            use $theirs as Wire;
            match Wire::try_from(value) {
                $(Ok(Wire::$other) => Ok($ours::$one),)*
                Ok(Wire::Unspecified) | Err(_) => Err(invalid($field)),
            }
        }
    };
}

use clinical::finding::{Contrast, Margin};

pairs!(pub(crate) site, read_site, "site", Site, event::Site, {
    Ileum = Ileum, Jejunum = Jejunum, SmallBowelUnspecified = SmallBowel, Meckel = Meckel, Elsewhere = Elsewhere,
});
pairs!(pub(crate) presence, read_presence, "presence", Presence, event::Presence, {
    Present = Present, Absent = Absent, Indeterminate = Indeterminate,
});
pairs!(pub(crate) grade, read_grade, "grade", Grade, event::Grade, { G1 = G1, G2 = G2, G3 = G3, Nec = Nec, });
pairs!(pub(crate) margin, read_margin, "margin", Margin, event::Margin, { R0 = R0, R1 = R1, R2 = R2, });
pairs!(pub(crate) sex, read_sex, "sex", Sex, event::Sex, {
    Female = Female, Male = Male, Other = Other, Unknown = Unknown,
});
pairs!(pub modality, read_modality, "modality", Modality, event::Modality, {
    Ct = Ct, Mr = Mr, Pet = Pet, Ultrasound = Ultrasound, Scintigraphy = Scintigraphy,
});
pairs!(pub(crate) region, read_region, "region", Region, event::Region, {
    Abdomen = Abdomen, AbdomenPelvis = AbdomenPelvis, Liver = Liver, ChestAbdomenPelvis = ChestAbdomenPelvis,
    WholeBody = WholeBody, Pelvis = Pelvis, Chest = Chest, Other = Other,
});
pairs!(pub(crate) tumour_kind, read_tumour_kind, "histology", TumourKind, event::TumourKind, {
    Net = Net, Unclear = Unclear, Nec = Nec, Other = Other,
});
pairs!(pub(crate) extent, read_extent, "extent", Extent, event::Extent, {
    LaminaPropriaOrSubmucosa = LaminaPropriaOrSubmucosa, MuscularisPropria = MuscularisPropria,
    Subserosa = Subserosa, Serosa = Serosa, OtherOrgans = OtherOrgans,
});
pairs!(pub(crate) contrast, read_contrast, "contrast", Contrast, event::Contrast, {
    Iodinated = Iodinated, Gadolinium = Gadolinium,
});
pairs!(pub(crate) disease_status, read_disease_status, "disease_status", DiseaseStatus, event::DiseaseStatus, {
    NotDetected = NotDetected, Remission = Remission, Improved = Improved, Stable = Stable,
    Undetermined = Undetermined, Worsened = Worsened, Recurrence = Recurrence,
});
pairs!(pub(crate) treatment, read_treatment, "treatment", Treatment, event::Treatment, {
    SmallBowelResection = SmallBowelResection, Surgery = Surgery, Radiotherapy = Radiotherapy, Systemic = Systemic,
});
pairs!(pub(crate) order_state, read_order_state, "order.state", OrderState, event::OrderState, {
    Placed = Placed, Cancelled = Cancelled, Completed = Completed,
});
pairs!(pub(crate) appointment_state, read_appointment_state, "appointment.state", AppointmentState, event::AppointmentState, {
    Booked = Booked, Cancelled = Cancelled, NoShow = NoShow, Fulfilled = Fulfilled,
});

/// A finding as an event.
pub fn finding(finding: &Finding) -> event::Finding {
    let kind = match finding {
        Finding::Diagnosis { system, code } => Kind::Diagnosis(event::Code {
            system: system.as_str().to_owned(),
            code: code.as_str().to_owned(),
        }),
        Finding::PrimarySite(it) => Kind::PrimarySite(site(*it) as i32),
        Finding::TumourSize(length) => Kind::TumourSizeUm(length.micrometres()),
        Finding::Tnm(statement) => Kind::Tnm(tnm(statement)),
        Finding::NodesExamined(count) => Kind::NodesExamined((*count).into()),
        Finding::NodesPositive(count) => Kind::NodesPositive((*count).into()),
        Finding::Ki67(index) => Kind::Ki67MilliPercent(ki67(index)),
        Finding::Mitoses(rate) => Kind::MitosesMilliPer2mm2(mitoses(rate)),
        Finding::Grade(it) => Kind::Grade(grade(*it) as i32),
        Finding::LiverMetastasis(it) => Kind::LiverMetastasis(presence(*it) as i32),
        Finding::Imaging(it) => Kind::Imaging(imaging(it)),
        Finding::MesentericMass(length) => Kind::MesentericMassUm(range(length, |it| it.micrometres())),
        Finding::MesentericDeposits(there) => Kind::MesentericDeposits(*there),
        Finding::Margin(it) => Kind::Margin(margin(*it) as i32),
        Finding::LymphovascularInvasion(there) => Kind::LymphovascularInvasion(*there),
        Finding::PerineuralInvasion(there) => Kind::PerineuralInvasion(*there),
        Finding::Death { date: on } => Kind::Death(event::Death { date: on.as_ref().map(date) }),
        Finding::BirthDate(on) => Kind::BirthDate(date(on)),
        Finding::Sex(it) => Kind::Sex(sex(*it) as i32),
        Finding::RecordNumber(number) => Kind::RecordNumber(record_number(number)),
        Finding::MergedInto { survivor } => Kind::MergedInto(survivor.0.to_vec()),
        Finding::Absorbs { retired } => Kind::Absorbs(retired.0.to_vec()),
        Finding::Unread { attribute, reason } => Kind::Unread(event::Unread {
            attribute: attribute.as_str().to_owned(),
            reason: reason.as_str().to_owned(),
        }),
        Finding::Histology(it) => Kind::Histology(tumour_kind(*it) as i32),
        Finding::Extent(it) => Kind::Extent(extent(*it) as i32),
        Finding::Focality(it) => Kind::Focality(focality(it)),
        Finding::LiverLesionSize(length) => Kind::LiverLesionSizeUm(length.micrometres()),
        Finding::ImagingOrder(it) => Kind::ImagingOrder(event::ImagingOrder {
            modality: told_modality(it.modality),
            region: region(it.region) as i32,
            state: order_state(it.state) as i32,
            numbers: order_numbers(it.numbers),
        }),
        Finding::ImagingAppointment(it) => Kind::ImagingAppointment(event::ImagingAppointment {
            modality: told_modality(it.modality),
            region: region(it.region) as i32,
            state: appointment_state(it.state) as i32,
            order: order_numbers(it.order),
        }),
        Finding::Decision(it) => Kind::Decision(decision(it)),
        Finding::MetastasisKi67(index) => Kind::MetastasisKi67MilliPercent(ki67(index)),
        Finding::StageGroup(it) => Kind::StageGroup(stated_stage(it)),
        Finding::Marker(it) => Kind::Marker(marker(it)),
        Finding::ContrastIntolerance(it) => Kind::ContrastIntolerance(contrast(*it) as i32),
        Finding::CarcinoidSyndrome(it) => Kind::CarcinoidSyndrome(presence(*it) as i32),
        Finding::DiseaseStatus(it) => Kind::DiseaseStatus(disease_status(*it) as i32),
        Finding::Treatment(it) => Kind::Treatment(treatment(*it) as i32),
        Finding::Performance(it) => Kind::Performance(performance(*it)),
    };
    event::Finding { kind: Some(kind) }
}

/// A finding out of an event.
///
/// # Errors
/// When a field is missing or holds what it cannot hold.
pub fn read_finding(finding: &event::Finding) -> Result<Finding, Error> {
    let kind = finding.kind.as_ref().ok_or_else(|| missing("finding.kind"))?;
    Ok(match kind {
        Kind::Diagnosis(it) => Finding::Diagnosis {
            system: CodeSystem::ALL
                .into_iter()
                .find(|system| system.as_str() == it.system)
                .ok_or_else(|| invalid("diagnosis.system"))?,
            code: Code::new(&it.code).map_err(|_| invalid("diagnosis.code"))?,
        },
        Kind::PrimarySite(it) => Finding::PrimarySite(read_site(*it)?),
        Kind::TumourSizeUm(um) => Finding::TumourSize(length(*um)?),
        Kind::Tnm(it) => Finding::Tnm(read_tnm(it)?),
        Kind::NodesExamined(count) => Finding::NodesExamined(small(*count)?),
        Kind::NodesPositive(count) => Finding::NodesPositive(small(*count)?),
        Kind::Ki67MilliPercent(it) => Finding::Ki67(read_ki67(it)?),
        Kind::MitosesMilliPer2mm2(it) => Finding::Mitoses(read_mitoses(it)?),
        Kind::Grade(it) => Finding::Grade(read_grade(*it)?),
        Kind::LiverMetastasis(it) => Finding::LiverMetastasis(read_presence(*it)?),
        Kind::Imaging(it) => Finding::Imaging(read_imaging(it)?),
        Kind::MesentericMassUm(it) => Finding::MesentericMass(read_range(it, length)?),
        Kind::MesentericDeposits(there) => Finding::MesentericDeposits(*there),
        Kind::Margin(it) => Finding::Margin(read_margin(*it)?),
        Kind::LymphovascularInvasion(there) => Finding::LymphovascularInvasion(*there),
        Kind::PerineuralInvasion(there) => Finding::PerineuralInvasion(*there),
        Kind::Death(it) => Finding::Death { date: it.date.as_ref().map(read_date).transpose()? },
        Kind::BirthDate(on) => Finding::BirthDate(read_date(on)?),
        Kind::Sex(it) => Finding::Sex(read_sex(*it)?),
        Kind::RecordNumber(number) => Finding::RecordNumber(read_record_number(number)?),
        Kind::MergedInto(bytes) => Finding::MergedInto { survivor: patient(bytes, "finding.merged_into")? },
        Kind::Absorbs(bytes) => Finding::Absorbs { retired: patient(bytes, "finding.absorbs")? },
        Kind::Unread(it) => Finding::Unread {
            attribute: it.attribute.parse().map_err(|_| invalid("unread.attribute"))?,
            reason: it.reason.parse().map_err(|_| invalid("unread.reason"))?,
        },
        Kind::Histology(it) => Finding::Histology(read_tumour_kind(*it)?),
        Kind::Extent(it) => Finding::Extent(read_extent(*it)?),
        Kind::Focality(it) => Finding::Focality(read_focality(it)?),
        Kind::LiverLesionSizeUm(um) => Finding::LiverLesionSize(length(*um)?),
        Kind::ImagingOrder(it) => Finding::ImagingOrder(ImagingOrder {
            modality: read_told_modality(it.modality)?,
            region: read_region(it.region)?,
            state: read_order_state(it.state)?,
            numbers: read_order_numbers(it.numbers.as_ref())?,
        }),
        Kind::ImagingAppointment(it) => Finding::ImagingAppointment(ImagingAppointment {
            modality: read_told_modality(it.modality)?,
            region: read_region(it.region)?,
            state: read_appointment_state(it.state)?,
            order: read_order_numbers(it.order.as_ref())?,
        }),
        Kind::Decision(it) => Finding::Decision(read_decision(it)?),
        Kind::MetastasisKi67MilliPercent(it) => Finding::MetastasisKi67(read_ki67(it)?),
        Kind::StageGroup(it) => Finding::StageGroup(read_stated_stage(it)?),
        Kind::Marker(it) => Finding::Marker(read_marker(it)?),
        Kind::ContrastIntolerance(it) => Finding::ContrastIntolerance(read_contrast(*it)?),
        Kind::CarcinoidSyndrome(it) => Finding::CarcinoidSyndrome(read_presence(*it)?),
        Kind::DiseaseStatus(it) => Finding::DiseaseStatus(read_disease_status(*it)?),
        Kind::Treatment(it) => Finding::Treatment(read_treatment(*it)?),
        Kind::Performance(it) => Finding::Performance(read_performance(it)?),
    })
}

/// A score of fitness as an event.
pub(crate) fn performance(it: Performance) -> event::Performance {
    use event::performance::Scale;
    let scale = match it {
        Performance::Ecog(score) => Scale::Ecog(score.into()),
        Performance::Karnofsky(score) => Scale::Karnofsky(score.into()),
    };
    event::Performance { scale: Some(scale) }
}

fn read_performance(it: &event::Performance) -> Result<Performance, Error> {
    use event::performance::Scale;
    let read = match it.scale.ok_or_else(|| missing("performance.scale"))? {
        Scale::Ecog(score) => Performance::ecog(small(score)?),
        Scale::Karnofsky(score) => Performance::karnofsky(small(score)?),
    };
    read.ok_or_else(|| invalid("performance"))
}

pairs!(pub(crate) marker_kind, read_marker_kind, "marker.kind", MarkerKind, event::MarkerKind, {
    ChromograninA = ChromograninA, UrineHiaa = Urine5hiaa, UrineHiaaConcentration = Urine5hiaaConcentration,
    PlasmaHiaa = Plasma5hiaa, NtProBnp = NtProbnp,
});

fn order_numbers(it: OrderNumbers) -> Option<event::OrderNumbers> {
    let number = |number: Option<FactIdentity>| number.map_or_else(Vec::new, |it| it.0.to_vec());
    (!it.is_empty()).then(|| event::OrderNumbers { placer: number(it.placer), filler: number(it.filler) })
}

fn read_order_numbers(it: Option<&event::OrderNumbers>) -> Result<OrderNumbers, Error> {
    let Some(it) = it else { return Ok(OrderNumbers::default()) };
    let number = |bytes: &[u8]| match bytes {
        [] => Ok(None),
        bytes => sixteen(bytes, "order.numbers").map(|it| Some(FactIdentity(it))),
    };
    Ok(OrderNumbers { placer: number(&it.placer)?, filler: number(&it.filler)? })
}

/// A marker as an event.
pub(crate) fn marker(it: &Marker) -> event::Marker {
    event::Marker {
        kind: marker_kind(it.kind()) as i32,
        level_milli: Some(range(it.level(), |it| it.thousandths())),
        unit: it.unit().to_owned(),
        upper_limit_milli: it.upper_limit().map(Level::thousandths),
        assay: it.assay().to_owned(),
    }
}

fn read_marker(it: &event::Marker) -> Result<Marker, Error> {
    let level = it.level_milli.as_ref().ok_or_else(|| missing("marker.level"))?;
    let level = read_range(level, |milli| Ok(Level::from_thousandths(milli)))?;
    let limit = it.upper_limit_milli.map(Level::from_thousandths);
    Marker::new(read_marker_kind(it.kind)?, level, &it.unit, limit, &it.assay).map_err(|_| invalid("marker"))
}

/// A modality as an event, or unspecified when it was not told.
pub(crate) fn told_modality(it: Option<Modality>) -> i32 {
    it.map_or(event::Modality::Unspecified, modality) as i32
}

fn read_told_modality(it: i32) -> Result<Option<Modality>, Error> {
    if it == event::Modality::Unspecified as i32 { Ok(None) } else { read_modality(it).map(Some) }
}

/// Focality as an event.
pub(crate) fn focality(it: &Focality) -> event::Focality {
    event::Focality { multifocal: it.multifocal, count: it.count.map(Into::into) }
}

fn read_focality(it: &event::Focality) -> Result<Focality, Error> {
    Ok(Focality { multifocal: it.multifocal, count: it.count.map(small).transpose()? })
}

fn imaging(imaging: &Imaging) -> event::Imaging {
    event::Imaging { modality: modality(imaging.modality) as i32, region: region(imaging.region) as i32 }
}

fn read_imaging(imaging: &event::Imaging) -> Result<Imaging, Error> {
    Ok(Imaging { modality: read_modality(imaging.modality)?, region: read_region(imaging.region)? })
}

fn length(um: u32) -> Result<Length, Error> {
    Length::from_micrometres(um).map_err(|_| invalid("length"))
}

pub(crate) fn small(count: u32) -> Result<u16, Error> {
    u16::try_from(count).map_err(|_| invalid("count"))
}

/// A Ki-67 labelling index as an event.
pub(crate) fn ki67(index: &Bounded<Percent>) -> event::Range {
    range(index, |it| it.thousandths())
}

/// A Ki-67 labelling index out of an event.
///
/// # Errors
/// When it is no range of percentages.
pub(crate) fn read_ki67(index: &event::Range) -> Result<Bounded<Percent>, Error> {
    read_range(index, |milli| Percent::from_thousandths(milli).map_err(|_| invalid("ki67")))
}

/// A mitotic rate as an event.
pub(crate) fn mitoses(rate: &Bounded<MitoticRate>) -> event::Range {
    range(rate, |it| it.thousandths())
}

/// A mitotic rate out of an event.
///
/// # Errors
/// When it is no range of rates.
pub(crate) fn read_mitoses(rate: &event::Range) -> Result<Bounded<MitoticRate>, Error> {
    read_range(rate, |milli| MitoticRate::from_thousandths(milli).map_err(|_| invalid("mitoses")))
}

/// A number, range or bound as an event.
pub(crate) fn range<T: Copy + Ord>(bounded: &Bounded<T>, number: impl Fn(T) -> u32) -> event::Range {
    let (low, high) = (bounded.lower(), bounded.upper());
    event::Range {
        low: low.map(|edge| number(edge.value)),
        high: high.map(|edge| number(edge.value)),
        low_excluded: low.is_some_and(|edge| !edge.included),
        high_excluded: high.is_some_and(|edge| !edge.included),
        approximate: bounded.is_approximate(),
    }
}

fn read_range<T: Copy + Ord>(
    range: &event::Range,
    value: impl Fn(u32) -> Result<T, Error>,
) -> Result<Bounded<T>, Error> {
    // No statement leaves out one end of a range with two, or an end that it does not have.
    let bounded = match (range.low, range.high, range.low_excluded, range.high_excluded) {
        (Some(low), Some(high), false, false) => {
            Bounded::range(value(low)?, value(high)?).map_err(|_| invalid("range"))?
        }
        (Some(low), None, true, false) => Bounded::new(Comparator::Above, value(low)?),
        (Some(low), None, false, false) => Bounded::new(Comparator::AtLeast, value(low)?),
        (None, Some(high), false, true) => Bounded::new(Comparator::Below, value(high)?),
        (None, Some(high), false, false) => Bounded::new(Comparator::AtMost, value(high)?),
        _ => return Err(invalid("range")),
    };
    Ok(bounded.approximate(range.approximate))
}
