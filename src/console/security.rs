//! What every answer carries (THREATS E02).

use axum::{
    extract::Request,
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// No inline script or style, nothing from elsewhere, no frame around us, no HTML from strings but through the one
/// policy of `console.js`.
const CSP: &str = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; \
                   require-trusted-types-for 'script'; trusted-types countersign";

/// Adds the security headers. A page is never kept by a shared cache; assets say otherwise themselves.
pub async fn headers(request: Request, next: Next) -> Response {
    dressed(next.run(request).await)
}

/// The same for a page that is not behind the layer.
pub fn dressed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CSP),
        // Not `no-referrer`: that makes browsers send `Origin: null` with a form, and the origin check needs it.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use crate::http::same_origin;
    use axum::http::HeaderMap;

    fn came(pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().expect("a header value"));
        }
        same_origin(&headers, "https://approve.acme.com/sub")
    }

    /// THREATS E01
    #[test]
    fn abuse_e01_only_our_own_pages_may_post() {
        let own = "https://approve.acme.com";
        assert!(came(&[("origin", own)]));
        assert!(came(&[("sec-fetch-site", "same-origin")]));
        assert!(came(&[("origin", own), ("sec-fetch-site", "same-origin")]));
        assert!(came(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!came(&[]));
        assert!(!came(&[("host", "approve.acme.com")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!came(&[("sec-fetch-site", site)]), "{site}");
            assert!(!came(&[("origin", own), ("sec-fetch-site", site)]), "{site}");
        }
        for origin in ["null", "https://evil.example", "https://approve.acme.com.evil.example", "approve.acme.com", ""]
        {
            assert!(!came(&[("origin", origin)]), "{origin}");
            assert!(!came(&[("origin", origin), ("sec-fetch-site", "same-origin")]), "{origin}");
        }
    }
}
