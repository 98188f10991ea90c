//! The tumour as it is believed to be: one value for each attribute, with the facts that each rests on.
//!
//! Final facts are chosen before preliminary ones, pathology of a resection before that of a biopsy, before imaging, before
//! letters (`source`), and later ones before earlier ones; a value that only preliminary facts state is shown and marked
//! ([`Evidence::preliminary`]). What was not chosen is listed with the rule ([`Picture::differences`]). Liver, imaging, death and time zero rest on final facts alone, so that nothing preliminary
//! starts or ends an interval. Contradictions are listed, never smoothed away. What was read out of text and is uncertain
//! takes no part in any of this, unless a clinician has confirmed it: it is listed for people ([`Picture::uncertain`]).
//!
//! A picture is a pure function of a dossier; it knows no present day and computes no risk.

mod arranged;
mod choose;
mod contradict;
mod course;
mod decisions;
mod depth;
mod differences;
mod liver;
mod markers;
mod others;
mod pathology;
mod source;

use crate::bounded::Bounded;
use crate::conflict::Conflict;
use crate::dossier::Dossier;
use crate::fact::{Fact, FactRef};
use crate::finding::{Attribute, Contrast, Extent, Finding, Focality, Margin, Presence, Sex, UnreadReason};
use crate::grade::{DerivedGrade, Grade};
use crate::imaging::{Imaging, ImagingAppointment, ImagingOrder};
use crate::marker::{Marker, Rise};
use crate::quantity::{Length, MitoticRate, Percent};
use crate::scope::{self, Judgement};
use crate::tnm::{Axis, Staging, StatedStage, TnmStatement, stage};
use crate::treatment::{DiseaseStatus, Performance, Treatment};
use crate::{PartialDate, PatientId, RecordNumber};

pub use course::{Course, Missing, Onset, Phase, SYNCHRONOUS_DAYS_MAX};
pub use decisions::DecisionInForce;
pub use differences::{Difference, Rule};
pub use others::OtherTumour;
pub use source::Source;

use decisions::Judged;
use source::Sources;

/// A chosen value and why it is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence<T> {
    /// The value.
    pub value: T,
    /// The day it was so, when told.
    pub observed: Option<PartialDate>,
    /// Whether only preliminary facts state it.
    pub preliminary: bool,
    /// Whether no fact states it and it was worked out from facts that state something else.
    pub derived: bool,
    /// The facts that state it, or that it was worked out from, in order of their keys.
    pub facts: Vec<FactRef>,
}

/// What time zero rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeZeroBasis {
    /// The date of the earliest specimen with pathological T, N or node counts: the resection.
    Resection,
    /// There is no such specimen; the earliest dated statement about the tumour.
    FirstEvidence,
}

/// Where the clock of the hazard starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeZero {
    /// The day, as exactly as it was told.
    pub date: PartialDate,
    /// What it rests on.
    pub basis: TimeZeroBasis,
}

/// What is believed of the liver, from final facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LiverStatus {
    /// Metastasis was reported. It stays so until that report is withdrawn.
    Present {
        /// The earliest date at which it was.
        since: Option<PartialDate>,
    },
    /// The last word is a lesion that may be one.
    Indeterminate {
        /// The date of that word.
        at: Option<PartialDate>,
    },
    /// The last word is that there is none.
    Absent {
        /// The date of that word.
        at: Option<PartialDate>,
    },
    /// Nothing was said about the liver: not the same as absent.
    Unknown,
}

/// Days with a clear word about the liver that a picture keeps: several times what a lifelong follow-up has.
pub const CLEAR_DAYS_MAX: usize = 128;

/// The liver with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Liver {
    /// What is believed.
    pub status: LiverStatus,
    /// The days on which it was said that there is none and nothing worse, in order; of more than [`CLEAR_DAYS_MAX`] the
    /// last ones.
    pub clear: Vec<PartialDate>,
    /// The facts that the status rests on, in order of their keys.
    pub facts: Vec<FactRef>,
    /// What preliminary reports say beside it; the worst of them.
    pub preliminary: Option<Evidence<Presence>>,
}

/// Grade as stated, as worked out, and the higher of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GradeBelief {
    /// As stated.
    pub stated: Option<Evidence<Grade>>,
    /// From Ki-67 and mitoses.
    pub derived: Option<Evidence<DerivedGrade>>,
    /// The higher of the two.
    pub higher: Option<Evidence<Grade>>,
}

