//! What a proxy tells of a request: hosts have one form, and what is told twice is told alike.
#![no_main]

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use countersign_forward_auth::{Original, canonical};
use libfuzzer_sys::fuzz_target;

const HEADERS: [&str; 8] = [
    "x-original-url",
    "x-original-uri",
    "x-original-method",
    "host",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-uri",
    "x-forwarded-method",
];

fuzz_target!(|told: Vec<(u8, &str)>| {
    let mut headers = HeaderMap::new();
    for (n, value) in told.iter().take(12) {
        if let Some(host) = canonical(value) {
            assert_eq!(canonical(&host).as_deref(), Some(host.as_str()), "the form is final");
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.:[]".contains(&b);
            assert!(host.bytes().all(plain) && !host.ends_with('.'), "{host}");
        }
        let name = HeaderName::from_static(HEADERS[usize::from(*n) % HEADERS.len()]);
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.append(name, value);
        }
    }
    let Ok(original) = Original::read(&headers) else { return };
    assert_eq!(canonical(&original.authority), Some(original.host.clone()));
    assert!(matches!(original.scheme.as_str(), "http" | "https") && original.uri.starts_with('/'));
    let all = |name: &str| headers.get_all(name).iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>();
    for name in HEADERS {
        assert!(all(name).len() <= 1 || all(name).iter().all(|v| v.trim().is_empty()), "{name} was told twice");
    }
    for host in all("x-forwarded-host") {
        let host = host.trim();
        assert!(host.is_empty() || canonical(host).as_ref() == Some(&original.host), "another host was told beside it");
    }
    if let Ok(url) = url::Url::parse(&original.url()) {
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
        assert_eq!(url.scheme(), original.scheme);
    }
});
