//! Dossiers, and the summary of one in the words that people read.

use std::collections::HashSet;

use lacteal_clinical as clinical;
use lacteal_clinical::conflict::ConflictKind;
use lacteal_clinical::fact::FactRef;
use lacteal_clinical::finding::{Attribute, Site, UnreadReason};
use lacteal_clinical::fold::Contribution;
use lacteal_clinical::picture::{Evidence, LiverStatus, TimeZeroBasis};
use lacteal_clinical::scope::{Scope, WhyOut, WhyUndecided};
use lacteal_clinical::tnm::{NotStageable, StageFlag, StageGroup, Staging};
use lacteal_clinical::{Dossier, Picture, ReportKey};

use crate::decision::fact_ref;
use crate::error::sixteen;
use crate::fact::{date, fact, patient, read_fact, record_number};
use crate::finding::{
    appointment_state, contrast, disease_status, extent, focality, grade, ki67, margin, mitoses, modality,
    order_state, performance, presence, range, region, sex, told_modality, treatment,
};
use crate::tnm::{stated_stage, tnm};
use crate::{Error, event, judgement};

/// What a report states about its patient, out of an event.
///
/// # Errors
/// When a field is missing or holds what it cannot hold.
pub fn read_report(report: &event::Report) -> Result<Contribution, Error> {
    Ok(Contribution {
        patient: patient(&report.patient, "report.patient")?,
        report: ReportKey(sixteen(&report.key, "report.key")?),
        interpretation: report.interpretation_version,
        facts: report.facts.iter().map(read_fact).collect::<Result<_, _>>()?,
    })
}

/// A dossier out of an event: facts, interpretations and survivor, nothing else.
///
/// # Errors
/// When a field is missing or holds what it cannot hold.
pub fn read_dossier(dossier: &event::Dossier) -> Result<Dossier, Error> {
    let own = patient(&dossier.patient, "dossier.patient")?;
    let survivor = patient(&dossier.survivor, "dossier.survivor")?;
    let mut read = Dossier::from_parts(own, survivor, []);
    for it in &dossier.interpretations {
        let about = patient(&it.patient, "interpretation.patient")?;
        let report = ReportKey(sixteen(&it.report, "interpretation.report")?);
        read.read_again(about, report, it.version);
    }
    for it in dossier.facts.iter().chain(&dossier.superseded) {
        read.add(read_fact(it)?);
    }
    Ok(read)
}

/// A dossier as an event: facts, interpretations and survivor, nothing else.
pub fn dossier(dossier: &Dossier) -> event::Dossier {
    let interpretation = |(patient, report, version): (clinical::PatientId, ReportKey, u32)| {
        event::Interpretation { patient: patient.0.to_vec(), report: report.0.to_vec(), version }
    };
    event::Dossier {
        patient: dossier.patient().0.to_vec(),
        survivor: dossier.survivor().0.to_vec(),
        facts: dossier.facts().map(fact).collect(),
        superseded: dossier.superseded().map(fact).collect(),
        interpretations: dossier.interpretations().map(interpretation).collect(),
        ..event::Dossier::default()
    }
}

/// Marks the facts of a dossier that a later version of their text, or another record, takes back: by their own standing
/// they would count.
///
/// # Errors
/// When a field is missing or holds what it cannot hold.
pub fn mark_taken_back(dossier: &mut event::Dossier) -> Result<(), Error> {
    let read = read_dossier(dossier)?;
    let standing: HashSet<_> = read.standing_facts().map(|it| (it.patient.0, it.identity.0)).collect();
    let counting = read.facts().filter(|it| it.standing.counts()).map(|it| (it.patient.0, it.identity.0));
    let taken_back: HashSet<_> = counting.filter(|it| !standing.contains(it)).collect();
    for fact in &mut dossier.facts {
        let own = (patient(&fact.patient, "fact.patient")?.0, sixteen(&fact.identity, "fact.identity")?);
        fact.taken_back = taken_back.contains(&own);
    }
    Ok(())
}

