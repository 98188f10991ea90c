//! The one error of this crate, and the issue that says where it was found.
//!
//! Neither holds anything of the body: only what was expected, positions, counts and names that the standard
//! gives. So an issue may be logged, counted and sent back as an OperationOutcome.

use std::fmt;

/// What is wrong with a body, or with one element of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The body is longer than [`Limits::body_bytes_max`](crate::Limits::body_bytes_max).
    #[error("body has {bytes} bytes, more than the {bytes_max} allowed")]
    BodyTooLong {
        /// Bytes of the body.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// The body is not UTF-8, the only encoding of FHIR JSON.
    #[error("body is not UTF-8 at byte {offset}")]
    NotUtf8 {
        /// First byte that does not fit.
        offset: usize,
    },
    /// The body is not JSON (RFC 8259).
    #[error("body is not JSON: {fault} at byte {offset}")]
    Syntax {
        /// Where reading stopped.
        offset: usize,
        /// What does not fit there.
        fault: SyntaxFault,
    },
    /// Two members of one object have the same name; readers would disagree about which one counts.
    #[error("object has two members of the same name, the second at byte {offset}")]
    DuplicateKey {
        /// Where the second name begins.
        offset: usize,
    },
    /// There is more of something than [`Limits`](crate::Limits) allows.
    #[error("{what} at byte {offset} is over the limit of {limit}")]
    OverLimit {
        /// What there is too much of, with its unit.
        what: &'static str,
        /// Where the limit was reached.
        offset: usize,
        /// The limit.
        limit: usize,
    },
    /// A Bundle has more entries than [`Limits::entries_max`](crate::Limits::entries_max).
    #[error("bundle has {count} entries, more than the {count_max} allowed; send several bundles")]
    TooManyEntries {
        /// Entries of the bundle.
        count: usize,
        /// The limit.
        count_max: usize,
    },
    /// The body or an entry is no resource: `resourceType` is absent or no string.
    #[error("no resourceType; a FHIR resource is a JSON object that names its type")]
    NoResourceType,
    /// `resourceType` names no resource of R4.
    #[error("resourceType names no resource of FHIR R4 (4.0.1)")]
    UnknownResourceType,
    /// An element has another JSON type than the standard gives it.
    #[error("element must be {expected}")]
    WrongKind {
        /// What the standard asks for.
        expected: &'static str,
    },
    /// An element is null, an empty string or an empty array, which FHIR JSON does not allow; it is read as absent.
    #[error("element is empty and was read as absent; leave out what has no value")]
    Empty,
    /// A required element is absent or empty.
    #[error("required element is absent")]
    Missing,
    /// A code is none of its required value set.
    #[error("code is not in the value set {value_set}, which is required here")]
    UnknownCode {
        /// Name of the value set.
        value_set: &'static str,
    },
    /// A text is no value of its primitive type.
    #[error("text is not a valid {expected}")]
    Value {
        /// The FHIR primitive type.
        expected: &'static str,
    },
    /// A date with a time does not say its zone; the standard requires it.
    #[error("time has no zone; add Z or an offset such as +01:00")]
    NoZone,
    /// A date lies outside the years in which people live; it is read as unknown.
    #[error("date is outside 1850 to 2200 and was read as unknown")]
    DateOutOfRange,
    /// An instant is not given to the second.
    #[error("instant is not given to the second with its zone")]
    NotAnInstant,
    /// Two types of one choice element (`value[x]`) are there at once.
    #[error("two values of one choice element; only one type may be given")]
    TwoChoices,
    /// A modifier extension, which may turn the meaning of its element round, is not understood here.
    #[error(
        "modifier extension is not understood; without understanding it the element cannot be read safely"
    )]
    UnknownModifier,
    /// `implicitRules` points to rules that are not understood here.
    #[error("implicitRules is not understood; without it the resource cannot be read safely")]
    ImplicitRules,
    /// Two entries of a bundle have the same fullUrl and version (bdl-7).
    #[error("another entry has the same fullUrl and version")]
    DuplicateFullUrl,
    /// Two entries of a transaction would change the same resource.
    #[error("another entry of the transaction has the same identity; a transaction changes a resource once")]
    DuplicateIdentity,
    /// The first entry of a message is not a MessageHeader.
    #[error("first entry of a message must be a MessageHeader")]
    NoMessageHeader,
    /// A base64 text cannot be decoded.
    #[error("data is not valid base64")]
    Base64,
    /// The bytes of an attachment are not in the charset that its content type names.
    #[error("data is not text in the charset of its content type")]
    Undecodable,
    /// The content type of an attachment names a charset that is not known here.
    #[error("content type names an unknown charset")]
    UnknownCharset,
    /// There are more issues than [`Limits::issues_max`](crate::Limits::issues_max).
    #[error("{count} more issues are not listed")]
    MoreIssues {
        /// How many were left out.
        count: usize,
    },
    /// What the caller found wrong, in fixed words.
    #[error("{text}")]
    Other {
        /// Code for the outcome.
        issue_type: IssueType,
        /// Fixed words, never content of the body.
        text: &'static str,
    },
}

