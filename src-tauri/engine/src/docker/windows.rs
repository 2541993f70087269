//! Named pipes.

use std::{io, time::Duration};

use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient};

/// What Windows says while all instances of a pipe serve somebody else.
const ERROR_PIPE_BUSY: i32 = 231;

/// Opens a named pipe, waiting while it is busy. The caller limits the time.
pub(super) async fn open_pipe(path: &str) -> io::Result<NamedPipeClient> {
    loop {
        match ClientOptions::new().open(path) {
            // Windows has no asynchronous way to wait for a free instance.
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY) => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return opened,
        }
    }
}
