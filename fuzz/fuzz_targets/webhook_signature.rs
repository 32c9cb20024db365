//! Standard Webhooks: what we sign is believed, what anybody else makes of it is not, whatever the keys.
#![no_main]

use countersign_fuzz::now;
use countersign_webhook::{MessageId, Presented, Signer, TOLERANCE, Verifier};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr";

fuzz_target!(|input: (&[u8], &str, i16, (&str, &str, &str), &str, Option<(usize, u8)>)| {
    let (body, id, skew, (other_id, stamp, signature), keys, flip) = input;
    let (signer, verifier) = (Signer::parse(SECRET).expect("a key"), Verifier::parse(SECRET).expect("a key"));
    let at = now().timestamp() + i64::from(skew);
    if let Some(id) = MessageId::new(id) {
        let (moment, signed) = (at.to_string(), signer.sign(&id, at, body));
        let presented = Presented { id: id.as_str(), timestamp: &moment, signature: &signed };
        let fresh = i64::from(skew).abs() <= TOLERANCE;
        assert_eq!(verifier.verify(presented, body, now().timestamp()).is_ok(), fresh);
        if let Some((place, by)) = flip.filter(|(_, by)| *by != 0 && !body.is_empty()) {
            let mut other = body.to_vec();
            let place = place % other.len();
            other[place] ^= by;
            assert!(verifier.verify(presented, &other, now().timestamp()).is_err());
        }
        let renamed = Presented { id: other_id, ..presented };
        assert!(other_id == id.as_str() || verifier.verify(renamed, body, now().timestamp()).is_err());
    }
    let forged = Presented { id: other_id, timestamp: stamp, signature };
    if verifier.verify(forged, body, now().timestamp()).is_ok() {
        let id = MessageId::new(other_id).expect("an id that we could have signed");
        let ours = signer.sign(&id, stamp.parse().expect("a moment"), body);
        assert!(signature.split(' ').any(|one| one == ours), "a forgery");
    }
    for found in [Signer::parse(keys).err(), Verifier::parse(keys).err()].into_iter().flatten() {
        let long = keys.split_whitespace().filter(|word| word.len() > 20);
        assert!(long.into_iter().all(|word| !found.0.contains(word)), "an error tells a key: {found}");
    }
});
