//! The vocabulary: which words of reports belong to which class.
//!
//! Here so that a rule asks one bit instead of comparing spellings; British, American and misread spellings stand side
//! by side. A word outside the table has no class. What classes mean together is decided by the rules.

use std::sync::LazyLock;

use crate::cues;

/// A set of classes.
pub(crate) type Mask = u64;

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident: $words:literal,)*) => {
        /// What a word can be.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Class { $($(#[$doc])* $name,)* }

        const TABLE: &[(Class, &str)] = &[$((Class::$name, $words),)*];
    };
}

impl Class {
    pub(crate) const fn bit(self) -> Mask {
        1 << self as u32
    }
}

classes! {
    Node: "node nodes lymphnode lymphnodes lymph-nodes ln lns ln's",
    Lymph: "lymph lymphatic nodal lymphnodal lymphadenopathy",
    Liver: "hepar hepatobiliary liver livers hepatic intrahepatic transhepatic",
    Segment: "segment segments seg segs lobe lobes bilobar hemiliver",
    Metastasis: "metastasis metastases metastatic metastasised metastasized metastasizing mets met metastatis metastasic secondaries",
    Lesion: "lesion lesions focus foci nodule nodules mass masses deposit deposits abnormality abnormalities hypodensity hypodensities lucency lucencies sol sols uptake accumulation accumulations enrichment avidity area areas density densities hypoattenuation",
    Tumour: "tumour tumours tumor tumors neoplasm neoplasms neoplasia lesion lesions nodule nodules carcinoid carcinoids net nets nen nens wdnet wdnets sinet sbnet mass masses polyp primary primaries lump lumps",
    Net: "carcinoid carcinoids net nets nen nens sinet sinets sbnet sbnets wdnet wdnets pnet pnets pannet pannets argentaffinoma",
    Neuroendocrine: "neuroendocrine neuro-endocrine endocrine",
    SmallBowel: "jejuno ileum ileal jejunum jejunal jejunoileal ileojejunal meckel meckel's meckels meckel’s midgut mid-gut enteric ti t si sb sm sbnet sbnets sinet sinets small",
    Elsewhere: "lobe lobectomy pnet pnets pannet pannets appendix appendiceal appendicular caecum cecum coecum caecal cecal colon colonic colorectal sigmoid rectum rectal rectosigmoid stomach gastric antrum antral pancreas pancreatic duodenum duodenal ampulla ampullary lung lungs bronchial bronchus bronchopulmonary pulmonary thymus thymic oesophagus oesophageal esophagus esophageal breast prostate prostatic kidney renal bladder ovary ovarian uterus endometrium endometrial cervix thyroid skin adrenal gallbladder biliary hindgut foregut splenic ascending transverse descending hepatocellular testis testicular melanoma parathyroid larynx tonsil",
    OtherTumour: "ca cancer cancers adenocarcinoma adenocarcinomas carcinoma carcinomas carcinosarcoma lymphoma lymphomas gist gists sarcoma leiomyoma leiomyosarcoma melanoma adenoma adenomas minen manec nec necs liposarcoma mesothelioma seminoma cholangiocarcinoma hcc pheochromocytoma phaeochromocytoma paraganglioma insulinoma gastrinoma glucagonoma schwannoma lipoma desmoid fibromatosis myeloma leukaemia leukemia",
    Ki: "labelling labeling ki kl ki67 mib mib1 proliferation proliferative",
    Mitosis: "mit mits mitosis mitoses mitotic mitotically",
    Grade: "g gr grade-1 grade-2 grade-3 grade graded grading g1 g2 g3 gx",
    Length: "mm cm millimetre millimetres millimeter millimeters centimetre centimetres centimeter centimeters mms cms",
    Mesentery: "mes mesenteric mesentery mesenterium mesenterial mesocolic mesenterically",
    Layer: "lamina mucosa mucosal submucosa submucosal muscularis muscle subserosa subserosal serosa serosal peritoneum peritoneal transmural mesothelium mesothelial subserous serous intramucosal mp fat fatty adipose perienteric pericolic pericolonic periileal perijejunal periintestinal peri organs structures wall organ loop loops omentum propria abdominal",
    Depth: "penetrated involvement invaded infiltrated thickness invades invade invading invasion infiltrates infiltrate infiltrating infiltration extends extend extending extension penetrates penetrate penetrating penetration breaches breach breaching breached reaches reach reaching confined limited restricted involves involve involving into through growing grows present perforates perforating perforation depth extent level spreads spreading transmural thru ingrowth growth grown crosses crossing traverses traversing went goes gone erodes eroding erode ulcerating ulcerates infiltrative occupies occupy transgresses transgressing upto breakthrough enters entering beyond front",
    /// What may be said of a layer after its name.
    Reached: "breached involved infiltrated invaded penetrated perforated ulcerated reached penetration involvement invasion breach perforation eroded traversed breakthrough extension infiltration spread",
    Focal: "both smaller larger focal many innumerable unicentric second further additional only x3 x2 x4 unifocal multifocal multicentric focality multifocality multiple solitary single several numerous two three four five six seven eight nine ten synchronous separate",
    Invasion: "lymphovascular lymph-vascular vascular lymphatic venous angioinvasion angiolymphatic angio lymphovenous vascular-invasion lvi lvsi perineural perineurial pni intraneural neural permeation vi",
    Margin: "margin margins resection r0 r1 r2 ring rings",
    Modality: "ct mri mr mrcp pet petct pet-ct ultrasound us uss sonography ultrasonography octreoscan scintigraphy spect tomography mdct cect dotatate dotatoc dotanoc octreotide tektrotyd mre magnetic",
    Stain: "synaptophysin chromogranin sstr2 sstr2a sstr cdx2 serotonin",
    Chem: "hiaa 5hiaa 5-hiaa chromogranin cga hydroxyindoleacetic",
    Symptom: "syndrome flushing flushes",
    Contrast: "iodinated gadolinium gadolinium-based gadobutrol gadovist gadoterate gadoteric gadoxetate gadoxetic gadobenate gadoteridol gadopentetate gadodiamide dotarem gbca magnevist multihance primovist eovist prohance iohexol omnipaque iopamidol isovue iodixanol visipaque iomeprol iomeron iopromide ultravist ioversol optiray iobitridol xenetix",
    Count: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty none zero no single solitary all both",
    Tnm: "pt pn pm ypt ypn rpt t n m tnm ptnm stage ct cn cm mpt",
    /// Words that field labels are made of.
    Label: "large a tumor tumour tumors tumours site size sizes focality multifocality histologic histological histology type subtype and grade grading mitotic mitoses mitosis rate count figures ki ki67 mib mib1 labeling labelling proliferation proliferative index extension extent margin margins status lymphovascular lymph vascular lymphatic lvi pni invasion perineural regional nodes node ln lns lymphnodes number no nr of involved examined positive negative identified retrieved sampled pathologic pathological stage staging pt pn pm t n m tnm ptnm primary distant metastasis metastases category classification depth maximum max greatest dimension dimensions diameter who location total with mesenteric mass masses largest level local the descriptor descriptors in by cm mm procedure differentiation nodal deposits deposit involvement resected found anatomic anatomical main overall group ajcc uicc edition ed 8th 7th 9th version submitted infiltration per hpf mm2 test results result for locoregional measurement specimen microscopic macroscopic additional tumoural venous resection bowel wall organ position metastatic containing dataset item multiplicity neuroendocrine neoplasm net harvested affected measuring greatest-dimension deepest layer serosal serosa peritoneal visceral adjacent organs surface structures multifocal multicentric multicentricity spread invasive front layers according to",
    /// Organs that label the findings of a radiology report.
    Organ: "spleen pancreas kidneys kidney adrenals adrenal lungs lung chest thorax bowel bones bone skeleton peritoneum pelvis bladder vessels gallbladder biliary stomach uterus prostate musculoskeletal retroperitoneum heart mediastinum abdomen soft gi aorta thyroid head neck appendix colon gut ascites",
    /// Further words of labels that may not stand without a separator.
    Asked: "specify percentage percent number layers operation sample specimens wedge biopsy excision core edges status multifocal lesions situated origin localisation localization ene extranodal front",
    /// Verbs that no label has.
    Verb: "there are is was were has have shows show demonstrates seen",
    /// Nouns that a length may belong to.
    Measured: "adenocarcinoma adenoma adenopathy aneurysm aorta appendix biopsies biopsy bowel caecum calculus carcinoid carcinoids carcinoma cecum coecum collection colon complex conglomerate core cores cuff cyst cystic cysts deposit deposits disease plaque process diverticulum duct effusion fat fatty foci focus fragment fragments gallbladder gist growth haemangioma hemangioma hemicolectomy hepatic hernia ileal ileum implant intervals intestine jejunum kidney length lesion lesions lipoma liver ln lns lobe loop lumen lung lymph lymphadenopathy lymphnode lymphnodes lymphoma margin margins mass masses matted mesenteric mesentery metastases metastasis mucosa neoplasm neoplasms net nets nodal node nodes nodulation nodule nodules omentum perforation peritoneal piece pieces polyp polyps primaries primary resection ring rings sbnet seg segment segments serosa sinet slice slices specimen spleen stoma stricture strip subcutaneous swelling swellings remnant lump lumps bulge thickening thyroid tissue tumor tumors tumour tumours ulcer vein wall wdnet wdnets wedge",
    /// A word that begins a phrase of [`cues`].
    Cue: "",
    /// A word that begins a heading.
    Heading: "",
    /// A word of the shape of a T, N or M category, such as `pt3`, `ypn` or `m1a`.
    Category: "",
}

