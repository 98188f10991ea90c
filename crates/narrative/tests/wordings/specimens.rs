//! What careful authors wrote that was read wrong once: lumps, lists of lesions, several specimens in one report.

use lacteal_narrative::{Kind, read};

use super::{check, clinic, pathology, radiology};

#[test]
fn lumps_and_confluent_masses_of_the_mesentery_are_measured() {
    check(
        &[
            ("Mesenteric mass (confluent) 3.8 cm x 3.0 cm x 2.0 cm reaching the cut edge.", Some(38.0)),
            ("In the mesenterium a lump, 38 x 30 x 25 mm.", Some(38.0)),
        ],
        |t| pathology(t).mesenteric_mass_mm,
    );
    check(
        &[
            (
                "In the covered part of mesentery: a residual lump of 38 mm at the superior mesenteric vein, was 35 mm, regarded as unchanged.",
                Some(38.0),
            ),
            ("Residual lump in the mesentery 38 mm.", Some(38.0)),
        ],
        |t| radiology(t).mesenteric_mass_mm,
    );
}
#[test]
fn a_primary_is_measured_beside_places() {
    check(
        &[
            ("Hx: colonoscopy: 24mm submucosal lump in TI, 5cm from ICV.", Some(24.0)),
            ("lesion 2  (135 mm)   24 x 16 mm", Some(24.0)),
        ],
        |t| pathology(t).tumour_size_mm,
    );
}
#[test]
fn foci_of_the_liver_are_no_primaries() {
    check(
        &[
            ("Postoperative CT with two hypodense foci, to be characterised.", None),
            ("Two hypervascular foci in the ileum, likely primaries.", Some(true)),
        ],
        |t| radiology(t).multifocal,
    );
}
#[test]
fn a_denial_ends_where_the_tumour_invades() {
    check(
        &[
            (
                "Microscopically neuroendocrine tumour of organoid build, without necrosis, invading through the muscle layer into the fat tissue of mesentery. Serosa itself is free.",
                Some("subserosa"),
            ),
            ("Invading through the muscle layer into the fat tissue of mesentery.", Some("subserosa")),
            ("Grows through the muscle layer into mesenteric fat.", Some("subserosa")),
        ],
        |t| pathology(t).extent,
    );
}
#[test]
fn nodes_are_counted_in_all() {
    check(
        &[
            ("Altogether 8 metastases in 15 lymph nodes.", Some((8, 15))),
            ("8 metastases in 15 nodes", Some((8, 15))),
            ("6 lymph nodes in all, no metastasis", Some((0, 6))),
            (
                "In the mesentery 5 lymph nodes without tumour (0/5).\nII  Lymph node without tumour (0/1).\n6 lymph nodes in all, no metastasis",
                Some((0, 6)),
            ),
            ("Four lymph nodes, all with metastatic tumour.", Some((4, 4))),
        ],
        |t| {
            let s = pathology(t);
            s.nodes_positive.zip(s.nodes_examined)
        },
    );
}
#[test]
fn figures_of_a_metastasis_are_not_those_of_the_primary() {
    check(
        &[(
            "MICROSCOPIC:\nA. The ileal lesion is a well-differentiated neuroendocrine tumour.\nB. Metastatic neuroendocrine tumour, morphologically the same as A. Ki-67 5%. Margin clear.\n\nSUMMARY\nKi-67 (ileal primary): 4%",
            Some((4.0, 4.0)),
        )],
        |t| pathology(t).ki67_percent.map(|i| (i.low, i.high)),
    );
    check(
        &[(
            "Grade assigned from the largest primary: WHO G1. The peritoneal deposit would be G2.",
            Some("G1"),
        )],
        |t| pathology(t).grade,
    );
}
#[test]
fn the_report_decides_and_not_the_question() {
    let s = |t: &str| read(t, Kind::Pathology).in_scope;
    check(
        &[
            (
                "Clinical question: Strong suspicion of small intestinal NET. Resection of ileum.\n\nSummary diagnosis: Ileum with mesentery: diffuse large B-cell lymphoma. No neuroendocrine tumour is found in the specimen. TNM for NET is not applicable.",
                Some(false),
            ),
            (
                "Specimen: Ileocaecal resection\n\nileum length   240 mm\ncaecum / asc colon   95 mm\nlesions in ileum, number   3\nlesion 3  (at ileocaecal valve)   5 mm\n\nType    Well diff. neuroendocrine tumours (all three)\nAppendix   unremarkable",
                Some(true),
            ),
        ],
        s,
    );
}

#[test]
fn a_label_may_close_with_its_unit_in_letters() {
    check(
        &[
            ("Ki67 %                 3-4", Some((3.0, 4.0))),
            ("Ki67 %                 3", Some((3.0, 3.0))),
            ("Ki-67 (%)   3-4", Some((3.0, 4.0))),
            ("Ki67 %: 3-4", Some((3.0, 4.0))),
        ],
        |t| clinic(t).ki67_percent.map(|i| (i.low, i.high)),
    );
}
#[test]
fn a_label_may_close_with_its_unit() {
    check(&[("Ki67 %                 3-4", Some((3.0, 4.0))), ("Ki67 %: 3-4", Some((3.0, 4.0)))], |t| {
        pathology(t).ki67_percent.map(|i| (i.low, i.high))
    });
}
#[test]
fn nodes_are_counted_in_labels_and_by_signs() {
    check(
        &[
            ("Twelve lymph nodes: no malignancy of either type.", Some((0, 12))),
            ("pN    1   (nodes +ve 3, total 15)", Some((3, 15))),
            ("Nodes +ve 3, total 15", Some((3, 15))),
            ("LN +ve 3 / total 15", Some((3, 15))),
            ("Nodes involved 3, total 15", Some((3, 15))),
        ],
        |t| {
            let s = pathology(t);
            s.nodes_positive.zip(s.nodes_examined)
        },
    );
}
#[test]
fn a_stretch_is_no_size_and_a_metastasis_has_its_own_grade() {
    check(&[("On slicing, 9 nodules found (2 - 17 mm), all within a 22 cm stretch.", Some(17.0))], |t| {
        pathology(t).tumour_size_mm
    });
    check(&[("CONCLUSION: ileal NET G1, pT3 pN2 pM1a. Liver metastases G2.", Some("G1"))], |t| {
        pathology(t).grade
    });
}

#[test]
fn a_described_mass_beside_a_primary_keeps_its_length() {
    let text =
        "2.3 cm hyperenhancing ileal mass with an adjacent 3.6 cm partially calcified mesenteric mass.";
    let read = radiology(text);
    assert_eq!((read.tumour_size_mm, read.mesenteric_mass_mm), (Some(23.0), Some(36.0)));
    assert_eq!(radiology("Mesenteric remnant unchanged 23 mm.").mesenteric_mass_mm, Some(23.0));
}

#[test]
fn what_a_liver_specimen_holds_is_not_the_primary() {
    let it = pathology(
        "1) LIVER, SEGMENTS 5 AND 6, PARTIAL HEPATECTOMY\n   Metastatic neuroendocrine tumor, two foci, 3.8 cm and 1.1 cm.\n\
         2) ILEUM, RESECTION\n   Primary neuroendocrine tumor, 1.5 cm, solitary.",
    );
    assert_eq!((it.tumour_size_mm, it.multifocal), (Some(15.0), Some(false)));
}
