//! The tree of RFC 6962, section 2.1, written from the RFC a second time: the one who is checked does not check.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::digest::{Context, SHA256};
use std::path::Path;

type Hash = [u8; 32];

/// All perfect subtrees: level 0 has the leaves, each level above has their pairs.
pub struct Tree {
    levels: Vec<Vec<Hash>>,
}

/// MTH({d}) = SHA-256(0x00 || d)
pub fn leaf(entry: &str) -> Hash {
    sha256(&[&[0], entry.as_bytes()])
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    context.finish().as_ref().try_into().unwrap()
}

impl Tree {
    pub fn new(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        while levels[levels.len() - 1].len() > 1 {
            let pairs = levels[levels.len() - 1].chunks_exact(2).map(|pair| sha256(&[&[1], &pair[0], &pair[1]]));
            let above = pairs.collect();
            levels.push(above);
        }
        Self { levels }
    }

    /// MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])), k the largest power of two below n.
    pub fn root(&self, size: usize) -> Hash {
        assert!(size <= self.levels[0].len(), "a checkpoint of {size} entries, but there are {}", self.levels[0].len());
        self.range(0, size)
    }

    fn range(&self, from: usize, size: usize) -> Hash {
        match size {
            0 => sha256(&[]),
            size if size.is_power_of_two() => {
                let level = size.trailing_zeros() as usize;
                self.levels[level][from >> level]
            }
            size => {
                let left = 1 << (usize::BITS - 1 - size.leading_zeros());
                sha256(&[&[1], &self.range(from, left), &self.range(from + left, size - left)])
            }
        }
    }

    /// Every checkpoint of the second place holds against the tree; how many there were.
    pub fn holds_against(&self, checkpoints: &Path) -> usize {
        let text = std::fs::read_to_string(checkpoints).expect("the second place");
        // C2SP tlog-checkpoint: origin, size, root, an empty line, signatures.
        let lines: Vec<&str> = text.lines().collect();
        let mut known = 0;
        let mut count = 0;
        for at in (0..lines.len()).filter(|at| lines[*at].starts_with('\u{2014}')) {
            let (size, root) = (lines[at - 3].parse().unwrap(), STANDARD.decode(lines[at - 2]).unwrap());
            assert!(size >= known, "checkpoints go back from {known} to {size}");
            assert_eq!(root, self.root(size), "the checkpoint of {size} entries does not hold");
            (known, count) = (size, count + 1);
        }
        assert!(count > 0, "the second place has no checkpoint");
        count
    }
}
