//! The program as a process of its own: commands that end, and the service that runs until it is told to stop.

use super::harness::{APP, TOKEN, TestApp};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// How a command ended, and what it said.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Every line of the output as JSON.
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs the program to its end with these environment variables and no others of ours.
pub fn automod(variables: &BTreeMap<String, String>, arguments: &[&str]) -> Ran {
    let ended = command(variables).args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = ended.status.code().unwrap();
    Ran { code, out: text(ended.stdout), err: text(ended.stderr) }
}

fn command(variables: &BTreeMap<String, String>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_automod"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AUTOMOD_") {
            command.env_remove(name);
        }
    }
    command.envs(variables);
    command
}

impl TestApp {
    /// `automod audit …` as a compliance officer runs it: only the database is configured.
    pub fn audit(&self, arguments: &[&str]) -> Ran {
        let store = "AUTOMOD_STORE__URL".to_owned();
        let variables = BTreeMap::from([(store.clone(), self.variables()[&store].clone())]);
        automod(&variables, &[&["audit"], arguments].concat())
    }
}

/// `automod serve`, running; killed when it is dropped.
pub struct Process {
    child: Child,
    pub url: String,
    pub metrics_url: String,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts the service with the app's settings and waits until it listens.
    pub fn serve(app: &TestApp) -> Self {
        let mut child =
            command(app.variables()).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let note = {
            let log = log.clone();
            move |line: &str| *log.lock().unwrap() += &format!("{line}\n")
        };
        let hello = loop {
            let Some(Ok(line)) = lines.next() else { panic!("{}", log.lock().unwrap()) };
            note(&line);
            if line.contains("webhooks at ") {
                break line;
            }
        };
        let url = |name: &str| {
            let (_, rest) = hello.split_once(name).unwrap();
            let url = rest.split([',', ' ']).next().unwrap();
            url.rsplit_once('/').unwrap().0.to_owned()
        };
        let (url, metrics_url) = (url("webhooks at "), url("metrics at "));
        let reader =
            std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| note(&line)));
        app.simulator.set_webhook(APP, &format!("{url}/webhook"), Some(TOKEN));
        Self { child, url, metrics_url, log, reader: Some(reader) }
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// Waits for the end; exit code (`None` when it was killed) and everything logged.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().unwrap();
        self.reader.take().map(JoinHandle::join).transpose().unwrap();
        (status.code(), self.log())
    }

    /// `kill -9`.
    pub fn kill(self) {
        self.signal("KILL");
        self.ended();
    }
}

impl TestApp {
    /// Waits until a process takes webhooks and can write what follows from them.
    pub async fn until_ready(&self, process: &Process) {
        let ready = format!("{}/readyz", process.url);
        self.until("it is ready", async || self.get(&ready).await.0 == 200).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
