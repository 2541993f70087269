//! Every sentence that a person reads, in English and Simplified Chinese, and what puts a
//! [`Text`](slipway_engine::text::Text) into words. How to write one is in this folder's README.md.

mod language;
mod numbers;
mod problems;
mod sentences;
mod words;

pub use language::Language;
pub use numbers::{bytes, duration};
pub use problems::{page, problems_page};
pub use sentences::{FILES, File};
pub use words::Words;
