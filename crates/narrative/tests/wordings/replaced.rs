//! Figures that another laboratory or an earlier version told, lengths dictated in words, and tumours of other organs
//! beside the one that is followed.

use lacteal_narrative::{Kind, read};

use super::{check, clinic, ki, pathology, radiology};

#[test]
fn a_review_replaces_what_was_reported_before() {
    check(
        &[
            ("Ki-67 reported locally as 5%, on review 2.5% in the hot spot.", ki(2.5, 2.5)),
            ("Ki-67 5% locally, 2.5% on our review.", ki(2.5, 2.5)),
            ("Ki-67 reported locally as 5%.", ki(5.0, 5.0)),
        ],
        |t| clinic(t).ki67_percent.map(|i| (i.low, i.high)),
    );
    check(
        &[
            ("Grade 1 on review. Local report had said G2, superseded by review.", Some("G1")),
            ("G2 on the outside report but G1 here.", Some("G1")),
            ("G2 on the outside report.", Some("G2")),
        ],
        |t| clinic(t).grade,
    );
}

#[test]
fn an_original_diagnosis_below_an_amended_one_is_replaced() {
    let text = "*** AMENDED REPORT ***\nAMENDED DIAGNOSIS\nIleum: well differentiated NET, G1, 0.9 cm\n   Ki-67: 1.2%\n\n\
                ORIGINAL DIAGNOSIS (06/04/2024)\nIleum: well differentiated NET, G1, 0.6 cm. Ki-67 approximately 2%.\n";
    let it = read(text, Kind::Pathology).summary();
    assert_eq!((it.ki67_percent.map(|i| i.high), it.tumour_size_mm), (Some(1.2), Some(9.0)));
}

#[test]
fn a_category_may_go_on_in_the_next_line() {
    check(
        &[("pT3(m)\nN1 (3/11 nodes).", Some("N1")), ("Seen by neurology.\n\nN1 sleep stage normal.", None)],
        |t| clinic(t).pN,
    );
}

#[test]
fn lengths_are_dictated_in_words() {
    check(
        &[
            ("CT showed a mesenteric mass of about four centimetres and kinked bowel.", Some(40.0)),
            ("A mesenteric mass of twenty-two mm.", Some(22.0)),
            ("A mesenteric mass of one and a half cm.", Some(15.0)),
            ("Both cm figures are lost; mesenteric mass.", None),
        ],
        |t| clinic(t).mesenteric_mass_mm,
    );
}

#[test]
fn a_thickening_that_takes_up_tracer_is_the_primary() {
    check(
        &[
            (
                "Two foci of intense uptake within distal ileal loops. The larger corresponds to 16 mm of mural thickening.",
                Some(16.0),
            ),
            (
                "In the ileum there is a focus with high uptake, which on CT is a wall thickening of approx 12 mm.",
                Some(12.0),
            ),
            ("Terminal ileum with wall thickening of 6 mm, no uptake.", None),
            ("Second enhancing focus in the ileum 12 cm upstream.", None),
        ],
        |t| radiology(t).tumour_size_mm,
    );
}

#[test]
fn a_liver_lesion_in_the_next_sentence_is_no_mass() {
    check(
        &[("Mesenteric mass 3.9 x 3.3 cm. Liver burden around 25-30 %, biggest 5.2 cm seg 6.", Some(39.0))],
        |t| radiology(t).mesenteric_mass_mm,
    );
}

#[test]
fn items_may_be_numbered_with_a_dash() {
    check(
        &[(
            "   - surgical margins: healthy\n2- Three hepatic metastases of a well differentiated neuroendocrine tumour.",
            Some("present"),
        )],
        |t| pathology(t).liver_metastasis,
    );
}

#[test]
fn another_primary_keeps_its_figures() {
    check(
        &[
            (
                "Ki-67 of 2%. He has also had a left lower lobe typical carcinoid wedge in 2019, a separate lung primary, Ki-67 there 4%.",
                ki(2.0, 2.0),
            ),
            ("Ki-67 of 2%. The ileal typical carcinoid was reviewed, Ki-67 4%.", ki(4.0, 4.0)),
        ],
        |t| clinic(t).ki67_percent.map(|i| (i.low, i.high)),
    );
}

#[test]
fn a_scan_that_looks_at_another_organ_keeps_what_came_before() {
    let text = "Ga-68 DOTATOC PET-CT\nRequest: liver biopsy: well diff. NET. Breast cancer left 2011, pT1c N0.\n\nFINDINGS\n\
                Wall thickening, the primary in small bowel.\nIn the mesentery root a conglomerate of lymph nodes \
                2.7 x 1.9 cm.\nLeft breast: postoperative changes, no uptake.\n";
    assert_eq!(read(text, Kind::Radiology).summary().mesenteric_mass_mm, Some(27.0));
}

