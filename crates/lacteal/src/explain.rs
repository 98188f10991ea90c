//! `lacteal explain`: one patient on a page, from what the services stored.

use lacteal_wire::api::explain_request::By;
use lacteal_wire::api::risk_service_client::RiskServiceClient;
use lacteal_wire::api::{ExplainRequest, ExplainResponse};

use crate::client::{connect, known, named, print_json, refused};
use crate::page::{Known, Page};
use crate::{args, show};

pub(crate) async fn explain(arguments: args::Explain) -> anyhow::Result<()> {
    let named = named(&arguments.who)?;
    let channel = connect(&arguments.client.gateway).await?;
    let patient = known(channel.clone(), named).await?;
    // Sentences are asked of risk; all else on the page is stored.
    let has_sentences = (arguments.words || arguments.client.json) && patient.dossier.is_some();
    let explained = if has_sentences {
        let by = By::PatientId(patient.patient_id.clone());
        let request = ExplainRequest { by: Some(by), base: None };
        RiskServiceClient::new(channel).explain(request).await.map_err(refused)?.into_inner()
    } else {
        ExplainResponse::default()
    };
    if arguments.client.json {
        return print_json("lacteal.v1.ExplainResponse", &explained);
    }
    let sentences = explained.sentences;
    let dossier = patient.dossier.unwrap_or_default();
    let summary = dossier.summary.as_ref();
    let numbers = summary.map(|it| it.record_numbers.as_slice()).unwrap_or_default();
    let numbers: Vec<String> = numbers.iter().map(|it| crate::client::record(Some(it))).collect();
    show::line(&format!("Patient {} {}", patient.patient_id, numbers.join(", ")));
    if !patient.followed_from.is_empty() {
        show::line(&format!("{} was merged into this patient", patient.followed_from));
    }
    if let Some(count @ 1..) = patient.quarantined {
        show::line(&format!(
            "{count} refused messages name this patient and are not in this: lacteal quarantine list"
        ));
    }
    show::line("");
    let known = Known {
        summary,
        facts: &dossier.facts,
        assessment: dossier.assessment.as_ref(),
        plan: patient.plan.as_ref(),
        sentences: &sentences,
    };
    show::text(&Page::of(&known));
    Ok(())
}
