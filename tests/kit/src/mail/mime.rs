//! Headers and parts (RFC 5322, RFC 2046).

use super::decode;

/// Headers as they came, unfolded, and the lines of the body.
pub(super) fn split(lines: &[String]) -> (Vec<(String, String)>, &[String]) {
    let end = lines.iter().position(String::is_empty).unwrap_or(lines.len());
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in &lines[..end] {
        match (line.strip_prefix([' ', '\t']), headers.last_mut()) {
            (Some(more), Some((_, value))) => {
                value.push(' ');
                value.push_str(more.trim_start());
            }
            _ => {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                headers.push((name.to_owned(), value.trim().to_owned()));
            }
        }
    }
    (headers, lines.get(end + 1..).unwrap_or_default())
}

/// The value of a header, whatever its case.
pub(super) fn value<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Type and text of each part of a multipart body.
pub(super) fn parts(headers: &[(String, String)], body: &[String]) -> Vec<(String, String)> {
    let boundary =
        value(headers, "Content-Type").and_then(|v| v.split_once("boundary=\"")).and_then(|(_, b)| b.split('"').next());
    let Some(boundary) = boundary else { return Vec::new() };
    let (open, close) = (format!("--{boundary}"), format!("--{boundary}--"));
    let mut found: Vec<Vec<String>> = Vec::new();
    for line in body {
        match line {
            line if *line == close => break,
            line if *line == open => found.push(Vec::new()),
            line => found.iter_mut().last().into_iter().for_each(|part| part.push(line.clone())),
        }
    }
    found.iter().map(|part| read(part)).collect()
}

fn read(part: &[String]) -> (String, String) {
    let (headers, body) = split(part);
    let kind = value(&headers, "Content-Type").unwrap_or("text/plain").to_lowercase();
    let bytes = match value(&headers, "Content-Transfer-Encoding").unwrap_or("7bit").to_lowercase().as_str() {
        "quoted-printable" => decode::quoted_printable(body),
        "base64" => decode::base64(&body.concat()),
        _ => body.join("\n").into_bytes(),
    };
    (kind, String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
}
