//! The connection: made in the background, watched, and asked with a bound on every wait. A request is not
//! sent while the connection is down, and its outcome is unknown once the connection broke under it.

use std::sync::Arc;
use std::time::Duration;

use async_nats::client::RequestErrorKind;
use async_nats::{Client, ConnectOptions, Event, HeaderMap, Message, Request, Subscriber};
use bytes::Bytes;
use tokio::sync::watch;

use crate::health::{Connection, Health};
use crate::{Error, Options, measure};

/// Messages one subscription may hold before the client drops some; reads ask for less than this.
const SUBSCRIPTION_MESSAGES_MAX: usize = 65_536;
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// Why a request has no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was not sent, or nobody was there to take it.
    NotSent(String),
    /// It was sent; whether it was taken cannot be told.
    Unknown(String),
    /// It exceeds what the broker takes in one message.
    TooLarge(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) client: Client,
    connection: watch::Receiver<Connection>,
    pub(crate) timeout: Duration,
}

impl Link {
    /// Starts connecting; returns before it has succeeded.
    pub(crate) async fn open(options: &Options, health: Arc<Health>) -> Result<Link, Error> {
        let connection = health.connection();
        let delay_max_ms = options.reconnect_delay_max_ms;
        let connect = secured(options).await?;
        let client = connect
            .name(&options.name)
            .retry_on_initial_connect()
            .connection_timeout(Duration::from_millis(options.connect_timeout_ms))
            .request_timeout(Some(Duration::from_millis(options.request_timeout_ms)))
            .ping_interval(PING_INTERVAL)
            .subscription_capacity(SUBSCRIPTION_MESSAGES_MAX)
            .reconnect_delay_callback(move |attempts| {
                let attempts = u64::try_from(attempts).unwrap_or(u64::MAX);
                crate::backoff::growing(25, delay_max_ms, attempts)
            })
            .event_callback(move |event| {
                heed(&health, &event);
                std::future::ready(())
            })
            .connect(&options.servers)
            .await
            .map_err(|error| Error::Options(error.to_string()))?;
        let timeout = Duration::from_millis(options.request_timeout_ms);
        Ok(Link { client, connection, timeout })
    }

    pub(crate) fn is_up(&self) -> bool {
        self.connection.borrow().up
    }

    /// Resolves when the connection is up.
    pub(crate) async fn up(&self) {
        let mut connection = self.connection.clone();
        if connection.wait_for(|connection| connection.up).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Resolves when the connection is lost after this call.
    pub(crate) fn lost(&self) -> impl Future<Output = ()> + use<> {
        let mut connection = self.connection.clone();
        let before = connection.borrow_and_update().losses;
        async move {
            if connection.wait_for(|connection| connection.losses != before).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// One request and its answer.
    pub(crate) async fn ask(
        &self,
        subject: String,
        headers: Option<HeaderMap>,
        payload: Bytes,
        timeout: Duration,
    ) -> Result<Message, Failure> {
        let lost = self.lost();
        if !self.is_up() {
            return Err(Failure::NotSent("not connected".to_owned()));
        }
        let mut request = Request::new().payload(payload).timeout(Some(timeout));
        if let Some(headers) = headers {
            request = request.headers(headers);
        }
        let asked = self.client.send_request(subject, request);
        tokio::select! {
            biased;
            answer = asked => answer.map_err(|error| match error.kind() {
                RequestErrorKind::NoResponders => Failure::NotSent("nobody answers".to_owned()),
                RequestErrorKind::InvalidSubject => Failure::NotSent("invalid subject".to_owned()),
                RequestErrorKind::MaxPayloadExceeded => Failure::TooLarge(error.to_string()),
                RequestErrorKind::TimedOut => Failure::Unknown("no answer in time".to_owned()),
                RequestErrorKind::Other => Failure::Unknown(error.to_string()),
            }),
            () = lost => Err(Failure::Unknown("connection lost".to_owned())),
        }
    }

    pub(crate) async fn subscribe(&self, what: &'static str, subject: String) -> Result<Subscriber, Error> {
        self.client.subscribe(subject).await.map_err(|error| Error::unavailable(what, error))
    }
}

fn heed(health: &Health, event: &Event) {
    match event {
        Event::Connected => {
            tracing::info!("connected to the broker");
            health.connected();
        }
        // We closed it ourselves: nothing was lost.
        Event::Closed => {
            tracing::debug!("connection to the broker closed");
            health.disconnected();
        }
        Event::Disconnected => {
            tracing::warn!("connection to the broker lost");
            measure::connection_lost();
            health.disconnected();
        }
        Event::SlowConsumer(_) => {
            tracing::warn!("a subscription is full: messages were dropped and will be asked for again");
            measure::slow_consumer();
        }
        Event::ClientError(error) => {
            tracing::warn!(%error, "broker connection");
            health.complaint(error.to_string());
        }
        Event::ServerError(error) => {
            tracing::warn!(%error, "broker connection");
            health.complaint(error.to_string());
        }
        Event::LameDuckMode | Event::Draining => tracing::info!(%event, "broker connection"),
    }
}

async fn secured(options: &Options) -> Result<ConnectOptions, Error> {
    let mut connect = ConnectOptions::new();
    if let (Some(user), Some(file)) = (&options.user, &options.password_file) {
        let password = read(file).await?;
        connect = connect.user_and_password(user.clone(), password.trim_end_matches(['\r', '\n']).to_owned());
    }
    if let Some(file) = &options.credentials_file {
        let text = read(file).await?;
        connect = connect
            .credentials(&text)
            .map_err(|error| Error::Options(format!("credentials_file {}: {error}", file.display())))?;
    }
    if let Some(file) = &options.tls_ca_file {
        read(file).await?;
        connect = connect.add_root_certificates(file.clone());
    }
    if let (Some(cert), Some(key)) = (&options.tls_cert_file, &options.tls_key_file) {
        read(cert).await?;
        read(key).await?;
        connect = connect.add_client_certificate(cert.clone(), key.clone());
    }
    Ok(connect.require_tls(options.tls_required))
}

async fn read(file: &std::path::Path) -> Result<String, Error> {
    tokio::fs::read_to_string(file).await.map_err(|source| Error::File { path: file.to_owned(), source })
}
