//! JSON before it is parsed: how deep it is (THREATS D06). A parser that recurses must never see a million brackets.

/// The deepest nesting that is read. What platforms send stays below 20: a press on a message that holds a card.
pub const DEPTH: usize = 32;

/// Brackets nest deeper than [`DEPTH`] outside of texts. Says nothing about whether it is JSON at all.
pub fn too_deep(json: impl AsRef<[u8]>) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in json.as_ref() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                if depth > DEPTH {
                    return true;
                }
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_d06_depth_is_known_before_parsing() {
        assert!(!too_deep(format!("{}1{}", "[".repeat(DEPTH), "]".repeat(DEPTH))));
        assert!(too_deep(format!("{}1{}", "[".repeat(DEPTH + 1), "]".repeat(DEPTH + 1))));
        assert!(too_deep("[".repeat(1_000_000)));
        assert!(too_deep("{\"a\":".repeat(100_000)));
        assert!(!too_deep(format!("[{}]", "[],{},".repeat(1_000))), "side by side is not deep");
        assert!(!too_deep(format!("{{\"a\":\"{}\\\"{}\"}}", "[".repeat(90), "{".repeat(90))), "a text has no depth");
        assert!(too_deep(format!("\"\\\\\"{}", "[".repeat(DEPTH + 1))), "a text that ends with a backslash is over");
        assert!(!too_deep(b"\xff]]]]"));
    }
}
