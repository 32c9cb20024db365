//! The Merkle tree of RFC 6962: leaf = SHA-256(0x00 || entry), node = SHA-256(0x01 || left || right).

use crate::store::{AuditHead, StoreError};
use ring::digest;

/// A hash in the tree.
pub type Hash = [u8; 32];

/// The hash of an entry.
pub fn leaf(entry: &[u8]) -> Hash {
    hash(&[&[0x00], entry])
}

fn node(left: &Hash, right: &Hash) -> Hash {
    hash(&[&[0x01], left, right])
}

fn hash(parts: &[&[u8]]) -> Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// All that is needed to go on hashing: the roots of the perfect subtrees that make up the tree, largest first. There is
/// one for each bit that is set in the size, so a million entries need at most twenty hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// From its parts; `None` when they do not fit together.
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (size.count_ones() as usize == peaks.len()).then_some(Self { size, peaks })
    }
    /// The one that a stored head describes. Errors: the head is corrupt.
    pub fn of_head(head: &AuditHead) -> Result<Self, StoreError> {
        let corrupt = || StoreError::Corrupt("the audit head's frontier".into());
        let peaks: Option<Vec<Hash>> =
            head.frontier.iter().map(|text| hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok())).collect();
        let size = u64::try_from(head.size).map_err(|_| corrupt())?;
        Self::from_parts(size, peaks.ok_or_else(corrupt)?).ok_or_else(corrupt)
    }
    /// Entries so far.
    pub fn size(&self) -> u64 {
        self.size
    }
    /// The roots of the perfect subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }
    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut carry = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                carry = node(&left, &carry);
            }
        }
        self.peaks.push(carry);
        self.size += 1;
    }
    /// The root; of the empty tree, the hash of nothing (RFC 6962, section 2.1).
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(smallest) = peaks.next() else { return hash(&[]) };
        peaks.fold(*smallest, |right, left| node(left, &right))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition in RFC 6962, section 2.1, word for word.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves.len() {
            0 => hash(&[]),
            1 => leaves[0],
            n => {
                let k = (n - 1).checked_ilog2().map_or(1, |bits| 1 << bits);
                node(&by_definition(&leaves[..k]), &by_definition(&leaves[k..]))
            }
        }
    }

    #[test]
    fn agrees_with_the_definition_at_every_size() {
        let mut frontier = Frontier::default();
        let mut leaves = Vec::new();
        for n in 0..200_u32 {
            assert_eq!(frontier.root(), by_definition(&leaves), "{n} entries");
            let next = leaf(&n.to_be_bytes());
            frontier.push(next);
            leaves.push(next);
        }
    }

    #[test]
    fn knows_the_published_empty_root_and_leaf() {
        assert_eq!(
            hex::encode(Frontier::default().root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(hex::encode(leaf(b"")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    }
}
