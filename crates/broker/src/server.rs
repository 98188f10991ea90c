//! One child server: started, watched, restarted, stopped. Owns the data directory while it lives.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rand::RngCore as _;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::config::{config_file, pid_file};
use crate::{BrokerOptions, Error, leftover, locate};

/// The one user that the child server knows.
pub const USER: &str = "lacteal";

const PASSWORD_BYTES: usize = 24;
const LOG_TAIL_BYTES: usize = 2_000;
const POLL: Duration = Duration::from_millis(10);

/// A running child server. Dropping it kills the child.
#[derive(Debug)]
pub struct Broker {
    program: PathBuf,
    options: BrokerOptions,
    address: SocketAddr,
    monitor: Option<SocketAddr>,
    child: Child,
    password_file: PathBuf,
    /// Held for as long as this process owns the data directory; the system frees it at its death.
    _lock: File,
}

impl Broker {
    /// Finds a server, stops a leftover one over the same data, starts it and waits until it accepts.
    ///
    /// # Errors
    /// No server to be had, data directory in use or unwritable, or not ready by the deadline.
    pub async fn start(options: BrokerOptions) -> Result<Broker, Error> {
        let program = tokio::task::spawn_blocking(locate).await.map_err(|error| Error::NotFound {
            minimum: format!("{:?}", crate::VERSION_MIN),
            tried: error.to_string(),
        })??;
        let mut options = options;
        private_dir(&options.data_dir)?;
        options.data_dir =
            options.data_dir.canonicalize().map_err(Error::io("cannot resolve", &options.data_dir))?;
        let lock = own(&options.data_dir)?;
        leftover::stop(&program, &options.data_dir, Duration::from_millis(options.deadline_ms)).await?;
        let password_file = options.data_dir.join("client.password");
        let password = password(&password_file)?;
        write_private(&config_file(&options.data_dir), &options.render(&password))?;
        let child = spawn(&program, &options)?;
        let mut broker = Broker {
            program,
            address: options.listen,
            monitor: options.monitor,
            options,
            child,
            password_file,
            _lock: lock,
        };
        broker.until_ready().await?;
        // The port that was found is kept, so that clients find a restarted server again.
        broker.options.listen = broker.address;
        broker.options.monitor = broker.monitor;
        write_private(&config_file(&broker.options.data_dir), &broker.options.render(&password))?;
        Ok(broker)
    }

    /// `nats://host:port`, without credentials.
    pub fn client_url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// The user to connect as.
    pub fn user(&self) -> &'static str {
        USER
    }

    /// The file (mode 0600) that holds the password and nothing else.
    pub fn password_file(&self) -> &Path {
        &self.password_file
    }

    /// Address of the monitoring endpoint when one was asked for.
    pub fn monitor(&self) -> Option<SocketAddr> {
        self.monitor
    }

    /// Process id of the child while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Kills the child at once (SIGKILL) and waits for its end: what a crash looks like.
    ///
    /// # Errors
    /// [`Error::Signal`] when the system refuses.
    pub async fn kill(&mut self) -> Result<(), Error> {
        self.child.kill().await.map_err(|error| Error::Signal(error.to_string()))
    }

    /// Starts the server again on the same port and store; kills it first when it still runs.
    ///
    /// # Errors
    /// As [`Broker::start`].
    pub async fn restart(&mut self) -> Result<(), Error> {
        if self.child.id().is_some() {
            self.kill().await?;
        }
        self.child = spawn(&self.program, &self.options)?;
        self.until_ready().await
    }

    /// Asks the server to end, waits, and kills it after the deadline.
    ///
    /// # Errors
    /// [`Error::Signal`] when neither worked.
    pub async fn stop(mut self) -> Result<(), Error> {
        let Some(pid) = self.child.id() else { return Ok(()) };
        let asked = signal(&self.program, "term", pid).await;
        let deadline = Duration::from_millis(self.options.deadline_ms);
        if asked.is_ok() && tokio::time::timeout(deadline, self.child.wait()).await.is_ok() {
            return Ok(());
        }
        self.kill().await
    }

    /// Resolves when the child ends on its own. Cancel-safe; pends while it runs.
    ///
    /// # Errors
    /// [`Error::Signal`] when the system cannot tell.
    pub async fn wait(&mut self) -> Result<ExitStatus, Error> {
        self.child.wait().await.map_err(|error| Error::Signal(error.to_string()))
    }

    async fn until_ready(&mut self) -> Result<(), Error> {
        let deadline = Instant::now() + Duration::from_millis(self.options.deadline_ms);
        loop {
            if let Some(status) = self.child.try_wait().map_err(|error| Error::Signal(error.to_string()))? {
                return Err(self.not_ready(format!("it ended with {status}")));
            }
            if self.learn_ports() && greets(self.address).await {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(self.not_ready("the deadline passed".to_owned()));
            }
            sleep(POLL).await;
        }
    }

    /// Reads the ports file that the server writes once it listens.
    fn learn_ports(&mut self) -> bool {
        let Some(pid) = self.child.id() else { return false };
        let name = self.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = self.options.data_dir.join(format!("{name}_{pid}.ports"));
        let Ok(text) = fs::read(&file) else { return false };
        let Ok(ports) = serde_json::from_slice::<Ports>(&text) else { return false };
        let Some(client) = first_address(&ports.nats) else { return false };
        self.address = client;
        self.monitor = first_address(&ports.monitoring);
        let _removed_by_the_server_too = fs::remove_file(&file);
        true
    }

    fn not_ready(&self, reason: String) -> Error {
        let mut log = fs::read(self.options.log_path()).unwrap_or_default();
        log.extend(fs::read(complaints_file(&self.options.data_dir)).unwrap_or_default());
        let tail = log.get(log.len().saturating_sub(LOG_TAIL_BYTES)..).unwrap_or_default();
        Error::NotReady { reason, log: String::from_utf8_lossy(tail).into_owned() }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // The owner may drop this while it unwinds: there is nobody left to tell.
        let _already_ended = self.child.start_kill();
        let _stale_otherwise = fs::remove_file(pid_file(&self.options.data_dir));
    }
}

