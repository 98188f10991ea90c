//! What a report weighs and sets aside, what was there on another day, and whose figure a figure is.

use lacteal_narrative::{Kind, read};

use super::{check, clinic, pathology, radiology};

fn jejunal_lesion(conclusion: &str) -> Option<f64> {
    let text = format!(
        "CT ABDOMEN\n\nThere is a lesion in a mid jejunal loop measuring 2.4 x 1.9 x 1.8 cm.\n\nIMPRESSION:\n{conclusion}\n"
    );
    read(&text, Kind::Radiology).summary().tumour_size_mm
}

#[test]
fn a_differential_diagnosis_is_no_second_tumour() {
    check(
        &[
            ("Lesion in mid jejunum, s/o carcinoid of jejunum. D/D GIST less likely.", Some(24.0)),
            ("Carcinoid of jejunum. D/D: GIST.", Some(24.0)),
            (
                "Jejunal lesion, most likely NET.\nDifferential diagnosis: adenocarcinoma, lymphoma.",
                Some(24.0),
            ),
            ("Carcinoid of jejunum, less likely GIST.", Some(24.0)),
            ("Jejunal lesion, carcinoid favoured over GIST.", Some(24.0)),
            ("Jejunal NET. Lymphoma is a less likely alternative.", Some(24.0)),
        ],
        jejunal_lesion,
    );
}

#[test]
fn what_was_not_there_then_is_there_now() {
    check(
        &[
            (
                "20 mm lesion in segment 3 of the liver, i.e. a metastasis, not seen in November.",
                Some("present"),
            ),
            ("Liver metastasis in segment 3, not seen on the prior CT.", Some("present")),
            ("Liver metastasis in segment 3, not present in 2023.", Some("present")),
            ("Liver metastases are not seen.", Some("absent")),
            ("Liver metastases are not seen in either lobe.", Some("absent")),
        ],
        |t| radiology(t).liver_metastasis,
    );
}

#[test]
fn a_response_of_the_liver_is_of_metastases_that_are_there() {
    check(
        &[
            ("Partial response in liver acc. to RECIST 1.1.", Some("present")),
            ("Good response of the liver disease.", Some("present")),
            ("Hepatic progression.", Some("present")),
            ("No progression in the liver.", None),
            ("Response in the liver cannot be judged.", None),
        ],
        |t| radiology(t).liver_metastasis,
    );
}

#[test]
fn a_course_told_by_years_ends_with_its_last_year() {
    let course = |last: &str| {
        let text = format!(
            "2021   Resection, NET of 14 mm.\n2024   CT: lesion of 16 mm in segment VII. Biopsy: metastasis of NET.\n\
             2025   Resection of segment VII. Metastasis 18 mm.\n{last}"
        );
        clinic(&text).liver_metastasis
    };
    assert_eq!(course(""), Some("present"));
    assert_eq!(course("2026   MRI liver: no evidence of metastases in the liver.\n"), Some("absent"));
    assert_eq!(course("2026   Gallium scan: no new lesion.\n"), Some("present"));
}

#[test]
fn the_grade_of_a_biopsied_metastasis_is_not_the_primarys() {
    check(
        &[
            ("Biopsy of the liver: metastasis of a well-differentiated NET, Ki-67 9 %, grade 2.", None),
            ("Grade 1 NET of the ileum with a resected liver metastasis (grade 2).", Some("G1")),
            ("Metastatic ileal NET, grade 2.", Some("G2")),
        ],
        |t| clinic(t).grade,
    );
}

#[test]
fn a_mass_that_was_taken_out_is_there_no_more() {
    check(
        &[
            ("The mesenteric mass measured 45 mm and came out completely.", None),
            ("The mesenteric mass of 45 mm was removed.", None),
            ("The primary was removed and a mesenteric mass of 45 mm is left.", Some(45.0)),
            ("The mesenteric mass of 45 mm was not resected.", Some(45.0)),
        ],
        |t| clinic(t).mesenteric_mass_mm,
    );
}

#[test]
fn the_width_of_a_bowel_and_the_day_of_a_scan_are_no_sizes() {
    check(
        &[
            (
                "Jejunal loops are mildly dilated (max 3.3 cm). Lesion in the mid ileum measuring 2.4 cm.",
                Some(24.0),
            ),
            ("CT 5/3/24 - 1.9 cm enhancing polypoid mass in the ileum + 2.5 cm mesenteric mass.", Some(19.0)),
            ("MRI abd 2/10/2023 - 8 mm T2 bright lesion in hepatic seg 6.", None),
        ],
        |t| radiology(t).tumour_size_mm,
    );
}

#[test]
fn lesions_counted_under_another_organ_and_primaries_of_two_organs_are_no_focality() {
    let scan = "MRI LIVER\n\nIndication: ileal NET\n\n1. LIVER\n1.1 Number of lesions ... >10\n1.2 Distribution ... bilobar\n";
    assert_eq!(read(scan, Kind::Radiology).summary().multifocal, None);
    check(
        &[
            ("Sigmoid: adenocarcinoma.\nThese are two independent primaries.", None),
            ("These are two independent primaries.", Some(true)),
        ],
        |t| pathology(t).multifocal,
    );
}

