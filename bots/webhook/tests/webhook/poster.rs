//! Carrying.

use countersign_kit::webhooks::{Answer, Receiver};
use countersign_webhook::{Guard, Poster, SystemNames, Undelivered};
use std::{net::IpAddr, sync::Arc, time::Duration};

fn poster(url: &str) -> Poster {
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    Poster::new(url, Guard::allowing([(loopback, 32)]), Arc::new(SystemNames)).unwrap()
}

async fn receiver() -> Receiver {
    Receiver::start(&[], Arc::new(|| 0)).await
}

/// THREATS D08: an answer that sends us elsewhere is an answer, and nobody goes there.
#[tokio::test]
async fn abuse_d08_redirects_are_not_followed() {
    let receiver = receiver().await;
    for status in [301, 302, 303, 307, 308] {
        receiver.then([Answer::With(status, "location", format!("{}/elsewhere", receiver.url))]);
        let reply = poster(&format!("{}/hook", receiver.url)).post(&[], b"{}".to_vec()).await.unwrap();
        assert_eq!(reply.status, status);
    }
    assert!(receiver.seen().iter().all(|one| one.path == "/hook"));
}

#[tokio::test]
async fn what_was_said_is_cut_and_cleaned() {
    let receiver = receiver().await;
    let long = format!("one\r\ntwo\u{1b}[31m\u{202e} {}", "x".repeat(1 << 20));
    receiver.then([Answer::Said(500, long)]);
    let reply = poster(&receiver.url).post(&[("webhook-id", "a".into())], b"{\"a\":1}".to_vec()).await.unwrap();
    assert_eq!(reply.status, 500);
    assert!(reply.excerpt.starts_with("one two[31m xxx") && reply.excerpt.len() <= 4_096, "{}", reply.excerpt.len());
    assert_eq!(receiver.seen()[0].json["a"], 1);
}

#[tokio::test]
async fn retry_after_in_both_forms() {
    let receiver = receiver().await;
    let poster = poster(&receiver.url);
    for (value, seconds) in [("7", Some(7)), ("0", Some(0)), ("soon", None), ("-1", None)] {
        receiver.then([Answer::With(429, "retry-after", value.into())]);
        let reply = poster.post(&[], b"{}".to_vec()).await.unwrap();
        assert_eq!(reply.retry_after, seconds.map(Duration::from_secs), "{value}");
    }
    receiver.then([Answer::With(503, "retry-after", "Tue, 31 Dec 2199 23:59:59 GMT".into())]);
    let moment = poster.post(&[], b"{}".to_vec()).await.unwrap().retry_after.unwrap();
    assert!(moment > Duration::from_secs(86_400), "{moment:?}");
}

/// An address may be a secret, so no error repeats it.
#[tokio::test]
async fn errors_never_hold_the_address() {
    let receiver = receiver().await;
    receiver.then([Answer::Lost]);
    let lost = poster(&format!("{}/hunter2?token=hunter2", receiver.url)).post(&[], b"{}".to_vec()).await;
    let closed = poster("http://127.0.0.1:1/hunter2").post(&[], b"{}".to_vec()).await;
    for answer in [lost, closed] {
        let Err(error @ Undelivered::Failed(_)) = answer else { panic!("{answer:?}") };
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
}
