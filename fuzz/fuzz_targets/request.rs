//! `cargo +nightly fuzz run request --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| frontdesk_fuzz::request(text));
