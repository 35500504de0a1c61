//! Loading a dynamic library and speaking to it over the border of [`deploy_plugin::abi`].
//!
//! This is the only module of the crate with `unsafe` code.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::fs::File;
use std::path::Path;
use std::ptr;
use std::sync::{Arc, Mutex, PoisonError};

use deploy_plugin::abi::{ABI, ENTRY, Entry, HostV1, PluginV1};
use deploy_plugin::wire::frame;
use libloading::os::unix::{Library as Dynamic, RTLD_LOCAL, RTLD_NOW};

/// Where frames go. Whole frames only, whichever thread they come from.
#[derive(Clone)]
pub struct Output(Arc<Mutex<File>>);

/// A loaded plugin.
pub struct Library {
    plugin: &'static PluginV1,
    instance: *mut c_void,
}

// SAFETY: the contract has `deliver` and `close` called by one thread at a time, whichever it is.
unsafe impl Send for Library {}

impl Output {
    pub fn new(file: File) -> Self {
        Self(Arc::new(Mutex::new(file)))
    }

    /// Sends a frame. Without a host this process has nothing to do.
    pub fn send(&self, body: &[u8]) {
        use std::io::Write;
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The host is the one to refuse what is too large: it says so, and by which plugin.
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let message = match frame::header(body.len()) {
            Ok(header) => [&header[..], body].concat(),
            Err(_) => length.to_le_bytes().to_vec(),
        };
        if file.write_all(&message).is_err() {
            std::process::exit(0);
        }
    }
}

impl Library {
    /// Loads the library at `path`, and starts it.
    ///
    /// # Errors
    /// Why it is no plugin, for a sentence that begins with its name.
    pub fn open(path: &Path, output: Output) -> Result<Self, String> {
        let plugin = table(path)?;
        // The library is never unloaded, so neither is what it calls.
        let output: &'static Output = Box::leak(Box::new(output));
        let host: &'static HostV1 = Box::leak(Box::new(HostV1 {
            size: size_of::<HostV1>() as u32,
            abi: ABI,
            ctx: ptr::from_ref(output).cast_mut().cast(),
            emit,
            reserved: [ptr::null(); 4],
        }));
        let mut instance = ptr::null_mut();
        // SAFETY: the plugin's own function, with structures that live as long as the process.
        let code = unsafe { (plugin.open)(host, &mut instance) };
        if code == 0 { Ok(Self { plugin, instance }) } else { Err(format!("it does not start (code {code})")) }
    }

    /// Hands over a frame. Says whether the plugin still takes any.
    pub fn deliver(&self, frame: &[u8]) -> bool {
        // SAFETY: the plugin's own function and instance; the frame is borrowed for the call.
        unsafe { (self.plugin.deliver)(self.instance, frame.as_ptr(), frame.len()) == 0 }
    }

    /// Ends the plugin.
    pub fn close(self) {
        // SAFETY: the plugin's own function and instance, which nobody uses any more.
        unsafe { (self.plugin.close)(self.instance) }
    }
}

fn table(path: &Path) -> Result<&'static PluginV1, String> {
    // SAFETY: loading runs the library's initialisers. The user has approved these bytes, and this process has nothing
    // but them.
    let library = unsafe { Dynamic::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
    let library = library.map_err(|error| format!("it cannot be loaded: {}", reason(&error)))?;
    let missing = |_| format!("it has no symbol `{}`: it is a library, but no plugin", ENTRY.to_string_lossy());
    // SAFETY: the name is the contract's, and so is the function's type.
    let entry = unsafe { library.get::<Entry>(ENTRY.to_bytes_with_nul()) }.map_err(missing)?;
    // SAFETY: as above.
    let table = unsafe { entry(ABI) };
    std::mem::forget(library);
    if table.is_null() {
        return Err(format!("it needs a newer plugin border than {ABI}, which this `deploy` has: update `deploy`"));
    }
    // SAFETY: a plugin's table lives as long as its library, which is never unloaded.
    let (size, abi) = unsafe { ((*table).size as usize, (*table).abi) };
    if abi != ABI {
        let side = if abi > ABI { "update `deploy`" } else { "build the plugin with a newer `deploy-plugin`" };
        return Err(format!("it has the plugin border {abi}, and this `deploy` has {ABI}: {side}"));
    }
    if size < size_of::<PluginV1>() {
        return Err(format!("its table has {size} bytes of {}", size_of::<PluginV1>()));
    }
    // SAFETY: not null and as long as this structure. Looked at as plain pointers: no Rust function is null.
    let functions = unsafe {
        [
            (&raw const (*table).open).cast::<usize>(),
            (&raw const (*table).deliver).cast(),
            (&raw const (*table).close).cast(),
        ]
        .map(|function| function.read())
    };
    if functions.contains(&0) {
        return Err("its table lacks a function".to_owned());
    }
    // SAFETY: not null, as long as this structure, and never changed.
    Ok(unsafe { &*table })
}

/// The loader's own words, without the path under which the copy was loaded.
fn reason(error: &libloading::Error) -> String {
    let words = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    words.rsplit_once("/proc/self/fd/").map_or_else(
        || words.clone(),
        |(_, rest)| rest.split_once(": ").map_or_else(|| words.clone(), |(_, rest)| rest.to_owned()),
    )
}

unsafe extern "C" fn emit(ctx: *mut c_void, frame: *const u8, length: usize) {
    if ctx.is_null() || (frame.is_null() && length > 0) {
        return;
    }
    // SAFETY: `ctx` is the output that `open` has leaked; the plugin lends the frame for the call.
    let (output, body) = unsafe {
        let body = if length == 0 { &[][..] } else { std::slice::from_raw_parts(frame, length) };
        (&*ctx.cast::<Output>(), body)
    };
    output.send(body);
}
