//! More of what is said of the liver, on scans, in letters and of specimens.

use super::{check, clinic, pathology, radiology};
#[test]
fn scans_speak_of_burden_change_and_doubt() {
    let (p, a, i) = (Some("present"), Some("absent"), Some("indeterminate"));
    check(
        &[
            ("Liver: Scattered hypervascular lesions consistent with metastases, the largest 2.2 cm.", p),
            ("Hepatic metastatic burden is stable.", p),
            ("There has been an interval increase in the size and number of liver metastases.", p),
            ("New 8 mm arterially enhancing lesion in segment 5, suspicious for metastasis.", i),
            ("New arterially enhancing lesion in segment 5, concerning for metastatic disease.", i),
            ("Previously described segment 7 lesion is no longer visualised.", None),
            ("No suspicious hepatic lesions.", a),
            ("No new or suspicious hepatic lesions.", a),
            ("No liver lesions identified.", a),
            ("No focal liver abnormality.", a),
            ("Hepatic parenchyma is homogeneous without focal lesion.", a),
            ("Liver demonstrates diffuse steatosis. No focal mass.", a),
            ("Simple hepatic cysts. No suspicious lesion.", a),
            ("Hepatic cysts are stable.", None),
            ("Tiny hypodensities too small to characterise, likely cysts.", None),
            ("Subcentimetre hypoattenuating liver lesions, too small to characterise.", i),
            ("The 5 mm segment 3 lesion remains indeterminate.", i),
            ("Stable treated hepatic metastases.", p),
            ("Post ablation cavity in segment 6 with no residual enhancement; no new liver lesions.", None),
            ("Known bilobar liver metastases, not significantly changed.", p),
            ("No evidence of hepatic metastatic disease.", a),
            ("No hepatic or pulmonary metastases.", a),
            ("The liver is enlarged with multiple metastases.", p),
            ("At least ten metastases are present throughout both lobes of the liver.", p),
            ("Liver: metastases +++, largest 44 mm.", p),
            ("Liver mets stable.", p),
            ("Liver clear.", a),
            ("Clear liver.", a),
            ("Liver - NAD.", a),
            ("Liver: no change.", None),
            ("Liver: unchanged.", None),
            ("Liver: stable appearance of cysts.", None),
            ("Perihepatic fluid. Liver parenchyma normal.", a),
            (
                "Ill-defined low attenuation in segment 4 adjacent to the falciform ligament, likely focal fat.",
                None,
            ),
            ("Arterial phase hyperenhancement in segment 8, likely a perfusion anomaly.", None),
            ("Hypervascular focus in segment 8, perfusion anomaly versus small metastasis.", i),
            ("Possible early metastasis in segment 2.", i),
            ("Solitary liver metastasis, segment 6, 18 mm.", p),
            ("Liver metastasis in segment 6 has resolved.", None),
            ("Disease progression in the liver.", p),
            ("The liver metastases have responded with reduction in size.", p),
            ("No convincing liver metastases.", a),
            ("No definite evidence of liver metastases.", a),
            ("Metastatic deposits in liver segments II, V and VIII.", p),
            ("Liver: metastatic disease as before.", p),
            ("No FLR. Liver lesions likely represent metastases.", i),
        ],
        |t| radiology(t).liver_metastasis,
    );
}
#[test]
fn letters_speak_of_spread_and_of_what_may_come() {
    let (p, a, i) = (Some("present"), Some("absent"), Some("indeterminate"));
    check(
        &[
            ("His liver metastases are stable on the latest CT.", p),
            ("There is no evidence of spread to the liver.", a),
            ("CT shows no sign of disease in the liver.", a),
            ("MRI of the liver was clear.", a),
            ("The recent MRI liver did not show any metastases.", a),
            ("Her scan shows that the cancer has spread to the liver.", p),
            ("The scan unfortunately shows two new spots in the liver which are likely to be metastases.", i),
            ("We are awaiting the MRI liver to exclude metastases.", None),
            ("She has metastatic disease in the liver and mesentery.", p),
            ("Stage IV ileal NET with bilobar liver metastases.", p),
            ("Liver resection for metastases in 2019, no recurrence since.", None),
            ("There is an indeterminate 6 mm lesion in segment 4 of the liver.", i),
            ("CT liver: no mets.", a),
            ("PET: liver clear, mesenteric node only.", a),
            ("No liver mets to date.", a),
            ("liver mets (segments 2, 6)", p),
            ("He is at risk of liver metastases.", None),
            ("If liver metastases develop we would consider PRRT.", None),
            ("CT TAP: no distant metastases.", None),
            ("He underwent embolisation of his liver metastases in June.", p),
            ("No evidence of metastatic disease in chest, abdomen or pelvis.", None),
            ("The liver lesions seen on ultrasound were confirmed to be haemangiomas on MRI.", None),
            ("Imaging shows progression of liver disease.", p),
            ("disease confined to ileum and mesentery; liver not involved", a),
        ],
        |t| clinic(t).liver_metastasis,
    );
}
#[test]
fn specimens_of_the_liver_hold_tumour_or_not() {
    let (p, a) = (Some("present"), Some("absent"));
    check(
        &[
            ("B. Liver, wedge biopsy: Metastatic neuroendocrine tumour.", p),
            ("Liver biopsy: benign bile duct hamartoma, no tumour.", a),
            ("Liver, segment 4, biopsy: steatosis; negative for malignancy.", a),
            ("pM1a: liver metastasis (confirmed histologically).", p),
            ("Distant metastasis: Not applicable", None),
            ("Distant metastasis: liver", p),
            ("Liver nodule: metastatic NET, 8 mm", p),
            ("C. Liver nodule, excision:\n- Bile duct adenoma.\n- No evidence of metastatic tumour.", a),
        ],
        |t| pathology(t).liver_metastasis,
    );
}
