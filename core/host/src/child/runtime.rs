//! The thread on which all conversations with plugins go on, whatever the rest of the program waits for.

use std::future::Future;
use std::io;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// The thread, and a handle to it. It ends when this is dropped.
pub struct Runtime {
    handle: Handle,
    _stop: oneshot::Sender<()>,
}

impl Runtime {
    /// Starts the thread.
    ///
    /// # Errors
    /// Where the system has none to give.
    pub fn start() -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::Builder::new().name("plugins".to_owned()).spawn(move || {
            // That the sender is gone is the sign to stop.
            let _ = runtime.block_on(stopped);
        })?;
        Ok(Self { handle, _stop: stop })
    }

    /// The way to the thread.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

/// Runs `work` on the thread behind `handle`, and waits for it here. For what is asked synchronously.
pub fn wait<T: Send + 'static>(handle: &Handle, work: impl Future<Output = T> + Send + 'static) -> T {
    futures::executor::block_on(handle.spawn(work)).expect("a conversation does not panic")
}
