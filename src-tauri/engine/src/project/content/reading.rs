//! Reading a file that must stay, from beginning to end, what the walk saw.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::super::context::{Fault, Stamp, open_file, stamp, vanished};

/// A file being read. It ends well only if the file was the same before and after.
#[derive(Debug)]
pub struct Reading {
    file: File,
    path: String,
    seen: Stamp,
    left: u64,
}

impl Reading {
    /// Opens the file at `path` below `root`, of which the walk saw this.
    pub fn open(root: &Path, path: &str, seen: Stamp) -> Result<Self, Fault> {
        let file = open_file(&root.join(path)).map_err(|error| fault(path, error))?;
        let reading = Self { file, path: path.to_owned(), seen, left: seen.size };
        reading.still_same()?;
        Ok(reading)
    }

    /// A buffer that fits the file, at most this large.
    pub fn buffer(&self, at_most: usize) -> Vec<u8> {
        vec![0; usize::try_from(self.left).unwrap_or(at_most).clamp(1, at_most)]
    }

    /// Reads the next piece; 0: that was all of it.
    pub fn piece(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        // One that grows all the time would never end.
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            self.still_same()?;
            return Ok(0);
        }
        loop {
            match self.file.read(&mut buffer[..most]) {
                Ok(0) => return Err(self.changed()),
                Ok(read) => {
                    self.left -= read as u64;
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(fault(&self.path, error)),
            }
        }
    }

    fn still_same(&self) -> Result<(), Fault> {
        let metadata = self.file.metadata().map_err(|error| fault(&self.path, error))?;
        let now = stamp(&metadata);
        let same =
            (now.size, now.modified, now.inode) == (self.seen.size, self.seen.modified, self.seen.inode);
        if metadata.is_file() && same { Ok(()) } else { Err(self.changed()) }
    }

    fn changed(&self) -> Fault {
        Fault::Changed { path: self.path.clone() }
    }
}

/// For those who want a reader. The error holds the [`Fault`].
impl Read for Reading {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() { Ok(0) } else { self.piece(buffer).map_err(io::Error::other) }
    }
}

fn fault(path: &str, error: io::Error) -> Fault {
    let path = path.to_owned();
    if vanished(&error) { Fault::Changed { path } } else { Fault::Unreadable { path, error } }
}
