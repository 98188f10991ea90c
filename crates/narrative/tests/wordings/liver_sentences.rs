//! Words of scans for the liver that run over several sentences or lines.

use super::{check, radiology};

#[test]
fn a_verdict_may_stand_in_the_next_sentence() {
    let of = |text: &str| radiology(text).liver_metastasis;
    check(
        &[
            ("There is a 12 mm lesion in segment 7. This is indeterminate.", Some("indeterminate")),
            (
                "There is a 12 mm hypodense liver lesion. It is too small to characterise.",
                Some("indeterminate"),
            ),
            ("Liver: 12 mm lesion in segment 7. Indeterminate; MRI advised.", Some("indeterminate")),
            ("In segment 7 there is a 9 mm lesion. Its nature is uncertain.", Some("indeterminate")),
            (
                "A 9 mm arterially enhancing lesion is seen in segment 7. Appearances are not typical of haemangioma and a metastasis cannot be excluded.",
                Some("indeterminate"),
            ),
            ("There are three liver lesions. They are in keeping with metastases.", Some("present")),
            (
                "There are multiple hypodense lesions in both lobes of the liver. These are consistent with metastases.",
                Some("present"),
            ),
            (
                "Liver: multiple lesions, the largest 34 mm in segment VIII. Findings consistent with metastatic disease.",
                Some("present"),
            ),
            (
                "The liver contains numerous hypervascular lesions. The appearances are typical of metastases.",
                Some("present"),
            ),
            ("Liver: Segment 2: 14 mm. Segment 4: 22 mm. Both avid, metastases.", Some("present")),
            ("Liver\nMultiple metastases in both lobes.", Some("present")),
            ("Liver\n- seg II: 14 mm metastasis\n- seg VII: 9 mm metastasis", Some("present")),
            ("Liver\nNormal.", Some("absent")),
            ("Liver\nNo focal lesion.", Some("absent")),
            ("The liver is normal in size and attenuation. No focal lesion is seen.", Some("absent")),
            ("The liver enhances homogeneously. No metastases.", Some("absent")),
            ("Liver is fatty. There is no focal lesion.", Some("absent")),
            ("Hepatobiliary: Normal liver. Gallbladder absent.", Some("absent")),
            ("Liver: 15 mm cyst segment 4. No suspicious lesion.", Some("absent")),
            ("Liver: haemangioma segment 6 (stable). No metastases identified.", Some("absent")),
            ("Upper abdomen: liver, spleen, kidneys unremarkable.", Some("absent")),
            ("There is no evidence of metastatic disease in the liver, lungs or bones.", Some("absent")),
            ("No thoracic, hepatic or skeletal metastases.", Some("absent")),
            ("No metastatic deposits in liver, lung or bone.", Some("absent")),
            ("Conclusion: no metastatic liver disease.", Some("absent")),
            ("Conclusion: no sign of liver metastasis.", Some("absent")),
            (
                "The tiny focus in segment 4 previously queried is not reproduced. No liver metastases.",
                Some("absent"),
            ),
            ("The indeterminate lesion on CT is a simple cyst on MRI. No liver metastasis.", Some("absent")),
            (
                "Previously indeterminate segment 7 lesion is unchanged and considered benign. No evidence of liver metastases.",
                Some("absent"),
            ),
            ("No restricted diffusion or arterial enhancement to suggest liver metastasis.", Some("absent")),
            ("Liver metastases have progressed.", Some("present")),
            ("Interval increase in size and number of hepatic metastases.", Some("present")),
            ("The dominant liver metastasis has increased from 30 to 38 mm.", Some("present")),
            ("Known liver mets: stable. No new lesion.", Some("present")),
            ("Stable hepatic metastatic disease. No new metastases.", Some("present")),
            ("Hepatic metastases: seg 4 18 mm (was 20), seg 7 25 mm (was 25).", Some("present")),
            ("RECIST target 1: liver segment VI metastasis, 31 mm", Some("present")),
            (
                "Target lesions: 1. Liver seg 6: 31 mm. Non-target: multiple liver metastases, present.",
                Some("present"),
            ),
            ("Multiple octreotide-avid foci in the liver compatible with metastases.", Some("present")),
            (
                "Octreotide scan: multiple foci of increased uptake in the liver, consistent with metastatic disease.",
                Some("present"),
            ),
            ("Increased tracer uptake in several liver lesions, representing metastases.", Some("present")),
            (
                "Liver lesions demonstrate intense DOTATATE uptake, consistent with neuroendocrine metastases.",
                Some("present"),
            ),
            ("Liver: 2 new lesions, metastases.", Some("present")),
            ("Two new hepatic metastases.", Some("present")),
            ("Bulky hepatic metastases occupying over 50% of the liver.", Some("present")),
            ("Post-TACE change in segment 6. Further metastases in segments 2 and 3.", Some("present")),
            ("Post ablation cavity segment 5. Remaining metastases unchanged.", Some("present")),
            ("Post ablation cavity segment 5 with no enhancement.", None),
            ("Liver: see previous report.", None),
            ("Liver not imaged.", None),
            ("The liver is not included.", None),
            ("Liver is incompletely visualised.", None),
            ("Liver cysts.", None),
            ("Question: liver metastases?", None),
            ("Query liver metastases.", None),
            ("No change in the size of the liver.", None),
            ("Liver: stable cysts. No new lesion.", None),
            ("The uptake is lower than liver.", None),
            ("Krenning score 3 (> liver).", None),
            ("SUV liver 4.2", None),
        ],
        of,
    );
}
