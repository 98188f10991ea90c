//! Ways of writing indices, counts, categories and lengths.

use super::{check, clinic, ki, pathology, radiology};

#[test]
fn proliferation_is_an_index() {
    check(
        &[
            ("Ki-67 Index: 2 %", ki(2.0, 2.0)),
            ("Ki-67 proliferation index: <2%", ki(0.0, 2.0)),
            ("Proliferation index (Ki-67): less than 1%", ki(0.0, 1.0)),
            ("Proliferation index (MIB-1): 1%", ki(1.0, 1.0)),
            ("Proliferative index: 1% (Ki-67)", ki(1.0, 1.0)),
            ("Ki-67: 4% (hot spot)", ki(4.0, 4.0)),
            ("The Ki-67 index is 4% in hot spots.", ki(4.0, 4.0)),
            ("Ki-67 stains 4% of nuclei.", ki(4.0, 4.0)),
            ("MIB-1 stains approximately 4% of tumour nuclei.", ki(4.0, 4.0)),
            ("MIB-1 index of about 4%", ki(4.0, 4.0)),
            ("Ki-67 = 4 %", ki(4.0, 4.0)),
            ("Ki 67: 4 per cent", ki(4.0, 4.0)),
            ("Ki-67 LI 4%", ki(4.0, 4.0)),
            ("Ki67 - 4%", ki(4.0, 4.0)),
            ("The proliferative fraction (Ki-67) is 4%.", ki(4.0, 4.0)),
            ("Ki-67 immunostain shows a labelling index of 4%.", ki(4.0, 4.0)),
            ("Ki-67 labelling index of 4.6% (23/500 cells counted).", ki(4.6, 4.6)),
            ("Ki-67: 4.6% (46 of 1000 cells)", ki(4.6, 4.6)),
            ("Ki-67 (1000 cells counted in hot spot): 4.6%", ki(4.6, 4.6)),
            ("Ki-67 (MIB1) 1%, 500 cells counted", ki(1.0, 1.0)),
            ("Ki-67 labels around 1 percent", ki(1.0, 1.0)),
            ("Ki-67: 1 - 2%", ki(1.0, 2.0)),
            ("Ki67 1–2%", ki(1.0, 2.0)),
            ("Ki-67 of 1 to 2 %", ki(1.0, 2.0)),
            ("Ki-67 ranges from 1% to 2%", ki(1.0, 2.0)),
            ("Ki-67 index is under 3%.", ki(0.0, 3.0)),
            ("Ki-67 up to 2%", ki(0.0, 2.0)),
            ("Ki-67 does not exceed 1%", ki(0.0, 1.0)),
            ("Ki-67 is low (<1%)", ki(0.0, 1.0)),
            ("Ki-67 is low at 1%.", ki(1.0, 1.0)),
            ("Ki-67 overall 2%, hot spot 5%.", ki(5.0, 5.0)),
            ("Ki-67: average 2%, maximum 5%", ki(5.0, 5.0)),
            ("Ki-67 index is 2% overall with 5% in hot spots.", ki(5.0, 5.0)),
            ("Ki-67 is 5% in the hottest area and 2% elsewhere.", ki(5.0, 5.0)),
            ("Ki-67 (primary): 3%; Ki-67 (nodal metastasis): 6%", ki(3.0, 3.0)),
            ("Ki-67 3% in the primary and 6% in the liver metastasis.", ki(3.0, 3.0)),
            ("Primary tumour Ki-67 3%, mesenteric mass Ki-67 7%", ki(3.0, 3.0)),
            ("Ki-67: pending", None),
            ("Ki-67 to follow", None),
            ("Ki-67 in the liver metastasis 8%.", None),
            ("Ki-67 labelling index < 2 % , in keeping with G1 (<3%).", ki(0.0, 2.0)),
            ("G1 (Ki-67 2%; G1 <3%, G2 3-20%, G3 >20%)", ki(2.0, 2.0)),
            ("Ki-67 index: less than 1 %", ki(0.0, 1.0)),
            ("Ki-67 index is elevated at 12%", ki(12.0, 12.0)),
            ("Ki-67 estimated at 12%", ki(12.0, 12.0)),
            ("Ki-67 positive in 12% of tumour cells", ki(12.0, 12.0)),
            ("Ki-67: positive, 12%", ki(12.0, 12.0)),
            ("12% of the tumour cells are positive for Ki-67.", ki(12.0, 12.0)),
            ("approximately 12% nuclear positivity with MIB-1", ki(12.0, 12.0)),
            ("Proliferation (Ki-67): 2.3%", ki(2.3, 2.3)),
            ("Proliferation rate 2.3% (MIB-1)", ki(2.3, 2.3)),
            ("Growth fraction (Ki-67) 2%", ki(2.0, 2.0)),
            ("Ki-67 proliferation marker: positive in 2% of cells", ki(2.0, 2.0)),
            ("Ki-67 >20%", ki(20.0, 100.0)),
            ("Ki67 : two percent", ki(2.0, 2.0)),
            ("Very low proliferation, Ki-67 < 1%", ki(0.0, 1.0)),
            ("KI-67 IMMUNOSTAIN: 2%", ki(2.0, 2.0)),
            ("Immunohistochemistry: synaptophysin +, chromogranin +, Ki-67 2%", ki(2.0, 2.0)),
            ("Synaptophysin and chromogranin positive; CDX2 positive (90%); Ki-67 2%.", ki(2.0, 2.0)),
            ("Ki-67: 3% (G2)", ki(3.0, 3.0)),
            ("Ki-67 labelling index (hot spot, 1000 cells): 3 %", ki(3.0, 3.0)),
            ("Hot-spot Ki-67 3%", ki(3.0, 3.0)),
            ("Ki67 hotspot: 3%", ki(3.0, 3.0)),
            ("Ki-67 proliferation index by digital image analysis is 3%", ki(3.0, 3.0)),
            ("The Ki-67 proliferative index is approximately 3%, counted over 2000 cells.", ki(3.0, 3.0)),
            ("MIB1 index: 3 %", ki(3.0, 3.0)),
            ("MIB-1 <1 %", ki(0.0, 1.0)),
            ("proliferation index is very low (<2% by Ki-67)", ki(0.0, 2.0)),
            ("Ki-67: 0.5-1%", ki(0.5, 1.0)),
            ("Ki-67 (MIB-1) index 1.5 % of tumour cells", ki(1.5, 1.5)),
            ("Immunohistochemical stain for Ki-67 shows a proliferation index of 2%.", ki(2.0, 2.0)),
            ("The tumour shows a low proliferation rate with Ki-67 staining 2% of nuclei.", ki(2.0, 2.0)),
            ("Ki-67 staining is seen in 2% of cells.", ki(2.0, 2.0)),
            ("Ki-67 hot spots 6%; average 3%.", ki(6.0, 6.0)),
            ("The average Ki-67 is 3%, reaching 6% in hot spots.", ki(6.0, 6.0)),
            ("Ki-67 cannot be assessed.", None),
            ("Ki-67 immunostain requested; addendum to follow.", None),
            ("Ki-67 index: <3% (WHO G1)", ki(0.0, 3.0)),
            ("Ki-67: < 3% (actual 2%)", ki(2.0, 2.0)),
            ("Ki-67 Labeling Index: Less than 3%\n   Specify percentage: 2%", ki(2.0, 2.0)),
            ("Ki-67 Labeling Index: 3% to 20%\n   Specify: 8 %", ki(8.0, 8.0)),
        ],
        |it| pathology(it).ki67_percent.map(|it| (it.low, it.high)),
    );
}

