//! The OpenAPI document: everything is in it, and everything is described.

use crate::server::World;
use serde_json::Value;

async fn document() -> Value {
    World::new().await.anonymous().get("/openapi.json").await.expect(200).json
}

#[tokio::test]
async fn every_endpoint_of_the_contract() {
    let document = document().await;
    assert!(document["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")));
    let contract = [
        ("post", "/api/v1/requests"),
        ("get", "/api/v1/requests"),
        ("get", "/api/v1/requests/{id}"),
        ("post", "/api/v1/requests/{id}/votes"),
        ("post", "/api/v1/requests/{id}/cancel"),
        ("get", "/api/v1/grants"),
        ("get", "/api/v1/grants/{id}"),
        ("post", "/api/v1/grants/{id}/start"),
        ("post", "/api/v1/grants/{id}/end"),
        ("post", "/api/v1/grants/{id}/revoke"),
        ("post", "/api/v1/grants/{id}/waive"),
        ("post", "/api/v1/grants/{id}/secret"),
        ("get", "/api/v1/catalog"),
        ("post", "/api/v1/explain"),
        ("get", "/api/v1/audit"),
        ("get", "/api/v1/audit/checkpoint"),
        ("post", "/api/v1/deliveries/test"),
        ("get", "/healthz"),
        ("get", "/readyz"),
        ("get", "/metrics"),
        ("post", "/demo/advance"),
    ];
    for (method, path) in contract {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
}

#[tokio::test]
async fn every_operation_and_field_is_described() {
    let document = document().await;
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            assert!(operation["summary"].is_string(), "{method} {path} says what it does");
            if path.starts_with("/api/") {
                for status in ["401", "503"] {
                    assert!(operation["responses"][status].is_object(), "{method} {path} describes {status}");
                }
            }
        }
    }
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    assert!(schemas.contains_key("Problem") && schemas.contains_key("RequestItem"));
    for (name, schema) in schemas {
        for (field, described) in schema["properties"].as_object().into_iter().flatten() {
            // A field that may be null and is a schema of its own carries its description beside the reference.
            let inner = described["oneOf"].as_array().into_iter().flatten().any(|one| one["description"].is_string());
            assert!(described["description"].is_string() || inner, "{name}.{field} is not described");
        }
    }
}

/// Every `$ref` leads somewhere.
#[tokio::test]
async fn references_hold() {
    let document = document().await;
    let text = document.to_string();
    for (at, _) in text.match_indices("\"$ref\":\"") {
        let name: String = text[at + 8..].chars().take_while(|c| *c != '"').collect();
        let pointer = name.strip_prefix('#').expect("a local reference");
        assert!(document.pointer(pointer).is_some(), "{name} leads nowhere");
    }
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(
        (schemes["token"]["scheme"].as_str(), schemes["session"]["in"].as_str()),
        (Some("bearer"), Some("cookie"))
    );
}
