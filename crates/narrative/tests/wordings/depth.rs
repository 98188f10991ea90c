//! Ways of saying how deep a primary goes.

use super::{check, clinic, pathology};

#[test]
fn pathologists_tell_the_deepest_layer() {
    check(
        &[
            (
                "Tumor Extension: Tumor invades through the muscularis propria into subserosal tissue without penetration of overlying serosa",
                Some("subserosa"),
            ),
            ("Tumor Extent: Penetrates visceral peritoneum (serosa)", Some("serosa")),
            (
                "Microscopic Tumor Extension: Tumor penetrates the serosa (visceral peritoneum)",
                Some("serosa"),
            ),
            (
                "Tumor Extension: Tumor directly invades adjacent structures: right ovary",
                Some("other_organs"),
            ),
            (
                "Tumor Extent: Invades other organs or structures (specify): urinary bladder",
                Some("other_organs"),
            ),
            ("Tumor Extension: Tumor invades the muscularis propria", Some("muscularis_propria")),
            ("Tumor Extension: Tumor invades the submucosa", Some("submucosa")),
            ("Tumor Extension: Tumor invades the lamina propria", Some("lamina_propria_or_submucosa")),
            ("Tumor Extension: Cannot be assessed", None),
            ("Tumor Extent: No evidence of primary tumor", None),
            ("Tumor Extension: Cannot be determined", None),
            (
                "Tumor Extension: Tumor invades through muscularis propria into pericolorectal / mesenteric soft tissue",
                Some("subserosa"),
            ),
            (
                "Microscopic Tumor Extension:\n  Tumor invades through the muscularis propria into the subserosal adipose tissue or the\n  nonperitonealized perimuscular tissue (mesentery) without serosal penetration",
                Some("subserosa"),
            ),
            (
                "Microscopic Tumor Extension:\n  Tumor microscopically involves the serosal surface (visceral peritoneum)",
                Some("serosa"),
            ),
            ("Maximum extent of local invasion: Beyond muscularis propria (pT3)", Some("subserosa")),
            ("Level of invasion: Subserosa", Some("subserosa")),
            ("Local invasion: Beyond muscularis propria", Some("subserosa")),
            ("Local invasion: Tumour has breached the peritoneal surface", Some("serosa")),
            ("Maximum local spread: perforates visceral peritoneum", Some("serosa")),
            ("Depth of invasion: confined to submucosa", Some("submucosa")),
            ("Depth of invasion - mucosa and submucosa", Some("submucosa")),
            ("Extent of tumour: into muscularis propria", Some("muscularis_propria")),
            ("Deepest layer involved: muscularis propria", Some("muscularis_propria")),
            ("Layer of deepest invasion: subserosal fat", Some("subserosa")),
            ("Wall invasion: Through muscularis propria", Some("subserosa")),
            ("Infiltration depth: subserosa", Some("subserosa")),
            ("Serosal involvement: Present", Some("serosa")),
            ("Serosal involvement: Absent", None),
            ("Serosal involvement: not identified", None),
            ("Peritoneal involvement: No", None),
            ("Peritoneal involvement: Yes", Some("serosa")),
            ("Serosal surface: involved by tumour", Some("serosa")),
            ("Serosa: breached", Some("serosa")),
            ("Serosa: not breached", None),
            ("Perforation: absent", None),
            (
                "Tumour infiltrates the full thickness of the muscularis propria to involve the subserosal fat.",
                Some("subserosa"),
            ),
            ("The tumour extends through the wall into the mesenteric fat.", Some("subserosa")),
            ("Tumour extends through the bowel wall into the mesentery.", Some("subserosa")),
            (
                "It infiltrates through the full thickness of the muscular wall into subserosal connective tissue.",
                Some("subserosa"),
            ),
            (
                "Full thickness invasion of the muscularis propria with extension into subserosal fat; serosa intact.",
                Some("subserosa"),
            ),
            (
                "Transmural infiltration to the subserosa. The overlying serosa is free of tumour.",
                Some("subserosa"),
            ),
            ("Transmural infiltration with ulceration of the serosal surface by tumour.", Some("serosa")),
            ("The tumour breaches the serosa.", Some("serosa")),
            ("Tumour cells are present on the peritoneal surface.", Some("serosa")),
            ("Tumour is present at the serosal surface.", Some("serosa")),
            ("There is focal serosal perforation by tumour.", Some("serosa")),
            ("The serosa is focally perforated by tumour.", Some("serosa")),
            ("The tumour penetrates through the visceral peritoneum.", Some("serosa")),
            ("The tumour involves all layers of the bowel wall including the serosa.", Some("serosa")),
            ("Tumour involves full thickness of the bowel wall, including serosal surface.", Some("serosa")),
            ("Invasion of the visceral peritoneum is seen.", Some("serosa")),
            ("The tumour reaches the subserosa but does not breach the serosa.", Some("subserosa")),
            ("Tumour invades to but not through the serosa and lies in subserosal fat.", Some("subserosa")),
            ("It goes beyond the muscularis propria.", Some("subserosa")),
            ("Tumour breaches the muscularis propria and extends 4 mm into the fat.", Some("subserosa")),
            ("The lesion traverses the muscularis propria to reach the subserosa.", Some("subserosa")),
            (
                "The neoplasm penetrates the muscle coat and infiltrates subserosal adipose tissue.",
                Some("subserosa"),
            ),
            (
                "Nests of tumour cells extend through the muscularis propria into pericolic/perienteric fat.",
                Some("subserosa"),
            ),
            ("Tumour invades into the perienteric adipose tissue.", Some("subserosa")),
            (
                "The deep edge of the tumour lies within subserosal fat, 0.8 mm from the peritoneal surface.",
                Some("subserosa"),
            ),
            (
                "The tumour extends into the outer half of the muscularis propria but not through it.",
                Some("muscularis_propria"),
            ),
            (
                "Tumour infiltrates the inner circular layer of the muscularis propria.",
                Some("muscularis_propria"),
            ),
            (
                "The tumour is limited to the bowel wall, invading muscularis propria; subserosa is clear.",
                Some("muscularis_propria"),
            ),
            (
                "The tumour infiltrates the submucosa and superficial muscularis propria.",
                Some("muscularis_propria"),
            ),
            ("Invasion up to the muscularis propria.", Some("muscularis_propria")),
            ("Tumour invades as far as the muscularis propria.", Some("muscularis_propria")),
            ("The tumour is confined to the mucosa and submucosa.", Some("submucosa")),
            ("Tumour does not extend beyond the submucosa.", Some("submucosa")),
            (
                "The lesion is limited to the submucosa with no invasion of muscularis propria.",
                Some("submucosa"),
            ),
            (
                "The tumour involves mucosa and submucosa only. The muscularis propria is free.",
                Some("submucosa"),
            ),
            ("Invasion into the submucosa, muscularis propria not involved.", Some("submucosa")),
            ("The tumour is confined to the mucosa.", Some("lamina_propria_or_submucosa")),
            ("The tumour directly invades the sigmoid colon.", Some("other_organs")),
            ("The tumour is adherent to and infiltrates an adjacent loop of ileum.", Some("other_organs")),
            ("Tumour invades the adjacent small bowel loop through the serosa.", Some("other_organs")),
            ("The tumour extends through the serosa to involve the bladder wall.", Some("other_organs")),
            ("Direct invasion of the abdominal wall is present.", Some("other_organs")),
            ("Tumour penetrates serosa and invades adjacent organ (caecum).", Some("other_organs")),
            ("No invasion of adjacent organs; tumour in subserosa.", Some("subserosa")),
            ("pT3: tumour invades subserosa", Some("subserosa")),
            ("The lymph node metastasis extends into the perinodal fat.", None),
            ("Vascular invasion is present in the submucosa.", None),
            ("A lymph node in the mesentery is replaced.", None),
            ("Neuroendocrine tumour, 2.1 cm, involving submucosa to subserosa.", Some("subserosa")),
            ("NET G1, 18 mm, invading subserosa, margins clear.", Some("subserosa")),
            ("Well differentiated NET extending to subserosal fat.", Some("subserosa")),
            ("Tumor extends into subserosal soft tissue", Some("subserosa")),
            ("Tumor infiltrates through muscularis propria", Some("subserosa")),
            ("Tumor extends to serosal surface", Some("serosa")),
            ("Tumour erodes the serosal surface.", Some("serosa")),
            ("The tumour extends to and breaches the serosal surface.", Some("serosa")),
            (
                "The tumour comes to within 0.5 mm of the serosa but does not breach it; it lies in subserosal tissue.",
                Some("subserosa"),
            ),
            (
                "Tumour invades the subserosa and approaches the serosal surface without breaching it.",
                Some("subserosa"),
            ),
            (
                "Tumour invades through muscularis into subserosa; serosal surface uninvolved.",
                Some("subserosa"),
            ),
            ("Invasion: through m. propria into subserosa", Some("subserosa")),
            ("Invades m. propria", Some("muscularis_propria")),
            ("Invades muscularis", Some("muscularis_propria")),
            ("Invasion into MP.", Some("muscularis_propria")),
            ("Invasion through MP into SS.", Some("subserosa")),
            (
                "Tumour extent - invades through muscularis propria into subserosal tissue (pT3)",
                Some("subserosa"),
            ),
            ("T4 tumour with serosal penetration.", Some("serosa")),
            ("EXTENT OF INVASION: TUMOR PENETRATES SEROSA", Some("serosa")),
            ("EXTENT OF INVASION:  SUBSEROSA", Some("subserosa")),
            ("Invasion depth:  subserosal fatty tissue", Some("subserosa")),
            ("TUMOR EXTENSION: Into subserosa, does not involve serosal surface", Some("subserosa")),
            (
                "The overlying mucosa is intact. Tumour nests fill the submucosa. The muscularis propria is not infiltrated.",
                Some("submucosa"),
            ),
            (
                "Sections show nests of uniform cells in the submucosa, muscularis propria and subserosa.",
                Some("subserosa"),
            ),
            (
                "Sections of the tumour show a neoplasm composed of nests of cells infiltrating from the submucosa to the subserosa.",
                Some("subserosa"),
            ),
            (
                "Sections show tumour infiltrating all coats of the bowel and ulcerating the serosa.",
                Some("serosa"),
            ),
            (
                "Grossly, the cut surface shows a yellow nodule invading into the muscularis propria.",
                Some("muscularis_propria"),
            ),
            (
                "It infiltrates the entire thickness of the wall and is seen in subserosal fat.",
                Some("subserosa"),
            ),
            ("There is invasion beyond the muscularis propria into adjacent fat.", Some("subserosa")),
            (
                "The tumour grows through the muscularis propria and into the mesenteric fat.",
                Some("subserosa"),
            ),
            ("The tumour has grown through the muscle layer into the fat beyond.", Some("subserosa")),
            (
                "The tumour goes through the muscle into the subserosa, not through the serosa.",
                Some("subserosa"),
            ),
            ("Adjacent organ involvement: Yes - caecum", Some("other_organs")),
            ("Adjacent organ involvement: None", None),
            ("Involvement of adjacent organs: not identified", None),
            ("Tumour infiltrates subserosal fat focally.", Some("subserosa")),
            ("Mesenteric tumour deposit invading fat.", None),
            ("with extension into the subserosal fat", Some("subserosa")),
            ("Invasive into but not beyond muscularis propria.", Some("muscularis_propria")),
            ("The muscularis propria is invaded.", Some("muscularis_propria")),
            ("The subserosal fat is infiltrated by tumour.", Some("subserosa")),
            ("Tumour cells breach the mesothelium.", Some("serosa")),
            ("Serosal invasion is identified.", Some("serosa")),
            ("No serosal invasion is identified.", None),
            ("Subserosal invasion is identified, no serosal invasion.", Some("subserosa")),
            ("Invades: subserosa", Some("subserosa")),
            ("Tumour invades: ☐ submucosa ☐ muscularis propria ☒ subserosa ☐ serosa", Some("subserosa")),
            (
                "Extent of invasion\n   [ ] Lamina propria\n   [ ] Submucosa\n   [ ] Muscularis propria\n   [x] Subserosa\n   [ ] Serosa",
                Some("subserosa"),
            ),
            ("pT3 (subserosa)", Some("subserosa")),
            ("Infiltrates into subserosa.", Some("subserosa")),
            ("Infiltration up to subserosa.", Some("subserosa")),
            ("Infiltration of the subserosal fatty tissue, serosa free.", Some("subserosa")),
            ("Breakthrough of the serosa.", Some("serosa")),
            ("Growth through all wall layers with breakthrough of the serosa", Some("serosa")),
            ("The tumour grows into the subserosa.", Some("subserosa")),
            ("Tumour confined to bowel wall (muscularis propria).", Some("muscularis_propria")),
            ("Infiltration of the inner muscle layer of the muscularis propria", Some("muscularis_propria")),
            ("tumour restricted to mucosa and submucosa", Some("submucosa")),
            ("Tumour is located in the submucosa.", Some("submucosa")),
            ("invasive front in the subserosa", Some("subserosa")),
            ("T3 - into subserosa", Some("subserosa")),
            ("Local invasion: subserosa (pT3)", Some("subserosa")),
            ("Serosa unremarkable.", None),
            ("The serosa is puckered over the tumour.", None),
            ("The serosal surface is smooth and glistening.", None),
            (
                "Transmural invasion into subserosal fat with serosal puckering but no serosal breach.",
                Some("subserosa"),
            ),
            (
                "The tumour pushes through the muscularis propria into fat but the serosa is not involved.",
                Some("subserosa"),
            ),
        ],
        |it| pathology(it).extent,
    );
}

