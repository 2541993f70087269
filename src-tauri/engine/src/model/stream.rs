//! Bytes one after the other: of a file, where long stretches are passed over by seeking, or out of a decompressor,
//! whose output is bounded.

use std::{
    cell::Cell,
    io::{self, Read, Seek, SeekFrom},
    rc::Rc,
    time::Instant,
};

use super::{
    fault::{Bound, Fault},
    limits,
};

/// A file, as far as this is concerned.
pub trait File: Read + Seek {}
impl<T: Read + Seek> File for T {}

const BUFFER: usize = 32 * 1024;

/// A position in bytes.
pub struct Stream<'a> {
    from: From<'a>,
    buffer: Box<[u8]>,
    begin: usize,
    end: usize,
    /// The offset of `buffer[begin]`.
    at: u64,
}

enum From<'a> {
    /// A stretch of a file: where the next byte is read, where offset 0 is, how long it is.
    File {
        file: &'a mut dyn File,
        zero: u64,
        size: u64,
    },
    Inflating {
        out: Box<dyn Read + 'a>,
        eaten: Rc<Cell<u64>>,
        begun: Instant,
    },
}

impl<'a> Stream<'a> {
    /// `size` bytes of a file, from `zero` on.
    pub fn of(file: &'a mut dyn File, zero: u64, size: u64) -> Result<Self, Fault> {
        file.seek(SeekFrom::Start(zero)).map_err(|error| Fault::Io(error.to_string()))?;
        Ok(Self::new(From::File { file, zero, size }))
    }

