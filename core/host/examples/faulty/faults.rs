//! The faults.
//!
//! The file `fault` in the plugin's folder says `WHEN HOW`, and is taken away as the fault happens; with a third word it
//! stays, so that the fault happens again after a restart.

use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::process::exit;
use std::thread::sleep;
use std::time::Duration;

/// What a file descriptor can be, at most, in these tests.
const MOST_FILES: i32 = 64;

/// Breaks, if it is time. The faults that are not of this module are given back by their names.
pub fn at(when: &str) -> Option<String> {
    let text = fs::read_to_string("fault").ok()?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let (asked, how) = (words.first()?, words.get(1)?);
    if *asked != when {
        return None;
    }
    if words.len() == 2 {
        let _ = fs::remove_file("fault");
    }
    happen(how);
    Some((*how).to_owned())
}

/// Whether this start is one of those at which the plugin describes itself differently: every second, where the file
/// `starts` counts them.
pub fn is_moody() -> bool {
    let Ok(text) = fs::read_to_string("starts") else { return false };
    let starts: u32 = text.trim().parse().unwrap_or(0);
    let _ = fs::write("starts", (starts + 1).to_string());
    starts % 2 == 1
}

fn happen(how: &str) {
    match how {
        "panic" => panic!("hunter2 is no word for a log"),
        "abort" => std::process::abort(),
        "segfault" => segfault(),
        "exit-0" => exit(0),
        "exit-3" => exit(3),
        "overflow" => drop(black_box(overflow(black_box(1)))),
        "loop" => loop {
            std::hint::spin_loop();
        },
        "sleep" => forever(),
        "allocate" => allocate(),
        "print" => print(),
        "garbage" => send_last(b"\x08\0\0\0not JSON"),
        "text" => send_last(b"Loading configuration ...\n"),
        "oversized" => send_last(b"\xff\xff\xff\xff{"),
        "short" => send_last(b"\x03\0\0\0{\"jsonrpc\":\"2.0\"}"),
        "long" => send(b"\0\x10\0\0{"),
        "early" => send(&frame(r#"{"jsonrpc":"2.0","id":4000,"result":{}}"#)),
        "again" => send(&frame(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)),
        "deep" => send_last(&frame(&format!(r#"{{"jsonrpc":"2.0","id":3,"result":{}"#, "[".repeat(20_000)))),
        "grandchild" => grandchild(Group::Same),
        "grandchild-away" => grandchild(Group::Own),
        "leak-files" => (0..4000).for_each(|_| std::mem::forget(fs::File::open("/dev/null"))),
        "long-line" => eprint!("{}", "y".repeat(3_000_000)),
        "close" => close_all(),
        "close-input" => close_input(),
        "signals" => ignore_signals(),
        "join-host" => join_host(),
        "stop" => signal(libc::SIGSTOP),
        "kill" => signal(libc::SIGKILL),
        _ => {}
    }
}

fn forever() -> ! {
    loop {
        sleep(Duration::from_secs(60));
    }
}

fn segfault() {
    // SAFETY: none; that is the point. The page is mapped for nobody.
    unsafe { black_box(black_box(16usize) as *mut u8).write_volatile(1) }
}

#[allow(unconditional_recursion, reason = "that is the fault")]
fn overflow(depth: u64) -> u64 {
    let room = black_box([depth; 512]);
    overflow(black_box(depth + 1)) + room[(depth % 512) as usize]
}

/// Takes memory without using it: the limit is the fault, and the machine has others to serve.
fn allocate() {
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        taken.push(Vec::with_capacity(256 * 1024 * 1024));
        black_box(&taken);
    }
}

fn print() {
    for _ in 0..1000 {
        println!("Loading configuration ...");
    }
    let _ = std::io::stdout().flush();
}

fn frame(text: &str) -> Vec<u8> {
    [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat()
}

fn is_pipe(fd: i32) -> Option<u64> {
    // SAFETY: a structure of plain numbers, which the call fills.
    unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        (libc::fstat(fd, &raw mut status) == 0 && status.st_mode & libc::S_IFMT == libc::S_IFIFO)
            .then_some(status.st_ino as u64)
    }
}

fn mode(fd: i32) -> i32 {
    // SAFETY: reads a flag of a file descriptor, open or not.
    unsafe { libc::fcntl(fd, libc::F_GETFL) & libc::O_ACCMODE }
}

/// The pipe that the frames go through, which a library is not given: found as any library could find it.
fn output() -> Option<i32> {
    let errors = is_pipe(2);
    (3..MOST_FILES).find(|fd| is_pipe(*fd).is_some() && is_pipe(*fd) != errors && mode(*fd) == libc::O_WRONLY)
}

fn send(bytes: &[u8]) {
    let Some(output) = output() else { return };
    // SAFETY: the bytes are there for as long as the call.
    unsafe { libc::write(output, bytes.as_ptr().cast(), bytes.len()) };
}

/// Nothing comes behind it that could repair it.
fn send_last(bytes: &[u8]) {
    send(bytes);
    forever()
}

enum Group {
    Same,
    Own,
}

/// Leaves a process behind that holds every pipe, and ends.
fn grandchild(group: Group) {
    // SAFETY: the child calls what may be called after a fork, and nothing else.
    unsafe {
        if libc::fork() == 0 {
            if matches!(group, Group::Own) {
                libc::setsid();
            }
            libc::sleep(4);
            libc::_exit(0);
        }
    }
    // The other one is out of the group before the host looks.
    sleep(Duration::from_millis(100));
    exit(7)
}

fn close_all() {
    for fd in 0..MOST_FILES {
        // SAFETY: whoever owns them is about to notice.
        unsafe { libc::close(fd) };
    }
    forever()
}

/// The frames' way in, which the main thread waits at.
fn close_input() {
    for fd in 3..MOST_FILES {
        if is_pipe(fd).is_some() && mode(fd) == libc::O_RDONLY {
            // SAFETY: as above.
            unsafe { libc::close(fd) };
        }
    }
}

fn ignore_signals() {
    for number in 1..32 {
        // SAFETY: a disposition that runs no code.
        unsafe { libc::signal(number, libc::SIG_IGN) };
    }
    forever()
}

/// Leaves its own process group for the one of the program that started it.
fn join_host() {
    // SAFETY: calls with plain numbers.
    unsafe { libc::setpgid(0, libc::getpgid(libc::getppid())) };
    forever()
}

fn signal(number: i32) {
    // SAFETY: a call with a plain number.
    unsafe { libc::raise(number) };
}
