//! The nouns of chat: a message, its key, its content as raw JSON, and the strings people read in it.
//!
//! Knows nothing of webhooks, calls or storage. Promise: what is not changed on purpose is not changed.

mod element;
mod json;
mod leaf;
mod tag;

pub use element::TextKeys;
pub use json::{Decoded, Malformed, Node, escape};
pub use leaf::{Edit, Leaf, Part, Role, apply};
pub use tag::{TagRefused, tagged, tags, untagged};

use sha2::{Digest, Sha256};

/// What names a message at the platform. A topic counts its messages by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageKey {
    pub sdk_app_id: u64,
    pub group_id: String,
    /// `None` outside topics; the platform's empty string is `None` too.
    pub topic_id: Option<String>,
    /// `None` in the oldest webhook shape, which nothing can be done about.
    pub seq: Option<u64>,
}

/// A group message as far as we know it.
#[derive(Debug, Clone)]
pub struct Message {
    /// The app's name in our settings.
    pub app: String,
    pub key: MessageKey,
    /// 0 for the message as sent, else the time of the edit in ms.
    pub revision: i64,
    /// As the platform names it; `None` where it does not tell (edits, history).
    pub group_type: Option<String>,
    /// Who wrote it; `None` where the platform does not tell (edits).
    pub sender: Option<String>,
    /// Who issued the request: the admin where an app relays by REST, the editor of an edit.
    pub operator: Option<String>,
    /// Unix time in ms, where told.
    pub sent_at: Option<i64>,
    /// Never stored by the platform, so never to be changed.
    pub online_only: bool,
    /// Somebody is mentioned: only then is `@name` a mention and not plain text.
    pub mentions: bool,
    pub content: Content,
}

/// The two halves of a message that can be rewritten, as raw JSON, and the leaves found in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    body: String,
    custom: Option<String>,
    kinds: Vec<String>,
    leaves: Vec<Leaf>,
    keys: TextKeys,
}

impl Content {
    /// Takes the raw array of elements and the raw string literal of the custom data, quotes included
    /// (`None` where it was not told).
    ///
    /// # Errors
    /// [`Malformed`] when either is no JSON.
    pub fn new(body: &str, custom: Option<&str>, keys: &TextKeys) -> Result<Self, Malformed> {
        let custom = custom.map(Node::parse).transpose()?;
        Ok(Self::of(Node::parse(body)?, custom, keys))
    }

    /// The same, of values in a text that was checked.
    pub fn of(body: Node<'_>, custom: Option<Node<'_>>, keys: &TextKeys) -> Self {
        let (kinds, mut leaves) = element::body(body.alone(), keys);
        leaves.extend(custom.into_iter().flat_map(|custom| element::custom(custom.alone(), keys)));
        Self {
            body: body.raw().to_owned(),
            custom: custom.map(|custom| custom.raw().to_owned()),
            kinds,
            leaves,
            keys: keys.clone(),
        }
    }

    /// A message of one text element, for texts that come from nowhere.
    pub fn of_text(text: &str) -> Self {
        let body =
            format!(r#"[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{}"}}}}]"#, escape(text));
        Self::new(&body, None, &TextKeys::default()).unwrap_or_else(|_| Self::empty())
    }

    /// No elements, no custom data.
    pub fn empty() -> Self {
        Self {
            body: "[]".into(),
            custom: None,
            kinds: Vec::new(),
            leaves: Vec::new(),
            keys: TextKeys::default(),
        }
    }

    /// Both halves in one JSON object, raw, so that nothing is lost: how the audit keeps them.
    pub fn to_record(&self) -> String {
        format!(r#"{{"body":{},"custom":{}}}"#, self.body, self.custom.as_deref().unwrap_or("null"))
    }

    /// The way back from [`Content::to_record`].
    ///
    /// # Errors
    /// [`Malformed`] when it is none.
    pub fn from_record(record: &str, keys: &TextKeys) -> Result<Self, Malformed> {
        let node = Node::parse(record)?;
        let custom = node.get("custom").filter(Node::is_string);
        let body = node.get("body").ok_or(Malformed { at: 0 })?;
        Self::new(body.raw(), custom.map(|custom| custom.raw()), keys)
    }

    /// The raw array of elements.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The raw string literal of the custom data, quotes included.
    pub fn custom(&self) -> Option<&str> {
        self.custom.as_deref()
    }

    /// The custom data as text; `None` where it was not told, `""` where it is empty.
    pub fn custom_text(&self) -> Option<String> {
        let literal = Node::parse(self.custom.as_deref()?).ok()?;
        literal.string().map(|decoded| decoded.text)
    }

    /// Every string that people may read, in the order of the message.
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Bytes of both halves as they travel.
    pub fn size(&self) -> usize {
        self.body.len() + self.custom.as_ref().map_or(0, String::len)
    }

    /// This content with each `(index into leaves, edits)` applied; edits in order and apart.
    pub fn patched(&self, edits: &[(usize, Vec<Edit>)]) -> Result<Self, Malformed> {
        let of = |part| {
            edits
                .iter()
                .filter_map(|(index, edits)| Some((self.leaves.get(*index)?, edits.as_slice())))
                .filter(move |(leaf, _)| leaf.part == part)
        };
        let body = leaf::patch(&self.body, of(Part::Body));
        let custom = self.custom.as_ref().map(|custom| leaf::patch(custom, of(Part::Custom)));
        Self::new(&body, custom.as_deref(), &self.keys)
    }

    /// This content with other custom data, given as a raw string literal.
    pub fn with_custom(&self, custom: Option<&str>) -> Result<Self, Malformed> {
        Self::new(&self.body, custom, &self.keys)
    }

    /// Whether people read the same in both: element types and the texts of the elements' leaves.
    /// History may order keys anew or sign media addresses afresh, and may leave out the custom data.
    pub fn same_body(&self, other: &Self) -> bool {
        self.kinds == other.kinds && self.texts(Part::Body) == other.texts(Part::Body)
    }

    /// SHA-256 over what [`Content::same_body`] compares, in hex.
    pub fn body_digest(&self) -> String {
        self.digest_of(&[Part::Body])
    }

    /// SHA-256 over element types and all leaves, quotes in the custom data included, in hex.
    pub fn digest(&self) -> String {
        self.digest_of(&[Part::Body, Part::Custom])
    }

    fn texts(&self, part: Part) -> Vec<(&str, &str)> {
        let leaves = self.leaves.iter().filter(|leaf| leaf.part == part);
        let mut texts: Vec<_> = leaves.map(|l| (l.place.as_str(), l.text.as_str())).collect();
        texts.sort_unstable();
        texts
    }

    fn digest_of(&self, parts: &[Part]) -> String {
        let mut hasher = Sha256::new();
        let mut put = |text: &str| {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        };
        self.kinds.iter().for_each(|kind| put(kind));
        for (place, text) in parts.iter().flat_map(|part| self.texts(*part)) {
            put(place);
            put(text);
        }
        hex::encode(hasher.finalize())
    }
}
