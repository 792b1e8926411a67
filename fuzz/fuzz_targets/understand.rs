//! `cargo +nightly fuzz run understand --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| frontdesk_fuzz::understand(text));