#[test]
fn letters_tell_the_deepest_layer() {
    check(
        &[
            (
                "Histology showed a 22 mm G1 NET invading through the muscularis propria into the subserosa, pT3 N1.",
                Some("subserosa"),
            ),
            ("Pathology confirmed a pT4 tumour with breach of the serosa.", Some("serosa")),
            ("The tumour had invaded the muscularis propria.", Some("muscularis_propria")),
            ("pT4 (serosal involvement)", Some("serosa")),
            (
                "Histology: 28 mm well differentiated NET of the terminal ileum extending into subserosal fat, 7 of 19 lymph nodes involved, Ki-67 2%, grade 1, pT3 pN1, R0.",
                Some("subserosa"),
            ),
            (
                "The histology has shown three tumours in the ileum, the largest 28 mm, with breach of the serosa.",
                Some("serosa"),
            ),
            ("The tumour could not be resected from the serosa of the duodenum.", None),
        ],
        |it| clinic(it).extent,
    );
}

#[test]
fn a_depth_in_prose_that_the_category_excludes_is_kept_back() {
    check(
        &[
            ("The tumour reaches the serosal surface. pT3 N1", None),
            ("The tumour invades the subserosa. pT2", None),
            ("The tumour invades the subserosa. pT3", Some("subserosa")),
            (
                "Three tumours, two in the submucosa; the largest invades the subserosa. pT3(m)",
                Some("subserosa"),
            ),
            ("Tumour extension: subserosa\npT category: pT2", Some("subserosa")),
        ],
        |it| pathology(it).extent,
    );
}