#[test]
fn mitoses_are_counted_by_area() {
    check(
        &[
            ("Mitotic Rate: 1 mitosis per 2 mm2", ki(1.0, 1.0)),
            ("Mitotic rate: <2 mitoses/2 mm2", ki(0.0, 2.0)),
            ("Mitotic count: less than 1 per 2 square mm", ki(0.0, 1.0)),
            ("Mitoses: 1/2mm2", ki(1.0, 1.0)),
            ("Mitotic Rate (per 2 mm2): 1", ki(1.0, 1.0)),
            ("mitotic rate 1 per 10 HPF (2 mm2)", ki(1.0, 1.0)),
            ("Mitoses 0 per 2 mm²", ki(0.0, 0.0)),
            ("No mitoses in 2 mm2", ki(0.0, 0.0)),
            ("2 mitoses per mm2", ki(4.0, 4.0)),
            ("Three mitotic figures per 2 sq mm", ki(3.0, 3.0)),
            ("Mitotic activity: 1 mitosis in 2 mm^2", ki(1.0, 1.0)),
            ("Mitoses: fewer than 1 per 2mm2", ki(0.0, 1.0)),
            ("Mitotic count (/2 mm2) : 1", ki(1.0, 1.0)),
            ("Mitoses: 2 per 2 mm2", ki(2.0, 2.0)),
            ("Mitotic rate: Less than 2 mitoses per 2 mm2", ki(0.0, 2.0)),
            ("<1 mitosis / 2mm2", ki(0.0, 1.0)),
            ("Mitotic Rate: 0 mitoses per 2 mm2", ki(0.0, 0.0)),
            ("1 mitosis is identified in 2 square millimetres.", ki(1.0, 1.0)),
            ("Mitotic count 1 per 2 mm2 (40 fields counted)", ki(1.0, 1.0)),
            ("Mitoses are rare.", None),
            ("Mitoses inconspicuous.", None),
            ("Mitotic count (per 2 sq. mm): 1", ki(1.0, 1.0)),
            ("mitotic rate less than one per two square millimetres", ki(0.0, 1.0)),
        ],
        |it| pathology(it).mitoses_per_2mm2.map(|it| (it.low, it.high)),
    );
}

