//! The plugin's side of the border: takes frames, runs what they ask for, and answers.
//!
//! The same session stands behind a dynamic library ([`export!`](crate::export)) and behind a program that speaks on its
//! standard input and output ([`serve`]). It catches every panic that unwinds, obeys deadlines, and hands what is running
//! the flag that the user wants it to stop.

mod dispatch;
mod line;
mod session;
mod stdio;

pub use session::{Emit, Factory, Session};
pub use stdio::serve;