#[test]
fn a_lesion_of_the_pancreas_alone_is_out_of_scope() {
    let scope = |t: &str| read(t, Kind::Clinic).in_scope;
    check(
        &[
            (
                "Tumour board\nIncidental lesion of the pancreatic tail on CT.\nEUS-FNB: well differentiated NET, Ki-67 4 %.",
                Some(false),
            ),
            (
                "Tumour board\nBiopsy of the liver: well differentiated NET, Ki-67 4 %. Possible lesion of the pancreas.",
                None,
            ),
        ],
        scope,
    );
}

#[test]
fn the_rest_of_a_liver_is_normal_beside_what_is_benign() {
    check(
        &[
            (
                "A low density lesion within segment 6 of the liver in keeping with a haemangioma. Remainder of the liver is normal.",
                Some("absent"),
            ),
            ("9 mm lesion in segment 5. Small cyst in segment 2. The rest of the liver is normal.", None),
            ("9 mm lesion in segment 5. The remainder of the liver is normal.", None),
            (
                "9 mm metastasis in segment 5. Small cyst in segment 2. The rest of the liver is normal.",
                Some("present"),
            ),
        ],
        |t| radiology(t).liver_metastasis,
    );
}

#[test]
fn a_liver_specimen_is_diagnosed_as_something_else() {
    check(
        &[
            ("(2) Liver S3 - bile duct hamartoma", Some("absent")),
            ("(2) Liver S3 - bile duct hamartoma and metastatic NET", Some("present")),
        ],
        |t| pathology(t).liver_metastasis,
    );
}

#[test]
fn an_organ_to_which_a_mass_adheres_is_not_its_place() {
    let text = "Gross: There is a tan mass in the ileum 3.0 cm. The mass is adherent to the loop of cecal wall and fat.\n\
                DIAGNOSIS\nILEUM AND CECUM, RESECTION:\n  - Well-differentiated neuroendocrine tumor, G2.\n\
                SIGMOID COLON, POLYPECTOMY:\n  - Adenocarcinoma.\n";
    assert_eq!(read(text, Kind::Pathology).in_scope, Some(true));
}

#[test]
fn letters_tell_where_the_tumour_was() {
    let site = |t: &str| read(t, Kind::Clinic).summary().site;
    check(
        &[
            (
                "Dear Thandi\n\nThere was a kinked loop of jejunum with a hard puckered tumour in it.\n\nThe lab reports a well differentiated neuroendocrine tumour.\n",
                Some("jejunum"),
            ),
            (
                "Dear colleague\n\nONCOLOGICAL HISTORY\n03/2018 - Laparotomy: resection of 60 cm of ileum. Pathology: well differentiated neuroendocrine tumor.\n\nASSESSMENT\nMetastatic small bowel NET.\n",
                Some("ileum"),
            ),
        ],
        site,
    );
}

#[test]
fn nodules_are_listed_with_their_distance() {
    let text = "MACROSCOPY\n(1) A segment of small bowel with nodules as follows:\n\
                \x20      Nodule    Dist. from proximal end     Size\n\
                \x20      1         14 cm                       0.4 cm\n\
                \x20      2         41 cm                       1.3 cm\n\n\
                DIAGNOSIS\nSmall bowel - Multifocal well differentiated neuroendocrine tumour\n";
    assert_eq!(read(text, Kind::Pathology).summary().tumour_size_mm, Some(13.0));
}

#[test]
fn an_addendum_tells_the_new_total_of_nodes() {
    let text = "DIAGNOSIS\nIleum: well differentiated NET, 2/9 lymph nodes involved\n\nSUPPLEMENTARY REPORT\n\
                Five additional lymph nodes are found, 1 of which has metastatic tumour. Total 3/14.\n";
    let it = read(text, Kind::Pathology).summary();
    assert_eq!((it.nodes_positive, it.nodes_examined), (Some(3), Some(14)));
}

#[test]
fn an_endoscopist_measures_what_a_biopsy_cannot() {
    check(
        &[
            ("Colonoscopy: smooth yellow polyp 12mm seen in TI approx 4cm from valve.", Some(12.0)),
            ("Colonoscopy: polyp 12mm in the sigmoid.", None),
        ],
        |t| pathology(t).tumour_size_mm,
    );
}

