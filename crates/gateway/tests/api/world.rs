//! A gateway over a real broker, with the test in the place of all other services.

use futures::FutureExt as _;
use lacteal_broker::{Broker, BrokerOptions};
use lacteal_clinical::identity::{PatientId, PseudonymKey, RecordNumber};
use lacteal_gateway::{Config, Sources};
use lacteal_ledger::{Ledger, Options, Presence, Revision, Stream, StreamSpec, Transaction};
use lacteal_service::{Outcome, Readiness, Stage, Tasks};
use lacteal_wire::api::intake_service_client::IntakeServiceClient;
use lacteal_wire::api::patient_service_client::PatientServiceClient;
use lacteal_wire::api::worklist_service_client::WorklistServiceClient;
use lacteal_wire::{api, event, subject};
use prost::Message as _;
use std::net::SocketAddr;
use std::time::Duration;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) broker: Broker,
    pub(crate) ledger: Ledger,
    pub(crate) tasks: Tasks,
    pub(crate) grpc: SocketAddr,
    _folder: tempfile::TempDir,
}

pub(crate) fn key() -> PseudonymKey {
    PseudonymKey::from_bytes(&[7; 32]).unwrap()
}

pub(crate) fn config() -> Config {
    Config { grpc: "127.0.0.1:0".to_owned(), ..Config::default() }
}

pub(crate) fn risk() -> StreamSpec {
    StreamSpec { rollup: true, ..StreamSpec::new(subject::RISK, &["risk.>"]) }
}

pub(crate) fn schedule() -> StreamSpec {
    StreamSpec { schedules: true, ..StreamSpec::new(subject::SCHEDULE, &["schedule.>"]) }
}

pub(crate) fn patient(number: u8) -> PatientId {
    key().pseudonym(&RecordNumber::new("HOSP", &number.to_string()).unwrap())
}

pub(crate) fn plan(number: u8, status: event::Status) -> event::Plan {
    event::Plan {
        patient: patient(number).0.to_vec(),
        status: status.into(),
        reason: format!("A reason of {number}."),
        next_scan: Some(event::Window {
            due: Some(event::PartialDate { year: 2026, month: 5, day: number.into() }),
            ..event::Window::default()
        }),
        record_numbers: vec![event::RecordNumber { authority: "HOSP".into(), number: number.to_string() }],
        risk_5_years: Some(f64::from(number) / 100.0),
        ..event::Plan::default()
    }
}

impl World {
    /// Broker and gateway, without any stream.
    pub(crate) async fn without_streams(config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let broker = Broker::start(BrokerOptions { sync_always: false, ..BrokerOptions::new(folder.path()) });
        let broker = broker.await.unwrap();
        let options = Options {
            servers: vec![broker.client_url()],
            user: Some(broker.user().to_owned()),
            password_file: Some(broker.password_file().to_owned()),
            reconnect_delay_max_ms: 100,
            request_timeout_ms: 2000,
            ..Options::default()
        };
        let ledger = Ledger::connect(options.clone()).await.unwrap();
        let tasks = Tasks::new(Readiness::new());
        // The gateway has a connection of its own, as in a cluster, so that the test's streams are not its own.
        let gateway = Ledger::connect(options).await.unwrap();
        let sources = Sources { ledger: gateway, risk: risk(), schedule: schedule() };
        let running = lacteal_gateway::start(&config, key(), sources, &tasks).await.unwrap();
        Self { broker, ledger, tasks, grpc: running.grpc, _folder: folder }
    }

    /// Broker, streams and gateway, which has caught up.
    pub(crate) async fn with(config: Config) -> Self {
        let world = Self::without_streams(config).await;
        world.stream(risk()).await;
        world.stream(schedule()).await;
        world.until_health("", ServingStatus::Serving).await;
        world
    }

    pub(crate) async fn stream(&self, spec: StreamSpec) -> Stream {
        self.ledger.stream(&spec, Presence::Create).await.unwrap()
    }

