//! Where the platform answers: one domain for each region an app can live in.

/// Regions and their domains. The first, third, fifth and the last two are on the page of
/// `modify_group_msg`; Tokyo comes from newer pages (EN-34971), Mumbai from those of 2022 to 2024.
const DOMAINS: [(&str, &str); 8] = [
    ("china", "console.tim.qq.com"),
    ("frankfurt", "adminapiger.im.qcloud.com"),
    ("jakarta", "adminapiidn.im.qcloud.com"),
    ("mumbai", "adminapiind.im.qcloud.com"),
    ("seoul", "adminapikr.im.qcloud.com"),
    ("silicon-valley", "adminapiusa.im.qcloud.com"),
    ("singapore", "adminapisgp.im.qcloud.com"),
    ("tokyo", "adminapijpn.im.qcloud.com"),
];
const NAMES: [&str; DOMAINS.len()] = {
    let mut names = [""; DOMAINS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = DOMAINS[index].0;
        index += 1;
    }
    names
};

/// The domain of a region. An app asked for at the wrong one is refused with 60026.
pub fn domain(region: &str) -> Option<&'static str> {
    DOMAINS.iter().find(|(name, _)| *name == region).map(|(_, domain)| *domain)
}

/// Every region we know a domain for, in alphabetical order.
pub fn regions() -> &'static [&'static str] {
    &NAMES
}