/// What a dossier amounts to, for scheduling and for people.
pub fn summary(dossier: &Dossier, picture: &Picture) -> event::Summary {
    let (scope, scope_reason) = scope(dossier, picture);
    let (liver, liver_date) = liver(&picture.liver.status);
    let value = |it: &Option<Evidence<clinical::tnm::TnmStatement>>| it.as_ref().map(|it| tnm(&it.value));
    event::Summary {
        scope: scope as i32,
        scope_reason: scope_reason.to_owned(),
        record_numbers: picture.record_numbers.iter().map(|it| record_number(&it.value)).collect(),
        birth_date: picture.birth_date.as_ref().map(|it| date(&it.value)),
        sex: picture.sex.as_ref().map_or(0, |it| sex(it.value) as i32),
        death: picture.death.as_ref().map(|it| event::Death { date: it.value.as_ref().map(date) }),
        merged_into: if picture.is_retired() { picture.survivor.0.to_vec() } else { Vec::new() },
        liver: liver as i32,
        liver_date: liver_date.as_ref().map(date),
        studies: picture.imaging.iter().filter_map(study).collect(),
        time_zero: picture.time_zero.as_ref().map(|it| date(&it.value.date)),
        time_zero_is_first_evidence: picture
            .time_zero
            .as_ref()
            .is_some_and(|it| it.value.basis == TimeZeroBasis::FirstEvidence),
        grade: picture.grade.higher.as_ref().map_or(0, |it| grade(it.value) as i32),
        n: value(&picture.n),
        t: value(&picture.t),
        m: value(&picture.m),
        tumour_size_um: picture.size.as_ref().map(|it| it.value.micrometres()),
        ki67_milli_percent: picture.ki67.as_ref().map(|it| ki67(&it.value)),
        mitoses_milli_per_2mm2: picture.mitoses.as_ref().map(|it| mitoses(&it.value)),
        nodes_examined: picture.nodes_examined.as_ref().map(|it| it.value.into()),
        nodes_positive: picture.nodes_positive.as_ref().map(|it| it.value.into()),
        margin: picture.margin.as_ref().map_or(0, |it| margin(it.value) as i32),
        stage: stage(&picture.stage),
        review: review(dossier, picture),
        t_is_derived: picture.t.as_ref().is_some_and(|it| it.derived),
        extent: picture.extent.as_ref().map_or(0, |it| extent(it.value) as i32),
        focality: picture.focality.as_ref().map(|it| focality(&it.value)),
        liver_clear: picture.liver.clear.iter().map(crate::date).collect(),
        liver_lesion_size_um: picture.liver_lesion_size.as_ref().map(|it| it.value.micrometres()),
        orders: picture.orders.iter().map(order).collect(),
        appointments: picture.appointments.iter().map(appointment).collect(),
        decisions: picture.decisions.iter().map(judgement::decision).collect(),
        course: judgement::course(picture) as i32,
        course_since: picture.course.and_then(|it| it.since).as_ref().map(date),
        course_reason: judgement::course_words(picture),
        missing: picture.missing.iter().map(judgement::missing).collect(),
        rising: picture.rising.iter().map(judgement::rising).collect(),
        carcinoid_syndrome: picture.carcinoid_syndrome.as_ref().map_or(0, |it| presence(it.value) as i32),
        differences: picture.differences.iter().map(judgement::difference).collect(),
        metastasis_ki67_milli_percent: picture.metastasis_ki67.as_ref().map(|it| ki67(&it.value)),
        mesenteric_deposits: picture.mesenteric_deposits.as_ref().map(|it| it.value),
        mesenteric_mass_um: picture
            .mesenteric_mass
            .as_ref()
            .map(|it| range(&it.value, |it| it.micrometres())),
        stated_stage: picture.stated_stage.as_ref().map(|it| stated_stage(&it.value)),
        other_tumours: picture.other_tumours.iter().map(judgement::other_tumour).collect(),
        contrast_intolerances: picture.contrast_intolerance.iter().map(intolerance).collect(),
        disease_status: picture.disease_status.as_ref().map(|it| event::CourseStated {
            status: disease_status(it.value) as i32,
            at: it.observed.as_ref().map(date),
            fact: it.facts.first().map(fact_ref),
        }),
        treatments: picture.treatments.iter().map(given).collect(),
        performance: picture.performance.as_ref().map(|it| event::PerformanceStated {
            score: Some(performance(it.value)),
            at: it.observed.as_ref().map(date),
            fact: it.facts.first().map(fact_ref),
        }),
    }
}

fn given(it: &Evidence<clinical::treatment::Treatment>) -> event::TreatmentGiven {
    event::TreatmentGiven {
        treatment: treatment(it.value) as i32,
        ended: it.observed.as_ref().map(date),
        fact: it.facts.first().map(fact_ref),
    }
}

fn intolerance(it: &Evidence<clinical::finding::Contrast>) -> event::ContrastIntolerance {
    event::ContrastIntolerance { contrast: contrast(it.value) as i32, fact: it.facts.first().map(fact_ref) }
}

fn order(order: &Evidence<clinical::ImagingOrder>) -> event::StudyOrder {
    event::StudyOrder {
        day: order.observed.as_ref().map(date),
        modality: told_modality(order.value.modality),
        region: region(order.value.region) as i32,
        state: order_state(order.value.state) as i32,
        fact: order.facts.first().map(fact_ref),
    }
}

