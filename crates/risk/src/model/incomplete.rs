//! What is said of a model file that is empty or ends too early: what is missing, and what to start from.

use super::{Model, reason};

const START: &str = "start from what lacteal model show reference --text prints";

/// Why a file is not TOML.
pub(super) fn syntax(text: &str, error: &toml::de::Error) -> String {
    let end = if is_at_end(text, error) {
        format!(": the file ends here, as if it were cut off; {START}")
    } else {
        String::new()
    };
    format!("{}{end}", reason(error))
}

/// Whether the file was read to its end before it was refused.
fn is_at_end(text: &str, error: &toml::de::Error) -> bool {
    error.span().is_some_and(|it| it.end >= text.trim_end().len())
}

/// The keys that a file lacks; `None` when it is refused for something else.
pub(super) fn keys(text: &str, error: &toml::de::Error) -> Option<String> {
    if !error.message().starts_with("missing field") {
        return None;
    }
    let written: toml::Table = text.parse().ok()?;
    let whole: toml::Table = Model::built_in_text("reference").ok()?.parse().ok()?;
    let missing: Vec<&str> =
        whole.keys().filter(|it| !written.contains_key(*it)).map(String::as_str).collect();
    match (written.is_empty(), missing.is_empty()) {
        (true, _) => Some(format!("the file is empty: it needs {}; {START}", missing.join(", "))),
        (false, false) => Some(format!("the file lacks {}; {START}", missing.join(", "))),
        (false, true) => is_at_end(text, error).then(|| format!("{}; {START}", reason(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_or_cut_off_file_is_told_what_it_lacks_and_what_to_start_from() {
        let whole = Model::built_in_text("reference").unwrap();
        let refused = |text: &str| Model::parse(text).unwrap_err().to_string();
        for text in ["", "\n# nothing\n"] {
            let it = refused(text);
            assert!(it.contains("is empty: it needs") && it.contains("hazard") && it.contains(START), "{it}");
        }
        for part in 1..20 {
            let mut end = whole.len() * part / 20;
            while !whole.is_char_boundary(end) {
                end += 1;
            }
            let it = refused(&whole[..end]);
            assert!(it.contains(START), "{part}/20: {it}");
        }
        let lacking = whole.split("\n[band").next().unwrap();
        assert!(refused(lacking).contains("lacks band"), "{}", refused(lacking));
    }
}
