//! Real files of real libraries, files that a library would not write, and both of them damaged.

mod dangers;
mod facts;
mod mutations;

use std::io::Cursor;

use super::{Fault, Model, read};

/// A file of `fixtures/`; how they were made is in `make_fixtures.py` there.
macro_rules! fixture {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../fixtures/", $name)) as &[u8])
    };
}
use fixture;

fn model(bytes: &[u8]) -> Result<Model, Fault> {
    read(Cursor::new(bytes), "model")
}
