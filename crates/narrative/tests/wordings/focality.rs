//! Ways of saying that there is one primary, or several.

use super::{check, clinic, pathology, radiology};

#[test]
fn pathologists_count_primaries() {
    check(
        &[
            ("Tumor Focality: Unifocal", Some(false)),
            ("Tumor Focality: Multifocal\n  Number of tumors: 4", Some(true)),
            ("Tumor Focality: Multifocal (specify number of tumors): 3", Some(true)),
            ("Tumor Focality: Cannot be determined", None),
            ("Number of tumours: 1", Some(false)),
            ("Number of tumours: 5", Some(true)),
            ("Number of tumours: single", Some(false)),
            ("Multifocality: No", Some(false)),
            ("Multifocality: Present", Some(true)),
            ("Multifocality: Absent", Some(false)),
            ("Multifocality: not identified", Some(false)),
            ("Multiple tumours: No", Some(false)),
            ("Multiple tumours: Yes (2)", Some(true)),
            ("Multiple primary tumours: present", Some(true)),
            ("Synchronous tumours: none", Some(false)),
            ("There are three separate tumours.", Some(true)),
            ("Two separate foci of neuroendocrine tumour are identified.", Some(true)),
            ("Two foci of well differentiated NET, 12 and 7 mm.", Some(true)),
            ("Two discrete nodules of neuroendocrine tumour.", Some(true)),
            ("Multiple (at least 6) neuroendocrine tumours.", Some(true)),
            ("Multifocal NET (n=7).", Some(true)),
            ("Multiple submucosal nodules, ranging from 3 to 14 mm, all neuroendocrine tumours.", Some(true)),
            ("A single tumour is present.", Some(false)),
            ("A solitary tumour 18 mm.", Some(false)),
            ("Solitary lesion.", Some(false)),
            ("The tumour is solitary.", Some(false)),
            ("Only one tumour is found.", Some(false)),
            ("There is one tumour only.", Some(false)),
            ("No evidence of multifocality.", Some(false)),
            ("No other tumour foci are identified. Single tumour.", Some(false)),
            ("pT3(m)", Some(true)),
            ("Neuroendocrine tumours (x3).", Some(true)),
            ("Neuroendocrine tumour x 3", Some(true)),
            ("Ileum: Well differentiated neuroendocrine tumors, multiple (5), largest 2.1 cm.", Some(true)),
            ("Ileum: neuroendocrine tumors (2), largest 2.1 cm.", Some(true)),
            ("Ileum: two neuroendocrine tumours.", Some(true)),
            ("Ten primary tumours, the largest 1.4 cm.", Some(true)),
            ("A second tumour, 6 mm, lies 4 cm distal to the first.", Some(true)),
            ("A second primary NET measuring 6 mm is present.", Some(true)),
            ("A further, smaller NET (5 mm) is found 3 cm away.", Some(true)),
            ("Tumour is multifocal with 12 lesions.", Some(true)),
            ("Focality - single", Some(false)),
            ("Focality: one focus", Some(false)),
            ("Focality: Solitary tumour", Some(false)),
            ("Focality: 3 tumours", Some(true)),
            ("Focality: Two foci", Some(true)),
            ("Two foci of lymphovascular invasion.", None),
            ("Two lymph nodes contain tumour.", None),
            ("Multiple sections show a neuroendocrine tumour.", None),
            ("Multifocal lymphovascular invasion.", None),
            ("Multiple tumour deposits in the mesentery.", None),
            ("Multiple liver metastases.", None),
            ("A single focus of perineural invasion.", None),
            ("A single lymph node contains tumour.", None),
            ("Single mitosis in 10 fields.", None),
            ("Tumours: 2 (14 mm and 6 mm)", Some(true)),
            ("No. of tumours: 2", Some(true)),
            ("Number of primary tumors: Multiple, specify: 6", Some(true)),
            ("Multiplicity: multiple (n = 4)", Some(true)),
            ("Multiplicity: solitary", Some(false)),
            ("Several tumours (five in total).", Some(true)),
            ("There were 11 tumours in total.", Some(true)),
            ("A total of nine tumours identified.", Some(true)),
            ("A total of 9 separate ileal tumours", Some(true)),
            ("multicentric carcinoid tumour", Some(true)),
            ("Unicentric", Some(false)),
            ("Multiple synchronous primary tumours", Some(true)),
            ("No multifocality seen.", Some(false)),
            ("Not multifocal.", Some(false)),
        ],
        |it| pathology(it).multifocal,
    );
}

