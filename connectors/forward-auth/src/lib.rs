//! Grants access to web apps behind a proxy that asks before every request: nginx `auth_request`, Caddy `forward_auth`,
//! Traefik ForwardAuth.
//!
//! Nothing is made at a target, so nothing can be left there: whoever has an active grant is let through, request by
//! request. This crate is the pure part: what is being asked for, whether it is allowed, and the signed words to the app.
//! The server answers `GET /authz` with it. README.md has the proxies' configurations.

mod connector;
mod gate;
mod hosts;
mod identity;
mod original;
mod pass;
mod proxies;
mod settings;
mod signer;

pub use gate::{Gate, Refused};
pub use hosts::{BadHost, canonical};
pub use identity::{Admission, Claims, Held, Holder};
pub use original::{Family, Original};
pub use pass::{Landing, Pass};
pub use settings::{Settings, Target};
pub use signer::Signer;
