//! What the summary does not show: margins, vessels and nerves, deposits, stains, lesions of the liver, studies, and
//! what does not agree.

use lacteal_clinical::finding::Margin;
use lacteal_clinical::imaging::{Modality, Region};
use lacteal_narrative::{ContradictionKind, Histology, Item, Kind, Report, Stain, read};

use super::check;

fn specimen(phrase: &str) -> Report {
    let text = format!("DIAGNOSIS\nIleum, resection: Well differentiated neuroendocrine tumour.\n{phrase}\n");
    read(&text, Kind::Pathology)
}

fn items<T>(report: &Report, of: impl Fn(&Item) -> Option<T>) -> Vec<T> {
    report.statements.iter().filter_map(|it| of(&it.item)).collect()
}

#[test]
fn margins_are_read() {
    check(
        &[
            ("Margins: uninvolved.", vec![Margin::R0]),
            ("Resection margins are clear.", vec![Margin::R0]),
            ("Distal margin involved by tumour.", vec![Margin::R1]),
            ("R1 resection.", vec![Margin::R1]),
            ("R2 resection.", vec![Margin::R2]),
        ],
        |t| items(&specimen(t), |it| if let Item::Margin(margin) = it { Some(*margin) } else { None }),
    );
}

#[test]
fn vessels_and_nerves_are_told_apart() {
    let lymphovascular = |it: &Item| if let Item::LymphovascularInvasion(is) = it { Some(*is) } else { None };
    let perineural = |it: &Item| if let Item::PerineuralInvasion(is) = it { Some(*is) } else { None };
    check(
        &[
            ("Lymphovascular invasion: present.", (vec![true], vec![])),
            ("No lymphovascular invasion.", (vec![false], vec![])),
            ("Perineural invasion is identified.", (vec![], vec![true])),
            ("Perineural invasion: not identified.", (vec![], vec![false])),
            ("Lymphovascular invasion: present\nPerineural invasion: absent", (vec![true], vec![false])),
        ],
        |t| (items(&specimen(t), lymphovascular), items(&specimen(t), perineural)),
    );
}

#[test]
fn deposits_of_the_mesentery_are_no_mass() {
    let deposits = |it: &Item| if let Item::MesentericDeposits(is) = it { Some(*is) } else { None };
    let mass = |it: &Item| if let Item::MesentericMassSeen(is) = it { Some(*is) } else { None };
    check(
        &[
            ("Mesenteric tumour deposits: present", (vec![true], vec![])),
            ("Mesenteric tumour deposits: absent", (vec![false], vec![])),
            ("Tumour deposits: present", (vec![true], vec![])),
            ("No mesenteric tumour deposits.", (vec![false], vec![])),
            ("A mesenteric tumour deposit is seen.", (vec![true], vec![])),
            ("Mesenteric mass: present", (vec![], vec![true])),
        ],
        |t| (items(&specimen(t), deposits), items(&specimen(t), mass)),
    );
}

#[test]
fn each_stain_has_its_own_verdict() {
    let stains = |t: &str| {
        items(&specimen(t), |it| if let Item::Stain(stain, is) = it { Some((*stain, *is)) } else { None })
    };
    let (synaptophysin, chromogranin, cdx2) = (Stain::Synaptophysin, Stain::Chromogranin, Stain::Cdx2);
    check(
        &[
            (
                "Synaptophysin positive, chromogranin A positive, CDX2 negative.",
                vec![(synaptophysin, true), (chromogranin, true), (cdx2, false)],
            ),
            (
                "The cells are positive for synaptophysin and chromogranin and negative for CDX2.",
                vec![(synaptophysin, true), (chromogranin, true), (cdx2, false)],
            ),
            (
                "Synaptophysin, chromogranin and CDX2 are positive.",
                vec![(synaptophysin, true), (chromogranin, true), (cdx2, true)],
            ),
            ("The tumour expresses synaptophysin but not CDX2.", vec![(synaptophysin, true), (cdx2, false)]),
            ("Synaptophysin +, chromogranin +", vec![(synaptophysin, true), (chromogranin, true)]),
            ("Synaptophysin was requested.", vec![]),
        ],
        stains,
    );
}

