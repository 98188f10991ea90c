//! What shows the liver's disease without calling it a metastasis: uptake of a tracer, a biopsy; and where a scan's
//! findings begin under a request without a heading.

use lacteal_narrative::{Kind, read};

use super::{check, clinic, radiology};

#[test]
fn lesions_that_take_up_tracer_and_are_called_nothing_are_open() {
    check(
        &[
            (
                "There are at least 5 hyperechoic lesions in the right lobe of the liver, highly suspicious of metastases.",
                Some("indeterminate"),
            ),
            (
                "Multiple hepatic bilateral hypodense lesions were appreciated in relation to metastasis.",
                Some("present"),
            ),
            ("Innumerable DOTATATE-avid liver lesions measuring up to 42 mm.", Some("indeterminate")),
            (
                "Intense uptake in the primary, the mesenteric mass and innumerable bilobar liver lesions up to 42 mm.",
                Some("indeterminate"),
            ),
            ("Multiple tracer-avid lesions in both lobes of the liver.", Some("indeterminate")),
            ("Several avid hepatic lesions, largest in segment 6.", Some("indeterminate")),
            ("The liver is fatty with no focal lesion on either phase.", Some("absent")),
            (
                "Heterogeneous physiologic liver activity without focal uptake above background.",
                Some("absent"),
            ),
            ("Numerous receptor-positive liver foci.", Some("indeterminate")),
            ("Known liver lesions are unchanged, the largest 31 mm in segment 7.", None),
        ],
        |text| radiology(text).liver_metastasis,
    );
}

#[test]
fn letters_tell_what_a_biopsy_showed_and_what_is_not_known() {
    check(
        &[
            ("Surgery would be the first step if the liver is clear.", None),
            ("We need to know whether the liver is normal.", None),
            (
                "The liver shows two lesions in the right lobe, 12 and 15 mm, that the radiologist could not characterise; an MRI is booked.",
                Some("indeterminate"),
            ),
            ("Bx: liver core Nov 2024 - WD NET, CDX2+, Ki-67 1%", Some("present")),
            ("Liver biopsy showed well differentiated NET, G1.", Some("present")),
            ("Liver biopsy 2023: neuroendocrine tumour G2.", Some("present")),
            ("US-guided liver biopsy confirmed a neuroendocrine tumour.", Some("present")),
            ("Liver biopsy was negative for NET.", Some("absent")),
            ("Liver biopsy is planned to confirm NET.", None),
            (
                "PET: intense uptake in primary, mesenteric mass 31 x 26mm, and innumerable bilobar liver lesions up to 42mm.",
                Some("indeterminate"),
            ),
            ("At operation the liver looked and felt normal.", Some("absent")),
        ],
        |text| clinic(text).liver_metastasis,
    );
}

#[test]
fn findings_begin_with_the_liver_on_a_new_line() {
    check(
        &[
            (
                "US ABDOMEN\nClinical: deranged LFTs, known small bowel NET\nLiver normal size and echotexture. There are at least 5 hyperechoic lesions in the right lobe, largest 31 mm, highly suspicious of metastases. Gallbladder removed.\n",
                Some("indeterminate"),
            ),
            (
                "US ABDOMEN\nClinical: known small bowel NET\nLiver: normal size and echotexture, no focal lesion.\n",
                Some("absent"),
            ),
            (
                "CT ABDOMEN\nIndication: ileal NET on lanreotide, rising CgA\nLiver lesions as before in segments 2 and 5, in keeping with metastases.\n",
                Some("present"),
            ),
            (
                "CT ABDOMEN\nIndication: ileal NET on lanreotide, query\nliver metastases on outside CT\nFindings: No abnormality.\n",
                None,
            ),
        ],
        |text| read(text, Kind::Radiology).summary().liver_metastasis,
    );
}

#[test]
fn a_denial_of_any_metastasis_is_of_the_liver_that_was_looked_at() {
    check(
        &[
            (
                "The liver is only partially included: cysts.\nImpression: No evidence of metastatic disease.",
                None,
            ),
            (
                "2.3 cm lesion in segment 6 of the liver, diagnostic of a hemangioma. No other focal hepatic lesion.\nImpression: Benign hepatic hemangioma. No evidence of metastatic disease.",
                Some("absent"),
            ),
            ("Liver: simple cysts.\nImpression: No evidence of metastases.", Some("absent")),
            (
                "Liver: 4 mm hypodensity, too small to characterise.\nImpression: No evidence of metastatic disease.",
                Some("indeterminate"),
            ),
            ("The bowel is normal.\nImpression: No evidence of metastatic disease.", None),
            (
                "Liver: known metastases as before.\nImpression: No evidence of new metastatic disease.",
                Some("present"),
            ),
            ("Liver: cysts.\nImpression: No evidence of new metastatic disease.", None),
            ("Liver: cysts.\nImpression: No bone metastases.", None),
            ("Liver: cysts.\nImpression: No metastatic lymphadenopathy.", None),
            ("Liver: cysts.\nImpression: No pulmonary metastatic disease.", None),
        ],
        |text| radiology(text).liver_metastasis,
    );
}
