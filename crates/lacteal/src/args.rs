//! The command line. Help texts are written for somebody who has never seen Lacteal.

#[cfg(target_os = "linux")]
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use lacteal_wire::api::{QuarantineState, WorklistOrder};
use lacteal_wire::event::Status;

mod assess;
mod judgement;
mod word;

pub(crate) use assess::{Assess, Facts};
pub(crate) use judgement::{Decide, Explain, Files, ModalityName, What, WhatIf};

/// Watches patients with an ileal neuroendocrine tumour between lymph node and liver.
///
/// Lacteal reads what a hospital already sends (HL7 v2 over MLLP, FHIR R4), computes each patient's risk of liver
/// metastasis and why, and plans the CT or MRI that should find it early. It advises no treatment and is
/// not a cleared medical device.
///
/// Try it: `lacteal demo`. Run it for one hospital on one machine: `lacteal up --data DIR`.
#[derive(Parser)]
#[command(name = "lacteal", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show all of it at work: starts everything, sends a synthetic hospital feed, prints the work list
    Demo(Demo),
    /// Run everything on this machine in one process tree, broker included
    Up(Up),
    /// Run the intake role: listens for HL7 v2 over MLLP and stores reports
    Intake(Role),
    /// Run the risk role: folds reports into dossiers and assesses them
    Risk(Role),
    /// Run the scheduling role: plans the scans
    Scheduling(Role),
    /// Run the gateway role: the gRPC API and the work list
    Gateway(Role),
    /// Create the streams, or verify those that are there, and exit
    Streams(Configured),
    /// Print the configuration in force, and where each value came from
    Config(Configured),
    /// Read reports (text, HL7 v2 or FHIR) and print what they say as JSON; needs no server, stores nothing
    Read(Read),
    /// Send HL7 v2 messages over MLLP and print the answers
    Send(Send),
    /// Print the work list
    Worklist(Worklist),
    /// Print what is known about one patient, and why
    Patient(Patient),
    /// Explain one patient on a page: picture, risk with its curve, plan, evidence with places
    Explain(Explain),
    /// Decide about one patient: interval, modality, pause, end, policy, or whether a statement is right
    Decide(Decide),
    /// Compute what risk and plan one patient would have if other facts were so; stores nothing
    WhatIf(Box<WhatIf>),
    /// Compute risk and plan from facts that you state; needs no server, stores nothing
    Assess(Box<Assess>),
    /// List, show and check policies: rows, intervals and where they come from
    #[command(subcommand)]
    Policy(Files),
    /// List, show and check risk models: every number, its range and where it comes from
    #[command(subcommand)]
    Model(Files),
    /// Look after messages that were refused: list, show, replay, discard
    #[command(subcommand)]
    Quarantine(Quarantine),
    /// Read stored reports again after a change of the codes or of the program, and print what differs
    Reinterpret(Reinterpret),
    /// List the sources that send messages, when each was last heard, and which have fallen silent
    Feeds(Feeds),
    /// Write a synthetic hospital feed (HL7 v2) to standard output
    Feed(Feed),
    /// Become the broker of `up`, which starts it so that it ends with its parent
    #[cfg(target_os = "linux")]
    #[command(name = TIED_BROKER, hide = true)]
    TiedBroker(TiedBroker),
}

/// The command by which `up` starts its broker.
#[cfg(target_os = "linux")]
pub(crate) const TIED_BROKER: &str = "tied-broker";

#[cfg(target_os = "linux")]
#[derive(Args)]
pub(crate) struct TiedBroker {
    /// Process id of the parent
    pub(crate) parent: u32,
    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) command: Vec<OsString>,
}

/// Where configuration comes from: a TOML file, environment variables over it, flags over both.
#[derive(Args, Clone)]
pub(crate) struct Configured {
    /// TOML file with the configuration
    #[arg(long, value_name = "FILE", env = "LACTEAL_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Set one key, such as `intake.mllp=0.0.0.0:2575`; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Address of the operations port: /healthz, /readyz, /metrics
    #[arg(long, value_name = "ADDR")]
    pub(crate) ops: Option<String>,
}

#[derive(Args)]
pub(crate) struct Role {
    #[command(flatten)]
    pub(crate) configured: Configured,
    /// Create streams that are missing; without it they are only verified
    #[arg(long)]
    pub(crate) create_streams: bool,
}

