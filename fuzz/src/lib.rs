//! What the fuzz targets share: cards full of somebody's words, the demo organisation's catalogue, the moment at which
//! everything happens. What counts as wrong is told by the kit's readers, the same that the tests use.

pub mod cards;
pub mod life;

use countersign_engine::{ports::Offer, time::Timestamp};

/// Tuesday, 3 March 2026, 10:00 UTC.
pub fn now() -> Timestamp {
    countersign_kit::moment(10, 0)
}

/// What the demo organisation offers.
pub fn offers() -> Vec<Offer> {
    let offer = |resource: countersign_engine::resource::Resource| Offer {
        resource: resource.id,
        description: resource.description,
        kind: resource.kind,
        access: resource.access,
        default_access: resource.default_access,
        max_duration: resource.max_duration,
        requestable: true,
    };
    countersign_kit::acme().resources.into_values().map(offer).collect()
}

/// Shall the target hold a broken copy of what it tests against its promises? `.ci/fuzz` does so with two of them, which
/// must fail: a fuzzer that finds nothing proves something only if it would find something.
pub fn is_sabotaged() -> bool {
    static SABOTAGED: std::sync::LazyLock<bool> =
        std::sync::LazyLock::new(|| std::env::var_os("COUNTERSIGN_FUZZ_SABOTAGE").is_some());
    *SABOTAGED
}

/// How deep a value is nested; a word alone is not.
pub fn depth(value: &serde_json::Value) -> usize {
    use serde_json::Value;
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Characters that hide or reorder what a reader sees.
pub fn sly(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}'..='\u{200d}' | '\0' | '\u{1b}')
}