/// Something that was meant to be a finding and could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unread {
    /// The fact.
    pub fact: FactRef,
    /// What it was meant to be.
    pub attribute: Attribute,
    /// Why it could not be read.
    pub reason: UnreadReason,
}

/// A fact that was read out of text and is not sure. It is believed only after a clinician has confirmed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uncertain {
    /// The fact; its reading holds the sentence.
    pub fact: FactRef,
    /// What it is about.
    pub attribute: Attribute,
}

/// The tumour, the liver and the person as believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Whose dossier it was made from.
    pub patient: PatientId,
    /// Where what is known of this patient goes on; another patient when the record was merged away.
    pub survivor: PatientId,
    /// Whether the tumour is followed here.
    pub scope: Judgement,
    /// Start of the hazard's clock.
    pub time_zero: Option<Evidence<TimeZero>>,
    /// Size of the primary, of the latest specimen.
    pub size: Option<Evidence<Length>>,
    /// Depth of the primary, of the latest specimen; the deepest of one day.
    pub extent: Option<Evidence<Extent>>,
    /// One primary or several, by the latest word; the higher number of one day.
    pub focality: Option<Evidence<Focality>>,
    /// T, pathological before clinical; where none is stated, from the depth and, for T1 and T2, the size.
    pub t: Option<Evidence<TnmStatement>>,
    /// N, pathological before clinical.
    pub n: Option<Evidence<TnmStatement>>,
    /// M; known before unknown, then pathological before clinical.
    pub m: Option<Evidence<TnmStatement>>,
    /// Stage group of these three.
    pub stage: Staging,
    /// Stage group as the latest report states it.
    pub stated_stage: Option<Evidence<StatedStage>>,
    /// Nodes examined.
    pub nodes_examined: Option<Evidence<u16>>,
    /// Nodes with tumour.
    pub nodes_positive: Option<Evidence<u16>>,
    /// Ki-67 of the latest specimen; the higher of one day.
    pub ki67: Option<Evidence<Bounded<Percent>>>,
    /// Ki-67 of a metastasis, the highest; never taken for that of the primary.
    pub metastasis_ki67: Option<Evidence<Bounded<Percent>>>,
    /// Mitoses of the latest specimen; the higher of one day.
    pub mitoses: Option<Evidence<Bounded<MitoticRate>>>,
    /// Grade.
    pub grade: GradeBelief,
    /// The largest mesenteric mass ever stated.
    pub mesenteric_mass: Option<Evidence<Bounded<Length>>>,
    /// Mesenteric deposits; once seen they count as seen.
    pub mesenteric_deposits: Option<Evidence<bool>>,
    /// Margin of the latest specimen; the worse of one day.
    pub margin: Option<Evidence<Margin>>,
    /// Lymphovascular invasion; once seen it counts as seen.
    pub lymphovascular_invasion: Option<Evidence<bool>>,
    /// Perineural invasion; once seen it counts as seen.
    pub perineural_invasion: Option<Evidence<bool>>,
    /// The liver.
    pub liver: Liver,
    /// Size of the largest lesion in the liver by what may be the latest word.
    pub liver_lesion_size: Option<Evidence<Length>>,
    /// Imaging studies with a final report, by date; undated ones first.
    pub imaging: Vec<Evidence<Imaging>>,
    /// Orders of imaging in whatever state, by date; undated ones first.
    pub orders: Vec<Evidence<ImagingOrder>>,
    /// Appointments for imaging in whatever state, by date; undated ones first.
    pub appointments: Vec<Evidence<ImagingAppointment>>,
    /// Markers in blood and urine, by date; undated ones first.
    pub markers: Vec<Evidence<Marker>>,
    /// Markers that have risen.
    pub rising: Vec<Rise>,
    /// Symptoms of carcinoid syndrome, by the latest word; the worse of words of which each may be the latest.
    pub carcinoid_syndrome: Option<Evidence<Presence>>,
    /// Contrast media that final reports say are not tolerated, each once.
    pub contrast_intolerance: Vec<Evidence<Contrast>>,
    /// How the disease goes by the latest word; the worse of words of which each may be the latest. That it is worse
    /// stands here only once a clinician has confirmed it.
    pub disease_status: Option<Evidence<DiseaseStatus>>,
    /// Treatments of the tumour, by the day of their end; undated ones first.
    pub treatments: Vec<Evidence<Treatment>>,
    /// Fitness by the latest word.
    pub performance: Option<Evidence<Performance>>,
    /// Decisions of clinicians that stand, one a slot.
    pub decisions: Vec<DecisionInForce>,
    /// Where the patient stands; `None` while nothing speaks of a tumour.
    pub course: Option<Course>,
    /// Facts that are missing.
    pub missing: Vec<Missing>,
    /// Values that other facts state differently.
    pub differences: Vec<Difference>,
    /// Tumours that are not the one followed here; no value of them is among the above.
    pub other_tumours: Vec<OtherTumour>,
    /// Death, with its date when known.
    pub death: Option<Evidence<Option<PartialDate>>>,
    /// Record numbers of this patient and of those merged into it.
    pub record_numbers: Vec<Evidence<RecordNumber>>,
    /// Date of birth.
    pub birth_date: Option<Evidence<PartialDate>>,
    /// Sex.
    pub sex: Option<Evidence<Sex>>,
    /// What does not fit together.
    pub conflicts: Vec<Conflict>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// What was read out of text, is not sure, and was not judged by a clinician.
    pub uncertain: Vec<Uncertain>,
    /// What was read out of text and called wrong by a clinician.
    pub rejected: Vec<FactRef>,
    /// Facts that are only preliminary.
    pub preliminary: Vec<FactRef>,
    /// Facts that were withdrawn because they belong to another patient: a safety matter.
    pub misdirected: Vec<FactRef>,
}

