//! Text of variables and flags, read as the type of the default that it replaces.

use toml::Value;

/// Reads `text` as the type of `like`; below an open key without a default as a TOML value or as itself.
/// The error says what was expected.
pub(super) fn parse(text: &str, like: Option<&Value>, is_open: bool) -> Result<Value, &'static str> {
    let Some(like) = like else {
        return Ok(toml_value(text).unwrap_or_else(|| Value::String(text.to_owned())));
    };
    let trimmed = text.trim();
    let parsed = match like {
        Value::String(_) => Some(Value::String(text.to_owned())),
        Value::Integer(_) => trimmed.parse().ok().map(Value::Integer),
        Value::Float(_) => trimmed.parse().ok().map(Value::Float),
        Value::Boolean(_) => trimmed.parse().ok().map(Value::Boolean),
        Value::Datetime(_) => trimmed.parse().ok().map(Value::Datetime),
        Value::Array(_) if trimmed.starts_with('[') => toml_value(trimmed).filter(Value::is_array),
        Value::Array(items) => list(trimmed, items.first()),
        Value::Table(_) if is_open => toml_value(trimmed).filter(Value::is_table),
        Value::Table(_) => None,
    };
    parsed.ok_or_else(|| kind(like))
}

/// Empty text is the empty list.
fn list(text: &str, like: Option<&Value>) -> Option<Value> {
    let like = like.cloned().unwrap_or_else(|| Value::String(String::new()));
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(|item| parse(item, Some(&like), false).ok()).collect::<Option<Vec<_>>>().map(Value::Array)
}

fn toml_value(text: &str) -> Option<Value> {
    text.parse().ok()
}

/// What a value is called in messages.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date or time",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_the_type_of_the_default() {
        let check = |text: &str, like: &str, expected: Result<&str, &'static str>| {
            let like: Value = like.parse().unwrap();
            let expected = expected.map(|toml| toml.parse::<Value>().unwrap());
            assert_eq!(parse(text, Some(&like), false), expected, "{text:?} as {like}");
        };
        check("5", "'a'", Ok("'5'"));
        check(" kept ", "'a'", Ok("' kept '"));
        check("", "'a'", Ok("''"));
        check(" 5 ", "1", Ok("5"));
        check("-5", "1", Ok("-5"));
        check("5.5", "1", Err("a whole number"));
        check("", "1", Err("a whole number"));
        check("0.05", "1.0", Ok("0.05"));
        check("5", "1.0", Ok("5.0"));
        check("true", "false", Ok("true"));
        check("yes", "false", Err("true or false"));
        check("a, b", "[]", Ok("['a', 'b']"));
        check("1,2", "[0]", Ok("[1, 2]"));
        check("1,b", "[0]", Err("a list"));
        check("", "['a']", Ok("[]"));
        check("['a,b']", "[]", Ok("['a,b']"));
        check("['a", "[]", Err("a list"));
        check("x", "{ a = 1 }", Err("a table"));
    }

    #[test]
    fn below_an_open_key_text_is_a_toml_value_or_itself() {
        let check = |text: &str, expected: &str| {
            assert_eq!(parse(text, None, true), Ok(expected.parse::<Value>().unwrap()), "{text:?}");
        };
        check("5", "5");
        check("\"5\"", "'5'");
        check("ki67", "'ki67'");
        check("1985-1", "'1985-1'");
        check("[{ name = 'a' }]", "[{ name = 'a' }]");
        check("", "''");
    }
}
