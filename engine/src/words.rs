//! Every sentence a person reads.

use crate::refusal::Refusal;

/// A refusal in words: what was wrong, and what would work (rule 44).
pub fn refusal(refusal: &Refusal) -> String {
    refusal.code().to_owned()
}
