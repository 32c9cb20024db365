//! Cookies, and pages to go back to: only our own names, only our own host.
#![no_main]

use axum::http::{HeaderMap, HeaderValue, header};
use countersign::http::{cookie, local_path};
use countersign_fuzz::is_sabotaged;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &[u8], bool)| {
    let (path, line, https) = input;
    // The mistake of half the redirects there are: browsers take a backslash for a slash.
    let kept = match is_sabotaged() {
        true => Some(path).filter(|path| path.starts_with('/') && !path.starts_with("//")),
        false => local_path(Some(path)),
    };
    if let Some(kept) = kept {
        assert_eq!(kept, path);
        // As a browser resolves it from any page of ours.
        let base = url::Url::parse("https://access.acme.com/requests/req-1?x=1").expect("a URL");
        let there = base.join(kept).expect("a path");
        assert_eq!(
            (there.scheme(), there.host_str(), there.port()),
            ("https", Some("access.acme.com"), None),
            "{path}"
        );
        assert!(HeaderValue::from_str(kept).is_ok(), "it goes into a header");
    }
    let Ok(value) = HeaderValue::from_bytes(line) else { return };
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, value.clone());
    for ours in [&cookie::SESSION, &cookie::NEXT, &cookie::APP] {
        let Some(found) = ours.get(&headers, https) else { continue };
        let text = value.to_str().expect("plain text");
        assert!(text.contains(&format!("{}={found}", ours.name(https))), "{text}");
        assert!(!found.contains(';'));
        assert!(!https || ours.name(https).starts_with("__Host-"));
        // What we set, we find.
        let set = ours.set(found, https);
        let pair = set.split(';').next().expect("a pair");
        let mut again = HeaderMap::new();
        if let Ok(pair) = HeaderValue::from_str(pair) {
            again.insert(header::COOKIE, pair);
            assert_eq!(ours.get(&again, https), Some(found));
        }
    }
});
