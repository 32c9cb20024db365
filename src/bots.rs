//! The bots that are configured: built once, used to tell, to listen, and to answer over HTTP.

use crate::{config::Config, outbox::Messengers, service::Service};
use axum::Router;
use countersign_engine::ports::{Bot, Messenger};
use std::sync::Arc;

/// The bots that are configured. Each is a cargo feature; none is needed.
#[derive(Clone, Default)]
pub struct Bots {}

impl Bots {
    /// Those that the settings configure.
    pub fn new(_config: &Config) -> Self {
        Self {}
    }

    /// All of them.
    pub fn all(&self) -> Vec<Arc<dyn Bot>> {
        Vec::new()
    }

    /// Those that can be written to, by platform.
    pub fn messengers(&self) -> Messengers {
        self.all().into_iter().map(|bot| (bot.platform(), bot as Arc<dyn Messenger>)).collect()
    }

    /// The routes of those that platforms call.
    pub fn routes(&self, _service: &Service) -> Router {
        Router::new()
    }
}
