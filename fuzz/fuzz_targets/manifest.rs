//! `cargo +nightly fuzz run manifest --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| frontdesk_fuzz::manifest(text));
