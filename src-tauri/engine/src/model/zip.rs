//! The list of a zip's files and the content of single ones. Only what models are packed with: stored and deflated,
//! with the sizes of zip64. Source: PKWARE's APPNOTE.TXT, 4.3 to 4.5.

use super::{
    fault::{Bound, Fault},
    limits,
    stream::{File, Stream},
};

/// A file in a zip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, as it is written.
    pub name: String,
    /// 0: stored, 8: deflated.
    method: u16,
    /// Where its own header is.
    header: u64,
    /// Its bytes in the zip.
    packed: u64,
}

const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
const LISTED: u32 = 0x0201_4b50;
const LOCAL: u32 = 0x0403_4b50;

/// Bytes of the end without its comment, and of the longest comment.
const END_LENGTH: usize = 22;
const COMMENT: usize = 0xffff;

/// Bytes of the names that are kept.
const NAMES: usize = 4 * 1024 * 1024;

/// All files for which `wanted` says so.
pub fn entries(
    file: &mut dyn File,
    size: u64,
    mut wanted: impl FnMut(&str) -> bool,
) -> Result<Vec<Entry>, Fault> {
    let (list, count) = end(file, size)?;
    let mut stream = Stream::of(file, list, size.saturating_sub(list))?;
    let mut entries = Vec::new();
    let mut kept = 0;
    for number in 0..count {
        if number >= limits::ENTRIES {
            return Err(Fault::TooLarge { at: list + stream.at(), bound: Bound::Entries });
        }
        if u32::from_le_bytes(stream.bytes()?) != LISTED {
            return Err(Fault::Malformed { at: list + stream.at(), what: "a damaged list of a zip" });
        }
        // Versions and flags.
        stream.skip(6)?;
        let method = u16::from_le_bytes(stream.bytes()?);
        // Time, date, checksum.
        stream.skip(8)?;
        let mut packed = u64::from(u32::from_le_bytes(stream.bytes()?));
        let unpacked = u32::from_le_bytes(stream.bytes()?);
        let name = usize::from(u16::from_le_bytes(stream.bytes()?));
        let extra = u64::from(u16::from_le_bytes(stream.bytes()?));
        let comment = u64::from(u16::from_le_bytes(stream.bytes()?));
        // Disk and attributes.
        stream.skip(8)?;
        let mut header = u64::from(u32::from_le_bytes(stream.bytes()?));
        let mut bytes = Vec::new();
        stream.append(name, &mut bytes)?;
        let mut left = extra;
        while left >= 4 {
            let tag = u16::from_le_bytes(stream.bytes()?);
            let length = u64::from(u16::from_le_bytes(stream.bytes()?)).min(left - 4);
            left -= 4 + length;
            let mut rest = length;
            if tag == 1 {
                // In this order, and only those that did not fit.
                let mut wide = |fits: bool, value: &mut u64| -> Result<(), Fault> {
                    if !fits && rest >= 8 {
                        *value = u64::from_le_bytes(stream.bytes()?);
                        rest -= 8;
                    }
                    Ok(())
                };
                wide(unpacked != u32::MAX, &mut 0)?;
                wide(packed != u64::from(u32::MAX), &mut packed)?;
                wide(header != u64::from(u32::MAX), &mut header)?;
            }
            stream.skip(rest)?;
        }
        stream.skip(left + comment)?;
        let name = String::from_utf8_lossy(&bytes).into_owned();
        if wanted(&name) {
            kept += name.len() + size_of::<Entry>();
            if kept > NAMES {
                return Err(Fault::TooLarge { at: list + stream.at(), bound: Bound::Entries });
            }
            entries.push(Entry { name, method, header, packed });
        }
    }
    Ok(entries)
}

/// Where the list begins, and how many files it has.
fn end(file: &mut dyn File, size: u64) -> Result<(u64, u64), Fault> {
    let from = size.saturating_sub((END_LENGTH + COMMENT) as u64);
    let mut tail = Vec::new();
    let length = usize::try_from(size - from).unwrap_or(0);
    Stream::of(file, from, size - from)?.append(length, &mut tail)?;
    let damaged = Fault::Malformed { at: size, what: "a zip without its end" };
    let place = tail
        .windows(END_LENGTH)
        .rposition(|end| end.starts_with(&END.to_le_bytes()))
        .ok_or(damaged.clone())?;
    let mut fields = Stream::of(file, from + place as u64, END_LENGTH as u64)?;
    // Signature, disks, files on this disk.
    fields.skip(10)?;
    let count = u64::from(u16::from_le_bytes(fields.bytes()?));
    fields.skip(4)?;
    let list = u64::from(u32::from_le_bytes(fields.bytes()?));
    drop(fields);
    if count != 0xffff && list != u64::from(u32::MAX) {
        return Ok((list, count));
    }
    // The end of zip64, by what points to it.
    let Some(locator) = (from + place as u64).checked_sub(20) else { return Ok((list, count)) };
    let mut fields = Stream::of(file, locator, 20)?;
    if u32::from_le_bytes(fields.bytes()?) != LOCATOR_64 {
        return Ok((list, count));
    }
    fields.skip(4)?;
    let wide = u64::from_le_bytes(fields.bytes()?);
    drop(fields);
    let mut fields = Stream::of(file, wide, size.saturating_sub(wide).min(56))?;
    if u32::from_le_bytes(fields.bytes()?) != END_64 {
        return Err(damaged);
    }
    fields.skip(28)?;
    let count = u64::from_le_bytes(fields.bytes()?);
    fields.skip(8)?;
    Ok((u64::from_le_bytes(fields.bytes()?), count))
}

/// The content of a file.
pub fn open<'a>(file: &'a mut dyn File, size: u64, entry: &Entry) -> Result<Stream<'a>, Fault> {
    let (name, extra) = {
        let mut fields = Stream::of(file, entry.header, size.saturating_sub(entry.header).min(30))?;
        if u32::from_le_bytes(fields.bytes()?) != LOCAL {
            return Err(Fault::Malformed { at: entry.header, what: "a damaged header in a zip" });
        }
        fields.skip(22)?;
        (u16::from_le_bytes(fields.bytes()?), u16::from_le_bytes(fields.bytes()?))
    };
    let from = entry.header.saturating_add(30 + u64::from(name) + u64::from(extra));
    if from.saturating_add(entry.packed) > size {
        return Err(Fault::Truncated { at: size });
    }
    match entry.method {
        0 => Stream::of(file, from, entry.packed),
        8 => Stream::inflating(file, from, entry.packed, |eating| {
            Box::new(flate2::read::DeflateDecoder::new(eating))
        }),
        _ => Err(Fault::Malformed { at: entry.header, what: "a compression that is unusual in a zip" }),
    }
}
