//! Reports about another organ's tumour, another tumour of the small bowel, or none: short, and tempting.

use lacteal_narrative::{Item, Kind, read};

#[test]
fn another_tumour_states_nothing() {
    let rows = [
        (
            "DIAGNOSIS\nAppendix, appendicectomy: Well differentiated NET, 12 mm, G1, Ki-67 1%, pT1. Margin clear. Terminal ileum not included.",
            Kind::Pathology,
        ),
        (
            "Right hemicolectomy (completion) for appendiceal NET. No residual tumour in caecum, ileum or colon. 0/22 nodes.",
            Kind::Pathology,
        ),
        (
            "Duodenum, D2, endoscopic resection: NET 9 mm, G1, Ki-67 2%, pT1. Ileum not sampled.",
            Kind::Pathology,
        ),
        ("Ampulla: somatostatin-producing NET, 18 mm, pT2 N1 (2/9).", Kind::Pathology),
        ("Stomach, polyp: well differentiated NET type 1, 5 mm, Ki-67 <2%.", Kind::Pathology),
        ("Rectal polyp: NET G1 6 mm. Liver MRI clear.", Kind::Pathology),
        ("Lung, right lower lobe: typical carcinoid, 22 mm, pT1c N0 (0/8). Ki-67 2%.", Kind::Pathology),
        ("Ileum, resection: diffuse large B-cell lymphoma, 60 mm, Ki-67 90%.", Kind::Pathology),
        ("Ileum, biopsy: Crohn's ileitis. No dysplasia or malignancy.", Kind::Pathology),
        ("Ileum, resection: metastatic melanoma, 35 mm, through serosa.", Kind::Pathology),
        (
            "Jejunum, resection: adenocarcinoma, moderately differentiated, 45 mm, pT3 N1 (2/12).",
            Kind::Pathology,
        ),
        (
            "Ileum, resection: poorly differentiated neuroendocrine carcinoma, small cell type, 50 mm, Ki-67 80%, pT4.",
            Kind::Pathology,
        ),
        (
            "Caecum: mixed neuroendocrine-non-neuroendocrine neoplasm (MiNEN), 40 mm, pT3. Terminal ileum clear.",
            Kind::Pathology,
        ),
        ("Ovary: strumal carcinoid, 30 mm. Appendix and ileum normal at surgery.", Kind::Pathology),
        ("Pancreas, distal pancreatectomy: NET G2, 28 mm, Ki-67 6%, pT2 N0 (0/14).", Kind::Pathology),
        ("Liver, core biopsy: metastatic colorectal adenocarcinoma.", Kind::Pathology),
        ("Thyroid: medullary carcinoma, 14 mm, pT1b.", Kind::Pathology),
        (
            "Small bowel, resection: inflammatory fibroid polyp 30 mm causing intussusception. No neuroendocrine tumour.",
            Kind::Pathology,
        ),
        (
            "Small bowel, resection: GIST 42 mm, mitoses 2/5 mm2, CD117 positive. Synaptophysin negative.",
            Kind::Pathology,
        ),
        ("Mesentery, biopsy: desmoid fibromatosis. No evidence of carcinoid.", Kind::Pathology),
        ("Small bowel segment: ischaemic enteritis. 12 benign nodes.", Kind::Pathology),
        (
            "CT ABDOMEN\nFindings: Pancreatic head NET 21 mm. Liver metastases in segments 2 and 6. Terminal ileum normal.",
            Kind::Radiology,
        ),
        ("CT CHEST\nRight lower lobe carcinoid 24 mm. No liver metastases.", Kind::Radiology),
        ("CT\nIndication: rectal NET.\nFindings: No liver metastases. Ileum normal.", Kind::Radiology),
        ("MRI RECTUM\nRectal NET 15 mm invading submucosa. No nodes.", Kind::Radiology),
        (
            "DOTATATE PET\nIndication: pancreatic NET post Whipple.\nNo avid liver lesion. No mesenteric mass.",
            Kind::Radiology,
        ),
        (
            "CT\nIndication: appendiceal NET 2 cm, staging.\nLiver clear. No mesenteric lymphadenopathy.",
            Kind::Radiology,
        ),
        (
            "CT ABDOMEN\nIndication: Crohn's disease.\nTerminal ileal thickening 24 mm. Mesenteric nodes up to 12 mm. Liver normal.",
            Kind::Radiology,
        ),
        (
            "CT\nIndication: colon cancer T3N1.\nLiver metastases segment 5, 22 mm. Mesenteric mass none.",
            Kind::Radiology,
        ),
        (
            "Dear Dr\nDiagnosis: G1 NET of the appendix, 14 mm, pT2, resected 2021. No follow up needed. Liver normal on CT.",
            Kind::Clinic,
        ),
        (
            "Dear Dr\nDiagnosis: pancreatic NET G2, Ki-67 8%, liver metastases.\nHer mother had an ileal carcinoid.",
            Kind::Clinic,
        ),
        (
            "Dear Dr\nThis man has MEN1 with duodenal and pancreatic NETs. Small bowel MRI normal. Liver clear.",
            Kind::Clinic,
        ),
        ("Dear Dr\nCaecal carcinoid 3 cm resected 2015, T3N1. Now liver metastases.", Kind::Clinic),
        (
            "Dear Dr\nIrritable bowel syndrome. Chromogranin normal, 5-HIAA normal, ileal biopsies normal. No NET.",
            Kind::Clinic,
        ),
        (
            "Dear Dr\nTypical lung carcinoid, right middle lobectomy 2019, 3/12 nodes. CT liver clear.",
            Kind::Clinic,
        ),
        (
            "Dear Dr\nHis brother has a small bowel NET with liver metastases and he asks about screening. CT normal.",
            Kind::Clinic,
        ),
        (
            "Dear Dr\nUnknown primary NEC, Ki-67 70%, liver metastases, on carboplatin etoposide.",
            Kind::Clinic,
        ),
        ("Dear Dr\nGastric NET type 3, 22 mm, Ki-67 12%, for gastrectomy. Liver clear.", Kind::Clinic),
    ];
    for (text, kind) in rows {
        let report = read(text, kind);
        let stated = report.statements.iter().filter(|it| !matches!(it.item, Item::Imaging { .. }));
        let rules: Vec<_> = stated.map(|it| it.rule).collect();
        assert_eq!((report.in_scope, rules), (Some(false), Vec::new()), "{text}");
    }
}
