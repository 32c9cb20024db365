use super::*;
use serde_json::json;

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
fn post(channel: &str) -> Call {
    Call::post(channel, json!({}))
}
fn said(left: u32, resets: f64) -> Limits {
    let resets_after = Some(Duration::from_secs_f64(resets));
    Limits { bucket: Some("b".into()), left: Some(left), resets_after }
}

#[test]
fn a_bucket_that_is_empty_is_waited_for() {
    let (mut pace, now) = (Pace::default(), Instant::now());
    assert_eq!(pace.admit(&post("1"), now), Admit::Go);
    pace.learn(&post("1"), &said(1, 2.5), now);
    assert_eq!(pace.admit(&post("1"), now), Admit::Go);
    assert_eq!(pace.admit(&post("1"), now), Admit::Wait(Duration::from_millis(2_500)));
    assert_eq!(pace.admit(&post("2"), now), Admit::Go, "another channel is another bucket");
    assert_eq!(pace.admit(&post("1"), now + Duration::from_millis(2_500)), Admit::Go);
    pace.learn(&post("1"), &said(0, 60.0), now);
    assert_eq!(
        pace.admit(&post("1"), now),
        Admit::Later(Hold::Paced(seconds(60))),
        "longer waits go back to the outbox"
    );
}

/// THREATS E12: obeyed exactly, for its route or for everything but answers.
#[test]
fn abuse_e12_no_call_before_retry_after() {
    let (mut pace, now) = (Pace::default(), Instant::now());
    pace.close(&post("1"), Duration::from_millis(30_250), false, now);
    assert_eq!(pace.admit(&post("1"), now), Admit::Later(Hold::Closed(Duration::from_millis(30_250))));
    assert_eq!(pace.admit(&post("1"), now + seconds(30)), Admit::Wait(Duration::from_millis(250)));
    assert_eq!(pace.admit(&post("1"), now + Duration::from_millis(30_250)), Admit::Go);
    assert_eq!(pace.admit(&post("2"), now), Admit::Go);
    pace.close(&post("1"), seconds(9), true, now);
    assert_eq!(pace.admit(&post("2"), now), Admit::Later(Hold::Closed(seconds(9))));
    assert_eq!(
        pace.admit(&Call::answer("1", "t", json!({})), now),
        Admit::Go,
        "answers are not under the global limit"
    );
}

#[test]
fn fifty_calls_a_second_over_all_routes() {
    let (mut pace, now) = (Pace::default(), Instant::now());
    let admitted = (0..60).filter(|n| pace.admit(&post(&n.to_string()), now) == Admit::Go).count();
    assert_eq!(admitted, 50);
    assert_eq!(pace.admit(&post("x"), now), Admit::Wait(SECOND));
    assert_eq!(pace.admit(&post("x"), now + SECOND), Admit::Go);
}

/// THREATS E12: before Discord bans the address, all stops but answers.
#[test]
fn abuse_e12_the_budget_of_invalid_requests_is_kept() {
    let (mut pace, now) = (Pace::default(), Instant::now());
    for n in 0..9_000_u64 {
        assert_eq!(pace.admit(&post(&n.to_string()), now + seconds(n / 45)), Admit::Go, "{n}");
        pace.invalid(now + seconds(n / 45));
    }
    let then = now + seconds(200);
    assert!(matches!(pace.admit(&post("x"), then), Admit::Later(Hold::Closed(rest)) if rest > seconds(400)));
    assert_eq!(pace.admit(&Call::answer("1", "t", json!({})), then), Admit::Go);
    assert_eq!(pace.admit(&post("x"), now + seconds(900)), Admit::Go);
}

#[test]
fn buckets_at_rest_are_forgotten() {
    let (mut pace, now) = (Pace::default(), Instant::now());
    for n in 0..5_000_u64 {
        pace.learn(&post(&n.to_string()), &said(1, 1.0), now + seconds(2 * n));
    }
    assert!(pace.buckets.len() <= REMEMBERED + 1 && pace.names.len() <= REMEMBERED + 1);
}