    /// What `open` makes of `size` bytes of a file from `zero` on.
    pub fn inflating(
        file: &'a mut dyn File,
        zero: u64,
        size: u64,
        open: impl FnOnce(Eating<'a>) -> Box<dyn Read + 'a>,
    ) -> Result<Self, Fault> {
        let eaten = Rc::new(Cell::new(0));
        file.seek(SeekFrom::Start(zero)).map_err(|error| Fault::Io(error.to_string()))?;
        let begun = Instant::now();
        let eating = Eating { file, left: size, eaten: Rc::clone(&eaten), begun };
        let out = open(eating);
        Ok(Self::new(From::Inflating { out, eaten, begun }))
    }

    fn new(from: From<'a>) -> Self {
        Self { from, buffer: vec![0; BUFFER].into_boxed_slice(), begin: 0, end: 0, at: 0 }
    }

    /// The offset of the next byte.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The bytes that are at hand; empty only at the end.
    fn ready(&mut self) -> Result<&[u8], Fault> {
        if self.begin >= self.end {
            self.begin = 0;
            self.end = 0;
            let at = self.at;
            let read = match &mut self.from {
                From::File { file, size, .. } => {
                    let left = usize::try_from(size.saturating_sub(at)).unwrap_or(usize::MAX);
                    let room = self.buffer.get_mut(..left.min(BUFFER)).unwrap_or_default();
                    read(file, room).map_err(|error| Fault::Io(error.to_string()))?
                }
                From::Inflating { out, eaten, begun } => {
                    let read = read(out, &mut self.buffer).map_err(|error| inflating_fault(&error, at))?;
                    let most = limits::INFLATED.saturating_add(eaten.get().saturating_mul(limits::RATIO));
                    if at > most {
                        return Err(Fault::TooLarge { at, bound: Bound::Inflated });
                    }
                    if late(*begun, eaten.get()) {
                        return Err(Fault::TooLarge { at, bound: Bound::Time });
                    }
                    read
                }
            };
            self.end = read;
        }
        Ok(self.buffer.get(self.begin..self.end).unwrap_or_default())
    }

    fn took(&mut self, count: usize) {
        self.begin += count;
        self.at += count as u64;
    }

    /// The next byte, which stays.
    pub fn peek(&mut self) -> Result<Option<u8>, Fault> {
        Ok(self.ready()?.first().copied())
    }

    /// The next byte.
    pub fn next(&mut self) -> Result<Option<u8>, Fault> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.took(1);
        }
        Ok(byte)
    }

    /// The next byte, which must be there.
    pub fn byte(&mut self) -> Result<u8, Fault> {
        self.next()?.ok_or(Fault::Truncated { at: self.at })
    }

    /// The next `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.byte()?;
        }
        Ok(bytes)
    }

    /// Adds the next `count` bytes to `into`. The caller bounds `count`.
    pub fn append(&mut self, count: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        let mut left = count;
        while left > 0 {
            let ready = self.ready()?;
            if ready.is_empty() {
                return Err(Fault::Truncated { at: self.at });
            }
            let part = ready.get(..left.min(ready.len())).unwrap_or(ready);
            into.extend_from_slice(part);
            let count = part.len();
            left -= count;
            self.took(count);
        }
        Ok(())
    }

    /// Adds all bytes before the next newline to `into`, of which no more than `most`, and passes the newline.
    /// `true`: that was all of them.
    pub fn line(&mut self, most: usize, into: &mut Vec<u8>) -> Result<bool, Fault> {
        let mut room = most;
        let mut whole = true;
        loop {
            let ready = self.ready()?;
            if ready.is_empty() {
                return Err(Fault::Truncated { at: self.at });
            }
            let end = ready.iter().position(|byte| *byte == b'\n');
            let part = ready.get(..end.unwrap_or(ready.len())).unwrap_or(ready);
            let kept = part.get(..room.min(part.len())).unwrap_or(part);
            into.extend_from_slice(kept);
            room -= kept.len();
            whole &= kept.len() == part.len();
            let count = part.len();
            self.took(count + usize::from(end.is_some()));
            if end.is_some() {
                return Ok(whole);
            }
        }
    }

    /// Passes all bytes up to the first that is not `of` these, and adds no more than `most` of them to `into`.
    pub fn run(&mut self, most: usize, into: &mut Vec<u8>, of: impl Fn(u8) -> bool) -> Result<(), Fault> {
        let mut room = most;
        loop {
            let ready = self.ready()?;
            if ready.is_empty() {
                return Ok(());
            }
            let end = ready.iter().position(|byte| !of(*byte));
            let part = ready.get(..end.unwrap_or(ready.len())).unwrap_or(ready);
            let kept = part.get(..room.min(part.len())).unwrap_or(part);
            into.extend_from_slice(kept);
            room -= kept.len();
            let count = part.len();
            self.took(count);
            if end.is_some() {
                return Ok(());
            }
        }
    }

    /// Passes `count` bytes, which must be there.
    pub fn skip(&mut self, count: u64) -> Result<(), Fault> {
        let ready = (self.end - self.begin) as u64;
        if count > ready
            && let From::File { file, zero, size } = &mut self.from
        {
            let to = self.at.saturating_add(count);
            if to > *size {
                return Err(Fault::Truncated { at: *size });
            }
            file.seek(SeekFrom::Start(zero.saturating_add(to)))
                .map_err(|error| Fault::Io(error.to_string()))?;
            self.begin = 0;
            self.end = 0;
            self.at = to;
            return Ok(());
        }
        let mut left = count;
        while left > 0 {
            let ready = self.ready()?.len();
            if ready == 0 {
                return Err(Fault::Truncated { at: self.at });
            }
            let part = usize::try_from(left).unwrap_or(usize::MAX).min(ready);
            self.took(part);
            left -= part as u64;
        }
        Ok(())
    }

    /// Passes all bytes to the end; how many they were.
    pub fn rest(&mut self) -> Result<u64, Fault> {
        let from = self.at;
        if let From::File { size, .. } = &self.from {
            return Ok(size.saturating_sub(from));
        }
        loop {
            let ready = self.ready()?.len();
            if ready == 0 {
                return Ok(self.at - from);
            }
            self.took(ready);
        }
    }
}

fn read(from: &mut (impl Read + ?Sized), into: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// Whether a decompressor has worked longer than what it was given allows.
fn late(begun: Instant, eaten: u64) -> bool {
    let more = eaten.saturating_mul(1000) / limits::BYTES_A_SECOND;
    begun.elapsed().as_millis() > limits::TIME.as_millis() + u128::from(more)
}

fn inflating_fault(error: &io::Error, at: u64) -> Fault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Fault::Truncated { at },
        io::ErrorKind::TimedOut => Fault::TooLarge { at, bound: Bound::Time },
        io::ErrorKind::OutOfMemory => Fault::TooLarge { at, bound: Bound::Window },
        _ => Fault::Malformed { at, what: "the compressed data is damaged" },
    }
}

/// The compressed bytes, counted as they are read.
pub struct Eating<'a> {
    file: &'a mut dyn File,
    left: u64,
    eaten: Rc<Cell<u64>>,
    begun: Instant,
}

impl Read for Eating<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // Also here, for a decompressor can go through very much that is empty before it gives anything.
        if late(self.begun, self.eaten.get()) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let read = self.file.read(into.get_mut(..most).unwrap_or_default())?;
        self.left -= read as u64;
        self.eaten.set(self.eaten.get() + read as u64);
        Ok(read)
    }
}
