//! What the window stands on in a test: a screen and a web driver of its own.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A program with all that it started, ended when dropped.
pub struct Group(Child);

impl Group {
    fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_owned();
        // A group of its own: what it starts ends with it, even when a test fails.
        let child = command.process_group(0).stdin(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|error| panic!("{}: {error}", name.display())))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

/// A virtual screen. Returns its name, such as `:99`.
pub fn screen(width: u32, height: u32) -> (Group, String) {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")]);
    let mut screen = Group::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
    let mut number = String::new();
    let out = screen.0.stdout.take().unwrap();
    BufReader::new(out).read_line(&mut number).unwrap(); // it says its number when it can be drawn on
    (screen, format!(":{}", number.trim()))
}

/// A picture of all that `screen` shows.
pub fn picture(screen: &str, file: &Path) {
    let took =
        Command::new("import").args(["-display", screen, "-window", "root"]).arg(file).status().unwrap();
    assert!(took.success(), "import: {took}");
}

/// A web driver on `screen`, and its address. What it starts inherits these variables.
pub fn driver(screen: &str, variables: &[(&str, &str)]) -> (Group, String) {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let mut command = Command::new("WebKitWebDriver");
    command.args([&format!("--port={port}"), "--host=127.0.0.1"]);
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("WAYLAND_DISPLAY");
    command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    command.envs(variables.iter().copied()).env("DISPLAY", screen);
    command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    let driver = Group::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
    let begun = Instant::now();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "WebKitWebDriver does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    (driver, format!("http://127.0.0.1:{port}"))
}
