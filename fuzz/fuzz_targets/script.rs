//! `cargo +nightly fuzz run script --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| frontdesk_fuzz::script(text));
