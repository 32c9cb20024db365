//! From people to the app: activities, each with a token that proves it.

use super::{APP, FakeTeams, Message, TestKey, judge, model};
use countersign_engine::time::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;

/// How the app answered a delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack {
    /// The HTTP status; 0 when nobody answered.
    pub status: u16,
    /// The invoke response in it; null when there is none.
    pub body: Value,
}

impl Ack {
    /// What the presser is shown: a sentence, or the words of the card in the old one's place.
    pub fn words(&self) -> String {
        match self.body["value"].as_str() {
            Some(sentence) => sentence.to_owned(),
            None => model::words(&self.body["value"]),
        }
    }
    /// The card that takes the old one's place for the presser.
    pub fn card(&self) -> Option<&Value> {
        (self.body["type"] == "application/vnd.microsoft.card.adaptive").then(|| &self.body["value"])
    }
}

impl FakeTeams {
    /// Activities go to this address from now on, with tokens of this clock's time.
    pub fn deliver_to(&self, url: &str, clock: impl Fn() -> Timestamp + Send + Sync + 'static) {
        self.change(|s| s.target = Some((url.to_owned(), Arc::new(clock))));
    }

    /// Somebody types this in a conversation; in [`super::PLACE`] they mention the app.
    pub async fn says(&self, who: usize, conversation: &str, text: &str) -> Ack {
        self.deliver(self.message_payload(who, conversation, text)).await
    }
    /// Somebody types this to the app alone.
    pub async fn says_alone(&self, who: usize, text: &str) -> Ack {
        let conversation = self.change(|s| s.direct(who));
        self.says(who, &conversation, text).await
    }

    /// Somebody presses the button that says this.
    ///
    /// # Panics
    /// When the message, as this person sees it, has no such button, or when the app answers with a card that Teams refuses.
    pub async fn press(&self, who: usize, label: &str, message: &Message) -> Ack {
        self.fill(who, label, message, &[]).await
    }

    /// Somebody fills fields in, by their ids, and presses the button that says this. A button that only opens fields is
    /// opened, and the one in it pressed.
    ///
    /// # Panics
    /// As above.
    pub async fn fill(&self, who: usize, label: &str, message: &Message, fields: &[(&str, &str)]) -> Ack {
        let seen = self.seen(who, message);
        let action = action(&seen, label).unwrap_or_else(|| panic!("no button \"{label}\" on {seen}"));
        let ack = self.deliver(self.invoke_payload(who, message, &action, fields)).await;
        if let Some(card) = ack.card() {
            if let Err(why) = judge::check_card(card) {
                panic!("a card was answered that Teams refuses: {why}: {card}");
            }
            self.change(|s| s.views.insert((message.id.clone(), who), card.clone()));
        }
        ack
    }

    /// A client fetches the newest card by itself, as its `refresh` says; `None` when it says nothing for this person.
    pub async fn refresh(&self, who: usize, message: &Message) -> Option<Ack> {
        let refresh = self.now(message).card["refresh"].clone();
        let ids = refresh["userIds"].as_array()?;
        ids.contains(&super::user(who).into()).then_some(())?;
        let mut payload = self.invoke_payload(who, message, &refresh["action"], &[]);
        payload["value"]["trigger"] = "automatic".into();
        Some(self.deliver(payload).await)
    }

    /// Delivers an activity as Teams would, and as the trouble of the day has it; gives the last answer.
    pub async fn deliver(&self, activity: Value) -> Ack {
        let (times, broken, reordered) =
            self.change(|s| (s.repeats, std::mem::take(&mut s.broken), std::mem::take(&mut s.reordered)));
        if reordered {
            self.change(|s| s.held_back = Some(activity));
            return Ack { status: 0, body: Value::Null };
        }
        if broken {
            // The answer is lost on its way, so Teams delivers once more.
            let _ = self.send(&self.token(&activity), &activity).await;
        }
        let mut ack = Ack { status: 0, body: Value::Null };
        for _ in 0..times {
            ack = self.send(&self.token(&activity), &activity).await;
        }
        if let Some(earlier) = self.change(|s| s.held_back.take()) {
            let _ = self.send(&self.token(&earlier), &earlier).await;
        }
        ack
    }

    /// The `Authorization` of an activity.
    pub fn token(&self, activity: &Value) -> String {
        let key = self.state().signing;
        format!("Bearer {}", key.token(&self.token_header(key), &self.claims(activity)))
    }
    /// The header of a good token.
    pub fn token_header(&self, key: TestKey) -> Value {
        json!({"alg": "RS256", "kid": key.kid(), "x5t": key.kid(), "typ": "JWT"})
    }
    /// The claims of a good token.
    pub fn claims(&self, activity: &Value) -> Value {
        let now = self.clock_now().timestamp();
        json!({"serviceurl": activity["serviceUrl"], "nbf": now - 60, "exp": now + 3_600, "iss": super::ISSUER, "aud": APP})
    }
    /// The moment on the clock that activities are delivered by.
    ///
    /// # Panics
    /// Before [`FakeTeams::deliver_to`].
    pub fn clock_now(&self) -> Timestamp {
        let clock = self.state().target.as_ref().map(|(_, clock)| clock.clone());
        clock.expect("deliver_to comes first")()
    }

    /// Sends an activity with any `Authorization`, none when it is empty.
    pub async fn send(&self, authorization: &str, activity: &Value) -> Ack {
        self.send_bytes(authorization, activity.to_string().into_bytes()).await
    }

    /// Sends any bytes.
    ///
    /// # Panics
    /// Before [`FakeTeams::deliver_to`].
    pub async fn send_bytes(&self, authorization: &str, body: Vec<u8>) -> Ack {
        let url = self.state().target.as_ref().map(|(url, _)| url.clone()).expect("deliver_to comes first");
        let mut request = reqwest::Client::new().post(url).header("content-type", "application/json").body(body);
        if !authorization.is_empty() {
            request = request.header("authorization", authorization);
        }
        match request.send().await {
            Err(_) => Ack { status: 0, body: Value::Null },
            Ok(answer) => {
                let status = answer.status().as_u16();
                let text = answer.text().await.unwrap_or_default();
                Ack { status, body: serde_json::from_str(&text).unwrap_or(Value::Null) }
            }
        }
    }
}

/// The action behind a label: of the card itself, or the one that a button opens.
fn action(card: &Value, label: &str) -> Option<Value> {
    let found = card["actions"].as_array()?.iter().find(|action| action["title"] == label)?;
    match found["type"].as_str()? {
        "Action.ShowCard" => found["card"]["actions"].as_array()?.first().cloned(),
        _ => Some(found.clone()),
    }
}
