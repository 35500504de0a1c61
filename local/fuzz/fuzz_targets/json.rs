//! See `inputs.rs`.
#![no_main]
#![allow(dead_code, reason = "each target uses its part of the inputs")]

#[path = "../inputs.rs"]
mod inputs;

libfuzzer_sys::fuzz_target!(|input: &[u8]| inputs::json(input));
