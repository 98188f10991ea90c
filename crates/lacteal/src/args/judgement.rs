//! The flags of the clients that explain and decide, and of the tools for policy and model files.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::{Client, Facts, Who, word};

#[derive(Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) client: Client,
    #[command(flatten)]
    pub(crate) who: Who,
    /// Say in sentences, too, what the risk rests on
    #[arg(long)]
    pub(crate) words: bool,
}

/// The facts of the flags are supposed instead of what is known of the same kind. A policy is not applied: the plan
/// follows from facts that are stored.
#[derive(Args)]
pub(crate) struct WhatIf {
    #[command(flatten)]
    pub(crate) client: Client,
    #[command(flatten)]
    pub(crate) who: Who,
    /// Name of a built-in model; without it the model in force
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(crate) model: String,
    /// Say in sentences, too, what the risk rests on
    #[arg(long)]
    pub(crate) words: bool,
    #[command(flatten)]
    pub(crate) facts: Facts,
}

/// A decision is stored with its author and reason, wins over what the software would have chosen, and is shown where
/// it applies. A later decision about the same thing takes its place; --revoke takes it back.
#[derive(Args)]
pub(crate) struct Decide {
    #[command(flatten)]
    pub(crate) client: Client,
    #[command(flatten)]
    pub(crate) who: Who,
    #[command(flatten)]
    pub(crate) what: What,
    /// Last day on which it holds (YYYY-MM-DD); without it until it is changed. A hold needs one
    #[arg(long, value_name = "DATE", value_parser = word::day)]
    pub(crate) until: Option<Date>,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    pub(crate) author: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Revision of the dossier that was looked at: when it is another by now, nothing is stored
    #[arg(long, value_name = "NUMBER")]
    pub(crate) revision: Option<u64>,
    /// Id of this request: asked twice with one id, it is stored once
    #[arg(long, value_name = "ID")]
    pub(crate) request_id: Option<String>,
    /// Take back the decision of this kind that stands, instead of making one
    #[arg(long)]
    pub(crate) revoke: bool,
}

/// What is decided; exactly one.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct What {
    /// Interval between scans, in months
    #[arg(long, value_name = "MONTHS")]
    pub(crate) interval: Option<u32>,
    /// Modality of the next scans
    #[arg(long, value_enum)]
    pub(crate) modality: Option<ModalityName>,
    /// Pause surveillance; needs --until
    #[arg(long)]
    pub(crate) hold: bool,
    /// The patient declines surveillance
    #[arg(long)]
    pub(crate) decline: bool,
    /// Discharge the patient from surveillance
    #[arg(long)]
    pub(crate) discharge: bool,
    /// The patient is followed elsewhere
    #[arg(long)]
    pub(crate) transfer: bool,
    /// A hold, decline, discharge or transfer is over
    #[arg(long)]
    pub(crate) resume: bool,
    /// Liver metastasis was treated
    #[arg(long)]
    pub(crate) treated: bool,
    /// Plan the patient by this policy
    #[arg(long, value_name = "NAME")]
    pub(crate) policy: Option<String>,
    /// An uncertain statement is right: its id, or the beginning of it, as `lacteal explain` prints it
    #[arg(long, value_name = "FACT")]
    pub(crate) confirm: Option<String>,
    /// A statement that was read out of text is wrong
    #[arg(long, value_name = "FACT")]
    pub(crate) reject: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ModalityName {
    Ct,
    Mr,
}

/// What to do with files of a kind.
#[derive(Subcommand)]
pub(crate) enum Files {
    /// List those that are built in
    List,
    /// Show one: a built-in name, or a file
    Show {
        /// Name or file
        #[arg(value_name = "NAME|FILE")]
        which: String,
        /// Print the text of the file instead, to be copied and changed
        #[arg(long)]
        text: bool,
    },
    /// Check a file and show it; exit code 1 with file, line and what to do when it is refused
    Check {
        /// File
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}
