//! More of what pathologists write: layers, nodes, indices, grades and mitoses.

use super::{check, pathology};
#[test]
fn the_deepest_layer_is_told_in_prose() {
    let sb = Some("submucosa");
    let mp = Some("muscularis_propria");
    let ss = Some("subserosa");
    let se = Some("serosa");
    check(
        &[
            ("The tumour infiltrates through the bowel wall into the mesenteric fat.", ss),
            ("Tumour extends through the wall into the subserosa but not the serosal surface.", ss),
            ("The tumour is present within 0.2 mm of the serosa but does not breach it.", None),
            ("Tumour extends to within 1 mm of the serosal surface.", None),
            ("Tumour invades into but not through the muscularis propria.", mp),
            ("Invades inner half of the muscularis propria.", mp),
            ("There is focal serosal breach.", se),
            ("Tumour ulcerates the serosa.", se),
            ("The serosa is involved by tumour.", se),
            ("The serosa is not involved.", None),
            ("Serosal surface: smooth, not breached. Tumour into subserosal fat.", ss),
            ("Full-thickness invasion with extension into adherent sigmoid colon.", Some("other_organs")),
            ("Transmural invasion into pericolic/mesenteric adipose tissue.", ss),
            ("Infiltration up to the subserosa.", ss),
            ("Infiltration of all wall layers including serosa.", se),
            ("Infiltration of the muscularis propria and subserosal fat tissue.", ss),
            ("The tumour is confined to the mucosa and submucosa.", sb),
            ("Tumour limited to mucosa.", Some("lamina_propria_or_submucosa")),
            ("Depth: submucosa", sb),
            ("Depth of invasion: pT3 - subserosa", ss),
            ("Invasion: subserosal connective tissue", ss),
            ("Deepest invasion: through muscularis propria", ss),
            ("Local invasion: through muscularis propria into subserosa", ss),
            ("Tumour extent: invades subserosal tissue without involvement of visceral peritoneum", ss),
            ("Extends into perienteric fat.", ss),
            ("Extramural spread 4 mm.", None),
            ("Does not extend beyond the submucosa.", sb),
            ("Does not invade the muscularis propria.", None),
            ("Serosal puckering is seen; tumour reaches the serosal surface microscopically.", se),
            ("mural invasion into MP", mp),
            ("Invades MP", mp),
            ("Invasion beyond MP into fat", ss),
        ],
        |t| pathology(t).extent,
    );
}
#[test]
fn nodes_are_counted_in_few_words() {
    check(
        &[
            ("Lymph nodes: 4/18 positive", Some((4, 18))),
            ("Eighteen nodes, four positive.", Some((4, 18))),
            ("4 of the 18 lymph nodes contain metastatic tumour.", Some((4, 18))),
            ("Metastases in four (4) out of eighteen (18) nodes.", Some((4, 18))),
            ("Total lymph nodes 18; positive 4", Some((4, 18))),
            ("No. nodes sampled: 18   No. nodes involved: 4", Some((4, 18))),
            ("LN 4/18", Some((4, 18))),
            ("Lymph nodes (4/18): metastatic NET", Some((4, 18))),
            ("pN1 (4/18)", Some((4, 18))),
            ("Nodes retrieved 18, all negative", Some((0, 18))),
            ("None of 18 lymph nodes shows metastasis.", Some((0, 18))),
            ("18 benign lymph nodes.", Some((0, 18))),
            ("All 4 nodes are involved.", Some((4, 4))),
            ("Four lymph nodes, all containing metastatic tumour.", Some((4, 4))),
            ("18 lymph nodes examined; metastases present in 4; apical node negative.", Some((4, 18))),
            ("Mesenteric lymph nodes: 3/12. Ileocolic lymph nodes: 1/6. Total 4/18.", Some((4, 18))),
            ("Number of lymph nodes examined: 18\nNumber of lymph nodes positive: 4", Some((4, 18))),
            ("Number of Lymph Nodes with Tumor: 4\nNumber of Lymph Nodes Examined: 18", Some((4, 18))),
            ("Regional nodes: positive (4 of 18 examined)", Some((4, 18))),
            ("4 pos / 18 nodes", Some((4, 18))),
            ("Nodal status: 4+/18", Some((4, 18))),
            ("N1: 4 of 18 nodes", Some((4, 18))),
        ],
        |t| {
            let s = pathology(t);
            s.nodes_positive.zip(s.nodes_examined)
        },
    );
}
#[test]
fn an_index_is_told_in_words_and_signs() {
    check(
        &[
            ("Ki 67 between two and three percent.", Some((2.0, 3.0))),
            ("Ki-67: 2%", Some((2.0, 2.0))),
            ("Ki67 index approximately 2 %.", Some((2.0, 2.0))),
            ("Ki67 labels about 2% of tumour cells.", Some((2.0, 2.0))),
            ("The Ki-67 proliferation rate is low (1-2%).", Some((1.0, 2.0))),
            ("Ki-67 (MIB-1) <3%", Some((0.0, 3.0))),
            ("MIB-1 index 2 per cent", Some((2.0, 2.0))),
            ("proliferation index (Ki67) of 2.4%", Some((2.4, 2.4))),
            ("Ki67 2,4 %", Some((2.4, 2.4))),
            ("Ki-67 less than one percent", Some((0.0, 1.0))),
            ("Ki67: 1 to 2%", Some((1.0, 2.0))),
            ("Ki67 10/500 cells (2%)", Some((2.0, 2.0))),
            ("Ki-67 ~2%", Some((2.0, 2.0))),
            ("Ki-67 pending", None),
            ("Ki-67 does not exceed 2%.", Some((0.0, 2.0))),
            ("Ki-67 is under 3%.", Some((0.0, 3.0))),
            ("A Ki67 stain shows a labelling index of 5%.", Some((5.0, 5.0))),
            ("Immunostain for Ki-67 highlights 2% of nuclei.", Some((2.0, 2.0))),
        ],
        |t| pathology(t).ki67_percent.map(|i| (i.low, i.high)),
    );
}
#[test]
fn grades_and_mitoses_are_told_in_short() {
    check(
        &[
            ("Grade 1", Some("G1")),
            ("NET G2", Some("G2")),
            ("WHO Grade II", Some("G2")),
            ("low grade (G1)", Some("G1")),
            ("Histologic Grade: G1: Well differentiated", Some("G1")),
            ("intermediate grade, G2", Some("G2")),
            ("WHO 2019: Grade 3 NET", Some("G3")),
            ("Grade: 1 (of 3)", Some("G1")),
            ("Grade 1/3", Some("G1")),
            ("low-grade", None),
            ("GRADE 2 OF 3", Some("G2")),
        ],
        |t| pathology(t).grade,
    );
    check(
        &[
            ("Mitoses 1/2mm2", Some((1.0, 1.0))),
            ("Mitotic rate: 1 per 2 mm2", Some((1.0, 1.0))),
            ("No mitoses in 2 mm2", Some((0.0, 0.0))),
            ("<2 mitoses / 2 sq mm", Some((0.0, 2.0))),
            ("Mitotic count: less than 2 per 2mm^2", Some((0.0, 2.0))),
            ("Mitotic Rate (per 2 mm2): 1", Some((1.0, 1.0))),
            ("fewer than 1 mitosis per 2 mm²", Some((0.0, 1.0))),
            ("1 mitotic figure per 2 square millimetres", Some((1.0, 1.0))),
            ("Mitoses: 0-1 per 2 mm2", Some((0.0, 1.0))),
            ("mitotic index 3/10 HPF (2 mm2)", Some((3.0, 3.0))),
            ("mitoses 3/10 HPF", None),
        ],
        |t| pathology(t).mitoses_per_2mm2.map(|i| (i.low, i.high)),
    );
}