#[test]
fn kinds_of_neuroendocrine_neoplasms_are_told_apart() {
    let histology = |t: &str| {
        let report = read(&format!("DIAGNOSIS\nIleum, resection: {t}\n"), Kind::Pathology);
        items(&report, |it| if let Item::Histology(kind) = it { Some(*kind) } else { None })
    };
    assert_eq!(histology("Well differentiated neuroendocrine tumour."), [Histology::Net]);
    assert!(!histology("Small cell neuroendocrine carcinoma.").contains(&Histology::Net));
    assert!(
        !histology("Mixed neuroendocrine-non-neuroendocrine neoplasm (MiNEN).").contains(&Histology::Net)
    );
}

#[test]
fn the_number_of_primaries_and_the_sizes_of_lesions_are_kept() {
    let count = |it: &Item| if let Item::Focality { count, .. } = it { *count } else { None };
    assert_eq!(items(&specimen("Three separate tumours."), count), [3]);
    let scan = "CT ABDOMEN\n\nFindings:\nIleal NET. Liver: metastases of 14 mm in segment 6 and 9 mm in segment 8.\n";
    let sizes = |it: &Item| {
        if let Item::LiverLesionSize(length) = it { Some(length.micrometres() / 1000) } else { None }
    };
    assert_eq!(items(&read(scan, Kind::Radiology), sizes), [14, 9]);
}

#[test]
fn a_scan_says_what_it_is_and_of_what() {
    check(
        &[
            ("CT ABDOMEN AND PELVIS", vec![(Modality::Ct, Region::AbdomenPelvis)]),
            ("MRI LIVER WITH CONTRAST", vec![(Modality::Mr, Region::Liver)]),
            ("68Ga-DOTATATE PET/CT WHOLE BODY", vec![(Modality::Pet, Region::WholeBody)]),
        ],
        |title| {
            let report = read(&format!("{title}\n\nFindings:\nIleal NET. Spleen normal.\n"), Kind::Radiology);
            items(
                &report,
                |it| if let Item::Imaging(it) = it { Some((it.modality, it.region)) } else { None },
            )
        },
    );
}

#[test]
fn what_does_not_agree_is_told() {
    let kinds = |t: &str| specimen(t).contradictions.iter().map(|it| it.kind).collect::<Vec<_>>();
    check(
        &[
            ("pT2 N0.\nStage: pT3 N0.", vec![ContradictionKind::T]),
            ("pT3 pN0.\nStage: pT3 pN1.", vec![ContradictionKind::N]),
            ("Grade: G1\nSummary: neuroendocrine tumour, G2.", vec![ContradictionKind::Grade]),
            ("Focality: unifocal\nThree separate tumours of the ileum.", vec![ContradictionKind::Focality]),
            ("Tumour extent: submucosa\nTumour extension: serosa", vec![ContradictionKind::Extent]),
            (
                "Tumour extent: submucosa\nTumour extension: serosa\nThree separate tumours of the ileum.",
                vec![],
            ),
            ("pT3 pN0.\nLymph nodes: 3/12 with metastasis.", vec![ContradictionKind::NodesAndCategory]),
            ("pT3 pN1.\nGrade: G2", vec![]),
        ],
        kinds,
    );
    let scan = "CT ABDOMEN\n\nFindings:\nIleal NET. Liver: metastasis in segment 6.\n\nImpression:\nNo liver metastases.\n";
    let report = read(scan, Kind::Radiology);
    assert_eq!(
        report.contradictions.iter().map(|it| it.kind).collect::<Vec<_>>(),
        [ContradictionKind::Liver]
    );
    let said = |at: usize| scan.get(report.statements[at].sentence.clone()).unwrap_or_default();
    let it = report.contradictions[0];
    assert!(said(it.first).contains("segment 6") && said(it.second).contains("No liver metastases"));
}
