//! Who signed a call: the account's owner, a user by an access key, or a role by the key of a session.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html> and
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>

use crate::time::Time;
use crate::world::World;
use serde::{Deserialize, Serialize};

/// Somebody who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The account that they belong to.
    pub account_id: String,
    /// Their ARN.
    pub arn: String,
    /// Their unique id: `AIDA…`, or `AROA…:SESSION`.
    pub user_id: String,
    /// Whose policies decide.
    pub identity: Identity,
}

/// Whose policies decide what a caller may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nobody's: the account is theirs.
    Owner,
    /// Those of the user of this name.
    User(String),
    /// Those of the role of this name.
    Role(String),
}

/// Why nobody is behind an access key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// No account gave it out.
    Unknown,
    /// Its session is over.
    Expired,
}

/// What somebody got who assumed a role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The name of the role.
    pub role: String,
    /// The name that the caller gave to the session.
    pub name: String,
    /// When it is over.
    pub expires: Time,
}

impl Caller {
    /// The owner of an account.
    #[must_use]
    pub fn owner(account_id: &str) -> Caller {
        Caller {
            account_id: account_id.to_owned(),
            arn: format!("arn:aws:iam::{account_id}:user/local"),
            user_id: "AIDAEMBEDDEDLOCALUSER".to_owned(),
            identity: Identity::Owner,
        }
    }

    /// Who is behind an access key. Twelve digits are the key of an account's owner.
    ///
    /// # Errors
    /// [`Stranger`].
    pub fn behind(access_key: &str, world: &World, now: Time) -> Result<Caller, Stranger> {
        if access_key.len() == 12 && access_key.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Caller::owner(access_key));
        }
        for (account_id, account) in &world.accounts {
            if let Some(user) = account.iam.users.values().find(|user| user.access_keys.contains_key(access_key)) {
                return Ok(Caller {
                    account_id: account_id.clone(),
                    arn: user.arn.clone(),
                    user_id: user.id.clone(),
                    identity: Identity::User(user.name.clone()),
                });
            }
            if let Some(session) = account.iam.sessions.get(access_key) {
                let role = account.iam.roles.get(&session.role).ok_or(Stranger::Unknown)?;
                if session.expires <= now {
                    return Err(Stranger::Expired);
                }
                return Ok(Caller {
                    account_id: account_id.clone(),
                    arn: format!("arn:aws:sts::{account_id}:assumed-role/{}/{}", role.name, session.name),
                    user_id: format!("{}:{}", role.id, session.name),
                    identity: Identity::Role(role.name.clone()),
                });
            }
        }
        Err(Stranger::Unknown)
    }
}
