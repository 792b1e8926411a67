//! `cargo +nightly fuzz run dialogue --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| frontdesk_fuzz::dialogue(text));
