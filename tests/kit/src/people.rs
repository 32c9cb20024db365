//! The people of the demo organisation by number, as their accounts are on every platform.

/// Their ids: the first is number 1.
pub const PEOPLE: [&str; 8] = ["dev", "lisa", "manager", "deputy", "sec1", "sec2", "sec3", "sec4"];

/// Asks.
pub const DEV: usize = 1;
/// A team lead in dev's team: can take the first step.
pub const LISA: usize = 2;
/// A manager: can take the second.
pub const MANAGER: usize = 3;
/// Another manager.
pub const DEPUTY: usize = 4;
/// In security, of whom two take the third.
pub const SEC1: usize = 5;
/// In security.
pub const SEC2: usize = 6;
/// In security.
pub const SEC3: usize = 7;
/// In security.
pub const SEC4: usize = 8;
/// An account that nobody is bound to.
pub const STRANGER: usize = 9;
