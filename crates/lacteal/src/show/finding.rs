//! A finding in one line.

use lacteal_wire::event::Finding;
use lacteal_wire::event::finding::Kind;

use super::date;
use crate::client::{record, word};
use crate::show;

/// A finding in one line.
pub(crate) fn finding(finding: &Finding) -> String {
    let Some(kind) = &finding.kind else { return String::new() };
    match kind {
        Kind::Diagnosis(code) => format!("diagnosis {} {}", code.system, code.code),
        Kind::TumourSizeUm(um) => format!("tumour size {} mm", f64::from(*um) / 1000.0),
        Kind::MesentericMassUm(range) => format!("mesenteric mass {} mm", show::range(range)),
        Kind::Tnm(category) => show::tnm(category),
        Kind::NodesExamined(count) => format!("nodes examined {count}"),
        Kind::NodesPositive(count) => format!("nodes positive {count}"),
        Kind::Ki67MilliPercent(range) => format!("Ki-67 {} %", show::range(range)),
        Kind::MitosesMilliPer2mm2(range) => format!("mitoses {} per 2 mm²", show::range(range)),
        Kind::MesentericDeposits(there) => format!("mesenteric deposits {}", show::presence(*there)),
        Kind::LymphovascularInvasion(there) => format!("lymphovascular invasion {}", show::presence(*there)),
        Kind::PerineuralInvasion(there) => format!("perineural invasion {}", show::presence(*there)),
        Kind::Death(death) => format!("died {}", death.date.as_ref().map(date).unwrap_or_default()),
        Kind::BirthDate(_) => "date of birth".to_owned(),
        Kind::RecordNumber(number) => format!("record number {}", record(Some(number))),
        Kind::MergedInto(_) => "merged into another record".to_owned(),
        Kind::Absorbs(_) => "took over another record".to_owned(),
        Kind::Unread(unread) => format!("{} could not be read: {}", unread.attribute, unread.reason),
        Kind::LiverLesionSizeUm(um) => format!("liver lesion {} mm", f64::from(*um) / 1000.0),
        Kind::Focality(focality) => show::focality(focality),
        Kind::PrimarySite(_)
        | Kind::Grade(_)
        | Kind::LiverMetastasis(_)
        | Kind::Margin(_)
        | Kind::Sex(_)
        | Kind::Histology(_)
        | Kind::Extent(_) => show::coded(kind),
        Kind::Decision(it) => show::decision(it),
        Kind::MetastasisKi67MilliPercent(range) => format!("Ki-67 of a metastasis {} %", show::range(range)),
        Kind::StageGroup(it) => format!("stage {}{}", it.group, it.letter),
        Kind::Marker(it) => show::marker(it),
        Kind::CarcinoidSyndrome(_)
        | Kind::ContrastIntolerance(_)
        | Kind::DiseaseStatus(_)
        | Kind::Treatment(_) => show::coded(kind),
        Kind::Performance(it) => show::performance(it),
        Kind::Imaging(it) => show::imaging(it.modality(), it.region()),
        Kind::ImagingOrder(it) => format!(
            "order of {}: {}",
            show::imaging(it.modality(), it.region()),
            word(it.state().as_str_name(), "ORDER_STATE_")
        ),
        Kind::ImagingAppointment(it) => format!(
            "appointment for {}: {}",
            show::imaging(it.modality(), it.region()),
            word(it.state().as_str_name(), "APPOINTMENT_STATE_")
        ),
    }
}
