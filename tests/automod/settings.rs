//! What an operator writes, and what he is told when it is wrong.

use chat_automod::settings::{Enforcement, Origin, ServerSettings, Settings, StoreSettings};
use secrecy::ExposeSecret;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SECRET: &str = "0123456789";
/// The least there can be, all of it from the environment.
const LEAST: [(&str, &str); 5] = [
    ("AUTOMOD_APPS__MAIN__SDK_APP_ID", "1400000000"),
    ("AUTOMOD_APPS__MAIN__ADMIN", "automod"),
    ("AUTOMOD_APPS__MAIN__SECRET_KEY", SECRET),
    ("AUTOMOD_APPS__MAIN__WEBHOOK_TOKEN", "12345e6"),
    ("AUTOMOD_APPS__MAIN__REGION", "singapore"),
];

fn env(pairs: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    let pairs: Vec<_> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    pairs.into_iter()
}

/// The least, and `more` over it; an empty value takes one away.
fn least_and(more: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let pairs: Vec<_> = LEAST
        .iter()
        .filter(|(name, _)| !more.iter().any(|(other, _)| other == name))
        .chain(more)
        .copied()
        .collect();
    Settings::load(None, env(&pairs)).map_err(lines)
}

fn lines(faults: Vec<chat_automod::settings::Fault>) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

struct Written {
    folder: tempfile::TempDir,
    path: PathBuf,
}

fn written(text: &str) -> Written {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("automod.toml");
    std::fs::write(&path, text).expect("a written file");
    Written { folder, path }
}

fn load(text: &str) -> Result<Settings, Vec<String>> {
    let file = written(text);
    let prefix = format!("{}/", file.folder.path().display());
    Settings::load(Some(&file.path), env(&[]))
        .map_err(|faults| lines(faults).iter().map(|line| line.replace(&prefix, "")).collect())
}

#[test]
fn the_environment_alone_is_enough() {
    let settings = least_and(&[]).expect("complete");
    let app = &settings.apps["main"];
    assert_eq!(app.sdk_app_id, 1_400_000_000);
    assert_eq!(app.secret_key.expose_secret(), SECRET);
    let token = app.webhook_token.as_ref().expect("a token");
    assert_eq!(token.expose_secret(), "12345e6", "text stays text");
    assert_eq!(settings.webhook.max_age, Duration::from_secs(60));
    assert_eq!(settings.store.url, "sqlite://automod.db");
    assert_eq!(app.enforcement, Enforcement::On);
    assert_eq!((app.calls_per_second, app.verify_before_rewrite), (150, true));
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = written("[webhook]\nmax_age = 30\nbody_limit = \"1MiB\"\n");
    let over = [LEAST.as_slice(), &[("AUTOMOD_WEBHOOK__MAX_AGE", "90s")]].concat();
    let settings = Settings::load(Some(&file.path), env(&over)).expect("complete");
    assert_eq!(settings.webhook.max_age, Duration::from_secs(90));
    assert_eq!(settings.webhook.body_limit, 1 << 20);
    let origin = |key| settings.shown().iter().find(|s| s.key == key).map(|s| s.origin);
    assert_eq!(origin("webhook.max_age"), Some(Origin::Environment));
    assert_eq!(origin("webhook.body_limit"), Some(Origin::File));
    assert_eq!(origin("webhook.body_timeout"), Some(Origin::Default));
}

#[test]
fn durations_are_seconds_or_text() {
    for (written, ms) in
        [("60", 60_000), ("500ms", 500), ("10s", 10_000), ("2m", 120_000), ("1h", 3_600_000)]
    {
        let settings = least_and(&[("AUTOMOD_ENFORCER__TAG_WITHOUT_READBACK", written)]);
        let found = settings.expect(written).enforcer.tag_without_readback;
        assert_eq!(found, Duration::from_millis(ms), "{written}");
    }
    for wrong in ["ten", "-1", "1.5s", "1w", "99999999999999999999", "5h"] {
        let faults = least_and(&[("AUTOMOD_ENFORCER__TAG_WITHOUT_READBACK", wrong)]);
        let faults = faults.expect_err(wrong);
        assert_eq!(faults.len(), 1, "{wrong}: {faults:?}");
        assert!(!faults[0].contains(wrong), "shows the value: {}", faults[0]);
    }
}

