//! The fields of a form, under the names that sites give them.

use serde_json::{Map, Value};

/// The words of a field, trimmed; numbers and flags count as words. `None` when it is not there, is
/// empty or null; an error when it is a list or an object.
pub(super) fn words(fields: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, ()> {
    let text = match names.iter().find_map(|name| fields.get(*name)) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(Value::Array(_) | Value::Object(_)) => return Err(()),
    };
    Ok((!text.is_empty()).then_some(text))
}

/// An address in one line: as it was written, or its parts in their order.
pub(super) fn address(fields: &Map<String, Value>, names: &[&str]) -> Result<Option<String>, ()> {
    let Some(Value::Object(parts)) = names.iter().find_map(|name| fields.get(*name)) else {
        return words(fields, names);
    };
    let known = [
        "street",
        "line1",
        "line2",
        "city",
        "state",
        "zip",
        "zipcode",
        "postal_code",
        "postalCode",
        "country",
    ];
    let mut line = Vec::new();
    for name in known {
        line.extend(words(parts, &[name])?);
    }
    Ok((!line.is_empty()).then(|| line.join(", ")))
}

/// A box: ticked, cleared, or not there. A browser's own form sends `on`.
pub(super) fn flag(fields: &Map<String, Value>, names: &[&str]) -> Result<Option<bool>, ()> {
    match words(fields, names)?.as_deref() {
        None => Ok(None),
        Some("true" | "on" | "1" | "yes") => Ok(Some(true)),
        Some("false" | "off" | "0" | "no") => Ok(Some(false)),
        Some(_) => Err(()),
    }
}

/// Whether there is anything in a field.
pub(super) fn is_filled(fields: &Map<String, Value>, name: &str) -> bool {
    !matches!(words(fields, &[name]), Ok(None))
}
