//! More ways of measuring a primary: what is measured, and what lies beside it.

use super::{check, clinic, pathology, radiology};
#[test]
fn scans_measure_a_primary_beside_bowel_and_nodes() {
    check(
        &[
            ("There is a 24 mm hyperenhancing lesion in the distal ileum.", Some(24.0)),
            ("Distal ileal mass measures 24 x 20 mm.", Some(24.0)),
            ("Terminal ileum: 24 mm enhancing nodule.", Some(24.0)),
            ("The presumed ileal primary measures 24 mm.", Some(24.0)),
            ("Probable primary in the mid small bowel (24 mm, series 5 image 102).", Some(24.0)),
            (
                "A 2.4 cm intraluminal polypoid soft tissue mass is identified in the proximal ileum.",
                Some(24.0),
            ),
            (
                "Intensely enhancing submucosal nodule in the ileum measuring 2.4 cm, likely the primary tumour.",
                Some(24.0),
            ),
            ("Known terminal ileal tumour, 24 mm, unchanged.", Some(24.0)),
            ("Known primary tumour in the distal ileum is unchanged at 24 mm.", Some(24.0)),
            ("The tumour in the terminal ileum has not changed in size (24 mm).", Some(24.0)),
            ("Asymmetric ileal wall thickening up to 12 mm.", None),
            ("Small bowel loops dilated up to 38 mm.", None),
            ("The primary small bowel tumour (24 mm) is again seen in the right iliac fossa.", Some(24.0)),
            (
                "Avid focus in the distal ileum corresponding to a 24 mm mural nodule on CT, in keeping with the primary.",
                Some(24.0),
            ),
            ("Uptake in the known ileal primary (24 mm) and in mesenteric nodes (up to 18 mm).", Some(24.0)),
            ("Stable primary (24 mm) and nodal disease.", Some(24.0)),
            ("Small bowel: 24 x 15 mm polypoid lesion in distal ileum, likely NET.", Some(24.0)),
            ("Bowel: Enhancing mass in the terminal ileum measuring 2.4 x 1.9 cm.", Some(24.0)),
            ("GI: 2.4 cm mass in the ileum (3/88).", Some(24.0)),
            ("Two enhancing ileal lesions, 24 mm and 11 mm.", Some(24.0)),
            ("Multiple ileal nodules, the largest 24 mm.", Some(24.0)),
            ("In the RIF there is a small bowel mass of 24 mm with adjacent nodes.", Some(24.0)),
            ("24mm ileal primary with 15mm adjacent node.", Some(24.0)),
            ("Primary tumor: distal ileum, 2.4 cm (image 4/77).", Some(24.0)),
            ("Appendix 6 mm.", None),
            ("Ileal lesion 24 mm -> 26 mm.", Some(26.0)),
            ("Jejunal mass now 2.4 cm (prior 2.1 cm).", Some(24.0)),
        ],
        |t| radiology(t).tumour_size_mm,
    );
}
#[test]
fn letters_measure_a_primary_in_passing() {
    check(
        &[
            ("Histology: 24 mm ileal NET.", Some(24.0)),
            ("She had a 2.4 cm tumour removed from the terminal ileum.", Some(24.0)),
            ("The tumour, which measured 24 mm, had gone through the muscle layer.", Some(24.0)),
            ("pT3 (24mm) N1 M0", Some(24.0)),
            ("Ileal NET: 24mm, pT3, N1 (4/18), Ki-67 2%.", Some(24.0)),
            ("Pathology reviewed: 2.4cm G1 NET with 4/18 nodes.", Some(24.0)),
            ("He had two tumours measuring 24 and 12 mm.", Some(24.0)),
            ("The primary was small at 9 mm.", Some(9.0)),
            ("Primary 24 mm in terminal ileum.", Some(24.0)),
            ("Known 24mm distal ileal NET.", Some(24.0)),
            ("Resected specimen: 24 mm tumour, 4 of 18 nodes.", Some(24.0)),
            ("Small bowel resection Feb 2021 (24 mm NET, G1, pT3N1).", Some(24.0)),
            ("The largest of the tumours was 2.4 cm across.", Some(24.0)),
            ("Op findings: 2.4cm tumour 40cm from ICV, 4cm mesenteric mass.", Some(24.0)),
            ("Mesenteric mass 38 mm; primary not seen.", None),
            ("12 cm of ileum was removed.", None),
            ("A 24-mm well-differentiated NET was found.", Some(24.0)),
            ("Tumour size was 24mm.", Some(24.0)),
            ("Her histology was of a 2.4 centimetre neuroendocrine tumour.", Some(24.0)),
            ("liver lesion of 12 mm", None),
            ("Ileal primary (24 x 18 mm) resected 2020.", Some(24.0)),
        ],
        |t| clinic(t).tumour_size_mm,
    );
}
#[test]
fn pathologists_measure_nodules_lesions_and_areas() {
    check(
        &[
            ("A nodular tan-yellow lesion 24 x 20 x 15 mm is present in the mucosa.", Some(24.0)),
            ("The bowel contains a polypoid lesion 24 mm across.", Some(24.0)),
            ("There is a raised firm area measuring 24 x 18 mm.", Some(24.0)),
            ("Tumour diameter (max) 24mm", Some(24.0)),
            ("Greatest tumour dimension (mm): 24", Some(24.0)),
            ("Size of invasive tumour: 24 mm", Some(24.0)),
            ("Tumour size: 24 mm (largest of 3)", Some(24.0)),
            ("Tumor Size: Greatest Dimension (Centimeters): 2.4 cm", Some(24.0)),
            ("Tumor Size: 2.4 x 1.8 x 1.1 cm", Some(24.0)),
            ("Dimensions of tumour: 24 x 18 x 11mm", Some(24.0)),
            ("Tumour measures 24mm in maximal extent", Some(24.0)),
            (
                "Opening reveals an ulcerated tumour of 24mm, situated 55mm from the distal margin.",
                Some(24.0),
            ),
            ("Multiple submucosal nodules ranging from 3 to 24 mm.", Some(24.0)),
            ("Four nodules: 24, 13, 8 and 5 mm.", Some(24.0)),
            ("Four nodules measuring 24 mm, 13 mm, 8 mm and 5 mm respectively.", Some(24.0)),
            ("The larger tumour is 2.4 cm, the smaller is 0.8 cm.", Some(24.0)),
            ("Tumour 1: 24 mm. Tumour 2: 8 mm.", Some(24.0)),
            ("Well differentiated neuroendocrine tumour, 24mm", Some(24.0)),
            ("NET, 2.4 cm, G1", Some(24.0)),
            ("NET (2.4 cm), G1", Some(24.0)),
            ("2.4 cm NET of ileum", Some(24.0)),
            ("Size of largest lymph node metastasis: 14 mm", None),
            ("Lesion identified: yes, 24 mm", Some(24.0)),
            ("Specimen length 240 mm, width 30 mm.", None),
            ("Distance to nearest margin 24 mm", None),
            ("At 80 mm from the proximal end is a 24 mm constricting tumour.", Some(24.0)),
            ("The tumour (24 mm) is centred on the submucosa.", Some(24.0)),
            ("Microscopic tumour size 24 mm; macroscopic 20 mm", Some(24.0)),
            ("Largest tumour focus 24 mm", Some(24.0)),
            ("Nodule within wall 24 mm dia.", Some(24.0)),
        ],
        |t| pathology(t).tumour_size_mm,
    );
}
