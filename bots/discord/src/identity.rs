//! Whether what reaches us is meant for us, and whose account is behind it.

use crate::settings::Guilds;
use countersign_engine::person::{Account, Platform};

/// Where an interaction comes from, in Discord's own words: all of it may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The application that it was meant for.
    pub application: Option<String>,
    /// The server that it happened on; absent in direct messages.
    pub guild: Option<String>,
    /// The server that the command is registered on.
    pub guild_of_command: Option<String>,
    /// 0 on a server, 1 in direct messages with the bot, 2 in other direct messages.
    pub context: Option<u64>,
    /// The server that installed the application; "0" in direct messages with the bot.
    pub installed_by_guild: Option<String>,
    /// The user who installed the application for themselves.
    pub installed_by_user: Option<String>,
    /// Who did it.
    pub user: String,
    /// A bot, or Discord itself.
    pub robot: bool,
}

/// Who we are, and whom we serve.
#[derive(Clone)]
pub struct Identity {
    /// Our application's id.
    pub application: String,
    /// The servers that the policy names.
    pub guilds: Guilds,
}

/// The interaction is another application's, server's or installation's, or no person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not from a server that the policy names")]
pub struct Foreign;

impl Identity {
    /// The account behind an interaction, if it is ours (THREATS B05): the application, the server, the way in which the
    /// application was installed, and the kind of account must all agree.
    pub fn account(&self, from: &Origin) -> Result<Account, Foreign> {
        let ours = from.application.as_deref() == Some(&self.application);
        let place = match &from.guild {
            Some(guild) => {
                let same = |other: &Option<String>| other.as_ref().is_none_or(|other| other == guild);
                let served = (self.guilds)().contains(guild);
                served
                    && matches!(from.context, None | Some(0))
                    && same(&from.installed_by_guild)
                    && same(&from.guild_of_command)
            }
            // Private conversations among people (context 2) are only reached by applications that a user installed.
            None => {
                let by_guild =
                    from.installed_by_guild.as_ref().is_none_or(|id| id == "0" || (self.guilds)().contains(id));
                matches!(from.context, None | Some(1)) && by_guild && from.guild_of_command.is_none()
            }
        };
        if !(ours && place && from.installed_by_user.is_none() && !from.robot && is_snowflake(&from.user)) {
            return Err(Foreign);
        }
        Ok(Account { platform: Platform::Discord, tenant: String::new(), user: from.user.clone() })
    }
}

/// Discord's ids are numbers without leading zeros; nothing else becomes an account.
pub fn is_snowflake(text: &str) -> bool {
    (15..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const GUILD: &str = "900000000000000001";

    fn us() -> Identity {
        Identity { application: "9".into(), guilds: Arc::new(|| [GUILD.to_owned()].into()) }
    }
    fn on_server() -> Origin {
        let own = |text: &str| Some(text.to_owned());
        Origin {
            application: own("9"),
            guild: own(GUILD),
            guild_of_command: own(GUILD),
            context: Some(0),
            installed_by_guild: own(GUILD),
            user: "900000000000000011".into(),
            ..Origin::default()
        }
    }
    fn direct() -> Origin {
        let (context, installed_by_guild) = (Some(1), Some("0".to_owned()));
        Origin { guild: None, guild_of_command: None, context, installed_by_guild, ..on_server() }
    }
    fn changed(origin: &Origin, change: impl FnOnce(&mut Origin)) -> bool {
        let mut origin = origin.clone();
        change(&mut origin);
        us().account(&origin).is_ok()
    }

    /// One field flipped at a time: every one is refused.
    #[test]
    fn abuse_b05_other_servers_and_installations_are_refused() {
        let other = || Some("900000000000000099".to_owned());
        for origin in [on_server(), direct()] {
            let account = us().account(&origin).unwrap();
            assert_eq!(account.to_string(), "discord:900000000000000011");
            assert!(!changed(&origin, |o| o.application = other()));
            assert!(!changed(&origin, |o| o.application = None));
            assert!(!changed(&origin, |o| o.installed_by_user = other()), "installed by a user");
            assert!(!changed(&origin, |o| o.installed_by_guild = other()));
            assert!(!changed(&origin, |o| o.guild_of_command = other()));
            assert!(!changed(&origin, |o| o.context = Some(2)));
            assert!(!changed(&origin, |o| o.robot = true));
            for user in ["", "11", "@ann", "900000000000000011x", "090000000000000011"] {
                assert!(!changed(&origin, |o| o.user = user.into()), "{user}");
            }
        }
        assert!(!changed(&on_server(), |o| o.guild = other()));
        assert!(!changed(&on_server(), |o| o.guild = None), "a server's context without a server");
        assert!(!changed(&direct(), |o| o.context = Some(0)));
    }

    /// Fields that Discord may leave out do not lock anybody out.
    #[test]
    fn absent_fields_are_no_contradiction() {
        for origin in [on_server(), direct()] {
            assert!(changed(&origin, |o| (o.context, o.installed_by_guild, o.guild_of_command) = (None, None, None)));
        }
    }
}
