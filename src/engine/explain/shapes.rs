//! Links and personal data that came near: what a text has of them, and what each lacks.

use super::super::detect::Detector;
use super::super::link::{self, Link, LinkPattern};
use super::super::rule::MatcherKind;
use super::obstacle::Obstacle;

/// What the texts of one message have, found once for all rules.
pub struct Shapes {
    links: Vec<Link>,
    /// Names that end in no public suffix.
    without_suffix: Vec<String>,
    /// By the order of [`Detector::ALL`].
    flawed: Vec<Option<Obstacle>>,
}

impl Shapes {
    pub fn of(texts: &[&str]) -> Self {
        let names = texts.iter().flat_map(|text| link::without_suffix(text));
        let flawed = Detector::ALL.map(|detector| {
            let near = texts.iter().filter_map(|text| {
                let (range, flaw) = detector.nearest(text)?;
                let matched = text[range].to_owned();
                Some(Obstacle::Flawed { detector, matched, flaw })
            });
            near.min_by_key(Obstacle::weight)
        });
        Self {
            links: texts.iter().flat_map(|text| link::search(text)).collect(),
            without_suffix: names.map(|(_, host)| host).collect(),
            flawed: flawed.into(),
        }
    }

    /// Why a matcher of links or detectors found nothing; `None` where nothing came near, and for all others.
    pub fn obstacle(&self, kind: &MatcherKind) -> Option<Obstacle> {
        match kind {
            MatcherKind::Links(patterns) => self.link(patterns, kind),
            MatcherKind::Detect(detectors) => {
                let flawed = |it: &Detector| {
                    let number = Detector::ALL.iter().position(|known| known == it)?;
                    self.flawed.get(number)?.clone()
                };
                detectors.iter().filter_map(flawed).min_by_key(Obstacle::weight)
            }
            _ => None,
        }
    }

    fn link(&self, patterns: &[LinkPattern], kind: &MatcherKind) -> Option<Obstacle> {
        let named = |host: &str| patterns.iter().any(|pattern| pattern.resembles(host));
        let any = patterns.contains(&LinkPattern::Any);
        let name = self.without_suffix.iter().find(|host| any || named(host));
        if let Some(host) = name {
            return Some(Obstacle::NoSuffix { host: host.clone() });
        }
        // A glob, and `any`, pass over what may be no link.
        let meant = |link: &&Link| {
            let sure = Link { sure: true, ..(*link).clone() };
            !link.sure && patterns.iter().any(|pattern| pattern.matches(&sure))
        };
        if let Some(link) = self.links.iter().find(meant) {
            return Some(Obstacle::DoubtfulLink { host: link.host.clone() });
        }
        let other = self.links.iter().filter(|link| link.sure);
        let nearest = other.max_by_key(|link| named(&link.host))?;
        let (host, matcher) = (nearest.host.clone(), kind.to_string());
        Some(Obstacle::OtherLink { same_name: named(&host), host, matcher })
    }
}
