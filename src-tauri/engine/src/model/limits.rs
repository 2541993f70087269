//! How far a file is followed. What no honest model needs ends in a [`super::Fault`] instead of filling memory or time.

use std::time::Duration;

/// Values of one file. A forest of 1,000 trees makes about 60,000, a vocabulary of 200,000 words about 800,000.
pub const NODES: usize = 1 << 20;

/// Places inside tuples, lists, sets and dictionaries.
pub const CELLS: usize = 1 << 21;

/// Objects made by a call. Each takes more than a plain value.
pub const OBJECTS: usize = 1 << 19;

/// The highest memo index. A pickler counts from 0, and no value is in the memo twice.
pub const MEMO: usize = 1 << 20;

/// Values on the stack at once. Only a tuple is ever whole on it.
pub const STACK: usize = 1 << 20;

/// Open marks. A pickler gives up at Python's recursion limit of 1,000, so this is far beyond what one writes.
pub const MARKS: usize = 1 << 14;

/// Opcodes of one file: four for each value, so that pushing and popping for ever ends.
pub const OPCODES: u64 = 1 << 22;

/// Pickles one after the other in one file. The old format of PyTorch has five.
pub const PICKLES: usize = 1_000;

/// Different names of modules and classes.
pub const GLOBALS: usize = 1 << 14;

/// Bytes of one name of a module or class. CPython's own longest are below 100.
pub const NAME: usize = 512;

/// Bytes kept of one string: the head of a LightGBM model in a pickle, with its feature names, needs this much.
pub const TEXT: usize = 16 * 1024;

/// Strings longer than [`SHORT`] are cut to it once this much is kept.
pub const LONG_TEXTS: usize = 2 * 1024 * 1024;

/// Bytes that are kept of a string or an array when the room for long ones is used up.
pub const SHORT: usize = 256;

/// All strings together.
pub const TEXTS: usize = 8 * 1024 * 1024;

/// Bytes kept of one array or byte string. Longer ones are passed over: no class labels need that many.
pub const BLOB: usize = 64 * 1024;

/// All kept bytes of arrays and byte strings together; what comes later is passed over.
pub const BLOBS: usize = 4 * 1024 * 1024;

/// Memory of all of the above together, in bytes. With the largest window of a decompressor it stays below 64 MB.
pub const MEMORY: usize = 36 * 1024 * 1024;

/// Bytes that any compressed file may grow to, whatever its size.
pub const INFLATED: u64 = 32 * 1024 * 1024;

/// How many times its size a compressed file may grow beyond that. Model files shrink to a third, text to a tenth.
pub const RATIO: u64 = 50;

/// Memory of a decompressor of LZMA, in KiB: preset 9, the largest there is, has a window of 64 MB of which only
/// the part in use is ever touched.
pub const WINDOW: u32 = 66 * 1024;

/// Time that any compressed file may take.
pub const TIME: Duration = Duration::from_millis(900);

/// Compressed bytes read that allow another second: a large file takes its time, a small one may not.
pub const BYTES_A_SECOND: u64 = 8 * 1024 * 1024;

/// Entries of a zip. A large network has some thousand storages.
pub const ENTRIES: u64 = 1 << 16;

/// Depth of objects and arrays in JSON. serde_json stops at 128 too.
pub const DEPTH: usize = 128;

/// Bytes of JSON that are looked through: a model of XGBoost of that size has some thousand deep trees.
pub const JSON: u64 = 64 * 1024 * 1024;

/// Bytes of the header of safetensors that are looked through. Those of large language models have 2 MB.
pub const HEADER: u64 = 8 * 1024 * 1024;

/// Values of UBJSON and fields of ONNX: a model of a thousand trees has some ten thousand, a large network a hundred
/// thousand.
pub const VALUES: u64 = 1 << 20;

/// How far an index of the memo may be beyond the values that were made.
pub const GAP: usize = 64;

/// Attributes of an object that are looked at. Those of scikit-learn have below 100.
pub const ATTRIBUTES: usize = 1_024;

/// Dangers, calls, steps, classes and feature names that are listed; what is over is counted or left out.
pub const DANGERS: usize = 100;
/// See [`DANGERS`].
pub const CALLS: usize = 1_000;
/// See [`DANGERS`].
pub const STEPS: usize = 100;
/// See [`DANGERS`].
pub const CLASSES: usize = 1_000;
/// See [`DANGERS`].
pub const FEATURES: usize = 10_000;
/// Bytes of all names in one list.
pub const LISTED: usize = 1024 * 1024;
