//! Lengths beside each other in one sentence: which is the primary's, and which the mesenteric mass's.

use super::{check, clinic, pathology, radiology};

#[test]
fn a_length_in_pathology_is_the_primarys_or_the_masss() {
    check(
        &[
            ("Ileum: well-diff. NET, 24 mm, G1, pT3.", (Some(24.0), None)),
            ("Ileum (resection): NET G1; 24 mm; subserosa; 4/18 LN; R0.", (Some(24.0), None)),
            (
                "Neuroendocrine tumour, G1, of the ileum with a maximal diameter of 2.4 cm, infiltration of the subserosa and 4 lymph node metastases (4/18).",
                (Some(24.0), None),
            ),
            (
                "Ileal resection with a 2.4 cm large neuroendocrine tumour, NET G1, with infiltration to the subserosa.",
                (Some(24.0), None),
            ),
            ("NET of ileum of 2.4 cm size.", (Some(24.0), None)),
            ("A 2.4 cm measuring tumour.", (Some(24.0), None)),
            ("The tumour measures max. 2.4 cm.", (Some(24.0), None)),
            ("Tumour extension: 2.4 x 1.8 x 1.5 cm.", (Some(24.0), None)),
            ("Tumour of 2.4 cm in largest extension.", (Some(24.0), None)),
            ("Largest tumour diameter: 2.4 cm. Number of tumours: 3.", (Some(24.0), None)),
            ("Macroscopic tumour size 24 mm.", (Some(24.0), None)),
            ("Microscopic size of tumour: 24 mm.", (Some(24.0), None)),
            ("Tumour size (fixed): 24 mm", (Some(24.0), None)),
            ("(tumour diameter 24 mm)", (Some(24.0), None)),
        ],
        |text| {
            let told = pathology(text);
            (told.tumour_size_mm, told.mesenteric_mass_mm)
        },
    );
}

#[test]
fn a_length_in_letters_is_the_primarys_or_the_masss() {
    check(
        &[
            ("CT scan revealed a 24 mm ileal tumour and a 38 mm mesenteric mass.", (Some(24.0), Some(38.0))),
            (
                "Staging CT: 24mm TI lesion, 38mm mesenteric nodal mass, liver clear.",
                (Some(24.0), Some(38.0)),
            ),
            (
                "On CT there was a tumour of 24 mm in the distal ileum with a mesenteric metastasis of 38 mm.",
                (Some(24.0), Some(38.0)),
            ),
            ("Primary: terminal ileum, 24 mm.", (Some(24.0), None)),
            ("Size: 24 mm", (Some(24.0), None)),
            ("Histology: 24mm well differentiated NET, pT3 N1 (4/18), Ki67 2%, R0", (Some(24.0), None)),
            (
                "Histology confirmed a well-differentiated G1 neuroendocrine tumour measuring 24 mm, with 4 out of 18 nodes involved.",
                (Some(24.0), None),
            ),
            ("Pathology: well-diff NET, 2.4 cm, G1, Ki-67 1%, 4/18 LN.", (Some(24.0), None)),
            (
                "The pathology report describes a 24 mm tumour infiltrating the subserosa with metastasis in 4 of 18 lymph nodes.",
                (Some(24.0), None),
            ),
            (
                "Histology shows ileal NET, max diameter 24 mm, infiltrating subserosa, 4/18 lymph nodes with metastases, R0.",
                (Some(24.0), None),
            ),
            ("The resected specimen contained a tumour of 2.4cm, grade 2.", (Some(24.0), None)),
            ("The largest of three tumours was 24 mm.", (Some(24.0), None)),
            ("three primaries (24, 11 and 6 mm)", (Some(24.0), None)),
            ("Residual mesenteric mass 38 mm, stable.", (None, Some(38.0))),
            ("She still has a mesenteric mass which measures 38 mm.", (None, Some(38.0))),
            ("mesenteric mass now 38 mm (previously 41 mm).", (None, Some(38.0))),
            ("The mesenteric deposit is 38mm and unchanged over 2 years.", (None, Some(38.0))),
            ("He has an unresectable mesenteric nodal mass, 38 x 30 mm.", (None, Some(38.0))),
        ],
        |text| {
            let told = clinic(text);
            (told.tumour_size_mm, told.mesenteric_mass_mm)
        },
    );
}

