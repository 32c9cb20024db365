//! A browser without JavaScript: keeps its cookie, sends forms as browsers do.

use crate::world::World;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};

/// Where the world is reached.
pub const ORIGIN: &str = "http://127.0.0.1:8080";

/// Somebody's browser.
pub struct Browser<'w> {
    world: &'w World,
    /// The session; empty before signing in.
    pub session: String,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    /// Where it sends the browser; empty when nowhere.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |v| v.to_str().unwrap())
    }
    pub fn has(&self, words: &str) -> bool {
        self.text.contains(words)
    }
    /// The value of the first field of this name.
    pub fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let at = self.text.find(&start).unwrap_or_else(|| panic!("no field {name}")) + start.len();
        self.text[at..].split('"').next().unwrap().to_owned()
    }
}

impl<'w> Browser<'w> {
    /// Nobody's.
    pub fn new(world: &'w World) -> Self {
        Self { world, session: String::new() }
    }

    /// Signed in as a person, as a login link does it.
    pub async fn of(world: &'w World, person: &str) -> Self {
        let session = world.app.web.credentials.new_session(&person.into()).await.unwrap();
        Self { world, session }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Says what it would like to get.
    pub async fn get_as(&self, path: &str, accept: &str) -> Page {
        self.send(Request::get(path).header(header::ACCEPT, accept), Body::empty()).await
    }

    /// The token that this session's forms carry.
    pub async fn csrf(&self) -> String {
        self.get("/account").await.field("csrf")
    }

    /// Sends a form of one of our pages.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = if self.session.is_empty() { String::new() } else { self.csrf().await };
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post_as(path, &fields, &[("origin", ORIGIN), ("sec-fetch-site", "same-origin")]).await
    }

    /// Sends exactly these fields with exactly these headers.
    pub async fn post_as(&self, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Page {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        self.send(request, Body::from(body.join("&"))).await
    }

    async fn send(&self, mut request: axum::http::request::Builder, body: Body) -> Page {
        if !self.session.is_empty() {
            request = request.header(header::COOKIE, format!("other=1; countersign={}", self.session));
        }
        let response = self.world.send(request.body(body).unwrap()).await;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, text }
    }

    /// Takes the session that an answer sets.
    pub fn take_cookie(&mut self, page: &Page) {
        let set = page.headers.get(header::SET_COOKIE).expect("a cookie").to_str().unwrap();
        self.session = set.split_once('=').unwrap().1.split(';').next().unwrap().to_owned();
    }

    /// Asks by form; the short id.
    pub async fn ask(&self, resource: &str, duration: &str, reason: &str) -> String {
        let fields = [("resource", resource), ("duration", duration), ("reason", reason)];
        let page = self.post("/requests", &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        page.location().strip_prefix("/requests/").unwrap().to_owned()
    }
}
