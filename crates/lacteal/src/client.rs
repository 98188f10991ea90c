//! The two clients of the gateway: `worklist` and `patient`. Tables for people, JSON for machines.

use anyhow::{Context as _, bail};
use comfy_table::{Cell, CellAlignment, Table};
use lacteal_wire::api::patient_service_client::PatientServiceClient;
use lacteal_wire::api::worklist_service_client::WorklistServiceClient;
use lacteal_wire::api::{
    GetPatientRequest, ListWorklistRequest, Patient, WorklistEntry, WorklistFilter, WorklistOrder,
    get_patient_request::By,
};
use lacteal_wire::event::{Finding, PartialDate, RecordNumber, Status, assessment};
use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage as _};
use tonic::transport::Channel;

use crate::args;
use crate::show::{self, date, percent};

/// Statuses as users write them, in the order of urgency.
pub(crate) const STATUSES: [(&str, Status); 10] = [
    ("overdue", Status::Overdue),
    ("needs-review", Status::NeedsReview),
    ("due", Status::Due),
    ("done-unreported", Status::DoneUnreported),
    ("booked", Status::Booked),
    ("ordered", Status::Ordered),
    ("up-to-date", Status::UpToDate),
    ("not-enough-known", Status::NotEnoughKnown),
    ("paused", Status::Paused),
    ("ended", Status::Ended),
];

pub(crate) fn status_word(status: i32) -> &'static str {
    let found = STATUSES.iter().find(|(_, known)| *known as i32 == status);
    found.map_or("unknown", |(word, _)| word)
}

pub(crate) async fn connect(gateway: &str) -> anyhow::Result<Channel> {
    let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{gateway}"))
        .with_context(|| format!("{gateway:?} is not an address; write host:port"))?
        .connect_timeout(std::time::Duration::from_secs(5))
        .timeout(std::time::Duration::from_secs(30));
    endpoint
        .connect()
        .await
        .with_context(|| format!("no gateway answers at {gateway}; is `lacteal up` running?"))
}