/// Rows of the hash table; a power of two well above the number of words.
const ROWS: usize = 4096;

/// A word of the table: its bytes as one number, so that a look-up compares once; the word itself settles longer ones.
#[derive(Clone, Copy)]
struct Row {
    key: Key,
    word: &'static str,
    mask: Mask,
}

static WORDS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows = vec![Row { key: Key::of(""), word: "", mask: 0 }; ROWS];
    let cue_words = cues::first_words().map(|it| (it, Class::Cue));
    let table = TABLE.iter().flat_map(|(class, words)| words.split(' ').map(|it| (it, *class)));
    let headings = crate::sections::first_words().map(|it| (it, Class::Heading));
    for (word, class) in table.chain(cue_words).chain(headings).filter(|it| !it.0.is_empty()) {
        let key = Key::of(word);
        let mut at = key.place();
        while let Some(row) = rows.get_mut(at) {
            if row.word.is_empty() || row.word == word {
                *row = Row { key, word, mask: row.mask | class.bit() };
                break;
            }
            at = (at + 1) % ROWS;
        }
    }
    rows
});

/// The beginning and the end of a word as numbers, and its length: all of it up to 16 bytes, since they overlap.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    start: u64,
    end: u64,
    length: usize,
}

/// Bytes that a key holds.
const KEY_BYTES: usize = 16;

