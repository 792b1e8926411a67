use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::{ADMIN_TOKEN, Chat, Http, eventually, within};

/// The real binary, on a free port and a data directory of its own.
pub struct Process {
    pub address: SocketAddr,
    data: TempDir,
    child: Child,
}

impl Process {
    pub async fn start() -> Self {
        let data = TempDir::new().unwrap();
        let address = free_address();
        let child = serve(data.path(), address);
        let process = Self { address, data, child };
        process.until_ready().await;
        process
    }

    /// Ends the process at this instant and starts another one on the same data.
    pub async fn kill_and_restart(&mut self) {
        within("the end", self.child.kill()).await.unwrap();
        self.child = serve(self.data.path(), self.address);
        self.until_ready().await;
    }

    /// Asks the process to end and waits until it has.
    pub async fn terminate(mut self) -> bool {
        let pid = self.child.id().expect("it runs").to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
        assert!(asked.success());
        within("the end", self.child.wait()).await.unwrap().success()
    }

    /// Runs a command beside the server: exit code and both outputs.
    pub async fn command(&self, arguments: &[&str], input: &str) -> (i32, String) {
        self.command_with(&[], arguments, input).await
    }

    /// The same with more in the environment.
    pub async fn command_with(&self, environment: &[(&str, String)], arguments: &[&str], input: &str) -> (i32, String) {
        command(self.data.path(), self.address, environment, arguments, input).await
    }

    /// A file beside the server's data; tells its name for a command.
    pub fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.data.path().join(name), text).unwrap();
        name.to_owned()
    }

    pub fn admin(&self) -> Http {
        Http::new(self.address, Some(ADMIN_TOKEN))
    }

    pub async fn chat(&self) -> Chat {
        Chat::connect(self.address, None).await.unwrap()
    }

    async fn until_ready(&self) {
        eventually("the server is ready", || async {
            let answer = reqwest::get(format!("http://{}/ready", self.address)).await;
            answer.is_ok_and(|answer| answer.status() == 200).then_some(())
        })
        .await;
    }
}

/// Runs a command beside a server, on its data: exit code and both outputs.
pub async fn command(
    data: &Path,
    address: SocketAddr,
    environment: &[(&str, String)],
    arguments: &[&str],
    input: &str,
) -> (i32, String) {
    let mut child = binary(data, address)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = within("the command", child.wait_with_output()).await.unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    text.push_str(&String::from_utf8(output.stderr).unwrap());
    (output.status.code().unwrap_or(-1), text)
}

/// What a first start prints.
pub async fn first_words() -> String {
    let data = TempDir::new().unwrap();
    let mut child = binary(data.path(), free_address())
        .env_remove("FRONTDESK_ADMIN_TOKEN")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut text = String::new();
    let mut buffer = [0; 1024];
    while !text.contains("API token") {
        let read = within("a first start", output.read(&mut buffer)).await.unwrap();
        assert!(read > 0, "it ended after: {text}");
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
    }
    child.kill().await.unwrap();
    text
}

fn serve(data: &Path, address: SocketAddr) -> Child {
    binary(data, address)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn binary(data: &Path, address: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command
        .current_dir(data)
        .env_remove("DATABASE_URL")
        .env_remove("REDIS_URL")
        .env_remove("FRONTDESK_MASTER_KEY")
        .env("FRONTDESK_DATA", data)
        .env("FRONTDESK_LISTEN", address.to_string())
        .env("FRONTDESK_ADMIN_TOKEN", ADMIN_TOKEN)
        .kill_on_drop(true);
    command
}

fn free_address() -> SocketAddr {
    let probe = TcpListener::bind("127.0.0.1:0").unwrap();
    probe.local_addr().unwrap()
}
