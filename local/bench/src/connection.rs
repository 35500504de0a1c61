//! A client's connection: how it is reset, and how an answer breaks off.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http::Response;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What ends a connection without an answer, or in the middle of one.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cut on purpose")
    }
}

impl std::error::Error for Cut {}

/// How a connection ends: in good order, or with a reset.
#[derive(Clone, Default)]
pub(crate) struct End(Arc<AtomicBool>);

impl End {
    pub(crate) fn reset(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A connection that ends as it is told.
pub(crate) struct Connection {
    stream: TcpStream,
    end: End,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, end: End) -> Self {
        Self { stream, end }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.end.0.load(Ordering::Relaxed) {
            // Closing a socket that does not linger sends RST. One that cannot be set ends in good order.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of an answer, which may break off.
pub(crate) struct Answer {
    length: u64,
    part: Option<Bytes>,
    breaks: Breaks,
}

/// How far a body has come on its way to breaking off.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Never,
    /// When what was sent has had the time to leave.
    Soon,
    Now,
}

/// The whole of a reply.
pub(crate) fn whole(reply: Response<Bytes>) -> Response<Answer> {
    reply.map(|body| Answer { length: body.len() as u64, part: Some(body), breaks: Breaks::Never })
}

/// Half of a reply that announces all of it.
pub(crate) fn torn(reply: Response<Bytes>) -> Response<Answer> {
    let half = |body: Bytes| {
        let part = Some(body.slice(..body.len() / 2));
        Answer { length: body.len() as u64, part, breaks: Breaks::Soon }
    };
    reply.map(half)
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(part) = self.part.take() {
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        match self.breaks {
            Breaks::Never => Poll::Ready(None),
            Breaks::Soon => {
                self.breaks = Breaks::Now;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Breaks::Now => Poll::Ready(Some(Err(Cut))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
