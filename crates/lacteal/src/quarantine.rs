//! The client of quarantine: `quarantine list`, `show`, `replay` and `discard`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context as _;
use comfy_table::{Cell, CellAlignment};
use jiff::civil::Date;
use lacteal_wire::api::quarantine_service_client::QuarantineServiceClient;
use lacteal_wire::api::{
    DiscardQuarantinedRequest, GetQuarantinedRequest, ListQuarantinedRequest, ListQuarantinedResponse,
    QuarantineEntry, QuarantineFilter, Replay, ReplayQuarantinedRequest, ReplayQuarantinedResponse,
    replay::Outcome,
};
use lacteal_wire::event::Problem;
use tonic::transport::Channel;

use crate::args;
use crate::client::{connect, print_json, refused, word};
use crate::show;

/// Messages that one request may name, and a page of a replay.
const REPLAY_MAX: usize = 50;

/// Carries out one of the commands.
pub(crate) async fn quarantine(command: args::Quarantine) -> anyhow::Result<ExitCode> {
    match command {
        args::Quarantine::List(arguments) => list(arguments).await?,
        args::Quarantine::Show(arguments) => show(arguments).await?,
        args::Quarantine::Replay(arguments) => return replay(arguments).await,
        args::Quarantine::Discard(arguments) => discard(arguments).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn client(client: &args::Client) -> anyhow::Result<QuarantineServiceClient<Channel>> {
    Ok(QuarantineServiceClient::new(connect(&client.gateway).await?))
}

async fn list(arguments: args::QuarantineList) -> anyhow::Result<()> {
    let mut filter = QuarantineFilter {
        source: arguments.source.clone().unwrap_or_default(),
        problem_code: arguments.code.unwrap_or(0),
        since_s: since(arguments.since)?,
        patient_id: arguments.patient.clone().unwrap_or_default(),
        ..QuarantineFilter::default()
    };
    filter.set_state(arguments.state);
    let mut client = client(&arguments.client).await?;
    let (mut entries, mut token) = (Vec::new(), String::new());
    loop {
        let left = (arguments.limit as usize).saturating_sub(entries.len());
        let request = ListQuarantinedRequest {
            filter: Some(filter.clone()),
            page_size: i32::try_from(left.min(1000)).unwrap_or(1000),
            page_token: token,
        };
        let page = client.list_quarantined(request).await.map_err(refused)?.into_inner();
        entries.extend(page.entries);
        token = page.next_page_token;
        if token.is_empty() || entries.len() >= arguments.limit as usize {
            break;
        }
    }
    if arguments.client.json {
        let list = ListQuarantinedResponse { entries, next_page_token: token };
        return print_json("lacteal.v1.ListQuarantinedResponse", &list);
    }
    let mut table = show::table(&["id", "source", "received", "bytes", "state", "patient", "problem"]);
    for entry in &entries {
        table.add_row([
            Cell::new(&entry.id),
            Cell::new(&entry.source),
            Cell::new(time(entry.received_at_s)),
            Cell::new(entry.size_bytes).set_alignment(CellAlignment::Right),
            Cell::new(word(entry.state().as_str_name(), "QUARANTINE_STATE_")),
            Cell::new(&entry.patient_id),
            Cell::new(entry.problems.iter().map(problem).collect::<Vec<_>>().join("; ")),
        ]);
    }
    show::print(&table);
    let more = if token.is_empty() { "" } else { "; there are more: raise --limit" };
    show::line(&format!("{}{more}", show::counted(entries.len(), "message")));
    Ok(())
}

async fn show(arguments: args::QuarantineShow) -> anyhow::Result<()> {
    let mut client = client(&arguments.client).await?;
    let mut request =
        GetQuarantinedRequest { id: arguments.id.clone(), include_bytes: arguments.bytes, from_byte: 0 };
    let mut found = client.get_quarantined(request.clone()).await.map_err(refused)?.into_inner();
    while found.next_byte > 0 {
        request.from_byte = found.next_byte;
        let piece = client.get_quarantined(request.clone()).await.map_err(refused)?.into_inner();
        found.hl7.extend(piece.hl7);
        found.next_byte = piece.next_byte;
    }
    if arguments.client.json {
        return print_json("lacteal.v1.GetQuarantinedResponse", &found);
    }
    let entry = found.entry.context("the gateway answered without a message")?;
    print_entry(&entry);
    if arguments.bytes {
        show::line("");
        show::text(&readable(&found.hl7));
    }
    Ok(())
}

fn print_entry(entry: &QuarantineEntry) {
    show::line(&format!("message  {}", entry.id));
    show::line(&format!("source   {}", entry.source));
    show::line(&format!("received {}", time(entry.received_at_s)));
    let cut = if entry.cut { "; only the beginning was kept" } else { "" };
    show::line(&format!("size     {} bytes{cut}", entry.size_bytes));
    if !entry.patient_id.is_empty() {
        show::line(&format!("patient  {}", entry.patient_id));
    }
    for found in &entry.problems {
        show::line(&format!("problem  {}", problem(found)));
    }
    show::line(&format!("state    {}", word(entry.state().as_str_name(), "QUARANTINE_STATE_")));
    if let Some(resolution) = &entry.resolution {
        let result = match word(resolution.result().as_str_name(), "RESULT_").as_str() {
            "unspecified" => String::new(),
            result => format!(": {result}"),
        };
        show::line(&format!("by       {} {}{result}", resolution.author, time(resolution.at_s)));
        if !resolution.reason.is_empty() {
            show::line(&format!("reason   {}", resolution.reason));
        }
    }
}

async fn replay(arguments: args::QuarantineReplay) -> anyhow::Result<ExitCode> {
    let mut client = client(&arguments.client).await?;
    let mut replays = Vec::new();
    let author = arguments.author.clone();
    if arguments.all {
        let source = arguments.source.clone().unwrap_or_default();
        let filter = QuarantineFilter { source, ..QuarantineFilter::default() };
        let mut page_token = String::new();
        loop {
            let request = ReplayQuarantinedRequest {
                filter: Some(filter.clone()),
                page_token,
                author: author.clone(),
                ..ReplayQuarantinedRequest::default()
            };
            let page = client.replay_quarantined(request).await.map_err(refused)?.into_inner();
            replays.extend(page.replays);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
    } else {
        for ids in arguments.ids.chunks(REPLAY_MAX) {
            let request = ReplayQuarantinedRequest {
                ids: ids.to_vec(),
                author: author.clone(),
                ..ReplayQuarantinedRequest::default()
            };
            replays.extend(client.replay_quarantined(request).await.map_err(refused)?.into_inner().replays);
        }
    }
    let left = replays.iter().filter(|replay| is_left(replay)).count();
    if arguments.client.json {
        let all = ReplayQuarantinedResponse { replays, next_page_token: String::new() };
        print_json("lacteal.v1.ReplayQuarantinedResponse", &all)?;
    } else {
        print_replays(&replays, left);
    }
    Ok(ExitCode::from(u8::from(left > 0)))
}

fn print_replays(replays: &[Replay], left: usize) {
    let mut table = show::table(&["id", "outcome", "patients", "still wrong"]);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for replay in replays {
        let outcome = word(replay.outcome().as_str_name(), "OUTCOME_");
        table.add_row([
            replay.id.clone(),
            outcome.clone(),
            replay.patient_ids.join(" "),
            match replay.outcome() {
                Outcome::Overtaken => "other content came under its control id; discard it".to_owned(),
                Outcome::Cut => "only its beginning was kept; it must be sent again in parts".to_owned(),
                Outcome::SourceUnknown => "its source is not configured any more".to_owned(),
                Outcome::Unavailable => "not stored for the moment; try again".to_owned(),
                _ => replay.problems.iter().map(problem).collect::<Vec<_>>().join("; "),
            },
        ]);
        *counts.entry(outcome).or_default() += 1;
    }
    show::print(&table);
    let counts: Vec<_> = counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    let replayed = show::counted(replays.len(), "message");
    show::line(&format!("{replayed} replayed{counts}; {left} still to be looked at"));
}

/// Whether a message still waits for somebody after its replay.
fn is_left(replay: &Replay) -> bool {
    !matches!(
        replay.outcome(),
        Outcome::Stored | Outcome::NotRelevant | Outcome::Repeated | Outcome::ResolvedBefore
    )
}

async fn discard(arguments: args::QuarantineDiscard) -> anyhow::Result<()> {
    let mut client = client(&arguments.client).await?;
    let args::QuarantineDiscard { id, reason, author, .. } = arguments;
    let request = DiscardQuarantinedRequest { id, reason, author };
    let answered = client.discard_quarantined(request).await.map_err(refused)?.into_inner();
    if arguments.client.json {
        return print_json("lacteal.v1.DiscardQuarantinedResponse", &answered);
    }
    print_entry(&answered.entry.context("the gateway answered without a message")?);
    Ok(())
}

fn problem(problem: &Problem) -> String {
    let place = if problem.location.is_empty() { String::new() } else { format!(" {}", problem.location) };
    format!("{}{place}: {}", problem.code, problem.text)
}

pub(crate) fn time(second: i64) -> String {
    jiff::Timestamp::from_second(second).map(|at| at.to_string()).unwrap_or_default()
}

/// The first second of a day, in UTC; 0 for none.
pub(crate) fn since(day: Option<Date>) -> anyhow::Result<i64> {
    let Some(day) = day else { return Ok(0) };
    Ok(day.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_second())
}

/// A message for people: a segment a line.
fn readable(hl7: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(hl7).replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails where something is not as it must be")]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_shown_a_segment_a_line() {
        assert_eq!(readable(b"MSH|^\rPID|1\r"), "MSH|^\nPID|1\n");
        assert_eq!(readable(b"MSH|^\r\nPID|1"), "MSH|^\nPID|1\n");
    }

    #[test]
    fn a_day_is_its_first_second_in_utc() {
        assert_eq!(since(Some(jiff::civil::date(1970, 1, 2))).unwrap(), 86_400);
        assert_eq!(since(None).unwrap(), 0);
    }
}