#[test]
fn a_diagnosis_that_ends_in_a_colon_asks_for_nothing() {
    let text = "1- Neuroendocrine tumour of the last ileal loop, well differentiated, grade 2 of the WHO 2019 classification:\n\
                \x20  - single lesion, long axis 35 mm\n";
    let it = read(text, Kind::Pathology).summary();
    assert_eq!((it.grade, it.tumour_size_mm, it.multifocal), (Some("G2"), Some(35.0), Some(false)));
}

#[test]
fn letters_tell_of_the_liver_in_brackets_and_by_biopsy() {
    check(
        &[
            ("1. Ileal NET pT3 N1 M1 (HEP)", Some("present")),
            ("Metastatic (liver, nodes) small bowel NET, stable.", Some("present")),
            ("The liver lesions have been biopsied and confirmed NET.", Some("present")),
            ("The liver lesions have been biopsied and are not NET.", Some("absent")),
            ("The liver lesions are to be biopsied to confirm NET.", None),
            ("She worries about the possibility of liver metastases.", None),
            ("He had hep C (treated).", None),
        ],
        |t| clinic(t).liver_metastasis,
    );
}

#[test]
fn what_is_excluded_or_looks_like_nothing_is_not_there() {
    let text = "CT ABDOMEN\nIndication: Exclusion of a NET of the small intestine.\n\nAssessment:\n\
                1. Neuroendocrine tumour of the pancreatic tail, 16 mm, with liver metastases.\n";
    assert_eq!(read(text, Kind::Radiology).in_scope, Some(false));
    check(&[("In the liver nothing that looks like metastases.", Some("absent"))], |t| {
        clinic(t).liver_metastasis
    });
    check(
        &[(
            "The tumour infiltrates through the muscularis propria into the subserosal fat; the serosal surface itself is covered by intact mesothelium.",
            Some("subserosa"),
        )],
        |t| pathology(t).extent,
    );
}

#[test]
fn specimens_are_told_apart_by_their_letters() {
    let text = "Material\n  A: Terminal ileum, polyp\n  B: Colon ascendens, polyp\n  C: Rectum, random\n\nMicro / Diagnosis\n\
                A: Ileal mucosa with infiltrates of a well differentiated neuroendocrine tumour.\nB: Tubular adenoma.\n";
    assert_eq!(read(text, Kind::Pathology).in_scope, Some(true));
}

#[test]
fn an_index_of_a_block_or_a_biopsy_is_of_what_was_taken() {
    check(
        &[
            ("Ki-67: hot spot 3.6 %.\nBlock I-14 (mesenteric conglomerate): Ki-67 6 %", ki(3.6, 3.6)),
            ("Ki-67 1 %. Block I-9 (nodule 0.9 cm): Ki-67 1 %", ki(1.0, 1.0)),
        ],
        |t| pathology(t).ki67_percent.map(|i| (i.low, i.high)),
    );
    check(
        &[
            ("At the re-review the Ki-67 index was corrected from 1 % to 4 %.", ki(4.0, 4.0)),
            ("The Ki-67 is from 1 % to 4 %.", ki(1.0, 4.0)),
        ],
        |t| clinic(t).ki67_percent.map(|i| (i.low, i.high)),
    );
}

#[test]
fn scans_tell_a_tumour_of_the_wall_by_its_length() {
    let text = "An ileal loop is drawn towards the mass, and here there is a hypervascular wall tumour, 17 mm long. \
                Only one such lesion is demonstrated.";
    let it = radiology(text);
    assert_eq!((it.tumour_size_mm, it.multifocal), (Some(17.0), Some(false)));
}

#[test]
fn a_field_in_capitals_goes_on_behind_a_comma() {
    let text = "CT\n\nABDOMEN: SPICULATED SOFT TISSUE MASS IN THE ROOT OF THE SMALL BOWEL MESENTERY,\n\
                MEASURES 4,3 X 3,1 CM, CENTRAL CALCIFICATION.\nR: PICTURE AS BY ILEAL NET\n";
    assert_eq!(read(text, Kind::Radiology).summary().mesenteric_mass_mm, Some(43.0));
}

#[test]
fn a_segment_of_the_liver_ends_no_sentence() {
    check(
        &[(
            "- NET G1, Ki-67 2 %\n- with liver metastases (segm. II, V and VIII), Ki-67 in the biopsy of 03/2024 7 %",
            ki(2.0, 2.0),
        )],
        |t| clinic(t).ki67_percent.map(|i| (i.low, i.high)),
    );
}