#[test]
fn grades_are_read_as_given() {
    check(
        &[
            ("Histologic Grade: G1: Well-differentiated neuroendocrine tumor (low grade)", Some("G1")),
            ("Histologic Type and Grade: G2, well-differentiated neuroendocrine tumor", Some("G2")),
            ("WHO grade: 1", Some("G1")),
            ("WHO (2019) grade 1", Some("G1")),
            ("NET Grade 1", Some("G1")),
            ("NET, G1 (WHO 2019)", Some("G1")),
            ("Well differentiated neuroendocrine tumour (NET G1)", Some("G1")),
            ("Grade: Low grade (G1)", Some("G1")),
            ("Grade I/III", Some("G1")),
            ("Grade 1 of 3", Some("G1")),
            ("Grade: 2/3", Some("G2")),
            ("intermediate grade (G2)", Some("G2")),
            ("Grade 2 (intermediate grade)", Some("G2")),
            ("ENETS/WHO Grade 2", Some("G2")),
            ("Tumour grade - G2", Some("G2")),
            ("Grade two neuroendocrine tumour", Some("G2")),
            ("WHO-grade 2", Some("G2")),
            ("WHO grade II", Some("G2")),
            ("NET-G2", Some("G2")),
            ("G 2", Some("G2")),
            ("Grade (WHO 2022): NET G2 (Ki-67 3-20%)", Some("G2")),
            ("consistent with WHO grade 1 (mitoses <2, Ki-67 <3%)", Some("G1")),
            ("Grading: G1 <2 mitoses; G2 2-20; G3 >20", None),
            ("Gleason grade 3", None),
            ("Grade cannot be assessed", None),
            ("Well differentiated neuroendocrine tumour, grade to follow once Ki-67 available.", None),
            ("possibly grade 2", None),
            ("grade 1 not grade 2", Some("G1")),
            ("The Ki-67 places this tumour in grade 2 rather than grade 1.", Some("G2")),
            ("Ki-67 4% which corresponds to G2.", Some("G2")),
            ("low grade (grade 1)", Some("G1")),
            ("LOW-GRADE (G1)", Some("G1")),
            ("WELL DIFFERENTIATED NEUROENDOCRINE TUMOR, GRADE 1", Some("G1")),
            ("WELL-DIFFERENTIATED NEUROENDOCRINE TUMOR, WHO G1", Some("G1")),
            ("Overall grade: 2 (by Ki-67)", Some("G2")),
            ("Mitotic grade 1, Ki-67 grade 2, final grade G2", Some("G2")),
            ("NET G1.", Some("G1")),
            ("Grade: WHO 1", Some("G1")),
            ("WHO CLASSIFICATION (2019): NET, GRADE 2", Some("G2")),
            ("Low-grade neuroendocrine tumour (WHO grade 1)", Some("G1")),
            ("Well-differentiated neuroendocrine tumor (Grade 1, carcinoid)", Some("G1")),
            ("Tumour Grade (WHO 5th edition): Grade 1", Some("G1")),
            ("Histological grade: Well differentiated (G1)", Some("G1")),
            ("NET G3", Some("G3")),
            ("Well-differentiated NET, grade 3", Some("G3")),
            ("Well differentiated", None),
            ("The grade will be given when Ki-67 is known.", None),
            ("Differentiation: Well differentiated", None),
        ],
        |it| pathology(it).grade,
    );
}

