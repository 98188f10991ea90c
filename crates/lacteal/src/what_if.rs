//! `lacteal what-if`: risk and plan of one patient if other facts were so. Nothing is stored.

use lacteal_wire::api::risk_service_client::RiskServiceClient;
use lacteal_wire::api::what_if_request::By;
use lacteal_wire::api::{Supposed, WhatIfRequest};

use crate::assess::facts::hypotheses;
use crate::assess::stated::Stated;
use crate::client::{Named, connect, named, print_json, refused};
use crate::page::{Known, Page};
use crate::settings::Usage;
use crate::{args, show};

pub(crate) async fn what_if(arguments: &args::WhatIf) -> anyhow::Result<()> {
    let stated = Stated::of(&arguments.facts)?;
    if stated.is_empty() {
        anyhow::bail!(Usage("say what is to be supposed, for example --ki67 12%".to_owned()));
    }
    let supposed = hypotheses(&stated)?.into_iter().map(|it| Supposed {
        finding: Some(lacteal_wire::finding(&it.finding)),
        observed: it.observed.as_ref().map(lacteal_wire::date),
    });
    let by = match named(&arguments.who)? {
        Named::PatientId(id) => By::PatientId(id),
        Named::RecordNumber(number) => By::RecordNumber(number),
    };
    let request = WhatIfRequest {
        by: Some(by),
        supposed: supposed.collect(),
        model: arguments.model.clone(),
        base: None,
    };
    let mut client = RiskServiceClient::new(connect(&arguments.client.gateway).await?);
    let answer = client.what_if(request).await.map_err(refused)?.into_inner();
    if arguments.client.json {
        return print_json("lacteal.v1.WhatIfResponse", &answer);
    }
    show::line("Supposed, not stored");
    show::line("");
    let known = Known {
        summary: answer.summary.as_ref(),
        assessment: answer.assessment.as_ref(),
        plan: answer.plan.as_ref(),
        sentences: if arguments.words { &answer.explanation } else { &[] },
        ..Known::default()
    };
    show::text(&Page::of_judgement(&known));
    Ok(())
}
