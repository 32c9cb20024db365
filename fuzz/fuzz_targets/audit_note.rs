//! Signed checkpoints: only what the log's key signed opens, and it says then what was signed.
#![no_main]

use countersign::audit::{
    note::{Signer, Statement, Verifier, split_notes},
    tree::{Frontier, leaf},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, u8, Option<(usize, u8)>, &str)| {
    let (raw, entries, flip, key) = input;
    let signer = Signer::new("countersign.example/audit", &[3; 32]).expect("a seed");
    let verifier = signer.verifier();
    assert_eq!(Verifier::parse(&verifier.public_key()).as_ref(), Some(&verifier));
    if let Some(other) = Verifier::parse(key) {
        assert_eq!(Verifier::parse(&other.public_key()), Some(other));
    }
    let mut tree = Frontier::default();
    (0..entries % 40).for_each(|n| tree.push(leaf(&[n])));
    let statement = Statement::of(signer.origin(), &tree);
    let note = signer.sign(&statement);
    assert_eq!(verifier.open(&note), Some(statement.clone()));
    if let Some((at, by)) = flip.filter(|(_, by)| *by != 0) {
        let mut bytes = note.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= by;
        if let Some(opened) = std::str::from_utf8(&bytes).ok().and_then(|text| verifier.open(text)) {
            assert_eq!(opened, statement, "an edited note says something else, and opens");
        }
    }
    assert_eq!(verifier.open(raw).filter(|_| !raw.contains("countersign.example/audit")), None);
    if let Some(opened) = verifier.open(raw) {
        let root = |n: u8| {
            let mut tree = Frontier::default();
            (0..n).for_each(|n| tree.push(leaf(&[n])));
            Statement::of(signer.origin(), &tree)
        };
        assert!((0..40).any(|n| root(n) == opened), "a forgery: {raw}");
    }
    for one in split_notes(&format!("{note}\n{note}")) {
        assert_eq!(verifier.open(&one), Some(statement.clone()));
    }
    let _ = split_notes(raw);
});
