//! Opening bzip2, after the description of the format by Joe Tsai (2016). Written here because the crates for it are
//! either C in Rust's clothes, which end the whole program on damaged data, or no longer kept.
//!
//! Checksums are not compared: what a damaged file would have run had run before anybody noticed.

use std::io::{self, Read};

const BLOCK: u64 = 0x3141_5926_5359;
const END: u64 = 0x1772_4538_5090;

/// Symbols between two choices of a table.
const GROUP: usize = 50;
/// The longest code.
const LONGEST: usize = 20;
/// Symbols: two for runs, 255 places, and the end.
const SYMBOLS: usize = 258;

/// Opens one stream, or several one after the other.
pub struct Decoder<R> {
    bits: Bits<R>,
    /// The bytes that a block of this stream may have; 0 before the first stream.
    most: usize,
    /// The block: in the low byte the byte, above it the place of the next one.
    block: Vec<u32>,
    place: u32,
    left: usize,
    /// The last byte, how often it came one after the other, and how often it is to be repeated.
    last: u8,
    run: u8,
    repeat: u8,
}

impl<R: Read> Decoder<R> {
    /// A decoder of what `from` gives.
    pub fn new(from: R) -> Self {
        Self {
            bits: Bits { from, buffer: Box::new([0; 4096]), begin: 0, end: 0, held: 0, count: 0 },
            most: 0,
            block: Vec::new(),
            place: 0,
            left: 0,
            last: 0,
            run: 0,
            repeat: 0,
        }
    }

    /// Goes to the next block that has something in it; `false` at the end.
    fn next_block(&mut self) -> io::Result<bool> {
        loop {
            if self.most == 0 && !self.begin()? {
                return Ok(false);
            }
            let magic = u64::from(self.bits.take(24)?) << 24 | u64::from(self.bits.take(24)?);
            match magic {
                BLOCK => {
                    self.read_block()?;
                    if self.left > 0 {
                        return Ok(true);
                    }
                }
                END => {
                    self.bits.take(32)?;
                    self.bits.align();
                    self.most = 0;
                }
                _ => return Err(damaged()),
            }
        }
    }

    /// Reads the beginning of a stream; `false` where there is none.
    fn begin(&mut self) -> io::Result<bool> {
        if self.bits.at_end()? {
            return Ok(false);
        }
        let level = (self.bits.take(24)?, self.bits.take(8)?);
        match level {
            (0x42_5a68, level @ 0x31..=0x39) => {
                self.most = 100_000 * (level - 0x30) as usize;
                Ok(true)
            }
            _ => Err(damaged()),
        }
    }

    fn read_block(&mut self) -> io::Result<()> {
        self.bits.take(32)?;
        // Blocks in a random order were given up in 1999.
        if self.bits.take(1)? != 0 {
            return Err(damaged());
        }
        let origin = self.bits.take(24)? as usize;
        let mut places = self.symbols()?;
        if places.is_empty() {
            return Err(damaged());
        }
        let symbols = places.len() + 2;
        let (tables, selectors) = self.tables(symbols)?;

        self.block.clear();
        let end = symbols - 1;
        let (mut run, mut weight) = (0usize, 1usize);
        let mut counts = [0u32; 256];
        let mut decoded = 0usize;
        loop {
            let selector = selectors.get(decoded / GROUP).ok_or_else(damaged)?;
            let table = tables.get(usize::from(*selector)).ok_or_else(damaged)?;
            decoded += 1;
            let symbol = usize::from(table.decode(&mut self.bits)?);
            if symbol <= 1 {
                // A run, its length in digits of 1 and 2.
                run += weight << symbol;
                weight <<= 1;
                if run > self.most {
                    return Err(damaged());
                }
                continue;
            }
            if run > 0 {
                let byte = places.first().copied().ok_or_else(damaged)?;
                if self.block.len() + run > self.most {
                    return Err(damaged());
                }
                self.block.resize(self.block.len() + run, byte.into());
                if let Some(count) = counts.get_mut(usize::from(byte)) {
                    *count += u32::try_from(run).unwrap_or(0);
                }
                (run, weight) = (0, 1);
            }
            if symbol == end {
                break;
            }
            // Move to front.
            let front = places.get_mut(..symbol).ok_or_else(damaged)?;
            front.rotate_right(1);
            let byte = front.first().copied().ok_or_else(damaged)?;
            if self.block.len() >= self.most {
                return Err(damaged());
            }
            self.block.push(byte.into());
            if let Some(count) = counts.get_mut(usize::from(byte)) {
                *count += 1;
            }
        }
        self.unsort(&counts, origin)
    }