#[test]
fn a_length_on_scans_is_the_primarys_or_the_masss() {
    check(
        &[
            (
                "In the terminal ileum there is focal, intensely enhancing wall thickening/nodule of 24 mm.",
                (Some(24.0), None),
            ),
            (
                "Within the pelvis a loop of distal ileum contains a 2.4 x 1.9 cm soft tissue nodule with brisk arterial enhancement.",
                (Some(24.0), None),
            ),
            (
                "Known primary in the ileum not significantly changed, 24 mm vs 23 mm previously.",
                (Some(24.0), None),
            ),
            ("Known ileal primary: 24 mm (prev. 23 mm).", (Some(24.0), None)),
            (
                "Ileal primary tumour currently measures 24 mm, compared with 26 mm in March 2023.",
                (Some(24.0), None),
            ),
            (
                "24 x 20 x 18 mm intraluminal mass in a jejunal loop in the left upper quadrant.",
                (Some(24.0), None),
            ),
            (
                "Nodular lesion at the ileocaecal valve/terminal ileum, 24 mm, with strong enhancement.",
                (Some(24.0), None),
            ),
            (
                "Mass-like thickening of the terminal ileum measuring 2.4 cm in thickness and 4 cm in length.",
                (None, None),
            ),
            ("The primary tumour cannot be measured reliably.", (None, None)),
            ("The primary is not visualised. Mesenteric mass 38 mm.", (None, Some(38.0))),
            ("Suspected primary: focal enhancement distal ileum, approx. 24 mm.", (Some(24.0), None)),
            (
                "1. Ileal NET, 24 mm. 2. Mesenteric metastasis, 38 mm. 3. No liver metastases.",
                (Some(24.0), Some(38.0)),
            ),
            ("Ileal primary (2.4 cm) and mesenteric nodal metastasis (3.8 cm).", (Some(24.0), Some(38.0))),
            (
                "Avidly enhancing lesion in distal ileum measuring 24 mm with adjacent mesenteric lymph node of 12 mm.",
                (Some(24.0), None),
            ),
            (
                "Ileal lesion with a diameter of 24 mm and a mesenteric mass with a diameter of 38 mm.",
                (Some(24.0), Some(38.0)),
            ),
            ("Mesenteric mass with max. transverse diameter 38 mm.", (None, Some(38.0))),
            ("Mesenteric mass with calcification, diameter 3.8 cm, unchanged.", (None, Some(38.0))),
            (
                "In the mesentery to the right of the midline, a calcified mass is seen, with a size of 38 x 27 mm.",
                (None, Some(38.0)),
            ),
            ("Spiculated mesenteric soft tissue, 38 x 27 mm (previously 40 x 28 mm).", (None, Some(38.0))),
            ("Mesenteric fibrosis around a 38 mm lymph node conglomerate.", (None, Some(38.0))),
            (
                "Conglomerate nodal mass in the ileocolic mesentery measures 3.8 x 2.9 x 3.1 cm.",
                (None, Some(38.0)),
            ),
            ("Nodal mass along the SMA/SMV, 38 mm in short axis.", (None, Some(38.0))),
            ("Mesenteric lesion 38 mm, previously 36 mm (stable by RECIST).", (None, Some(38.0))),
            ("Target lesions: mesenteric mass 38 mm; liver seg VII 22 mm.", (None, Some(38.0))),
            (
                "Lymph nodes: a mesenteric mass of 38 mm with spiculation. Other nodes up to 8 mm.",
                (None, Some(38.0)),
            ),
            ("Right-sided mesenteric mass, 3.8 cm transverse by 2.9 cm AP.", (None, Some(38.0))),
            ("The spiculated mass in the mesentery has decreased to 38 mm (from 45 mm).", (None, Some(38.0))),
            ("The mesenteric mass, formerly 45 mm, today measures 38 mm.", (None, Some(38.0))),
            ("Mesenteric mass 38 mm, unchanged since 2021 (38 mm).", (None, Some(38.0))),
            ("No mesenteric mass. Mesenteric node 7 mm.", (None, None)),
            ("Post resection. No residual mesenteric mass greater than 10 mm.", (None, None)),
            ("Subcentimetre mesenteric nodes.", (None, None)),
            ("Mesenteric panniculitis, 60 mm area of misty fat.", (None, None)),
            ("Mesenteric cyst 38 mm.", (None, None)),
            ("Mesenteric root haematoma 38 mm.", (None, None)),
        ],
        |text| {
            let told = radiology(text);
            (told.tumour_size_mm, told.mesenteric_mass_mm)
        },
    );
}

