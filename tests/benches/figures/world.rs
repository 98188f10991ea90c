//! One broker with a connection of ours, and the configuration that all roles of a measurement share.

use std::path::{Path, PathBuf};

use lacteal_broker::{Broker, BrokerOptions};
use lacteal_ledger::{Ledger, Options, Presence, Stream, StreamSpec};
use lacteal_wire::subject;
use tempfile::TempDir;

use crate::Result;

/// A broker with nothing in it, in a folder that goes with it.
pub(crate) struct World {
    // Before the folder, which is removed after the broker has gone.
    pub(crate) broker: Broker,
    ledger: Ledger,
    /// The binary of all roles.
    pub(crate) binary: PathBuf,
    folder: TempDir,
}

impl World {
    pub(crate) async fn new(binary: &Path) -> Result<World> {
        let folder = tempfile::tempdir()?;
        let broker = Broker::start(BrokerOptions::new(folder.path().join("nats"))).await?;
        let ledger = Ledger::connect(Options {
            servers: vec![broker.client_url()],
            user: Some(broker.user().to_owned()),
            password_file: Some(broker.password_file().to_owned()),
            ..Options::default()
        })
        .await?;
        let world = World { broker, ledger, binary: binary.to_owned(), folder };
        std::fs::write(world.folder().join("pseudonym.key"), "5a".repeat(32))?;
        std::fs::write(world.config(), world.settings())?;
        Ok(world)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The configuration file of all roles.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder().join("lacteal.toml")
    }

    fn settings(&self) -> String {
        let key = self.folder().join("pseudonym.key");
        format!(
            "[streams]\ncreate = true\nintake_max_bytes = -1\nrisk_max_bytes = -1\n\n\
             [identity]\nkey_file = {key:?}\n\n\
             [nats]\nservers = [{:?}]\nuser = {:?}\npassword_file = {:?}\n\n\
             [intake]\nconnections_per_peer_max = 300\n",
            self.broker.client_url(),
            self.broker.user(),
            self.broker.password_file(),
        )
    }

    /// INTAKE, which the role has made, to read.
    pub(crate) async fn intake(&self) -> Result<Stream> {
        let spec =
            StreamSpec { ttl: true, immutable: true, ..StreamSpec::new(subject::INTAKE, &["intake.>"]) };
        Ok(self.ledger.stream(&spec, Presence::Verify).await?)
    }

    /// RISK, to read.
    pub(crate) async fn risk(&self) -> Result<Stream> {
        let spec = StreamSpec { rollup: true, ..StreamSpec::new(subject::RISK, &["risk.>"]) };
        Ok(self.ledger.stream(&spec, Presence::Verify).await?)
    }

    /// SCHEDULE, to read.
    pub(crate) async fn schedule(&self) -> Result<Stream> {
        let spec = StreamSpec {
            rollup: true,
            schedules: true,
            ..StreamSpec::new(subject::SCHEDULE, &["schedule.>"])
        };
        Ok(self.ledger.stream(&spec, Presence::Verify).await?)
    }

    /// A stream for a floor.
    pub(crate) async fn stream_of_floor(&self) -> Result<Stream> {
        let spec = StreamSpec { rollup: true, ..StreamSpec::new("FLOOR", &["floor.>"]) };
        Ok(self.ledger.stream(&spec, Presence::Create).await?)
    }
}
