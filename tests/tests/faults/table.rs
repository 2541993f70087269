//! All problems that these tests met, as a table for a person to read.

use std::{
    collections::BTreeMap,
    fs,
    sync::{Mutex, PoisonError},
};

use slipway_tests::slipway::root;

use crate::told::Told;

/// By what went wrong: what was told of it.
static ROWS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// Adds a row, and writes the table with all rows so far.
pub fn add(fault: &str, told: &Told) {
    let first = |all: Vec<String>| all.into_iter().next().unwrap_or_default();
    let cells = [
        fault.to_owned(),
        told.code.clone(),
        told.text("summary"),
        first(told.evidence()),
        first(told.remedies()),
    ];
    let row = cells.map(|cell| cell.trim().replace('|', "\\|").replace('\n', "<br>")).join(" | ");
    let mut rows = ROWS.lock().unwrap_or_else(PoisonError::into_inner);
    rows.insert(fault.to_owned(), format!("| {row} |\n"));
    let rows: String = rows.values().map(String::as_str).collect();
    let head =
        "| what went wrong | code | summary | first evidence | first remedy |\n|---|---|---|---|---|\n";
    fs::write(root().join("target/faults.md"), format!("# What was told of each fault\n\n{head}{rows}"))
        .unwrap();
}