    /// Stores the payload as the last message of a subject, whatever was there.
    pub(crate) async fn put(&self, spec: StreamSpec, subject: String, payload: Vec<u8>) -> Revision {
        let stream = self.stream(spec).await;
        let states = stream.last_from_leader(std::slice::from_ref(&subject)).await.unwrap();
        let mut transaction = Transaction::new();
        transaction.put(subject.clone(), states.revision(&subject), payload);
        stream.commit(transaction).await.unwrap()[0]
    }

    pub(crate) async fn put_plan(&self, number: u8, status: event::Status) -> u64 {
        let plan = plan(number, status).encode_to_vec();
        self.put(schedule(), subject::plan(patient(number)), plan).await.sequence()
    }

    pub(crate) async fn put_dossier(&self, number: u8, merged_into: Option<u8>) {
        let summary = event::Summary {
            merged_into: merged_into.map_or_else(Vec::new, |other| patient(other).0.to_vec()),
            ..event::Summary::default()
        };
        let dossier = event::Dossier {
            patient: patient(number).0.to_vec(),
            summary: Some(summary),
            ..event::Dossier::default()
        };
        self.put(risk(), subject::dossier(patient(number)), dossier.encode_to_vec()).await;
    }

    /// Answers submissions as intake would.
    pub(crate) fn serve_intake<F>(
        &self,
        answer: impl Fn(api::SubmitMessageRequest) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = api::SubmitMessageResponse> + Send + 'static,
    {
        let (ledger, stop) = (self.ledger.clone(), self.tasks.stopping(Stage::Workers));
        self.tasks.spawn(Stage::Workers, "intake", async move {
            let handler = |payload: bytes::Bytes| {
                let answer = answer(api::SubmitMessageRequest::decode(payload).unwrap());
                answer.map(|answer| bytes::Bytes::from(answer.encode_to_vec()))
            };
            let served = ledger.serve(subject::SUBMIT, "intake", 16, Duration::from_secs(1), handler, stop);
            served.await.map_err(Into::into)
        });
    }

    /// Answers requests on a subject as another service would.
    pub(crate) fn serve(
        &self,
        subject: &'static str,
        answer: impl Fn(bytes::Bytes) -> Vec<u8> + Send + Sync + 'static,
    ) {
        let (ledger, stop) = (self.ledger.clone(), self.tasks.stopping(Stage::Workers));
        self.tasks.spawn(Stage::Workers, subject, async move {
            let handler = |payload| {
                let answer = bytes::Bytes::from(answer(payload));
                async move { answer }
            };
            let served = ledger.serve(subject, "intake", 16, Duration::from_secs(1), handler, stop);
            served.await.map_err(Into::into)
        });
    }

    pub(crate) async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.grpc)).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn worklist(&self) -> WorklistServiceClient<Channel> {
        WorklistServiceClient::new(self.channel().await)
    }

    pub(crate) async fn patients(&self) -> PatientServiceClient<Channel> {
        PatientServiceClient::new(self.channel().await)
    }

    pub(crate) async fn intake(&self) -> IntakeServiceClient<Channel> {
        IntakeServiceClient::new(self.channel().await).max_encoding_message_size(64 << 20)
    }

    pub(crate) async fn health(&self, service: &str) -> ServingStatus {
        let request = HealthCheckRequest { service: service.to_owned() };
        HealthClient::new(self.channel().await).check(request).await.unwrap().into_inner().status()
    }

    pub(crate) async fn until_health(&self, service: &str, wanted: ServingStatus) {
        let reached = async {
            while self.health(service).await != wanted {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(DEADLINE, reached).await.expect("the health status is reached");
    }

    /// Waits until the list shows this revision of a patient.
    pub(crate) async fn until_listed(&self, number: u8, revision: u64) {
        let mut client = self.patients().await;
        let listed = async {
            loop {
                let page =
                    client.list_patients(api::ListPatientsRequest::default()).await.unwrap().into_inner();
                let id = patient(number).to_string();
                if page.patients.iter().any(|entry| entry.patient_id == id && entry.revision >= revision) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(DEADLINE, listed).await.expect("the plan is listed");
    }

    pub(crate) async fn stop(self) -> Outcome {
        self.tasks.stop();
        self.tasks.run(futures::stream::pending(), Duration::from_secs(15)).await
    }
}