/// How the bytes leave the grammar of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SyntaxFault {
    /// Nothing but white space.
    #[error("nothing there")]
    Nothing,
    /// The end came inside a value.
    #[error("unexpected end")]
    End,
    /// No value can begin so.
    #[error("no value begins so")]
    Value,
    /// A member needs a name in quotation marks.
    #[error("member name expected")]
    Name,
    /// A colon is missing after a name.
    #[error("colon expected")]
    Colon,
    /// Neither a comma nor the closing bracket.
    #[error("comma or closing bracket expected")]
    Comma,
    /// A number breaks the grammar of numbers.
    #[error("number malformed")]
    Number,
    /// A line end or other control character stands in a string unescaped.
    #[error("unescaped control character in a string")]
    Control,
    /// An unknown or unfinished escape, or half of a surrogate pair.
    #[error("escape malformed")]
    Escape,
    /// Something follows the one value.
    #[error("something follows the value")]
    Trailing,
}

impl Error {
    /// The code of an OperationOutcome for it.
    pub const fn issue_type(&self) -> IssueType {
        match self {
            Self::BodyTooLong { .. } => IssueType::TooLong,
            Self::OverLimit { .. } | Self::TooManyEntries { .. } => IssueType::TooCostly,
            Self::NotUtf8 { .. }
            | Self::Syntax { .. }
            | Self::DuplicateKey { .. }
            | Self::NoResourceType
            | Self::WrongKind { .. }
            | Self::Empty
            | Self::TwoChoices => IssueType::Structure,
            Self::UnknownResourceType | Self::ImplicitRules | Self::UnknownCharset => IssueType::NotSupported,
            Self::Missing => IssueType::Required,
            Self::UnknownCode { .. } => IssueType::CodeInvalid,
            Self::Value { .. }
            | Self::NoZone
            | Self::DateOutOfRange
            | Self::NotAnInstant
            | Self::Base64
            | Self::Undecodable => IssueType::Value,
            Self::UnknownModifier => IssueType::Extension,
            Self::DuplicateFullUrl | Self::NoMessageHeader => IssueType::Invariant,
            Self::DuplicateIdentity => IssueType::Duplicate,
            Self::MoreIssues { .. } => IssueType::Informational,
            Self::Other { issue_type, .. } => *issue_type,
        }
    }

    /// Whether what was read may be used all the same.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Empty | Self::NoZone | Self::DateOutOfRange | Self::NotAnInstant => Severity::Warning,
            Self::MoreIssues { .. } => Severity::Information,
            Self::BodyTooLong { .. }
            | Self::NotUtf8 { .. }
            | Self::Syntax { .. }
            | Self::DuplicateKey { .. }
            | Self::OverLimit { .. }
            | Self::TooManyEntries { .. }
            | Self::NoResourceType => Severity::Fatal,
            _ => Severity::Error,
        }
    }
}

/// OperationOutcome.issue.severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing, nothing wrong.
    Information,
    /// Wrong, but read all the same.
    Warning,
    /// The element or resource could not be read.
    Error,
    /// Nothing could be read.
    Fatal,
}

impl Severity {
    /// The code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}

/// OperationOutcome.issue.code, the codes of the R4 code system issue-type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the codes of the standard, defined there")]
pub enum IssueType {
    Invalid,
    Structure,
    Required,
    Value,
    Invariant,
    Security,
    Login,
    Unknown,
    Expired,
    Forbidden,
    Suppressed,
    Processing,
    NotSupported,
    Duplicate,
    MultipleMatches,
    NotFound,
    Deleted,
    TooLong,
    CodeInvalid,
    Extension,
    TooCostly,
    BusinessRule,
    Conflict,
    Transient,
    LockError,
    NoStore,
    Exception,
    Timeout,
    Incomplete,
    Throttled,
    Informational,
}

impl IssueType {
    /// The code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Structure => "structure",
            Self::Required => "required",
            Self::Value => "value",
            Self::Invariant => "invariant",
            Self::Security => "security",
            Self::Login => "login",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Forbidden => "forbidden",
            Self::Suppressed => "suppressed",
            Self::Processing => "processing",
            Self::NotSupported => "not-supported",
            Self::Duplicate => "duplicate",
            Self::MultipleMatches => "multiple-matches",
            Self::NotFound => "not-found",
            Self::Deleted => "deleted",
            Self::TooLong => "too-long",
            Self::CodeInvalid => "code-invalid",
            Self::Extension => "extension",
            Self::TooCostly => "too-costly",
            Self::BusinessRule => "business-rule",
            Self::Conflict => "conflict",
            Self::Transient => "transient",
            Self::LockError => "lock-error",
            Self::NoStore => "no-store",
            Self::Exception => "exception",
            Self::Timeout => "timeout",
            Self::Incomplete => "incomplete",
            Self::Throttled => "throttled",
            Self::Informational => "informational",
        }
    }
}

/// An error and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// How bad it is.
    pub severity: Severity,
    /// Path of the element as the JSON names it (`Bundle.entry[3].resource.valueQuantity.value`). It names only
    /// elements of the standard: below an unknown member it ends at the last known one.
    pub expression: String,
    /// What is wrong.
    pub error: Error,
}

impl Issue {
    /// An issue with the severity that the error has by itself.
    pub fn new(error: Error, expression: impl Into<String>) -> Self {
        Self { severity: error.severity(), expression: expression.into(), error }
    }

    /// Whether the element could not be used.
    pub fn is_error(&self) -> bool {
        self.severity >= Severity::Error
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.expression, self.error)
    }
}

impl std::error::Error for Issue {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}
