//! The specification's own library as referee, when `COUNTERSIGN_TEST_NODE_MODULES` names a directory whose
//! `node_modules` has `standardwebhooks`.

use base64::{Engine, engine::general_purpose::STANDARD};
use countersign_kit::referee;
use countersign_webhook::{Guard, MessageId, Poster, Presented, Signer, SystemNames, Verifier, new_secret};
use std::{net::IpAddr, process::Stdio, sync::Arc};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

/// It verifies what we send over HTTP, refuses what was tampered with, and signs something that we verify.
#[tokio::test]
async fn the_specifications_own_library_agrees() {
    let Some(place) = referee::at("COUNTERSIGN_TEST_NODE_MODULES") else { return };
    let (old, new) = (new_secret().unwrap(), new_secret().unwrap());
    let script = referee::script("webhook_receiver.mjs");
    let mut peer = Command::new("node")
        .args([&script, &place, &new, &old])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("node starts");
    let mut said = BufReader::new(peer.stdout.take().unwrap()).lines();
    let ready: serde_json::Value = serde_json::from_str(&said.next_line().await.unwrap().unwrap()).unwrap();
    let now = ready["now"].as_i64().unwrap();

    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    let poster =
        Poster::new(ready["url"].as_str().unwrap(), Guard::allowing([(loopback, 32)]), Arc::new(SystemNames)).unwrap();
    let id = MessageId::new("evt_01K_7").unwrap();
    let body = r#"{"type":"request.approved","data":{"reason":"zażółć 🔒"}}"#.as_bytes().to_vec();
    let both = Signer::parse(&new).unwrap().and(Signer::parse(&old).unwrap());
    let headers = |at: i64, signature: String| {
        [
            ("webhook-id", id.as_str().to_owned()),
            ("webhook-timestamp", at.to_string()),
            ("webhook-signature", signature),
        ]
    };
    for keys in [&new, &old, &format!("{new} {old}")] {
        let signature = Signer::parse(keys).unwrap().sign(&id, now, &body);
        let reply = poster.post(&headers(now, signature), body.clone()).await.unwrap();
        // The receiver wants both keys only where it is asked with both.
        assert_eq!(reply.status, 200, "{}", reply.excerpt);
    }
    let signature = both.sign(&id, now, &body);
    let tampered = poster.post(&headers(now, signature.clone()), b"{}".to_vec()).await.unwrap();
    let stale = poster.post(&headers(now - 400, both.sign(&id, now - 400, &body)), body.clone()).await.unwrap();
    let stranger = Signer::parse(&new_secret().unwrap()).unwrap().sign(&id, now, &body);
    let foreign = poster.post(&headers(now, stranger), body.clone()).await.unwrap();
    assert_eq!((tampered.status, stale.status, foreign.status), (401, 401, 401));

    let body = STANDARD.decode(ready["body"].as_str().unwrap()).unwrap();
    let text = |name: &str| ready[name].as_str().unwrap();
    let presented = Presented { id: text("id"), timestamp: text("timestamp"), signature: text("signature") };
    assert_eq!(Verifier::parse(&new).unwrap().verify(presented, &body, now), Ok(()));
    assert!(Verifier::parse(&old).unwrap().verify(presented, &body, now).is_err());
    peer.kill().await.unwrap();
}
