//! Workflows: which requests they are for, whose approval they need, and how long each step may take.

mod condition;
mod explain;
mod matching;
mod window;

pub use condition::{Condition, ResourceMatch};
pub use explain::{Candidate, Cap, Explanation, StepForecast, explain};
pub use matching::{Asked, Lost, NoMatch, Specificity, choose};
pub use window::{Day, Window};

use crate::{address::Address, id::WorkflowId, person::Platform, selector::Selector, time::Length};
use serde::{Deserialize, Serialize};

/// A workflow of the policy (rule 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workflow {
    /// Its name.
    pub id: WorkflowId,
    /// The higher wins. `low` 10, `normal` 20, `high` 30, `critical` 40.
    pub priority: Priority,
    /// Which requests it is for.
    pub when: Condition,
    /// The chain, in order; never empty.
    pub steps: Vec<Step>,
    /// What bounds its requests.
    pub limits: Limits,
    /// Rules that vote by themselves (rule 19).
    pub auto_approve: Vec<AutoApprove>,
    /// Rules that end a request at once (rule 19).
    pub auto_deny: Vec<AutoDeny>,
    /// Whom to tell, and where.
    pub notify: Notify,
    /// Judge every vote again in the transaction that starts the grant (rule 10).
    pub revalidate: bool,
    /// Votes cast in Telegram count. Its updates are not signed, so a workflow has to say so.
    pub telegram_may_decide: bool,
}

/// How strongly a workflow claims a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Priority(pub i32);

impl Priority {
    /// The four named priorities.
    pub const NAMED: [(&'static str, Self); 4] =
        [("low", Self(10)), ("normal", Self(20)), ("high", Self(30)), ("critical", Self(40))];
}
impl std::fmt::Display for Priority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Self::NAMED.iter().find(|(_, p)| p == self) {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

/// One step of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What people call it: `Team lead`.
    pub name: String,
    /// Who may vote: any of these.
    pub approvers: Vec<Selector>,
    /// Distinct approvals needed; at least one.
    pub required: u32,
    /// How many denials end the request; one unless the policy says more (rule 17).
    pub deny_required: u32,
    /// A deny needs a note.
    pub deny_note: bool,
    /// How long the step may take (rule 24).
    pub timeout: Length,
    /// What happens then.
    pub on_timeout: OnTimeout,
    /// How often those who have not voted are reminded.
    pub remind_every: Option<Length>,
    /// One person fills one slot of the whole chain (rule 12). `false` takes this step out of that rule: a voter of
    /// another step may vote here too, and a vote here uses up no other slot.
    pub distinct: bool,
}

impl Step {
    /// The default step timeout of rule 24.
    pub const DEFAULT_TIMEOUT: Length = Length::hours(24);
}

/// What a step does when its time is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnTimeout {
    /// The request ends as timed out.
    Deny,
    /// These are added to the approvers and the step's clock starts again, once.
    Escalate(Vec<Selector>),
}

/// What bounds the requests of a workflow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The longest grant; the resource's own bound when absent.
    pub max_duration: Option<Length>,
    /// The whole request's bound (rule 25).
    pub request_ttl: Length,
    /// An approved request must be started within this; absent means that it starts by itself.
    pub activate_within: Option<Length>,
    /// A reason must be given.
    pub reason_required: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_duration: None, request_ttl: Length::hours(7 * 24), activate_within: None, reason_required: false }
    }
}

/// A rule that votes by itself for steps it names, or for the whole chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoApprove {
    /// Its name, kept with the vote.
    pub name: String,
    /// When it fires.
    pub when: Condition,
    /// The steps by name; `None` is the whole chain.
    pub steps: Option<Vec<String>>,
}

/// A rule that ends the request at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutoDeny {
    /// Its name, kept with the decision.
    pub name: String,
    /// When it fires.
    pub when: Condition,
    /// What the requester is told.
    pub message: String,
}

/// Whom a workflow tells, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notify {
    /// Places that get a copy of every card: channels, groups.
    pub places: Vec<Address>,
    /// Platforms on which approvers get a direct message, in order of preference.
    pub approvers: Vec<Platform>,
    /// On how many of them.
    #[serde(default)]
    pub approvers_on: Reach,
    /// Platforms on which the requester is told too, besides where they asked.
    #[serde(default)]
    pub requester: Vec<Platform>,
}

/// On how many platforms one person is told the same. What they prefer themselves goes before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// On all that are named.
    #[default]
    All,
    /// On the first where they can be reached.
    First,
}
