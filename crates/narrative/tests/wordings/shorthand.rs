//! What clinicians write short (`w/o`, `-ve`, `s/o`, `Pn1`), and what stands in brackets, courses and requests.

use lacteal_narrative::{Item, Kind, read};

use super::{check, clinic, pathology, radiology};

#[test]
fn perineural_invasion_is_no_category_of_nodes() {
    let of = |text: &str| {
        let report = read(text, Kind::Pathology);
        let nerve = report.statements.iter().find_map(|it| match it.item {
            Item::PerineuralInvasion(seen) => Some(seen),
            _ => None,
        });
        (report.summary().pN, nerve)
    };
    check(
        &[
            ("Ileum: NET. pT3 pN0 (0/13) L0 V0 Pn1 R0", (Some("N0"), Some(true))),
            ("Ileum: NET. pT3, pN1 (2/13), L1, V0, Pn0, R0", (Some("N1"), Some(false))),
            ("ILEUM: NET. PT3 PN0 (0/13) L0 V0 PN1 R0", (Some("N0"), Some(true))),
            ("Ileum: NET.\npT: 3\npN: 0 (0/13)\nL: 0\nV: 0\nPn: 1\nR: 0", (Some("N0"), Some(true))),
            ("Ileum: NET.\npT: pT3\npN: pN0\nL: L0\nV: V0\nPn: Pn1", (Some("N0"), Some(true))),
            ("ILEUM: NET.\nPT: 3\nPN: 0\nL: 0\nV: 0\nPN: 1\nR: 0", (Some("N0"), None)),
            ("Ileum: NET. pT3 L1 V0 pN1 (2/13)", (Some("N1"), None)),
            ("ILEUM: NET. PT3 PN1 M0", (Some("N1"), None)),
        ],
        of,
    );
}

#[test]
fn denials_and_doubts_written_short_are_denials_and_doubts() {
    check(
        &[
            ("Liver w/o metastases.", Some("absent")),
            ("Neg for liver mets.", Some("absent")),
            ("Liver mets -ve.", Some("absent")),
            ("Liver mets: negative.", Some("absent")),
            ("No e/o liver metastases.", Some("absent")),
            ("Ileal NET w/ liver mets.", Some("present")),
            ("0 liver mets.", Some("absent")),
            ("Liver mets - no", Some("absent")),
            ("Hepatic lesion s/o metastasis.", Some("indeterminate")),
            ("Hepatic lesion susp. for met.", Some("indeterminate")),
            ("Liver lesion r/o met.", Some("indeterminate")),
            ("?liver met seg 8.", Some("indeterminate")),
            ("Liver met not excluded.", Some("indeterminate")),
            ("Liver lesion, metastasis to be ruled out.", Some("indeterminate")),
            ("Liver: multiple avid lesions.", Some("indeterminate")),
            ("Liver: no SSTR-avid disease.", Some("absent")),
            ("Liver segm. V 22 mm met, unchanged.", Some("present")),
            ("Metastasis-suspect lesion of the liver in segment VI.", Some("indeterminate")),
            ("Non-visualisation of hepatic metastases.", Some("absent")),
            ("RECIST criteria not met.", None),
        ],
        |text| radiology(text).liver_metastasis,
    );
    check(
        &[
            ("Ileal NET through the subserosa w/o serosal involvement.", Some("subserosa")),
            ("Ileal NET through the subserosa w/o serosal involvement, grade 2.", Some("subserosa")),
        ],
        |text| clinic(text).extent,
    );
    check(&[("Ileal NET w/o serosal involvement, grade 2.", Some("G2"))], |text| clinic(text).grade);
}

#[test]
fn a_label_in_brackets_leaves_the_line_as_it_is() {
    let of = |text: &str| {
        let it = clinic(text);
        (it.pT, it.grade, it.ki67_percent.map(|it| it.high))
    };
    check(
        &[
            ("NET of the ileum, pT3 N1 G1 (Ki67: 2 %)", (Some("T3"), Some("G1"), Some(2.0))),
            (
                "NET of the ileum pT3, G2 (Ki-67: 5 %, mitoses 1 per 2 mm²)",
                (Some("T3"), Some("G2"), Some(5.0)),
            ),
        ],
        of,
    );
}