impl Picture {
    /// What the dossier's facts amount to.
    pub fn of(dossier: &Dossier) -> Self {
        let standing: Vec<&Fact> = dossier.standing_facts().collect();
        let decisions = decisions::in_force(&standing);
        let judged = Judged::of(&decisions, &standing);
        let (believed, doubted): (Vec<&Fact>, Vec<&Fact>) =
            standing.into_iter().partition(|it| judged.believes(it));
        let (rejected, uncertain): (Vec<&Fact>, Vec<&Fact>) =
            doubted.into_iter().partition(|it| judged.rejects(it));
        let other_tumours = others::of(&believed);
        let is_of_other = |fact: &&Fact| other_tumours.iter().any(|it| it.facts.contains(&fact.key()));
        let facts: Vec<&Fact> = believed.iter().copied().filter(|it| !is_of_other(it)).collect();
        let mut picture = Self::believed(dossier, &facts, decisions);
        picture.uncertain = uncertain
            .iter()
            .map(|it| Uncertain { fact: it.key(), attribute: it.finding.attribute() })
            .collect();
        picture.rejected = rejected.iter().map(|it| it.key()).collect();
        picture.other_tumours = other_tumours;
        picture.unread = believed.iter().filter_map(|it| unread(it)).collect();
        picture.preliminary =
            believed.iter().filter(|it| !it.standing.is_settled()).map(|it| it.key()).collect();
        picture
    }

