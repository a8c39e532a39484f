#![no_main]

#[allow(dead_code)]
#[path = "../drive.rs"]
mod drive;

libfuzzer_sys::fuzz_target!(|input: &str| drive::judge(input));
