//! The compressions that joblib writes, by their first bytes.

use std::io::Read;

use serde::Serialize;

use super::{
    bz2,
    fault::Fault,
    lzma,
    stream::{Eating, File, Stream},
};

/// How the whole file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // known by these names
pub enum Compression {
    Zlib,
    Gzip,
    Bz2,
    Lzma,
    Xz,
    Lz4,
}

impl Compression {
    /// Its name, the same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zlib => "zlib",
            Self::Gzip => "gzip",
            Self::Bz2 => "bzip2",
            Self::Lzma => "LZMA",
            Self::Xz => "xz",
            Self::Lz4 => "LZ4",
        }
    }

    /// The compression that a file begins with.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some(Self::Bz2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            [0x5d, 0, ..] => Some(Self::Lzma),
            [0x04, 0x22, 0x4d, 0x18, ..] => Some(Self::Lz4),
            // RFC 1950: method 8, window of 32 KiB, and a check of these two bytes.
            [first @ 0x78, second, ..] if (u16::from(*first) * 256 + u16::from(*second)) % 31 == 0 => {
                Some(Self::Zlib)
            }
            _ => None,
        }
    }

    /// What comes out of the whole file.
    pub fn open(self, file: &mut dyn File, size: u64) -> Result<Stream<'_>, Fault> {
        Stream::inflating(file, 0, size, |eating| self.decoder(eating))
    }

    fn decoder<'a>(self, eating: Eating<'a>) -> Box<dyn Read + 'a> {
        match self {
            Self::Zlib => Box::new(flate2::read::ZlibDecoder::new(eating)),
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(eating)),
            Self::Bz2 => Box::new(bz2::Decoder::new(eating)),
            Self::Lzma => Box::new(lzma::Decoder::alone(eating)),
            Self::Xz => Box::new(lzma::Decoder::xz(eating)),
            Self::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(eating)),
        }
    }
}
