//! Grants access to PostgreSQL: one login role per grant, with a password that only its holder ever sees.
//!
//! Granting creates the role with the memberships that the access level names; revoking closes it, cuts its sessions,
//! gives what it owns to a role without rights, drops it, and reads back that it is gone. README.md says which rights
//! that takes and why.

mod connector;
mod failure;
mod grant;
mod groups;
mod limits;
mod password;
mod preflight;
mod quote;
mod revoke;
mod role;
mod session;
mod settings;
mod tls;

pub use connector::Postgres;
pub use quote::{BadName, identifier, literal};
pub use settings::{Settings, Target, Tls};
