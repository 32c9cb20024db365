//! The platforms' own published specifications as referees, from the directory that `COUNTERSIGN_SPECS` names.

use serde_json::Value;
use std::path::PathBuf;

/// Reads one, such as `discord-openapi.json`. `None`, said aloud, where the variable is not set.
///
/// # Panics
/// When the file is missing or no JSON, or when the variable is not set under `COUNTERSIGN_TEST_STRICT`.
pub fn load(name: &str) -> Option<Value> {
    let Some(place) = std::env::var_os("COUNTERSIGN_SPECS") else {
        assert!(std::env::var_os("COUNTERSIGN_TEST_STRICT").is_none(), "COUNTERSIGN_SPECS is not set");
        eprintln!("skipped: COUNTERSIGN_SPECS is not set, so nothing is held against {name}");
        return None;
    };
    let path = PathBuf::from(place).join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Some(serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
}