#[test]
fn the_size_is_that_of_the_largest_primary() {
    let of = |text: &str| pathology(text).tumour_size_mm;
    check(
        &[
            ("Tumour size: 2.3 x 1.8 x 1.5 cm", Some(23.0)),
            ("Maximum tumour diameter: 23mm", Some(23.0)),
            ("Tumor size\n  2.3 cm in greatest dimension", Some(23.0)),
            ("The tumour measures 2,3 cm.", Some(23.0)),
            ("A 2.3 cm tumour is present.", Some(23.0)),
            ("Multiple tumours, largest 1.4 cm", Some(14.0)),
            ("Multiple tumours ranging from 0.3 to 1.8 cm.", Some(18.0)),
            ("Greatest dimension: 18 mm\nAdditional dimensions: 14 x 9 mm", Some(18.0)),
            ("The ileum is 34 cm in length and contains a firm nodule 15 mm across.", Some(15.0)),
            ("The tumour is 2.1 cm from the nearest margin.", None),
            ("Tumour 22 mm, 45 mm from the distal margin.", Some(22.0)),
            ("Mesenteric mass 3.1 cm. Tumour 1.2 cm.", Some(12.0)),
            ("Largest lymph node 1.8 cm.", None),
            ("Two tumours, 1.1 cm and 2.4 cm.", Some(24.0)),
            ("The lesion is a submucosal nodule measuring 9 x 8 mm.", Some(9.0)),
            ("Well differentiated NET, G1, 1.7 cm.", Some(17.0)),
            ("Tumour size (mm): 23", Some(23.0)),
            ("Size of tumour ......... 12 mm", Some(12.0)),
            ("Tumour dimensions 25 x 20 x 15 mm", Some(25.0)),
            ("Margins clear by 12 mm.", None),
            ("Specimen length: 240 mm", None),
            ("Tumor Size: Greatest Dimension (Centimeters): 3.1 cm", Some(31.0)),
            ("The largest tumour is 19 mm in maximum extent.", Some(19.0)),
            ("a polypoid mass 3 cm in diameter in the ileum", Some(30.0)),
            ("Carcinoid tumour, 8 mm, confined to submucosa", Some(8.0)),
            ("Tumour invades to a depth of 7 mm.", None),
            ("Closest margin: 2.5 cm", None),
        ],
        of,
    );
}

#[test]
fn a_length_belongs_to_its_own_noun() {
    check(
        &[
            ("NET, grade 1, 0.8 cm, unifocal.", Some(8.0)),
            ("Neuroendocrine tumour, WHO grade 2, 1.4 cm.", Some(14.0)),
            ("Tumour size: 2 . 1 cm .", Some(21.0)),
            ("Four tumours are seen. These measure 19, 8, 5 and 4 mm respectively.", Some(19.0)),
            ("Three nodules in the ileum. They measure 12, 9 and 4 mm.", Some(12.0)),
            ("Three tumours over a 15 cm length, 10 mm, 6 mm and 5 mm.", Some(10.0)),
            ("Two ileal nodules within a 20 cm segment, 11 mm and 7 mm.", Some(11.0)),
            ("Tumour cells are seen with a 1 mm front in subserosal fat.", None),
            ("The tumour extends 3 mm into the fat.", None),
            ("Resection margins tumour free, nearest 2 mm.", None),
            ("A smooth submucosal swelling of 12 mm.", Some(12.0)),
        ],
        |it| pathology(it).tumour_size_mm,
    );
    check(
        &[
            ("Large mesenteric masses (> 2 cm): present\n  Number of masses: 1 (4.4 cm)", Some(44.0)),
            ("Mesenteric mass: present\n  Size: 31 mm", Some(31.0)),
            ("Mesenteric tumour deposit: yes\n  Largest: 2.6 cm", Some(26.0)),
        ],
        |it| pathology(it).mesenteric_mass_mm,
    );
}