impl Key {
    fn of(word: &str) -> Self {
        let bytes = word.as_bytes();
        let length = bytes.len();
        let (start, end) = match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(start), Some(end)) => (u64::from_le_bytes(*start), u64::from_le_bytes(*end)),
            _ => match (bytes.first_chunk(), bytes.last_chunk()) {
                (Some(start), Some(end)) => {
                    (u64::from(u32::from_le_bytes(*start)), u64::from(u32::from_le_bytes(*end)))
                }
                _ => (bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), 0),
            },
        };
        Self { start, end, length }
    }

    fn place(self) -> usize {
        let folded = self.start ^ self.end.rotate_left(29);
        (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % ROWS
    }
}

/// Longest word that is looked up, in bytes.
const WORD_BYTES_MAX: usize = 24;

/// The classes of a word in lower case.
pub(crate) fn classes(word: &str) -> Mask {
    if word.len() > WORD_BYTES_MAX {
        return 0;
    }
    in_table(word) | if crate::stage::has_shape(word) { Class::Category.bit() } else { 0 }
}

fn in_table(word: &str) -> Mask {
    let key = Key::of(word);
    let mut at = key.place();
    loop {
        match WORDS.get(at) {
            Some(row) if row.key == key && (word.len() <= KEY_BYTES || row.word == word) => return row.mask,
            Some(row) if !row.word.is_empty() => at = (at + 1) % ROWS,
            _ => return 0,
        }
    }
}

/// The classes of a mark: only a question mark can say something.
pub(crate) fn mark_classes(mark: &str) -> Mask {
    if mark.starts_with('?') { Class::Cue.bit() } else { 0 }
}

/// The number that a word says.
pub(crate) fn number(word: &str) -> Option<u32> {
    Some(match word {
        "no" | "none" | "zero" | "nil" | "neither" => 0,
        "one" | "single" | "solitary" | "a" => 1,
        "two" | "both" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_all_their_classes_and_no_other() {
        assert_ne!(classes("node") & Class::Node.bit(), 0);
        assert_ne!(classes("carcinoid") & Class::Net.bit(), 0);
        assert_ne!(classes("carcinoid") & Class::Tumour.bit(), 0);
        assert_eq!(classes("chair"), 0);
        assert_eq!(classes(""), 0);
        assert_eq!(classes(&"x".repeat(1000)), 0);
    }
}