#[test]
fn every_fault_is_told_in_one_line_each() {
    let faults = load(
        r#"
[server]
listen = "8080"
[webhook]
maxage = 60
body_limit = true
[enforcer]
in_flight = 0
[apps.main]
admin = "automod"
secret_key = 12345678
webhook_token = "hunter2"
base_url = "https://user:hunter3@example.org/path"
colour = { of = "hunter4" }
[apps.Second]
sdk_app_id = "twelve"
[rulez]
dir = "x"
"#,
    );
    insta::assert_snapshot!(faults.expect_err("full of faults").join("\n"), @r#"
    automod.toml:3: server.listen (AUTOMOD_SERVER__LISTEN): has a value that is not valid; write address and port, such as "0.0.0.0:8080"
    automod.toml:6: webhook.body_limit (AUTOMOD_WEBHOOK__BODY_LIMIT): has the wrong type; write bytes, or text such as "256KiB" or "1MiB"
    automod.toml:5: webhook.maxage (AUTOMOD_WEBHOOK__MAXAGE): unknown setting; did you mean webhook.max_age?
    automod.toml:8: enforcer.in_flight (AUTOMOD_ENFORCER__IN_FLIGHT): out of range; from 1 to 10000
    automod.toml:16: apps.Second.sdk_app_id (AUTOMOD_APPS__SECOND__SDK_APP_ID): stands under a name no app can have; use lower-case letters, digits, - and single _ inside
    automod.toml:16: apps.Second.sdk_app_id (AUTOMOD_APPS__SECOND__SDK_APP_ID): has a value that is not valid; write a whole number
    apps.Second.admin (AUTOMOD_APPS__SECOND__ADMIN): missing; give an admin account made for this service
    apps.Second.secret_key (AUTOMOD_APPS__SECOND__SECRET_KEY): missing; set it, or secret_key_file, to the app's secret key from the console
    apps.Second.webhook_token (AUTOMOD_APPS__SECOND__WEBHOOK_TOKEN): missing; set it, or webhook_token_file, to the token of the console's webhook page; without a token anybody can post (allow_unsigned_webhooks = true)
    apps.Second.region (AUTOMOD_APPS__SECOND__REGION): missing; set one of china, frankfurt, jakarta, mumbai, seoul, silicon-valley, singapore, tokyo; or base_url
    apps.main.sdk_app_id (AUTOMOD_APPS__MAIN__SDK_APP_ID): missing; give the SDKAppID that the platform's console shows
    automod.toml:11: apps.main.secret_key (AUTOMOD_APPS__MAIN__SECRET_KEY): is not text; put it in quotes
    automod.toml:13: apps.main.base_url (AUTOMOD_APPS__MAIN__BASE_URL): has a value that is not valid; write scheme, host and port only, such as "https://adminapisgp.im.qcloud.com"
    automod.toml:14: apps.main.colour.of (AUTOMOD_APPS__MAIN__COLOUR__OF): unknown setting; see automod.example.toml for all settings
    automod.toml:18: rulez.dir (AUTOMOD_RULEZ__DIR): unknown setting; did you mean rules?
    "#);
}

#[test]
fn an_unknown_name_in_the_environment_is_a_fault_that_names_it() {
    let faults = least_and(&[("AUTOMOD_WEBHOOK__MAXAGE", "1"), ("AUTOMOD_WEBHOK__MAX_AGE", "1")]);
    let faults = faults.expect_err("two unknown names").join("\n");
    assert!(faults.contains("AUTOMOD_WEBHOOK__MAXAGE"), "{faults}");
    assert!(faults.contains("did you mean webhook.max_age?"), "{faults}");
    assert!(faults.contains("AUTOMOD_WEBHOK__MAX_AGE"), "{faults}");
    assert!(faults.contains("did you mean webhook?"), "{faults}");
    let strange = least_and(&[("AUTOMOD_A__B[9]", "1")]).expect_err("no name of ours");
    assert!(strange[0].contains("AUTOMOD_A__B[9]"), "{strange:?}");
}

#[test]
fn other_names_of_the_environment_are_not_ours() {
    let others =
        [("AUTOMOD_CONFIG", "x"), ("AUTOMOD_LOG", "x"), ("AUTOMOD_X", "x"), ("OTHER__KEY", "x")];
    assert!(least_and(&others).is_ok());
}

#[test]
fn an_empty_variable_is_as_good_as_none() {
    assert!(least_and(&[("AUTOMOD_WEBHOOK__MAX_AGE", "")]).is_ok());
    let faults = least_and(&[("AUTOMOD_APPS__MAIN__SECRET_KEY", "")]).expect_err("no key");
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("AUTOMOD_APPS__MAIN__SECRET_KEY): missing"), "{faults:?}");
}

