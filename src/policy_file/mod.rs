//! The policy file: text to policy, with every mistake at its line.
