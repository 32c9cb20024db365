//! Bodies made to hurt (THREATS D06): each is refused at once, and the server goes on.

use crate::server::World;

const JSON: &str = "application/json";

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(60_000), close.repeat(60_000)).into_bytes();
    let keys: String = (0..20_000).map(|n| format!("\"k{n}\":0,")).collect();
    let same: String = "\"resource\":\"a\",".repeat(15_000);
    let gzip = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3].repeat(1_000);
    vec![
        ("arrays in arrays", deep("[", "]")),
        ("objects in objects", "{\"a\":".repeat(40_000).into_bytes()),
        ("arrays never closed", "[".repeat(200_000).into_bytes()),
        ("a great many keys", format!("{{{keys}\"z\":0}}").into_bytes()),
        ("one key a great many times", format!("{{{same}\"duration\":\"4h\"}}").into_bytes()),
        ("a number of 200,000 digits", "9".repeat(200_000).into_bytes()),
        ("an exponent", b"{\"resource\":1e999999999,\"duration\":\"4h\"}".to_vec()),
        ("a text never closed", format!("{{\"resource\":\"{}", "a".repeat(200_000)).into_bytes()),
        ("escapes only", format!("{{\"resource\":\"{}\"", "\\\\".repeat(100_000)).into_bytes()),
        ("blanks only", vec![b' '; 200_000]),
        ("gzip", gzip),
        ("a hundred megabytes", vec![b'['; 100_000_000]),
    ]
}

#[tokio::test]
async fn abuse_d06_bombs_are_refused() {
    let w = World::new().await;
    for (what, bomb) in bombs() {
        for path in ["/api/v1/requests", "/api/v1/requests/req-0000/votes", "/api/v1/explain"] {
            let answer = w.api("dev").raw(path, JSON, bomb.clone()).await;
            assert!(matches!(answer.problem(), (400, "malformed") | (413, "too_large")), "{what}: {}", answer.text);
            assert!(answer.text.len() < 1_000, "{what}: the answer repeats the bomb");
        }
    }
    w.anonymous().get("/healthz").await.expect(200);
}

/// A bomb needs no credential to be refused, and none is answered more kindly than the other.
#[tokio::test]
async fn abuse_d06_strangers_are_not_read() {
    let w = World::new().await;
    let answer = w.anonymous().raw("/api/v1/requests", JSON, vec![b'['; 1_000_000]).await;
    assert_eq!(answer.problem(), (401, "unauthorized"));
}

/// Nothing decompresses on the way in: a compressed body is not JSON.
#[tokio::test]
async fn abuse_d06_nothing_is_decompressed() {
    let w = World::new().await;
    let squeezed = w.api("dev").with("content-encoding", "gzip");
    let body = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 0x05, 0].to_vec();
    assert_eq!(squeezed.raw("/api/v1/requests", JSON, body).await.problem(), (400, "malformed"));
}
