//! What a glance says of a text is never too little.

use chat_automod::engine::glance::Glance;
use proptest::prelude::*;
use regex::Regex;

#[test]
fn every_digit_of_every_script_counts() {
    let digit = Regex::new(r"^\d$").unwrap();
    let digits = (char::MIN..=char::MAX).filter(|c| digit.is_match(c.encode_utf8(&mut [0; 4])));
    for c in digits {
        for around in [["", ""], ["电话", "号"], ["call", "now"], ["전화", " x"]] {
            let text = format!("{}{c}{c}{}", around[0], around[1]);
            assert!(Glance::of(&text).digits >= 2, "{text}");
        }
    }
}

proptest! {
    #[test]
    fn no_digit_is_overlooked(
        text in "([0-9]{1,3}|[a-z ]{1,20}|[٠-٩０-９]|𝟗|[一-龥]{1,6}|[가-힣]{1,6}|[a-z@.,-]|\\PC){0,30}"
    ) {
        let expected = Regex::new(r"\d").unwrap().find_iter(&text).count();
        prop_assert!(Glance::of(&text).digits >= expected, "{text}");
    }
}
