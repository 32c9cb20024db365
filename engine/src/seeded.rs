//! Planted mistakes, for the model checker to find. They exist only with the feature `seeded-bugs`, which no product has:
//! `tests/model`, a workspace of its own, is all that sets it.

/// A mistake that the checker must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// The requester may vote on their own request.
    OwnVote = 1,
    /// One person fills two slots.
    CountedTwice,
    /// A press counts for the open step, whichever it showed.
    StaleStep,
    /// An outcome that nobody knows is taken for a failure.
    UnknownIsFailed,
    /// Time that runs out while the target is at work ends the grant without taking back what may be there.
    EndedWhileGranting,
    /// A deadline holds only once its alarm has rung.
    DeadlineForgotten,
    /// A revocation after the approval ends the grant and leaves the access.
    RevokeLeavesAccess,
    /// What is tightened between the last vote and the access changes nothing.
    TightenedTooLate,
}

#[cfg(not(feature = "seeded-bugs"))]
pub(crate) const fn on(_: Bug) -> bool {
    false
}

#[cfg(feature = "seeded-bugs")]
pub(crate) use planted::on;
#[cfg(feature = "seeded-bugs")]
pub use planted::plant;

#[cfg(feature = "seeded-bugs")]
mod planted {
    use super::Bug;
    use std::sync::atomic::{AtomicU8, Ordering};

    static PLANTED: AtomicU8 = AtomicU8::new(0);

    impl Bug {
        /// All of them.
        pub const ALL: [Self; 8] = [
            Self::OwnVote,
            Self::CountedTwice,
            Self::StaleStep,
            Self::UnknownIsFailed,
            Self::EndedWhileGranting,
            Self::DeadlineForgotten,
            Self::RevokeLeavesAccess,
            Self::TightenedTooLate,
        ];
    }

    /// Plants a mistake in the whole process, or digs out whichever there is.
    pub fn plant(bug: Option<Bug>) {
        PLANTED.store(bug.map_or(0, |bug| bug as u8), Ordering::SeqCst);
    }

    pub(crate) fn on(bug: Bug) -> bool {
        PLANTED.load(Ordering::Relaxed) == bug as u8
    }
}
