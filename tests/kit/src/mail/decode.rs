//! Base64, quoted-printable and encoded words, as far as reading mail needs them.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648; what is not of the alphabet is passed over.
pub(super) fn base64(text: &str) -> Vec<u8> {
    let digits = text.bytes().filter_map(|b| ALPHABET.iter().position(|a| *a == b));
    let (mut out, mut bits, mut held) = (Vec::new(), 0_usize, 0);
    for digit in digits {
        bits = (bits << 6 | digit) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.extend(u8::try_from(bits >> held & 0xff));
        }
    }
    out
}

/// RFC 2045, 6.7.
pub(super) fn quoted_printable(lines: &[String]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in lines {
        let (line, goes_on) = match line.strip_suffix('=') {
            Some(line) => (line, true),
            None => (line.as_str(), false),
        };
        out.extend(escapes(line, b'='));
        if !goes_on {
            out.push(b'\n');
        }
    }
    out
}

/// A header's value with its encoded words read (RFC 2047); the space between two of them is not part of the text.
pub(super) fn words(value: &str) -> String {
    let (mut out, mut gap, mut after_encoded) = (String::new(), "", false);
    let mut rest = value;
    while !rest.is_empty() {
        let end = rest.find(' ').unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        let space = after.len() - after.trim_start_matches(' ').len();
        let decoded = encoded(token);
        if !(after_encoded && decoded.is_some()) {
            out.push_str(gap);
        }
        after_encoded = decoded.is_some();
        out.push_str(decoded.as_deref().unwrap_or(token));
        (gap, rest) = after.split_at(space);
    }
    out
}

fn encoded(token: &str) -> Option<String> {
    let mut parts = token.strip_prefix("=?")?.strip_suffix("?=")?.splitn(3, '?');
    let (_charset, how, text) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = match how.to_uppercase().as_str() {
        "B" => base64(text),
        "Q" => escapes(&text.replace('_', " "), b'='),
        _ => return None,
    };
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn escapes(text: &str, mark: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == mark) {
            Some(byte) => {
                out.push(byte);
                rest = &after[2..];
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_read_as_mail_is_written() {
        assert_eq!(base64("aMOpbGxvIHdvcmxk"), "héllo world".as_bytes());
        assert_eq!(base64("aGk="), b"hi");
        assert_eq!(words("a =?utf-8?b?w6k=?= =?utf-8?q?=C3=A9_x?= b"), "a éé x b");
        let lines = ["caf=C3=A9 =".to_owned(), "one".to_owned(), "two".to_owned()];
        assert_eq!(quoted_printable(&lines), "café one\ntwo\n".as_bytes());
    }
}
