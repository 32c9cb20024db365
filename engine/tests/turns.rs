//! Turns of messages that are held back.

use countersign_engine::ports::{Hold, Turns};
use std::time::{Duration, Instant};

const EVERY: Duration = Duration::from_secs(1);

fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// One call a second, none sooner.
fn limit(last: &mut Instant, now: Instant) -> Result<(), Hold> {
    match (*last + EVERY).checked_duration_since(now).filter(|rest| !rest.is_zero()) {
        Some(rest) => Err(Hold::Paced(rest)),
        None => {
            *last = now;
            Ok(())
        }
    }
}

#[test]
fn each_has_a_turn_of_its_own_and_takes_it_once() {
    let (mut turns, start) = (Turns::default(), Instant::now());
    let mut last = start;
    let held: Vec<_> = (0..100).map(|_| turns.admit("C1", EVERY, start, || limit(&mut last, start))).collect();
    let in_order: Vec<_> = (1..=100).map(|n| Err(Hold::Paced(seconds(n)))).collect();
    assert_eq!(held, in_order);
    // Somebody new does not go first.
    let behind = turns.admit("C1", EVERY, start, || Ok(()));
    assert_eq!(behind, Err(Hold::Paced(seconds(101))));
    for n in 1..=101 {
        let now = start + seconds(n);
        assert_eq!(turns.admit("C1", EVERY, now, || limit(&mut last, now)), Ok(()), "{n}");
    }
    let now = start + seconds(101);
    assert_eq!(turns.admit("C1", EVERY, now, || Ok(())), Ok(()), "nobody waits any more");
}

#[test]
fn other_queues_do_not_wait_and_what_is_closed_is_closed() {
    let (mut turns, now) = (Turns::default(), Instant::now());
    let mut last = now;
    assert!(turns.admit("C1", EVERY, now, || limit(&mut last, now)).is_err());
    assert_eq!(turns.admit("C2", EVERY, now, || Ok(())), Ok(()));
    let closed = Err::<(), _>(Hold::Closed(seconds(30)));
    assert_eq!(turns.admit("C3", EVERY, now, || closed), closed);
}

/// A turn that is not taken does not hold up the queue for ever.
#[test]
fn turns_that_nobody_takes_are_forgotten() {
    let (mut turns, now) = (Turns::default(), Instant::now());
    let mut last = now;
    assert!(turns.admit("C1", EVERY, now, || limit(&mut last, now)).is_err());
    let later = now + seconds(60);
    assert_eq!(turns.admit("C1", EVERY, later, || limit(&mut last, later)), Ok(()));
}
