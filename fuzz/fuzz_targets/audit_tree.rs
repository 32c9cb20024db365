//! The Merkle tree: the frontier's root is the definition's, from any beginning, and no frontier that does not fit is taken.
#![no_main]

use countersign::{
    audit::tree::{Frontier, Hash, leaf},
    store::AuditHead,
};
use libfuzzer_sys::fuzz_target;
use ring::digest::{SHA256, digest};

fn sha(bytes: &[u8]) -> Hash {
    digest(&SHA256, bytes).as_ref().try_into().expect("32 bytes")
}

/// RFC 6962, section 2.1, word for word.
fn root(leaves: &[Hash]) -> Hash {
    match leaves.len() {
        0 => sha(b""),
        1 => leaves[0],
        n => {
            let half = n.next_power_of_two() / 2;
            sha(&[&[1][..], &root(&leaves[..half]), &root(&leaves[half..])].concat())
        }
    }
}

fuzz_target!(|input: (Vec<&[u8]>, usize, i64, Vec<&str>)| {
    let (entries, cut, size, texts) = input;
    let leaves: Vec<Hash> = entries.iter().take(70).map(|entry| leaf(entry)).collect();
    for (entry, hash) in entries.iter().zip(&leaves) {
        assert_eq!(*hash, sha(&[&[0][..], entry].concat()));
    }
    let mut tree = Frontier::default();
    leaves.iter().for_each(|leaf| tree.push(*leaf));
    assert_eq!((tree.size(), tree.root()), (leaves.len() as u64, root(&leaves)));
    // Going on from what was stored in the middle gives the same tree.
    let (first, rest) = leaves.split_at(cut % (leaves.len() + 1));
    let mut begun = Frontier::default();
    first.iter().for_each(|leaf| begun.push(*leaf));
    let head = AuditHead { size: begun.size() as i64, frontier: begun.peaks().iter().map(hex::encode).collect() };
    let mut gone_on = Frontier::of_head(&head).expect("what was stored");
    assert_eq!(gone_on, begun);
    rest.iter().for_each(|leaf| gone_on.push(*leaf));
    assert_eq!(gone_on, tree);
    let head = AuditHead { size, frontier: texts.iter().map(|text| (*text).to_owned()).collect() };
    if let Ok(read) = Frontier::of_head(&head) {
        assert!(size >= 0 && read.peaks().len() as u32 == (size as u64).count_ones());
    }
});
