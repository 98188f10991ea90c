//! Asking the gateway: the connection, a patient by name, the work list. Tables for people, JSON for machines.

use std::time::Duration;

use anyhow::{Context as _, bail};
use comfy_table::{Cell, CellAlignment, Table};
use lacteal_wire::api::patient_service_client::PatientServiceClient;
use lacteal_wire::api::worklist_service_client::WorklistServiceClient;
use lacteal_wire::api::{
    GetPatientRequest, ListWorklistRequest, Patient, WorklistEntry, WorklistFilter, get_patient_request::By,
};
use lacteal_wire::event::{RecordNumber, Status};
use prost_reflect::{DescriptorPool, DynamicMessage, ReflectMessage as _};
use tonic::transport::Channel;

use crate::args;
use crate::settings::Usage;
use crate::show::{self, date, percent};

/// Longest wait for the answer to one request.
const ANSWER_WAIT: Duration = Duration::from_secs(30);

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
        .connect_timeout(Duration::from_secs(5))
        .timeout(ANSWER_WAIT);
    endpoint
        .connect()
        .await
        .with_context(|| format!("no gateway answers at {gateway}; is `lacteal up` running?"))
}

/// Lists the work list and prints it.
pub(crate) async fn worklist(arguments: args::Worklist) -> anyhow::Result<()> {
    let statuses = arguments.status.iter().map(|status| *status as i32).collect();
    let due_on_or_before = arguments.due_by.map(|day| day.to_string()).unwrap_or_default();
    let filter = WorklistFilter { statuses, due_on_or_before };
    let mut client = WorklistServiceClient::new(connect(&arguments.client.gateway).await?);
    let (mut entries, mut token, mut total) = (Vec::new(), String::new(), 0);
    while (entries.len() as u32) < arguments.limit {
        let left = arguments.limit - entries.len() as u32;
        let request = ListWorklistRequest {
            filter: Some(filter.clone()),
            order: arguments.order as i32,
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
    show::line(&format!("{} of {}", entries.len(), show::counted(total as usize, "patient")));
    Ok(())
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

/// A record number with its authority.
pub(crate) fn record(number: Option<&RecordNumber>) -> String {
    number.map(|number| format!("{}:{}", number.authority, number.number)).unwrap_or_default()
}

/// A patient as users name one: by pseudonym, or by record number.
pub(crate) fn named(who: &args::Who) -> anyhow::Result<Named> {
    match (&who.id, &who.mrn) {
        (Some(id), _) => Ok(Named::PatientId(id.clone())),
        (None, Some(mrn)) => {
            let parts =
                mrn.split_once(':').filter(|(authority, number)| !authority.is_empty() && !number.is_empty());
            let Some((authority, number)) = parts else {
                bail!(Usage(
                    "write the record number as AUTHORITY:NUMBER, for example NORTH:1000001".to_owned()
                ));
            };
            Ok(Named::RecordNumber(RecordNumber { authority: authority.into(), number: number.into() }))
        }
        (None, None) => {
            bail!(Usage("name a patient: by pseudonym, or with --mrn AUTHORITY:NUMBER".to_owned()))
        }
    }
}

/// How a patient was named.
#[derive(Clone, Debug)]
pub(crate) enum Named {
    PatientId(String),
    RecordNumber(RecordNumber),
}

/// All that is known about a patient.
pub(crate) async fn known(channel: Channel, named: Named) -> anyhow::Result<Patient> {
    let by = match named {
        Named::PatientId(id) => By::PatientId(id),
        Named::RecordNumber(number) => By::RecordNumber(number),
    };
    let asked = PatientServiceClient::new(channel).get_patient(GetPatientRequest { by: Some(by) }).await;
    asked.map_err(refused)?.into_inner().patient.context("the gateway answered without a patient")
}

/// The name of a protobuf enum value as a word.
pub(crate) fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_ascii_lowercase().replace('_', " ")
}

pub(crate) fn refused(status: tonic::Status) -> anyhow::Error {
    // The waiting of this side is over; a gateway says so as DeadlineExceeded.
    if status.code() == tonic::Code::Cancelled {
        let waited = ANSWER_WAIT.as_secs();
        return anyhow::anyhow!(
            "no answer within {waited} s; is --gateway the gRPC address of a gateway, as `lacteal up` prints it?"
        );
    }
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
