//! The border of a dynamic library: four C functions that carry frames, and nothing else.
//!
//! | rule | |
//! | --- | --- |
//! | who owns memory | pointers are borrowed for the call; the receiver copies; nobody frees the other's memory |
//! | threads | `emit` may be called from any thread and never calls back into the plugin; `deliver` is called by one thread |
//! | unwinding | nothing unwinds across the border |
//! | growth | no side reads a field beyond the other's `size` |
//! | unloading | a library is never unloaded |
//!
//! The same in C: `include/deploy_plugin.h`, in this crate; a test of `deploy-host` holds the two to each other. This is the only module of the crate with `unsafe` code.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::serve::{Factory, Session};

/// The version of this border that this crate speaks.
pub const ABI: u32 = 1;

/// The name of the only symbol that a plugin exports: a function of the type [`Entry`].
pub const ENTRY: &CStr = c"deploy_plugin_entry_v1";

/// What [`ENTRY`] is. It is told the host's [`ABI`], and gives nothing where it cannot serve that.
pub type Entry = unsafe extern "C" fn(host_abi: u32) -> *const PluginV1;

/// Takes a frame on its way to the host.
pub type EmitFunction = unsafe extern "C" fn(ctx: *mut c_void, frame: *const u8, length: usize);

/// What the host offers.
#[repr(C)]
pub struct HostV1 {
    /// The size of this structure in the host's eyes, in bytes.
    pub size: u32,
    /// The host's [`ABI`].
    pub abi: u32,
    /// Handed back to every function of the host.
    pub ctx: *mut c_void,
    /// Takes a frame on its way to the host.
    pub emit: EmitFunction,
    /// For later versions; null.
    pub reserved: [*const c_void; 4],
}

/// What the plugin offers.
#[repr(C)]
pub struct PluginV1 {
    /// The size of this structure in the plugin's eyes, in bytes.
    pub size: u32,
    /// The plugin's [`ABI`].
    pub abi: u32,
    /// What it was built with, for messages.
    pub sdk: *const c_char,
    /// Starts the plugin. 0 on success.
    pub open: unsafe extern "C" fn(host: *const HostV1, instance: *mut *mut c_void) -> i32,
    /// Hands over a frame. 0 while the plugin takes frames.
    pub deliver: unsafe extern "C" fn(instance: *mut c_void, frame: *const u8, length: usize) -> i32,
    /// Ends the plugin.
    pub close: unsafe extern "C" fn(instance: *mut c_void),
    /// For later versions; null.
    pub reserved: [*const c_void; 4],
}

// SAFETY: the table is never written to after it was made, and its pointers are to constants.
unsafe impl Sync for PluginV1 {}

/// What is not well with a call across the border.
const REFUSED: i32 = -1;

impl PluginV1 {
    /// The table of a plugin that is started by `open`.
    pub const fn new(open: unsafe extern "C" fn(*const HostV1, *mut *mut c_void) -> i32) -> Self {
        Self {
            size: size_of::<Self>() as u32,
            abi: ABI,
            sdk: concat!("deploy-plugin ", env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast(),
            open,
            deliver,
            close,
            reserved: [std::ptr::null(); 4],
        }
    }
}

/// Where frames go.
struct Emitter {
    ctx: *mut c_void,
    emit: EmitFunction,
}

// SAFETY: the host promises that `emit` may be called from any thread, with its `ctx`.
unsafe impl Send for Emitter {}
// SAFETY: as above.
unsafe impl Sync for Emitter {}

impl Emitter {
    fn emit(&self, frame: &[u8]) {
        // SAFETY: the host's function and its own context; the frame is borrowed for the call.
        unsafe { (self.emit)(self.ctx, frame.as_ptr(), frame.len()) }
    }
}

/// Starts a session: what a plugin's `open` does. 0 on success.
///
/// # Safety
/// `host` and `instance` are what the host hands to `open`.
pub unsafe fn open(manifest: &str, factory: Factory, host: *const HostV1, instance: *mut *mut c_void) -> i32 {
    if host.is_null() || instance.is_null() {
        return REFUSED;
    }
    // SAFETY: the host's structure, whose size is checked before anything behind it is read.
    let emitter = unsafe {
        if ((*host).size as usize) < size_of::<HostV1>() {
            return REFUSED;
        }
        Emitter { ctx: (*host).ctx, emit: (*host).emit }
    };
    let started = catch_unwind(AssertUnwindSafe(|| {
        Session::start(manifest, factory, Arc::new(move |frame: &[u8]| emitter.emit(frame)))
    }));
    match started {
        Ok(Ok(session)) => {
            // SAFETY: the host's place for the instance.
            unsafe { *instance = Box::into_raw(Box::new(session)).cast() };
            0
        }
        Ok(Err(fault)) => {
            eprint_line(&fault.to_string());
            REFUSED
        }
        Err(_) => REFUSED,
    }
}

unsafe extern "C" fn deliver(instance: *mut c_void, frame: *const u8, length: usize) -> i32 {
    if instance.is_null() || frame.is_null() {
        return REFUSED;
    }
    // SAFETY: the host hands back the instance that `open` made, and a frame that it lends for the call.
    let (session, frame) = unsafe { (&*instance.cast::<Session>(), std::slice::from_raw_parts(frame, length)) };
    let taken = catch_unwind(AssertUnwindSafe(|| session.deliver(frame)));
    if taken.unwrap_or(false) { 0 } else { REFUSED }
}

unsafe extern "C" fn close(instance: *mut c_void) {
    if !instance.is_null() {
        // SAFETY: the host closes what `open` made, once.
        drop(unsafe { Box::from_raw(instance.cast::<Session>()) });
    }
}

/// A library has nowhere else to say why it does not start.
fn eprint_line(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Makes a dynamic library of a plugin: exports the one symbol that `deploy` looks for.
///
/// ```
/// use deploy_plugin::{Host, Plugin};
///
/// fn plugin(_host: &Host) -> Plugin {
///     Plugin::new("audit")
/// }
///
/// deploy_plugin::export! {
///     manifest: "name = 'audit'\nversion = '0.1.0'\nlibrary = 'target/release/audit'",
///     plugin: plugin,
/// }
/// # fn main() {}
/// ```
///
/// The manifest is `include_str!("../plugin.toml")` in a real plugin, so that what was hashed says the same as what was
/// read before.
#[macro_export]
macro_rules! export {
    (manifest: $manifest:expr, plugin: $plugin:path $(,)?) => {
        /// What `deploy` looks for in a plugin.
        #[allow(unsafe_code)]
        #[unsafe(no_mangle)]
        pub extern "C" fn deploy_plugin_entry_v1(host_abi: u32) -> *const $crate::abi::PluginV1 {
            unsafe extern "C" fn open(host: *const $crate::abi::HostV1, instance: *mut *mut ::std::ffi::c_void) -> i32 {
                // SAFETY: what the host hands to `open`.
                unsafe { $crate::abi::open($manifest, $plugin, host, instance) }
            }
            static TABLE: $crate::abi::PluginV1 = $crate::abi::PluginV1::new(open);
            if host_abi < $crate::abi::ABI { ::std::ptr::null() } else { &raw const TABLE }
        }
    };
}
