//! Ways of writing one fact, field by field: each row is a phrase as reports have it and what a reader makes of it.

mod depth;
mod elsewhere;
mod figures;
mod figures_spoken;
mod focality;
mod ki67;
mod layers;
mod liver;
mod liver_letters;
mod liver_scans;
mod liver_sentences;
mod liver_shown;
mod liver_spoken;
mod masses;
mod mitoses;
mod nodes;
mod other_tumours;
mod primaries;
mod reports;
mod scope;
mod sizes;
mod sizes_beside;
mod specimens;
mod staging;

use lacteal_narrative::{Kind, Summary, read};

fn pathology(phrase: &str) -> Summary {
    read(
        &format!("DIAGNOSIS\nIleum, resection: Well differentiated neuroendocrine tumour.\n{phrase}\n"),
        Kind::Pathology,
    )
    .summary()
}

fn radiology(phrase: &str) -> Summary {
    read(
        &format!("CT ABDOMEN AND PELVIS\nIndication: ileal NET, surveillance.\nFindings:\n{phrase}\n"),
        Kind::Radiology,
    )
    .summary()
}

fn clinic(phrase: &str) -> Summary {
    read(&format!("Dear Dr Smith,\n\nDiagnosis: Ileal NET.\n\n{phrase}\n\nYours sincerely\n"), Kind::Clinic)
        .summary()
}