#[test]
fn t_categories_are_read_as_written() {
    check(
        &[
            (
                "Primary Tumor (pT): pT3: Tumor invades through the muscularis propria into subserosal tissue without penetration of overlying serosa",
                Some("T3"),
            ),
            ("pT Category: pT3", Some("T3")),
            ("Stage: pT2, pN0", Some("T2")),
            ("pT4N1Mx", Some("T4")),
            ("pT3(3)", Some("T3")),
            ("p T3 N1", Some("T3")),
            ("AJCC 8th: T3 N1", Some("T3")),
            ("TNM: T3N1", Some("T3")),
            ("pT-stage: 3", Some("T3")),
            ("ypT3 ypN1", Some("T3")),
            ("pT3 (subserosa)", Some("T3")),
        ],
        |it| pathology(it).pT,
    );
}

#[test]
fn n_categories_are_read_as_written() {
    check(
        &[
            ("pN Category: pN1", Some("N1")),
            (
                "Regional Lymph Nodes (pN): pN2: Large mesenteric masses (> 2 cm) and / or extensive nodal deposits (12 or greater)",
                Some("N2"),
            ),
            ("Stage: pT2, pN0", Some("N0")),
            ("pT4N1Mx", Some("N1")),
            ("AJCC 8th: T3 N1", Some("N1")),
            ("TNM: T3N1", Some("N1")),
            ("ypT3 ypN1", Some("N1")),
            ("pN: pNX (cannot be assessed)", Some("NX")),
            ("Regional lymph nodes: pNX", Some("NX")),
        ],
        |it| pathology(it).pN,
    );
}

#[test]
fn m_categories_are_read_as_written() {
    check(
        &[
            ("pM1a", Some("M1a")),
            ("pM: Not applicable", None),
            ("pM - Not applicable - pM cannot be determined from the submitted specimen(s)", None),
            ("Distant Metastasis (pM): pM1b: Metastases in at least one extrahepatic site", Some("M1b")),
            ("pM1", Some("M1")),
            ("pT3 N1 M1a", Some("M1a")),
            ("Distant Metastasis (pM)\n  pM1a: Metastasis confined to liver", Some("M1a")),
            ("pM1c: Both hepatic and extrahepatic metastases", Some("M1c")),
            ("pT2 pN0 pM0", Some("M0")),
            ("Distant metastases: M1a (liver)", Some("M1a")),
            ("Stage: T3, N1, M1a (stage IV)", Some("M1a")),
            ("TNM (8th ed): pT4 pN2 pM1", Some("M1")),
        ],
        |it| pathology(it).pM,
    );
}

