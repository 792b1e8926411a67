//! `cargo +nightly fuzz run snapshot --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| frontdesk_fuzz::snapshot(text));
