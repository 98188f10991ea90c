//! Bytes to JSON, strictly (RFC 8259) and within limits.
//!
//! Own code because three things are wanted at once that the usual reader gives only one at a time: numbers as
//! text, names that occur twice refused, and the byte span of each object. A test compares it with the usual
//! reader on arbitrary input. It allows one byte order mark in front, as RFC 8259 section 8.1 lets it.

use std::ops::Range;

use crate::error::SyntaxFault;
use crate::json::{Decimal, Json, Object};
use crate::limits::DEPTH_CEILING;
use crate::path::Step;
use crate::{Error, Limits};

/// Objects with more members than this are checked for repeated names by sorting instead of by looking.
const MEMBERS_SEARCHED_MAX: usize = 24;

/// An error and the way from the outermost value to it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// Innermost step first.
    pub(crate) steps: Vec<Step>,
    /// What the outermost object had said of its type before the failure.
    pub(crate) resource_type: Option<String>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, steps: Vec::new(), resource_type: None }
    }
}

impl Failure {
    fn under(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

/// The body as text, when it is not too long and is UTF-8.
pub(crate) fn text_of<'a>(body: &'a [u8], limits: &Limits) -> Result<&'a str, Failure> {
    if body.len() > limits.body_bytes_max {
        return Err(Error::BodyTooLong { bytes: body.len(), bytes_max: limits.body_bytes_max }.into());
    }
    std::str::from_utf8(body).map_err(|fault| Error::NotUtf8 { offset: fault.valid_up_to() }.into())
}

/// Reads one value that fills the whole text.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Json, Failure> {
    let mut parser = Parser::new(text, limits)?;
    let value = parser.value(1)?;
    parser.end()?;
    Ok(value)
}

/// Reads once more the value that begins at this byte of a text that was read before.
pub(crate) fn parse_again(text: &str, start: usize, limits: &Limits) -> Option<Json> {
    let mut parser = Parser::new(text, limits).ok()?;
    parser.at = start;
    parser.value(1).ok()
}

/// The span of the value that the steps lead to, outermost step first.
pub(crate) fn locate(body: &[u8], steps: &[Step], limits: &Limits) -> Option<Range<usize>> {
    let mut parser = Parser::new(text_of(body, limits).ok()?, limits).ok()?;
    for (depth, step) in steps.iter().enumerate() {
        match step {
            Step::Member(wanted) => parser.enter_member(wanted, depth + 1)?,
            Step::Index(index) => parser.enter_index(*index, depth + 1)?,
        }
    }
    parser.blank();
    let start = parser.at;
    parser.value(steps.len() + 1).ok()?;
    Some(start..parser.at)
}

