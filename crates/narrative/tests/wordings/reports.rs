//! Whole short reports: what their parts mean together.

use lacteal_narrative::{Kind, read};

use super::check;

#[test]
fn scope_liver_and_mass_are_told_by_the_whole() {
    check(
        &[
            (
                "CT ABDOMEN AND PELVIS WITH CONTRAST\n\nCLINICAL HISTORY: 61 year old man with abdominal pain and flushing. 5-HIAA raised.\n\nCOMPARISON: None.\n\nTECHNIQUE: Biphasic CT.\n\nFINDINGS:\nLower chest: Clear.\nLiver: Normal in size and attenuation. No focal lesion.\nGallbladder and biliary tree: Unremarkable.\nPancreas: Normal.\nBowel: There is a 1.4 cm hyperenhancing nodule in the distal ileum.\nMesentery: Spiculated soft tissue mass in the right lower quadrant mesentery measuring 2.8 x 2.1 cm with calcification and tethering of adjacent loops.\nLymph nodes: No retroperitoneal adenopathy.\n\nIMPRESSION:\n1. Findings consistent with ileal carcinoid (neuroendocrine tumor) with mesenteric metastasis.\n2. No hepatic metastases.",
                (Some(true), Some("absent"), Some(28.0)),
            ),
            (
                "68Ga-DOTATATE PET/CT WHOLE BODY\n\nIndication: Small bowel NET, staging.\n\nFindings: Intense tracer uptake is seen in a 33 mm mesenteric mass (SUVmax 24). There are at least 10 DOTATATE-avid lesions in both lobes of the liver, the largest 26 mm in segment VIII (SUVmax 31). No avid bone lesions. Physiological uptake in spleen, kidneys, adrenals and bowel.\n\nConclusion: SSTR-positive mesenteric and hepatic metastases. Krenning score 4.",
                (Some(true), Some("present"), Some(33.0)),
            ),
            (
                "CT TAP\nClinical details: Known metastatic midgut NET. On lanreotide. ?progression\nComparison is made with CT of 12/3/2022.\nThe previously noted liver metastases are stable. The reference lesion in segment 4 measures 23 mm (previously 22 mm). No new liver lesion. The ileal primary is not clearly seen. No lung lesion.\nConclusion: Stable disease.",
                (Some(true), Some("present"), None),
            ),
            (
                "MRI LIVER\nHistory: resected ileal NET 2019. CT showed a 7 mm lesion in segment 6.\nFindings: The 7 mm lesion in segment 6 is mildly T2 hyperintense without definite diffusion restriction. It is too small for confident characterisation. No other focal hepatic lesion.\nOpinion: Indeterminate 7 mm segment 6 lesion. Follow up MRI in 3 months.",
                (Some(true), Some("indeterminate"), None),
            ),
            (
                "ULTRASOUND ABDOMEN\nClinical info: Surveillance, small bowel NET resected 2017.\nReport: The liver is of normal size and echotexture with no focal lesion. Portal vein patent. Gallbladder contains calculi. Spleen 10 cm. Both kidneys normal. No free fluid.\n",
                (Some(true), Some("absent"), None),
            ),
            (
                "OCTREOTIDE SCAN (In-111 pentetreotide)\nIndication: Ileal carcinoid, post resection.\nFindings: Physiologic distribution of tracer in liver, spleen, kidneys and bowel. No abnormal focus of uptake in the liver. No pathologic uptake elsewhere.\nImpression: No scintigraphic evidence of octreotide-avid disease.",
                (Some(true), Some("absent"), None),
            ),
            (
                "CT PANCREAS PROTOCOL\nIndication: Pancreatic neuroendocrine tumour, staging.\nFindings: 2.4 cm hypervascular mass in the pancreatic tail. Liver: three arterially enhancing metastases. Terminal ileum normal.\nImpression: Pancreatic NET with liver metastases.",
                (Some(false), None, None),
            ),
            (
                "CT CHEST\nIndication: Typical carcinoid right lower lobe, post lobectomy.\nFindings: No recurrence. Liver: no metastasis. Small bowel loops unremarkable.",
                (Some(false), None, None),
            ),
            (
                "CT enterography\nClinical: Crohn's disease, terminal ileum. ?stricture\nFindings: 12 cm of mural thickening of the terminal ileum with comb sign. No mass. Liver normal.\nImpression: Active terminal ileal Crohn's disease. No evidence of neuroendocrine tumour.",
                (Some(false), None, None),
            ),
            (
                "DOTATATE PET CT\nIndication: Rectal NET, excised endoscopically. Father had small bowel carcinoid.\nFindings: No avid disease. Liver physiological. Ileum normal.\nImpression: No evidence of residual or metastatic disease.",
                (Some(false), None, None),
            ),
            (
                "Dear Dr Jones,\n\nRe: Mrs A Smith\n\nDiagnosis: Terminal ileal neuroendocrine tumour, pT3 N1 (4/17) G1, Ki-67 2%, resected March 2021\n\nI reviewed this lady in the NET clinic today. She remains well. Histology at the time showed a 23 mm tumour. Her CT in June showed no evidence of recurrence, and in particular the liver is clear. Chromogranin A was 45.\n\nI will see her in twelve months with a repeat CT to look for liver metastases.\n\nYours sincerely",
                (Some(true), Some("absent"), None),
            ),
            (
                "NET MDT SUMMARY\n\nPatient: X\nDiagnosis: Metastatic small bowel NET, G2 (Ki67 5%)\nImaging: Gallium PET - avid mesenteric mass 41 mm, multiple avid liver metastases, single bone lesion.\nDiscussion: Unresectable liver disease.\nOutcome: Start lanreotide; consider PRRT on progression.",
                (Some(true), Some("present"), Some(41.0)),
            ),
            (
                "Dear Dr Brown\nDiagnosis: Appendiceal NET 12 mm, pT1, G1, incidental at appendicectomy.\nHis CT and chromogranin are normal. The ileum was inspected at operation and was normal. Liver clear on CT. No follow-up required.\nYours sincerely",
                (Some(false), None, None),
            ),
            (
                "Clinic letter\nDiagnoses:\n1. Ileal NET with mesenteric nodal and hepatic metastases (2018)\n2. Carcinoid heart disease\n3. Type 2 diabetes\nHe attended today. Latest CT shows stable disease.",
                (Some(true), Some("present"), None),
            ),
            (
                "Clinic letter\nDiagnosis: Small bowel NET resected 2020\nHer surveillance CT showed no new lesions. LFTs normal. Plan: MRI liver in 6 months.",
                (Some(true), None, None),
            ),
            (
                "DISCHARGE SUMMARY\nAdmitted for right hemicolectomy for ileal NET. Preop CT: no liver mets. At laparotomy the liver was palpated and was normal. Uneventful recovery.",
                (Some(true), Some("absent"), None),
            ),
            (
                "DISCHARGE SUMMARY\nProcedure: small bowel resection. Findings: three ileal tumours, largest 2.2 cm, with a 3 cm mesenteric mass. No liver metastases seen.\nHistology: awaited\nDiagnosis: ileal NET",
                (Some(true), Some("absent"), Some(30.0)),
            ),
            (
                "Radiology Report\nExam: CT Abd/Pelvis w/wo contrast  Date: 03/04/2023\nHx: ileal carcinoid s/p resection 2018, on octreotide LAR\nComp: 09/12/2022\n\nFindings\nLIVER: Multiple hypervascular metastases again seen. Target lesions as below:\n  Lesion                 Current    Prior\n  Seg 7                  2.4 cm     2.2 cm\n  Seg 3                  1.6 cm     1.7 cm\n  Mesenteric mass        3.6 cm     3.5 cm\nSPLEEN: Normal\nBOWEL: No obstruction\n\nIMPRESSION: Stable disease by RECIST.",
                (Some(true), Some("present"), Some(36.0)),
            ),
            (
                "Nuclear Medicine\n\nGa-68 DOTATOC PET-CT (vertex to mid-thigh)\n\nRequest: Newly diagnosed NET, biopsy of terminal ileal nodule. Staging please.\n\nReport: Intense focal uptake in the terminal ileum (SUVmax 19) corresponding to an 11 mm nodule, the known primary tumour. Further intense uptake in a 19 mm mesenteric nodal mass. No uptake of note in the liver, which is of normal appearance. No skeletal disease.\n\nConclusion: Octreotide-receptor positive ileal primary with mesenteric nodal metastasis. No distant disease.",
                (Some(true), Some("absent"), Some(19.0)),
            ),
            (
                "CT ABDOMEN PELVIS\nCLINICAL INDICATION: Surveillance, resected jejunal NET. Comparison: CT 2022, which reported an indeterminate liver lesion.\nFINDINGS: The previously described low attenuation focus in segment 5 is no longer visible. No focal hepatic lesion on today's examination.\nIMPRESSION: No evidence of recurrent or metastatic disease.",
                (Some(true), Some("absent"), None),
            ),
            (
                "CT THORAX ABDOMEN PELVIS\n\nClinical details\nWeight loss, diarrhoea. ? carcinoid\n\nFindings\nA 22 mm partly calcified mesenteric mass in the right iliac fossa with tethering, typical of a small bowel neuroendocrine tumour.  There are two subcentimetre low density liver lesions (segments 4b and 6) which are too small to characterise. No lung nodule.\n\nConclusion\n1. Appearances in keeping with small bowel carcinoid with mesenteric nodal mass.\n2. Indeterminate liver lesions - MRI liver advised.\n3. Refer to NET MDT.",
                (Some(true), Some("indeterminate"), Some(22.0)),
            ),
            (
                "MRI LIVER (PRIMOVIST)\nIndication: Ileal NET. CT ?liver mets.\nFindings: Three lesions (segments 2, 6 and 8) are hypointense in the hepatobiliary phase, with arterial hyperenhancement and restricted diffusion. The largest is 13 mm. Appearances are those of metastases. Simple cyst in segment 4.\nConclusion: Three liver metastases.",
                (Some(true), Some("present"), None),
            ),
            (
                "MRI LIVER (PRIMOVIST)\nIndication: Ileal NET. CT - indeterminate lesion.\nFindings: The lesion questioned on CT in segment 6 has the typical features of a haemangioma. No lesion suspicious for metastasis.\nConclusion: Haemangioma. No evidence of liver metastases.",
                (Some(true), Some("absent"), None),
            ),
            (
                "US GUIDED LIVER BIOPSY\nIndication: small bowel NET. Liver lesion for biopsy.\nProcedure: Two passes with an 18G needle into the segment 6 lesion under ultrasound guidance. No immediate complication.",
                (Some(true), None, None),
            ),
            (
                "CT ABDOMEN\nIndication: abdominal pain.\nFindings: Acute appendicitis. Liver, spleen, pancreas normal. Terminal ileum mildly thickened, reactive. No mass.\nImpression: Acute appendicitis.",
                (Some(false), None, None),
            ),
            (
                "CT TAP\nIndication: Caecal adenocarcinoma staging.\nFindings: 5 cm caecal mass extending into terminal ileum. Two liver metastases. Mesenteric nodes up to 12 mm.\nConclusion: T3 N1 M1 caecal cancer.",
                (Some(false), None, None),
            ),
            (
                "Dear Dr A,\nDiagnosis: Pancreatic neuroendocrine tumour G2, Ki-67 8%, with liver metastases.\nShe has no small bowel primary on DOTATATE PET. The ileum is normal. Continue lanreotide.",
                (Some(false), None, None),
            ),
            (
                "NET MDT\nPt: B\nType 1 gastric NET x3, G1, largest 6 mm. CT: no mets, small bowel normal. Plan: annual OGD.",
                (Some(false), None, None),
            ),
            (
                "Oncology progress note\nHPI: 58F with stage I... jejunal NET s/p segmental resection 4/2021: 1.6 cm, well differentiated, G1, Ki-67 1%, 0/9 LN, pT2N0. \nInterval: doing well.\nImaging: CT A/P 5/2023 - no evidence of recurrent disease, liver without lesions.\nA/P: NED. RTC 1 yr.",
                (Some(true), Some("absent"), None),
            ),
            (
                "Re: Mr C D, DOB\n\nDIAGNOSIS:  Stage IV ileal neuroendocrine tumour (pT4 N2 M1), grade 2, Ki67 7%\nTREATMENT:  Right hemicolectomy 2019; lanreotide; PRRT x 4 2021\nCURRENT STATUS:  Stable disease on CT March 2024\n\nI spoke to this gentleman on the telephone. His liver metastases remain stable.\n",
                (Some(true), Some("present"), None),
            ),
            (
                "Discharge letter (translated)\nDiagnoses: Neuroendocrine tumour of the ileum, cT3 cN1 cM1 (HEP)\nPatient was admitted for PRRT cycle 2. Sonography of the liver: multiple metastases up to 3.1 cm in both lobes. \nDischarge in good condition.",
                (Some(true), Some("present"), None),
            ),
            (
                "MDT outcome\nName: xx\nHistory: laparoscopic right hemi for TI NET, pT3N1, Ki67 <2%.\nRadiology: CT reviewed. 8mm segment 7 lesion, indeterminate, not seen on previous. Mesenteric nodes resected.\nDecision: MRI liver and DOTATATE PET",
                (Some(true), Some("indeterminate"), None),
            ),
            (
                "Dear Colleague\n\nThank you for referring this patient who underwent ileal resection in May. Pathology revealed four neuroendocrine tumours, the largest measuring 25 mm, extending through the muscularis propria into the subserosa. 6 out of 22 lymph nodes contained metastatic tumour. Ki-67 was below 2% (grade 1). The stage is pT3(m) pN1.",
                (Some(true), None, None),
            ),
            (
                "Octreotide scintigraphy with SPECT/CT\nClin: Carcinoid of small intestine operated 2012. Rising CgA.\nThe scan shows normal distribution of the radiopharmaceutical. No pathological foci are demonstrated in the liver, abdomen or thorax.",
                (Some(true), Some("absent"), None),
            ),
            (
                "CT of the chest, abdomen and pelvis\nReason: follow-up of disseminated small intestinal neuroendocrine tumour\nComparison with 14.02.2023\nUnchanged mesenteric conglomerate of 45 x 38 mm with retraction. In the liver, known metastases, the largest in segment VII now 31 mm (before 28), segment II 14 mm (13). No new lesions. Lungs without metastases.\nAssessment: slight progression of liver metastases, not reaching RECIST threshold.",
                (Some(true), Some("present"), Some(45.0)),
            ),
            (
                "CT ANGIOGRAM MESENTERIC\nIndication: Ileal NET pre-op planning.\nFindings: 2.1 cm mesenteric mass abuts but does not encase the SMV, located at the level of the third ileal branch. Primary not seen. Liver - no lesion in arterial phase.",
                (Some(true), Some("absent"), Some(21.0)),
            ),
            (
                "Endoscopy clinic letter\nColonoscopy for screening found a 9 mm submucosal nodule in the terminal ileum. Biopsy: well differentiated NET, G1, Ki-67 1%. CT and PET pending to exclude liver metastases.",
                (Some(true), None, None),
            ),
            (
                "Palliative care letter\nProblem list: 1. Small bowel NET 2. Bowel obstruction\nPlan: consider stent. LFTs deranged.",
                (Some(true), None, None),
            ),
            (
                "CT ABDOMEN\nIndication: Neuroendocrine liver metastases, unknown primary.\nFindings: Multiple liver metastases. No primary lesion identified in bowel or pancreas.",
                (None, Some("present"), None),
            ),
            (
                "HISTOPATHOLOGY REPORT\nAppendix, appendicectomy: Well differentiated neuroendocrine tumour (carcinoid), 14 mm, tip. G1. Ki-67 1%. Invades subserosa. Margin clear. pT1. Ileal margin not present. Lymph nodes 0/2.",
                (Some(false), None, None),
            ),
            (
                "FINAL DIAGNOSIS\nA. Right hemicolectomy: Adenocarcinoma of cecum, moderately differentiated, 4.5 cm, invading pericolic fat. pT3 N1b (2/18). Terminal ileum: no tumor. B. Liver biopsy: no tumor.",
                (Some(false), None, None),
            ),
            (
                "DIAGNOSIS: Terminal ileum biopsy: Active ileitis with ulceration. No dysplasia or malignancy. No neuroendocrine proliferation.",
                (Some(false), None, None),
            ),
            (
                "Duodenum, bulb, EMR: Neuroendocrine tumour, G1, 8 mm, confined to submucosa. Ki-67 1%. Comment: Gastrin positive.",
                (Some(false), None, None),
            ),
            (
                "Liver, biopsy: metastatic well differentiated neuroendocrine tumour, consistent with known pancreatic primary. Ki-67 12%, G2.",
                (Some(false), None, None),
            ),
            (
                "Small bowel resection: Gastrointestinal stromal tumour (GIST), 6 cm, ileum. Mitoses 3 per 5 mm2. DOG1 positive. Liver clear.",
                (Some(false), None, None),
            ),
            ("Small intestine, jejunum: Metastatic melanoma, 3 cm. Ki-67 60%.", (Some(false), None, None)),
            (
                "Meckel's diverticulum: gastric heterotopia, no neuroendocrine tumour.",
                (Some(false), None, None),
            ),
            (
                "Lung, right middle lobe, lobectomy: Typical carcinoid, 18 mm, 1 mitosis per 2 mm2. Nodes 0/6. pT1b N0. History: ileal resection for Crohn's disease.",
                (Some(false), None, None),
            ),
            (
                "Colonoscopy clinic letter\nRectal polyp 6 mm - NET G1, completely excised. Terminal ileum intubated and normal. CT not required.",
                (Some(false), None, None),
            ),
            (
                "Dear Dr\nDiagnosis: Atypical carcinoid of the lung with liver metastases\nThe patient has no gastrointestinal primary. The small bowel was normal on PET.",
                (Some(false), None, None),
            ),
            (
                "DIAGNOSIS: Liver, segment 6, resection: metastatic well differentiated neuroendocrine tumour, G2, 22 mm, consistent with ileal primary (resected 2018). Ki-67 5%.",
                (Some(true), Some("present"), None),
            ),
            (
                "Specimen: Meckel's diverticulum\nDiagnosis: Incidental well differentiated neuroendocrine tumour 6 mm, G1, confined to submucosa, pT1 NX.",
                (Some(true), None, None),
            ),
            (
                "Specimen: Right hemicolectomy. Macro: terminal ileum 80 mm, caecum, appendix 60 mm. 12 mm nodule in terminal ileum.\nMicro: The ileal nodule is a neuroendocrine tumour. The appendix is normal.\nDiagnosis: Ileum: NET G1.",
                (Some(true), None, None),
            ),
            (
                "CANCER CASE SUMMARY\nSpecimen: Jejunum\nProcedure: Segmental resection, small intestine\nTumor Site: Jejunum\nTumor Size: 3.1 cm\nTumor Focality: Unifocal\nHistologic Type: Well-differentiated neuroendocrine tumor\nHistologic Grade: G2\nMitotic Rate: 1 mitosis/2 mm2\nKi-67 Labeling Index: 3-4%\nTumor Extension: Tumor perforates visceral peritoneum\nMargins: Negative\nLVI: Present\nLarge Mesenteric Masses (>2 cm): Present (2.5 cm)\nRegional Lymph Nodes: 2/11\nPathologic Stage: pT4 pN1 pM1",
                (Some(true), None, Some(25.0)),
            ),
            (
                "PATIENT: X\nRIGHT HEMICOLECTOMY\nThe terminal ileum shows two tumours, 24 mm and 9 mm. Microscopically both are well-differentiated neuroendocrine tumours (carcinoid type). The larger extends through muscle coat into subserosal fat; serosa intact. Mitoses nil per 2 mm2. Ki67 2%. Mesenteric tumour mass 32 mm. Nodes 5/15 +. Appendix and colon normal.\nTerminal ileum NET x 2, G1, pT3(m) pN1, R0.",
                (Some(true), None, Some(32.0)),
            ),
            (
                "PET/CT Ga-68 DOTATATE. Hx: jejunal NET resected 3 months ago, baseline. No DOTATATE avid lesion is seen in the liver, lungs, nodes or bones. Conclusion: no evidence of SSTR expressing disease.",
                (Some(true), Some("absent"), None),
            ),
            (
                "CT LIVER TRIPLE PHASE. Hx: midgut NET of ileum, liver mets post TACE. Findings: Post treatment changes in right lobe. Multiple residual enhancing metastases, largest 37 mm seg 5 (prior 40 mm). Left lobe clear. Imp: Partial response.",
                (Some(true), Some("present"), None),
            ),
            (
                "USS ABDO. Ileal carcinoid f/u. Liver: 11 mm hyperechoic lesion right lobe, probably a haemangioma but metastasis cannot be excluded - suggest MRI. Otherwise NAD.",
                (Some(true), Some("indeterminate"), None),
            ),
            (
                "USS ABDO. Ileal carcinoid f/u. Liver: 11 mm hyperechoic lesion right lobe, haemangioma, unchanged since 2015. No metastases.",
                (Some(true), Some("absent"), None),
            ),
            (
                "TUMOUR BOARD: 67M, T.I. NET with synchronous liver mets (bilobar, <25%), mesenteric mass. G1 Ki67 1%. Plan SSA, rescan 3/12.",
                (Some(true), Some("present"), None),
            ),
            (
                "Dear Sir, Thank you for seeing this man. Dx: NET terminal ileum. Op: right hemicolectomy Jan 2022. Path: pT3, pN1 (4/20), G1, Ki-67 1%, R0. CT Jan 2023: NAD, liver clear, no nodes.",
                (Some(true), Some("absent"), None),
            ),
            (
                "Annual review. Small bowel NET (ileum) resected 2014. Asymptomatic. MRI abdomen - liver: no focal lesion; no recurrence. CgA normal.",
                (Some(true), Some("absent"), None),
            ),
            (
                "Clinic: SBNET resected. She asks whether liver mets can develop later. No imaging since last year.",
                (Some(true), None, None),
            ),
            (
                "ED note: known ileal NET w liver mets on lanreotide presenting with flushing. No acute imaging.",
                (Some(true), Some("present"), None),
            ),
            (
                "CT report. Ileal NET. 20mm mesenteric nodal mass unchanged. Liver unremarkable. No new disease.",
                (Some(true), Some("absent"), Some(20.0)),
            ),
        ],
        |it| {
            let told = read(it, Kind::Auto).summary();
            (told.in_scope, told.liver_metastasis, told.mesenteric_mass_mm)
        },
    );
}