fn appointment(appointment: &Evidence<clinical::ImagingAppointment>) -> event::StudyAppointment {
    event::StudyAppointment {
        day: appointment.observed.as_ref().map(date),
        modality: told_modality(appointment.value.modality),
        region: region(appointment.value.region) as i32,
        state: appointment_state(appointment.value.state) as i32,
        fact: appointment.facts.first().map(fact_ref),
    }
}

/// A study that has a date; one without a date starts no interval.
fn study(study: &Evidence<clinical::Imaging>) -> Option<event::Study> {
    Some(event::Study {
        performed: Some(date(study.observed.as_ref()?)),
        modality: modality(study.value.modality) as i32,
        region: region(study.value.region) as i32,
        fact: study.facts.first().map(fact_ref),
    })
}

fn scope(dossier: &Dossier, picture: &Picture) -> (event::Scope, &'static str) {
    match picture.scope.scope {
        Scope::InScope(site) => (
            event::Scope::In,
            match site {
                Site::Ileum => "neuroendocrine tumour of the ileum",
                Site::Jejunum => "neuroendocrine tumour of the jejunum",
                Site::Meckel => "neuroendocrine tumour of a Meckel diverticulum",
                Site::SmallBowelUnspecified | Site::Elsewhere => "neuroendocrine tumour of the small bowel",
            },
        ),
        Scope::OutOfScope(why) => (
            event::Scope::Out,
            match why {
                WhyOut::OtherSite => "the primary tumour is in another organ",
                WhyOut::NeuroendocrineCarcinoma => "poorly differentiated or mixed carcinoma",
                WhyOut::OtherTumour => "another kind of tumour",
            },
        ),
        Scope::Undecided(_) if !dossier.standing_facts().any(|it| it.finding.is_about_the_tumour()) => {
            (event::Scope::NoTumour, "nothing is known about a tumour")
        }
        Scope::Undecided(why) => (
            event::Scope::Undecided,
            match why {
                WhyUndecided::NothingKnown => "neither the kind nor the site of the tumour is known",
                WhyUndecided::SiteUnknown => "a neuroendocrine tumour of unknown site",
                WhyUndecided::NotShownToBeNet => "a tumour of the small bowel not shown to be neuroendocrine",
                WhyUndecided::DifferentiationUnclear => {
                    "it is not clear how well the tumour is differentiated"
                }
                WhyUndecided::PreliminaryOnly => "only preliminary results say what the tumour is",
            },
        ),
    }
}

fn liver(status: &LiverStatus) -> (event::LiverState, Option<clinical::PartialDate>) {
    match status {
        LiverStatus::Present { since } => (event::LiverState::Metastatic, *since),
        LiverStatus::Indeterminate { at } => (event::LiverState::Indeterminate, *at),
        LiverStatus::Absent { at } => (event::LiverState::Free, *at),
        LiverStatus::Unknown => (event::LiverState::Unknown, None),
    }
}

fn stage(staging: &Staging) -> String {
    match staging {
        Ok((group, flag)) => {
            let group = match group {
                StageGroup::I => "I",
                StageGroup::II => "II",
                StageGroup::III => "III",
                StageGroup::IV => "IV",
            };
            match flag {
                None => group.to_owned(),
                Some(StageFlag::PrimaryNotAssessable) => format!("{group} (T not assessable)"),
            }
        }
        Err(why) => format!("not stageable: {}", not_stageable(why)),
    }
}

fn review(dossier: &Dossier, picture: &Picture) -> Vec<event::ReviewItem> {
    let item = |text: String, facts: &[FactRef]| event::ReviewItem {
        text,
        facts: facts.iter().map(fact_ref).collect(),
        rule: String::new(),
    };
    let mut all = Vec::new();
    for conflict in &picture.conflicts {
        let rule = conflict.rule.words().to_owned();
        let told = item(conflict_words(conflict.kind).to_owned(), &conflict.facts);
        all.push(event::ReviewItem { rule, ..told });
    }
    for unread in &picture.unread {
        let text = format!(
            "{} could not be read: {}",
            attribute_words(unread.attribute),
            reason_words(unread.reason)
        );
        all.push(item(text, &[unread.fact]));
    }
    for uncertain in &picture.uncertain {
        let sentence = dossier.fact(&uncertain.fact).and_then(|it| it.reading.sentence());
        all.push(item(uncertain_words(uncertain.attribute, sentence), &[uncertain.fact]));
    }
    if let Some(liver) = &picture.liver.preliminary {
        all.push(item("a preliminary report speaks of the liver".to_owned(), &liver.facts));
    }
    if !picture.misdirected.is_empty() {
        let text = "results were withdrawn because they belong to another patient";
        all.push(item(text.to_owned(), &picture.misdirected));
    }
    all
}

