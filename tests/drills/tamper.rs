//! A trail that somebody with the database in hand has changed (THREATS E06).

use crate::world::World;
use countersign::{
    audit::{
        checkpoints::Checkpoints,
        note::{Signer, Statement, split_notes},
        tree::{self, Frontier, Hash},
        verify::{Kept, verify, verify_kept},
    },
    store::{AuditHead, AuditQuery, AuditRow},
};
use countersign_engine::time::Length;
use ring::digest;
use std::collections::BTreeMap;

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }
}

fn signer(seed: u8) -> Signer {
    Signer::new("127.0.0.1:8080/audit", &[seed; 32]).unwrap()
}

/// A trail that a server wrote, signed several times on the way and at its end.
async fn lived_in() -> (World, Kept, Vec<String>) {
    let w = World::new().await;
    let file = w.place.path().join("checkpoints");
    for resource in ["prod-db", "grafana", "prod-db", "grafana", "grafana"] {
        let id = w.api("dev").request(resource, "1h").await.id();
        w.api("lisa").approve(&id).await;
        w.settle().await;
        w.advance(Length::hours(30)).await;
        Checkpoints::new(w.store.clone(), w.clock.clone(), signer(2), file.clone()).write().await.unwrap();
    }
    let rows = w.store.audit(&AuditQuery { limit: 1_000, ..AuditQuery::default() }).await.unwrap();
    let head = w.store.audit_head().await.unwrap();
    let checkpoints = w.store.checkpoints().await.unwrap();
    let outside = split_notes(&std::fs::read_to_string(file).unwrap());
    assert!(rows.len() >= 15 && outside.len() == 5, "{} entries, {} notes", rows.len(), outside.len());
    (w, Kept { rows, head, checkpoints }, outside)
}

/// Everything that can be made to fit again without the key is: hashes, numbers, the head, the database's checkpoints.
fn make_fit(kept: &mut Kept) {
    let mut frontier = Frontier::default();
    for (seq, row) in kept.rows.iter_mut().enumerate() {
        let leaf = tree::leaf(row.body.as_bytes());
        (row.seq, row.leaf) = (seq as i64, hex::encode(leaf));
        frontier.push(leaf);
    }
    kept.head =
        AuditHead { size: frontier.size() as i64, frontier: frontier.peaks().iter().map(hex::encode).collect() };
    kept.checkpoints.clear();
}

fn edit(row: &mut AuditRow, dice: &mut Dice) {
    let at = dice.below(row.body.len());
    let at = (0..=at).rev().find(|at| row.body.is_char_boundary(*at)).unwrap();
    let old = row.body[at..].chars().next().unwrap();
    let new = if old == 'x' { 'y' } else { 'x' };
    row.body.replace_range(at..at + old.len_utf8(), &new.to_string());
}

const KINDS: [&str; 12] = [
    "edited",
    "edited and hashed",
    "edited and made to fit",
    "deleted",
    "deleted and made to fit",
    "inserted and made to fit",
    "reordered",
    "reordered and made to fit",
    "column changed",
    "tail cut and made to fit",
    "checkpoint edited",
    "signed by another key",
];

/// Does one harm; which.
fn harm(kept: &mut Kept, outside: &mut [String], dice: &mut Dice) -> &'static str {
    let (kind, n) = (KINDS[dice.below(KINDS.len())], kept.rows.len());
    let (at, other) = (dice.below(n), dice.below(n - 1));
    let other = if other >= at { other + 1 } else { other };
    match kind {
        "edited" => edit(&mut kept.rows[at], dice),
        "edited and hashed" => {
            edit(&mut kept.rows[at], dice);
            kept.rows[at].leaf = hex::encode(tree::leaf(kept.rows[at].body.as_bytes()));
        }
        "edited and made to fit" => edit(&mut kept.rows[at], dice),
        "deleted" | "deleted and made to fit" => drop(kept.rows.remove(at)),
        "inserted and made to fit" => {
            let copy = kept.rows[other].clone();
            kept.rows.insert(at, copy);
        }
        "reordered" => {
            kept.rows.swap(at, other);
        }
        "reordered and made to fit" => kept.rows.swap(at, other),
        "column changed" => match dice.below(4) {
            0 => kept.rows[at].person.push('x'),
            1 => kept.rows[at].resource.push('x'),
            2 => kept.rows[at].at += chrono::TimeDelta::microseconds(1),
            _ => kept.rows[at].request = format!("{}X", kept.rows[at].request).as_str().into(),
        },
        "tail cut and made to fit" => kept.rows.truncate(at),
        "checkpoint edited" => {
            let note = &mut outside[dice.below(5)];
            let digit = note.find('\n').unwrap() + 1;
            let new = if note[digit..].starts_with('9') { "8" } else { "9" };
            note.replace_range(digit..digit + 1, new);
        }
        _ => {
            let mut tree = Frontier::default();
            kept.rows.iter().take(at + 1).for_each(|row| tree.push(tree::leaf(row.body.as_bytes())));
            let note = signer(3).sign(&Statement::of("127.0.0.1:8080/audit", &tree));
            outside[dice.below(5)] = note;
        }
    }
    if kind.ends_with("made to fit") {
        make_fit(kept);
    }
    kind
}

#[tokio::test]
async fn abuse_e06_random_tampering_is_always_found() {
    let rounds = std::env::var("COUNTERSIGN_TEST_TAMPERED").map_or(1_000, |n| n.parse().unwrap());
    let (w, kept, outside) = lived_in().await;
    let whole = verify(w.store.as_ref(), &signer(2).verifier(), &outside).await.unwrap();
    assert_eq!(whole, verify_kept(&kept, &signer(2).verifier(), &outside));
    assert_eq!((whole.problems.len(), whole.entries), (0, kept.rows.len() as u64), "{:?}", whole.problems);

    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut dice = Dice(7);
    for round in 0..rounds {
        let (mut changed, mut notes) = (kept.clone(), outside.clone());
        let kind = harm(&mut changed, &mut notes, &mut dice);
        let verdict = verify_kept(&changed, &signer(2).verifier(), &notes);
        assert!(!verdict.problems.is_empty(), "round {round}: {kind} was not found");
        *found.entry(kind).or_default() += 1;
    }
    assert_eq!(found.len(), KINDS.len());
    println!("{rounds} of {rounds} found: {found:?}");
}

/// RFC 6962, section 2.1, written down anew from its text: the verifier's root is the standard's.
#[tokio::test]
async fn abuse_e06_the_root_is_that_of_the_standard() {
    fn sha(parts: &[&[u8]]) -> Hash {
        let mut context = digest::Context::new(&digest::SHA256);
        parts.iter().for_each(|part| context.update(part));
        context.finish().as_ref().try_into().unwrap()
    }
    fn root(entries: &[AuditRow]) -> Hash {
        match entries {
            [] => sha(&[]),
            [one] => sha(&[&[0], one.body.as_bytes()]),
            more => {
                let half = more.len().next_power_of_two() / 2;
                sha(&[&[1], &root(&more[..half]), &root(&more[half..])])
            }
        }
    }
    let (_, kept, _) = lived_in().await;
    for size in 0..=kept.rows.len() {
        let mut prefix = Kept { rows: kept.rows[..size].to_vec(), ..kept.clone() };
        make_fit(&mut prefix);
        let verdict = verify_kept(&prefix, &signer(2).verifier(), &[]);
        assert_eq!((verdict.problems, verdict.root), (Vec::new(), hex::encode(root(&kept.rows[..size]))), "{size}");
    }
}
