//! What stands in another sentence or section than a reader would look in: addenda on top, counts behind, histories.

use super::{check, clinic, pathology};
use lacteal_narrative::{Kind, read};
#[test]
fn a_day_is_no_ratio() {
    check(&[("Laparotomy and biopsy of mesenteric node 03/12", None), ("nodes 0/12", Some((0, 12)))], |t| {
        let s = clinic(t);
        s.nodes_positive.zip(s.nodes_examined)
    });
}
#[test]
fn an_index_may_stand_in_the_next_sentence() {
    check(
        &[
            (
                "Ki67 has been done on block A5 from nodule 1. In the hottest area the index is 4.1% (27/658... recount 82/2000).",
                Some((4.1, 4.1)),
            ),
            ("Ki67 was performed. The index in the hottest area is 4.1%.", Some((4.1, 4.1))),
            ("Ki67 awaited. Necrosis 5%.", None),
        ],
        |t| pathology(t).ki67_percent.map(|i| (i.low, i.high)),
    );
}
#[test]
fn what_is_pushed_against_is_not_reached() {
    check(
        &[
            (
                "It extends from the deep mucosa into the submucosa and pushes against, but does not invade, the muscularis propria.",
                Some("submucosa"),
            ),
            (
                "The tumour extends into the submucosa and pushes against the muscularis propria.",
                Some("submucosa"),
            ),
            (
                "The tumour extends into the submucosa but does not invade the muscularis propria.",
                Some("submucosa"),
            ),
        ],
        |t| pathology(t).extent,
    );
}
#[test]
fn an_addendum_on_top_amends_what_comes_below() {
    let s = |t: &str| read(t, Kind::Radiology).summary().liver_metastasis;
    check(
        &[
            (
                "MRI ABDOMEN\n\n***ADDENDUM BEGINS*** 11/16/2022 09:40\nThe lesion in segment 6 is a hemangioma. There is no\nevidence of hepatic metastatic disease.\n***ADDENDUM ENDS***\n\nHISTORY: small bowel carcinoid resected.\n\nFINDINGS:\nLIVER: 6 mm lesion in segment 6.\n\nIMPRESSION:\n1. Indeterminate 6 mm segment 6 liver lesion; small metastasis is not excluded.\n",
                Some("absent"),
            ),
            (
                "MRI ABDOMEN\nHISTORY: small bowel carcinoid.\nIMPRESSION:\n1. Indeterminate 6 mm segment 6 liver lesion.\n\n** ADDENDUM 11/16/2022 **\nNo evidence of hepatic metastatic disease.\n",
                Some("absent"),
            ),
        ],
        s,
    );
}
#[test]
fn a_chief_complaint_hides_no_history() {
    let text = "CC: f/u NET\nONC HX:\n- 4/18/2022 R hemi. Path: ileal NET, largest 1.2 cm. LN 4/13. pT3(m)N2. Ki67 2.3%.\n";
    let said = read(text, Kind::Clinic).summary();
    assert_eq!((said.pT, said.nodes_positive, said.tumour_size_mm), (Some("T3"), Some(4), Some(12.0)));
}
