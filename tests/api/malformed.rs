//! Bad input: a clear answer, and nothing happens (rule 44).

use crate::{asked, server::World};
use axum::http::Method;
use serde_json::json;

const JSON: &str = "application/json";

#[tokio::test]
async fn bodies() {
    let w = World::new().await;
    let deep = format!("{{\"resource\":{}{}}}", "[".repeat(40), "]".repeat(40));
    let cases: Vec<(&str, &str, Vec<u8>, u16, &str)> = vec![
        ("nothing at all", JSON, b"".to_vec(), 400, "malformed"),
        ("not JSON", JSON, b"resource=prod-db".to_vec(), 400, "malformed"),
        ("cut off", JSON, br#"{"resource": "prod-db", "dur"#.to_vec(), 400, "malformed"),
        ("more than one", JSON, br#"{"resource":"prod-db","duration":"4h"} {}"#.to_vec(), 400, "malformed"),
        ("an array", JSON, br#"["prod-db", "4h"]"#.to_vec(), 400, "malformed"),
        ("null", JSON, b"null".to_vec(), 400, "malformed"),
        ("a field missing", JSON, br#"{"resource": "prod-db"}"#.to_vec(), 400, "malformed"),
        ("a field of the wrong type", JSON, br#"{"resource":"prod-db","duration":4}"#.to_vec(), 400, "malformed"),
        (
            "an unknown field",
            JSON,
            br#"{"resource":"prod-db","duration":"4h","admin":true}"#.to_vec(),
            400,
            "malformed",
        ),
        (
            "a field twice",
            JSON,
            br#"{"resource":"grafana","resource":"prod-db","duration":"4h"}"#.to_vec(),
            400,
            "malformed",
        ),
        (
            "a lone surrogate",
            JSON,
            br#"{"resource":"prod-db","duration":"4h","reason":"\ud800"}"#.to_vec(),
            400,
            "malformed",
        ),
        ("a NUL", JSON, br#"{"resource":"prod-db","duration":"4h","reason":"a\u0000b"}"#.to_vec(), 400, "malformed"),
        (
            "no UTF-8",
            JSON,
            b"{\"resource\":\"prod-db\",\"duration\":\"4h\",\"reason\":\"\xff\xfe\"}".to_vec(),
            400,
            "malformed",
        ),
        ("too deep", JSON, deep.into_bytes(), 400, "malformed"),
        ("a form", "application/x-www-form-urlencoded", b"resource=prod-db".to_vec(), 415, "wrong_content_type"),
        ("plain text", "text/plain", br#"{"resource":"prod-db","duration":"4h"}"#.to_vec(), 415, "wrong_content_type"),
        ("too large", JSON, vec![b' '; 256 * 1024 + 1], 413, "too_large"),
    ];
    for (what, kind, body, status, code) in cases {
        let answer = w.api("dev").raw("/api/v1/requests", kind, body).await;
        assert_eq!(answer.problem(), (status, code), "{what}: {}", answer.text);
        assert!(!answer.text.contains("NewRequest"), "{what}: {}", answer.text);
    }
    let none = w.api("dev").get("/api/v1/requests").await.expect(200);
    assert_eq!(none.json["items"], json!([]), "nothing happened");
}

/// Text that is hostile elsewhere is kept as it is, and comes back as it is.
#[tokio::test]
async fn hostile_text_is_only_text() {
    let w = World::new().await;
    let reason =
        "<!channel> @everyone <script>alert(1)</script> '; DROP TABLE requests;-- \u{202e}RTL\u{200b} =1+1 \u{1b}[2J";
    let draft = json!({"resource": "prod-db", "duration": "4h", "reason": reason});
    let open = w.api("dev").post("/api/v1/requests", draft).await.expect(201);
    let again = w.api("lisa").get(&format!("/api/v1/requests/{}", open.str("id"))).await.expect(200);
    assert_eq!(again.str("reason"), reason);
    let blank = json!({"resource": "grafana", "duration": "1h", "reason": "   "});
    assert!(w.api("dev").post("/api/v1/requests", blank).await.expect(201).json["reason"].is_null());
}

#[tokio::test]
async fn votes() {
    let w = World::new().await;
    let id = asked(&w).await;
    let cases = [
        (json!({}), 400, "malformed"),
        (json!({"decision": "maybe"}), 400, "malformed"),
        (json!({"decision": "approve", "step": 0}), 400, "malformed"),
        (json!({"decision": "deny", "duration": "1h"}), 400, "malformed"),
        (json!({"decision": "approve", "duration": "soon"}), 422, "bad_duration"),
        (json!({"decision": "approve", "access": "root"}), 422, "unknown_access"),
        (json!({"decision": "approve", "note": "x".repeat(1_001)}), 422, "text_too_long"),
    ];
    for (body, status, code) in cases {
        let answer = w.api("lisa").post(&format!("/api/v1/requests/{id}/votes"), body.clone()).await;
        assert_eq!(answer.problem(), (status, code), "{body}");
    }
    let same = w.api("lisa").get(&format!("/api/v1/requests/{id}")).await.expect(200);
    assert_eq!(same.json["version"], 1, "nothing happened");
}

#[tokio::test]
async fn queries_and_paths() {
    let w = World::new().await;
    for path in [
        "/api/v1/requests?state=open",
        "/api/v1/requests?state=pending,nonsense",
        "/api/v1/requests?mine=perhaps",
        "/api/v1/requests?limit=0",
        "/api/v1/requests?limit=201",
        "/api/v1/requests?limit=many",
        "/api/v1/requests?cursor='",
        "/api/v1/requests?sort=up",
        "/api/v1/requests?search=a%00b",
        "/api/v1/grants?state=pending",
        "/api/v1/audit?from=yesterday",
        "/api/v1/audit?format=xml",
        "/api/v1/audit?cursor=-1",
        "/api/v1/audit?limit=501",
    ] {
        assert_eq!(w.api("dev").get(path).await.problem(), (400, "malformed"), "{path}");
    }
    let known = w.api("dev").get("/api/v1/requests?state=open").await;
    assert_eq!(known.json["known"][0], "pending", "{}", known.text);
    for path in ["/api/v1/requests/req-zzzz", "/api/v1/requests/a%00b", "/api/v1/requests/..%2f..", "/api/v1/nothing"] {
        assert_eq!(w.api("dev").get(path).await.problem(), (404, "not_found"), "{path}");
    }
    let wrong = w.api("dev").send(Method::DELETE, "/api/v1/requests", None, Vec::new()).await;
    assert_eq!(wrong.problem(), (405, "wrong_method"));
}
