//! `lacteal read`: what a report says, as JSON. It needs no server and stores nothing.
//!
//! The content of a file tells what it is: HL7 v2 begins with a header segment, FHIR with a brace, and all else is text.

use std::borrow::Cow;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use lacteal_hl7::Charset;
use lacteal_narrative::{Kind, Report};
use serde_json::Value;

use crate::args;
use crate::show;

mod facts;
mod fhir;
mod hl7;
mod statement;
mod summary;

/// Most bytes of one file.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// Prints one JSON object a file, in their order; exit code 1 when one could not be read.
pub(crate) fn read(arguments: &args::Read) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for file in &arguments.files {
        match object(file, arguments) {
            Ok(object) if arguments.summary => show::line(&object.to_string()),
            Ok(object) => show::line(&format!("{object:#}")),
            Err(error) => {
                show::error(&format!("lacteal: {error:#}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn object(file: &Path, arguments: &args::Read) -> anyhow::Result<Value> {
    let bytes = bytes_of(file).with_context(|| format!("failed to read {}", file.display()))?;
    if is_hl7(&bytes) {
        return hl7::object(bytes, arguments).with_context(|| format!("failed to read {}", file.display()));
    }
    if is_fhir(&bytes) {
        return fhir::object(&bytes, arguments).with_context(|| format!("failed to read {}", file.display()));
    }
    anyhow::ensure!(!bytes.trim_ascii().is_empty(), "failed to read {}: it is empty", file.display());
    let kind = arguments.kind.asked().unwrap_or(Kind::Auto);
    let text = decoded(&bytes);
    let report = lacteal_narrative::read(&text, kind);
    Ok(if arguments.summary { summary::json(&report.summary()) } else { whole(&report, &text) })
}

impl args::ReportKind {
    /// The kind that was asked for; none where the report is to say it.
    fn asked(self) -> Option<Kind> {
        match self {
            Self::Auto => None,
            Self::Pathology => Some(Kind::Pathology),
            Self::Radiology => Some(Kind::Radiology),
            Self::Clinic => Some(Kind::Clinic),
        }
    }
}

/// An object of JSON.
fn is_fhir(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let inside = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    inside.is_some_and(|inside| inside.starts_with(b"\"") || inside.starts_with(b"}"))
}

/// A header segment after whatever frames and blanks stand before it.
fn is_hl7(bytes: &[u8]) -> bool {
    let begin = bytes.iter().position(|byte| !matches!(byte, b'\x0b' | b' ' | b'\t' | b'\r' | b'\n'));
    let text = begin.and_then(|begin| bytes.get(begin..)).unwrap_or_default();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let is_header = [b"MSH", b"FHS", b"BHS"].iter().any(|name| text.starts_with(*name));
    is_header && text.get(3).is_some_and(|separator| !separator.is_ascii_alphanumeric() && *separator != b' ')
}

/// All that was found, each with the words that say it.
fn whole(report: &Report, text: &str) -> Value {
    let mut object = serde_json::Map::new();
    object.insert("kind".into(), statement::kind(report.kind).into());
    object.insert("in_scope".into(), report.in_scope.into());
    let facts = report.statements.iter().map(|it| statement::json(it, text)).collect();
    object.insert("facts".into(), Value::Array(facts));
    let contradictions = report.contradictions.iter().map(statement::contradiction).collect();
    object.insert("contradictions".into(), Value::Array(contradictions));
    Value::Object(object)
}

/// Text as UTF-8 where it is, else as most systems mean it that do not say.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let windows = || Charset::WINDOWS_1252.decode(bytes);
    let utf_8 = std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
    utf_8.or_else(windows).unwrap_or_else(|| String::from_utf8_lossy(bytes))
}

fn bytes_of(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?
    } else {
        std::fs::File::open(file)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?
    };
    anyhow::ensure!(read as u64 <= FILE_BYTES_MAX, "it is larger than {FILE_BYTES_MAX} bytes");
    Ok(bytes)
}
