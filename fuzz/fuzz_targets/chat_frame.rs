//! `cargo +nightly fuzz run chat_frame --features libfuzzer`
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| frontdesk_fuzz::chat_frame(text));
