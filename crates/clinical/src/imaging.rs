//! Imaging studies, performed, ordered and booked: by which method, of which region, and whether the liver is within it.

use crate::fact::FactIdentity;

/// Method of imaging.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Modality {
    /// Computed tomography.
    Ct,
    /// Magnetic resonance.
    Mr,
    /// Positron emission tomography, alone or combined; the tracer is not told.
    Pet,
    /// Ultrasound.
    Ultrasound,
    /// Scintigraphy and SPECT.
    Scintigraphy,
}

impl Modality {
    /// The name used in configuration and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ct => "ct",
            Self::Mr => "mr",
            Self::Pet => "pet",
            Self::Ultrasound => "ultrasound",
            Self::Scintigraphy => "scintigraphy",
        }
    }
}

/// Region of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// Abdomen.
    Abdomen,
    /// Liver.
    Liver,
    /// Abdomen and pelvis.
    AbdomenPelvis,
    /// Pelvis.
    Pelvis,
    /// Chest.
    Chest,
    /// Chest, abdomen and pelvis.
    ChestAbdomenPelvis,
    /// Whole body, or skull base to thigh.
    WholeBody,
    /// Another region, or not told.
    Other,
}

impl Region {
    /// The name used in configuration and messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Abdomen => "abdomen",
            Self::Liver => "liver",
            Self::AbdomenPelvis => "abdomen_pelvis",
            Self::Pelvis => "pelvis",
            Self::Chest => "chest",
            Self::ChestAbdomenPelvis => "chest_abdomen_pelvis",
            Self::WholeBody => "whole_body",
            Self::Other => "other",
        }
    }

    /// Whether the liver lies within it. *Not told* does not cover the liver.
    pub const fn covers_liver(self) -> bool {
        matches!(
            self,
            Self::Abdomen | Self::Liver | Self::AbdomenPelvis | Self::ChestAbdomenPelvis | Self::WholeBody
        )
    }
}

/// A study that was performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Imaging {
    /// Method.
    pub modality: Modality,
    /// Region.
    pub region: Region,
}

impl Imaging {
    /// Whether the liver was within the region.
    pub const fn covers_liver(&self) -> bool {
        self.region.covers_liver()
    }
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderState {
    /// It stands.
    Placed,
    /// It was cancelled or discontinued.
    Cancelled,
    /// The study was done.
    Completed,
}

impl OrderState {
    /// The name used in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Cancelled => "cancelled",
            Self::Completed => "completed",
        }
    }
}

/// The numbers of an order, by which an appointment names it: digests of the number with its authority or sender.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderNumbers {
    /// The number of who placed it.
    pub placer: Option<FactIdentity>,
    /// The number of who fills it.
    pub filler: Option<FactIdentity>,
}

impl OrderNumbers {
    /// Whether both name one order.
    pub fn meets(&self, other: &Self) -> bool {
        let same = |one: Option<FactIdentity>, other| one.is_some() && one == other;
        same(self.placer, other.placer) || same(self.filler, other.filler)
    }

    /// Whether no number is known.
    pub fn is_empty(&self) -> bool {
        self.placer.is_none() && self.filler.is_none()
    }
}

/// A study that was ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImagingOrder {
    /// Method, when told.
    pub modality: Option<Modality>,
    /// Region; [`Region::Other`] when not told.
    pub region: Region,
    /// What became of it.
    pub state: OrderState,
    /// Its numbers.
    pub numbers: OrderNumbers,
}

/// What became of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppointmentState {
    /// It stands.
    Booked,
    /// It was cancelled.
    Cancelled,
    /// The patient did not come.
    NoShow,
    /// The patient came.
    Fulfilled,
}

impl AppointmentState {
    /// The name used in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
            Self::Fulfilled => "fulfilled",
        }
    }
}

/// A study that was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImagingAppointment {
    /// Method, when told.
    pub modality: Option<Modality>,
    /// Region; [`Region::Other`] when not told.
    pub region: Region,
    /// What became of it.
    pub state: AppointmentState,
    /// The order that it is for.
    pub order: OrderNumbers,
}
