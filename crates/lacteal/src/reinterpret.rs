//! The client that has stored reports read again: `reinterpret`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context as _;
use lacteal_wire::api::reinterpretation_service_client::ReinterpretationServiceClient;
use lacteal_wire::api::{AttributeDifference, ReinterpretRequest, ReinterpretResponse, ReportDifference};

use crate::args;
use crate::client::{connect, print_json, refused};
use crate::quarantine::since;
use crate::show;

/// Sums over all pages.
#[derive(Default)]
struct Totals {
    examined: u64,
    skipped: u64,
    refused: u64,
    written: u64,
    conflicts: u64,
    reports: u64,
    attributes: BTreeMap<String, AttributeDifference>,
}

/// Goes through all pages, printing each as it comes.
pub(crate) async fn reinterpret(arguments: args::Reinterpret) -> anyhow::Result<ExitCode> {
    let request = ReinterpretRequest {
        source: arguments.source.clone().unwrap_or_default(),
        patient_id: arguments.patient.clone().unwrap_or_default(),
        since_s: since(arguments.since)?,
        apply: arguments.apply,
        ..ReinterpretRequest::default()
    };
    let mut client = ReinterpretationServiceClient::new(connect(&arguments.client.gateway).await?);
    let mut totals = Totals::default();
    let mut page_token = arguments.resume.clone().unwrap_or_default();
    loop {
        let request = ReinterpretRequest { page_token: page_token.clone(), ..request.clone() };
        let page = client.reinterpret(request).await.map_err(refused);
        let page = page.with_context(|| stopped(totals.examined, &page_token))?.into_inner();
        totals.add(&page);
        if arguments.client.json {
            print_json("lacteal.v1.ReinterpretResponse", &page)?;
        } else {
            page.differences.iter().for_each(|difference| show::line(&told(difference)));
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
        show::error(&format!("{} reports read again …", totals.examined));
    }
    if !arguments.client.json {
        totals.print(arguments.apply);
    }
    Ok(ExitCode::from(u8::from(totals.conflicts > 0)))
}

fn stopped(examined: u64, token: &str) -> String {
    if examined == 0 {
        return "nothing was read again".to_owned();
    }
    format!("stopped on the way; go on with the same arguments and --resume {token}")
}

/// One report in one line: never a value.
fn told(difference: &ReportDifference) -> String {
    let new = if difference.is_new { " (new report)" } else { "" };
    let attributes: Vec<_> = difference.attributes.iter().map(counts).collect();
    let ReportDifference { report, patient_id, source, message_type, .. } = difference;
    format!("{report} {patient_id} {source} {message_type}{new}: {}", attributes.join(", "))
}

fn counts(attribute: &AttributeDifference) -> String {
    let AttributeDifference { attribute, added, gone, changed } = attribute;
    let parts = [("+", added), ("-", gone), ("~", changed)];
    let parts: Vec<_> =
        parts.iter().filter(|(_, count)| **count > 0).map(|(sign, count)| format!("{sign}{count}")).collect();
    format!("{attribute} {}", parts.join(" "))
}

impl Totals {
    fn add(&mut self, page: &ReinterpretResponse) {
        self.examined += u64::from(page.examined);
        self.skipped += u64::from(page.skipped);
        self.refused += u64::from(page.refused);
        self.written += u64::from(page.written);
        self.conflicts += u64::from(page.conflicts);
        self.reports += page.differences.len() as u64;
        for one in page.differences.iter().flat_map(|difference| &difference.attributes) {
            let sum = self.attributes.entry(one.attribute.clone()).or_default();
            sum.added += one.added;
            sum.gone += one.gone;
            sum.changed += one.changed;
        }
    }

    fn print(&self, applied: bool) {
        if !self.attributes.is_empty() {
            let mut table = show::table(&["attribute", "added", "gone", "changed"]);
            for (attribute, sum) in &self.attributes {
                table.add_row([
                    attribute.clone(),
                    sum.added.to_string(),
                    sum.gone.to_string(),
                    sum.changed.to_string(),
                ]);
            }
            show::print(&table);
        }
        let Totals { examined, skipped, refused, written, conflicts, reports, .. } = self;
        let examined = show::counted(usize::try_from(*examined).unwrap_or(usize::MAX), "report");
        show::line(&format!("{examined} read again, {reports} differ"));
        if *skipped > 0 {
            show::line(&format!(
                "{skipped} could not be read again: no bytes, or a source that is not configured"
            ));
        }
        if *refused > 0 {
            show::line(&format!(
                "{refused} would be refused by the interpretation in force and stay as they are"
            ));
        }
        if !applied {
            show::line("nothing was written: this was a dry run; write with --apply");
            return;
        }
        show::line(&format!("{written} new readings written"));
        if *conflicts > 0 {
            show::line(&format!("{conflicts} changed meanwhile and were left: run it again"));
        }
    }
}