#[derive(Args, Clone)]
pub(crate) struct Up {
    #[command(flatten)]
    pub(crate) configured: Configured,
    /// Directory for everything that is kept; made when it does not exist
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Address to listen on for HL7 v2 over MLLP (port 0 picks a free one)
    #[arg(long, value_name = "ADDR")]
    pub(crate) mllp: Option<String>,
    /// Address to listen on for FHIR R4 over HTTP (port 0 picks a free one, an empty text turns it off)
    #[arg(long, value_name = "ADDR")]
    pub(crate) fhir: Option<String>,
    /// Address to listen on for gRPC (port 0 picks a free one)
    #[arg(long, value_name = "ADDR")]
    pub(crate) grpc: Option<String>,
}

#[derive(Args)]
pub(crate) struct Demo {
    /// Patients with a tumour in the feed; each comes with two others who have none
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub(crate) patients: u64,
    /// Seed of the synthetic patients
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Keep the data here; without it a temporary directory is used and removed
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Stop once the work list is printed, instead of running until Ctrl-C
    #[arg(long)]
    pub(crate) exit: bool,
}

#[derive(Args)]
pub(crate) struct Read {
    /// Files with one report each; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Kind of report; `auto` goes by what a message says of it, else by its words. The facts of messages and FHIR
    /// bodies are those that intake reads: for these it counts with --summary only
    #[arg(long, value_enum, default_value = "auto")]
    pub(crate) kind: ReportKind,
    /// Print one line a file with one value a field, null where the report does not say
    #[arg(long)]
    pub(crate) summary: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ReportKind {
    Auto,
    Pathology,
    Radiology,
    Clinic,
}

#[derive(Args)]
pub(crate) struct Send {
    /// Address of the MLLP listener
    #[arg(long, value_name = "ADDR")]
    pub(crate) to: String,
    /// Files with one or many HL7 v2 messages each; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Connections to send over; the messages of a file keep their order on one connection
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) connections: u16,
    /// Seconds to wait for an answer
    #[arg(long, default_value_t = 30)]
    pub(crate) timeout_s: u64,
    /// Print the table of all answers, not only of those that were refused
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) tls: SendTls,
}

/// TLS of a client.
#[derive(Args)]
pub(crate) struct SendTls {
    /// Send under TLS; needs --ca
    #[arg(long, requires = "ca")]
    pub(crate) tls: bool,
    /// Certificates that may have signed that of the listener (PEM)
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) ca: Option<PathBuf>,
    /// Own certificate to show (PEM), with its intermediates after it
    #[arg(long, value_name = "FILE", requires_all = ["tls", "key"])]
    pub(crate) cert: Option<PathBuf>,
    /// Private key of that certificate (PEM, not encrypted)
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub(crate) key: Option<PathBuf>,
    /// Name that the listener's certificate must bear; without it the host of --to
    #[arg(long, value_name = "NAME", requires = "tls")]
    pub(crate) server_name: Option<String>,
}

/// Which gateway to ask, and how to print.
#[derive(Args, Clone)]
pub(crate) struct Client {
    /// Address of the gateway
    #[arg(long, value_name = "ADDR", env = "LACTEAL_GATEWAY_ADDR", default_value = "127.0.0.1:50051")]
    pub(crate) gateway: String,
    /// Print JSON for machines
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Worklist {
    #[command(flatten)]
    pub(crate) client: Client,
    /// Only these statuses, such as `overdue` or `needs-review`; may be repeated
    #[arg(long, value_name = "STATUS", value_parser = word::status)]
    pub(crate) status: Vec<Status>,
    /// Only scans due on or before this day (YYYY-MM-DD)
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) due_by: Option<Date>,
    /// Order: `urgency`, `due` or `risk`
    #[arg(long, default_value = "urgency", value_parser = word::order)]
    pub(crate) order: WorklistOrder,
    /// Lines to print
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
}

#[derive(Args)]
pub(crate) struct Patient {
    #[command(flatten)]
    pub(crate) client: Client,
    #[command(flatten)]
    pub(crate) who: Who,
}

