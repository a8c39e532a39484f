//! The program itself, as a person or a script runs it: what it prints, and its exit code.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

const SECRET: &str = "hunter2-secret";

fn automod(arguments: &[&str], env: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_automod"));
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| name.to_string_lossy().starts_with("AUTOMOD_")) {
        command.env_remove(name);
    }
    command.args(arguments).envs(env.iter().copied());
    command
}

fn run(arguments: &[&str], env: &[(&str, &str)]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = automod(arguments, env).output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("an exit code"), text(stdout), text(stderr))
}

fn complete() -> Vec<(&'static str, &'static str)> {
    vec![
        ("AUTOMOD_APPS__MAIN__SDK_APP_ID", "1400000000"),
        ("AUTOMOD_APPS__MAIN__ADMIN", "administrator"),
        ("AUTOMOD_APPS__MAIN__SECRET_KEY", SECRET),
        ("AUTOMOD_APPS__MAIN__WEBHOOK_TOKEN", SECRET),
        ("AUTOMOD_APPS__MAIN__REGION", "seoul"),
    ]
}

#[test]
fn config_print_shows_what_is_in_effect_without_secrets() {
    let (code, printed, said) = run(&["config", "print", "--redacted"], &complete());
    assert_eq!(code, 0, "{said}");
    insta::assert_snapshot!(printed);
    assert!(said.contains("warning: apps.main: admin is `administrator`"), "{said}");
    assert!(!(printed + &said).contains(SECRET));
}

#[test]
fn what_config_print_shows_is_a_configuration() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("automod.toml");
    let (_, printed, _) = run(&["config", "print"], &complete());
    std::fs::write(&file, printed).expect("a written file");
    let file = file.to_str().expect("UTF-8");
    let (code, again, said) = run(&["config", "print", "--config", file], &[]);
    assert_eq!(code, 0, "{said}");
    assert!(again.contains("sdk_app_id = 1400000000  # file"), "{again}");
    let (code, by_name, _) = run(&["config", "print"], &[("AUTOMOD_CONFIG", file)]);
    assert_eq!((code, by_name), (0, again));
}

#[test]
fn a_bad_configuration_is_exit_78_and_a_line_for_each_fault() {
    let mut env = complete();
    env[0].1 = "many";
    env.push(("AUTOMOD_SERVER__LISTEN", SECRET));
    env.push(("AUTOMOD_SERVER__LISTNE", SECRET));
    let (code, printed, said) = run(&["config", "print"], &env);
    assert_eq!((code, printed.as_str()), (78, ""));
    assert_eq!(said.lines().count(), 3, "{said}");
    for name in ["APPS__MAIN__SDK_APP_ID", "SERVER__LISTEN", "SERVER__LISTNE"] {
        assert!(said.contains(&format!("(AUTOMOD_{name})")), "{said}");
    }
    assert!(!said.contains(SECRET), "{said}");
}

#[test]
fn wrong_usage_is_exit_2() {
    for wrong in [vec![], vec!["frobnicate"], vec!["config"], vec!["completions", "cobol"]] {
        assert_eq!(run(&wrong, &[]).0, 2, "{wrong:?}");
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    let (code, help, _) = run(&["--help"], &[]);
    assert_eq!(code, 0);
    let commands: Vec<_> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .map_while(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() >= 10, "{commands:?}");
    for command in commands {
        let (code, help, _) = run(&[command, "--help"], &[]);
        assert_eq!(code, 0);
        assert!(help.contains("Example:\n  "), "{command}");
    }
}

#[test]
fn completions_are_a_script() {
    let (code, script, _) = run(&["completions", "bash"], &[]);
    assert_eq!(code, 0);
    assert!(script.contains("healthcheck"), "{script}");
}

#[test]
fn a_reader_that_hangs_up_is_no_failure() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = automod(&["completions", "bash"], &[]);
    let ended = command.stdout(Stdio::from(writer)).output().expect("it starts");
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), b"".as_slice()));
}

/// Answers one request with `status` and returns the request's first line.
fn answer_once(status: &'static str) -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let mut request = [0; 1024];
        let read = stream.read(&mut request).expect("a request");
        let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        stream.write_all(answer.as_bytes()).expect("an answer");
        String::from_utf8_lossy(&request[..read]).lines().next().unwrap_or_default().to_owned()
    });
    (port, server)
}

#[test]
fn healthcheck_asks_the_running_service() {
    for (status, expected) in [("200 OK", 0), ("503 Service Unavailable", 1)] {
        let (port, server) = answer_once(status);
        let listen = format!("0.0.0.0:{port}");
        let (code, _, said) = run(&["healthcheck"], &[("AUTOMOD_SERVER__LISTEN", &listen)]);
        assert_eq!(code, expected, "{said}");
        assert_eq!(server.join().expect("served"), "GET /healthz HTTP/1.1");
    }
}

#[test]
fn healthcheck_fails_when_nobody_answers() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listen = listener.local_addr().expect("bound").to_string();
    drop(listener);
    let (code, _, said) = run(&["healthcheck"], &[("AUTOMOD_SERVER__LISTEN", &listen)]);
    assert_eq!(code, 1);
    assert!(said.contains(&format!("no answer from {listen}")), "{said}");
}
