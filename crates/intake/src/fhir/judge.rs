//! Whether a body can be taken, and which entries of a batch: by its content alone, when it comes and whenever it is
//! read again. Pure.

use std::collections::BTreeSet;

use lacteal_fhir::{Bundle, BundleType, Error, Input, Issue, IssueType, Item, Method, Resource};

use super::pen::key_bytes;
use super::{Context, interpret, precondition};
use crate::interpret::Verdict;

/// What a body that is kept says.
pub(crate) struct Read {
    pub(crate) verdict: Verdict,
    /// Entries of a batch that say nothing, because they cannot be taken.
    pub(crate) refused: Vec<Issue>,
}

/// Reads a body that is kept, whichever way it came: all of it or nothing, and of a batch what can be taken.
///
/// # Errors
/// What is wrong, when it cannot be taken.
pub(crate) fn read_again(input: &Input, context: &Context<'_>) -> Result<Read, Vec<Issue>> {
    if let Some(issue) = misplaced(input) {
        return Err(vec![issue]);
    }
    match &input.bundle {
        Some(bundle) if bundle.kind == BundleType::Batch => {
            let (sound, refused) = sound_entries(input, bundle, context);
            interpret(input, context, Some(&sound)).map(|verdict| Read { verdict, refused })
        }
        bundle => {
            let issues = faults(input, bundle.as_ref());
            if !issues.is_empty() {
                return Err(issues);
            }
            interpret(input, context, None).map(|verdict| Read { verdict, refused: Vec::new() })
        }
    }
}

/// What a body is that brings nothing, wherever it is sent to.
pub(crate) fn misplaced(input: &Input) -> Option<Issue> {
    let other =
        |issue_type, text, expression: &str| Some(Issue::new(Error::Other { issue_type, text }, expression));
    match (&input.bundle, input.items().first().map(|item| &item.resource)) {
        (Some(bundle), _) if !bundle.kind.is_input() => {
            let text = "only bundles that bring resources are taken: transaction, batch, collection, message";
            other(IssueType::NotSupported, text, "Bundle.type")
        }
        (None, Some(Resource::Parameters(it))) if it.merge().is_none() => {
            let text = "both patients are needed: source-patient and target-patient, or their identifiers";
            other(IssueType::Required, text, "Parameters.parameter")
        }
        _ => None,
    }
}

/// What is wrong with a body that is taken whole or not at all.
pub(crate) fn faults(input: &Input, bundle: Option<&Bundle>) -> Vec<Issue> {
    let mut issues: Vec<Issue> = Vec::new();
    if input.has_errors() {
        issues.extend_from_slice(input.issues());
    }
    issues.extend(bundle.into_iter().flat_map(|it| requests(input, it)));
    issues
}

/// The entries of a batch that can be taken, and what is wrong with the others.
pub(crate) fn sound_entries(
    input: &Input,
    bundle: &Bundle,
    context: &Context<'_>,
) -> (BTreeSet<usize>, Vec<Issue>) {
    let mut refused: Vec<Issue> = requests(input, bundle);
    refused.extend(input.issues().iter().filter(|it| it.is_error()).cloned());
    let mut sound = entries_without(bundle, &refused);
    if let Err(issues) = interpret(input, context, Some(&sound)) {
        refused.extend(issues);
        sound = entries_without(bundle, &refused);
    }
    (sound, refused)
}

/// What a body is, for people.
pub(crate) fn kind(input: &Input) -> String {
    match &input.bundle {
        Some(bundle) => format!("Bundle {}", bundle.kind.as_str()),
        None => input.items().first().map_or("Resource", |item| item.resource.type_name()).to_owned(),
    }
}

/// What the sender knows a body by: the identifier of a bundle or the id of a message, or the key of a resource with
/// its version. Empty when it says neither.
pub(crate) fn name(input: &Input) -> Vec<Vec<u8>> {
    let root = input.items().first();
    if let Some(bundle) = &input.bundle {
        let bytes = |text: Option<&str>| text.unwrap_or_default().as_bytes().to_vec();
        let value = bundle.identifier.as_ref().filter(|it| it.value.is_some());
        if let Some(identifier) = value {
            let (system, value) = (identifier.system.as_deref(), identifier.value.as_deref());
            return vec![b"bundle".to_vec(), bytes(system), bytes(value)];
        }
        let id = root.and_then(|item| item.resource.id()).filter(|_| bundle.kind == BundleType::Message);
        return id.map(|id| vec![b"message".to_vec(), bytes(Some(id))]).unwrap_or_default();
    }
    let named = root.and_then(|item| Some((item.version(), input.key_of(item)?)));
    let Some((version, key)) = named else { return Vec::new() };
    let updated = version.last_updated.map(|it| it.as_date_time().as_str().to_owned());
    match (version.id, updated) {
        (None, None) => Vec::new(),
        (id, updated) => {
            let (id, updated) = (id.unwrap_or_default(), updated.unwrap_or_default());
            vec![b"resource".to_vec(), key_bytes(&key), id.into_bytes(), updated.into_bytes()]
        }
    }
}

/// What is wrong with what the entries ask for.
fn requests(input: &Input, bundle: &Bundle) -> Vec<Issue> {
    if !bundle.kind.has_requests() {
        return Vec::new();
    }
    let of_entry = bundle.entries.iter().filter_map(|entry| {
        let request = entry.request.as_ref()?;
        let item = entry.item.and_then(|it| input.items().get(it));
        let refuse = |path: &str, issue_type, text| {
            let expression = entry.place.expression_of(path);
            Some(Issue::new(Error::Other { issue_type, text }, expression))
        };
        match request.method {
            Method::Post | Method::Put => {}
            _ => {
                let text = "only POST and PUT are taken; withdraw by the status entered-in-error";
                return refuse("request.method", IssueType::NotSupported, text);
            }
        }
        if let Some((path, error)) = precondition::entry_fault(request, item) {
            return Some(Issue::new(error, entry.place.expression_of(path)));
        }
        let kind = item.map_or("", |item| item.resource.type_name());
        let url = request.url.trim_start_matches('/');
        let (named, id) = match url.split_once('?') {
            Some((named, _)) => (named, None),
            None => url.split_once('/').map_or((url, None), |(named, id)| (named, Some(id))),
        };
        if named != kind && !kind.is_empty() {
            let text = "the resource is of another type than the request says";
            return refuse("request.url", IssueType::Invalid, text);
        }
        let own = item.and_then(|item: &Item| item.resource.id());
        if request.method == Method::Put && id.is_some() && own != id {
            return refuse("request.url", IssueType::Invalid, "the resource must have the id of the request");
        }
        None
    });
    of_entry.collect()
}

/// The entries that no issue is about.
fn entries_without(bundle: &Bundle, issues: &[Issue]) -> BTreeSet<usize> {
    let bad: BTreeSet<usize> = issues.iter().filter_map(|issue| entry_of(&issue.expression)).collect();
    (0..bundle.entries.len()).filter(|at| !bad.contains(at)).collect()
}

/// The entry that an expression leads into.
pub(crate) fn entry_of(expression: &str) -> Option<usize> {
    let (number, _) = expression.strip_prefix("Bundle.entry[")?.split_once(']')?;
    number.parse().ok()
}