#[test]
fn a_form_with_leaders_has_headings_too() {
    let scan = "MRI LIVER\n\nExamination date ....... 2024-11-05\n\
                Question ............... Jejunal NET, operated 2019 (T3N2).\nContrast ............... gadoxetic acid\n";
    let it = read(scan, Kind::Radiology).summary();
    assert_eq!((it.pT, it.pN), (Some("T3"), Some("N2")));
}

#[test]
fn a_count_of_cells_goes_on_from_the_sentence_before() {
    let text = "The Ki-67 was counted on an image of the area of highest labelling. 5.4% of 1,210 cells are positive.";
    assert_eq!(pathology(text).ki67_percent.map(|it| (it.low, it.high)), Some((5.4, 5.4)));
}

#[test]
fn of_two_lengths_of_one_mass_the_other_days_is_none() {
    check(
        &[
            (
                "The mesenteric mass measures 2.7 x 2.2 x 3.1 cm (outside study: 2.9 cm max) and sits low.",
                Some(31.0),
            ),
            ("Mesenteric mass 31 mm (CT of 2023: 35 mm).", Some(31.0)),
            ("Mesenteric mass 31 mm, 35 mm in 2023.", Some(31.0)),
            ("The mesenteric mass is 31 mm today against 35 mm in May.", Some(31.0)),
            ("Mesenteric nodal mass 31 x 22 mm [35 x 25 mm].", Some(31.0)),
            ("Mesenteric conglomerate 31 mm (-11 %, before 35 mm).", Some(31.0)),
            ("Mesenteric mass 31 mm (on CT of 3 May).", Some(31.0)),
        ],
        |t| radiology(t).mesenteric_mass_mm,
    );
}

#[test]
fn a_doubt_about_the_primary_is_none_about_what_it_comes_with() {
    check(
        &[
            (
                "Probable multifocal ileal carcinoid with mesenteric mass and bilobar liver metastases.",
                Some("present"),
            ),
            ("Probable liver metastases.", Some("indeterminate")),
        ],
        |t| radiology(t).liver_metastasis,
    );
}

#[test]
fn a_line_in_capitals_that_ends_in_an_article_goes_on() {
    let text = "SINGLE AVIDLY ENHANCING POLYPOID LESION IN THE MID\nILEUM, LEFT OF MIDLINE, 14 MM.\n\nMRI LIVER: 22 MM T2 BRIGHT \
                LESION SEG 8 WITH PERIPHERAL NODULAR ENHANCEMENT AND FILL IN, HAEMANGIOMA.\n";
    assert_eq!(radiology(text).tumour_size_mm, Some(14.0));
}

#[test]
fn a_text_in_capitals_is_cut_by_the_page_as_any() {
    let family = "MY DEAR COLLEAGUE, SHE HAS AN APPENDICEAL NET (23 MM, GRADE 1, KI-67 1%, PT3 PN1). HER AUNT\n\
                  WAS TREATED FOR AN ILEAL CARCINOID WITH LIVER METASTASES.\n";
    assert_eq!(read(family, Kind::Clinic).in_scope, Some(false));
    let stains = "DIAGNOSIS\nILEUM: NEUROENDOCRINE TUMOUR. ER, TTF1 NEGATIVE, SO THERE IS NO SUPPORT\nFOR A BREAST ORIGIN. KI-67 \
                  WAS COUNTED IN TWO BLOCKS: A4 AVERAGE 3%, IN A6 HOT SPOT 6.4%.\n";
    let it = read(stains, Kind::Pathology).summary();
    assert_eq!((it.in_scope, it.ki67_percent.map(|it| it.high)), (Some(true), Some(6.4)));
    assert_eq!(clinic("PT 4 OF 11\nMR X").pT, None);
}

#[test]
fn a_text_without_capitals_is_read() {
    let text =
        "ct abdomen. known ileal net, resected. liver: 2 cm metastasis in segment 6. no other lesion.\n";
    let it = read(text, Kind::Radiology);
    assert_eq!((it.in_scope, it.summary().liver_metastasis), (Some(true), Some("present")));
    assert!(it.statements.iter().all(|it| text.get(it.span.clone()).is_some()));
}

#[test]
fn headings_are_found_in_a_report_whose_line_breaks_got_lost() {
    let text = include_str!("../reports/001-cap-colon.txt");
    let (written, lost) = (read(text, Kind::Pathology), read(&text.replace('\n', " "), Kind::Pathology));
    assert_eq!((written.in_scope, lost.in_scope), (Some(true), Some(true)));
    let (written, lost) = (written.summary(), lost.summary());
    let told = |it: &lacteal_narrative::Summary| (it.site, it.grade, it.nodes_examined, it.nodes_positive);
    assert_eq!(told(&lost), told(&written));
}
