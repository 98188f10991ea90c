//! How far a denial, a doubt or a comparison reaches, and what each part of a sentence is denied or measured of.

use lacteal_narrative::{Kind, read};

use super::{check, pathology, radiology};

#[test]
fn a_denied_margin_denies_no_metastasis() {
    check(
        &[
            (
                "B. LIVER, SEGMENT 3: Metastatic well-differentiated NET, 1.1 cm, margin negative.",
                Some("present"),
            ),
            ("Liver, wedge: metastatic NET, margins free.", Some("present")),
            ("Liver, wedge: metastatic NET not seen, margins free.", Some("absent")),
        ],
        |t| pathology(t).liver_metastasis,
    );
}

#[test]
fn what_is_not_avid_takes_up_no_tracer() {
    check(
        &[
            ("Two hypodense liver lesions, not avid.", None),
            ("Non-avid liver lesions in segments 2 and 7.", None),
            ("Two avid liver lesions in segments 2 and 7.", Some("indeterminate")),
        ],
        |t| radiology(t).liver_metastasis,
    );
}

#[test]
fn a_liver_finding_weighed_against_another_is_open() {
    check(
        &[
            (
                "8 mm arterially enhancing focus in segment 7 of the liver: perfusion difference versus small metastasis.",
                Some("indeterminate"),
            ),
            ("Liver: nothing that raises suspicion of metastasis.", Some("absent")),
            ("Nothing to suggest hepatic metastases.", Some("absent")),
        ],
        |t| radiology(t).liver_metastasis,
    );
}

#[test]
fn a_scan_for_receptors_finds_a_primary_without_naming_its_kind() {
    let scope = |t: &str| read(t, Kind::Radiology).in_scope;
    check(
        &[
            (
                "68Ga-DOTATATE PET/CT\nFindings: Intense avid focus in the distal ileum in keeping with the primary.\nConclusion: SSTR-avid ileal primary.",
                Some(true),
            ),
            (
                "18F-FDG PET/CT\nFindings: Intense avid focus in the distal ileum in keeping with the primary.\nConclusion: Avid ileal primary.",
                None,
            ),
        ],
        scope,
    );
}

#[test]
fn nodes_are_found_and_added_to_a_total() {
    check(
        &[
            ("Lymph nodes: No. found 14, no. involved 3.", Some((3, 14))),
            (
                "A further 4 nodes lie at the root, one of which is involved, giving a total of 5 of 18 nodes involved.",
                Some((5, 18)),
            ),
        ],
        |t| {
            let s = pathology(t);
            s.nodes_positive.zip(s.nodes_examined)
        },
    );
}

#[test]
fn a_length_is_of_the_growth_and_not_of_what_it_holds() {
    check(
        &[
            ("Mesenteric mass with calcific foci measuring 34 mm.", Some(34.0)),
            ("A mesenteric mass of 3.6 cm of greatest axis.", Some(36.0)),
            ("Conglomeration of mesenteric lymph nodes, 31 x 20 mm.", Some(31.0)),
            ("Conglomerate of mesenteric lymph nodes, 31 x 20 mm.", Some(31.0)),
            ("There is a conglomeration of lymph nodes in the mesentery, measuring 31 x 20 mm.", Some(31.0)),
            ("Metastasis in 1 of 15 mesenteric lymph nodes (size of metastasis 16 mm).", None),
        ],
        |t| pathology(t).mesenteric_mass_mm,
    );
}

#[test]
fn layers_that_contain_nests_are_reached() {
    check(
        &[
            ("The lamina propria and submucosa contain nests of uniform cells.", Some("submucosa")),
            ("There is infiltration of the muscularis propria by trabeculae.", Some("muscularis_propria")),
        ],
        |t| pathology(t).extent,
    );
}

#[test]
fn a_grade_may_stand_before_the_colon() {
    check(
        &[
            ("- WHO grade 1: mitotic count 0-1/2 mm2; Ki-67 1-2%", Some("G1")),
            ("Grade 1: <2 mitoses per 2 mm2, Ki-67 <3%", None),
        ],
        |t| pathology(t).grade,
    );
}
