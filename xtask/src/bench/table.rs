//! The rows: what was measured, as a table for people and as `target/bench.json` for programs.

use std::{fs, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::run::{Done, Stop, root};

/// A line of the table, before anything is measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// What is done.
    pub work: &'static str,
    /// Beside what it is measured.
    pub against: &'static str,
    /// What is measured of it.
    pub unit: Unit,
    /// The largest median ratio, ours to theirs, with which it holds.
    pub must: f64,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Milliseconds.
    #[serde(rename = "ms")]
    Ms,
    /// The most memory at one time, in MiB.
    #[serde(rename = "MiB")]
    MiB,
    /// Requests to the API server.
    #[serde(rename = "requests")]
    Requests,
}

/// A line with what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    work: String,
    against: String,
    /// The median.
    ours: f64,
    /// The median.
    theirs: f64,
    ratio: Ratio,
    unit: Unit,
    must: f64,
    holds: bool,
}

/// Of the pairs' ratios, ours to theirs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Ratio {
    min: f64,
    median: f64,
    max: f64,
}

impl Line {
    /// The row of these pairs, ours and theirs; `None` where nothing was measured.
    pub fn row(&self, pairs: &[(f64, f64)]) -> Option<Row> {
        let ratios = sorted(pairs.iter().map(|(ours, theirs)| ours / theirs));
        let ratio = Ratio { min: *ratios.first()?, median: median(&ratios), max: *ratios.last()? };
        Some(Row {
            work: self.work.to_owned(),
            against: self.against.to_owned(),
            ours: round(median(&sorted(pairs.iter().map(|(ours, _)| *ours)))),
            theirs: round(median(&sorted(pairs.iter().map(|(_, theirs)| *theirs)))),
            ratio: Ratio { min: round(ratio.min), median: round(ratio.median), max: round(ratio.max) },
            unit: self.unit,
            must: self.must,
            holds: ratio.median <= self.must,
        })
    }

    /// The row of what stands against a limit alone.
    pub fn row_of_limit(&self, limit: f64, ours: impl Iterator<Item = f64>) -> Option<Row> {
        self.row(&ours.map(|ours| (ours, limit)).collect::<Vec<_>>())
    }
}

impl Row {
    /// Whether it is as it must be.
    pub fn holds(&self) -> bool {
        self.holds
    }

    fn is_of(&self, line: &Line) -> bool {
        (self.work.as_str(), self.against.as_str(), self.unit) == (line.work, line.against, line.unit)
    }
}

fn sorted(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// Of numbers in order.
fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => sorted[len / 2],
        len => f64::midpoint(sorted[len / 2 - 1], sorted[len / 2]),
    }
}

/// To three digits after the point: nobody measures finer.
fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

/// Rows as a table, under a head.
pub fn print(rows: &[Row]) {
    let head = ["work", "against", "Slipway", "theirs", "ratio (min … max)", "must be", ""];
    let cells: Vec<[String; 7]> = std::iter::once(head.map(str::to_owned))
        .chain(rows.iter().map(|row| {
            [
                row.work.clone(),
                row.against.clone(),
                amount(row.ours, row.unit),
                amount(row.theirs, row.unit),
                format!("{:.2} ({:.2} … {:.2})", row.ratio.median, row.ratio.min, row.ratio.max),
                format!("≤ {:.2}", row.must),
                if row.holds { "holds".into() } else { "DOES NOT HOLD".into() },
            ]
        }))
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    for row in &cells {
        let line: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        println!("{}", line.join("  ").trim_end());
    }
}

fn amount(number: f64, unit: Unit) -> String {
    match unit {
        Unit::Ms if number >= 10_000.0 => format!("{:.1} s", number / 1000.0),
        Unit::Ms => format!("{number:.0} ms"),
        Unit::MiB => format!("{number:.1} MiB"),
        Unit::Requests => format!("{number:.0}"),
    }
}

/// Where programs find the rows.
pub fn path() -> PathBuf {
    root().join("target/bench.json")
}

/// Replaces the rows of these lines by `fresh`; the others stay as they were measured before.
pub fn keep(lines: &[Line], fresh: &[Row]) -> Done {
    let path = path();
    let before = fs::read_to_string(&path).unwrap_or_default();
    let before: Vec<Row> = serde_json::from_str(&before).unwrap_or_default();
    let rows = replaced(before, lines, fresh);
    let text = serde_json::to_string_pretty(&rows).map_err(|error| Stop::Because(error.to_string()))?;
    fs::write(&path, text + "\n").map_err(|cause| Stop::File { path, cause })
}

fn replaced(before: Vec<Row>, lines: &[Line], fresh: &[Row]) -> Vec<Row> {
    let mut rows = before;
    rows.retain(|row| !lines.iter().any(|line| row.is_of(line)));
    rows.extend_from_slice(fresh);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: Line = Line { work: "a", against: "b", unit: Unit::Ms, must: 1.0 };
    const MEMORY: Line = Line { unit: Unit::MiB, ..WALL };

    #[test]
    fn the_median_of_the_pairs_ratios_counts_not_the_ratio_of_the_medians() {
        let row = WALL.row(&[(1.0, 10.0), (10.0, 5.0), (2.0, 2.0)]).unwrap();
        assert_eq!((row.ratio.min, row.ratio.median, row.ratio.max), (0.1, 1.0, 2.0));
        assert_eq!((row.ours, row.theirs, row.holds), (2.0, 5.0, true));
        assert!(!WALL.row(&[(1.1, 1.0), (1.2, 1.0)]).unwrap().holds());
        assert_eq!(WALL.row(&[]), None);
    }

    #[test]
    fn a_part_replaces_its_own_rows_and_no_others() {
        let (wall, memory) = (WALL.row(&[(1.0, 1.0)]).unwrap(), MEMORY.row(&[(1.0, 1.0)]).unwrap());
        let anew = WALL.row(&[(3.0, 1.0)]).unwrap();
        let rows = replaced(vec![wall, memory.clone()], &[WALL], std::slice::from_ref(&anew));
        assert_eq!(rows, [memory, anew]);
    }

    #[test]
    fn a_row_is_written_as_programs_expect_it() {
        let row = serde_json::to_value(MEMORY.row(&[(1.0, 4.0)]).unwrap()).unwrap();
        assert_eq!(
            row,
            serde_json::json!({"work": "a", "against": "b", "ours": 1.0, "theirs": 4.0,
                "ratio": {"min": 0.25, "median": 0.25, "max": 0.25}, "unit": "MiB", "must": 1.0, "holds": true})
        );
    }
}
