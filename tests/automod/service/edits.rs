//! Who edits our mask away meets it again.

use super::acts::ended;
use super::harness::TestApp;

#[tokio::test]
async fn a_mask_that_is_edited_away_comes_back_and_in_the_end_the_text_goes() {
    let app = TestApp::spawn().await;
    let seq = app.say("casino, first").await;
    app.quiet().await;
    for again in ["casino, second", "casino, third", "casino, fourth"] {
        app.edit(seq, "lee", again).await;
        app.quiet().await;
        assert_eq!(app.text(seq), again.replace("casino", "******"));
    }
    app.edit(seq, "lee", "casino, and much more").await;
    app.quiet().await;
    assert_eq!(app.text(seq), "***");
    let outcomes = app.outcomes(seq).await;
    assert_eq!(outcomes, vec![ended("applied", None); 5]);
    let editors: Vec<_> = app.decisions().await.into_iter().map(|row| row.editor).collect();
    assert_eq!(editors[..4], vec![Some("lee".to_owned()); 4]);
    assert_eq!(editors[4], None, "the first was sent, not edited");
}