/// The sentence is quoted between “ and ”, and holds neither of them itself, so that a reader can cut it out.
fn uncertain_words(attribute: Attribute, sentence: Option<&str>) -> String {
    // The code is plain; what follows from it is not.
    if attribute == Attribute::DiseaseStatus {
        let worse = "the disease is said to be worse or to have come back";
        return format!("{worse}: a clinician must say what follows");
    }
    let attribute = attribute_words(attribute);
    let one_line = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").replace(['“', '”'], "\"")
    };
    match sentence.map(one_line).filter(|it| !it.is_empty()) {
        Some(sentence) => format!("{attribute} is not stated for certain: “{sentence}”"),
        None => format!("{attribute} is not stated for certain"),
    }
}

fn conflict_words(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::LiverAbsentAfterPresent => "liver metastasis is called absent after it was present",
        ConflictKind::DistantAbsentAfterLiverPresent => "M0 is stated after liver metastasis was present",
        ConflictKind::LiverNotInCategory => "M1b is stated although the liver is reached",
        ConflictKind::NodeCountAboveCategory => "twelve positive nodes or more, and N stated below 2",
        ConflictKind::PositiveNodesButN0 => "positive nodes, and N0 stated",
        ConflictKind::NoPositiveNodesButN1 => "no positive node, and N1 stated",
        ConflictKind::MassAboveCategory => "a mesenteric mass above 2 cm, and N stated below 2",
        ConflictKind::N2WithoutGround => "N2 is stated without twelve positive nodes or a mass above 2 cm",
        ConflictKind::MoreNodesPositiveThanExamined => "more nodes positive than examined",
        ConflictKind::SizeAboveT1 => "a size above 1 cm, and T1 stated",
        ConflictKind::DepthNotOfCategory => "a depth of the tumour that is not that of the stated T",
        ConflictKind::FocalityNotOfCategory => "another number of primary tumours than that stated with T",
        ConflictKind::StageNotOfCategories => "a stage group that is not that of T, N and M",
        ConflictKind::StageBelowLiver => "stage I to III is stated after liver metastasis was present",
        ConflictKind::GradesDiffer => "the stated grade is not that of Ki-67 and mitoses",
        ConflictKind::DiagnosesDiffer => {
            "diagnoses of another site or kind of tumour beside the one believed"
        }
        ConflictKind::BirthDatesDiffer => "two dates of birth: perhaps a wrong merge",
        ConflictKind::SexesDiffer => "two sexes: perhaps a wrong merge",
        ConflictKind::DeathDatesDiffer => "two dates of death",
    }
}

fn attribute_words(attribute: Attribute) -> String {
    match attribute {
        Attribute::Ki67 => "Ki-67".to_owned(),
        Attribute::Tnm => "a TNM category".to_owned(),
        Attribute::Histology => "the kind of tumour".to_owned(),
        Attribute::Extent => "the depth of the tumour".to_owned(),
        Attribute::Focality => "the number of primary tumours".to_owned(),
        Attribute::MetastasisKi67 => "the Ki-67 of a metastasis".to_owned(),
        Attribute::StageGroup => "the stage group".to_owned(),
        Attribute::CarcinoidSyndrome => "carcinoid syndrome".to_owned(),
        Attribute::DiseaseStatus => "the course of the disease".to_owned(),
        Attribute::Treatment => "a treatment of the tumour".to_owned(),
        Attribute::ContrastIntolerance => "a contrast medium that is not tolerated".to_owned(),
        Attribute::Marker => "a marker in blood or urine".to_owned(),
        Attribute::Decision => "a decision of a clinician".to_owned(),
        Attribute::LiverLesionSize => "the size of a liver lesion".to_owned(),
        other => other.as_str().replace('_', " "),
    }
}

fn reason_words(reason: UnreadReason) -> &'static str {
    match reason {
        UnreadReason::Empty => "it is empty",
        UnreadReason::TooLong => "it is too long",
        UnreadReason::NotANumber => "it is not a number",
        UnreadReason::UnitMissing => "it has no unit",
        UnreadReason::UnitUnknown => "its unit is not known",
        UnreadReason::OutOfRange => "it is not a possible value",
        UnreadReason::Ambiguous => "it can be read in two ways",
        UnreadReason::InvalidDate => "its date is not in the calendar",
        UnreadReason::FutureDate => "its date lies in the future",
        UnreadReason::UnknownCode => "its code is not in the table",
        UnreadReason::UnknownForm => "its form is not known",
        UnreadReason::UnsupportedType => "its type of value is not read",
    }
}

fn not_stageable(why: &NotStageable) -> &'static str {
    match why {
        NotStageable::DistantUnknown => "M is not known",
        NotStageable::NodesUnknown => "N is not known",
        NotStageable::PrimaryUnknown => "T is not known",
    }
}