#[test]
fn secrets_come_from_files() {
    let file = written("s3cret\r\n");
    let path = file.path.to_str().expect("UTF-8");
    let settings = least_and(&[
        ("AUTOMOD_APPS__MAIN__SECRET_KEY", ""),
        ("AUTOMOD_APPS__MAIN__SECRET_KEY_FILE", path),
    ]);
    assert_eq!(settings.expect("complete").apps["main"].secret_key.expose_secret(), "s3cret");

    let faults = least_and(&[("AUTOMOD_APPS__MAIN__SECRET_KEY_FILE", path)]);
    let faults = faults.expect_err("given twice");
    assert!(faults[0].contains("given twice, also as secret_key_file"), "{faults:?}");

    for (name, content) in [("absent", None), ("empty", Some("\n"))] {
        let path = file.folder.path().join(name);
        if let Some(content) = content {
            std::fs::write(&path, content).expect("a written file");
        }
        let path = path.to_str().expect("UTF-8");
        let faults = least_and(&[
            ("AUTOMOD_APPS__MAIN__SECRET_KEY", ""),
            ("AUTOMOD_APPS__MAIN__SECRET_KEY_FILE", path),
        ]);
        let faults = faults.expect_err(name);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains("AUTOMOD_APPS__MAIN__SECRET_KEY_FILE"), "{faults:?}");
        assert!(!faults[0].contains(path), "shows the value: {faults:?}");
    }
}

#[test]
fn a_secret_file_of_the_environment_wins_over_a_secret_in_the_file() {
    let secret = written("from-a-file");
    let path = secret.path.to_str().expect("UTF-8");
    let file = written("[apps.main]\nsecret_key = \"from-the-toml\"\n");
    let over: Vec<_> = LEAST
        .into_iter()
        .filter(|(name, _)| !name.ends_with("SECRET_KEY"))
        .chain([("AUTOMOD_APPS__MAIN__SECRET_KEY_FILE", path)])
        .collect();
    let settings = Settings::load(Some(&file.path), env(&over)).expect("complete");
    assert_eq!(settings.apps["main"].secret_key.expose_secret(), "from-a-file");
}

#[test]
fn an_app_without_a_token_needs_a_word() {
    let faults = least_and(&[("AUTOMOD_APPS__MAIN__WEBHOOK_TOKEN", "")]).expect_err("no token");
    assert!(faults[0].contains("apps.main.webhook_token"), "{faults:?}");
    assert!(faults[0].contains("allow_unsigned_webhooks = true"), "{faults:?}");
    let settings = least_and(&[
        ("AUTOMOD_APPS__MAIN__WEBHOOK_TOKEN", ""),
        ("AUTOMOD_APPS__MAIN__ALLOW_UNSIGNED_WEBHOOKS", "true"),
    ]);
    let warnings = settings.expect("allowed").warnings();
    assert!(warnings[0].contains("WITHOUT a signature"), "{warnings:?}");
}

