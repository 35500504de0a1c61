//! What sort of file a plugin's bytes are, and whether this machine can run them.

/// The platform of a script, which runs everywhere.
pub const ANY_PLATFORM: &str = "any";

/// The platform that this program runs on, such as `x86_64-linux`.
pub fn platform() -> String {
    format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)
}

/// Why bytes cannot be run here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misbuilt {
    /// Neither a library nor anything like it.
    #[error("it is not a dynamic library")]
    NotALibrary,
    /// Neither a program nor a script that names its interpreter.
    #[error("it is neither a program nor a script that begins with `#!`")]
    NotAProgram,
    /// Built for another machine.
    #[error("it is built for {0}, and this is {here}", here = platform())]
    OtherPlatform(String),
    /// Cut off: a copy that did not finish.
    #[error("it is cut off")]
    Truncated,
}

const ELF: &[u8] = b"\x7fELF";
/// `ET_DYN` of `e_type`, a shared object.
///
/// Source: <https://man7.org/linux/man-pages/man5/elf.5.html>
const SHARED_OBJECT: u16 = 3;
/// `ET_EXEC`, a program; most are shared objects too.
const EXECUTABLE: u16 = 2;
/// The size of an ELF header of 64 bits.
const ELF_HEADER: usize = 64;
/// How many bytes at a file's beginning say what it is.
pub const HEAD: usize = ELF_HEADER;
/// The magic number of a Mach-O file of 64 bits, as a little-endian machine writes it, and the type of a library.
///
/// Source: <https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h>
const MACH_O: &[u8] = &[0xcf, 0xfa, 0xed, 0xfe];

/// Whether a file of `length` bytes that begins with `head` is a dynamic library for this machine.
///
/// # Errors
/// Where it is not, with what it is.
pub fn check_library(head: &[u8], length: u64) -> Result<(), Misbuilt> {
    check_binary(head, length, &[SHARED_OBJECT], Misbuilt::NotALibrary)
}

/// Whether a file of `length` bytes that begins with `head` is a program for this machine, or a script. Anything else a
/// shell would be started for, which would take it for its own language.
///
/// # Errors
/// Where it is not, with what it is.
pub fn check_program(head: &[u8], length: u64) -> Result<(), Misbuilt> {
    if head.starts_with(b"#!") {
        return Ok(());
    }
    check_binary(head, length, &[EXECUTABLE, SHARED_OBJECT], Misbuilt::NotAProgram)
}

fn check_binary(head: &[u8], length: u64, types: &[u16], neither: Misbuilt) -> Result<(), Misbuilt> {
    let built_for = if head.starts_with(ELF) {
        elf_platform(head, types, neither)?
    } else if head.starts_with(MACH_O) {
        format!("{}-macos", mach_machine(head))
    } else {
        return Err(neither);
    };
    match built_for == platform() {
        true if is_cut_off(head, length) => Err(Misbuilt::Truncated),
        true => Ok(()),
        false => Err(Misbuilt::OtherPlatform(built_for)),
    }
}

/// The platform of a program's bytes: `any` for a script.
pub fn program_platform(bytes: &[u8]) -> String {
    if bytes.starts_with(ELF) || bytes.starts_with(MACH_O) { platform() } else { ANY_PLATFORM.to_owned() }
}

fn elf_platform(head: &[u8], types: &[u16], neither: Misbuilt) -> Result<String, Misbuilt> {
    let half = |at: usize| u16::from_le_bytes([head[at], head[at + 1]]);
    if head.len() < ELF_HEADER {
        return Err(Misbuilt::Truncated);
    }
    if !types.contains(&half(16)) {
        return Err(neither);
    }
    let machine = match half(18) {
        3 => "x86",
        40 => "arm",
        62 => "x86_64",
        183 => "aarch64",
        243 => "riscv64",
        _ => "another machine",
    };
    Ok(format!("{machine}-linux"))
}

/// Whether the sections, which stand at the end of an ELF file, are beyond its end.
fn is_cut_off(head: &[u8], length: u64) -> bool {
    let half = |at: usize| u64::from(u16::from_le_bytes([head[at], head[at + 1]]));
    let sections = || u64::from_le_bytes(head[40..48].try_into().expect("eight bytes"));
    head.starts_with(ELF) && sections().saturating_add(half(58) * half(60)) > length
}

fn mach_machine(bytes: &[u8]) -> &'static str {
    match bytes.get(4..8) {
        Some([7, 0, 0, 1]) => "x86_64",
        Some([12, 0, 0, 1]) => "aarch64",
        _ => "another machine",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_library(bytes: &[u8]) -> Result<(), Misbuilt> {
        super::check_library(bytes, bytes.len() as u64)
    }

    fn check_program(bytes: &[u8]) -> Result<(), Misbuilt> {
        super::check_program(bytes, bytes.len() as u64)
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_elf_header_is_read() {
        let mut header = vec![0; ELF_HEADER];
        header[..4].copy_from_slice(ELF);
        header[16] = 3;
        let this = if cfg!(target_arch = "x86_64") { 62u16 } else { 183 }.to_le_bytes();
        header[18..20].copy_from_slice(&this);
        assert_eq!(check_library(&header), Ok(()));
        header[18..20].copy_from_slice(&8u16.to_le_bytes());
        assert_eq!(check_library(&header), Err(Misbuilt::OtherPlatform("another machine-linux".into())));
        header[16] = 1;
        assert_eq!(check_library(&header), Err(Misbuilt::NotALibrary));
        header[16] = 3;
        header[18..20].copy_from_slice(&this);
        header[40..48].copy_from_slice(&1000u64.to_le_bytes());
        assert_eq!(check_library(&header), Err(Misbuilt::Truncated));
        assert_eq!(check_library(&header[..20]), Err(Misbuilt::Truncated));
        assert_eq!(check_library(b"#!/bin/sh\n"), Err(Misbuilt::NotALibrary));
        assert_eq!(check_library(b""), Err(Misbuilt::NotALibrary));
        let mut program = vec![0; ELF_HEADER];
        program[..4].copy_from_slice(ELF);
        program[16] = 2;
        program[18..20].copy_from_slice(&this);
        assert_eq!(check_program(&program), Ok(()));
        assert_eq!(check_library(&program), Err(Misbuilt::NotALibrary));
        assert_eq!(check_program(b"#!/bin/sh\n"), Ok(()));
        assert_eq!(check_program(b"echo"), Err(Misbuilt::NotAProgram));
    }

    #[test]
    fn a_script_runs_everywhere() {
        assert_eq!(program_platform(b"#!/usr/bin/env python3\n"), ANY_PLATFORM);
        assert_eq!(program_platform(b"\x7fELF..."), platform());
    }
}
