//! A server that outlived its killed parent: found by the pid file in the data directory, and
//! stopped only when its command line proves that it is ours (process ids are reused).

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::config::{config_file, pid_file};
use crate::{Error, server};

/// Stops a leftover server over this data directory, if there is one.
pub(crate) async fn stop(program: &Path, data_dir: &Path, deadline: Duration) -> Result<(), Error> {
    let Some(pid) = read_pid(data_dir) else { return Ok(()) };
    if !is_ours(pid, data_dir) {
        return Ok(());
    }
    tracing::warn!(pid, "stopping a nats-server left over from a parent that was killed");
    server::signal(program, "term", pid).await?;
    let half = deadline / 2;
    if !ends_within(pid, data_dir, half).await {
        server::signal(program, "stop", pid).await?;
        if !ends_within(pid, data_dir, half).await {
            return Err(Error::Signal(format!("process {pid} does not end")));
        }
    }
    Ok(())
}

async fn ends_within(pid: u32, data_dir: &Path, limit: Duration) -> bool {
    let gone = async {
        while is_ours(pid, data_dir) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(limit, gone).await.is_ok()
}

fn read_pid(data_dir: &Path) -> Option<u32> {
    std::fs::read_to_string(pid_file(data_dir)).ok()?.trim().parse().ok()
}

fn is_ours(pid: u32, data_dir: &Path) -> bool {
    let config = config_file(data_dir);
    command_line(pid).is_some_and(|line| line.contains(&*config.to_string_lossy()))
}

/// The command line of a live process; a zombie has an empty one.
fn command_line(pid: u32) -> Option<String> {
    if Path::new("/proc/self").exists() {
        let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        return Some(String::from_utf8_lossy(&bytes).replace('\0', " "));
    }
    let output = Command::new("ps")
        .args(["-o", "args=", "-p", &pid.to_string()])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
