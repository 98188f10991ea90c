//! The flags of the calculator: the facts of a patient as a clinician would type them.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::word;

/// Computes risk and plan from stated facts alone. What is not stated is not known: it is listed, with what was taken
/// for it. The tumour is taken for a neuroendocrine tumour of the ileum unless --site or --histology say otherwise.
#[derive(Args)]
pub(crate) struct Assess {
    #[command(flatten)]
    pub(crate) facts: Facts,
    /// Model: a built-in name (`lacteal model list`) or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "reference")]
    pub(crate) model: String,
    /// Policy: a built-in name (`lacteal policy list`) or a file
    #[arg(long, value_name = "NAME|FILE", default_value = "default")]
    pub(crate) policy: String,
    /// Day for which it is computed (YYYY-MM-DD); without it today
    #[arg(long, value_name = "DATE", value_parser = word::day)]
    pub(crate) as_of: Option<Date>,
    /// Say in sentences, too, what the risk rests on
    #[arg(long)]
    pub(crate) words: bool,
    /// Print JSON for machines
    #[arg(long)]
    pub(crate) json: bool,
}

/// Facts as flags, or in a file under the same names.
#[derive(Args, Default)]
pub(crate) struct Facts {
    /// TOML or JSON file with the facts, under the names of the flags below, or what `lacteal read --summary` prints
    /// for one report; `-` reads standard input. Flags win over it
    #[arg(long = "facts", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Ki-67 labelling index of the primary: `4 %`, `3-5%`, `<1%`
    #[arg(long, value_name = "PERCENT", help_heading = "Facts")]
    ki67: Option<String>,
    /// Ki-67 of a metastasis
    #[arg(long, value_name = "PERCENT", help_heading = "Facts")]
    metastasis_ki67: Option<String>,
    /// Mitoses per 2 mm²
    #[arg(long, value_name = "COUNT", help_heading = "Facts")]
    mitoses: Option<String>,
    /// WHO grade: G1, G2, G3 or NEC
    #[arg(long, value_name = "GRADE", help_heading = "Facts")]
    grade: Option<String>,
    /// T category, such as `pT3`
    #[arg(long, value_name = "T", help_heading = "Facts")]
    pt: Option<String>,
    /// N category, such as `pN1`
    #[arg(long, value_name = "N", help_heading = "Facts")]
    pn: Option<String>,
    /// M category, such as `cM0` or `pM1a`
    #[arg(long, value_name = "M", help_heading = "Facts")]
    pm: Option<String>,
    /// Lymph nodes with tumour
    #[arg(long, value_name = "COUNT", help_heading = "Facts")]
    nodes_positive: Option<String>,
    /// Lymph nodes examined
    #[arg(long, value_name = "COUNT", help_heading = "Facts")]
    nodes_examined: Option<String>,
    /// Greatest dimension of the primary: `18 mm`, `1.8 cm`
    #[arg(long, value_name = "LENGTH", help_heading = "Facts")]
    size: Option<String>,
    /// Depth: submucosa, muscularis, subserosa, serosa or other-organs
    #[arg(long, value_name = "LAYER", help_heading = "Facts")]
    depth: Option<String>,
    /// Primary tumours, how many; `several` when they were not counted
    #[arg(long, value_name = "COUNT", help_heading = "Facts")]
    primaries: Option<String>,
    /// Greatest dimension of the mesenteric mass: `25 mm`
    #[arg(long, value_name = "LENGTH", help_heading = "Facts")]
    mass: Option<String>,
    /// Mesenteric tumour deposits; `--deposits no` when there are none
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", help_heading = "Facts")]
    deposits: Option<String>,
    /// Lymphovascular invasion
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", help_heading = "Facts")]
    lymphovascular: Option<String>,
    /// Perineural invasion
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", help_heading = "Facts")]
    perineural: Option<String>,
    /// Resection margin: R0, R1 or R2
    #[arg(long, value_name = "MARGIN", help_heading = "Facts")]
    margin: Option<String>,
    /// Date of the resection (YYYY-MM-DD): time counts from it
    #[arg(long, value_name = "DATE", help_heading = "Facts")]
    resected: Option<String>,
    /// A scan: date, modality, region and what it found, as in `2025-01-10 MR liver clear`; may be repeated.
    /// Found: clear, indeterminate or metastasis; may be left out
    #[arg(long, value_name = "SCAN", help_heading = "Facts")]
    scan: Vec<String>,
    /// A marker: date, name, level and unit, as in `2025-01-10 cga 120 ug/L`; may be repeated.
    /// Names: cga, 5hiaa-urine, 5hiaa-plasma, nt-probnp
    #[arg(long, value_name = "MARKER", help_heading = "Facts")]
    marker: Vec<String>,
    /// A word about the liver without a scan: clear, indeterminate or metastasis
    #[arg(long, value_name = "FOUND", help_heading = "Facts")]
    liver: Option<String>,
    /// Symptoms of carcinoid syndrome
    #[arg(long, value_name = "YES|NO", num_args = 0..=1, default_missing_value = "yes", help_heading = "Facts")]
    syndrome: Option<String>,
    /// Date or year of birth
    #[arg(long, value_name = "DATE", help_heading = "Facts")]
    born: Option<String>,
    /// Sex: f, m or other
    #[arg(long, value_name = "SEX", help_heading = "Facts")]
    sex: Option<String>,
    /// Site of the primary: ileum, jejunum, small-bowel, meckel or elsewhere
    #[arg(long, value_name = "SITE", help_heading = "Facts")]
    site: Option<String>,
    /// Kind of tumour: net, nec or other
    #[arg(long, value_name = "KIND", help_heading = "Facts")]
    histology: Option<String>,
}

impl Facts {
    /// What the flags state, each under its name.
    pub(crate) fn stated(&self) -> Vec<(&'static str, Vec<String>)> {
        let one = |it: &Option<String>| it.iter().cloned().collect::<Vec<_>>();
        let all = [
            ("ki67", one(&self.ki67)),
            ("metastasis-ki67", one(&self.metastasis_ki67)),
            ("mitoses", one(&self.mitoses)),
            ("grade", one(&self.grade)),
            ("pt", one(&self.pt)),
            ("pn", one(&self.pn)),
            ("pm", one(&self.pm)),
            ("nodes-positive", one(&self.nodes_positive)),
            ("nodes-examined", one(&self.nodes_examined)),
            ("size", one(&self.size)),
            ("depth", one(&self.depth)),
            ("primaries", one(&self.primaries)),
            ("mass", one(&self.mass)),
            ("deposits", one(&self.deposits)),
            ("lymphovascular", one(&self.lymphovascular)),
            ("perineural", one(&self.perineural)),
            ("margin", one(&self.margin)),
            ("resected", one(&self.resected)),
            ("scan", self.scan.clone()),
            ("marker", self.marker.clone()),
            ("liver", one(&self.liver)),
            ("syndrome", one(&self.syndrome)),
            ("born", one(&self.born)),
            ("sex", one(&self.sex)),
            ("site", one(&self.site)),
            ("histology", one(&self.histology)),
        ];
        all.into_iter().filter(|(_, values)| !values.is_empty()).collect()
    }
}
