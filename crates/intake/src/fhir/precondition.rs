//! Conditions of requests (R4 http.html: conditional create and update, version aware update). Pure.
//!
//! Facts are kept here and no resources, so that nothing can be searched and versions cannot be compared. What can be
//! honoured all the same is the condition that a resource is not there yet under an identifier that it bears itself: by
//! that it is known, never kept twice, and its facts give way to all others about it (see the pen). All other conditions
//! are refused: to pass them over could overwrite what the sender wanted to spare.

use lacteal_fhir::{EntryRequest, Error, IssueType, Item, Method};

const VERSIONS: &str = "versions cannot be compared here, so this condition cannot be met: leave it out; the version with \
                        the latest meta.lastUpdated stands";
const SEARCH: &str = "this condition cannot be met: only identifier=system|value is taken, of an identifier that the \
                      resource bears itself";
const METHOD: &str = "this condition does not go with this method";

/// Headers that make a request conditional, by their names in lower case, and the method that they go with.
pub(crate) const HEADERS: [(&str, &str); 5] = [
    ("if-none-exist", "POST"),
    ("if-match", "PUT"),
    ("if-none-match", "PUT"),
    ("if-unmodified-since", "PUT"),
    ("if-modified-since", ""),
];

/// What is wrong with a header that makes a request conditional: only a condition within a bundle is kept with it.
pub(crate) fn header_fault(name: &str, wanted: &str, method: &str) -> Error {
    if wanted != method {
        return invalid(METHOD);
    }
    match name {
        "if-none-exist" => failed(
            "this condition cannot be met in a header: leave it out, for a resource is known by its identifiers, or send \
             it in a transaction with request.ifNoneExist",
        ),
        _ => failed(VERSIONS),
    }
}

/// What is wrong with the conditions of an entry, and where.
pub(crate) fn entry_fault(request: &EntryRequest, item: Option<&Item>) -> Option<(&'static str, Error)> {
    let is_put = request.method == Method::Put;
    if request.if_modified_since.is_some() {
        return Some(("request.ifModifiedSince", invalid(METHOD)));
    }
    for (path, value) in
        [("request.ifMatch", &request.if_match), ("request.ifNoneMatch", &request.if_none_match)]
    {
        if value.is_some() {
            return Some((path, if is_put { failed(VERSIONS) } else { invalid(METHOD) }));
        }
    }
    let own = |search: &str| item.is_some_and(|item| names(item, search));
    match (&request.if_none_exist, request.url.split_once('?')) {
        (Some(_), _) if is_put => Some(("request.ifNoneExist", invalid(METHOD))),
        (_, Some(_)) if !is_put => Some(("request.url", invalid(METHOD))),
        (Some(search), _) if !own(search) => Some(("request.ifNoneExist", failed(SEARCH))),
        (_, Some((_, search))) if !own(search) => Some(("request.url", failed(SEARCH))),
        _ => None,
    }
}

/// Whether an issue says that a condition is not met, which HTTP has a status of its own for.
pub(crate) fn is_failed(error: &Error) -> bool {
    error.issue_type() == IssueType::Conflict
}

fn failed(text: &'static str) -> Error {
    Error::Other { issue_type: IssueType::Conflict, text }
}

fn invalid(text: &'static str) -> Error {
    Error::Other { issue_type: IssueType::Invalid, text }
}

/// Whether a search is for one identifier, which the resource bears.
fn names(item: &Item, search: &str) -> bool {
    let search = search.split_once('?').map_or(search, |(_, search)| search);
    let Some(token) = search.strip_prefix("identifier=").filter(|it| !it.contains('&')) else { return false };
    let Some(token) = decoded(token) else { return false };
    // A list asks for several, and a value without a system for those of any.
    let Some((system, value)) = token.split_once('|').filter(|_| !token.contains(',')) else { return false };
    let is = |it: &lacteal_fhir::Identifier| {
        it.system.as_deref().unwrap_or_default() == system && it.value.as_deref() == Some(value)
    };
    !value.is_empty() && item.resource.identifiers().iter().any(is)
}

/// Text of a query in place of its percent escapes.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_a_query_are_taken_out_and_broken_ones_refused() {
        assert_eq!(decoded("urn%3Aoid%3a1%7C47+11").as_deref(), Some("urn:oid:1|47 11"));
        assert_eq!(decoded("100%"), None);
        assert_eq!(decoded("%zz"), None);
        assert_eq!(decoded("%ff"), None);
    }
}
