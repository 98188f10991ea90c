//! DiagnosticReport and its attachments (R4 diagnosticreport.html): the text of pathology and radiology.

use std::borrow::Cow;

use data_encoding::{BASE64, BASE64_NOPAD};
use encoding_rs::Encoding;

use crate::Error;
use crate::code::ReportStatus;
use crate::datatypes::{CodeableConcept, Identifier, Reference, Timing};
use crate::element::element;
use crate::time::{DateTime, Instant};

element! {
    /// DiagnosticReport.
    resource DiagnosticReport {
        /// Business identifiers.
        identifier: many Identifier = "identifier",
        /// The order it answers.
        based_on: many Reference = "basedOn",
        /// How final it is.
        status: must ReportStatus = "status",
        /// Pathology, radiology and so on (v2 table 0074).
        category: many CodeableConcept = "category",
        /// Which report.
        code: must CodeableConcept = "code",
        /// About whom.
        subject: one Reference = "subject",
        /// During which encounter.
        encounter: one Reference = "encounter",
        /// Time of the specimen or of the study.
        effective: choice Timing = "effective",
        /// When this version was made available.
        issued: one Instant = "issued",
        /// The department.
        performer: many Reference = "performer",
        /// Who signed it.
        results_interpreter: many Reference = "resultsInterpreter",
        /// The specimens.
        specimen: many Reference = "specimen",
        /// The observations.
        result: many Reference = "result",
        /// The imaging studies.
        imaging_study: many Reference = "imagingStudy",
        /// The conclusion in words.
        conclusion: one String = "conclusion",
        /// The conclusion in codes.
        conclusion_code: many CodeableConcept = "conclusionCode",
        /// The whole report as it was issued.
        presented_form: many Attachment = "presentedForm",
    }
}

element! {
    /// Attachment: bytes with a content type, in the body or elsewhere.
    Attachment {
        /// Media type, with the charset of text.
        content_type: one String = "contentType",
        /// Language of the text.
        language: one String = "language",
        /// The bytes in base64.
        data: one String = "data",
        /// Where the bytes are; nothing here fetches them.
        url: one String = "url",
        /// How many bytes there are.
        size: one i64 = "size",
        /// SHA-1 of the bytes, in base64.
        hash: one String = "hash",
        /// A title.
        title: one String = "title",
        /// When it was made.
        creation: one DateTime = "creation",
    }
}

impl Attachment {
    /// The media type in lower case without parameters, such as `text/plain`.
    pub fn media_type(&self) -> Option<String> {
        let essence = self.content_type.as_deref()?.split(';').next()?.trim();
        Some(essence.to_ascii_lowercase())
    }

    /// The bytes; `None` when the body has none. White space in the base64 text is allowed, missing padding too.
    pub fn bytes(&self) -> Result<Option<Vec<u8>>, Error> {
        let Some(data) = self.data.as_deref() else { return Ok(None) };
        let text: Cow<'_, [u8]> = if data.bytes().any(|b| b.is_ascii_whitespace()) {
            data.bytes().filter(|b| !b.is_ascii_whitespace()).collect::<Vec<_>>().into()
        } else {
            data.as_bytes().into()
        };
        let decoded =
            if text.len().is_multiple_of(4) { BASE64.decode(&text) } else { BASE64_NOPAD.decode(&text) };
        decoded.map(Some).map_err(|_| Error::Base64)
    }

    /// The text of an attachment of media type `text/…`, decoded by the charset that its content type names, UTF-8
    /// when it names none; `None` for other media types and when the body has no bytes. A byte that the charset does
    /// not have is an error.
    pub fn text(&self) -> Result<Option<String>, Error> {
        if !self.media_type().is_some_and(|it| it.starts_with("text/")) {
            return Ok(None);
        }
        let Some(bytes) = self.bytes()? else { return Ok(None) };
        let encoding = match self.charset() {
            None => encoding_rs::UTF_8,
            Some(label) => Encoding::for_label(label.as_bytes()).ok_or(Error::UnknownCharset)?,
        };
        let (text, _, malformed) = encoding.decode(&bytes);
        if malformed { Err(Error::Undecodable) } else { Ok(Some(text.into_owned())) }
    }

    fn charset(&self) -> Option<&str> {
        let parameters = self.content_type.as_deref()?.split(';').skip(1);
        let mut pairs = parameters.filter_map(|it| it.split_once('='));
        let (_, label) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
        Some(label.trim().trim_matches('"'))
    }
}
