//! `lacteal decide`: a clinician's decision about one patient, or its withdrawal.

use anyhow::{Context as _, bail};
use jiff::civil::Date;
use lacteal_wire::api::DecideRequest;
use lacteal_wire::api::decide_request::By;
use lacteal_wire::api::plan_service_client::PlanServiceClient;
use lacteal_wire::event::decision::Kind;
use lacteal_wire::event::{Decision, FactRef, JudgedFact, Modality, PartialDate};
use tonic::transport::Channel;

use crate::args::{self, ModalityName};
use crate::client::{Named, connect, known, named, print_json, refused};
use crate::show;

pub(crate) async fn decide(arguments: args::Decide) -> anyhow::Result<()> {
    let named = named(&arguments.who)?;
    let channel = connect(&arguments.client.gateway).await?;
    let kind = kind(&arguments.what, channel.clone(), &named).await?;
    let until = arguments.until.map(last_day).transpose()?;
    let decision = Decision {
        kind: Some(kind),
        author: arguments.author.clone(),
        reason: arguments.reason.clone(),
        until,
    };
    let by = match named {
        Named::PatientId(id) => By::PatientId(id),
        Named::RecordNumber(number) => By::RecordNumber(number),
    };
    let request = DecideRequest {
        by: Some(by),
        decision: Some(decision.clone()),
        revoke: arguments.revoke,
        request_id: arguments.request_id.clone().unwrap_or_else(lacteal_service::ids::request_id),
        expected_dossier_revision: arguments.revision,
    };
    let answer = PlanServiceClient::new(channel).decide(request).await.map_err(refused)?.into_inner();
    if arguments.client.json {
        return print_json("lacteal.v1.DecideResponse", &answer);
    }
    let what = show::decision(&decision);
    let what = what.strip_prefix("decision: ").unwrap_or(&what);
    let done = match (answer.repeated, arguments.revoke) {
        (true, _) => "stored before",
        (false, true) => "no longer decided",
        (false, false) => "decided",
    };
    show::line(&format!("{done}: {what}, by {} (report {})", decision.author, answer.report));
    Ok(())
}

async fn kind(what: &args::What, channel: Channel, named: &Named) -> anyhow::Result<Kind> {
    let flags = [
        (what.hold, Kind::Hold(true)),
        (what.decline, Kind::Decline(true)),
        (what.discharge, Kind::Discharge(true)),
        (what.transfer, Kind::Transfer(true)),
        (what.resume, Kind::Resume(true)),
        (what.treated, Kind::Treated(true)),
    ];
    if let Some((_, kind)) = flags.into_iter().find(|(is_set, _)| *is_set) {
        return Ok(kind);
    }
    let judged = async |id: &str| {
        Ok::<_, anyhow::Error>(JudgedFact {
            fact: Some(fact(id, channel, named.clone()).await?),
            digest: Vec::new(),
        })
    };
    Ok(match what {
        args::What { interval: Some(months), .. } => Kind::IntervalMonths(*months),
        args::What { modality: Some(ModalityName::Ct), .. } => Kind::Modality(Modality::Ct.into()),
        args::What { modality: Some(ModalityName::Mr), .. } => Kind::Modality(Modality::Mr.into()),
        args::What { policy: Some(name), .. } => Kind::Policy(name.clone()),
        args::What { confirm: Some(id), .. } => Kind::Confirm(judged(id).await?),
        args::What { reject: Some(id), .. } => Kind::Reject(judged(id).await?),
        _ => bail!("say what is decided, for example --interval 6"),
    })
}

/// The one fact of the patient whose id begins so.
async fn fact(id: &str, channel: Channel, named: Named) -> anyhow::Result<FactRef> {
    let wanted = id.to_ascii_lowercase();
    let patient = known(channel, named).await?;
    let dossier = patient.dossier.context("nothing is known of this patient yet")?;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut found = dossier.facts.iter().filter(|it| hex(&it.identity).starts_with(&wanted));
    match (found.next(), found.next()) {
        (Some(one), None) if wanted.len() >= 4 => {
            Ok(FactRef { patient: one.patient.clone(), identity: one.identity.clone() })
        }
        (None, _) => bail!("this patient has no fact {id}; lacteal explain lists them with their ids"),
        _ => bail!("{id} names several facts of this patient; write more of the id"),
    }
}

fn last_day(day: Date) -> anyhow::Result<PartialDate> {
    let number = |it: i8| u32::try_from(it).unwrap_or_default();
    let year = u32::try_from(day.year()).context("--until lies before the year 0")?;
    Ok(PartialDate { year, month: number(day.month()), day: number(day.day()) })
}
