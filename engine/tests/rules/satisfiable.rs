//! rule 13: the matching agrees with trying everything.

use countersign_engine::{
    chain::{Remaining, shortfall_of},
    id::PersonId,
};
use proptest::prelude::*;

/// Tries every choice of people for every step.
fn can_be_filled(steps: &[Remaining], used: &mut Vec<PersonId>) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    choices(&step.people, step.needed as usize).into_iter().any(|chosen| {
        if step.distinct && chosen.iter().any(|p| used.contains(p)) {
            return false;
        }
        let before = used.len();
        if step.distinct {
            used.extend(chosen);
        }
        let fits = can_be_filled(rest, used);
        used.truncate(before);
        fits
    })
}

fn choices(people: &[PersonId], n: usize) -> Vec<Vec<PersonId>> {
    match (people.split_first(), n) {
        (_, 0) => vec![Vec::new()],
        (None, _) => Vec::new(),
        (Some((first, rest)), n) => {
            let with = choices(rest, n - 1).into_iter().map(|mut c| {
                c.push(first.clone());
                c
            });
            with.chain(choices(rest, n)).collect()
        }
    }
}

fn chains() -> impl Strategy<Value = Vec<Remaining>> {
    let people = prop::sample::subsequence((0..6u8).collect::<Vec<_>>(), 0..=6);
    let step = (0..4u32, prop::bool::weighted(0.8), people);
    prop::collection::vec(step, 1..5).prop_map(|steps| {
        let remaining = |(step, (needed, distinct, people)): (usize, (u32, bool, Vec<u8>))| Remaining {
            step,
            needed,
            distinct,
            people: people.into_iter().map(|p| PersonId::new(format!("p{p}"))).collect(),
        };
        steps.into_iter().enumerate().map(remaining).collect()
    })
}

proptest! {
    #[test]
    fn agrees_with_brute_force(chain in chains()) {
        let short = shortfall_of(&chain);
        prop_assert_eq!(short.is_none(), can_be_filled(&chain, &mut Vec::new()), "{:?}", &short);
        if let Some(short) = short {
            prop_assert!(short.available < short.needed);
            let upto = chain.iter().position(|r| r.step == short.step).unwrap();
            prop_assert!(can_be_filled(&chain[..upto], &mut Vec::new()), "the first step that cannot be filled");
            let mut less = chain[..=upto].to_vec();
            less[upto].needed = short.available;
            prop_assert!(can_be_filled(&less, &mut Vec::new()), "as many as are said to be available are");
        }
    }
}

/// Taking people in order would give step 1 the only one whom step 2 can have.
#[test]
fn greedy_would_be_wrong() {
    let step = |step, people: &[&str]| Remaining {
        step,
        needed: 1,
        distinct: true,
        people: people.iter().map(|p| PersonId::from(*p)).collect(),
    };
    assert_eq!(shortfall_of(&[step(0, &["ann", "bob"]), step(1, &["ann"])]), None);
    assert!(shortfall_of(&[step(0, &["ann"]), step(1, &["ann"])]).is_some());
}
