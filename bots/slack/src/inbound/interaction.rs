//! Presses and forms.

use super::{Inbound, Malformed, What};
use crate::identity::Origin;
use countersign_engine::desk::{Filled, FormKind};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    kind: String,
    user: User,
    team: Option<Named>,
    enterprise: Option<Named>,
    api_app_id: Option<String>,
    trigger_id: Option<String>,
    response_url: Option<String>,
    channel: Option<Named>,
    container: Option<Container>,
    actions: Option<Vec<Action>>,
    view: Option<View>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    team_id: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
}

#[derive(Deserialize)]
struct Container {
    channel_id: Option<String>,
}

#[derive(Deserialize)]
struct Action {
    value: Option<String>,
}

#[derive(Deserialize)]
struct View {
    callback_id: Option<String>,
    private_metadata: Option<String>,
    state: Option<State>,
}

#[derive(Deserialize)]
struct State {
    values: Option<BTreeMap<String, BTreeMap<String, Input>>>,
}

#[derive(Deserialize)]
struct Input {
    value: Option<String>,
    selected_option: Option<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    value: Option<String>,
}

pub(super) fn read<'de>(payload: impl Deserializer<'de>) -> Result<Inbound, Malformed> {
    let payload = Payload::deserialize(payload).map_err(|_| Malformed)?;
    let what = match payload.kind.as_str() {
        "block_actions" => pressed(payload.actions),
        "view_submission" => sent(payload.view),
        other => What::Other(other.chars().take(40).collect()),
    };
    let id = |named: Option<Named>| named.and_then(|n| n.id);
    Ok(Inbound {
        origin: Origin {
            team: id(payload.team),
            enterprise: id(payload.enterprise),
            user: payload.user.id,
            user_team: payload.user.team_id,
            app: payload.api_app_id,
        },
        trigger: payload.trigger_id,
        response_url: payload.response_url,
        channel: id(payload.channel).or(payload.container.and_then(|c| c.channel_id)),
        what,
    })
}

/// Slack sends one action a press.
fn pressed(actions: Option<Vec<Action>>) -> What {
    match actions.into_iter().flatten().next() {
        Some(Action { value: Some(token) }) => What::Pressed(token),
        _ => What::Other("block_actions without a value".into()),
    }
}

fn sent(view: Option<View>) -> What {
    let Some(View { callback_id: Some(form), private_metadata, state }) = view else {
        return What::Other("view_submission without a callback_id".into());
    };
    let blocks = state.and_then(|s| s.values).unwrap_or_default();
    let Some(kind) = FormKind::from_key(&form) else { return What::Other("a form that is not ours".into()) };
    let text = |inputs: BTreeMap<String, Input>| {
        inputs.into_values().find_map(|i| i.value.or(i.selected_option.and_then(|o| o.value)))
    };
    let filled: Vec<(String, String)> =
        blocks.into_iter().filter_map(|(block, inputs)| Some((block, text(inputs)?))).collect();
    let values = filled.iter().map(|(block, text)| (block.as_str(), text.as_str()));
    What::Sent(Filled::new(kind, &private_metadata.unwrap_or_default(), values))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn press(more: Value) -> Value {
        let mut payload = json!({"type": "block_actions", "user": {"id": "U2", "team_id": "T1"}, "team": {"id": "T1"},
            "actions": [{"type": "button", "action_id": "approve", "value": "approve:01H:0"}]});
        for (key, value) in more.as_object().unwrap() {
            payload[key] = value.clone();
        }
        payload
    }

    #[test]
    fn presses_of_org_wide_installations_have_no_team() {
        let payload = json!({"team": null, "enterprise": {"id": "E1", "name": "Acme"}, "is_enterprise_install": true});
        let read = read(press(payload)).unwrap();
        assert_eq!((read.origin.team, read.origin.enterprise.as_deref()), (None, Some("E1")));
        assert_eq!(read.what, What::Pressed("approve:01H:0".into()));
    }

    #[test]
    fn nulls_and_unknown_fields_are_fine() {
        let odd = json!({"enterprise": null, "channel": null, "container": {"type": "message", "channel_id": "C1"},
            "message": {"blocks": [{"type": "brand_new"}]}, "brand_new": [1, 2]});
        assert_eq!(read(press(odd)).unwrap().channel.as_deref(), Some("C1"));
        assert!(matches!(read(press(json!({"actions": []}))).unwrap().what, What::Other(_)));
        assert!(matches!(read(press(json!({"actions": null}))).unwrap().what, What::Other(_)));
        assert!(matches!(read(press(json!({"type": "some_future_type"}))).unwrap().what, What::Other(_)));
    }

    #[test]
    fn forms_give_what_was_filled_in() {
        let view = json!({"id": "V1", "callback_id": "request", "private_metadata": "", "close": null, "state": {"values": {
            "resource": {"x": {"type": "static_select", "selected_option": {"text": {}, "value": "prod-db"}}},
            "access": {"x": {"type": "static_select", "selected_option": null}},
            "duration": {"x": {"type": "plain_text_input", "value": " 4h "}},
            "reason": {"x": {"type": "plain_text_input", "value": null}},
        }}});
        let read = read(press(json!({"type": "view_submission", "view": view}))).unwrap();
        let filled = Filled::new(FormKind::Request, "", [("resource", "prod-db"), ("duration", "4h")]);
        assert_eq!(read.what, What::Sent(filled));
    }

    #[test]
    fn abuse_d06_nonsense_is_malformed_not_a_panic() {
        for payload in [json!(null), json!([]), json!({"type": 1}), json!({"type": "block_actions"}), json!("x")] {
            assert_eq!(read(payload), Err(Malformed));
        }
        assert_eq!(read(press(json!({"user": {"id": null}}))), Err(Malformed));
        assert_eq!(read(press(json!({"actions": "approve"}))), Err(Malformed));
    }
}
