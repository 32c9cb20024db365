//! Looks at JSON before it is parsed: how deep it is, and whether it hides a NUL.

use countersign_engine::json::too_deep;

/// What is wrong with it, in words. Everything else about JSON is the parser's business.
pub fn check(json: &[u8]) -> Result<(), &'static str> {
    if too_deep(json) {
        return Err("the JSON is nested more than 32 levels deep");
    }
    let mut bytes = json.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte == b'"' {
            skip_text(&mut bytes)?;
        }
    }
    Ok(())
}

/// To the closing quote. PostgreSQL cannot hold U+0000 in a text, so nobody may send it.
fn skip_text(bytes: &mut impl Iterator<Item = u8>) -> Result<(), &'static str> {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return Ok(()),
            b'\\' if bytes.next() == Some(b'u') => {
                let digits: Vec<u8> = bytes.by_ref().take(4).collect();
                if digits == b"0000" {
                    return Err("a text holds the character U+0000, which cannot be kept");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_engine::json::DEPTH;

    #[test]
    fn abuse_d06_depth_and_nul() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(check(nested(DEPTH).as_bytes()).is_ok());
        assert!(check(nested(DEPTH + 1).as_bytes()).is_err());
        assert!(check("[".repeat(1_000_000).as_bytes()).is_err());
        assert!(check(br#"{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}"#).is_ok());
        assert!(check(br#"{"a":"x\u0000y"}"#).is_err());
        assert!(check(br#"{"a":"a quote \" and a NUL \u0000"}"#).is_err());
        assert!(check(br#"{"a":"a backslash and digits \\u0000"}"#).is_ok());
    }
}
