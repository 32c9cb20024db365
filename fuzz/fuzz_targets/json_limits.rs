//! JSON before it is parsed: the guard says what the parser would find, for everything that is JSON at all.
#![no_main]

use countersign::http::json_guard;
use countersign_engine::json::{DEPTH, too_deep};
use countersign_fuzz::depth;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// A NUL in a text or in a name.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, field)| name.contains('\0') || has_nul(field)),
        _ => false,
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (deep, judged) = (too_deep(bytes), json_guard::check(bytes));
    assert!(!deep || judged.is_err());
    // The parser itself stops at 128 levels; what it takes is what the guard must have been right about.
    if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
        // Of names that come twice only the last is kept, so the value may be shallower than the text.
        assert!(depth(&value) <= DEPTH || deep, "deeper than it was said to be");
        assert!(!has_nul(&value) || judged.is_err(), "a NUL came through");
    }
});
