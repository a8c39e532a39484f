//! `exempt_roles`: owners and admins are left alone, everybody else is not, and doubt is no exemption.

use super::acts::ended;
use super::harness::{APP, GROUP, TestApp};
use chat_automod::simulator::{Command, Fault, GroupType, Post, Role};

const EXEMPT: (&str, &str) = ("APPS__MAIN__EXEMPT_ROLES", "owner,admin");

async fn with_people(settings: &[(&str, &str)]) -> TestApp {
    let app = TestApp::spawn_with(super::harness::RULES, settings).await;
    app.simulator.create_group(APP, GROUP, GroupType::Public);
    for (who, role) in [("olga", Role::Owner), ("adam", Role::Admin), ("mina", Role::Member)] {
        app.simulator.set_role(APP, GROUP, who, role);
    }
    app
}

#[tokio::test]
async fn owners_and_admins_are_left_alone_and_logged() {
    let app = with_people(&[EXEMPT]).await;
    for (who, shown) in
        [("olga", "a casino"), ("adam", "a casino"), ("mina", "a ******"), ("stranger", "a ******")]
    {
        let seq = app.send(Post::text(APP, GROUP, who, "a casino")).await;
        app.quiet().await;
        assert_eq!(app.text(seq), shown, "{who}");
        let exempt = ended("moot", Some("exempt_role"));
        let ended = if shown == "a casino" { exempt } else { ended("applied", None) };
        assert_eq!(app.outcomes(seq).await, [ended], "{who}");
    }
}

#[tokio::test]
async fn only_the_roles_that_are_named_are_exempt() {
    let app = with_people(&[("APPS__MAIN__EXEMPT_ROLES", "owner")]).await;
    let seq = app.send(Post::text(APP, GROUP, "adam", "카지노")).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "***");
}

#[tokio::test]
async fn a_role_is_asked_for_once_and_only_on_a_hit() {
    let app = with_people(&[EXEMPT]).await;
    for text in ["good morning", "a casino", "another casino", "百家乐"] {
        app.send(Post::text(APP, GROUP, "olga", text)).await;
        app.quiet().await;
    }
    assert_eq!(app.simulator.calls().of(Command::Roles), 1);
    let none = with_people(&[]).await;
    none.send(Post::text(APP, GROUP, "olga", "a casino")).await;
    none.quiet().await;
    assert_eq!(none.simulator.calls().of(Command::Roles), 0);
}

#[tokio::test]
async fn where_the_platform_does_not_tell_the_rule_applies() {
    let app = with_people(&[EXEMPT]).await;
    app.simulator.faults().next(Command::Roles, 1, Fault::Status(502));
    let seq = app.send(Post::text(APP, GROUP, "olga", "a casino")).await;
    app.quiet().await;
    assert_eq!(app.text(seq), "a ******");
}

#[tokio::test]
async fn an_edit_of_an_owners_message_is_judged_like_anybodys() {
    let app = with_people(&[EXEMPT]).await;
    let seq = app.send(Post::text(APP, GROUP, "olga", "good morning")).await;
    app.edit(seq, "mina", "a casino").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "a ******");
    let decision = &app.decisions().await[0];
    let history = app.history(&decision.id).await;
    assert_eq!(history.decision.editor.as_deref(), Some("mina"));
}
