//! Roles as processes of the release binary, and what the system says of a process: memory and processor time.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use lacteal_tests::process::ready;
use tokio::process::{Child, Command};

use crate::Result;
use crate::world::World;

/// How long a role may take to stop.
const STOP: Duration = Duration::from_secs(30);

/// A running role. Dropping it kills it.
pub(crate) struct Role {
    child: Child,
    pub(crate) name: &'static str,
    pub(crate) pid: u32,
    /// Where it listens for MLLP or gRPC, if it does.
    pub(crate) listens: SocketAddr,
}

impl Role {
    /// Starts a role and waits until it is ready.
    pub(crate) async fn start(world: &World, name: &'static str) -> Result<Role> {
        Role::start_with(world, name, &[]).await
    }

    /// The same with settings of its own, such as `intake.narrative=false`.
    pub(crate) async fn start_with(world: &World, name: &'static str, set: &[&str]) -> Result<Role> {
        let (ops, listens) = (free_address()?, free_address()?);
        let log = fs::File::create(world.folder().join(format!("{name}.log")))?;
        let mut command = Command::new(&world.binary);
        command.arg(name).arg("--config").arg(world.config()).args(["--ops", &ops.to_string()]);
        match name {
            "intake" => drop(command.args(["--set", &format!("intake.mllp={listens}")])),
            "gateway" => drop(command.args(["--set", &format!("gateway.grpc={listens}")])),
            _ => {}
        }
        for setting in set {
            command.args(["--set", setting]);
        }
        let child = command.stdin(Stdio::null()).stderr(log).kill_on_drop(true).spawn()?;
        let pid = child.id().ok_or("the role ended at once")?;
        let role = Role { child, name, pid, listens };
        ready(ops).await;
        Ok(role)
    }

    /// Asks it to stop and waits.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().await?;
        if !asked.success() {
            return Err(format!("{} does not run", self.name).into());
        }
        let status = tokio::time::timeout(STOP, self.child.wait()).await??;
        if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", self.name).into()) }
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Processor time of all threads of a process.
pub(crate) fn cpu(pid: u32) -> Result<Duration> {
    let mut nanoseconds = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end while the list is read.
        let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        nanoseconds += text.split_whitespace().next().unwrap_or_default().parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanoseconds))
}

/// Most memory that a process has had in hand, in MiB.
pub(crate) fn peak_mib(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes / 1024.0)
}
