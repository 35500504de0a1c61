//! The thread on which all conversations with plugins go on, whatever the rest of the program waits for.

use std::future::Future;
use std::io;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// The thread, and a handle to it. It ends when this is dropped, and with it every conversation that still goes on.
pub struct Runtime {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
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
        let thread = thread::Builder::new().name("plugins".to_owned()).spawn(move || {
            // That the sender is gone is the sign to stop.
            let _ = runtime.block_on(stopped);
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread) })
    }

    /// The way to the thread.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

/// Runs `work` on the thread behind `handle`, and waits for it here. For what is asked synchronously, from wherever:
/// another executor may be at work on this thread. Nothing where the thread has ended, or the work panicked.
pub fn wait<T: Send + 'static>(handle: &Handle, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
    let (sender, result) = mpsc::sync_channel(1);
    handle.spawn(async move {
        let _ = sender.send(work.await);
    });
    result.recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_has_ended_gives_nothing_and_hangs_nobody() {
        let runtime = Runtime::start().expect("a thread");
        let handle = runtime.handle().clone();
        assert_eq!(futures::executor::block_on(async { wait(&handle, async { 1 }) }), Some(1));
        assert_eq!(wait::<()>(&handle, async { panic!("a defect") }), None);
        drop(runtime);
        assert_eq!(wait(&handle, async { 1 }), None);
    }
}
