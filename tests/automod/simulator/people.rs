//! What people do, and what the groups show of it.

use crate::chat::{APP, platform};
use chat_automod::simulator::{ClientEdit, GroupType, Post};

#[tokio::test]
async fn anybody_edits_anything_but_what_is_gone() {
    let platform = platform().await;
    platform.create_group(APP, "room", GroupType::AVChatRoom);
    for group in ["g", "room"] {
        platform.send(Post::text(APP, group, "u1", "안녕").custom("data")).await;
    }
    platform.edit(ClientEdit::text(APP, "g", 1, "u2", "다시")).await.unwrap();
    let shown = platform.shows(APP, "g", None, 1).unwrap();
    assert_eq!((shown.text().as_str(), shown.edits), ("다시", 1));
    assert_eq!((shown.sender.as_str(), shown.custom.as_deref()), ("u1", Some("data")));

    let live = platform.edit(ClientEdit::text(APP, "room", 1, "u2", "x")).await.unwrap_err();
    assert_eq!(live.code, 10044);
    platform.recall(APP, "g", None, 1, "u1").await.unwrap();
    let gone = platform.edit(ClientEdit::text(APP, "g", 1, "u2", "x")).await.unwrap_err();
    assert_eq!(gone.code, 20023);
    assert_eq!(platform.recall(APP, "g", None, 1, "u1").await.unwrap_err().code, 20023);
    assert!(platform.shows(APP, "g", None, 1).unwrap().recalled);
}

#[tokio::test]
async fn a_group_nobody_created_is_public_and_a_dissolved_one_is_empty() {
    let platform = platform().await;
    assert_eq!(platform.send(Post::text(APP, "g", "u1", "one")).await.seq, 1);
    assert_eq!(platform.send(Post::text(APP, "g", "u1", "two")).await.seq, 2);
    let callback = platform.callback_of(APP, "g", None, 2).unwrap();
    assert!(callback.contains(r#""Type":"Public""#), "{callback}");
    platform.destroy_group(APP, "g");
    assert!(platform.shows_all(APP, "g", None).is_empty());
    assert!(platform.shows(APP, "g", None, 1).is_none());
}

#[tokio::test]
async fn two_platforms_do_not_know_each_other() {
    let (one, other) = (platform().await, platform().await);
    one.send(Post::text(APP, "g", "u1", "hello")).await;
    assert!(other.shows(APP, "g", None, 1).is_none());
    assert_ne!(one.base_url(), other.base_url());
}
