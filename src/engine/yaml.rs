//! YAML as a tree that knows where everything stands and how it was written.
//!
//! Scalars stay text (`off`, `018` and `yes` are what they look like), keys may repeat: judging that is
//! the reader's work. Promise: bounded depth, no aliases, no panic on any text.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::ops::Range;

/// Deeper than any rule file: sixteen levels of matchers, with the lists between them, and room.
const MAX_DEPTH: usize = 48;

#[derive(Debug, Clone)]
pub struct Node {
    /// Bytes of the file.
    pub span: Range<usize>,
    pub kind: Kind,
}

#[derive(Debug, Clone)]
pub enum Kind {
    Scalar { text: String, style: Style },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Single,
    Double,
    Block,
}

/// Why a text is no tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub at: usize,
    pub cause: Cause,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    Syntax(String),
    TooDeep,
    /// Aliases, anchors, tags, several documents: what rule files have no use for.
    Feature(&'static str),
}

/// Reads one document; `None` where the text holds nothing.
pub fn parse(text: &str) -> Result<Option<Node>, Refusal> {
    let places = Places::of(text);
    let mut builder = Builder { places: &places, open: Vec::new(), root: None };
    let mut parser = Parser::new_from_str(text);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Refusal {
            at: places.byte(error.marker().index()),
            cause: Cause::Syntax(error.info().to_owned()),
        })?;
        if matches!(event, Event::DocumentStart(_)) {
            documents += 1;
            if documents > 1 {
                return Err(builder.refuse(&span, Cause::Feature("a second document (`---`)")));
            }
        }
        builder.take(event, &span)?;
    }
    Ok(builder.root)
}

struct Builder<'p> {
    places: &'p Places<'p>,
    open: Vec<Open>,
    root: Option<Node>,
}

/// A list or mapping that has not ended; a mapping holds the key that waits for its value.
struct Open {
    node: Node,
    key: Option<Node>,
}

impl Builder<'_> {
    fn refuse(&self, span: &Span, cause: Cause) -> Refusal {
        Refusal { at: self.places.byte(span.start.index()), cause }
    }

    fn take(&mut self, event: Event<'_>, span: &Span) -> Result<(), Refusal> {
        let range = self.places.range(span);
        match event {
            Event::Alias(_) => return Err(self.refuse(span, Cause::Feature("an alias (`*name`)"))),
            Event::Scalar(_, _, anchor, ref tag) => {
                self.plain_only(span, anchor, tag.is_some())?;
                let Event::Scalar(text, style, ..) = event else { return Ok(()) };
                let kind = Kind::Scalar { text: text.into_owned(), style: style.into() };
                self.put(Node { span: range, kind });
            }
            Event::SequenceStart(anchor, tag) => {
                self.plain_only(span, anchor, tag.is_some())?;
                self.begin(span, Node { span: range, kind: Kind::List(Vec::new()) })?;
            }
            Event::MappingStart(anchor, tag) => {
                self.plain_only(span, anchor, tag.is_some())?;
                self.begin(span, Node { span: range, kind: Kind::Map(Vec::new()) })?;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(mut open) = self.open.pop() {
                    open.node.span.end = range.end.max(open.node.span.end);
                    self.put(open.node);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn plain_only(&self, span: &Span, anchor: usize, tagged: bool) -> Result<(), Refusal> {
        match (anchor, tagged) {
            (0, false) => Ok(()),
            (0, true) => Err(self.refuse(span, Cause::Feature("a tag (`!name`)"))),
            _ => Err(self.refuse(span, Cause::Feature("an anchor (`&name`)"))),
        }
    }

    fn begin(&mut self, span: &Span, node: Node) -> Result<(), Refusal> {
        if self.open.len() == MAX_DEPTH {
            return Err(self.refuse(span, Cause::TooDeep));
        }
        self.open.push(Open { node, key: None });
        Ok(())
    }

    fn put(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.node.kind {
            Kind::List(items) => items.push(node),
            Kind::Map(entries) => match open.key.take() {
                None => open.key = Some(node),
                Some(key) => entries.push((key, node)),
            },
            Kind::Scalar { .. } => {}
        }
    }
}

impl From<ScalarStyle> for Style {
    fn from(style: ScalarStyle) -> Self {
        match style {
            ScalarStyle::Plain => Self::Plain,
            ScalarStyle::SingleQuoted => Self::Single,
            ScalarStyle::DoubleQuoted => Self::Double,
            ScalarStyle::Literal | ScalarStyle::Folded => Self::Block,
        }
    }
}

/// The way from the parser's count of characters to bytes.
struct Places<'t> {
    text: &'t str,
    /// The byte of every 128th character.
    steps: Vec<usize>,
}

impl<'t> Places<'t> {
    const STEP: usize = 128;

    fn of(text: &'t str) -> Self {
        let steps = text.char_indices().step_by(Self::STEP).map(|(at, _)| at).collect();
        Self { text, steps }
    }

    fn byte(&self, index: usize) -> usize {
        let Some(&from) = self.steps.get(index / Self::STEP) else { return self.text.len() };
        let mut rest = self.text[from..].char_indices();
        rest.nth(index % Self::STEP).map_or(self.text.len(), |(at, _)| from + at)
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }
}
