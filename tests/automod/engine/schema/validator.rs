//! As much of JSON Schema as the schema of rule files uses, and of YAML as editors read it. A keyword that is
//! not known here fails.

use regex::Regex;
use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// A YAML text as an editor takes it: plain scalars may be numbers and booleans.
pub fn json(yaml: &str) -> Value {
    let mut parser = Parser::new_from_str(yaml);
    let mut events =
        std::iter::from_fn(move || parser.next_event()).map(|event| event.expect("YAML").0);
    loop {
        match events.next().expect("a document") {
            Event::StreamStart | Event::DocumentStart(_) => {}
            event => return value(event, &mut events),
        }
    }
}

fn value<'e>(event: Event<'e>, events: &mut impl Iterator<Item = Event<'e>>) -> Value {
    match event {
        Event::Scalar(text, ScalarStyle::Plain, ..) => {
            let number = text.parse::<i64>().map(Value::from);
            let other = || match &*text {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "" | "~" | "null" => Value::Null,
                text => Value::from(text),
            };
            number.unwrap_or_else(|_| other())
        }
        Event::Scalar(text, ..) => Value::from(&*text),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                match events.next().expect("an end") {
                    Event::SequenceEnd => return Value::from(items),
                    event => items.push(value(event, events)),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut fields = Map::new();
            loop {
                match events.next().expect("an end") {
                    Event::MappingEnd => return Value::from(fields),
                    key => {
                        let Value::String(key) = value(key, events) else {
                            panic!("a key is text")
                        };
                        let next = events.next().expect("a value");
                        fields.insert(key, value(next, events));
                    }
                }
            }
        }
        event => panic!("rule files have no {event:?}"),
    }
}

/// What of a value a schema does not allow.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    Validator { root: schema }.check(schema, value, "", &mut faults);
    faults
}

struct Validator<'s> {
    root: &'s Value,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = schema.as_object().expect("a schema is an object");
        for (keyword, rule) in schema {
            let holds = match keyword.as_str() {
                "$schema" | "title" | "description" | "definitions" => true,
                "$ref" => {
                    let place = rule.as_str().and_then(|place| place.strip_prefix('#'));
                    let to =
                        place.and_then(|place| self.root.pointer(place)).expect("a definition");
                    self.check(to, value, at, faults);
                    true
                }
                "type" => is_type(rule, value),
                "enum" => rule.as_array().expect("words").contains(value),
                "anyOf" => rule.as_array().expect("schemas").iter().any(|one| {
                    let mut own = Vec::new();
                    self.check(one, value, at, &mut own);
                    own.is_empty()
                }),
                "required" => value.as_object().is_none_or(|fields| {
                    let names = rule.as_array().expect("names").iter();
                    names
                        .into_iter()
                        .all(|name| fields.contains_key(name.as_str().expect("a name")))
                }),
                "properties" | "additionalProperties" => {
                    self.fields(keyword, rule, schema, value, at, faults);
                    true
                }
                "items" => {
                    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}/{number}"), faults);
                    }
                    true
                }
                "minItems" => value.as_array().is_none_or(|all| all.len() as u64 >= count(rule)),
                "minProperties" => {
                    value.as_object().is_none_or(|all| all.len() as u64 >= count(rule))
                }
                "maxLength" => {
                    value.as_str().is_none_or(|text| text.chars().count() as u64 <= count(rule))
                }
                "minimum" => value.as_i64().is_none_or(|number| number >= count(rule) as i64),
                "pattern" => {
                    let regex = Regex::new(rule.as_str().expect("a regex")).expect("a regex");
                    value.as_str().is_none_or(|text| regex.is_match(text))
                }
                other => panic!("the keyword `{other}` is not known here"),
            };
            if !holds {
                faults.push(format!("{at}: {keyword} {rule} does not hold for {value}"));
            }
        }
    }

    fn fields(
        &self,
        keyword: &str,
        rule: &Value,
        schema: &Map<String, Value>,
        value: &Value,
        at: &str,
        faults: &mut Vec<String>,
    ) {
        for (name, field) in value.as_object().into_iter().flatten() {
            let known = schema.get("properties").and_then(|all| all.get(name));
            match (keyword, known) {
                ("properties", Some(own)) => {
                    self.check(own, field, &format!("{at}/{name}"), faults)
                }
                ("additionalProperties", None) => {
                    assert_eq!(rule, &Value::Bool(false));
                    faults.push(format!("{at}: no key `{name}`"));
                }
                _ => {}
            }
        }
    }
}

fn count(rule: &Value) -> u64 {
    rule.as_u64().expect("a number")
}

fn is_type(rule: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        other => panic!("the type `{other}` is not known here"),
    };
    rule.as_array().map_or_else(|| is(rule), |names| names.iter().any(is))
}
