//! Signatures against the vectors of the specification's own libraries, and against everything that is almost right.

use countersign_kit::webhooks::sign;
use countersign_webhook::{BadSignature, MessageId, Presented, Scheme, Signer, Verifier, new_key_pair, new_secret};

/// Identifier, moment, body and secret that the libraries of github.com/standard-webhooks test with.
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const AT: i64 = 1_614_265_330;
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const PRIVATE: &str = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=";

fn id() -> MessageId {
    MessageId::new(ID).unwrap()
}
fn signed(keys: &str) -> String {
    Signer::parse(keys).unwrap().sign(&id(), AT, BODY)
}
fn check(keys: &str, signature: &str) -> Result<(), BadSignature> {
    let presented = Presented { id: ID, timestamp: "1614265330", signature };
    Verifier::parse(keys).unwrap().verify(presented, BODY, AT)
}

#[test]
fn the_libraries_vectors() {
    assert_eq!(signed(SECRET), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    let ed25519 = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==";
    assert_eq!(signed(PRIVATE), ed25519);
}

#[test]
fn what_is_signed_is_believed() {
    let secret = new_secret().unwrap();
    let (private, public) = new_key_pair().unwrap();
    assert_eq!(check(&secret, &signed(&secret)), Ok(()));
    assert_eq!(check(&public, &signed(&private)), Ok(()));
    let both = signed(&format!("{secret} {private}"));
    assert_eq!((check(&secret, &both), check(&public, &both)), (Ok(()), Ok(())));
    assert_eq!(check(&new_secret().unwrap(), &both), Err(BadSignature::Wrong));
    assert_eq!(check(&new_key_pair().unwrap().1, &both), Err(BadSignature::Wrong));
    let [_, _, (_, kits)] = sign(&secret, ID, AT, std::str::from_utf8(BODY).unwrap());
    assert_eq!(kits, signed(&secret), "another pen writes the same");
}

/// THREATS D09: while one key replaces another, both sign, and either side can be the first to change.
#[test]
fn abuse_d09_keys_can_be_changed_without_a_gap() {
    let (old, new) = (new_secret().unwrap(), new_secret().unwrap());
    let signer = Signer::parse(&new).unwrap().and(Signer::parse(&old).unwrap());
    let signature = signer.sign(&id(), AT, BODY);
    assert_eq!(signature.split(' ').count(), 2);
    assert_eq!((check(&old, &signature), check(&new, &signature)), (Ok(()), Ok(())));
    let either = Verifier::parse(&new).unwrap().and(Verifier::parse(&old).unwrap());
    for key in [&old, &new] {
        let signature = signed(key);
        let presented = Presented { id: ID, timestamp: "1614265330", signature: &signature };
        assert_eq!(either.verify(presented, BODY, AT), Ok(()));
    }
    assert_eq!(
        Signer::parse(&format!("{old} {}", new_key_pair().unwrap().0)).unwrap().schemes(),
        [Scheme::Hmac, Scheme::Ed25519]
    );
}

/// THREATS D09: an empty or short secret is none, and a dot in an id would let two messages share a signature.
#[test]
fn abuse_d09_keys_and_ids_that_are_none() {
    let bytes = |n: usize| format!("whsec_{}", "QUFB".repeat(n / 3));
    for bad in [
        "",
        " ",
        "whsec_",
        "secret",
        "whsec_AAAA",
        "whsec_!",
        &bytes(21),
        &bytes(66),
        "whsk_AAAA",
        "whpk_AAAA",
        "whxx_AAAA",
    ] {
        assert!(Signer::parse(bad).is_err(), "{bad}");
        let said = Verifier::parse(bad).unwrap_err().to_string();
        assert!(bad.len() < 8 || !said.contains(bad), "a key is never repeated: {said}");
    }
    assert!(Signer::parse(&bytes(24)).is_ok() && Verifier::parse(&bytes(63)).is_ok());
    let (private, public) = new_key_pair().unwrap();
    assert!(Signer::parse(&public).is_err() && Verifier::parse(&private).is_err(), "each half has its use");
    assert!(!format!("{:?}", Signer::parse(&private).unwrap()).contains(&private[5..20]));
    for bad in ["", "a.1", "a b", "a-b", "ä", "a\n", &"a".repeat(129)] {
        assert_eq!(MessageId::new(bad), None, "{bad}");
    }
}

/// THREATS B01, D09: thirty ways of being almost right.
#[test]
fn abuse_b01_almost_right_is_wrong() {
    let (private, public) = new_key_pair().unwrap();
    let keys = format!("{SECRET} {public}");
    let good = [signed(SECRET), signed(&private)];
    let verify = |id: &str, timestamp: &str, signature: &str, body: &[u8], now: i64| {
        Verifier::parse(&keys).unwrap().verify(Presented { id, timestamp, signature }, body, now)
    };
    for signature in &good {
        let s = signature.as_str();
        let stamp = "1614265330";
        assert_eq!(verify(ID, stamp, s, BODY, AT), Ok(()));
        assert_eq!(verify(ID, stamp, s, BODY, AT + 300), Ok(()));
        assert_eq!(verify(ID, stamp, s, BODY, AT - 300), Ok(()));
        assert_eq!(verify(ID, stamp, &format!("v1,AAAA v2,{s} {s}"), BODY, AT), Ok(()), "one that fits is enough");
        let swapped = if s.starts_with("v1a,") { s.replacen("v1a,", "v1,", 1) } else { s.replacen("v1,", "v1a,", 1) };
        let mut flipped = s.to_owned();
        let last = flipped.trim_end_matches('=').len() - 3;
        flipped.replace_range(last..=last, if &s[last..=last] == "A" { "B" } else { "A" });
        let wrong: [(&str, &str, &str, &[u8], i64); 23] = [
            (ID, stamp, s, BODY, AT + 301),
            (ID, stamp, s, BODY, AT - 301),
            (ID, stamp, s, BODY, 0),
            ("msg_other", stamp, s, BODY, AT),
            (&ID.to_lowercase(), stamp, s, BODY, AT),
            ("", stamp, s, BODY, AT),
            ("msg.p5jXN8", stamp, s, BODY, AT),
            (ID, "1614265331", s, BODY, AT),
            (ID, "01614265330", s, BODY, AT),
            (ID, "+1614265330", s, BODY, AT),
            (ID, "1614265330.0", s, BODY, AT),
            (ID, " 1614265330", s, BODY, AT),
            (ID, "", s, BODY, AT),
            (ID, "99999999999999999999", s, BODY, AT),
            (ID, stamp, "", BODY, AT),
            (ID, stamp, "v1,", BODY, AT),
            (ID, stamp, "v1a,", BODY, AT),
            (ID, stamp, &s[..s.len() - 5], BODY, AT),
            (ID, stamp, &swapped, BODY, AT),
            (ID, stamp, &flipped, BODY, AT),
            (ID, stamp, &s.replace(',', ":"), BODY, AT),
            (ID, stamp, s, b"{\"test\": 2432232315}", AT),
            (ID, stamp, s, b"", AT),
        ];
        for (id, timestamp, signature, body, now) in wrong {
            assert!(verify(id, timestamp, signature, body, now).is_err(), "{id} {timestamp} {signature} {now}");
        }
    }
    let many = format!("{}{}", "v1,AAAA ".repeat(40), good[0]);
    assert!(verify(ID, "1614265330", &many, BODY, AT).is_err(), "nobody looks through forty signatures");
}
