//! The API as OpenAPI 3.1, made from the same table as the routes. `docs/openapi.json` is this, and a test says so.

use super::BASE;
use super::operation::{Gives, Method, Operation};
use super::operations::OPERATIONS;
use super::parameter::Parameter;
use super::problem::Code;
use super::schema::schemas;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The whole document.
pub fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_ascii_lowercase()] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "chat-automod",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Decisions, undo, rules and the audit, for people and their scripts. docs/api.md tells more.",
        },
        "servers": [{ "url": BASE }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http", "scheme": "bearer",
                    "description": "Made by `automod token create`. `x-roles` names the roles that may use an operation. \
                                    `x-app-bound` says what a token that is bound to one app may do with it: `own` \
                                    (what belongs to its app), `allowed` or `refused`.",
                },
            },
        },
        "x-problems": Code::ALL.iter().map(|code| json!({
            "code": code.as_str(), "status": code.status(), "title": code.title(), "when": code.when(),
        })).collect::<Vec<_>>(),
    })
}

fn described(operation: &Operation) -> Value {
    let roles: Vec<_> = operation.roles.iter().map(|role| role.as_str()).collect();
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.what,
        "x-roles": roles,
        "x-app-bound": operation.bound.as_str(),
    });
    let in_body = |parameter: &&Parameter| {
        operation.method == Method::Post && !operation.is_in_path(parameter)
    };
    let (body, others): (Vec<_>, Vec<_>) = operation.takes.iter().partition(in_body);
    if !others.is_empty() {
        let others = others.into_iter().map(|parameter| located(operation, parameter));
        described["parameters"] = others.collect();
    }
    if !body.is_empty() {
        described["requestBody"] = body_of(&body);
    }
    described["responses"] = responses(operation);
    described
}

fn located(operation: &Operation, parameter: &Parameter) -> Value {
    let in_path = operation.is_in_path(parameter);
    json!({
        "name": parameter.name, "in": if in_path { "path" } else { "query" },
        "required": in_path || parameter.required, "description": parameter.what, "schema": parameter.schema(),
    })
}

fn body_of(parameters: &[&Parameter]) -> Value {
    let required: Vec<_> =
        parameters.iter().filter(|one| one.required).map(|one| one.name).collect();
    let members = parameters.iter().map(|parameter| {
        let mut schema = parameter.schema();
        schema["description"] = json!(parameter.what);
        (parameter.name.to_owned(), schema)
    });
    let schema = json!({
        "type": "object", "required": required, "additionalProperties": false,
        "properties": members.collect::<Map<_, _>>(),
    });
    json!({ "required": !required.is_empty(), "content": { "application/json": { "schema": schema } } })
}

fn responses(operation: &Operation) -> Value {
    let schema = |name| json!({ "$ref": format!("#/components/schemas/{name}") });
    let json_of = |name| json!({ "application/json": { "schema": schema(name) } });
    let (status, content) = match operation.gives {
        Gives::Json(name) => ("200", json_of(name)),
        Gives::Created(name) => ("201", json_of(name)),
        Gives::Sheet => {
            let text = json!({ "schema": { "type": "string" } });
            ("200", json!({ "text/csv": text, "application/x-ndjson": text }))
        }
    };
    let mut all = Map::new();
    all.insert(status.into(), json!({ "description": "Done", "content": content }));
    let mut problems: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for code in operation.all_problems() {
        problems.entry(code.status()).or_default().push(code.as_str());
    }
    for (status, codes) in problems {
        let problem = json!({ "application/problem+json": { "schema": schema("Problem") } });
        let response = json!({ "description": codes.join(", "), "content": problem });
        all.insert(status.to_string(), response);
    }
    all.into()
}

impl Operation {
    /// Every problem that it may answer with.
    fn all_problems(&self) -> Vec<Code> {
        let mut all = vec![Code::Unauthenticated, Code::TooManyFailures, Code::Forbidden];
        all.push(Code::UnknownParameter);
        if !self.takes.is_empty() {
            all.push(Code::InvalidParameter);
        }
        if self.takes.iter().any(|taken| taken.required && !self.is_in_path(taken)) {
            all.push(Code::MissingParameter);
        }
        if self.takes.iter().any(|taken| taken.name == "cursor") {
            all.push(Code::InvalidCursor);
        }
        if self.has_body() {
            all.extend([Code::MalformedBody, Code::BodyTooSlow, Code::BodyTooLarge]);
        }
        if self.is_look() {
            all.push(Code::QueryTooSlow);
        }
        all.push(Code::Unavailable);
        all.extend(self.problems);
        all
    }
}
