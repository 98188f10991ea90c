//! What the owner may choose about the child server, and the configuration file made of it.
//! The file holds the password, so whoever writes it must make it readable by this user only.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

const TEMPLATE: &str = include_str!("nats.conf");

/// How to run the child server.
#[derive(Debug, Clone)]
pub struct BrokerOptions {
    /// Store, configuration, password, pid file and log live here. Created when missing, mode 0700.
    pub data_dir: PathBuf,
    /// The server's name; unique within a cluster.
    pub server_name: String,
    /// Client address; port 0 takes a free one, which is then kept over restarts.
    pub listen: SocketAddr,
    /// Monitoring (HTTP) address, off by default.
    pub monitor: Option<SocketAddr>,
    /// Flush every message to disk before it is acknowledged. Off only in tests.
    pub sync_always: bool,
    /// Largest message the server takes, headers and payload together.
    pub max_payload_bytes: usize,
    /// Most the file store may hold.
    pub file_store_bytes_max: u64,
    /// Lines put at the end of the configuration file as they are.
    pub extra_config: String,
    /// Where the server logs; `nats.log` in the data directory by default.
    pub log_file: Option<PathBuf>,
    /// A command that takes the id of its parent, the server and its arguments, and becomes that server
    /// tied to its parent (`become_tied`, on Linux). Empty: the server is started as it is, and outlives an
    /// owner that is killed until the next start.
    pub tied_by: Vec<OsString>,
    /// How long a start or a graceful stop may take.
    pub deadline_ms: u64,
}

impl BrokerOptions {
    /// Safe defaults over one data directory: loopback, free port, every message flushed.
    pub fn new(data_dir: impl Into<PathBuf>) -> BrokerOptions {
        BrokerOptions {
            data_dir: data_dir.into(),
            server_name: "lacteal".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            monitor: None,
            sync_always: true,
            max_payload_bytes: 1 << 20,
            file_store_bytes_max: 64 << 30,
            extra_config: String::new(),
            log_file: None,
            tied_by: Vec::new(),
            deadline_ms: 30_000,
        }
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.log_file.clone().unwrap_or_else(|| self.data_dir.join("nats.log"))
    }

    pub(crate) fn render(&self, password: &str) -> String {
        let listen = match self.listen.port() {
            0 => format!("{}:-1", host(&self.listen)),
            port => format!("{}:{port}", host(&self.listen)),
        };
        let monitor = self.monitor.map(|address| {
            let port = if address.port() == 0 { -1 } else { i32::from(address.port()) };
            format!("http: {}", quoted(&format!("{}:{port}", host(&address))))
        });
        let sync = if self.sync_always { "always" } else { "\"2m\"" };
        let max_payload = self.max_payload_bytes.to_string();
        let file_store = self.file_store_bytes_max.to_string();
        [
            ("server_name", quoted(&self.server_name)),
            ("listen", quoted(&listen)),
            ("monitor", monitor.unwrap_or_default()),
            ("pid_file", quoted_path(&pid_file(&self.data_dir))),
            ("ports_file_dir", quoted_path(&self.data_dir)),
            ("log_file", quoted_path(&self.log_path())),
            ("max_payload", max_payload),
            ("user", quoted(crate::USER)),
            ("password", quoted(password)),
            ("store_dir", quoted_path(&self.data_dir.join("store"))),
            ("sync_interval", sync.to_owned()),
            ("max_file_store", file_store),
            ("extra", self.extra_config.clone()),
        ]
        .into_iter()
        .fold(TEMPLATE.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), &value))
    }
}

/// Where the server notes its process id.
pub(crate) fn pid_file(data_dir: &Path) -> PathBuf {
    data_dir.join("nats.pid")
}

/// The configuration file; its path on the command line is what marks a process as ours.
pub(crate) fn config_file(data_dir: &Path) -> PathBuf {
    data_dir.join("nats.conf")
}

fn host(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) => v4.ip().to_string(),
        SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
    }
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

/// The server's configuration language takes JSON's string escapes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_in_the_template_is_filled() {
        let text = BrokerOptions::new("/tmp/a \"b\"").render("secret");
        assert!(!text.contains("{{"), "{text}");
        assert!(text.contains(r#"store_dir: "/tmp/a \"b\"/store""#), "{text}");
        assert!(text.contains("sync_interval: always"));
    }

    #[test]
    fn a_free_port_is_asked_for_as_minus_one() {
        let mut options = BrokerOptions::new("/tmp/x");
        assert!(options.render("p").contains(r#"listen: "127.0.0.1:-1""#));
        options.listen.set_port(4222);
        assert!(options.render("p").contains(r#"listen: "127.0.0.1:4222""#));
    }
}
