//! The bots that are configured: built once, used to tell, to listen, and to answer over HTTP.

use crate::{
    clock::Clock,
    config::{Config, SlackConfig},
    outbox::Messengers,
    service::{Scoped, Service},
};
use axum::Router;
use countersign_engine::ports::{Bot, Messenger};
use std::sync::Arc;

/// The bots that are configured. Each is a cargo feature; none is needed.
#[derive(Clone, Default)]
pub struct Bots(Vec<Entry>);

type Routes = Arc<dyn Fn(Arc<Scoped>) -> Router + Send + Sync>;

#[derive(Clone)]
struct Entry {
    bot: Arc<dyn Bot>,
    /// For platforms that call us.
    routes: Option<Routes>,
}

impl Bots {
    /// Those that the settings configure. Errors: what is wrong with which setting.
    pub fn new(config: &Config, clock: &Clock) -> Result<Self, String> {
        let bots = Self::default();
        #[cfg(feature = "slack")]
        let bots = match &config.slack {
            Some(settings) => slack(bots, settings.clone(), clock)?,
            None => bots,
        };
        Ok(bots)
    }

    /// And this one, which nobody calls over HTTP.
    pub fn with(mut self, bot: Arc<dyn Bot>) -> Self {
        self.0.push(Entry { bot, routes: None });
        self
    }

    /// And this one, with the routes that its platform calls.
    pub fn with_routes(mut self, bot: Arc<dyn Bot>, routes: Routes) -> Self {
        self.0.push(Entry { bot, routes: Some(routes) });
        self
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = Arc<dyn Bot>> + '_ {
        self.0.iter().map(|entry| entry.bot.clone())
    }

    /// Those that can be written to, by platform.
    pub fn messengers(&self) -> Messengers {
        self.all().map(|bot| (bot.platform(), bot as Arc<dyn Messenger>)).collect()
    }

    /// All routes that platforms call.
    pub fn routes(&self, service: &Service) -> Router {
        let mut router = Router::new();
        for Entry { bot, routes } in &self.0 {
            if let Some(routes) = routes {
                let engine = Arc::new(Scoped::new(service.clone(), bot.platform()));
                router = router.merge(routes(engine));
            }
        }
        router
    }
}

#[cfg(feature = "slack")]
fn slack(bots: Bots, settings: SlackConfig, clock: &Clock) -> Result<Bots, String> {
    let clock = clock.clone();
    let SlackConfig { bot_token, app_token, signing_secret, api_url } = settings;
    let settings = countersign_slack::Settings { bot_token, app_token, signing_secret, api_url };
    let slack =
        countersign_slack::Slack::new(settings, Arc::new(move || clock.now())).map_err(|e| format!("Slack: {e}"))?;
    let slack = Arc::new(slack);
    let routes = slack.clone();
    Ok(bots.with_routes(slack, Arc::new(move |engine| routes.routes(engine))))
}
