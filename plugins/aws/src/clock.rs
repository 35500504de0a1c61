//! What time it is at AWS, as its replies say it. The clock of this machine may be off.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

/// Reads the time of the replies to one request: `.customize().interceptor(clock.clone()).send()`.
#[derive(Clone, Debug, Default)]
pub struct ServerClock(Arc<AtomicI64>);

impl ServerClock {
    /// Seconds since 1970 at the last reply. Nothing where none said what time it was.
    pub fn seconds(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|seconds| *seconds > 0)
    }
}

impl Intercept for ServerClock {
    fn name(&self) -> &'static str {
        "ServerClock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = time_of(context.response());
        self.0.store(date.map_or(0, |date| date.secs()), Ordering::Relaxed);
        Ok(())
    }
}

/// What time a reply says that it is.
pub(crate) fn time_of(reply: &HttpResponse) -> Option<DateTime> {
    DateTime::from_str(reply.headers().get("date")?, Format::HttpDate).ok()
}