#[test]
fn what_is_allowed_but_unwise_is_said() {
    assert_eq!(least_and(&[]).expect("complete").warnings(), [""; 0]);
    for (name, value, said) in [
        ("ADMIN", "administrator", "back end"),
        ("CALLS_PER_SECOND", "500", "usual 200"),
        ("VERIFY_BEFORE_REWRITE", "false", "forged body"),
        ("BASE_URL", "http://chat.example.org", "plain http"),
        ("ALLOW_UNSIGNED_WEBHOOKS", "true", "no effect"),
    ] {
        let settings = least_and(&[(&format!("AUTOMOD_APPS__MAIN__{name}"), value)]);
        let warnings = settings.expect(name).warnings();
        assert!(warnings.len() == 1 && warnings[0].contains(said), "{name}: {warnings:?}");
    }
    let near = least_and(&[("AUTOMOD_APPS__MAIN__BASE_URL", "http://127.0.0.1:9999/")]);
    let near = near.expect("a simulator");
    assert_eq!(near.warnings(), [""; 0]);
    assert_eq!(near.apps["main"].base_url.as_deref(), Some("http://127.0.0.1:9999"));
}

#[test]
fn an_app_is_configured_once() {
    let twice = [
        ("AUTOMOD_APPS__OTHER__SDK_APP_ID", "1400000000"),
        ("AUTOMOD_APPS__OTHER__ADMIN", "automod"),
        ("AUTOMOD_APPS__OTHER__SECRET_KEY", SECRET),
        ("AUTOMOD_APPS__OTHER__WEBHOOK_TOKEN", "t"),
        ("AUTOMOD_APPS__OTHER__BASE_URL", "https://example.org"),
    ];
    let faults = least_and(&twice).expect_err("one SDKAppID twice");
    assert!(faults[0].contains("is the same as apps.main.sdk_app_id"), "{faults:?}");
    let faults = Settings::load(None, env(&[])).map_err(lines).expect_err("no app");
    assert!(faults[0].contains("AUTOMOD_APPS__MAIN__SDK_APP_ID"), "{faults:?}");
}

#[test]
fn a_broken_file_is_told_by_line_and_without_its_text() {
    let faults = load("[apps.main]\nsecret_key = \"hunter2\nadmin == 'x'\n").expect_err("no TOML");
    assert!(faults.iter().any(|fault| fault.starts_with("automod.toml:2: ")), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.starts_with("automod.toml:3: ")), "{faults:?}");
    assert!(!faults.concat().contains("hunter2"), "{faults:?}");
    let absent = Settings::load(Some(Path::new("/nowhere/automod.toml")), env(&[]));
    let absent = lines(absent.expect_err("no file"));
    assert_eq!(absent.len(), 1);
    assert!(absent[0].contains("AUTOMOD_CONFIG): no such file"), "{absent:?}");
    assert!(load("max = 99999999999999999999\n").is_err());
}

#[test]
fn a_part_can_be_read_without_the_rest() {
    let over = [("AUTOMOD_STORE__URL", "sqlite:///data/a.db"), ("AUTOMOD_SERVER__WORKERS", "x")];
    assert_eq!(StoreSettings::load(None, env(&over)).expect("fine").url, "sqlite:///data/a.db");
    assert!(ServerSettings::load(None, env(&over)).is_err());
    for wrong in ["postgres://x/y", "sqlite://", "sqlite::memory:", "sqlite://:memory:"] {
        assert!(StoreSettings::load(None, env(&[("AUTOMOD_STORE__URL", wrong)])).is_err());
    }
}

#[test]
fn the_example_holds_every_setting_with_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("automod.example.toml");
    let text = std::fs::read_to_string(&path).expect("the example");
    let secrets = &LEAST[2..4];
    let example = Settings::load(Some(&path), env(secrets)).map_err(lines).expect("valid");
    let defaults = least_and(&[]).expect("complete");
    let values = |settings: &Settings| -> Vec<_> {
        settings.shown().iter().map(|s| (s.key.clone(), s.value.clone())).collect()
    };
    assert_eq!(values(&example), values(&defaults));
    for shown in example.shown() {
        let name = shown.key.rsplit('.').next().expect("a name");
        let env = format!("AUTOMOD_{}", shown.key.to_uppercase().replace('.', "__"));
        let line = text.lines().find(|line| line.contains(&format!("# {env}")));
        let line = line.unwrap_or_else(|| panic!("{env} is not in the example"));
        assert!(line.trim_start_matches("# ").starts_with(&format!("{name} = ")), "{line}");
        if shown.value.as_deref() == Some(r#""***""#) {
            assert!(text.contains(&format!("# {env}_FILE\n")), "{env}_FILE");
        }
    }
}
