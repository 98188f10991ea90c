//! A liver that is shown free, that holds a metastasis, or of which a report leaves it open or says nothing.

use lacteal_narrative::{Kind, read};

use super::{check, radiology};

#[test]
fn the_liver_is_present_absent_indeterminate_or_unsaid() {
    let of = |text: &str| radiology(text).liver_metastasis;
    let (present, absent, doubt) = (Some("present"), Some("absent"), Some("indeterminate"));
    check(
        &[
            ("No focal liver lesion.", absent),
            ("Liver unremarkable.", absent),
            ("Liver: normal.", absent),
            ("No hepatic metastases.", absent),
            ("The liver is clear.", absent),
            ("No evidence of hepatic metastatic disease.", absent),
            ("No suspicious hepatic lesion.", absent),
            ("The liver, spleen and adrenals are unremarkable.", absent),
            ("Normal liver, pancreas and spleen.", absent),
            ("Normal appearances of the liver.", absent),
            ("Liver: No suspicious lesion.", absent),
            ("Liver appears normal.", absent),
            ("No lung, liver or bone metastases.", absent),
            ("No focal lesion in the liver, spleen or kidneys.", absent),
            ("No liver metastasis is seen.", absent),
            ("Liver metastases are not identified.", absent),
            ("There is no evidence of metastatic disease in the liver.", absent),
            ("Simple hepatic cysts. No suspicious liver lesion.", absent),
            ("The liver is normal in size with no focal abnormality.", absent),
            ("The liver is of normal size and attenuation. No focal lesion is seen.", absent),
            ("Liver - no focal abnormality", absent),
            ("Negative for hepatic metastases.", absent),
            ("No new liver lesions.", None),
            ("No new or enlarging hepatic lesion.", None),
            ("No further liver lesions.", None),
            ("Simple cyst in segment IV.", None),
            ("Stable haemangioma in segment VII.", None),
            ("The liver is normal in size.", None),
            ("Fatty liver.", None),
            ("The liver enhances normally in the arterial phase.", None),
            ("Stable liver metastases.", present),
            ("Multiple bilobar hepatic metastases.", present),
            ("Liver: multiple arterially enhancing lesions in keeping with metastases.", present),
            ("Innumerable hepatic lesions consistent with metastatic disease.", present),
            ("Unchanged hepatic deposits.", present),
            ("The liver metastases have increased in size.", present),
            ("Two new metastases in segments VI and VII of the liver.", present),
            ("New 12 mm lesion in segment VI compatible with a metastasis.", present),
            ("No change in the liver metastases.", present),
            ("No new liver metastases. Known liver metastases are stable.", present),
            ("Hepatic metastases are again demonstrated.", present),
            ("Progression of hepatic metastatic disease.", present),
            ("Several tracer-avid liver metastases.", present),
            ("Hypodense lesion in segment VI, too small to characterise.", doubt),
            ("Indeterminate 8 mm liver lesion.", doubt),
            ("A liver metastasis cannot be excluded.", doubt),
            ("Lesion in segment V suspicious for metastasis.", doubt),
            ("Possible liver metastasis in segment II.", doubt),
            ("A 7 mm hypoattenuating liver lesion is indeterminate.", doubt),
            ("Liver lesion, probably a metastasis.", doubt),
            ("Subcentimetre low attenuation focus in the liver, too small to characterize.", doubt),
            ("Equivocal focus of uptake in segment VIII of the liver.", doubt),
            ("Findings are concerning for hepatic metastases.", doubt),
            ("The liver lesion is likely metastatic.", doubt),
            ("Bone metastases. The spleen is normal.", None),
            ("Mesenteric nodal metastases.", None),
            ("Lungs clear. Bowel normal.", None),
            ("No adrenal lesion.", None),
            ("Hepatic steatosis without focal lesion.", absent),
            ("Liver: Normal size and contour. No mass.", absent),
        ],
        of,
    );
}

#[test]
fn what_is_asked_for_or_past_says_nothing_of_the_liver() {
    let of = |text: &str| read(text, Kind::Radiology).summary().liver_metastasis;
    check(
        &[
            ("CT ABDOMEN\nClinical details: ileal NET ?liver mets\n\nFindings: Bowel normal.", None),
            (
                "CT ABDOMEN\nIndication: CT to exclude liver metastases, ileal NET.\nFindings: No bowel mass.",
                None,
            ),
            (
                "CT ABDOMEN\nIndication: ileal NET.\nComparison: CT 2021 showed liver metastases.\nFindings: No bowel mass.",
                None,
            ),
            (
                "CT ABDOMEN\nIndication: ileal NET.\nFamily history: mother with liver metastases.\nFindings: No bowel mass.",
                None,
            ),
            (
                "CT ABDOMEN\nHistory: ileal NET with liver metastases resected 2018.\nFindings: No ascites.\nImpression: No recurrence.",
                None,
            ),
            (
                "CT ABDOMEN\nIndication: ileal NET.\nFindings: No bowel mass.\nRecommendation: MRI to look for liver metastases.",
                None,
            ),
            (
                "MRI LIVER\nClinical: ileal NET. Rule out hepatic metastases.\nREPORT: There are no focal hepatic lesions.",
                Some("absent"),
            ),
        ],
        of,
    );
}

#[test]
fn a_verdict_on_a_liver_lesion_beats_its_smallness() {
    let absent = Some("absent");
    let unclear = Some("indeterminate");
    check(
        &[
            (
                "LIVER: low density foci, too small to characterize but statistically benign.\nNo suspicious hepatic lesion.",
                absent,
            ),
            ("Liver: tiny foci, too small to characterise, almost certainly benign.", None),
            (
                "Liver: two hypodensities in segment VII, probably cysts but MRI would be required to confirm.",
                unclear,
            ),
            ("7 mm low density segment IVb, too small to characterise, indeterminate.", unclear),
            ("Ill-defined low density area in segment VI, indeterminate.", unclear),
        ],
        |it| radiology(it).liver_metastasis,
    );
    let of_liver = |text: &str| {
        read(&format!("MRI LIVER WITH CONTRAST\nIndication: ileal NET.\n{text}"), Kind::Radiology)
            .summary()
            .liver_metastasis
    };
    check(
        &[
            ("Conclusion: Haemangioma. No metastasis demonstrated.", absent),
            ("Impression: No metastases.", absent),
            ("Impression: No bone metastases.", None),
            ("Impression: No new metastases.", None),
        ],
        of_liver,
    );
}

#[test]
fn findings_need_no_heading_after_the_request() {
    let of = |text: &str| read(text, Kind::Radiology).summary().liver_metastasis;
    check(
        &[
            (
                "US ABDOMEN\nReason: flushing, ileal NET.\nLiver 15 cm, echogenic. No focal mass lesion seen.\n",
                Some("absent"),
            ),
            (
                "CT LIVER\nClinical: ileal NET.\nSegment VI ablation zone 38 mm. Residual viable metastasis in segment IV.\n",
                Some("present"),
            ),
            ("CT\nClinical: ileal NET. Known liver metastases.\nFindings: Lungs clear.\n", None),
        ],
        of,
    );
}