#[test]
fn primaries_are_measured() {
    check(
        &[
            ("Tumor Size: Greatest dimension in Centimeters (cm): 2.3 cm", Some(23.0)),
            ("Tumor Size: 2.3 x 1.8 x 1.2 cm", Some(23.0)),
            ("Tumor size:\n  Greatest dimension: 2.3 cm\n  Additional dimensions: 1.8 x 1.2 cm", Some(23.0)),
            ("Greatest Dimension (Centimeters): 2.3 cm", Some(23.0)),
            ("Greatest dimension (cm): 2.3", Some(23.0)),
            ("Maximum tumour diameter: 23 mm", Some(23.0)),
            ("Maximum tumour dimension = 23mm", Some(23.0)),
            ("Size of largest tumour: 23 mm", Some(23.0)),
            ("Size of tumour (mm): 23", Some(23.0)),
            ("Tumour measuring up to 23 mm.", Some(23.0)),
            ("NET measuring up to 2.3 cm in greatest dimension.", Some(23.0)),
            ("A 2.3 cm firm yellow nodule in the ileal wall.", Some(23.0)),
            (
                "A tan-yellow firm submucosal mass, 2.3 x 2.0 x 1.5 cm, is located 5.0 cm from the proximal margin.",
                Some(23.0),
            ),
            ("Tumours range in size from 4 mm to 23 mm.", Some(23.0)),
            ("Three tumours, measuring 23 mm, 12 mm and 5 mm.", Some(23.0)),
            ("The largest tumour measures 23 mm across.", Some(23.0)),
            ("the largest of which is 23 mm", Some(23.0)),
            ("Largest tumour is 23 mm in maximum extent.", Some(23.0)),
            ("Tumour diameter 23 mm", Some(23.0)),
            ("Tumour: 23 mm diameter", Some(23.0)),
            ("Diameter of tumour 23 mm", Some(23.0)),
            ("A polypoid lesion 23 x 14 mm.", Some(23.0)),
            ("Ileal tumour 23mm max.", Some(23.0)),
            ("Well differentiated NET (2.3 cm).", Some(23.0)),
            ("Well differentiated neuroendocrine tumor, 2.3 cm, arising in ileum.", Some(23.0)),
            ("The tumour is 2.3cm in diameter and is 12 cm from the nearest margin.", Some(23.0)),
            ("Tumor Size: 2.3 cm in greatest dimension; mesenteric mass 4 cm", Some(23.0)),
            ("The bowel measures 23 cm in length.", None),
            ("Closest margin 23 mm.", None),
            ("Tumour is 23 mm from the distal margin.", None),
            ("Largest lymph node 23 mm.", None),
            ("Largest metastasis 23 mm", None),
            ("Size of largest metastatic deposit: 4 mm", None),
            ("Tumor Size: Cannot be determined", None),
            ("The tumour measures 21mm in its greatest axis.", Some(21.0)),
            ("Size: 21 x 17 x 10 mm", Some(21.0)),
            ("Tumour size (max): 2.1cm", Some(21.0)),
            ("Tumor dimensions: 2.1 x 1.5 x 1.0 cm", Some(21.0)),
            ("Greatest tumor dimension: 2.1 cm", Some(21.0)),
            ("Max tumour diam: 21 mm", Some(21.0)),
            ("MAX. DIMENSION OF TUMOUR - 21 MM", Some(21.0)),
            ("a 2.1 cm well differentiated neuroendocrine tumor", Some(21.0)),
            ("the larger 21 mm and the smaller 8 mm; both neuroendocrine tumours", Some(21.0)),
            ("Neuroendocrine tumours measuring 2.1 cm, 0.9 cm and 0.4 cm", Some(21.0)),
            ("tumour 21 mm in diameter, 40 mm from the distal margin", Some(21.0)),
            ("an ulcerated lesion, 21 mm in diameter", Some(21.0)),
            ("an intramural nodule 21 mm across", Some(21.0)),
            ("two nodules are seen in the ileal mucosa measuring 21 and 8 mm", Some(21.0)),
            ("The nodule is 2.1 cm and firm.", Some(21.0)),
            ("firm white nodule (2.1 x 1.8 x 1.1 cm)", Some(21.0)),
            ("Maximum tumour dimension (mm) 21", Some(21.0)),
            ("Tumour size: Largest 21 mm, smallest 4 mm", Some(21.0)),
            ("Tumor Size: Greatest dimension (largest tumor) 2.1 cm", Some(21.0)),
        ],
        |it| pathology(it).tumour_size_mm,
    );
}

