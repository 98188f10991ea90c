//! Where a usable nats-server is: named by the environment, on PATH, in the per-user cache, or
//! obtained as a Python wheel. Versions that lack what the ledger needs are passed over, saying so.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Error, wheel};

/// Oldest server that has atomic batches, schedules, per-message TTL and the multi-last get as the
/// ledger uses them: major, minor.
pub const VERSION_MIN: (u32, u32) = (2, 14);

const NAMED: &str = "LACTEAL_NATS_SERVER";
const PROGRAM: &str = if cfg!(windows) { "nats-server.exe" } else { "nats-server" };

/// Finds or obtains a server. Blocks: it runs `--version`, and at worst a download.
///
/// # Errors
/// [`Error::Named`] when the named file is unusable, [`Error::NotFound`] when nothing worked.
pub fn locate() -> Result<PathBuf, Error> {
    if let Some(named) = std::env::var_os(NAMED).filter(|value| !value.is_empty()) {
        let path = PathBuf::from(named);
        return match usable(&path) {
            Ok(()) => Ok(path),
            Err(reason) => Err(Error::Named { path, reason }),
        };
    }
    let mut tried = Vec::new();
    match on_path() {
        None => tried.push("none on PATH".to_owned()),
        Some(path) => match usable(&path) {
            Ok(()) => return Ok(path),
            Err(reason) => {
                tracing::info!(path = %path.display(), %reason, "passing over the nats-server on PATH");
                tried.push(format!("{}: {reason}", path.display()));
            }
        },
    }
    let cached = cache_dir().join(PROGRAM);
    if usable(&cached).is_ok() {
        return Ok(cached);
    }
    let failed = match wheel::install(&cached) {
        Ok(()) => match usable(&cached) {
            Ok(()) => return Ok(cached),
            Err(reason) => format!("{}: {reason}", cached.display()),
        },
        Err(reason) => format!("wheel {} {}: {reason}", wheel::PACKAGE, wheel::VERSION),
    };
    tried.push(failed);
    Err(Error::NotFound { minimum: format!("{}.{}", VERSION_MIN.0, VERSION_MIN.1), tried: tried.join("; ") })
}

fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(PROGRAM)).find(|file| file.is_file())
}

fn cache_dir() -> PathBuf {
    let base = match (std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME")) {
        (Some(cache), _) if !cache.is_empty() => PathBuf::from(cache),
        (_, Some(home)) if !home.is_empty() => Path::new(&home).join(".cache"),
        _ => std::env::temp_dir(),
    };
    base.join("lacteal").join(format!("nats-server-{}", wheel::VERSION))
}

fn usable(path: &Path) -> Result<(), String> {
    let output = Command::new(path)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run it: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let found = version(&text).ok_or("it does not tell its version")?;
    if found >= VERSION_MIN {
        Ok(())
    } else {
        Err(format!("it is {}.{}, needed is {}.{}", found.0, found.1, VERSION_MIN.0, VERSION_MIN.1))
    }
}

/// Major and minor out of `nats-server: v2.15.1`.
fn version(text: &str) -> Option<(u32, u32)> {
    let numbers = text.trim().rsplit_once('v')?.1;
    let mut parts = numbers.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_the_server_prints() {
        assert_eq!(version("nats-server: v2.15.1\n"), Some((2, 15)));
        assert_eq!(version("nats-server: v2.9.0-beta.1"), Some((2, 9)));
        assert_eq!(version("something else"), None);
        assert!((2, 9) < VERSION_MIN);
    }
}