    /// The picture by the facts that are believed and are about the tumour that is followed.
    fn believed(dossier: &Dossier, facts: &[&Fact], decisions: Vec<DecisionInForce>) -> Self {
        let sources = Sources::of(facts);
        let by = |fact: &Fact| (sources.of_fact(fact), fact.observed);
        let scope = scope::judge(facts.iter().copied());
        let ki67 = choose::best(facts, of!(Finding::Ki67), |fact, it| (by(fact), it.point(), *it));
        let mitoses = choose::best(facts, of!(Finding::Mitoses), |fact, it| (by(fact), it.point(), *it));
        let stated = choose::best(facts, of!(Finding::Grade), |fact, it| (by(fact), *it));
        let size = choose::best(facts, of!(Finding::TumourSize), |fact, it| (by(fact), *it));
        let extent = choose::best(facts, of!(Finding::Extent), |fact, it| (by(fact), *it));
        let t = pathology::tnm(facts, Axis::T, &sources)
            .or_else(|| depth::derived_t(extent.as_ref()?, size.as_ref()));
        let (n, m) = (pathology::tnm(facts, Axis::N, &sources), pathology::tnm(facts, Axis::M, &sources));
        let of_axis = |it: &Option<Evidence<TnmStatement>>| {
            it.as_ref().filter(|it| !it.preliminary).map(|it| it.value.clone())
        };
        let stage = stage(
            of_axis(&t).and_then(|it| it.t()),
            of_axis(&n).and_then(|it| it.n()),
            of_axis(&m).and_then(|it| it.m()),
        );
        let markers = markers::all(facts);
        let mut picture = Self {
            patient: dossier.patient(),
            survivor: dossier.survivor(),
            time_zero: pathology::time_zero(facts),
            size,
            extent,
            focality: choose::best(facts, of!(Finding::Focality), |fact, it| {
                (by(fact), it.multifocal, it.count, *it)
            }),
            t,
            n,
            m,
            stage,
            stated_stage: choose::best(facts, of!(Finding::StageGroup), |fact, it| (fact.observed, *it)),
            nodes_examined: pathology::nodes(facts, of!(Finding::NodesExamined), |it| it.examined, &sources),
            nodes_positive: pathology::nodes(facts, of!(Finding::NodesPositive), |it| it.positive, &sources),
            grade: pathology::grades(stated, ki67.as_ref(), mitoses.as_ref()),
            ki67,
            metastasis_ki67: choose::best(facts, of!(Finding::MetastasisKi67), |_, it| (it.point(), *it)),
            mitoses,
            mesenteric_mass: choose::best(facts, of!(Finding::MesentericMass), |_, it| (it.point(), *it)),
            mesenteric_deposits: choose::best(facts, of!(Finding::MesentericDeposits), |_, it| *it),
            margin: choose::best(facts, of!(Finding::Margin), |fact, it| (by(fact), *it)),
            lymphovascular_invasion: choose::best(facts, of!(Finding::LymphovascularInvasion), |_, it| *it),
            perineural_invasion: choose::best(facts, of!(Finding::PerineuralInvasion), |_, it| *it),
            liver: liver::believed(facts, &scope.scope),
            scope,
            liver_lesion_size: choose::last(facts, of!(Finding::LiverLesionSize), |it| *it),
            imaging: choose::all(facts, of!(Finding::Imaging)),
            orders: choose::all(facts, of!(Finding::ImagingOrder)),
            appointments: arranged::appointments(facts),
            rising: markers::rising(&markers),
            markers,
            carcinoid_syndrome: choose::last(facts, of!(Finding::CarcinoidSyndrome), |it| {
                liver::badness(*it)
            }),
            contrast_intolerance: intolerances(facts),
            disease_status: choose::last(facts, of!(Finding::DiseaseStatus), |it| *it),
            treatments: choose::all(facts, of!(Finding::Treatment)),
            performance: choose::best(facts, of!(Finding::Performance), |fact, it| {
                (fact.observed, fact.version, *it)
            }),
            decisions,
            course: None,
            missing: Vec::new(),
            differences: Vec::new(),
            other_tumours: Vec::new(),
            death: choose::best(facts, death, |fact, it| (it.is_some(), fact.version, *it))
                .filter(|it| !it.preliminary),
            record_numbers: choose::all(facts, of!(Finding::RecordNumber)),
            birth_date: choose::best(facts, of!(Finding::BirthDate), |fact, it| {
                (it.precision(), fact.version, *it)
            }),
            sex: choose::best(facts, of!(Finding::Sex), |fact, it| (*it != Sex::Unknown, fact.version, *it)),
            conflicts: Vec::new(),
            unread: Vec::new(),
            uncertain: Vec::new(),
            rejected: Vec::new(),
            preliminary: Vec::new(),
            misdirected: dossier.misdirected_facts().map(Fact::key).collect(),
        };
        picture.conflicts = contradict::conflicts(&picture, facts);
        picture.differences = differences::differences(&picture, facts, &sources);
        picture.course = course::course(&picture);
        picture.missing = course::missing(&picture);
        picture
    }

    /// Whether this record was merged into another, where the picture goes on.
    pub fn is_retired(&self) -> bool {
        self.survivor != self.patient
    }
}

/// An extractor for findings with one part that is `Clone`.
macro_rules! of {
    ($variant:path) => {
        |fact: &Fact| if let $variant(it) = &fact.finding { Some(it.clone()) } else { None }
    };
}
use of;

fn death(fact: &Fact) -> Option<Option<PartialDate>> {
    if let Finding::Death { date } = fact.finding { Some(date) } else { None }
}

fn unread(fact: &Fact) -> Option<Unread> {
    match fact.finding {
        Finding::Unread { attribute, reason } => Some(Unread { fact: fact.key(), attribute, reason }),
        _ => None,
    }
}

fn intolerances(facts: &[&Fact]) -> Vec<Evidence<Contrast>> {
    let of_agent = |agent: Contrast| {
        let stated = |fact: &Fact| (fact.finding == Finding::ContrastIntolerance(agent)).then_some(agent);
        choose::best(facts, stated, |fact, _| fact.observed).filter(|it| !it.preliminary)
    };
    Contrast::ALL.into_iter().filter_map(of_agent).collect()
}
