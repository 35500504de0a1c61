//! The keys that AWS manages for its services. One comes to be when somebody uses or describes it for the first time.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key>

use super::create;
use super::model::{Alias, KeyManager};
use crate::call::Call;
use crate::tagging::Tags;

/// The aliases of such keys, and what AWS says about them.
const MANAGED: [(&str, &str); 3] = [
    ("alias/aws/s3", "Default key that protects my S3 objects when no other key is defined"),
    ("alias/aws/ssm", "Default key that protects my SSM parameters when no other key is defined"),
    ("alias/aws/secretsmanager", "Default key that protects my Secrets Manager data when no other key is defined"),
];

/// What the aliases of such keys begin with.
pub(super) const RESERVED: &str = "alias/aws/";

/// Makes the key of a service, if a reference names it by its alias and it is not there yet.
pub(super) fn ensure(call: &mut Call<'_>, reference: &str) {
    let is_named = |alias: &str| reference == alias || reference == super::key_id::arn(call, alias);
    let Some((alias, description)) = MANAGED.into_iter().find(|(alias, _)| is_named(alias)) else { return };
    if call.region().kms.aliases.contains_key(alias) {
        return;
    }
    let key = create::new(call, KeyManager::Aws, description.to_owned(), None, Tags::new());
    let now = call.now;
    let state = &mut call.region().kms;
    let made = Alias { key_id: key.id.clone(), created_at: now, updated_at: now };
    state.aliases.insert(alias.to_owned(), made);
    state.keys.insert(key.id.clone(), key);
}
