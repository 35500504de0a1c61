//! Calls that complete what another call has just made.

use deploy_aws::Clients;
use deploy_plugin::Context;
use deploy_plugin::model::{Fault, FaultKind, Retry};

/// How many times a new resource is looked for before it counts as missing.
const MOST_LOOKS: u32 = 20;

/// Runs `complete`, which may be repeated, until the service knows the new resource everywhere.
///
/// EC2 is eventually consistent: a call that names an id which was returned a moment ago can be told
/// that there is no such thing.
/// Source: <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
///
/// # Errors
/// The last fault, never to be tried again: the resource stands, and making it again would make a
/// twin. The next plan shows what it lacks.
pub async fn follow_up<T, F>(cx: &Context, clients: &Clients, complete: impl Fn() -> F) -> Result<T, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    let mut looks = 1;
    loop {
        match complete().await {
            Err(fault) if may_pass(&fault) && cx.is_cancelled() => {
                return Err(Fault::new(FaultKind::Cancelled, "stopped before what was just made was complete"));
            }
            Err(fault) if may_pass(&fault) && looks < MOST_LOOKS => {
                cx.progress("waiting until EC2 knows what was just made");
                tokio::time::sleep(clients.pace().poll).await;
                looks += 1;
            }
            Err(fault) => return Err(Fault { retry: Retry::Never, ..fault }),
            Ok(done) => return Ok(done),
        }
    }
}

fn may_pass(fault: &Fault) -> bool {
    fault.retry == Retry::Later || fault.kind == FaultKind::NotFound
}