#[derive(serde::Deserialize)]
struct Ports {
    #[serde(default)]
    nats: Vec<String>,
    #[serde(default)]
    monitoring: Vec<String>,
}

fn first_address(urls: &[String]) -> Option<SocketAddr> {
    urls.iter().find_map(|url| url.split_once("://")?.1.parse().ok())
}

/// A server that accepts sends its INFO line first.
async fn greets(address: SocketAddr) -> bool {
    let greeting = async {
        let mut socket = TcpStream::connect(address).await.ok()?;
        let mut first = [0u8; 5];
        socket.read_exact(&mut first).await.ok()?;
        (&first == b"INFO ").then_some(())
    };
    tokio::time::timeout(Duration::from_secs(1), greeting).await.ok().flatten().is_some()
}

fn spawn(program: &Path, options: &BrokerOptions) -> Result<Child, Error> {
    // What is wrong with its configuration a server says before it has a log.
    let path = complaints_file(&options.data_dir);
    let complaints = File::create(&path).map_err(Error::io("cannot create", &path))?;
    let mut command = match options.tied_by.split_first() {
        Some((tie, arguments)) => {
            let mut command = Command::new(tie);
            command.args(arguments).arg(std::process::id().to_string()).arg(program);
            command
        }
        None => Command::new(program),
    };
    command
        .arg("--config")
        .arg(config_file(&options.data_dir))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(complaints)
        .kill_on_drop(true);
    // An interrupt typed at the terminal goes to the whole foreground group; the broker must outlive
    // the services that drain into it.
    #[cfg(unix)]
    command.process_group(0);
    command.spawn().map_err(Error::io("cannot start", program))
}

/// Sends a signal through the server's own command, which spares this crate unsafe code.
pub(crate) async fn signal(program: &Path, name: &str, pid: u32) -> Result<(), Error> {
    let output = Command::new(program)
        .arg("--signal")
        .arg(format!("{name}={pid}"))
        .stdin(Stdio::null())
        .output()
        .await
        .map_err(|error| Error::Signal(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(Error::Signal(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}

fn complaints_file(data_dir: &Path) -> PathBuf {
    data_dir.join("nats.err")
}

fn own(data_dir: &Path) -> Result<File, Error> {
    let path = data_dir.join("lock");
    let file = File::create(&path).map_err(Error::io("cannot create", &path))?;
    file.try_lock().map_err(|_| Error::Busy { path: data_dir.to_owned() })?;
    Ok(file)
}

fn password(path: &Path) -> Result<String, Error> {
    if let Ok(found) = fs::read_to_string(path) {
        let found = found.trim();
        if !found.is_empty() {
            return Ok(found.to_owned());
        }
    }
    let mut bytes = [0u8; PASSWORD_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    let password = data_encoding::BASE32_NOPAD.encode(&bytes);
    write_private(path, &password)?;
    Ok(password)
}

fn private_dir(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::io("cannot create", path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
            .map_err(Error::io("cannot protect", path))?;
    }
    Ok(())
}

fn write_private(path: &Path, text: &str) -> Result<(), Error> {
    let mut open = OpenOptions::new();
    open.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        open.mode(0o600);
    }
    let mut file = open.open(path).map_err(Error::io("cannot write", path))?;
    file.write_all(text.as_bytes()).map_err(Error::io("cannot write", path))
}
