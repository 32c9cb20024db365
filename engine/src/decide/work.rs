//! A transition in the making.

use super::{alarm::next_alarm, evolve::evolve};
use crate::{
    effect::{Audience, Effect, News},
    event::Event,
    policy::Policy,
    request::Request,
    time::Timestamp,
    transition::{Actor, Transition},
};

/// Collects what happens. State is only ever changed by applying an event, so the events alone rebuild the request.
pub(super) struct Work<'a> {
    pub request: Request,
    pub policy: &'a Policy,
    pub now: Timestamp,
    events: Vec<Event>,
    effects: Vec<Effect>,
}

impl<'a> Work<'a> {
    /// Starts from a request as it is.
    pub fn on(request: &Request, policy: &'a Policy, now: Timestamp) -> Self {
        Self { request: request.clone(), policy, now, events: Vec::new(), effects: Vec::new() }
    }

    /// Something happens.
    pub fn happens(&mut self, event: Event) {
        evolve(&mut self.request, &event);
        self.events.push(event);
    }

    /// Something is to be done about it; said twice, it is done once.
    pub fn effect(&mut self, effect: Effect) {
        if !self.effects.contains(&effect) {
            self.effects.push(effect);
        }
    }

    /// Somebody is to hear of it.
    pub fn tell(&mut self, audience: Audience, news: News) {
        self.effect(Effect::Tell { audience, news });
    }

    /// Nothing happened?
    pub fn is_idle(&self) -> bool {
        self.events.is_empty()
    }

    /// Closes the books: one version further, clock set, cards brought up to date.
    pub fn done(mut self, actor: Actor) -> Transition {
        self.request.version += 1;
        self.effect(Effect::Refresh);
        self.effect(Effect::Wake { at: next_alarm(&self.request, self.policy) });
        Transition { request: self.request, events: self.events, effects: self.effects, actor }
    }

    /// [`Work::done`], unless nothing happened.
    pub fn done_if_any(self, actor: Actor) -> Option<Transition> {
        (!self.is_idle()).then(|| self.done(actor))
    }
}
