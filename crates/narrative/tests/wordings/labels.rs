//! Labels, boxes and the short words of forms.

use super::{check, pathology, radiology};

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
