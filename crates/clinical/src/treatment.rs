//! What was done against the tumour, how it goes, and how fit the patient is: as stated by those who treat, never
//! worked out here.

/// What is said of the course of the disease (LOINC 97509-4, `Condition.clinicalStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiseaseStatus {
    /// No disease is found.
    NotDetected,
    /// In remission.
    Remission,
    /// Improved.
    Improved,
    /// Stable.
    Stable,
    /// Looked for and not told.
    Undetermined,
    /// Worsened.
    Worsened,
    /// It came back.
    Recurrence,
}

impl DiseaseStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NotDetected,
        Self::Remission,
        Self::Improved,
        Self::Stable,
        Self::Undetermined,
        Self::Worsened,
        Self::Recurrence,
    ];

    /// The name used in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotDetected => "not_detected",
            Self::Remission => "remission",
            Self::Improved => "improved",
            Self::Stable => "stable",
            Self::Undetermined => "undetermined",
            Self::Worsened => "worsened",
            Self::Recurrence => "recurrence",
        }
    }

    /// Whether the disease is said to be worse. What that means for surveillance is for a clinician to say.
    pub const fn is_worse(self) -> bool {
        matches!(self, Self::Worsened | Self::Recurrence)
    }
}

/// A treatment of the tumour; the fact's date is the day on which it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Treatment {
    /// Resection of jejunum or ileum for the tumour: the clock of the hazard starts with it.
    SmallBowelResection,
    /// Another operation for the tumour.
    Surgery,
    /// A course of radiotherapy.
    Radiotherapy,
    /// A drug against the tumour.
    Systemic,
}

impl Treatment {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SmallBowelResection, Self::Surgery, Self::Radiotherapy, Self::Systemic];

    /// The name used in messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SmallBowelResection => "small_bowel_resection",
            Self::Surgery => "surgery",
            Self::Radiotherapy => "radiotherapy",
            Self::Systemic => "systemic",
        }
    }
}

/// A score of fitness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Performance {
    /// ECOG, 0 (fully active) to 5 (dead).
    Ecog(u8),
    /// Karnofsky, 100 (no complaints) to 0 (dead), in tens.
    Karnofsky(u8),
}

impl Performance {
    /// An ECOG score; `None` above 5.
    pub fn ecog(score: u16) -> Option<Self> {
        u8::try_from(score).ok().filter(|it| *it <= 5).map(Self::Ecog)
    }

    /// A Karnofsky score; `None` above 100 or between two tens.
    pub fn karnofsky(score: u16) -> Option<Self> {
        u8::try_from(score).ok().filter(|it| *it <= 100 && it % 10 == 0).map(Self::Karnofsky)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_keep_to_their_scales() {
        assert_eq!(
            [0, 5, 6].map(Performance::ecog),
            [Some(Performance::Ecog(0)), Some(Performance::Ecog(5)), None]
        );
        assert_eq!(Performance::karnofsky(90), Some(Performance::Karnofsky(90)));
        assert_eq!([85, 110].map(Performance::karnofsky), [None, None]);
    }
}
