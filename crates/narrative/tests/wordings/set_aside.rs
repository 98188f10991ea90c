//! What was weighed and set aside, what is only asked, and figures that belong to something else than they stand beside.

use lacteal_narrative::{Kind, read};

use super::{check, clinic, ki, pathology, radiology};

#[test]
fn a_net_that_was_considered_and_excluded_is_none() {
    let text = "Impression\nTerminal ileum: Poorly differentiated neuroendocrine carcinoma, large cell type. pT4 pN1.\n\
                A well differentiated NET G3 was considered, but morphology, p53 and Rb exclude the same.\n";
    let it = read(text, Kind::Pathology);
    assert_eq!((it.in_scope, it.summary().grade), (Some(false), None));
}

#[test]
fn a_question_is_no_finding() {
    let text = |question: &str| {
        format!(
            "MRI upper abdomen\n\n{question}\n\nAssessment:\n- No hepatic metastases. CT finding S4a = fatty change.\n"
        )
    };
    check(
        &[
            (
                "History and question: NET of the jejunum. In CT suspicious lesion liver S4a. Metastasis? Stones?",
                Some("absent"),
            ),
            ("NET of the jejunum. Liver lesion in CT. Metastasis?", Some("absent")),
        ],
        |t| read(&text(t), Kind::Radiology).summary().liver_metastasis,
    );
    assert_eq!(
        radiology("9 mm lesion in segment 6 of the liver. Metastasis?").liver_metastasis,
        Some("indeterminate")
    );
}

#[test]
fn nodes_behind_other_words_are_counted() {
    check(
        &[
            ("Margins are clear, two out of five nodes positive.", (Some(5), Some(2))),
            ("Margins are clear, 2/5 nodes positive.", (Some(5), Some(2))),
            ("Margins 0/2.", (None, None)),
        ],
        |t| {
            let it = clinic(t);
            (it.nodes_examined, it.nodes_positive)
        },
    );
}

#[test]
fn indices_are_read_in_words_and_by_lesion() {
    check(
        &[
            ("Grade two with a Ki sixty seven of eight percent.", ki(8.0, 8.0)),
            ("Ki-67 of twenty two percent.", ki(22.0, 22.0)),
            ("Ki-67: 14 mm lesion: 1.8%; 9 mm lesion: 2.4%", ki(2.4, 2.4)),
            (
                "Ki-67: 5-7%\n\nC) Metastasis of well-differentiated NET. Ki-67 11%. Parenchymal margin 1 mm.",
                ki(5.0, 7.0),
            ),
        ],
        |t| pathology(t).ki67_percent.map(|it| (it.low, it.high)),
    );
    assert_eq!(pathology("Ki-67: 14 mm lesion: 1.8%; 9 mm lesion: 2.4%").tumour_size_mm, None);
}

#[test]
fn a_letter_names_the_bowel_in_one_sentence_and_the_tumour_in_another() {
    let text = "Dear Dr\n\nAt surgery we found a tumour of the small bowel. The histology is back. It is a well differentiated \
                neuroendocrine tumour, twenty one millimetres.\n\nHis late sister had a liver cancer.\n";
    let it = read(text, Kind::Clinic).summary();
    assert_eq!((it.in_scope, it.site, it.tumour_size_mm), (Some(true), Some("small_bowel"), Some(21.0)));
}

#[test]
fn limits_and_layers_that_are_only_pushed_are_not_the_tumours() {
    let text = "SPECIMEN: JEJUNUM\nGROSS: NODULE MEASURING 1.3 X 1.1 CM.\nMICROSCOPY: TUMOUR IS CENTRED IN SUBMUCOSA. THE MUSCULARIS \
                PROPRIA IS PUSHED BUT NOT INFILTRATED.\nIMPRESSION: WELL DIFFERENTIATED NEUROENDOCRINE TUMOUR, JEJUNUM.\n\
                STAGE pT2 N0 ( T2 ON ACCOUNT OF SIZE > 1 CM )\n";
    let it = read(text, Kind::Pathology).summary();
    assert_eq!((it.tumour_size_mm, it.extent), (Some(13.0), Some("submucosa")));
}

#[test]
fn units_may_stand_before_their_numbers_and_words_be_cut() {
    check(
        &[
            ("Polypoid lesion of cm 1.7 x 1.3.", Some(17.0)),
            ("Concl: tumour w. central scar, cm 2.", Some(20.0)),
        ],
        |t| pathology(t).tumour_size_mm,
    );
    let meckel = "Appendix 78 mm, no tumour.\nConcl: Meckel's diverticulum w. NET G1, 5 mm; pT1 NX. Mitoses 0 pr. 2 mm2.\n";
    let it = read(meckel, Kind::Pathology).summary();
    assert_eq!((it.site, it.mitoses_per_2mm2.map(|it| it.high)), (Some("meckel"), Some(0.0)));
}

#[test]
fn another_organ_among_the_rest_takes_nothing_from_what_stands_above_it() {
    let text = "Clinical information:\nKnown lobular breast carcinoma 2011.\n\nMicroscopy:\nThe infiltrates run through the muscularis \
                propria and into the subserosal fat.\nAppendix with fibrosis of the tip.\n\nDiagnosis:\nWell differentiated \
                neuroendocrine tumour of the terminal ileum.\n";
    assert_eq!(read(text, Kind::Pathology).summary().extent, Some("subserosa"));
}

#[test]
fn the_part_of_the_bowel_is_told_by_what_was_resected() {
    check(
        &[
            ("SI-NET operated 2020 (ileal resection, pT3 pN1, Ki-67 3 %).", Some("ileum")),
            ("Ileal resection 2020 for SI-NET.", Some("ileum")),
            (
                "SI-NET. Localisation: jejunum, distal, transition to ileum cannot be recognised",
                Some("jejunum"),
            ),
        ],
        |t| read(&format!("PET/CT\n\nClin info: {t}\n"), Kind::Radiology).summary().site,
    );
}