#[test]
fn scans_count_primaries() {
    check(
        &[
            (
                "Multiple enhancing small bowel lesions in the distal ileum, consistent with multifocal NET.",
                Some(true),
            ),
            ("Three avid foci in the ileum in keeping with multifocal primary.", Some(true)),
            ("Single ileal primary.", Some(false)),
            ("Multifocal hepatic metastases.", None),
            ("Two hypervascular lesions in the terminal ileum, 14 and 8 mm.", Some(true)),
            ("At least four small hyperenhancing ileal nodules, suspicious for multifocal NET.", Some(true)),
            (
                "Multiple avid foci along the distal ileum compatible with multifocal primary tumours.",
                Some(true),
            ),
        ],
        |it| radiology(it).multifocal,
    );
}

#[test]
fn letters_count_primaries() {
    check(
        &[
            ("Histology confirmed a multifocal ileal NET.", Some(true)),
            ("At surgery three tumours were found in the ileum.", Some(true)),
            ("Diagnosis: Multifocal small bowel NET.", Some(true)),
            ("Histology: four ileal NETs, largest 19 mm.", Some(true)),
            ("Multifocal ileal NET x5", Some(true)),
            ("multiple ileal primaries", Some(true)),
            ("solitary ileal NET", Some(false)),
            (
                "The histology has shown three tumours in the ileum, the largest 28 mm, with breach of the serosa.",
                Some(true),
            ),
            ("The pathology report describes a single 28mm tumour.", Some(false)),
            ("There were multiple primary tumours (at least 8) throughout the ileum.", Some(true)),
            ("The specimen contained two separate ileal carcinoids.", Some(true)),
            ("There were multiple liver metastases.", None),
        ],
        |it| clinic(it).multifocal,
    );
}

#[test]
fn tumours_are_counted_by_times() {
    check(
        &[
            ("path: 3 x NET (largest 2.5cm), G1", Some(true)),
            ("2 x NETs in mid ileum", Some(true)),
            ("1 x NET, 12 mm", None),
            ("NET 12 x 8 mm", None),
            ("3 x biopsies of the tumour", None),
            ("Block A: 3 x tumour", None),
            ("4 x nodes", None),
        ],
        |text| clinic(text).multifocal,
    );
}

#[test]
fn focality_is_stated_or_unknown() {
    let of = |text: &str| pathology(text).multifocal;
    check(
        &[
            ("Tumour focality: Unifocal", Some(false)),
            ("Tumor Focality: Multifocal (3 tumors)", Some(true)),
            ("Number of tumours: 1", Some(false)),
            ("Number of tumours: four", Some(true)),
            ("Multifocal disease with at least 7 nodules", Some(true)),
            ("Three separate tumours are present in the ileum.", Some(true)),
            ("A solitary tumour is present.", Some(false)),
            ("Multiple neuroendocrine tumours", Some(true)),
            ("pT3(m) N1", Some(true)),
            ("Multiple lymph nodes contain tumour.", None),
            ("A tumour is present.", None),
            ("Multifocal lymphovascular invasion", None),
        ],
        of,
    );
}

#[test]
fn a_count_of_tumours_tells_their_number() {
    check(
        &[
            ("Neuroendocrine tumour, one focus, 28 mm.", Some(false)),
            ("A multi focal neuroendocrine tumour.", Some(true)),
            ("The neuroendocrine tumour is uni-focal.", Some(false)),
            ("Neuroendocrine tumour, there were eight in all, the largest 17 mm.", Some(true)),
            ("A neuroendocrine tumour with one focus of necrosis.", None),
        ],
        |it| pathology(it).multifocal,
    );
}
