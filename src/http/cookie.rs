//! Cookies: one spelling of each name, one reader, one writer.

use axum::http::{HeaderMap, header};

/// A cookie of ours.
pub struct Cookie {
    plain: &'static str,
    /// `__Host-` binds a cookie to its host, and browsers take it over https only.
    bound: &'static str,
}

/// The console's session.
pub const SESSION: Cookie = Cookie { plain: "countersign", bound: "__Host-countersign" };

/// Where somebody wanted to go who had to sign in first: a path of ours in hexadecimal.
pub const NEXT: Cookie = Cookie { plain: "countersign-next", bound: "__Host-countersign-next" };

/// What opens one app's host.
pub const APP: Cookie = Cookie { plain: "countersign-app", bound: "__Host-countersign-app" };

impl Cookie {
    /// Its name. Over https the plain one counts for nothing: a neighbour of the host could have set it.
    pub const fn name(&self, https: bool) -> &'static str {
        if https { self.bound } else { self.plain }
    }

    /// Its value, when the browser sent one.
    pub fn get<'a>(&self, headers: &'a HeaderMap, https: bool) -> Option<&'a str> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.name(https)).map(|(_, value)| value)
    }

    /// What a `Set-Cookie` header says to give the browser this value, or with an empty one to take it away.
    pub fn set(&self, value: &str, https: bool) -> String {
        let secure = if https { "; Secure" } else { "" };
        let age = if value.is_empty() { "; Max-Age=0" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", self.name(https))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    /// THREATS E01
    #[test]
    fn abuse_e01_over_https_only_the_bound_name_counts() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; countersign=tossed; countersign-app=x"));
        assert_eq!((SESSION.get(&headers, false), SESSION.get(&headers, true)), (Some("tossed"), None));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-countersign=ours"));
        assert_eq!((SESSION.get(&headers, false), SESSION.get(&headers, true)), (Some("tossed"), Some("ours")));
        assert_eq!((APP.get(&headers, false), APP.get(&headers, true)), (Some("x"), None));
    }

    #[test]
    fn is_set_and_taken_away_under_the_name_it_is_read_by() {
        assert_eq!(SESSION.set("v", false), "countersign=v; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(SESSION.set("", true), "__Host-countersign=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
    }
}
