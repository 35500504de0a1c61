//! The world: everything that the embedded AWS remembers, account by account and region by region.

use crate::call::Call;
use crate::settings::Settings;
use crate::time::Time;
use crate::{ec2, ecr, ecs, iam, kms, logs, s3, secretsmanager, ssm};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The layout of the world that this program writes. A file with a greater number was written by a newer program.
pub const VERSION: u32 = 3;

/// All accounts, the generator of their ids and the settings they live under.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    /// See [`VERSION`].
    pub version: u32,
    /// Where every id comes from.
    pub ids: Ids,
    /// How this AWS behaves.
    #[serde(default)]
    pub settings: Settings,
    /// The accounts by their 12-digit id.
    pub accounts: BTreeMap<String, Account>,
    /// Buckets, whose names all accounts and regions share.
    #[serde(default)]
    pub s3: s3::State,
}

impl World {
    /// An empty world whose ids follow from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            version: VERSION,
            ids: Ids::new(seed),
            settings: Settings::default(),
            accounts: BTreeMap::new(),
            s3: s3::State::default(),
        }
    }

    /// The account with this id, created empty on first touch.
    pub fn account(&mut self, id: &str) -> &mut Account {
        self.accounts.entry(id.to_owned()).or_insert_with(|| Account::new(id))
    }

    /// What one operation of the account's owner gets to see and change: one account, seen from one region at one time.
    pub fn call(&mut self, account_id: &str, region: &str, now: Time) -> Call<'_> {
        self.call_by(iam::Caller::owner(account_id), region, now)
    }

    /// The same for somebody else than the account's owner.
    pub fn call_by(&mut self, caller: iam::Caller, region: &str, now: Time) -> Call<'_> {
        let iam::Caller { account_id, arn, user_id, identity } = caller;
        let account = self.accounts.entry(account_id.clone()).or_insert_with(|| Account::new(&account_id));
        Call {
            account_id,
            region: region.to_owned(),
            now,
            caller_arn: arn,
            caller_id: user_id,
            identity,
            ids: &mut self.ids,
            settings: &self.settings,
            account,
            s3: &mut self.s3,
        }
    }
}

/// One AWS account.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Account {
    /// The 12-digit id.
    pub id: String,
    /// IAM, which knows no regions.
    pub iam: iam::State,
    /// The regions that were touched, by name.
    pub regions: BTreeMap<String, Region>,
}

impl Account {
    /// An empty account.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), ..Self::default() }
    }

    /// The region with this name, created empty on first touch.
    pub fn region(&mut self, name: &str) -> &mut Region {
        self.regions.entry(name.to_owned()).or_default()
    }
}

/// One region of one account.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Region {
    /// Networks and firewalls.
    pub ec2: ec2::State,
    /// Clusters, services and tasks.
    pub ecs: ecs::State,
    /// Parameters.
    pub ssm: ssm::State,
    /// Log groups.
    pub logs: logs::State,
    /// Image repositories.
    pub ecr: ecr::State,
    /// Keys.
    pub kms: kms::State,
    /// Secrets.
    pub secretsmanager: secretsmanager::State,
}

/// The generator of every id: the same seed gives the same ids in the same order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ids {
    state: u64,
}

impl Ids {
    /// A generator that starts at `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// `len` lower-case hexadecimal digits.
    pub fn hex(&mut self, len: usize) -> String {
        self.text(len, b"0123456789abcdef")
    }

    /// The id of a resource, as EC2 writes it: `vpc-0123456789abcdef0`.
    pub fn resource(&mut self, prefix: &str) -> String {
        // All ids of 17 digits that EC2 has given out so far begin with 0.
        format!("{prefix}-0{}", self.hex(16))
    }

    /// A random UUID (version 4).
    pub fn uuid(&mut self) -> String {
        let variant = self.text(1, b"89ab");
        let (first, second, third) = (self.hex(8), self.hex(4), self.hex(3));
        format!("{first}-{second}-4{third}-{variant}{}-{}", self.hex(3), self.hex(12))
    }

    /// `prefix` and `len` upper-case letters and digits, as IAM writes its ids: `AROA…`.
    pub fn upper(&mut self, prefix: &str, len: usize) -> String {
        format!("{prefix}{}", self.text(len, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    }

    /// `len` letters of both cases and digits, as they stand at the end of a secret's ARN.
    pub fn mixed(&mut self, len: usize) -> String {
        self.text(len, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    fn text(&mut self, len: usize, alphabet: &[u8]) -> String {
        (0..len).map(|_| char::from(alphabet[(self.next() >> 32) as usize % alphabet.len()])).collect()
    }

    /// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators"), which needs one word of state.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ids, World};

    #[test]
    fn ids_follow_from_the_seed() {
        let (mut first, mut second) = (Ids::new(7), Ids::new(7));
        assert_eq!(first.resource("vpc"), second.resource("vpc"));
        assert_eq!(first.uuid(), second.uuid());
        assert_ne!(first.uuid(), first.uuid());
    }

    #[test]
    fn ids_have_the_shapes_of_aws() {
        let mut ids = Ids::new(1);
        assert_eq!(ids.resource("subnet").len(), "subnet-".len() + 17);
        assert_eq!(ids.upper("AROA", 17).len(), 21);
        let uuid = ids.uuid();
        assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_eq!(uuid.as_bytes()[14], b'4');
    }

    #[test]
    fn a_world_of_the_first_layout_still_loads() {
        let first = r#"{"version":1,"ids":{"state":1},"settings":{"task_start_ms":5,"task_stop_ms":6},"accounts":{}}"#;
        let world: World = serde_json::from_str(first).expect("a world");
        assert_eq!((world.settings.task_start_ms, world.settings.latency_ms), (5, 0));
    }

    #[test]
    fn accounts_and_regions_are_separate_worlds() {
        let mut world = World::new(1);
        world.account("111111111111").region("eu-west-1");
        assert!(world.account("222222222222").regions.is_empty());
    }
}
