//! Who we are, and whether what reaches us is meant for us.

use crate::{api::Api, fault::Fault};
use countersign_engine::person::{Account, Platform};
use serde::Deserialize;
use serde_json::json;

/// Where an event comes from, in Slack's own words: all of it may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The workspace the event happened in; absent in org-wide installations.
    pub team: Option<String>,
    /// The Enterprise Grid organisation.
    pub enterprise: Option<String>,
    /// Who did it.
    pub user: String,
    /// Their home: a workspace, or an organisation in Enterprise Grid.
    pub user_team: Option<String>,
    /// The app it was meant for.
    pub app: Option<String>,
}

/// What `auth.test` says of the bot's token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Identity {
    /// Our workspace.
    #[serde(rename = "team_id")]
    pub team: String,
    /// Its name, for people.
    #[serde(rename = "team", default)]
    pub name: Option<String>,
    /// Our organisation in Enterprise Grid.
    #[serde(rename = "enterprise_id", default)]
    pub enterprise: Option<String>,
    /// Installed for the whole organisation.
    #[serde(rename = "is_enterprise_install", default)]
    pub org_wide: Option<bool>,
}

/// The event is another workspace's, organisation's or app's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not from our workspace")]
pub struct Foreign;

impl Identity {
    /// Asks Slack.
    pub(crate) async fn ask(api: &Api) -> Result<Self, Fault> {
        let answer = api.call("auth.test", "", &json!({})).await?;
        serde_json::from_value(answer).map_err(|_| Fault::Passing("auth.test answered without a team_id".into()))
    }

    /// The account behind an event, if the event is ours (THREATS B05): the app, the workspace, the organisation and
    /// the person's home must all agree. Strangers of a shared channel have another home (THREATS A11).
    pub fn account(&self, from: &Origin, app: Option<&str>) -> Result<Account, Foreign> {
        let same_app = from.app.as_deref().zip(app).is_none_or(|(theirs, ours)| theirs == ours);
        let same_org = from.enterprise.is_some() && from.enterprise == self.enterprise;
        let other_org = from.enterprise.as_ref().zip(self.enterprise.as_ref()).is_some_and(|(a, b)| a != b);
        let whole_org = self.org_wide == Some(true) && same_org;
        let same_team = match &from.team {
            Some(team) => *team == self.team || whole_org,
            None => same_org,
        };
        if !(same_app && same_team && !other_org && is_id(&from.user)) {
            return Err(Foreign);
        }
        let home = match &from.user_team {
            None => from.team.as_ref().unwrap_or(&self.team),
            Some(team) if *team == self.team || Some(team) == self.enterprise.as_ref() => &self.team,
            Some(team) if whole_org => team,
            Some(_) => return Err(Foreign),
        };
        Ok(Account { platform: Platform::Slack, tenant: home.clone(), user: from.user.clone() })
    }

    /// May cards for this workspace go through our token?
    pub fn serves(&self, tenant: &str) -> bool {
        tenant.is_empty() || tenant == self.team || self.org_wide == Some(true)
    }
}

/// Slack's ids are short and of letters and digits; nothing else becomes an account.
fn is_id(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(org_wide: bool) -> Identity {
        Identity { team: "T1".into(), name: None, enterprise: Some("E1".into()), org_wide: Some(org_wide) }
    }
    fn from(team: Option<&str>, enterprise: Option<&str>, user_team: Option<&str>) -> Origin {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let app = Some("A1".into());
        Origin { team: own(team), enterprise: own(enterprise), user: "U1".into(), user_team: own(user_team), app }
    }
    fn tenant(us: &Identity, from: Origin) -> Option<String> {
        us.account(&from, Some("A1")).ok().map(|account| account.tenant)
    }

    /// One field flipped at a time: every one is refused.
    #[test]
    fn abuse_b05_other_workspaces_are_refused() {
        let t1 = Some("T1".to_owned());
        assert_eq!(tenant(&us(false), from(Some("T1"), Some("E1"), Some("T1"))), t1);
        assert_eq!(tenant(&us(false), from(Some("T2"), Some("E1"), Some("T1"))), None);
        assert_eq!(tenant(&us(false), from(Some("T1"), Some("E2"), Some("T1"))), None);
        assert_eq!(tenant(&us(false), from(None, None, Some("T1"))), None);
        assert_eq!(tenant(&us(true), from(Some("T1"), Some("E2"), Some("T1"))), None);
        let mut other_app = from(Some("T1"), None, None);
        other_app.app = Some("A2".into());
        assert_eq!(tenant(&us(false), other_app), None);
        for user in ["", "u1", "U1/T2", "U1\n", "@ann"] {
            let odd = Origin { user: user.into(), ..from(Some("T1"), None, None) };
            assert_eq!(tenant(&us(false), odd), None, "{user:?}");
        }
    }

    /// A stranger in a shared channel has another home.
    #[test]
    fn abuse_a11_strangers_are_refused() {
        assert_eq!(tenant(&us(false), from(Some("T1"), None, Some("T9"))), None);
        assert_eq!(tenant(&us(false), from(Some("T1"), None, Some("E9"))), None);
    }

    #[test]
    fn org_wide_installations_have_no_workspace() {
        assert_eq!(tenant(&us(true), from(None, Some("E1"), Some("E1"))), Some("T1".into()));
        assert_eq!(tenant(&us(true), from(None, Some("E1"), Some("T7"))), Some("T7".into()));
        assert_eq!(tenant(&us(true), from(Some("T7"), Some("E1"), None)), Some("T7".into()));
        assert_eq!(tenant(&us(false), from(None, Some("E1"), Some("T7"))), None);
    }
}
