//! Files that are made to fill memory or to take for ever. Each ends in a fault, or in a model that is as small, within
//! a second and 64 MB. One test, so that the memory is that of the bombs alone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    io::{Cursor, Write},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use slipway_engine::model::{Bound, Fault, Model, read};

/// What must come of it.
enum End {
    Bound(Bound),
    Malformed,
    Truncated,
    /// Nothing is in it.
    Unknown,
    /// It is read to its end, which is as cheap.
    Model,
}

const MEGABYTE: usize = 1024 * 1024;

/// Without optimisation everything takes ten times as long; what does not end takes longer than that.
const SECOND: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// Counts what is allocated: the system's own figure would have these files in it.
struct Counted;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code)] // Everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        PEAK.fetch_max(NOW.fetch_add(layout.size(), Relaxed) + layout.size(), Relaxed);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        NOW.fetch_sub(layout.size(), Relaxed);
        PEAK.fetch_max(NOW.fetch_add(size, Relaxed) + size, Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static COUNTED: Counted = Counted;

fn bytes8(opcode: u8, length: u64) -> Vec<u8> {
    [&[0x80, 4, opcode], &length.to_le_bytes()[..]].concat()
}

fn pickle(parts: &[&[u8]]) -> Vec<u8> {
    [b"\x80\x04", &*parts.concat(), b"."].concat()
}

fn global(module: &str, name: &str) -> Vec<u8> {
    format!("c{module}\n{name}\n").into_bytes()
}

/// A wrapper of joblib for an array of this dtype and shape, up to its BUILD.
fn wrapper(dtype: &str, shape: &[u8]) -> Vec<u8> {
    [
        &*global("joblib.numpy_pickle", "NumpyArrayWrapper"),
        b")\x81}(X\x05\0\0\0dtype",
        &*global("numpy", "dtype"),
        b"X\x02\0\0\0",
        dtype.as_bytes(),
        b"\x85RX\x05\0\0\0shape",
        shape,
        b"ub",
    ]
    .concat()
}

fn zip(entries: u64, packed: &[u8], unpacked: u32) -> Vec<u8> {
    let name = b"archive/data.pkl";
    let packed_length = u32::try_from(packed.len()).unwrap().to_le_bytes();
    let mut file = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    file.extend(packed_length);
    file.extend(unpacked.to_le_bytes());
    file.extend([16, 0, 0, 0]);
    file.extend(name);
    file.extend(packed);
    let list = file.len() as u64;
    for _ in 0..entries {
        file.extend(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0");
        file.extend(packed_length);
        file.extend(unpacked.to_le_bytes());
        file.extend([16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        file.extend(name);
    }
    let wide = file.len() as u64;
    file.extend(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x14\0\x14\0\0\0\0\0\0\0\0\0");
    file.extend(entries.to_le_bytes());
    file.extend(entries.to_le_bytes());
    file.extend((wide - list).to_le_bytes());
    file.extend(list.to_le_bytes());
    file.extend(b"PK\x06\x07\0\0\0\0");
    file.extend(wide.to_le_bytes());
    file.extend(b"\x01\0\0\0PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
    file
}

/// The beginning of a pickle with a byte string of a gigabyte, then 100 MB of zeros.
fn zeros(mut into: impl Write) {
    into.write_all(&bytes8(0x8e, 1 << 30)).unwrap();
    let zeros = vec![0; MEGABYTE];
    for _ in 0..100 {
        into.write_all(&zeros).unwrap();
    }
}

fn pickles() -> Vec<(&'static str, Vec<u8>, End)> {
    let many = |count: usize, part: &[u8]| part.repeat(count);
    vec![
        ("marks in marks", pickle(&[&many(5_000_000, b"(")]), End::Bound(Bound::Marks)),
        (
            "lists in lists",
            pickle(&[&many(3_000_000, b"]"), &many(3_000_000, b"a")]),
            End::Bound(Bound::Nodes),
        ),
        (
            "lists in lists that fit, which are let go without recursion",
            pickle(&[&many(900_000, b"]"), &many(899_999, b"a")]),
            End::Model,
        ),
        ("tuples in tuples", pickle(&[b"N", &many(3_000_000, b"\x85")]), End::Bound(Bound::Nodes)),
        ("tuples in tuples that fit", pickle(&[b"N", &many(1_000_000, b"\x85")]), End::Model),
        ("persistent ids in persistent ids", pickle(&[b"N", &many(1_000_000, b"Q")]), End::Model),
        ("calls of calls", pickle(&[b"Nq\0N", &many(600_000, b"h\0R")]), End::Bound(Bound::Objects)),
        ("the stack", pickle(&[b"N", &many(3_000_000, b"2")]), End::Bound(Bound::Stack)),
        ("dropped again and again", pickle(&[b"N", &many(6_000_000, b"20")]), End::Bound(Bound::Opcodes)),
        ("marked again and again", pickle(&[&many(6_000_000, b"(1")]), End::Bound(Bound::Opcodes)),
        ("an index of the memo", pickle(&[b"Nr\xff\xff\xff\xff"]), End::Bound(Bound::Memo)),
        ("an index of the memo in letters", pickle(&[b"Np99999999999999999999\n"]), End::Malformed),
        (
            "a list that grows by itself",
            pickle(&[b"]q\0", &many(2_000, &[b"(".to_vec(), many(2_000, b"h\0"), b"e".to_vec()].concat())]),
            End::Bound(Bound::Cells),
        ),
        (
            "a billion laughs, shown",
            pickle(&[&global("os", "system"), b"(N", &many(100, b"2\x86"), b"tR"]),
            End::Model,
        ),
        (
            "long texts",
            pickle(&[&many(2_000, &[b"X\x00\x40\0\0".to_vec(), many(0x4000, b"x")].concat())]),
            End::Model,
        ),
        (
            "many texts",
            pickle(&[&many(100_000, &[b"\x8c\xff".to_vec(), many(255, b"x")].concat())]),
            End::Bound(Bound::Texts),
        ),
        (
            "many names",
            pickle(&[&(0..200_000).flat_map(|number| global("a", &number.to_string())).collect::<Vec<_>>()]),
            End::Bound(Bound::Globals),
        ),
        (
            "many dangerous calls",
            pickle(&[&global("os", "system"), b"q\0", &many(300_000, b"h\0X\x02\0\0\0id\x85R0")]),
            End::Model,
        ),
        ("a text without end", bytes8(0x8d, u64::MAX), End::Truncated),
        ("bytes without end", bytes8(0x8e, u64::MAX), End::Truncated),
        ("an array of bytes without end", bytes8(0x96, 1 << 62), End::Truncated),
        ("a number without end", b"\x80\x02\x8b\xff\xff\xff\xff".to_vec(), End::Truncated),
        ("a negative length", b"\x80\x02T\xff\xff\xff\xff".to_vec(), End::Malformed),
        ("a line without end", pickle(&[b"V", &many(50 * MEGABYTE, b"x")]), End::Truncated),
        ("a name without end", pickle(&[b"c", &many(50 * MEGABYTE, b"x")]), End::Truncated),
        ("ten thousand pickles", many(10_000, b"\x80\x04N."), End::Model),
        (
            "an array without end",
            [b"\x80\x04", &*wrapper("f8", b"J\xff\xff\xff\x7fK\x7f\x86")].concat(),
            End::Truncated,
        ),
        (
            "an array of more than there is",
            [
                b"\x80\x04",
                &*wrapper("f8", &[b"(".to_vec(), many(60, b"J\xff\xff\xff\x7f"), b"t".to_vec()].concat()),
            ]
            .concat(),
            End::Malformed,
        ),
        (
            "an array of many dimensions",
            [b"\x80\x04", &*wrapper("f8", &[b"(".to_vec(), many(100_000, b"K\0"), b"t".to_vec()].concat())]
                .concat(),
            End::Malformed,
        ),
        (
            "arrays of objects, each with a memo",
            pickle(&[
                &many(50_000, &[wrapper("O8", b"K\x01\x85"), b"\x80\x04Nr\x40\0\0\0.0".to_vec()].concat()),
                b"N",
            ]),
            End::Model,
        ),
        (
            "a wrapper with a large state",
            pickle(&[
                &global("joblib.numpy_pickle", "NumpyArrayWrapper"),
                b")\x81q\0}(",
                &many(100_000, b"K\x01K\x02"),
                b"uq\x01",
                &many(1_000_000, b"h\0h\x01b0"),
            ]),
            End::Malformed,
        ),
        (
            "an estimator that is its own best, with a large state",
            pickle(&[
                &global("sklearn.model_selection._search", "GridSearchCV"),
                b")\x81q\0}(",
                &many(300_000, b"\x8c\x01aK\x02"),
                b"X\x0f\0\0\0best_estimator_h\0ub",
            ]),
            End::Model,
        ),
    ]
}

fn others() -> Vec<(&'static str, Vec<u8>, End)> {
    let deflated = |level| {
        let mut out = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
        zeros(&mut out);
        out.finish().unwrap()
    };
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    zeros(&mut zlib);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zeros(&mut gzip);
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    zeros(&mut lz4);
    let preset = lzma_rust2::LzmaOptions::with_preset(0);
    let mut lzma = lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &preset, None).unwrap();
    zeros(&mut lzma);
    let lzma = lzma.finish().unwrap();
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(0)).unwrap();
    zeros(&mut xz);
    // A window of 4 GB.
    let mut window = lzma.clone();
    window[1..5].copy_from_slice(&[0, 0, 0, 0xff]);
    let huge = |text: &str| format!("{{\"learner\": {text}").into_bytes();
    vec![
        ("zlib", zlib.finish().unwrap(), End::Bound(Bound::Inflated)),
        ("gzip", gzip.finish().unwrap(), End::Bound(Bound::Inflated)),
        ("lz4", lz4.finish().unwrap(), End::Bound(Bound::Inflated)),
        ("lzma", lzma, End::Bound(Bound::Inflated)),
        ("xz", xz.finish().unwrap(), End::Bound(Bound::Inflated)),
        ("bz2", include_bytes!("../src/model/fixtures/zeros.bz2").to_vec(), End::Bound(Bound::Inflated)),
        ("a window of 4 GB", window, End::Bound(Bound::Window)),
        (
            "empty bzip2, again and again",
            b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0".repeat(300_000),
            End::Unknown,
        ),
        (
            "empty gzip, again and again",
            b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0".repeat(100_000),
            End::Unknown,
        ),
        ("zip", zip(1, &deflated(1), u32::MAX), End::Bound(Bound::Inflated)),
        ("zip with a million files", zip(1_000_000, b"", 0), End::Bound(Bound::Entries)),
        ("zip that says it has more", zip(70_000, b"", 0)[..2_000_000].to_vec(), End::Malformed),
        ("deep JSON", huge(&"[".repeat(10_000_000)), End::Bound(Bound::Depth)),
        (
            "a long string in JSON",
            huge(&format!("\"{}\"}}", "x".repeat(70 * MEGABYTE))),
            End::Bound(Bound::Json),
        ),
        ("much JSON", huge(&format!("[{}1]}}", "1,".repeat(1_000_000))), End::Unknown),
        (
            "many names in JSON",
            huge(&format!(
                "{{\"feature_names\":[{}\"x\"],\"objective\":{{\"name\":\"a\"}}}}}}",
                "\"x\",".repeat(500_000)
            )),
            End::Model,
        ),
        ("deep UBJSON", [b"{i\x01a".as_slice(), &b"[".repeat(5_000_000)].concat(), End::Bound(Bound::Depth)),
        (
            "counted UBJSON",
            [b"{i\x01a[#L\x0f\0\0\0\0\0\0\0".as_slice(), &b"[#i\0".repeat(1_100_000)].concat(),
            End::Bound(Bound::Json),
        ),
        (
            "a header of safetensors",
            [&9_000_000u64.to_le_bytes()[..], b"{", &b"\"a\":{\"dtype\":\"F\"},".repeat(500_000)].concat(),
            End::Bound(Bound::Json),
        ),
        (
            "empty nodes of ONNX",
            [b"\x08\x08\x12\x01a\x3a\x80\x80\x80\x08".as_slice(), &b"\x0a\0".repeat(8 * MEGABYTE)].concat(),
            End::Bound(Bound::Nodes),
        ),
    ]
}

#[test]
fn bombs_end_within_a_second_and_64_megabytes() {
    for (name, bytes, end) in pickles().into_iter().chain(others()) {
        let before = NOW.load(Relaxed);
        PEAK.store(before, Relaxed);
        let begun = Instant::now();
        let result = read(Cursor::new(&bytes), "model.pkl");
        let time = begun.elapsed();
        let memory = PEAK.load(Relaxed) - before;
        println!("{name}: {time:?}, {} KB", memory / 1024);
        // With dangers in it, a model that broke is told.
        let fault = match &result {
            Ok(Model { broken, .. }) => broken.as_ref(),
            Err(fault) => Some(fault),
        };
        let right = match (fault, &end) {
            (Some(Fault::TooLarge { bound, .. }), End::Bound(expected)) => bound == expected,
            (Some(Fault::Malformed { .. }), End::Malformed)
            | (Some(Fault::Truncated { .. }), End::Truncated)
            | (Some(Fault::Unknown), End::Unknown)
            | (None, End::Model) => true,
            _ => false,
        };
        let told = format!("{result:?}").chars().take(300).collect::<String>();
        assert!(right, "{name}: {told}");
        assert!(time < SECOND, "{name}: {time:?}");
        assert!(memory < 64 * MEGABYTE, "{name}: {memory}");
    }
}
