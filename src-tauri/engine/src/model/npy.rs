//! numpy's `.npy`: a header, then numbers, or a pickle where the elements are objects.
//! Source: numpy's `lib/format.py`.

use super::{danger::Findings, fault::Fault, machine::Dialect, pickle, stream::Stream};

/// Bytes of the header that are looked at.
const HEADER: usize = 64 * 1024;

/// Reads an array for what is dangerous in it; the fault is that of its pickle.
pub fn read(stream: &mut Stream<'_>, findings: &mut Findings) -> Result<Option<Fault>, Fault> {
    stream.skip(6)?;
    let [version, _] = stream.bytes()?;
    let length = match version {
        1 => u64::from(u16::from_le_bytes(stream.bytes()?)),
        _ => u64::from(u32::from_le_bytes(stream.bytes()?)),
    };
    let kept = usize::try_from(length).unwrap_or(usize::MAX).min(HEADER);
    let mut header = Vec::new();
    stream.append(kept, &mut header)?;
    stream.skip(length - kept as u64)?;
    // Also inside of a structure: `[('a', '|O')]`. A quote makes it a type, not a name that ends so.
    let header = String::from_utf8_lossy(&header);
    if !["'|O", "'O", "\"|O", "\"O"].iter().any(|objects| header.contains(objects)) {
        return Ok(None);
    }
    Ok(pickle::read(stream, findings, Dialect::Plain).fault)
}
