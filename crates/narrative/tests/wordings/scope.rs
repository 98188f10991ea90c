//! Short reports of one tumour, and whose it is.

use lacteal_narrative::{Kind, read};

use super::check;

#[test]
fn scope_and_site_are_told_by_few_words() {
    check(
        &[
            (
                "CT ABDOMEN\nIndication: Carcinoid.\nFindings: Enhancing 2 cm mass in the terminal ileum consistent with the known carcinoid tumour. No liver lesion.",
                (Some(true), Some("ileum")),
            ),
            (
                "CT follow up\nClinical: Midgut NET, resected 2019.\nNo recurrence. Liver clear.",
                (Some(true), Some("small_bowel")),
            ),
            (
                "MDT outcome\nDiagnosis: Metastatic midgut carcinoid\nPlan: lanreotide",
                (Some(true), Some("small_bowel")),
            ),
            (
                "Dear Dr Jones\nThis lady has a metastatic small intestinal neuroendocrine tumour.\nYours",
                (Some(true), Some("small_bowel")),
            ),
            ("Dear Dr Jones\nThis lady has an SI-NET grade 1.\nYours", (Some(true), Some("small_bowel"))),
            ("Dear Dr Jones\nDiagnosis: SB-NET G1\nYours", (Some(true), Some("small_bowel"))),
            ("Dear Dr Jones\nDiagnosis: siNET G1, stage IV\nYours", (Some(true), Some("small_bowel"))),
            (
                "Dear colleague\nDiagnoses: 1. NET of the distal ileum (G1, pT3N1M0)\n2. Hypertension",
                (Some(true), Some("ileum")),
            ),
            (
                "Discharge summary\nPrincipal diagnosis: Neuroendocrine tumour ileum\nProcedure: right hemicolectomy",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nSpecimen: Right hemicolectomy\nDiagnosis: Terminal ileum: well differentiated neuroendocrine tumour 2.1 cm. Appendix: unremarkable.",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY REPORT\nJejunum, segmental resection - Well differentiated NET, G1.",
                (Some(true), Some("jejunum")),
            ),
            (
                "PATHOLOGY REPORT\nMeckel's diverticulum, excision - Carcinoid tumour, 8 mm.",
                (Some(true), Some("meckel")),
            ),
            (
                "Endoscopy pathology\nTerminal ileal biopsies: well differentiated neuroendocrine tumour.",
                (Some(true), Some("ileum")),
            ),
            (
                "68Ga-DOTATATE PET/CT\nHistory: biopsy-proven NET liver metastases, unknown primary.\nFindings: Focal uptake in the distal ileum consistent with the primary.",
                (Some(true), Some("ileum")),
            ),
            (
                "68Ga-DOTATATE PET/CT\nHistory: liver NET metastases, ?primary.\nImpression: The primary tumour is most likely in the terminal ileum.",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nAppendix, appendicectomy: well differentiated neuroendocrine tumour 8 mm at tip. pT1.",
                (Some(false), None),
            ),
            (
                "PATHOLOGY\nRight hemicolectomy for appendiceal NET: No residual tumour. Terminal ileum unremarkable. 0/18 nodes.",
                (Some(false), None),
            ),
            ("PATHOLOGY\nRectal polyp: neuroendocrine tumour G1, Ki-67 1%", (Some(false), None)),
            (
                "PATHOLOGY\nTerminal ileum biopsy: chronic active ileitis. No evidence of neuroendocrine tumour.",
                (Some(false), None),
            ),
            (
                "PATHOLOGY\nSmall bowel resection: diffuse large B-cell lymphoma. Ki-67 90%.",
                (Some(false), None),
            ),
            ("PATHOLOGY\nSmall bowel resection: GIST, 4 cm, 2 mitoses per 5 mm2.", (Some(false), None)),
            (
                "PATHOLOGY\nSmall bowel, ileum, resection: adenocarcinoma, moderately differentiated, pT3 pN1.",
                (Some(false), None),
            ),
            ("PATHOLOGY\nIleum, resection: metastatic melanoma.", (Some(false), None)),
            ("PATHOLOGY\nIleum, resection: metastatic lobular carcinoma of breast.", (Some(false), None)),
            (
                "PATHOLOGY\nIleum, resection: Crohn's disease with stricture. No dysplasia or malignancy.",
                (Some(false), None),
            ),
            ("PATHOLOGY\nDuodenum, biopsy: Well differentiated NET, G1, 8 mm.", (Some(false), None)),
            ("PATHOLOGY\nGastric biopsies: type 1 NET, G1.", (Some(false), None)),
            (
                "PATHOLOGY\nPancreas, distal pancreatectomy: well differentiated neuroendocrine tumour, G2. Liver: metastatic NET.",
                (Some(false), None),
            ),
            ("PATHOLOGY\nLung, right lower lobe: typical carcinoid.", (Some(false), None)),
            ("PATHOLOGY\nOvary, left: strumal carcinoid. Small bowel: no tumour.", (Some(false), None)),
            ("PATHOLOGY\nCaecum: neuroendocrine carcinoma, large cell. Ki-67 80%.", (Some(false), None)),
            (
                "CT ABDOMEN PELVIS\nIndication: RIF pain.\nFindings: Acute appendicitis. Terminal ileum normal. Liver normal.",
                (Some(false), None),
            ),
            (
                "CT ABDOMEN PELVIS\nIndication: Colon cancer staging.\nFindings: 4 cm mass caecum. Small bowel normal. Liver clear.",
                (Some(false), None),
            ),
            (
                "CT CHEST\nIndication: lung carcinoid resected 2019.\nFindings: no recurrence. Liver clear.",
                (Some(false), None),
            ),
            (
                "CT ABDOMEN\nIndication: known pancreatic NET.\nFindings: 3 cm enhancing mass in tail. Liver: multiple metastases. Small bowel unremarkable.",
                (Some(false), None),
            ),
            (
                "MRI PELVIS\nIndication: rectal NET post EMR.\nFindings: no residual. Liver normal.",
                (Some(false), None),
            ),
            (
                "CT ABDOMEN\nIndication: ?carcinoid, flushing.\nFindings: No small bowel mass. No mesenteric mass. Liver clear. No evidence of a neuroendocrine tumour.",
                (Some(false), None),
            ),
            (
                "Dear Dr\nDiagnosis: appendiceal NET 12 mm, completely excised.\nHis mother had an ileal carcinoid.\nYours",
                (Some(false), None),
            ),
            (
                "Dear Dr\nDiagnosis: MEN1 with pancreatic NETs\nCT: liver clear, small bowel normal.",
                (Some(false), None),
            ),
            (
                "Dear Dr\nDiagnosis: Bronchial carcinoid (typical), pT1 N0\nDOTATATE PET: no uptake in the small bowel or liver.",
                (Some(false), None),
            ),
            ("Dear Dr\nDiagnosis: Phaeochromocytoma\n", (Some(false), None)),
            (
                "Dear Dr\nDiagnosis: Colorectal cancer pT3 N1, CAPOX\nCT: no liver metastases",
                (Some(false), None),
            ),
            (
                "PATHOLOGY\nLiver biopsy: metastatic well differentiated NET, grade 2. Primary site not known.",
                (None, None),
            ),
            (
                "CT\nIndication: NET liver metastases of unknown primary.\nFindings: liver metastases. No primary seen in pancreas or small bowel.",
                (None, None),
            ),
            (
                "PATHOLOGY\nMesenteric lymph node: metastatic well differentiated neuroendocrine tumour. A primary in the small bowel or pancreas should be sought.",
                (None, None),
            ),
            (
                "PATHOLOGY\nMesenteric mass biopsy: metastatic well-differentiated neuroendocrine tumour, consistent with the patient's known ileal primary.",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nLiver biopsy: metastatic NET, consistent with origin from ileal primary.",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nIleocaecal resection: NET of ileocaecal valve / terminal ileum, 2 cm. Caecum and appendix free.",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nRight hemicolectomy\nTumour site: ileum\nHistological type: Neuroendocrine tumour\nAlso: tubular adenoma of ascending colon with low grade dysplasia.",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nA. Ileum: well differentiated NET G1, 2.3 cm, pT3 pN1. B. Sigmoid colon: adenocarcinoma, pT2 pN0.",
                (Some(true), Some("ileum")),
            ),
            (
                "US ABDOMEN\nClinical: known ileal carcinoid with liver mets.\nFindings: Liver metastases in both lobes.",
                (Some(true), Some("ileum")),
            ),
            (
                "OCTREOTIDE SCAN\nHistory: small bowel carcinoid.\nFindings: uptake in mesentery. No liver uptake.",
                (Some(true), Some("small_bowel")),
            ),
            (
                "DISCHARGE SUMMARY\n58M admitted with SBO. Laparotomy: ileal mass with mesenteric nodes resected. Histology: well-diff NET G1 pT3N1.",
                (Some(true), Some("ileum")),
            ),
            (
                "MDT\n67F. Ileal resection 3/24. Path: G1 NET 22mm pT3 N1 R0.\nPlan: CT 6/12.",
                (Some(true), Some("ileum")),
            ),
            ("MDT\nPt with jejunal NET, Ki67 3%, nodes 2/12", (Some(true), Some("jejunum"))),
            (
                "Clinic letter\nDiagnosis: Neuroendocrine tumour (small bowel) with mesenteric nodes",
                (Some(true), Some("small_bowel")),
            ),
            ("Clinic letter\nDiagnosis - NET (ileal primary), liver mets", (Some(true), Some("ileum"))),
            ("Clinic letter\nDx: G1 NET, primary: distal ileum", (Some(true), Some("ileum"))),
            (
                "Clinic letter\nDx: well differentiated neuroendocrine tumour of midgut origin",
                (Some(true), Some("small_bowel")),
            ),
            (
                "CT\nIndication: NET.\nFindings: Primary tumour in distal ileum 18 mm. Mesenteric mass 3 cm.",
                (Some(true), Some("ileum")),
            ),
            (
                "CT\nFindings: Spiculated calcified mesenteric mass 3 cm with tethering. Enhancing nodule in the terminal ileum. Appearances typical of carcinoid.",
                (Some(true), Some("ileum")),
            ),
            (
                "CT\nFindings: Distal ileal lesion 18 mm with desmoplastic mesenteric mass, in keeping with neuroendocrine tumour.",
                (Some(true), Some("ileum")),
            ),
            (
                "CT\nFindings: Small bowel mass with calcified mesenteric mass most likely neuroendocrine tumour.",
                (Some(true), Some("small_bowel")),
            ),
            (
                "PATHOLOGY\nTOPOGRAPHY: ileum\nMORPHOLOGY: carcinoid tumour NOS M8240/3",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nSpecimen: 'ileal segment'\nThe sections show a carcinoid tumour invading the muscularis propria.",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nNature of specimen: small bowel\nDiagnosis: WDNET, G1",
                (Some(true), Some("small_bowel")),
            ),
            (
                "PATHOLOGY\nSmall intestine, segmental resection:\n- Well-differentiated neuroendocrine tumor (G1), 1.8 cm",
                (Some(true), Some("small_bowel")),
            ),
            (
                "PATHOLOGY\nSmall intestine, ileum, segmental resection:\n- Neuroendocrine neoplasm, NET G1, 1.8 cm",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nIleum + caecum:\nEndocrine tumour, well differentiated (carcinoid), 2 cm in ileum.",
                (Some(true), Some("ileum")),
            ),
            (
                "Clinic letter\nDiagnosis: Metastatic small bowel NET (terminal ileum), G1",
                (Some(true), Some("ileum")),
            ),
            (
                "PATHOLOGY\nA. ILEUM AND URINARY BLADDER DOME, EN BLOC RESECTION:\nWell-differentiated neuroendocrine tumor, 5.4 cm.",
                (Some(true), Some("ileum")),
            ),
            ("MDT\nDiagnosis: WD NET G1 ileum", (Some(true), Some("ileum"))),
            ("MDT\nDx: NET - terminal ileum", (Some(true), Some("ileum"))),
            (
                "MDT\nDx: Neuroendocrine tumour, grade 1, arising in the distal ileum",
                (Some(true), Some("ileum")),
            ),
            ("MDT\nTumour type: NET\nPrimary site: Ileum\nGrade: 1", (Some(true), Some("ileum"))),
            ("MDT\nTumour type: NET\nPrimary: small bowel\nGrade: 1", (Some(true), Some("small_bowel"))),
            ("NET MDM\nDisease: NET. Primary: TI. Grade: G1", (Some(true), Some("ileum"))),
            ("NET MDM\nDisease: NET. Primary: Appendix. Grade: G1", (Some(false), None)),
            ("NET MDM\nDisease: NET. Primary: pancreas (tail). Liver mets.", (Some(false), None)),
            ("NET MDM\nDiagnosis: Pancreatic NET G2. Small bowel normal on CT.", (Some(false), None)),
            ("NET MDM\nDiagnosis: rectal NET, 6 mm", (Some(false), None)),
            ("NET MDM\nDiagnosis: gastric NET type 1", (Some(false), None)),
            ("NET MDM\nDiagnosis: D2 duodenal NET, 9 mm", (Some(false), None)),
            ("NET MDM\nDiagnosis: thymic carcinoid", (Some(false), None)),
            ("NET MDM\nDiagnosis: Merkel cell carcinoma", (Some(false), None)),
            ("NET MDM\nDiagnosis: medullary thyroid carcinoma", (Some(false), None)),
            ("NET MDM\nDiagnosis: insulinoma, 14 mm, pancreatic body", (Some(false), None)),
            ("NET MDM\nDiagnosis: gastrinoma, duodenum", (Some(false), None)),
            ("NET MDM\nDiagnosis: paraganglioma", (Some(false), None)),
            ("NET MDM\nDiagnosis: caecal NET G1", (Some(false), None)),
            ("NET MDM\nDiagnosis: colonic NEC", (Some(false), None)),
            ("NET MDM\nDiagnosis: NET of the gallbladder", (Some(false), None)),
            ("NET MDM\nDiagnosis: ovarian carcinoid", (Some(false), None)),
            ("NET MDM\nDiagnosis: renal NET", (Some(false), None)),
            ("NET MDM\nDiagnosis: ampullary NET G1", (Some(false), None)),
            ("NET MDM\nDiagnosis: Bronchial NET", (Some(false), None)),
            ("NET MDM\nDiagnosis: NET of the right colon", (Some(false), None)),
            ("NET MDM\nDiagnosis: appendiceal goblet cell adenocarcinoma", (Some(false), None)),
            (
                "PATHOLOGY\nAppendix and terminal ileum, right hemicolectomy: Goblet cell adenocarcinoma of the appendix. Ileum free.",
                (Some(false), None),
            ),
            ("PATHOLOGY\nSmall bowel resection: metastatic lung carcinoid.", (Some(false), None)),
            (
                "PATHOLOGY\nSmall bowel: metastatic neuroendocrine tumour from pancreatic primary.",
                (Some(false), None),
            ),
            ("PATHOLOGY\nSmall bowel: heterotopic pancreas. No neuroendocrine tumour.", (Some(false), None)),
            ("PATHOLOGY\nMeckel's diverticulum with gastric heterotopia. No carcinoid.", (Some(false), None)),
            ("PATHOLOGY\nIleum, biopsy: lymphoid hyperplasia.", (Some(false), None)),
            ("PATHOLOGY\nIleum: inflammatory fibroid polyp.", (Some(false), None)),
            ("PATHOLOGY\nIleal segment: lipoma, intussusception. Clinical: ?carcinoid.", (Some(false), None)),
            ("PATHOLOGY\nIleum: leiomyosarcoma, Ki-67 40%, 12 mitoses per 10 HPF.", (Some(false), None)),
            (
                "PATHOLOGY\nTerminal ileum & caecum: caecal adenocarcinoma pT3 N1. Ileal margin clear. Chromogranin negative.",
                (Some(false), None),
            ),
            ("PATHOLOGY\nIleum: follicular lymphoma grade 1. Ki-67 10%. ", (Some(false), None)),
            ("PATHOLOGY\nSmall bowel: large cell neuroendocrine carcinoma, Ki-67 80%.", (Some(false), None)),
            ("PATHOLOGY\nIleum: mixed adenoneuroendocrine carcinoma (MANEC).", (Some(false), None)),
            ("PATHOLOGY\nLiver biopsy: metastatic adenocarcinoma of colorectal origin.", (Some(false), None)),
            ("PATHOLOGY\nLiver biopsy: hepatocellular carcinoma.", (Some(false), None)),
            ("PATHOLOGY\nJejunum: GIST 6 cm, 3 mitoses per 5 mm2, Ki-67 5%.", (Some(false), None)),
            (
                "CT\nIndication: Crohn's disease.\nFindings: terminal ileitis. No mass. Liver normal.",
                (Some(false), None),
            ),
            (
                "CT\nIndication: weight loss.\nFindings: 5 cm jejunal mass with bulky nodes, likely lymphoma. Liver clear.",
                (Some(false), None),
            ),
            (
                "CT\nIndication: GIST of jejunum resected.\nFindings: No recurrence. Liver clear.",
                (Some(false), None),
            ),
            (
                "CT\nIndication: pheochromocytoma.\nFindings: 3 cm adrenal mass. Liver clear. Small bowel normal.",
                (Some(false), None),
            ),
            (
                "PET\nIndication: lung NET.\nFindings: 2 cm RLL nodule avid. Physiological small bowel uptake. Liver clear.",
                (Some(false), None),
            ),
            (
                "PET\nIndication: medullary thyroid cancer.\nFindings: cervical nodes. No liver lesions.",
                (Some(false), None),
            ),
            (
                "CT\nIndication: appendiceal carcinoid, right hemicolectomy 2021.\nFindings: ileocolic anastomosis normal, no liver metastases.",
                (Some(false), None),
            ),
            (
                "Dear Dr\nDiagnosis: Irritable bowel syndrome. Chromogranin A raised on omeprazole. CT: no evidence of NET in the small bowel. Liver clear.",
                (Some(false), None),
            ),
            (
                "Dear Dr\nShe was referred with flushing. Her sister has an ileal NET. CT, DOTATATE PET normal: no neuroendocrine tumour. Liver clear.\nDiagnosis: menopausal flushing.",
                (Some(false), None),
            ),
            ("Dear Dr\nDiagnosis: Follicular lymphoma of the ileum.", (Some(false), None)),
            (
                "Dear Dr\nDiagnosis: Adenocarcinoma of the jejunum, T3 N1, Ki-67 not done.",
                (Some(false), None),
            ),
        ],
        |text| {
            let summary = read(text, Kind::Auto).summary();
            (summary.in_scope, summary.site)
        },
    );
}