/// Which patient.
#[derive(Args, Clone)]
pub(crate) struct Who {
    /// Pseudonym, as the work list prints it
    #[arg(value_name = "PATIENT", required_unless_present = "mrn", conflicts_with = "mrn")]
    pub(crate) id: Option<String>,
    /// Record number and its assigning authority
    #[arg(long, value_name = "AUTHORITY:NUMBER")]
    pub(crate) mrn: Option<String>,
}

#[derive(Args)]
pub(crate) struct Feeds {
    #[command(flatten)]
    pub(crate) client: Client,
}

#[derive(Args)]
pub(crate) struct Feed {
    /// Patients with a tumour; each comes with two others who have none
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub(crate) patients: u64,
    /// Seed of the synthetic patients
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Subcommand)]
pub(crate) enum Quarantine {
    /// List refused messages, the oldest first
    List(QuarantineList),
    /// Show one refused message
    Show(QuarantineShow),
    /// Interpret refused messages again, for instance after a change of the configuration
    Replay(QuarantineReplay),
    /// Record that a refused message needs no replay. Nothing is deleted
    Discard(QuarantineDiscard),
}

#[derive(Args)]
pub(crate) struct QuarantineList {
    #[command(flatten)]
    pub(crate) client: Client,
    /// Only messages of this source, as it is called in `intake.sources`
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Only messages with a problem of this code (HL7 table 0357), such as 101
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<u32>,
    /// Only messages that came on or after this day (YYYY-MM-DD, UTC)
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) since: Option<Date>,
    /// Only messages that name this patient, by pseudonym
    #[arg(long, value_name = "ID")]
    pub(crate) patient: Option<String>,
    /// Which: `open`, `replayed`, `discarded` or `any`
    #[arg(long, default_value = "open", value_parser = word::state)]
    pub(crate) state: QuarantineState,
    /// Lines to print
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: u32,
}

#[derive(Args)]
pub(crate) struct QuarantineShow {
    #[command(flatten)]
    pub(crate) client: Client,
    /// Id, as the list prints it
    pub(crate) id: String,
    /// Print the message itself, too. It names its patient; the gateway gives it only with
    /// `gateway.quarantine_bytes = true`
    #[arg(long)]
    pub(crate) bytes: bool,
}

#[derive(Args)]
pub(crate) struct QuarantineReplay {
    #[command(flatten)]
    pub(crate) client: Client,
    /// Ids, as the list prints them
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    pub(crate) ids: Vec<String>,
    /// All open messages
    #[arg(long)]
    pub(crate) all: bool,
    /// With --all: only messages of this source
    #[arg(long, value_name = "NAME", requires = "all")]
    pub(crate) source: Option<String>,
    /// Who has it replayed; kept with the outcome
    #[arg(long, value_name = "NAME", env = "USER", default_value = "operator")]
    pub(crate) author: String,
}

#[derive(Args)]
pub(crate) struct QuarantineDiscard {
    #[command(flatten)]
    pub(crate) client: Client,
    /// Id, as the list prints it
    pub(crate) id: String,
    /// Why it needs no replay; no names or numbers of patients
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Who says so
    #[arg(long, value_name = "NAME")]
    pub(crate) author: String,
}

/// Without --apply nothing is written.
#[derive(Args)]
pub(crate) struct Reinterpret {
    #[command(flatten)]
    pub(crate) client: Client,
    /// Only messages that came on or after this day (YYYY-MM-DD, UTC)
    #[arg(long, value_name = "DAY", value_parser = word::day)]
    pub(crate) since: Option<Date>,
    /// Only messages of this source, as it is called in `intake.sources`
    #[arg(long, value_name = "NAME")]
    pub(crate) source: Option<String>,
    /// Only reports about this patient, by pseudonym
    #[arg(long, value_name = "ID")]
    pub(crate) patient: Option<String>,
    /// Print what would change and write nothing; this is what happens without --apply
    #[arg(long, conflicts_with = "apply")]
    pub(crate) dry_run: bool,
    /// Write the new readings: what was derived from the old ones follows
    #[arg(long)]
    pub(crate) apply: bool,
    /// Go on where an earlier run stopped, with the token that it printed and the same arguments
    #[arg(long, value_name = "TOKEN")]
    pub(crate) resume: Option<String>,
}
