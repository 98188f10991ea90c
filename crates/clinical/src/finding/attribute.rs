//! The names of what a finding is about, and of why one could not be read.

use crate::Error;

/// Makes an enumeration of names with its text form and all its members.
macro_rules! names {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name used in configuration, metrics and messages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = Error;

            /// Reads the name exactly.
            fn from_str(text: &str) -> Result<Self, Error> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(Error::UnknownCode { what: $what }),
                }
            }
        }
    };
}

names! {
    /// What a finding is about.
    Attribute, "attribute" {
        /// Coded diagnosis.
        Diagnosis = "diagnosis",
        /// Site of the primary.
        PrimarySite = "primary_site",
        /// Size of the primary.
        TumourSize = "tumour_size",
        /// A TNM category.
        Tnm = "tnm",
        /// Nodes examined.
        NodesExamined = "nodes_examined",
        /// Nodes with tumour.
        NodesPositive = "nodes_positive",
        /// Ki-67.
        Ki67 = "ki67",
        /// Mitoses.
        Mitoses = "mitoses",
        /// Grade.
        Grade = "grade",
        /// Liver metastasis.
        LiverMetastasis = "liver_metastasis",
        /// Imaging study.
        Imaging = "imaging",
        /// Size of the mesenteric mass.
        MesentericMass = "mesenteric_mass",
        /// Mesenteric deposits.
        MesentericDeposits = "mesenteric_deposits",
        /// Margin.
        Margin = "margin",
        /// Lymphovascular invasion.
        LymphovascularInvasion = "lymphovascular_invasion",
        /// Perineural invasion.
        PerineuralInvasion = "perineural_invasion",
        /// Death.
        Death = "death",
        /// Birth date.
        BirthDate = "birth_date",
        /// Sex.
        Sex = "sex",
        /// Record number.
        RecordNumber = "record_number",
        /// Merge of records.
        Merge = "merge",
        /// Kind of tumour by histology.
        Histology = "histology",
        /// Depth of the primary.
        Extent = "extent",
        /// One primary or several.
        Focality = "focality",
        /// Size of a lesion in the liver.
        LiverLesionSize = "liver_lesion_size",
        /// Order of an imaging study.
        ImagingOrder = "imaging_order",
        /// Appointment for an imaging study.
        ImagingAppointment = "imaging_appointment",
        /// Decision of a clinician.
        Decision = "decision",
        /// Ki-67 of a metastasis.
        MetastasisKi67 = "metastasis_ki67",
        /// Stage group.
        StageGroup = "stage_group",
        /// Marker in blood or urine.
        Marker = "marker",
        /// Symptoms of carcinoid syndrome.
        CarcinoidSyndrome = "carcinoid_syndrome",
        /// A contrast medium that is not tolerated.
        ContrastIntolerance = "contrast_intolerance",
        /// How the disease goes.
        DiseaseStatus = "disease_status",
        /// Treatment of the tumour.
        Treatment = "treatment",
        /// Fitness.
        Performance = "performance_status",
    }
}

names! {
    /// Why something could not be read.
    UnreadReason, "reason" {
        /// Nothing there.
        Empty = "empty",
        /// Too long.
        TooLong = "too_long",
        /// Not a number.
        NotANumber = "not_a_number",
        /// No unit.
        UnitMissing = "unit_missing",
        /// Unknown unit, or two that differ.
        UnitUnknown = "unit_unknown",
        /// Impossible value.
        OutOfRange = "out_of_range",
        /// Two readings.
        Ambiguous = "ambiguous",
        /// Not a date.
        InvalidDate = "invalid_date",
        /// A date after the report.
        FutureDate = "future_date",
        /// A code that is not in the table.
        UnknownCode = "unknown_code",
        /// A form that is not known.
        UnknownForm = "unknown_form",
        /// A value type that is not read for this attribute.
        UnsupportedType = "unsupported_type",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for it in Attribute::ALL {
            assert_eq!(it.as_str().parse(), Ok(*it));
        }
        for it in UnreadReason::ALL {
            assert_eq!(it.as_str().parse(), Ok(*it));
        }
    }
}
