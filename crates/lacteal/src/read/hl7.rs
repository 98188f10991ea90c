//! HL7 v2 messages as `lacteal read` prints them: the facts that intake would keep, or the summary of their texts with
//! the coded values over it.

use anyhow::Context as _;
use bytes::Bytes;
use lacteal_clinical::{PseudonymKey, ReportKey};
use lacteal_hl7::{Limits, Message};
use lacteal_intake::{Codes, Context, Identity, ReportKind, Source, SourceConfig, Verdict, interpret};
use lacteal_narrative::{Kind, Summary};
use serde_json::{Value, json};

use super::facts::{coded_over, facts, problem, said};
use super::statement::contradictions_in_words;
use super::summary;
use crate::args;
use crate::send::messages_of;

/// What is needed to interpret a message of nobody in particular.
struct Reader {
    source: Source,
    identity: Identity,
    codes: Codes,
}

/// All messages of a file as one object.
pub(crate) fn object(bytes: Vec<u8>, arguments: &args::Read) -> anyhow::Result<Value> {
    let is_utf_8 = std::str::from_utf8(&bytes).is_ok();
    let reader = Reader::new(if is_utf_8 { "UNICODE UTF-8" } else { "8859/1" })?;
    let limits = Limits { message_bytes_max: bytes.len().max(1), ..Limits::default() };
    let (mut messages, mut all) = (Vec::new(), Summary::default());
    for bytes in messages_of(Bytes::from(bytes))? {
        let parsed = Message::parse(bytes, &limits).map(|it| it.with_charset_rule(reader.source.charset));
        let message = match parsed {
            Ok(message) => message,
            Err(error) => {
                messages.push(json!({ "verdict": "refused", "problems": [problem(&error.ack_error())] }));
                continue;
            }
        };
        let verdict = reader.interpret(&message);
        let texts = lacteal_intake::report_texts(&message, &reader.codes);
        let texts = texts.iter().map(|(kind, text)| (of(*kind), text));
        if arguments.summary {
            let asked = |kind| arguments.kind.asked().unwrap_or(kind);
            let told = texts.map(|(kind, text)| lacteal_narrative::read(text, asked(kind)).summary());
            told.for_each(|told| summary::over(&mut all, told));
            coded_over(&mut all, facts(&verdict));
        } else {
            let contradictions = texts.flat_map(|(kind, text)| contradictions_in_words(text, kind));
            messages.push(said(&verdict, contradictions.collect())?);
        }
    }
    Ok(if arguments.summary { summary::json(&all) } else { json!({ "messages": messages }) })
}

impl Reader {
    fn new(charset: &str) -> anyhow::Result<Reader> {
        let config = SourceConfig {
            name: "file".to_owned(),
            charset: charset.to_owned(),
            // A number without an authority names somebody here: nothing is stored.
            authority: "unnamed".to_owned(),
            ..SourceConfig::default()
        };
        let key = PseudonymKey::from_bytes(&[0; 32]).context("the key of pseudonyms")?;
        let identity = Identity { key, authorities: Vec::new() };
        Ok(Reader { source: Source::new(&config)?, identity, codes: Codes::with_site(&[])? })
    }

    fn interpret(&self, message: &Message) -> Verdict {
        let context = Context {
            source: &self.source,
            identity: &self.identity,
            codes: &self.codes,
            report: ReportKey([0; 16]),
            tie: [0; 16],
            received: lacteal_service::clock::now(),
        };
        interpret(message, &context)
    }
}

fn of(kind: ReportKind) -> Kind {
    match kind {
        ReportKind::Pathology => Kind::Pathology,
        ReportKind::Radiology => Kind::Radiology,
        ReportKind::Clinic => Kind::Clinic,
    }
}
