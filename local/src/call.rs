//! Exactly one call, with everything that the operation behind it may see and change.

use crate::iam::Identity;
use crate::s3;
use crate::settings::Settings;
pub use crate::time::Time;
use crate::world::{Account, Ids, Region};

/// What an operation gets. It sees its own account only, and the buckets of all; the clock was read once, at the door.
pub struct Call<'a> {
    /// The account that signed the call.
    pub account_id: String,
    /// The region that the call was signed for.
    pub region: String,
    /// When the call came in.
    pub now: Time,
    /// Who called.
    pub caller_arn: String,
    /// The unique id of who called.
    pub caller_id: String,
    /// Whose policies decide what they may do.
    pub identity: Identity,
    /// Where new ids come from.
    pub ids: &'a mut Ids,
    /// How this AWS behaves.
    pub settings: &'a Settings,
    /// The account and everything in it.
    pub account: &'a mut Account,
    /// The buckets of all accounts.
    pub s3: &'a mut s3::State,
}

impl Call<'_> {
    /// The same call in another region.
    pub fn in_region(&mut self, region: &str) -> Call<'_> {
        Call {
            account_id: self.account_id.clone(),
            region: region.to_owned(),
            now: self.now,
            caller_arn: self.caller_arn.clone(),
            caller_id: self.caller_id.clone(),
            identity: self.identity.clone(),
            ids: self.ids,
            settings: self.settings,
            account: self.account,
            s3: self.s3,
        }
    }

    /// The region of this call, created with its defaults on first touch.
    pub fn region(&mut self) -> &mut Region {
        self.account.region(&self.region)
    }
}
