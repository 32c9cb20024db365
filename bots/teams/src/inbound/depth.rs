//! JSON with a bound on its depth (THREATS D06).

use super::Malformed;
use serde_json::Value;

/// Teams' deepest activities, which quote a message in HTML, stay below 12.
const DEPTH: usize = 32;

/// Parses JSON that is at most [`DEPTH`] deep.
pub(crate) fn parse(text: &str) -> Result<Value, Malformed> {
    if depth(text) > DEPTH {
        return Err(Malformed);
    }
    serde_json::from_str(text).map_err(|_| Malformed)
}

/// How deep brackets nest outside of strings.
fn depth(text: &str) -> usize {
    let (mut deepest, mut now, mut quoted, mut escaped) = (0_usize, 0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                now += 1;
                deepest = deepest.max(now);
            }
            b'}' | b']' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_d06_deep_payloads_are_refused_before_parsing() {
        assert!(parse(&format!("{}1{}", "[".repeat(32), "]".repeat(32))).is_ok());
        assert!(parse(&format!("{}1{}", "[".repeat(33), "]".repeat(33))).is_err());
        assert!(parse(&"[".repeat(1_000_000)).is_err());
        assert!(parse(&"{\"a\":".repeat(100_000)).is_err());
        let brackets_in_text = format!("{{\"a\":\"{}\\\"{}\"}}", "[".repeat(90), "{".repeat(90));
        assert!(parse(&brackets_in_text).is_ok());
        for text in ["", "nul", "{\"a\":\"\\ud800\"}", "{\"a\":1}x"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
