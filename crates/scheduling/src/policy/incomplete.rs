//! What is said of a policy file that is empty or ends too early: what is missing, and what to start from.

use super::Policy;

/// The table that a file may leave out.
const OPTIONAL: &str = "contrast";
const START: &str = "start from what lacteal policy show default --text prints";

/// What a file lacks, and what to do; `None` when it is refused for something else.
pub(super) fn file(text: &str, error: &toml::de::Error) -> Option<String> {
    let is_at_end = error.span().is_some_and(|it| it.end >= text.trim_end().len());
    let why = || error.message().replace('\n', ", ");
    let Ok(written) = text.parse::<toml::Table>() else {
        return is_at_end.then(|| format!("{}: the file ends here, as if it were cut off; {START}", why()));
    };
    if !error.message().starts_with("missing field") {
        return None;
    }
    let whole: toml::Table = Policy::built_in_text("default")?.parse().ok()?;
    let missing: Vec<&str> =
        whole.keys().filter(|it| !written.contains_key(*it) && *it != OPTIONAL).map(String::as_str).collect();
    match (written.is_empty(), missing.is_empty()) {
        (true, _) => Some(format!("the file is empty: it needs {}; {START}", missing.join(", "))),
        (false, false) => Some(format!("the file lacks {}; {START}", missing.join(", "))),
        (false, true) => is_at_end.then(|| format!("{}; {START}", why())),
    }
}
