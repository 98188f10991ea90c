//! Settings that may be absent: `""` in the configuration, `None` in the struct.
//!
//! For any type that serde reads from text: `#[serde(with = "lacteal_service::config::optional")]` on an
//! `Option<PathBuf>`, `Option<SocketAddr>` or `Option<String>`, with `None` as its default.

use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Writes the value, or empty text.
///
/// # Errors
/// When the value cannot be written.
pub fn serialize<T: Serialize, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => value.serialize(serializer),
        None => serializer.serialize_str(""),
    }
}

/// Reads the value, or none from empty text.
///
/// # Errors
/// When there is no text, or it is not a value of this type.
pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { T::deserialize(text.into_deserializer()).map(Some) }
}
