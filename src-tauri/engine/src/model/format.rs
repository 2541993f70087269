//! Which format a file has, by its first bytes. An extension says what somebody wanted it to be.

use std::path::Path;

use serde::Serialize;

use super::{compression::Compression, lightgbm, opcode};

/// How many bytes decide.
pub const HEAD: usize = 512;

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // known by these names
pub enum Format {
    Pickle,
    Joblib,
    Torch,
    Safetensors,
    Onnx,
    Keras,
    Hdf5,
    SavedModel,
    XgboostJson,
    XgboostUbjson,
    LightgbmText,
    Catboost,
    Skops,
    Numpy,
}

impl Format {
    /// Its name, the same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pickle => "pickle",
            Self::Joblib => "joblib",
            Self::Torch => "PyTorch",
            Self::Safetensors => "safetensors",
            Self::Onnx => "ONNX",
            Self::Keras => "Keras",
            Self::Hdf5 => "HDF5",
            Self::SavedModel => "TensorFlow SavedModel",
            Self::XgboostJson => "XGBoost (JSON)",
            Self::XgboostUbjson => "XGBoost (UBJSON)",
            Self::LightgbmText => "LightGBM",
            Self::Catboost => "CatBoost",
            Self::Skops => "skops",
            Self::Numpy => "NumPy",
        }
    }
}

/// What the first bytes promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Compressed(Compression),
    /// `certain`: it begins as only protocols 2 to 5 do.
    Pickle {
        certain: bool,
    },
    Zip,
    Hdf5,
    Safetensors,
    Onnx,
    SavedModel,
    Json,
    Ubjson,
    LightgbmText,
    Catboost,
    Numpy,
}

/// The largest header of safetensors that its own library reads.
pub const SAFETENSORS_HEADER: u64 = 100_000_000;

/// What a file of this size that begins with `head` has in it.
pub fn of(head: &[u8], size: u64, name: &str) -> Content {
    if let Some(compression) = Compression::of(head) {
        return Content::Compressed(compression);
    }
    // The length of a header of safetensors can begin as a pickle does, but then no opcode follows. A file that is
    // both is a pickle: that is what it could do harm as.
    if let [0x80, 0..=5, third, ..] = head
        && opcode::of(*third).is_some()
    {
        return Content::Pickle { certain: true };
    }
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => return Content::Zip,
        [0x89, b'H', b'D', b'F', b'\r', b'\n', 0x1a, b'\n', ..] => return Content::Hdf5,
        [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => return Content::Numpy,
        [b'C', b'B', b'M', b'1', ..] => return Content::Catboost,
        _ => {}
    }
    if head.starts_with(lightgbm::MAGIC) {
        return Content::LightgbmText;
    }
    if let Some((length, [b'{', ..])) = head.split_first_chunk::<8>() {
        let length = u64::from_le_bytes(*length);
        if length <= SAFETENSORS_HEADER && length.saturating_add(8) <= size {
            return Content::Safetensors;
        }
    }
    match head {
        // UBJSON marks the type of a key's length; JSON has a quote, a blank or the end there.
        [b'{', b'L' | b'i' | b'U' | b'l' | b'I' | b'$' | b'#', ..] => return Content::Ubjson,
        [b'{', ..] => return Content::Json,
        _ => {}
    }
    let path = Path::new(name);
    let named = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    match (head, named.as_deref()) {
        ([0x08, ..], Some("pb")) => Content::SavedModel,
        // ModelProto: the version of the format (field 1), then who made it (field 2) or the graph (field 7).
        ([0x08, 1..=0x20, 0x12 | 0x3a | 0x42, ..], _) | ([0x08, ..], Some("onnx")) => Content::Onnx,
        _ => Content::Pickle { certain: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide() {
        for (head, name, expected) in [
            (&b"\x80\x04\x95"[..], "a.onnx", Content::Pickle { certain: true }),
            (b"\x80\x04\0\0\0\0\0\0{\"", "a.pkl", Content::Safetensors),
            (b"\x80\x02X\x05\0\0\0\0{\"", "a.safetensors", Content::Pickle { certain: true }),
            (b"PK\x03\x04", "a.pkl", Content::Zip),
            (b"x\x9c", "a.pkl", Content::Compressed(Compression::Zlib)),
            (b"x\x9d", "a.pkl", Content::Pickle { certain: false }),
            (b"{\"learner\"", "a.pkl", Content::Json),
            (b"{L\0\0\0\0\0\0\0\x07learner", "a", Content::Ubjson),
            (b"\x08\x08\x12\x07skl2onnx", "a", Content::Onnx),
            (b"\x08\x01\x12\x07", "saved_model.pb", Content::SavedModel),
            (b"cos\nsystem\n", "a.csv", Content::Pickle { certain: false }),
            (b"", "a", Content::Pickle { certain: false }),
        ] {
            assert_eq!(of(head, 1 << 40, name), expected, "{}", head.escape_ascii());
        }
    }
}