#[test]
fn a_tumour_that_is_one_of_several_decides_nothing() {
    check(
        &[
            (
                "CT\nImpression: 2.1 cm jejunal mass, differential GIST versus carcinoid tumor versus adenocarcinoma.\n",
                None,
            ),
            ("CT\nImpression: Ileal mass, lymphoma vs carcinoid.\n", None),
            ("CT\nImpression: Jejunal mass: GIST, NET or lymphoma.\n", None),
            ("CT\nImpression: Ileal mass most in keeping with NET rather than lymphoma.\n", Some(true)),
            ("CT\nImpression: Terminal ileal mass, probably carcinoid.\n", Some(true)),
            (
                "CT\nImpression: Terminal ileal mass with desmoplastic mesenteric mass, carcinoid more likely than adenocarcinoma.\n",
                Some(true),
            ),
        ],
        |text| read(text, Kind::Radiology).in_scope,
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

#[test]
fn a_letter_goes_back_to_its_own_tumour() {
    let text = "Dear Dr X,\n\nDiagnoses:\n1. Terminal ileal NET, G1\n2. Prostate cancer, pT2c N0, 2011\n\nHis scan shows \
                that the mesenteric nodal mass is again 21 mm.\n\nYours sincerely\n";
    let it = read(text, Kind::Clinic).summary();
    assert_eq!((it.mesenteric_mass_mm, it.pT, it.site), (Some(21.0), None, Some("ileum")));
}
