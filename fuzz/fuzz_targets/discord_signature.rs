//! Discord's signature: only over these very bytes, at our time, in its one encoding.
#![no_main]

use countersign_discord::signature::{WINDOW, key, verify};
use countersign_fuzz::now;
use countersign_kit::discord::{public_key, sign};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, i16, Option<(usize, u8)>, Option<&str>, Option<&str>, &str)| {
    let (body, skew, flip, stamp, signature, other_key) = input;
    let ours = key(&public_key()).expect("the fake's key");
    let at = now().timestamp() + i64::from(skew);
    let [(_, good_stamp), (_, good)] = sign(at, body);
    let fresh = i64::from(skew).unsigned_abs() <= WINDOW;
    assert_eq!(verify(&ours, Some(&good_stamp), Some(&good), body.as_bytes(), now()).is_ok(), fresh);
    if let Some((at, by)) = flip.filter(|(_, by)| *by != 0) {
        let mut bytes = [hex::decode(&good).expect("hexadecimal"), body.as_bytes().to_vec()].concat();
        let at = at % bytes.len();
        bytes[at] ^= by;
        let (signature, body) = bytes.split_at(64);
        let signature = hex::encode(signature);
        assert!(verify(&ours, Some(&good_stamp), Some(&signature), body, now()).is_err(), "byte {at}");
    }
    let taken = verify(&ours, stamp, signature, body.as_bytes(), now()).is_ok();
    let known = signature.is_some_and(|s| s.eq_ignore_ascii_case(&good)) && stamp == Some(good_stamp.as_str());
    assert!(!taken || known, "a forgery");
    if let Some(found) = key(other_key) {
        assert!(!found.is_weak() && hex::encode(found.as_bytes()) == other_key.to_ascii_lowercase());
    }
});
