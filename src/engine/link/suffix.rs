//! What the end of a name says about whether it is a domain at all.
//!
//! The Public Suffix List says which suffixes exist; the lists here say which of them people also write
//! for other reasons, so that a bare `main.rs` or `ok.so` needs more evidence than `bet365.com`.

use psl::Psl;

/// How much a suffix alone proves for a name of two labels with a plain dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// A domain.
    Proof,
    /// Also a word that may follow a full stop without space, or a member in code.
    Word,
    /// Also a file extension or a unit of time: digits in the name prove nothing.
    File,
}

/// Suffixes that are spoken or written with a space by people who hide a link, and are no words.
pub const SPOKEN: &[&str] = &[
    "com", "net", "org", "cn", "kr", "cc", "xyz", "vip", "top", "info", "io", "co", "ru", "jp",
    "tw", "hk",
];

/// Of those, the ones that are no word and no abbreviation anywhere.
pub const UNMISTAKABLE: &[&str] = &["com", "org", "cn", "kr", "xyz"];

#[rustfmt::skip]
const FILES: &[&str] = &[
    "ac", "ad", "ag", "am", "app", "as", "ax", "bar", "bat", "bin", "box", "bz", "call", "cl",
    "cpp", "cs", "data", "date", "dev", "do", "foo", "gs", "gz", "hm", "how", "id", "in", "is",
    "java", "js", "la", "lua", "map", "md", "mk", "ml", "mm", "mov", "mp", "ms", "name", "nc",
    "new", "page", "pl", "pm", "prof", "properties", "ps", "py", "rs", "sc", "select", "sh", "size",
    "sm", "sn", "so", "sql", "st", "tf", "ts", "vb", "zip",
];

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "able", "ai", "al", "an", "and", "ao", "are", "art", "at", "audio", "aw", "ba", "baby", "band",
    "bank", "bb", "be", "beer", "best", "bike", "black", "blue", "boats", "bom", "boo", "book",
    "boy", "broker", "build", "business", "buy", "by", "ca", "cafe", "cam", "camera", "camp",
    "capital", "car", "care", "cars", "case", "cash", "cat", "catering", "cc", "cd", "center",
    "chat", "cheap", "church", "ci", "city", "claims", "click", "clinic", "cloud", "cm", "coach",
    "codes", "coffee", "college", "community", "company", "computer", "cooking", "cool", "country",
    "coupon", "courses", "credit", "cricket", "dad", "dance", "day", "de", "deal", "deals",
    "design", "diet", "digital", "direct", "directory", "discount", "doctor", "dog", "dot", "earth",
    "eat", "education", "email", "energy", "enterprises", "er", "es", "estate", "et", "eu",
    "events", "exchange", "expert", "exposed", "express", "fail", "faith", "family", "fan", "fans",
    "farm", "fashion", "fast", "film", "final", "finance", "financial", "fish", "fit", "fitness",
    "flights", "florist", "flowers", "fm", "food", "football", "foundation", "free", "fun", "fund",
    "furniture", "futbol", "fyi", "ga", "gallery", "garden", "gay", "gg", "gift", "gifts", "girl",
    "glass", "global", "gm", "gold", "golf", "goo", "got", "gp", "green", "grocery", "group",
    "guide", "guitars", "guru", "hair", "health", "help", "here", "hiv", "hockey", "home", "homes",
    "hospital", "host", "hot", "hotel", "hotels", "house", "hr", "ht", "hu", "il", "im",
    "industries", "institute", "insurance", "insure", "international", "investments", "io", "it",
    "itv", "je", "jobs", "joy", "ke", "kg", "ki", "kids", "kitchen", "km", "land", "law", "lawyer",
    "lease", "legal", "li", "life", "lighting", "like", "limited", "link", "live", "living", "lo",
    "lol", "love", "luxe", "ly", "ma", "man", "management", "market", "markets", "mba", "me",
    "media", "meet", "memorial", "men", "mg", "mint", "mo", "mobile", "moda", "moe", "moi", "mom",
    "money", "mortgage", "movie", "mt", "mu", "museum", "music", "my", "na", "navy", "ne",
    "network", "news", "next", "ni", "nice", "ninja", "no", "now", "observer", "off", "ok", "one",
    "open", "organic", "pa", "partners", "parts", "party", "pay", "pet", "pharmacy", "phone",
    "photo", "photos", "pics", "pictures", "pin", "ping", "pink", "pizza", "place", "play",
    "plumbing", "plus", "post", "press", "prime", "pro", "productions", "protection", "pt", "quest",
    "racing", "re", "read", "realty", "recipes", "red", "rehab", "rent", "repair", "report", "rest",
    "restaurant", "reviews", "rip", "rocks", "room", "run", "safe", "safety", "sale", "salon",
    "sas", "save", "school", "science", "se", "search", "secure", "security", "services", "sex",
    "sexy", "shoes", "shopping", "show", "si", "singles", "ski", "skin", "sky", "smile", "soccer",
    "social", "software", "solar", "solutions", "song", "space", "spot", "star", "storage",
    "stream", "studio", "study", "style", "supply", "support", "surf", "surgery", "systems", "tab",
    "talk", "tax", "taxi", "tea", "team", "tennis", "text", "the", "theater", "theatre", "there",
    "tickets", "tips", "tire", "tires", "to", "today", "tools", "top", "total", "tours", "town",
    "toys", "trade", "trading", "training", "travel", "tt", "tube", "tv", "university", "us", "uy",
    "va", "vacations", "ve", "ventures", "vet", "vi", "video", "villas", "vin", "vision", "vodka",
    "vote", "voting", "voyage", "vu", "wanted", "watch", "watches", "weather", "web", "wedding",
    "wf", "whoswho", "wine", "winners", "work", "works", "world", "wow", "yoga", "you", "your",
    "yt", "zone",
];

/// Whether `name` (one label or several) is a public suffix, of ICANN or private.
pub fn is_suffix(name: &str) -> bool {
    psl::List
        .suffix(name.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() == name.len())
}

/// The public suffix of a host, if it is a known one and something stands before it.
pub fn of(host: &str) -> Option<&str> {
    let suffix = psl::List.suffix(host.as_bytes()).filter(psl::Suffix::is_known)?;
    host.get(host.len().checked_sub(suffix.as_bytes().len() + 1)? + 1..)
}

/// What `suffix` proves by itself.
pub fn weight(suffix: &str) -> Weight {
    match suffix {
        _ if FILES.contains(&suffix) => Weight::File,
        _ if WORDS.contains(&suffix) => Weight::Word,
        _ => Weight::Proof,
    }
}