#[test]
fn numbers_that_are_no_lengths_do_not_become_one() {
    let text = "Ileal NET. New intensely avid deposit in the mesenteric root, SUVmax 27.4, 1.6 cm on CT.";
    assert_eq!(radiology(text).mesenteric_mass_mm, Some(16.0));
    let text =
        "Two tumours in the ileum, 40 cm & 65 cm from the ileocaecal valve. Neuroendocrine tumour, G1.";
    assert_eq!(pathology(text).tumour_size_mm, None);
}

#[test]
fn mesenteric_masses_are_measured() {
    let of = |text: &str| radiology(text).mesenteric_mass_mm;
    check(
        &[
            ("3.1 cm mesenteric nodal mass with desmoplastic reaction.", Some(31.0)),
            ("Stellate mesenteric mass measuring 28 x 20 mm.", Some(28.0)),
            ("There is a spiculated soft tissue mass in the mesentery measuring 2.4 cm.", Some(24.0)),
            ("The mesenteric mass is stable at 32 mm (previously 33 mm).", Some(32.0)),
            ("Calcified mesenteric mass, 41 mm.", Some(41.0)),
            ("Mesentery: 22 x 18 mm desmoplastic mass.", Some(22.0)),
            ("No mesenteric mass.", None),
            ("Mesenteric node 9 mm.", None),
            ("Conglomerate mesenteric nodal mass 4.5 x 3 cm encasing the SMV.", Some(45.0)),
            ("Liver lesion 22 mm. No mesenteric mass.", None),
            ("18 mm spiculated central mesenteric mass.", Some(18.0)),
        ],
        of,
    );
}

#[test]
fn a_size_under_a_mesenteric_mass_is_the_mass() {
    let of = |text: &str| {
        let it = pathology(text);
        (it.tumour_size_mm, it.mesenteric_mass_mm)
    };
    check(
        &[
            (
                "Tumour size: 19 mm\nMesenteric mass present: Yes    Maximum dimension: 27 mm",
                (Some(19.0), Some(27.0)),
            ),
            (
                "Tumor size: 2.8 cm\nMesenteric masses: Present, larger than 2 cm\n  Greatest dimension of largest mass: 4.1 cm",
                (Some(28.0), Some(41.0)),
            ),
            ("Mesenteric mass: Present\nSize of mass: 6.2 cm\nTumour size: 2.1 cm", (Some(21.0), Some(62.0))),
            ("Mesenteric mass: absent\nSize of tumour: 21 mm", (Some(21.0), None)),
        ],
        of,
    );
}

#[test]
fn a_mass_has_the_length_it_has_now() {
    check(
        &[
            ("Mesenteric deposit adjacent to the SMA has reduced from 28 to 23 mm.", Some(23.0)),
            ("The mesenteric lesion measures 22 mm (24 mm on the previous study).", Some(22.0)),
            ("Mesenteric mass 22 x 15 mm (26 x 18 mm in May).", Some(22.0)),
            ("Mesenteric masses from 9 to 23 mm.", Some(23.0)),
            ("Mesenteric mass with irregular and retracting margins, 32 x 20 mm.", Some(32.0)),
            ("In the mesenteric fat, a solid nodulation with irregular margins, 20 x 16 mm.", Some(20.0)),
        ],
        |text| radiology(text).mesenteric_mass_mm,
    );
}

#[test]
fn the_index_lesion_of_a_specimen_is_the_primary() {
    check(
        &[
            ("The index lesion measures 18 mm; four satellite NETs measure 2-6 mm.", Some(18.0)),
            ("A constricting lesion 24 mm long involves the whole circumference.", Some(24.0)),
            ("A segment of bowel 24 cm long.", None),
        ],
        |text| pathology(text).tumour_size_mm,
    );
}