    /// Links each byte to the one that follows it.
    fn unsort(&mut self, counts: &[u32; 256], origin: usize) -> io::Result<()> {
        let mut starts = [0u32; 256];
        let mut sum = 0;
        for (start, count) in starts.iter_mut().zip(counts) {
            *start = sum;
            sum += count;
        }
        for index in 0..self.block.len() {
            let byte = self.block.get(index).copied().ok_or_else(damaged)? & 0xff;
            let start = starts.get_mut(byte as usize).ok_or_else(damaged)?;
            let place = self.block.get_mut(*start as usize).ok_or_else(damaged)?;
            *place |= u32::try_from(index).map_err(|_| damaged())? << 8;
            *start += 1;
        }
        (self.last, self.run, self.repeat) = (0, 0, 0);
        self.left = self.block.len();
        if self.left > 0 {
            self.place = self.block.get(origin).ok_or_else(damaged)? >> 8;
        }
        Ok(())
    }

    /// Which bytes are in the block.
    fn symbols(&mut self) -> io::Result<Vec<u8>> {
        let rows = self.bits.take(16)?;
        let mut symbols = Vec::with_capacity(256);
        for row in 0..16u8 {
            if rows & (0x8000 >> row) != 0 {
                let columns = self.bits.take(16)?;
                symbols.extend(
                    (0..16u8)
                        .filter(|column| columns & (0x8000 >> column) != 0)
                        .map(|column| row * 16 + column),
                );
            }
        }
        Ok(symbols)
    }

    /// The tables of codes, and which one each group uses.
    fn tables(&mut self, symbols: usize) -> io::Result<(Vec<Table>, Vec<u8>)> {
        let count = self.bits.take(3)?;
        if !(2..=6).contains(&count) {
            return Err(damaged());
        }
        let mut order: Vec<u8> = (0..6).take(count as usize).collect();
        let groups = self.bits.take(15)?;
        let mut selectors = Vec::with_capacity(groups as usize);
        for _ in 0..groups {
            let mut place = 0;
            while self.bits.take(1)? != 0 {
                place += 1;
                if place >= order.len() {
                    return Err(damaged());
                }
            }
            order.get_mut(..=place).ok_or_else(damaged)?.rotate_right(1);
            selectors.push(order.first().copied().ok_or_else(damaged)?);
        }
        let mut tables = Vec::with_capacity(order.len());
        for _ in 0..count {
            let mut length = self.bits.take(5)? as usize;
            let mut lengths = Vec::with_capacity(symbols);
            for _ in 0..symbols {
                loop {
                    if !(1..=LONGEST).contains(&length) {
                        return Err(damaged());
                    }
                    if self.bits.take(1)? == 0 {
                        break;
                    }
                    if self.bits.take(1)? == 0 {
                        length += 1;
                    } else {
                        length -= 1;
                    }
                }
                lengths.push(length);
            }
            tables.push(Table::new(&lengths));
        }
        Ok((tables, selectors))
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut written = 0;
        for to in into {
            while self.repeat == 0 {
                if self.left == 0 {
                    // What is there is given first: a fault further on would hide it.
                    if written > 0 || !self.next_block()? {
                        return Ok(written);
                    }
                }
                let entry = self.block.get(self.place as usize).copied().ok_or_else(damaged)?;
                self.place = entry >> 8;
                self.left -= 1;
                let byte = (entry & 0xff) as u8;
                if self.run == 4 {
                    // After four equal bytes comes how many more there are.
                    self.run = 0;
                    self.repeat = byte;
                } else {
                    self.run = if self.run > 0 && byte == self.last { self.run + 1 } else { 1 };
                    self.last = byte;
                    self.repeat = 1;
                    break;
                }
            }
            self.repeat -= 1;
            *to = self.last;
            written += 1;
        }
        Ok(written)
    }
}

