//! The binary as child processes: built once, started with free ports, killed when dropped.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Child;

use crate::until;

/// An address on which a process that is started next can listen. Its port lies below those that the system gives to
/// outgoing connections (from 32768 on), so that none of these takes it meanwhile.
pub fn free_address() -> SocketAddr {
    const FIRST: u16 = 12_000;
    const PORTS: u16 = 20_000;
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    // Test processes that run at the same time begin at different places.
    let begin = (std::process::id() % u32::from(PORTS)) as u16;
    loop {
        let next = TAKEN.fetch_add(1, Ordering::Relaxed);
        assert!(next < PORTS, "no port is free");
        let port = FIRST + begin.wrapping_mul(61).wrapping_add(next) % PORTS;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if std::net::TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

/// The binary, in the profile that the tests were built in.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
        command.args(["build", "--quiet", "--package", "lacteal", "--bin", "lacteal"]);
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        let built = command.status().expect("cargo runs");
        assert!(built.success(), "the binary does not build");
        // …/target/<profile>/deps/<this test>
        let this = std::env::current_exe().expect("this test has a path");
        let profile = this.parent().and_then(Path::parent).expect("tests lie in target/<profile>/deps");
        profile.join("lacteal")
    })
}

/// Runs a command of the binary to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).stdin(Stdio::null()).output().expect("the binary runs")
}

/// Runs a command of the binary with text on its standard input.
pub fn run_with_input(arguments: &[&str], input: &[u8]) -> Output {
    use std::io::Write as _;
    let mut child = Command::new(binary())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("it has an input").write_all(input).expect("it reads its input");
    child.wait_with_output().expect("it ends")
}

/// A running process of the binary.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts the binary; what it logs goes to `log`.
    pub fn start(arguments: &[String], log: &Path) -> Process {
        let file =
            std::fs::OpenOptions::new().create(true).append(true).open(log).expect("a log can be written");
        let child = tokio::process::Command::new(binary())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        Process { child, log: log.to_owned() }
    }

    /// Ends it at once, as a crash would.
    pub async fn kill(&mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// Asks it to end (SIGTERM) and gives its exit code.
    pub async fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().expect("it runs").to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs");
        assert!(asked.success());
        let ended = tokio::time::timeout(Duration::from_secs(40), self.child.wait()).await;
        ended.expect("it ends within its grace").expect("it ends").code()
    }

    /// Kills its child processes at once: the broker, under `up`.
    pub fn kill_children(&self) {
        for pid in self.children() {
            // It may have ended by itself in between.
            let _gone = Command::new("kill").args(["-KILL", &pid]).status();
        }
    }

    /// The ids of its child processes.
    pub fn children(&self) -> Vec<String> {
        let Some(parent) = self.child.id().map(|pid| pid.to_string()) else { return Vec::new() };
        let entries = std::fs::read_dir("/proc").expect("this is Linux");
        let pids = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let pids = pids.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
        pids.filter(|pid| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            // pid (name) state parent …; the name may hold anything.
            let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
            after_name.split_whitespace().nth(1) == Some(parent.as_str())
        })
        .collect()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// A test that ends early must not leave a broker behind.
impl Drop for Process {
    fn drop(&mut self) {
        self.kill_children();
    }
}

/// `lacteal up` over a data directory.
pub struct Up {
    pub process: Process,
    pub mllp: SocketAddr,
    pub fhir: SocketAddr,
    pub grpc: SocketAddr,
    pub ops: SocketAddr,
}

impl Up {
    /// Starts it on free ports and waits until it is ready.
    pub async fn start(data: &Path, more: &[&str]) -> Up {
        let mut arguments: Vec<String> = vec!["up".into(), "--data".into(), data.display().to_string()];
        for flag in ["--mllp", "--fhir", "--grpc", "--ops"] {
            arguments.extend([flag.to_owned(), "127.0.0.1:0".to_owned()]);
        }
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        let mut process = Process::start(&arguments, &data.with_extension("log"));
        let mut lines = BufReader::new(process.child.stdout.take().expect("it prints")).lines();
        let mut address = async |what: &str| -> SocketAddr {
            let line = lines.next_line().await.expect("it prints").unwrap_or_else(|| {
                panic!(
                    "it ended before it said where it listens: {}",
                    process_log(&data.with_extension("log"))
                )
            });
            let words: Vec<_> = line.split_whitespace().collect();
            assert_eq!(words.first(), Some(&what), "{line}");
            words.get(1).and_then(|word| word.parse().ok()).expect("an address follows")
        };
        let (mllp, fhir) = (address("mllp").await, address("fhir").await);
        let (grpc, ops) = (address("grpc").await, address("ops").await);
        let up = Up { process, mllp, fhir, grpc, ops };
        ready(up.ops).await;
        up
    }
}

fn process_log(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Waits until a process says that it is ready.
pub async fn ready(ops: SocketAddr) {
    until("readiness", || async move { (get(ops, "/readyz").await?.0 == 200).then_some(()) }).await;
}

/// One HTTP GET: status and body. None when nobody answers. HTTP/1.0, so that the body comes in one piece.
pub async fn get(addr: SocketAddr, path: &str) -> Option<(u16, String)> {
    let mut socket = tokio::net::TcpStream::connect(addr).await.ok()?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n");
    socket.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.ok()?;
    let status = answer.split_whitespace().nth(1)?.parse().ok()?;
    let body = answer.split_once("\r\n\r\n")?.1.to_owned();
    Some((status, body))
}
