//! Slack's signature: only what was signed with our secret, at our time, over these very bytes.
#![no_main]

use countersign_fuzz::now;
use countersign_kit::slack::sign;
use countersign_slack::signature::{WINDOW, verify};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

fuzz_target!(|input: (&str, i16, Option<(usize, u8)>, Option<&str>, Option<&str>)| {
    let (body, skew, flip, stamp, signature) = input;
    let (secret, at) = (SECRET.to_owned().into(), now().timestamp() + i64::from(skew));
    let [(_, good_stamp), (_, good)] = sign(SECRET, at, body);
    let fresh = i64::from(skew).abs() <= WINDOW;
    assert_eq!(verify(&secret, Some(&good_stamp), Some(&good), body.as_bytes(), now()).is_ok(), fresh);
    // One byte of the body changed.
    if let Some((at, by)) = flip.filter(|(_, by)| *by != 0 && !body.is_empty()) {
        let mut other = body.as_bytes().to_vec();
        let at = at % other.len();
        other[at] ^= by;
        assert!(verify(&secret, Some(&good_stamp), Some(&good), &other, now()).is_err());
    }
    // Headers of anybody's.
    let taken = verify(&secret, stamp, signature, body.as_bytes(), now()).is_ok();
    let same = |given: Option<&str>, ours: &str| given.is_some_and(|given| given.eq_ignore_ascii_case(ours));
    assert!(!taken || stamp.is_some_and(|stamp| same(signature, &sign_as(stamp, body))));
});

/// What we would have signed for this timestamp, as it is written.
fn sign_as(stamp: &str, body: &str) -> String {
    let [_, (_, signature)] = sign(SECRET, stamp.parse().unwrap_or_default(), body);
    signature
}
