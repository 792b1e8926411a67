//! `cargo +nightly fuzz run webhook --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| frontdesk_fuzz::webhook(text));