#[test]
fn the_request_of_a_scan_without_a_heading_is_no_finding() {
    let text = "History of jejunal NET, resected Mar 2023 (pT3N1, G1, 3/12 nodes). Rising CgA.\n\
                CT in Aug 2025: new hypervascular segment 5 focus, ?metastasis.\n\n\
                TECHNIQUE\nMRI with gadoxetate.\n\nFINDINGS\nThe segment 5 focus is a perfusional shunt.\n\n\
                IMPRESSION\nNo hepatic metastasis.\n";
    let it = read(text, Kind::Radiology).summary();
    assert_eq!(
        (it.liver_metastasis, it.nodes_examined, it.nodes_positive),
        (Some("absent"), Some(12), Some(3))
    );
}

#[test]
fn each_date_of_a_course_is_of_its_own() {
    let text = "Small bowel NET.\nONCOLOGIC HISTORY\n\
                8/2022   Incidental liver lesions on CT. Liver bx: metastatic NET, G1, Ki-67 2%.\n\
                10/2022  Small bowel resection, 2.6 cm, Ki-67 5%, grade 2. 7 of 18 LN's.\n";
    let it = read(text, Kind::Clinic).summary();
    assert_eq!((it.grade, it.ki67_percent.map(|it| it.high)), (Some("G2"), Some(5.0)));
    assert_eq!((it.nodes_examined, it.nodes_positive), (Some(18), Some(7)));
}

#[test]
fn the_length_of_an_earlier_day_or_another_organ_is_not_the_tumours() {
    check(
        &[
            ("Primary tumour of the terminal ileum 1,9 cm (prev. 2,0 cm).", Some(19.0)),
            ("Primary tumour of the terminal ileum 1.9 cm (last 2.0 cm).", Some(19.0)),
            ("Primary tumour of the terminal ileum 1.9 cm (2.0 cm, 04/2023).", Some(19.0)),
        ],
        |text| radiology(text).tumour_size_mm,
    );
    check(
        &[
            ("NET of the jejunum. Carcinoid of the tip of the appendix 6 mm.", None),
            ("NET of the jejunum, 14 mm. Carcinoid of the appendix 26 mm.", Some(14.0)),
            ("NET of the jejunum, 18 mm, 40 mm to the nearest margin.", Some(18.0)),
            ("SI-NET 22 mm, mes mass 35 mm.", Some(22.0)),
        ],
        |text| clinic(text).tumour_size_mm,
    );
}

#[test]
fn an_addendum_in_ornaments_tells_the_nodes_in_all() {
    let text = "DIAGNOSIS\nJejunum, resection: NET. THREE OF FIVE MESENTERIC LYMPH NODES INVOLVED.\n\n\
                * * * * ADDENDUM 2/13/25 * * * *\nThe total node count is therefore eleven, with four positive.\n";
    let it = read(text, Kind::Pathology).summary();
    assert_eq!((it.nodes_examined, it.nodes_positive), (Some(11), Some(4)));
}

#[test]
fn figures_written_short_or_counted_again_are_read() {
    let nodes = |text: &str| {
        let it = pathology(text);
        (it.nodes_examined, it.nodes_positive)
    };
    check(
        &[
            ("All 12 nodes neg.", (Some(12), Some(0))),
            ("3 pos. of 12 lymph nodes", (Some(12), Some(3))),
            ("Nodes: 12 found, 3 pos", (Some(12), Some(3))),
        ],
        nodes,
    );
    check(&[("On imaging T3 N1.", None), ("Staged T3 N1 on CT.", None)], |text| clinic(text).pT);
    check(
        &[
            ("Ki67 was 2% (prev. 5% on biopsy).", Some(2.0)),
            ("The original report had Ki67 2% G1. Recounted on the hotspot - 4%, so is G2.", Some(4.0)),
            (
                "Ki-67: <3%\n   Percentage (enumerated): 1.9% (hot spot)\nKi-67 of tumour #2 is 1.2%.",
                Some(1.9),
            ),
        ],
        |text| pathology(text).ki67_percent.map(|it| it.high),
    );
}

#[test]
fn a_net_that_the_report_does_not_confirm_is_none() {
    let text = "Clinical indications: ileal NET G2?\n\nDiagnosis\nMiNEN of the cecum, 5.4 cm.\n\
                The external assessment as ileal NET is not confirmed.\n";
    assert_eq!(read(text, Kind::Pathology).in_scope, Some(false));
}