#[test]
fn primaries_are_measured_on_scans() {
    check(
        &[
            ("23 mm enhancing mass in the distal ileum consistent with the primary tumour.", Some(23.0)),
            ("Primary: 23 mm avid lesion in the terminal ileum.", Some(23.0)),
            ("There is an enhancing mural nodule in the distal ileum measuring 23 mm.", Some(23.0)),
            ("Ileal primary: 17 mm avid focus.", Some(17.0)),
            ("Avid 17 mm soft tissue nodule in the distal ileum, likely primary.", Some(17.0)),
            ("A 17 x 12 mm enhancing polypoid lesion is present in the terminal ileum.", Some(17.0)),
            ("Primary tumour in distal ileum 17 mm.", Some(17.0)),
            ("Hypervascular 1.7 cm mural mass in the mid ileum.", Some(17.0)),
            ("Ileal wall thickening over 17 mm.", None),
        ],
        |it| radiology(it).tumour_size_mm,
    );
}

#[test]
fn primaries_are_measured_in_letters() {
    check(
        &[
            ("Histology confirmed a 23 mm grade 1 NET.", Some(23.0)),
            ("The primary measured 23 mm.", Some(23.0)),
            ("ileal primary of 2.3 cm", Some(23.0)),
            ("The tumour was 18mm in size.", Some(18.0)),
            ("1.8 cm terminal ileal NET", Some(18.0)),
            ("Histology showed an 18 mm, G1 tumour.", Some(18.0)),
            ("with an 18 mm primary in the ileum", Some(18.0)),
        ],
        |it| clinic(it).tumour_size_mm,
    );
}

#[test]
fn masses_are_measured() {
    check(
        &[
            ("Mesenteric mass: 35 mm", Some(35.0)),
            ("Mesenteric Masses: Present, 3.5 cm", Some(35.0)),
            ("A 3.5 cm mesenteric mass is present.", Some(35.0)),
            ("A 35 mm mesenteric tumour deposit is present.", Some(35.0)),
            ("Mesenteric mass (35 mm) consisting of matted nodes.", Some(35.0)),
            ("The mesenteric mass measures 3.5 x 2.0 cm.", Some(35.0)),
            ("Mesentery contains a 3.5 cm firm white mass.", Some(35.0)),
            ("Mesenteric nodal mass, 3.5 cm, involved.", Some(35.0)),
            ("Mesenteric tumour nodule 42 mm.", Some(42.0)),
            ("A mesenteric deposit, 42 mm in greatest dimension, is present.", Some(42.0)),
            ("Mesenteric mass (separate): 4.2 x 3.0 cm, involved by NET.", Some(42.0)),
            ("The mesentery contains a stellate fibrotic mass 42 mm across.", Some(42.0)),
            ("Large mesenteric mass: Yes (42 mm)", Some(42.0)),
            ("Mesenteric mass > 2 cm: present (4.2 cm)", Some(42.0)),
            ("Tumour deposit in mesentery 4.2 cm", Some(42.0)),
            ("conglomerate of matted lymph nodes 4.2 cm in the mesentery", Some(42.0)),
            ("Large Mesenteric Masses (>2 cm): Not identified", None),
            ("mesenteric mass > 2 cm: absent", None),
        ],
        |it| pathology(it).mesenteric_mass_mm,
    );
}

