//! Opening xz and the older LZMA, step by step: the readers of the crate can go round for ever on damaged data, its
//! steps say when nothing moves.

use std::io::{self, Read};

use lzma_rust2::{Action, LzmaStream, Status, XzStream};

use super::limits;

enum Steps {
    Xz(Box<XzStream>),
    Alone(Box<LzmaStream>),
}

/// Opens one file.
pub struct Decoder<R> {
    from: R,
    steps: Steps,
    buffer: Box<[u8]>,
    begin: usize,
    end: usize,
    ended: bool,
}

impl<R: Read> Decoder<R> {
    /// A decoder of xz.
    pub fn xz(from: R) -> Self {
        Self::new(from, Steps::Xz(Box::new(XzStream::new_mem_limit(true, limits::WINDOW))))
    }

    /// A decoder of the format before xz.
    pub fn alone(from: R) -> Self {
        Self::new(from, Steps::Alone(Box::new(LzmaStream::new_mem_limit(limits::WINDOW, None))))
    }

    fn new(from: R, steps: Steps) -> Self {
        Self { from, steps, buffer: vec![0; 8192].into_boxed_slice(), begin: 0, end: 0, ended: false }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut finished = false;
        while !self.ended && !into.is_empty() {
            if self.begin >= self.end && !finished {
                self.begin = 0;
                self.end = self.from.read(&mut self.buffer)?;
                finished = self.end == 0;
            }
            let input = self.buffer.get(self.begin..self.end).unwrap_or_default();
            let action = if finished { Action::Finish } else { Action::Run };
            let step = match &mut self.steps {
                Steps::Xz(steps) => steps.process(input, into, action),
                Steps::Alone(steps) => steps.process(input, into, action),
            }?;
            self.begin += step.bytes_consumed;
            self.ended = step.status == Status::StreamEnd;
            if step.bytes_produced > 0 {
                return Ok(step.bytes_produced);
            }
            if step.bytes_consumed == 0 && !self.ended {
                let kind = if finished { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::InvalidData };
                return Err(kind.into());
            }
        }
        Ok(0)
    }
}
