//! Names for new requests.

use crate::entropy::Entropy;
use countersign_engine::{
    id::{RequestId, ShortId},
    time::Timestamp,
};
use ulid::Ulid;

/// A request's id, and the short ids it could have, shortest first. Which of them is free, only the database knows.
pub(super) struct Names {
    pub id: RequestId,
    pub short_ids: [ShortId; 3],
}

impl Names {
    /// New names for a request of this moment.
    pub fn draw(now: Timestamp, entropy: &Entropy) -> Self {
        // The system's generator fails only where nothing else works either; the clock alone still keeps ids apart.
        let random = entropy.bytes().unwrap_or([0_u8; 16]);
        let ulid = Ulid::from_parts(now.timestamp_millis().max(0) as u64, u128::from_be_bytes(random));
        let id = ulid.to_string();
        let tail = id.to_ascii_lowercase();
        let short = |length: usize| ShortId::new(format!("req-{}", &tail[tail.len() - length..]));
        Self { id: RequestId::new(id), short_ids: [short(4), short(6), short(12)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_long_enough_to_differ_and_short_enough_to_say() {
        let chance = Entropy::default();
        let names = Names::draw(Timestamp::UNIX_EPOCH, &chance);
        assert_eq!(names.id.as_str().len(), 26);
        let lengths: Vec<usize> = names.short_ids.iter().map(|s| s.as_str().len()).collect();
        assert_eq!(lengths, [8, 10, 16]);
        assert_ne!(names.id, Names::draw(Timestamp::UNIX_EPOCH, &chance).id);
    }
}