/// Length of the JSON number in front; `None` when there is none.
pub(crate) fn number_len(bytes: &[u8]) -> Option<usize> {
    let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    at += match (bytes.get(at)?, digits(at)) {
        (_, 0) => return None,
        // A leading zero stands alone; a digit behind it is then found where none may be.
        (b'0', 1) => 1,
        (b'0', _) => return None,
        (_, count) => count,
    };
    if bytes.get(at) == Some(&b'.') {
        at += 1 + Some(digits(at + 1)).filter(|it| *it > 0)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at += Some(digits(at)).filter(|it| *it > 0)?;
    }
    Some(at)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    values: usize,
    limits: &'a Limits,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, limits: &'a Limits) -> Result<Self, Failure> {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut parser = Self { text, bytes: text.as_bytes(), at, values: 0, limits };
        parser.blank();
        if parser.at == text.len() { Err(parser.fault(SyntaxFault::Nothing)) } else { Ok(parser) }
    }

    fn end(&mut self) -> Result<(), Failure> {
        self.blank();
        if self.at == self.bytes.len() { Ok(()) } else { Err(self.fault(SyntaxFault::Trailing)) }
    }

    fn fault(&self, fault: SyntaxFault) -> Failure {
        let fault = if self.at >= self.bytes.len() && fault != SyntaxFault::Nothing {
            SyntaxFault::End
        } else {
            fault
        };
        Error::Syntax { offset: self.at, fault }.into()
    }

    fn over(&self, what: &'static str, limit: usize) -> Failure {
        Error::OverLimit { what, offset: self.at, limit }.into()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn value(&mut self, depth: usize) -> Result<Json, Failure> {
        self.blank();
        self.values += 1;
        if self.values > self.limits.values_max {
            return Err(self.over("number of values", self.limits.values_max));
        }
        match self.peek() {
            Some(b'{') => self.object(depth).map(Json::Object),
            Some(b'[') => self.array(depth).map(Json::Array),
            Some(b'"') => self.string().map(Json::String),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.fault(SyntaxFault::Value)),
        }
    }

    fn open(&mut self, depth: usize) -> Result<(), Failure> {
        let limit = self.limits.depth_max.min(DEPTH_CEILING);
        if depth > limit {
            return Err(self.over("depth of nesting", limit));
        }
        self.at += 1;
        self.blank();
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<Object, Failure> {
        let start = self.at;
        self.open(depth)?;
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut offsets = Vec::new();
        if !self.eat(b'}') {
            loop {
                self.blank();
                let offset = self.at;
                let name = match self.name() {
                    Ok(name) => name,
                    Err(failure) => return Err(with_type(failure, &members, depth)),
                };
                if members.len() < MEMBERS_SEARCHED_MAX && members.iter().any(|(it, _)| *it == name) {
                    let failure = Failure::from(Error::DuplicateKey { offset }).under(Step::Member(name));
                    return Err(with_type(failure, &members, depth));
                }
                let value = match self.value(depth + 1) {
                    Ok(value) => value,
                    Err(failure) => {
                        return Err(with_type(failure.under(Step::Member(name)), &members, depth));
                    }
                };
                members.push((name, value));
                offsets.push(offset);
                self.blank();
                if self.eat(b'}') {
                    break;
                }
                if !self.eat(b',') {
                    return Err(with_type(self.fault(SyntaxFault::Comma), &members, depth));
                }
            }
        }
        if members.len() > MEMBERS_SEARCHED_MAX
            && let Some(index) = repeated(&members)
        {
            let offset = offsets.get(index).copied().unwrap_or(start);
            let name = members.get(index).map(|(name, _)| name.clone()).unwrap_or_default();
            let failure = Failure::from(Error::DuplicateKey { offset }).under(Step::Member(name));
            return Err(with_type(failure, &members, depth));
        }
        Ok(Object { members, span: start..self.at })
    }

    fn name(&mut self) -> Result<String, Failure> {
        if self.peek() != Some(b'"') {
            return Err(self.fault(SyntaxFault::Name));
        }
        let name = self.string()?;
        self.blank();
        if self.eat(b':') { Ok(name) } else { Err(self.fault(SyntaxFault::Colon)) }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Json>, Failure> {
        self.open(depth)?;
        let mut items = Vec::new();
        if self.eat(b']') {
            return Ok(items);
        }
        loop {
            let index = items.len();
            items.push(self.value(depth + 1).map_err(|failure| failure.under(Step::Index(index)))?);
            self.blank();
            if self.eat(b']') {
                return Ok(items);
            }
            if !self.eat(b',') {
                return Err(self.fault(SyntaxFault::Comma));
            }
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Failure> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return Err(self.fault(SyntaxFault::Value));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Json, Failure> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(len) = number_len(rest) else { return Err(self.fault(SyntaxFault::Number)) };
        if len > self.limits.number_bytes_max {
            return Err(self.over("length of a number", self.limits.number_bytes_max));
        }
        let text = self.text.get(self.at..self.at + len).unwrap_or_default();
        self.at += len;
        Ok(Json::Number(Decimal::from_checked(text)))
    }

    fn string(&mut self) -> Result<String, Failure> {
        let start = self.at;
        self.at += 1;
        let mut out = String::new();
        loop {
            let from = self.at;
            let rest = self.bytes.get(from..).unwrap_or_default();
            let plain = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len());
            self.at += plain;
            if out.len() + plain > self.limits.string_bytes_max {
                self.at = start;
                return Err(self.over("length of a string", self.limits.string_bytes_max));
            }
            // Both ends lie beside ASCII bytes, so they are character boundaries.
            out.push_str(self.text.get(from..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return Err(self.fault(SyntaxFault::Control)),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Failure> {
        self.at += 1;
        let byte = self.peek();
        let c = match byte {
            Some(b @ (b'"' | b'\\' | b'/')) => char::from(b),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.fault(SyntaxFault::Escape)),
        };
        self.at += 1;
        Ok(c)
    }

    fn unicode(&mut self) -> Result<char, Failure> {
        let high = self.hex()?;
        let code = if (0xd800..0xdc00).contains(&high) {
            if !self.eat(b'\\') || self.peek() != Some(b'u') {
                return Err(self.fault(SyntaxFault::Escape));
            }
            let low = self.hex()?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err(self.fault(SyntaxFault::Escape));
            }
            0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
        } else {
            high
        };
        char::from_u32(code).ok_or_else(|| self.fault(SyntaxFault::Escape))
    }

    /// Four hexadecimal digits behind the `u` that is next.
    fn hex(&mut self) -> Result<u32, Failure> {
        self.at += 1;
        let digits =
            self.text.get(self.at..self.at + 4).filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(code) = digits.and_then(|it| u32::from_str_radix(it, 16).ok()) else {
            return Err(self.fault(SyntaxFault::Escape));
        };
        self.at += 4;
        Ok(code)
    }

    fn enter_member(&mut self, wanted: &str, depth: usize) -> Option<()> {
        self.blank();
        if self.peek() != Some(b'{') {
            return None;
        }
        self.open(depth).ok()?;
        loop {
            self.blank();
            if self.name().ok()? == wanted {
                return Some(());
            }
            self.value(depth + 1).ok()?;
            self.blank();
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn enter_index(&mut self, index: usize, depth: usize) -> Option<()> {
        self.blank();
        if self.peek() != Some(b'[') {
            return None;
        }
        self.open(depth).ok()?;
        for _ in 0..index {
            self.value(depth + 1).ok()?;
            self.blank();
            if !self.eat(b',') {
                return None;
            }
        }
        Some(())
    }
}

/// Notes the type of the outermost resource, so that the expression can begin with it.
fn with_type(mut failure: Failure, members: &[(String, Json)], depth: usize) -> Failure {
    if depth == 1 {
        failure.resource_type = members
            .iter()
            .find(|(name, _)| name == "resourceType")
            .and_then(|(_, it)| it.as_str())
            .map(Into::into);
    }
    failure
}

/// The position of a member whose name an earlier one has.
fn repeated(members: &[(String, Json)]) -> Option<usize> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    let name = |index: &usize| members.get(*index).map(|(name, _)| name.as_str());
    order.sort_by_key(|index| (name(index), *index));
    order
        .windows(2)
        .filter_map(|it| match it {
            [a, b] if name(a) == name(b) => Some(*b),
            _ => None,
        })
        .min()
}