/// Collects what differs, so that one run shows all of it.
fn check<T: PartialEq + std::fmt::Debug>(rows: &[(&str, T)], of: impl Fn(&str) -> T) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let found = of(text);
            (found != *expected).then(|| format!("{text:?}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

fn ki(low: f64, high: f64) -> Option<(f64, f64)> {
    Some((low, high))
}

#[test]
fn ki67_is_read_however_it_is_written() {
    let of = |text: &str| pathology(text).ki67_percent.map(|it| (it.low, it.high));
    check(
        &[
            ("Ki-67: 2%", ki(2.0, 2.0)),
            ("Ki-67 Labelling Index:  <3%\n Specify: 2.2%", ki(2.2, 2.2)),
            ("Ki67 <1 %", ki(0.0, 1.0)),
            ("Ki67 index approx 1 %", ki(1.0, 1.0)),
            ("Ki-67 less than 3 percent", ki(0.0, 3.0)),
            ("MIB-1 labelling index 4.5%", ki(4.5, 4.5)),
            ("MIB1: 3,2 %", ki(3.2, 3.2)),
            ("Ki-67 proliferative index is 3-5%.", ki(3.0, 5.0)),
            ("Ki-67 index is between 1 and 2 %.", ki(1.0, 2.0)),
            ("Ki-67 labels 2 to 3% of tumour cells.", ki(2.0, 3.0)),
            ("The Ki-67 proliferation index is approximately\n2%.", ki(2.0, 2.0)),
            ("Ki 67 index up to 4%", ki(0.0, 4.0)),
            ("Ki-67 >20%", ki(20.0, 100.0)),
            ("Ki-67 Labeling Index: <3% (enumerated at 1.2%)", ki(1.2, 1.2)),
            ("Ki-67 Labeling Index: 3% to 20%\nSpecify Ki-67: 4%", ki(4.0, 4.0)),
            ("Ki-67 Labelling Index ........ 6 %", ki(6.0, 6.0)),
            ("Ki-67 index\n   1.5%", ki(1.5, 1.5)),
            ("Ki-67 (%): 2", ki(2.0, 2.0)),
            ("Proliferation index (Ki-67): 1%", ki(1.0, 1.0)),
            ("Less than 2% of tumour cells are positive for Ki-67.", ki(0.0, 2.0)),
            ("The tumour has a 3% Ki-67 index.", ki(3.0, 3.0)),
            (
                "Ki-67 immunohistochemistry shows a labelling index of 2.8% in hot spots (overall 1%).",
                ki(2.8, 2.8),
            ),
            ("The proliferation fraction (MIB-1) is around 1%.", ki(1.0, 1.0)),
            ("Ki-67 stain is positive in ~5% of the nuclei", ki(5.0, 5.0)),
            ("Ki67 score: 1 %, synaptophysin positive in 100%", ki(1.0, 1.0)),
            ("Synaptophysin 100% positive, Ki-67 2%, necrosis 0%", ki(2.0, 2.0)),
            ("Ki-67: pending", None),
            ("Ki-67 was not performed.", None),
            ("G1 (Ki-67 < 3%, mitoses < 2), G2 (Ki-67 3-20%, mitoses 2-20), G3 (Ki-67 > 20%)", None),
            ("Tumour A Ki-67 1%. Tumour B Ki-67 3%.", ki(3.0, 3.0)),
            ("Ki-67 index of 0.5 %", ki(0.5, 0.5)),
            ("Ki-67 index = 2 %", ki(2.0, 2.0)),
            ("Ki-67 ≤2%", ki(0.0, 2.0)),
            ("Ki-67 no more than 2%", ki(0.0, 2.0)),
            ("Ki-67 index: 1 per cent", ki(1.0, 1.0)),
            ("Ki - 67  :  < 2  %", ki(0.0, 2.0)),
            ("Ki67 | 4%", ki(4.0, 4.0)),
            ("Ki-67 labelling: 1% primary, 6% liver metastasis", ki(1.0, 1.0)),
            ("Ki-67 proliferation rate low, at 1-2 %", ki(1.0, 2.0)),
            ("Ki-67 < 1% (500 cells counted)", ki(0.0, 1.0)),
            ("Ki-67: 18/1000 cells = 1.8%", ki(1.8, 1.8)),
        ],
        of,
    );
}

#[test]
fn mitoses_count_only_with_a_field_that_can_be_brought_to_2_mm2() {
    let of = |text: &str| pathology(text).mitoses_per_2mm2.map(|it| (it.low, it.high));
    check(
        &[
            ("mitotic rate: <2/2mm²", ki(0.0, 2.0)),
            ("1 mitosis per 10 HPF", None),
            ("Mitotic rate: 1 per 2 mm2", ki(1.0, 1.0)),
            ("Mitoses: 0 / 2 mm2", ki(0.0, 0.0)),
            ("Mitotic count <1 per 10 high power fields.", None),
            ("There are fewer than 2 mitoses per 2 mm².", ki(0.0, 2.0)),
            ("Mitotic rate: <2 mitoses/2 mm2 (specify: 1)", ki(1.0, 1.0)),
            ("Less than one mitosis per 10 high-power fields is seen.", None),
            ("Mitotic figures number 3 per 2 sq mm.", ki(3.0, 3.0)),
            ("5 mitoses in 10 mm2", ki(1.0, 1.0)),
            ("Mitotic activity is low (1/10 HPF).", None),
            ("Mitoses per 2 mm2: 2", ki(2.0, 2.0)),
            ("Mitotic rate (per 2 mm²): <1", ki(0.0, 1.0)),
            ("No mitoses seen in 10 HPF.", None),
            ("Mitoses are not identified in 50 high power fields.", None),
            ("Mitotic count: 2-3/2mm2", ki(2.0, 3.0)),
            ("Mitotic rate ..... 4 mitoses per 2 square millimetres", ki(4.0, 4.0)),
            ("3 mitoses per 50 HPF", None),
            ("Mitoses are rare.", None),
            ("Mitotic index: 1 per 10 hpf", None),
            ("Mitotic rate: 1 mitosis / 2 mm^2", ki(1.0, 1.0)),
            ("up to 2 mitoses per 10 HPF", None),
            ("mitotic count is 1 in 2 mm2", ki(1.0, 1.0)),
            ("mitotic count of less than 1/2 mm2", ki(0.0, 1.0)),
        ],
        of,
    );
}

#[test]
fn nodes_are_counted_in_digits_and_words() {
    let of = |text: &str| {
        let it = pathology(text);
        (it.nodes_positive, it.nodes_examined)
    };
    let both = |a, b| (Some(a), Some(b));
    check(
        &[
            ("Lymph nodes: 4/17", both(4, 17)),
            ("Lymph nodes: 0 / 18\nHigh tie node negative.", both(0, 18)),
            ("Nodes - number examined   13\nNodes - number involved   11", both(11, 13)),
            ("Metastatic tumour in three of seventeen lymph nodes.", both(3, 17)),
            ("Four (4) of seventeen (17) lymph nodes are positive.", both(4, 17)),
            ("0 of 12 nodes", both(0, 12)),
            ("Number of lymph nodes examined: 17\nNumber of lymph nodes involved: 4", both(4, 17)),
            ("number of lymph nodes involved: 4", (Some(4), None)),
            ("No evidence of malignancy in 12 nodes.", both(0, 12)),
            ("Twelve lymph nodes, all negative for tumour.", both(0, 12)),
            ("12 lymph nodes are free of tumour.", both(0, 12)),
            ("Seventeen lymph nodes are identified, four of which contain metastatic tumour.", both(4, 17)),
            ("Of 17 lymph nodes examined, 4 contain metastases.", both(4, 17)),
            ("Seventeen lymph nodes are identified. Four contain metastatic tumour.", both(4, 17)),
            ("pN1 (4/17)", both(4, 17)),
            ("pT3 pN1 (4/17) pMX", both(4, 17)),
            ("Lymph node status: 4 positive out of 17", both(4, 17)),
            ("None of 9 lymph nodes involved.", both(0, 9)),
            ("Nodal metastases in 6 out of 20 mesenteric nodes", both(6, 20)),
            ("Regional lymph nodes: Number examined: 17; number involved: 4", both(4, 17)),
            ("Lymph nodes examined ..... 21\nLymph nodes positive ..... 13", both(13, 21)),
            ("Total nodes 14, positive nodes 3", both(3, 14)),
            ("LN 2/15 +ve", both(2, 15)),
            ("Two of 15 LNs contain NET.", both(2, 15)),
            ("One of eleven lymph nodes shows metastatic carcinoid.", both(1, 11)),
            ("Eleven lymph nodes with no evidence of metastasis.", both(0, 11)),
            ("There are 8 benign lymph nodes.", both(0, 8)),
            ("Metastatic neuroendocrine tumour is present in 5 of\n16 lymph nodes.", both(5, 16)),
            ("All 10 lymph nodes are negative.", both(0, 10)),
            ("All six nodes contain tumour.", both(6, 6)),
            ("Lymph nodes: 19 examined, 6 positive", both(6, 19)),
            ("Nodes examined: 12. Nodes positive: 0.", both(0, 12)),
            ("Reported 12/03/2021. No lymph nodes submitted.", (None, None)),
            ("Lymph nodes: none submitted", (None, None)),
            ("16 nodes retrieved; 3 contain metastatic deposits, largest 9 mm", both(3, 16)),
            ("Lymph nodes (positive/examined): 3/14", both(3, 14)),
            ("Number of nodes examined\n  14\nNumber of nodes with metastasis\n  3", both(3, 14)),
            ("There is metastatic disease in 3 lymph nodes from a total of 14.", both(3, 14)),
            ("Three positive lymph nodes out of fourteen.", both(3, 14)),
            ("Lymph node involvement: 3 of 14", both(3, 14)),
            ("Lymph nodes: positive (3/14)", both(3, 14)),
            ("Lymph nodes: Negative (0/14)", both(0, 14)),
            ("Lymph nodes, number examined: 14", (None, Some(14))),
        ],
        of,
    );
}

#[test]
fn the_size_is_that_of_the_largest_primary() {
    let of = |text: &str| pathology(text).tumour_size_mm;
    check(
        &[
            ("Tumour size: 2.3 x 1.8 x 1.5 cm", Some(23.0)),
            ("Maximum tumour diameter: 23mm", Some(23.0)),
            ("Tumor size\n  2.3 cm in greatest dimension", Some(23.0)),
            ("The tumour measures 2,3 cm.", Some(23.0)),
            ("A 2.3 cm tumour is present.", Some(23.0)),
            ("Multiple tumours, largest 1.4 cm", Some(14.0)),
            ("Multiple tumours ranging from 0.3 to 1.8 cm.", Some(18.0)),
            ("Greatest dimension: 18 mm\nAdditional dimensions: 14 x 9 mm", Some(18.0)),
            ("The ileum is 34 cm in length and contains a firm nodule 15 mm across.", Some(15.0)),
            ("The tumour is 2.1 cm from the nearest margin.", None),
            ("Tumour 22 mm, 45 mm from the distal margin.", Some(22.0)),
            ("Mesenteric mass 3.1 cm. Tumour 1.2 cm.", Some(12.0)),
            ("Largest lymph node 1.8 cm.", None),
            ("Two tumours, 1.1 cm and 2.4 cm.", Some(24.0)),
            ("The lesion is a submucosal nodule measuring 9 x 8 mm.", Some(9.0)),
            ("Well differentiated NET, G1, 1.7 cm.", Some(17.0)),
            ("Tumour size (mm): 23", Some(23.0)),
            ("Size of tumour ......... 12 mm", Some(12.0)),
            ("Tumour dimensions 25 x 20 x 15 mm", Some(25.0)),
            ("Margins clear by 12 mm.", None),
            ("Specimen length: 240 mm", None),
            ("Tumor Size: Greatest Dimension (Centimeters): 3.1 cm", Some(31.0)),
            ("The largest tumour is 19 mm in maximum extent.", Some(19.0)),
            ("a polypoid mass 3 cm in diameter in the ileum", Some(30.0)),
            ("Carcinoid tumour, 8 mm, confined to submucosa", Some(8.0)),
            ("Tumour invades to a depth of 7 mm.", None),
            ("Closest margin: 2.5 cm", None),
        ],
        of,
    );
}

#[test]
fn categories_are_read_in_all_their_spellings() {
    let of = |text: &str| {
        let it = pathology(text);
        (it.pT, it.pN, it.pM)
    };
    check(
        &[
            ("pT3(m)N1", (Some("T3"), Some("N1"), None)),
            ("pT3 pN1 (4/17) pMX", (Some("T3"), Some("N1"), Some("MX"))),
            ("ypT3N1", (Some("T3"), Some("N1"), None)),
            ("TNM: T3N1M0", (Some("T3"), Some("N1"), Some("M0"))),
            ("Stage III", (None, None, None)),
            ("pT: 3\npN: 1\npM: not applicable", (Some("T3"), Some("N1"), None)),
            ("pT 3 pN 2", (Some("T3"), Some("N2"), None)),
            (
                "Primary Tumor (pT): pT3: Tumor invades through the muscularis propria",
                (Some("T3"), None, None),
            ),
            ("Regional Lymph Nodes (pN): pN1", (None, Some("N1"), None)),
            ("Pathological stage: pT4, pN2, pM1a.", (Some("T4"), Some("N2"), Some("M1a"))),
            ("mpT3 pN1", (Some("T3"), Some("N1"), None)),
            ("T stage: T2", (Some("T2"), None, None)),
            ("AJCC 8th edition: T3 N1 M0", (Some("T3"), Some("N1"), Some("M0"))),
            ("pT3\npN1\npMx", (Some("T3"), Some("N1"), Some("MX"))),
            ("pTNM (UICC 8): pT2 N0", (Some("T2"), Some("N0"), None)),
            ("pT3/pN1/pM0", (Some("T3"), Some("N1"), Some("M0"))),
            ("Stage: pT3,N1,MX", (Some("T3"), Some("N1"), Some("MX"))),
            ("PT3 PN1", (Some("T3"), Some("N1"), None)),
            ("pT4a pN1b", (None, None, None)),
            ("p T3 N1", (Some("T3"), Some("N1"), None)),
            ("[ ] pT1\n[ ] pT2\n[x] pT3\n[ ] pT4", (Some("T3"), None, None)),
            ("pT category: pT3\npN category: pN0", (Some("T3"), Some("N0"), None)),
            ("pT3pN1", (Some("T3"), Some("N1"), None)),
            ("TNM stage ........ pT3 (m) pN1", (Some("T3"), Some("N1"), None)),
            ("Pathologic T category: 3", (Some("T3"), None, None)),
            ("pT3, N1 (2/13), M1a (liver)", (Some("T3"), Some("N1"), Some("M1a"))),
        ],
        of,
    );
}

#[test]
fn depth_is_the_deepest_layer_that_is_not_denied() {
    let of = |text: &str| pathology(text).extent;
    check(
        &[
            ("Tumour invades through the muscularis propria into subserosal tissue.", Some("subserosa")),
            ("Tumor extent: Invades muscularis propria", Some("muscularis_propria")),
            (
                "The tumour infiltrates into but not through the muscularis propria.",
                Some("muscularis_propria"),
            ),
            ("It is confined to the submucosa.", Some("submucosa")),
            ("Tumour extends to the serosal surface.", Some("serosa")),
            ("The tumour penetrates the visceral peritoneum.", Some("serosa")),
            ("Tumour extends into the subserosa; the serosa is intact.", Some("subserosa")),
            ("Tumour invades the subserosa without involvement of the serosa.", Some("subserosa")),
            ("The tumour does not reach the serosa but invades subserosal fat.", Some("subserosa")),
            ("Depth of invasion: Subserosa", Some("subserosa")),
            ("Local invasion: into mesenteric fat", Some("subserosa")),
            ("The tumour is limited to the lamina propria.", Some("lamina_propria_or_submucosa")),
            ("Tumour invades adjacent organs.", Some("other_organs")),
            ("Extent of invasion ....... through serosa", Some("serosa")),
            (
                "The carcinoid infiltrates the full thickness of the bowel wall to breach the serosa.",
                Some("serosa"),
            ),
            ("Invasion: submucosa; muscularis propria not involved", Some("submucosa")),
            ("The margins are clear.", None),
        ],
        of,
    );
}

#[test]
fn grade_is_that_of_the_tumour() {
    let of = |text: &str| pathology(text).grade;
    check(
        &[
            ("WHO grade: G1", Some("G1")),
            ("NET G2", Some("G2")),
            ("Grade 3 (WHO 2019)", Some("G3")),
            ("WHO grade II", Some("G2")),
            ("Histologic grade: G1: well differentiated", Some("G1")),
            ("Grade: 1", Some("G1")),
            ("Tumour grade ...... 2", Some("G2")),
            ("WHO Grade 1 of 3", Some("G1")),
            ("Low-grade (G1) neuroendocrine tumour", Some("G1")),
            ("Adenoma with low grade dysplasia, grade 1 steatosis", None),
            ("WHO 2019: G1 Ki-67 <3%, G2 3-20%, G3 >20%", None),
            ("Grade cannot be assessed (GX)", None),
            ("Neuroendocrine tumour, grade 2.", Some("G2")),
            ("[ ] G1\n[x] G2\n[ ] G3", Some("G2")),
        ],
        of,
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
fn the_liver_is_present_absent_indeterminate_or_unsaid() {
    let of = |text: &str| radiology(text).liver_metastasis;
    let (present, absent, doubt) = (Some("present"), Some("absent"), Some("indeterminate"));
    check(
        &[
            ("No focal liver lesion.", absent),
            ("Liver unremarkable.", absent),
            ("Liver: normal.", absent),
            ("No hepatic metastases.", absent),
            ("The liver is clear.", absent),
            ("No evidence of hepatic metastatic disease.", absent),
            ("No suspicious hepatic lesion.", absent),
            ("The liver, spleen and adrenals are unremarkable.", absent),
            ("Normal liver, pancreas and spleen.", absent),
            ("Normal appearances of the liver.", absent),
            ("Liver: No suspicious lesion.", absent),
            ("Liver appears normal.", absent),
            ("No lung, liver or bone metastases.", absent),
            ("No focal lesion in the liver, spleen or kidneys.", absent),
            ("No liver metastasis is seen.", absent),
            ("Liver metastases are not identified.", absent),
            ("There is no evidence of metastatic disease in the liver.", absent),
            ("Simple hepatic cysts. No suspicious liver lesion.", absent),
            ("The liver is normal in size with no focal abnormality.", absent),
            ("The liver is of normal size and attenuation. No focal lesion is seen.", absent),
            ("Liver - no focal abnormality", absent),
            ("Negative for hepatic metastases.", absent),
            ("No new liver lesions.", None),
            ("No new or enlarging hepatic lesion.", None),
            ("No further liver lesions.", None),
            ("Simple cyst in segment IV.", None),
            ("Stable haemangioma in segment VII.", None),
            ("The liver is normal in size.", None),
            ("Fatty liver.", None),
            ("The liver enhances normally in the arterial phase.", None),
            ("Stable liver metastases.", present),
            ("Multiple bilobar hepatic metastases.", present),
            ("Liver: multiple arterially enhancing lesions in keeping with metastases.", present),
            ("Innumerable hepatic lesions consistent with metastatic disease.", present),
            ("Unchanged hepatic deposits.", present),
            ("The liver metastases have increased in size.", present),
            ("Two new metastases in segments VI and VII of the liver.", present),
            ("New 12 mm lesion in segment VI compatible with a metastasis.", present),
            ("No change in the liver metastases.", present),
            ("No new liver metastases. Known liver metastases are stable.", present),
            ("Hepatic metastases are again demonstrated.", present),
            ("Progression of hepatic metastatic disease.", present),
            ("Several tracer-avid liver metastases.", present),
            ("Hypodense lesion in segment VI, too small to characterise.", doubt),
            ("Indeterminate 8 mm liver lesion.", doubt),
            ("A liver metastasis cannot be excluded.", doubt),
            ("Lesion in segment V suspicious for metastasis.", doubt),
            ("Possible liver metastasis in segment II.", doubt),
            ("A 7 mm hypoattenuating liver lesion is indeterminate.", doubt),
            ("Liver lesion, probably a metastasis.", doubt),
            ("Subcentimetre low attenuation focus in the liver, too small to characterize.", doubt),
            ("Equivocal focus of uptake in segment VIII of the liver.", doubt),
            ("Findings are concerning for hepatic metastases.", doubt),
            ("The liver lesion is likely metastatic.", doubt),
            ("Bone metastases. The spleen is normal.", None),
            ("Mesenteric nodal metastases.", None),
            ("Lungs clear. Bowel normal.", None),
            ("No adrenal lesion.", None),
            ("Hepatic steatosis without focal lesion.", absent),
            ("Liver: Normal size and contour. No mass.", absent),
        ],
        of,
    );
}

#[test]
fn what_is_asked_for_or_past_says_nothing_of_the_liver() {
    let of = |text: &str| read(text, Kind::Radiology).summary().liver_metastasis;
    check(
        &[
            ("CT ABDOMEN\nClinical details: ileal NET ?liver mets\n\nFindings: Bowel normal.", None),
            (
                "CT ABDOMEN\nIndication: CT to exclude liver metastases, ileal NET.\nFindings: No bowel mass.",
                None,
            ),
            (
                "CT ABDOMEN\nIndication: ileal NET.\nComparison: CT 2021 showed liver metastases.\nFindings: No bowel mass.",
                None,
            ),
            (
                "CT ABDOMEN\nIndication: ileal NET.\nFamily history: mother with liver metastases.\nFindings: No bowel mass.",
                None,
            ),
            (
                "CT ABDOMEN\nHistory: ileal NET with liver metastases resected 2018.\nFindings: No ascites.\nImpression: No recurrence.",
                None,
            ),
            (
                "CT ABDOMEN\nIndication: ileal NET.\nFindings: No bowel mass.\nRecommendation: MRI to look for liver metastases.",
                None,
            ),
            (
                "MRI LIVER\nClinical: ileal NET. Rule out hepatic metastases.\nREPORT: There are no focal hepatic lesions.",
                Some("absent"),
            ),
        ],
        of,
    );
}

#[test]
fn what_was_asked_about_and_is_not_found_brings_nothing_into_scope() {
    for question in [
        "possible carcinoid",
        "radiologist raised carcinoid vs Crohn's",
        "carcinoid versus lymphoma",
        "Crohn disease vs carcinoid",
    ] {
        let of = |impression: &str| {
            let text = format!(
                "CLINICAL QUESTION: Ileal thickening, {question}.\n\nFINDINGS:\nLiver: normal, no metastases.\n\n\
                 IMPRESSION:\n1. {impression}\n"
            );
            read(&text, Kind::Radiology).summary()
        };
        let none = of("No evidence of carcinoid tumor.");
        assert_eq!((none.in_scope, none.liver_metastasis), (Some(false), None), "{question}");
        assert_eq!(of("Ileal carcinoid tumor, 14 mm.").in_scope, Some(true), "{question}");
    }
}

#[test]
fn a_duodenum_named_as_part_of_the_small_intestine_is_no_ileum() {
    for site in
        ["Small intestine: Duodenum (bulb)", "Small intestine, duodenum", "Small bowel - duodenal bulb"]
    {
        let text = format!("SYNOPTIC REPORT\nTumor site: {site}\nHistologic type: NET, G1\nKi-67: 1.9%\n");
        let summary = read(&text, Kind::Pathology).summary();
        assert_eq!((summary.in_scope, summary.ki67_percent.is_some()), (Some(false), false), "{site}");
    }
}

#[test]
fn numbers_that_are_no_lengths_do_not_become_one() {
    let text = "Ileal NET. New intensely avid deposit in the mesenteric root, SUVmax 27.4, 1.6 cm on CT.";
    assert_eq!(radiology(text).mesenteric_mass_mm, Some(16.0));
    let text =
        "Two tumours in the ileum, 40 cm & 65 cm from the ileocaecal valve. Neuroendocrine tumour, G1.";
    assert_eq!(pathology(text).tumour_size_mm, None);
}

#[test]
fn mesenteric_masses_are_measured() {
    let of = |text: &str| radiology(text).mesenteric_mass_mm;
    check(
        &[
            ("3.1 cm mesenteric nodal mass with desmoplastic reaction.", Some(31.0)),
            ("Stellate mesenteric mass measuring 28 x 20 mm.", Some(28.0)),
            ("There is a spiculated soft tissue mass in the mesentery measuring 2.4 cm.", Some(24.0)),
            ("The mesenteric mass is stable at 32 mm (previously 33 mm).", Some(32.0)),
            ("Calcified mesenteric mass, 41 mm.", Some(41.0)),
            ("Mesentery: 22 x 18 mm desmoplastic mass.", Some(22.0)),
            ("No mesenteric mass.", None),
            ("Mesenteric node 9 mm.", None),
            ("Conglomerate mesenteric nodal mass 4.5 x 3 cm encasing the SMV.", Some(45.0)),
            ("Liver lesion 22 mm. No mesenteric mass.", None),
            ("18 mm spiculated central mesenteric mass.", Some(18.0)),
        ],
        of,
    );
}

#[test]
fn scope_follows_organ_and_kind_of_tumour() {
    let of = |text: &str| read(text, Kind::Pathology).in_scope;
    check(
        &[
            ("DIAGNOSIS: Terminal ileum: well differentiated neuroendocrine tumour.", Some(true)),
            ("DIAGNOSIS: Ileal carcinoid.", Some(true)),
            ("DIAGNOSIS: Jejunum, resection: neuroendocrine tumor, G1.", Some(true)),
            ("DIAGNOSIS: Meckel's diverticulum: carcinoid tumour 8 mm.", Some(true)),
            ("DIAGNOSIS: Small bowel: NET G2.", Some(true)),
            ("DIAGNOSIS: Appendix: well differentiated neuroendocrine tumour.", Some(false)),
            ("DIAGNOSIS: Rectal polyp: NET G1.", Some(false)),
            ("DIAGNOSIS: Pancreas, distal pancreatectomy: well differentiated NET.", Some(false)),
            ("DIAGNOSIS: Duodenum: NET.", Some(false)),
            ("DIAGNOSIS: Stomach: type 1 gastric neuroendocrine tumour.", Some(false)),
            ("DIAGNOSIS: Lung: typical carcinoid.", Some(false)),
            (
                "DIAGNOSIS: Ileum: poorly differentiated neuroendocrine carcinoma, small cell type.",
                Some(false),
            ),
            ("DIAGNOSIS: Ileum: MiNEN.", Some(false)),
            ("DIAGNOSIS: Small bowel: adenocarcinoma.", Some(false)),
            ("DIAGNOSIS: Jejunum: gastrointestinal stromal tumour (GIST).", Some(false)),
            ("DIAGNOSIS: Ileum: diffuse large B-cell lymphoma.", Some(false)),
            ("DIAGNOSIS: Ileum: Crohn's disease. No evidence of malignancy.", Some(false)),
            ("DIAGNOSIS: Caecum: neuroendocrine tumour.", Some(false)),
            ("Tumour site: ileum\nHistologic type: well differentiated neuroendocrine tumour", Some(true)),
            (
                "Tumour site: appendix\nHistologic type: well differentiated neuroendocrine tumour",
                Some(false),
            ),
            (
                "DIAGNOSIS: Liver biopsy: metastatic well differentiated neuroendocrine tumour, consistent with small bowel primary.",
                Some(true),
            ),
            ("DIAGNOSIS: Liver biopsy: metastatic well differentiated neuroendocrine tumour.", None),
            ("DIAGNOSIS: Liver biopsy: metastatic neuroendocrine tumour, pancreatic primary.", Some(false)),
        ],
        of,
    );
}

#[test]
fn a_box_may_stand_behind_what_it_offers() {
    let it = pathology(
        "Site of tumour:    Jejunum [ ]  Ileum [x]  Meckel's [ ]  Not known [ ]\nGrade: G1 [ ]   G2 [x]   G3 [ ]\n\
         Local invasion: Submucosa [ ]\n   Subserosa [x]\n   Other organs [ ]",
    );
    assert_eq!((it.site, it.grade, it.extent), (Some("ileum"), Some("G2"), Some("subserosa")));
    let it = pathology("Grade: [ ] G1   [x] G2   [ ] G3");
    assert_eq!(it.grade, Some("G2"));
}

#[test]
fn a_size_under_a_mesenteric_mass_is_the_mass() {
    let of = |text: &str| {
        let it = pathology(text);
        (it.tumour_size_mm, it.mesenteric_mass_mm)
    };
    check(
        &[
            (
                "Tumour size: 19 mm\nMesenteric mass present: Yes    Maximum dimension: 27 mm",
                (Some(19.0), Some(27.0)),
            ),
            (
                "Tumor size: 2.8 cm\nMesenteric masses: Present, larger than 2 cm\n  Greatest dimension of largest mass: 4.1 cm",
                (Some(28.0), Some(41.0)),
            ),
            ("Mesenteric mass: Present\nSize of mass: 6.2 cm\nTumour size: 2.1 cm", (Some(21.0), Some(62.0))),
            ("Mesenteric mass: absent\nSize of tumour: 21 mm", (Some(21.0), None)),
        ],
        of,
    );
}

#[test]
fn short_words_of_depth_number_and_doubt_are_understood() {
    check(
        &[
            ("Thru MP into subserosa.", Some("subserosa")),
            ("Tumour invades into the attached omentum.", Some("other_organs")),
            ("Invasive front: subserosal fat", Some("subserosa")),
        ],
        |text| pathology(text).extent,
    );
    check(
        &[
            ("Tumour 47 mm, single", Some(false)),
            ("Tumor, 1.5 cm, solitary.", Some(false)),
            ("Greatest dimension 31 mm, tumours are multiple (3)", Some(true)),
        ],
        |text| pathology(text).multifocal,
    );
    check(
        &[
            ("3 mm hypodensity in segment 8 of the liver, cyst vs metastasis.", Some("indeterminate")),
            (
                "Low density focus in the liver; I cannot be certain that it does not represent an early deposit.",
                Some("indeterminate"),
            ),
            ("Liver metastases: Y   number: 4", Some("present")),
        ],
        |text| radiology(text).liver_metastasis,
    );
}

#[test]
fn what_a_liver_specimen_holds_is_not_the_primary() {
    let it = pathology(
        "1) LIVER, SEGMENTS 5 AND 6, PARTIAL HEPATECTOMY\n   Metastatic neuroendocrine tumor, two foci, 3.8 cm and 1.1 cm.\n\
         2) ILEUM, RESECTION\n   Primary neuroendocrine tumor, 1.5 cm, solitary.",
    );
    assert_eq!((it.tumour_size_mm, it.multifocal), (Some(15.0), Some(false)));
}

#[test]
fn labels_bear_stops_and_other_spellings() {
    let nodes = |text: &str| (pathology(text).nodes_positive, pathology(text).nodes_examined);
    check(
        &[
            ("No. of lymph nodes        17\nNo. involved              5", (Some(5), Some(17))),
            ("No. of nodes examined     9\nNo. of nodes involved     0", (Some(0), Some(9))),
            ("Nr. of lymph nodes examined: 12\nNr. positive: 3", (Some(3), Some(12))),
            ("Positive: CDX2, synaptophysin", (None, None)),
        ],
        nodes,
    );
    check(
        &[("Max. diameter        18 mm", Some(18.0)), ("Max. tumour dimension   2.2 cm", Some(22.0))],
        |it| pathology(it).tumour_size_mm,
    );
}

#[test]
fn a_length_belongs_to_its_own_noun() {
    check(
        &[
            ("NET, grade 1, 0.8 cm, unifocal.", Some(8.0)),
            ("Neuroendocrine tumour, WHO grade 2, 1.4 cm.", Some(14.0)),
            ("Tumour size: 2 . 1 cm .", Some(21.0)),
            ("Four tumours are seen. These measure 19, 8, 5 and 4 mm respectively.", Some(19.0)),
            ("Three nodules in the ileum. They measure 12, 9 and 4 mm.", Some(12.0)),
            ("Three tumours over a 15 cm length, 10 mm, 6 mm and 5 mm.", Some(10.0)),
            ("Two ileal nodules within a 20 cm segment, 11 mm and 7 mm.", Some(11.0)),
            ("Tumour cells are seen with a 1 mm front in subserosal fat.", None),
            ("The tumour extends 3 mm into the fat.", None),
            ("Resection margins tumour free, nearest 2 mm.", None),
            ("A smooth submucosal swelling of 12 mm.", Some(12.0)),
        ],
        |it| pathology(it).tumour_size_mm,
    );
    check(
        &[
            ("Large mesenteric masses (> 2 cm): present\n  Number of masses: 1 (4.4 cm)", Some(44.0)),
            ("Mesenteric mass: present\n  Size: 31 mm", Some(31.0)),
            ("Mesenteric tumour deposit: yes\n  Largest: 2.6 cm", Some(26.0)),
        ],
        |it| pathology(it).mesenteric_mass_mm,
    );
}

#[test]
fn what_one_clause_denies_the_clause_before_keeps() {
    check(
        &[
            ("Local invasion: into subserosal fat, peritoneal surface not breached", Some("subserosa")),
            ("Tumour invades subserosa, serosal surface not involved.", Some("subserosa")),
            ("Nests of NET in submucosa, muscularis propria and subserosal fat.", Some("subserosa")),
            ("NET in lamina propria & submucosa.", Some("submucosa")),
            ("The tumour shows ingrowth in the subserosa.", Some("subserosa")),
            ("The tumour went into the subserosa.", Some("subserosa")),
            ("Growth through the muscularis propria.", Some("subserosa")),
            ("The tumour crosses the muscularis propria and lies in the subserosa.", Some("subserosa")),
        ],
        |it| pathology(it).extent,
    );
}

#[test]
fn mitoses_without_their_area_are_no_rate() {
    check(
        &[
            ("No mitoses seen.", None),
            ("Mitoses are not identified.", None),
            ("Mitotic figures are not seen.", None),
            ("No definite mitoses.", None),
            ("No atypical mitoses.", None),
            ("No increase in mitotic activity.", None),
            ("Mitoses not counted.", None),
        ],
        |it| pathology(it).mitoses_per_2mm2.map(|it| (it.low, it.high)),
    );
    check(
        &[
            ("Ki-67 2-3%.\nComment: Ki-67 touches 3%, hence G2.", ki(2.0, 3.0)),
            ("Ki-67 4-5% in hot spots.\nComment: the index reaches Ki-67 6%.", ki(6.0, 6.0)),
        ],
        |it| pathology(it).ki67_percent.map(|it| (it.low, it.high)),
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

#[test]
fn what_a_scan_stages_is_not_what_pathology_found() {
    let of = |text: &str| {
        let it = radiology(text);
        (it.pT, it.pN, it.pM)
    };
    check(
        &[
            ("Opinion: T3 N1 M0 on imaging.", (None, None, None)),
            ("Impression: radiological stage T4 N2 M1.", (None, None, None)),
            ("Impression: known pT3 N1 tumour, no recurrence.", (Some("T3"), Some("N1"), None)),
        ],
        of,
    );
}

#[test]
fn a_verdict_on_a_liver_lesion_beats_its_smallness() {
    let absent = Some("absent");
    let unclear = Some("indeterminate");
    check(
        &[
            (
                "LIVER: low density foci, too small to characterize but statistically benign.\nNo suspicious hepatic lesion.",
                absent,
            ),
            ("Liver: tiny foci, too small to characterise, almost certainly benign.", None),
            (
                "Liver: two hypodensities in segment VII, probably cysts but MRI would be required to confirm.",
                unclear,
            ),
            ("7 mm low density segment IVb, too small to characterise, indeterminate.", unclear),
            ("Ill-defined low density area in segment VI, indeterminate.", unclear),
        ],
        |it| radiology(it).liver_metastasis,
    );
    let of_liver = |text: &str| {
        read(&format!("MRI LIVER WITH CONTRAST\nIndication: ileal NET.\n{text}"), Kind::Radiology)
            .summary()
            .liver_metastasis
    };
    check(
        &[
            ("Conclusion: Haemangioma. No metastasis demonstrated.", absent),
            ("Impression: No metastases.", absent),
            ("Impression: No bone metastases.", None),
            ("Impression: No new metastases.", None),
        ],
        of_liver,
    );
}

#[test]
fn findings_need_no_heading_after_the_request() {
    let of = |text: &str| read(text, Kind::Radiology).summary().liver_metastasis;
    check(
        &[
            (
                "US ABDOMEN\nReason: flushing, ileal NET.\nLiver 15 cm, echogenic. No focal mass lesion seen.\n",
                Some("absent"),
            ),
            (
                "CT LIVER\nClinical: ileal NET.\nSegment VI ablation zone 38 mm. Residual viable metastasis in segment IV.\n",
                Some("present"),
            ),
            ("CT\nClinical: ileal NET. Known liver metastases.\nFindings: Lungs clear.\n", None),
        ],
        of,
    );
}

#[test]
fn a_letter_goes_back_to_its_own_tumour() {
    let text = "Dear Dr X,\n\nDiagnoses:\n1. Terminal ileal NET, G1\n2. Prostate cancer, pT2c N0, 2011\n\nHis scan shows \
                that the mesenteric nodal mass is again 21 mm.\n\nYours sincerely\n";
    let it = read(text, Kind::Clinic).summary();
    assert_eq!((it.mesenteric_mass_mm, it.pT, it.site), (Some(21.0), None, Some("ileum")));
}

#[test]
fn the_site_is_that_of_the_lesion() {
    let of = |text: &str| read(text, Kind::Clinic).summary().site;
    check(
        &[
            ("Dx: Small bowel NET. Intra-op: jejunal tumour approx 3 cm.", Some("jejunum")),
            ("Bkg: SB NET ileum resected 2017.", Some("ileum")),
            ("Small bowel NET. The ileal margin is clear.", Some("small_bowel")),
            ("Small bowel NET. Ileal lesion 2 cm at operation.", Some("ileum")),
        ],
        of,
    );
}
