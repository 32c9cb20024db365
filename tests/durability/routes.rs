//! Every handler there is, and something to send to it.

use crate::{dice::Dice, server::Server};
use serde_json::Value;

/// One call, ready to be cut anywhere.
pub struct Call {
    pub method: &'static str,
    pub path: String,
    pub body: String,
    pub kind: &'static str,
}

/// Bots' and hooks' routes, the gate's and the document's: the OpenAPI document does not have them.
const MORE: &[(&str, &str)] = &[
    ("POST", "/slack/commands"),
    ("POST", "/slack/interactions"),
    ("POST", "/discord/interactions"),
    ("POST", "/teams/messages"),
    ("POST", "/telegram/webhook"),
    ("POST", "/hooks/ci"),
    ("GET", "/authz"),
    ("GET", "/authz/login"),
    ("GET", "/.countersign/enter"),
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/openapi.json"),
    ("GET", "/"),
    ("GET", "/requests"),
    ("GET", "/requests/new"),
    ("GET", "/audit"),
    ("GET", "/deliveries"),
    ("GET", "/policy"),
    ("GET", "/webhooks"),
    ("GET", "/account"),
    ("GET", "/account/link"),
    ("GET", "/login"),
    ("GET", "/login/nothing"),
    ("GET", "/events"),
    ("GET", "/assets/style.css"),
    ("GET", "/demo"),
    ("GET", "/demo/grafana"),
];

/// All routes: those that the server documents, the console's, and the others.
pub async fn all(server: &Server) -> Vec<(&'static str, String)> {
    let document: Value = serde_json::from_str(&server.get("/openapi.json").await.1).unwrap();
    let mut routes = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            routes.push((if method == "get" { "GET" } else { "POST" }, path.clone()));
        }
    }
    assert!(routes.len() > 15, "the document has lost its routes: {routes:?}");
    // The clock stays: what is acknowledged here has to be judged afterwards.
    routes.retain(|(_, path)| path != "/demo/advance");
    routes.extend(countersign::console::POSTS.iter().map(|path| ("POST", (*path).to_owned())));
    routes.retain(|(_, path)| path != "/demo/clock");
    routes.extend(MORE.iter().map(|(method, path)| (*method, (*path).to_owned())));
    routes
}

/// Something for a route, about this request.
pub fn call((method, path): &(&'static str, String), id: &str, dice: &mut Dice) -> Call {
    let json = |body: &str| (body.to_owned(), "application/json");
    let (body, kind) = match path.rsplit('/').next().unwrap_or_default() {
        _ if *method == "GET" => (String::new(), ""),
        "requests" if path.starts_with("/api") => {
            let (kind, n) = (["prod", "web"][dice.within(0..2) as usize], dice.within(0..20));
            json(&format!(r#"{{"resource": "{kind}-{n}", "duration": "1h", "reason": "hangs up"}}"#))
        }
        "votes" => json(&format!(r#"{{"decision": "approve", "step": {}}}"#, dice.within(1..4))),
        "explain" => json(r#"{"resource": "prod-1", "duration": "1h"}"#),
        "waive" => json(r#"{"note": "vouched for"}"#),
        _ if path.starts_with("/api") || path.starts_with("/teams") || path.starts_with("/discord") => json("{}"),
        _ => ("person=dev1&text=%2Faccess+prod-1+1h&by=1m".to_owned(), "application/x-www-form-urlencoded"),
    };
    Call { method, path: path.replace("{id}", id), body, kind }
}

impl Call {
    /// As it goes over the wire.
    pub fn text(&self, person: &str, key: &str) -> String {
        let Self { method, path, body, kind } = self;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer demo:{person}\r\n");
        if *method == "POST" {
            head.push_str(&format!(
                "idempotency-key: {key}\r\nsec-fetch-site: same-origin\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n",
                body.len()
            ));
        }
        format!("{head}\r\n{body}")
    }
}