/// Codes by their length, in order.
struct Table {
    /// For each length: the first code after those of that length, and what to add to a code for its place.
    ends: [(u32, u32); LONGEST + 1],
    order: Vec<u16>,
}

impl Table {
    fn new(lengths: &[usize]) -> Self {
        let mut order = Vec::with_capacity(SYMBOLS);
        let mut ends = [(0, 0); LONGEST + 1];
        let mut code = 0u32;
        for (length, end) in ends.iter_mut().enumerate() {
            code <<= 1;
            let before = u32::try_from(order.len()).unwrap_or(0);
            order.extend((0u16..).zip(lengths).filter(|(_, of)| **of == length).map(|(symbol, _)| symbol));
            let count = u32::try_from(order.len()).unwrap_or(0) - before;
            *end = (code.wrapping_add(count), before.wrapping_sub(code));
            code = code.wrapping_add(count);
        }
        Self { ends, order }
    }

    fn decode<R: Read>(&self, bits: &mut Bits<R>) -> io::Result<u16> {
        let mut code = 0;
        for (end, offset) in self.ends.iter().skip(1) {
            code = code << 1 | bits.take(1)?;
            if code < *end {
                let place = code.wrapping_add(*offset) as usize;
                return self.order.get(place).copied().ok_or_else(damaged);
            }
        }
        Err(damaged())
    }
}

/// Bits, the most significant first.
struct Bits<R> {
    from: R,
    buffer: Box<[u8; 4096]>,
    begin: usize,
    end: usize,
    held: u64,
    count: u32,
}

impl<R: Read> Bits<R> {
    /// The next bits, at most 32.
    fn take(&mut self, count: u32) -> io::Result<u32> {
        while self.count < count {
            let byte = self.byte()?.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
        self.count -= count;
        let bits = self.held >> self.count & ((1 << count) - 1);
        Ok(u32::try_from(bits).unwrap_or(0))
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        if self.begin >= self.end {
            self.begin = 0;
            self.end = loop {
                match self.from.read(&mut *self.buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            if self.end == 0 {
                return Ok(None);
            }
        }
        let byte = self.buffer.get(self.begin).copied();
        self.begin += 1;
        Ok(byte)
    }

    /// Passes what is left of a byte.
    fn align(&mut self) {
        self.count -= self.count % 8;
    }

    fn at_end(&mut self) -> io::Result<bool> {
        if self.count == 0 {
            let Some(byte) = self.byte()? else { return Ok(true) };
            self.held = byte.into();
            self.count = 8;
        }
        Ok(false)
    }
}

fn damaged() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Python's `bz2.compress`.
    type Fixture = (&'static [u8], fn() -> Vec<u8>);
    const FIXTURES: &[Fixture] = &[
        (include_bytes!("fixtures/empty.bz2"), Vec::new),
        (include_bytes!("fixtures/runs.bz2"), runs),
        (include_bytes!("fixtures/numbers.bz2"), numbers),
    ];

    /// Runs of each length around the bounds of the format.
    fn runs() -> Vec<u8> {
        [1, 2, 3, 4, 5, 254, 255, 256, 258, 259, 260, 1000, 70_000]
            .into_iter()
            .zip(0u8..)
            .flat_map(|(length, byte)| vec![byte; length])
            .collect()
    }

    /// Several blocks of 100,000 bytes, then a second stream.
    fn numbers() -> Vec<u8> {
        let lines: Vec<String> = (0..60_000).map(|number| (number % 1000).to_string() + "\n").collect();
        [lines.concat().as_bytes(), b"second"].concat()
    }

    #[test]
    fn what_python_compresses_comes_out_again() {
        for (packed, content) in FIXTURES {
            let mut out = Vec::new();
            Decoder::new(*packed).read_to_end(&mut out).unwrap();
            assert!(out == content(), "{} bytes", out.len());
        }
    }

    #[test]
    fn every_cut_is_noticed() {
        let packed = FIXTURES[1].0;
        for length in 1..packed.len() {
            assert!(Decoder::new(&packed[..length]).read_to_end(&mut Vec::new()).is_err(), "{length}");
        }
    }
}