/// Lists the work list and prints it.
pub(crate) async fn worklist(arguments: args::Worklist) -> anyhow::Result<()> {
    let statuses = arguments.status.iter().map(|word| status_of(word)).collect::<Result<_, _>>()?;
    let order = match arguments.order.as_str() {
        "urgency" => WorklistOrder::Unspecified,
        "due" => WorklistOrder::Due,
        "risk" => WorklistOrder::Risk,
        other => bail!("unknown order {other:?}: use urgency, due or risk"),
    };
    let filter = WorklistFilter { statuses, due_on_or_before: arguments.due_by.clone().unwrap_or_default() };
    let mut client = WorklistServiceClient::new(connect(&arguments.client.gateway).await?);
    let (mut entries, mut token, mut total) = (Vec::new(), String::new(), 0);
    while (entries.len() as u32) < arguments.limit {
        let left = arguments.limit - entries.len() as u32;
        let request = ListWorklistRequest {
            filter: Some(filter.clone()),
            order: order as i32,
            page_size: left.min(1000) as i32,
            page_token: token,
        };
        let page = client.list_worklist(request).await.map_err(refused)?.into_inner();
        total = page.total;
        entries.extend(page.entries);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    if arguments.client.json {
        let list = lacteal_wire::api::ListWorklistResponse { entries, next_page_token: token, total };
        return print_json("lacteal.v1.ListWorklistResponse", &list);
    }
    show::print(&worklist_table(&entries));
    show::line(&format!("{} of {total} patients", entries.len()));
    Ok(())
}

fn status_of(word: &str) -> anyhow::Result<i32> {
    let wanted = word.to_ascii_lowercase().replace('_', "-");
    if let Some((_, status)) = STATUSES.iter().find(|(known, _)| *known == wanted) {
        return Ok(*status as i32);
    }
    let known: Vec<_> = STATUSES.iter().map(|(word, _)| *word).collect();
    bail!("unknown status {word:?}: use one of {}", known.join(", "))
}

/// The work list as a table.
pub(crate) fn worklist_table(entries: &[WorklistEntry]) -> Table {
    let mut table = show::table(&["patient", "record", "status", "due", "5-y risk", "why"]);
    for entry in entries {
        let due = entry.next_scan.as_ref().and_then(|window| window.due.as_ref());
        let risk = entry.risk_5_years.map(percent).unwrap_or_default();
        table.add_row([
            Cell::new(&entry.patient_id),
            Cell::new(record(entry.record_numbers.first())),
            Cell::new(status_word(entry.status)),
            Cell::new(due.map(date).unwrap_or_default()),
            Cell::new(risk).set_alignment(CellAlignment::Right),
            Cell::new(&entry.reason),
        ]);
    }
    table
}

fn record(number: Option<&RecordNumber>) -> String {
    number.map(|number| format!("{}:{}", number.authority, number.number)).unwrap_or_default()
}

/// Gets one patient and prints what is known, and why.
pub(crate) async fn patient(arguments: args::Patient) -> anyhow::Result<()> {
    let by = match (&arguments.id, &arguments.mrn) {
        (Some(id), _) => By::PatientId(id.clone()),
        (None, Some(mrn)) => {
            let Some((authority, number)) = mrn.split_once(':') else {
                bail!("write the record number as AUTHORITY:NUMBER, for example NORTH:1000001");
            };
            By::RecordNumber(RecordNumber { authority: authority.into(), number: number.into() })
        }
        (None, None) => bail!("name a patient: by pseudonym, or with --mrn AUTHORITY:NUMBER"),
    };
    let mut client = PatientServiceClient::new(connect(&arguments.client.gateway).await?);
    let response =
        client.get_patient(GetPatientRequest { by: Some(by) }).await.map_err(refused)?.into_inner();
    let patient = response.patient.context("the gateway answered without a patient")?;
    if arguments.client.json {
        return print_json("lacteal.v1.Patient", &patient);
    }
    print_patient(&patient);
    Ok(())
}

fn print_patient(patient: &Patient) {
    show::line(&format!("patient  {}", patient.patient_id));
    if !patient.followed_from.is_empty() {
        show::line(&format!("merged   {} was merged into this patient", patient.followed_from));
    }
    print_plan(patient);
    if let Some(count @ 1..) = patient.quarantined {
        show::line(&format!(
            "review   {count} refused messages name this patient: lacteal quarantine list --patient {}",
            patient.patient_id
        ));
    }
    for notice in &patient.notices {
        let at = jiff::Timestamp::from_second(notice.now_s).map(|at| at.to_string()).unwrap_or_default();
        show::line(&format!("told     {at} {}: {}", word(notice.kind().as_str_name(), "KIND_"), notice.text));
    }
    let Some(dossier) = &patient.dossier else {
        show::line("dossier  none yet");
        return;
    };
    if let Some(summary) = &dossier.summary {
        for number in &summary.record_numbers {
            show::line(&format!("record   {}", record(Some(number))));
        }
        show::line(&format!("scope    {}", summary.scope_reason));
        if let Some(t) = summary.t.as_ref().filter(|_| summary.t_is_derived) {
            show::line(&format!("T        {} (derived from the depth of the tumour)", t.category));
        }
        show::line(&format!("stage    {}", summary.stage));
        for item in &summary.review {
            show::line(&format!("review   {}", item.text));
        }
    }
    for aside in &dossier.asides {
        show::line(&format!("aside    {} {}: {}", aside.stream, aside.sequence, aside.error));
    }
    if let Some(assessment) = &dossier.assessment {
        print_assessment(assessment);
    }
    let mut facts = show::table(&["fact", "observed", "standing", "read", "from"]);
    for fact in &dossier.facts {
        let place = fact.place.clone().unwrap_or_default();
        facts.add_row([
            fact.finding.as_ref().map(finding).unwrap_or_default(),
            fact.observed.as_ref().map(date).unwrap_or_default(),
            word(fact.standing().as_str_name(), "STANDING_"),
            fact.reading.as_ref().map(show::reading).unwrap_or_default(),
            show::place(&place),
        ]);
    }
    show::print(&facts);
}

fn print_plan(patient: &Patient) {
    let Some(plan) = &patient.plan else {
        show::line("plan     none");
        return;
    };
    show::line(&format!("status   {}: {}", status_word(plan.status), plan.reason));
    if let Some(window) = &plan.next_scan {
        let day = |at: &Option<PartialDate>| at.as_ref().map(date).unwrap_or_default();
        show::line(&format!(
            "next     {} due {} (from {}, overdue after {}), every {} months: {}",
            word(window.modality().as_str_name(), "MODALITY_").to_uppercase(),
            day(&window.due),
            day(&window.opens),
            day(&window.overdue_after),
            window.interval_months,
            window.interval_reason
        ));
    }
    for item in &plan.review {
        show::line(&format!("look at  {item}"));
    }
    show::line(&format!("policy   {} {}", plan.policy, plan.policy_version));
}

fn print_assessment(assessment: &lacteal_wire::event::Assessment) {
    show::line(&format!("model    {} {}", assessment.model, assessment.model_version));
    if assessment.outcome() != assessment::Outcome::Computed {
        show::line(&format!(
            "risk     not computed: {}",
            word(assessment.outcome().as_str_name(), "OUTCOME_")
        ));
        return;
    }
    show::line(&format!(
        "risk     liver metastasis within 1 y {}, 3 y {}, 5 y {}, 10 y {} of {} (hazard ratio {:.2})",
        percent(assessment.risk_1_year),
        percent(assessment.risk_3_years),
        percent(assessment.risk_5_years),
        percent(assessment.risk_10_years),
        assessment.time_zero.as_ref().map(date).unwrap_or_default(),
        assessment.hazard_ratio
    ));
    let mut why = show::table(&["factor", "value", "hazard ratio", "source"]);
    for part in &assessment.contributions {
        why.add_row([
            part.factor.clone(),
            part.value.clone(),
            format!("{:.2}", part.hazard_ratio),
            part.source.clone(),
        ]);
    }
    for missing in &assessment.missing {
        why.add_row([
            missing.factor.clone(),
            format!("not known; taken: {}", missing.assumed),
            String::new(),
            String::new(),
        ]);
    }
    show::print(&why);
}

/// A finding in one line.
fn finding(finding: &Finding) -> String {
    use lacteal_wire::event::finding::Kind;
    let Some(kind) = &finding.kind else { return String::new() };
    match kind {
        Kind::Diagnosis(code) => format!("diagnosis {} {}", code.system, code.code),
        Kind::TumourSizeUm(um) => format!("tumour size {} mm", f64::from(*um) / 1000.0),
        Kind::MesentericMassUm(range) => format!("mesenteric mass {} mm", show::range(range)),
        Kind::Tnm(category) => show::tnm(category),
        Kind::NodesExamined(count) => format!("nodes examined {count}"),
        Kind::NodesPositive(count) => format!("nodes positive {count}"),
        Kind::Ki67MilliPercent(range) => format!("Ki-67 {} %", show::range(range)),
        Kind::MitosesMilliPer2mm2(range) => format!("mitoses {} per 2 mm²", show::range(range)),
        Kind::MesentericDeposits(there) => format!("mesenteric deposits {}", show::presence(*there)),
        Kind::LymphovascularInvasion(there) => format!("lymphovascular invasion {}", show::presence(*there)),
        Kind::PerineuralInvasion(there) => format!("perineural invasion {}", show::presence(*there)),
        Kind::Death(death) => format!("died {}", death.date.as_ref().map(date).unwrap_or_default()),
        Kind::BirthDate(_) => "date of birth".to_owned(),
        Kind::RecordNumber(number) => format!("record number {}", record(Some(number))),
        Kind::MergedInto(_) => "merged into another record".to_owned(),
        Kind::Absorbs(_) => "took over another record".to_owned(),
        Kind::Unread(unread) => format!("{} could not be read: {}", unread.attribute, unread.reason),
        Kind::LiverLesionSizeUm(um) => format!("liver lesion {} mm", f64::from(*um) / 1000.0),
        Kind::Focality(focality) => show::focality(focality),
        Kind::PrimarySite(_)
        | Kind::Grade(_)
        | Kind::LiverMetastasis(_)
        | Kind::Margin(_)
        | Kind::Sex(_)
        | Kind::Histology(_)
        | Kind::Extent(_) => show::coded(kind),
        Kind::Decision(it) => show::decision(it),
        Kind::MetastasisKi67MilliPercent(range) => format!("Ki-67 of a metastasis {} %", show::range(range)),
        Kind::StageGroup(it) => format!("stage {}{}", it.group, it.letter),
        Kind::Marker(it) => show::marker(it),
        Kind::CarcinoidSyndrome(_) => show::coded(kind),
        Kind::Imaging(it) => show::imaging(it.modality(), it.region()),
        Kind::ImagingOrder(it) => format!(
            "order of {}: {}",
            show::imaging(it.modality(), it.region()),
            word(it.state().as_str_name(), "ORDER_STATE_")
        ),
        Kind::ImagingAppointment(it) => format!(
            "appointment for {}: {}",
            show::imaging(it.modality(), it.region()),
            word(it.state().as_str_name(), "APPOINTMENT_STATE_")
        ),
    }
}

/// The name of a protobuf enum value as a word.
pub(crate) fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase().replace('_', " ")
}

pub(crate) fn refused(status: tonic::Status) -> anyhow::Error {
    anyhow::anyhow!("the gateway refused ({:?}): {}", status.code(), status.message())
}

pub(crate) fn print_json(name: &str, message: &impl prost::Message) -> anyhow::Result<()> {
    show::line(&format!("{:#}", to_json(name, message)?));
    Ok(())
}

/// A message of this name as JSON.
pub(crate) fn to_json(name: &str, message: &impl prost::Message) -> anyhow::Result<serde_json::Value> {
    let pool = DescriptorPool::decode(lacteal_wire::DESCRIPTORS)?;
    let descriptor = pool.get_message_by_name(name).with_context(|| format!("no message {name}"))?;
    let dynamic = DynamicMessage::decode(descriptor, message.encode_to_vec().as_slice())?;
    debug_assert_eq!(dynamic.descriptor().full_name(), name);
    Ok(serde_json::to_value(&dynamic)?)
}
