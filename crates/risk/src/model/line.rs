//! The line of a file in which something stands, for the person who has to mend it.

/// The line of a byte, from 1.
pub(super) fn of_byte(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|it| *it == b'\n').count() + 1
}

/// The line of a key such as `ki67.per_point.low`, or of the table that should hold it. `None` when neither is written in
/// the plain form `[table]` and `key = value`.
pub(super) fn of_key(text: &str, path: &str) -> Option<usize> {
    let (mut table, mut found) = (String::new(), None);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let place = if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            name.trim().clone_into(&mut table);
            table.clone()
        } else {
            let Some((key, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) else { continue };
            let key = key.trim();
            if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
        };
        if place == path {
            return Some(index + 1);
        }
        if path.strip_prefix(place.as_str()).is_some_and(|rest| rest.starts_with('.')) {
            found = Some(index + 1);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_its_table_and_a_missing_one_at_its_table() {
        let text = "name = \"a\"\n\n[size.over]\nvalue = 1\n# low = 2\n[size.other]\nvalue = 2\n";
        assert_eq!(of_key(text, "name"), Some(1));
        assert_eq!(of_key(text, "size.other.value"), Some(7));
        assert_eq!(of_key(text, "size.over.low"), Some(3));
        assert_eq!(of_key(text, "margin.r1"), None);
        assert_eq!(of_byte(text, text.find("[size.other]").unwrap()), 6);
    }
}