#[test]
fn masses_are_measured_on_scans() {
    check(
        &[
            ("Mesenteric mass: 25 x 18 mm, previously 24 x 18 mm.", Some(25.0)),
            ("25mm calcified mesenteric nodal mass with surrounding desmoplastic stranding.", Some(25.0)),
            ("There is a mass at the root of the small bowel mesentery measuring 2.5 cm.", Some(25.0)),
            ("Mesenteric soft tissue mass now 2.5 cm (2.3 cm).", Some(25.0)),
            ("The known mesenteric mass is unchanged, measuring 25 mm in maximum dimension.", Some(25.0)),
            ("Stellate lesion in the ileal mesentery, 25 mm.", Some(25.0)),
            ("Ileocolic mesenteric nodal conglomerate 25 x 20 mm.", Some(25.0)),
            ("Right iliac fossa mesenteric mass, 2.5 cm transverse.", Some(25.0)),
            ("Avid mesenteric mass (25 mm, SUVmax 18).", Some(25.0)),
            ("Small mesenteric lymph node 7 mm.", None),
            ("Mesenteric cyst 25 mm.", None),
        ],
        |it| radiology(it).mesenteric_mass_mm,
    );
}

#[test]
fn nodes_are_counted_in_many_orders() {
    check(
        &[
            ("Number of Lymph Nodes Involved: 3\nNumber of Lymph Nodes Examined: 14", (Some(3), Some(14))),
            ("Number of Lymph Nodes with Tumor: 3\nNumber of Lymph Nodes Examined: 14", (Some(3), Some(14))),
            (
                "Regional Lymph Nodes: Tumor present in regional lymph node(s)\n  Number of Lymph Nodes with Tumor: 3\n  Number of Lymph Nodes Examined: 14",
                (Some(3), Some(14)),
            ),
            (
                "All regional lymph nodes negative for tumor\n  Number of Lymph Nodes Examined: 14",
                (Some(0), Some(14)),
            ),
            (
                "Regional Lymph Node Status: All regional lymph nodes negative for tumor\nNumber of Lymph Nodes Examined: 14",
                (Some(0), Some(14)),
            ),
            ("Lymph nodes: 3/14", (Some(3), Some(14))),
            ("Lymph nodes: 3 of 14 positive", (Some(3), Some(14))),
            ("Metastatic NET in 3 of 14 lymph nodes.", (Some(3), Some(14))),
            ("Metastatic tumour in three of fourteen lymph nodes (3/14).", (Some(3), Some(14))),
            (
                "Fourteen lymph nodes identified, three of which contain metastatic tumour.",
                (Some(3), Some(14)),
            ),
            ("14 lymph nodes are identified; 3 are involved.", (Some(3), Some(14))),
            ("Total nodes: 14; positive nodes: 3", (Some(3), Some(14))),
            ("Nodes examined 14, nodes positive 3", (Some(3), Some(14))),
            ("LN 3/14 +ve", (Some(3), Some(14))),
            ("3 out of a total of 14 lymph nodes show metastasis", (Some(3), Some(14))),
            ("Three positive nodes out of 14.", (Some(3), Some(14))),
            ("3 (of 14) lymph nodes contain tumour", (Some(3), Some(14))),
            ("Of 14 lymph nodes, 3 contain metastases.", (Some(3), Some(14))),
            ("Of the 14 nodes examined, 3 were positive.", (Some(3), Some(14))),
            ("Lymph nodes, total 14, involved 3", (Some(3), Some(14))),
            ("Mesenteric lymph nodes (14): three with metastatic NET.", (Some(3), Some(14))),
            ("Fourteen reactive lymph nodes.", (Some(0), Some(14))),
            ("Fourteen lymph nodes, negative for malignancy (0/14).", (Some(0), Some(14))),
            ("No metastasis in 14 lymph nodes.", (Some(0), Some(14))),
            ("14 lymph nodes, none involved.", (Some(0), Some(14))),
            ("None of 14 lymph nodes contains tumour.", (Some(0), Some(14))),
            ("Nodes: 0 of 14 involved", (Some(0), Some(14))),
            ("Fourteen benign lymph nodes.", (Some(0), Some(14))),
            ("14 nodes were recovered, all free of tumour.", (Some(0), Some(14))),
            ("All 14 lymph nodes contain tumour.", (Some(14), Some(14))),
            ("Number of nodes sampled ... 14\nNumber of nodes involved ... 3", (Some(3), Some(14))),
            ("Lymph node status: 3 positive nodes, 14 examined", (Some(3), Some(14))),
            ("Lymph nodes (positive/total): 3/14", (Some(3), Some(14))),
            ("Lymph nodes (total/positive): 14/3", (Some(3), Some(14))),
            ("pN1 (3/14)", (Some(3), Some(14))),
            ("pN1, 3/14 nodes", (Some(3), Some(14))),
            ("Lymph nodes examined: 14, positive: 3", (Some(3), Some(14))),
            ("Nodal status: 3+/14", (Some(3), Some(14))),
            ("3+ve/14 nodes", (Some(3), Some(14))),
            ("fourteen (14) lymph nodes of which three (3) show metastatic deposits", (Some(3), Some(14))),
            ("Metastatic deposits are seen in three nodes from a total of fourteen.", (Some(3), Some(14))),
            (
                "Fourteen nodes retrieved from the mesentery. Three contain metastatic tumour.",
                (Some(3), Some(14)),
            ),
            ("Fourteen nodes retrieved from the mesentery. None contains tumour.", (Some(0), Some(14))),
            ("Regional nodes: 14 examined, 3 with metastatic disease", (Some(3), Some(14))),
            ("Nodal metastases: 3/14", (Some(3), Some(14))),
            ("Nodal metastasis present (3/14).", (Some(3), Some(14))),
            ("3/14 mesenteric nodes positive for metastatic NET", (Some(3), Some(14))),
            (
                "14 mesenteric lymph nodes, 3 of which are positive for metastatic neuroendocrine tumor",
                (Some(3), Some(14)),
            ),
            (
                "LYMPH NODES: THREE OF FOURTEEN POSITIVE FOR METASTATIC NEUROENDOCRINE TUMOR (3/14).",
                (Some(3), Some(14)),
            ),
            ("Lymph nodes: Metastatic (3/14)", (Some(3), Some(14))),
            ("Total number of nodes: 14. Number involved: 3.", (Some(3), Some(14))),
            ("Total lymph nodes found 14\nPositive lymph nodes 3", (Some(3), Some(14))),
            ("Nodes found: 14    Nodes positive: 3", (Some(3), Some(14))),
            ("We found 14 lymph nodes of which 3 contained metastases.", (Some(3), Some(14))),
            ("Three lymph nodes out of fourteen show metastases.", (Some(3), Some(14))),
            ("Lymph node metastases in 3 out of 14 nodes examined", (Some(3), Some(14))),
            ("One of 14 lymph nodes contains a 2 mm metastasis.", (Some(1), Some(14))),
            ("A single node of 14 is involved.", (Some(1), Some(14))),
            ("14 lymph nodes, one of which shows metastatic tumour.", (Some(1), Some(14))),
            ("14 lymph nodes show no evidence of malignancy.", (Some(0), Some(14))),
            ("Fourteen nodes, all free of metastasis", (Some(0), Some(14))),
            ("14 of 14 lymph nodes", (Some(14), Some(14))),
        ],
        |it| (pathology(it).nodes_positive, pathology(it).nodes_examined),
    );
}
