//! Tables without lines: columns as wide as their widest cell, whatever the script.

use slipway_engine::{text, text::Text};

use crate::screen::Paint;

/// Names and their values, below each other.
pub fn pairs(rows: &[(String, String)], paint: Paint) -> Vec<String> {
    let width = rows.iter().map(|(name, _)| console::measure_text_width(name)).max().unwrap_or_default();
    let below = format!("\n{}", " ".repeat(width + 2));
    rows.iter()
        .map(|(name, value)| format!("{}  {}", paint.dim(&padded(name, width)), value.replace('\n', &below)))
        .collect()
}

/// A heading and rows of the same columns.
pub fn columns<const N: usize>(heading: [String; N], rows: &[[String; N]], paint: Paint) -> Vec<String> {
    let widths: [usize; N] = std::array::from_fn(|at| {
        let cells = rows.iter().map(|row| &row[at]).chain([&heading[at]]);
        cells.map(|cell| console::measure_text_width(cell)).max().unwrap_or_default()
    });
    let line = |cells: &[String; N]| -> String {
        let cells: Vec<_> = cells.iter().zip(widths).map(|(cell, width)| padded(cell, width)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![paint.dim(&line(&heading))];
    lines.extend(rows.iter().map(line));
    lines
}

/// A cell with the first of these, and how many more there are.
pub fn first(values: &[String], most: usize, between: &str) -> Text {
    let shown = values.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(between);
    match values.len().saturating_sub(most) {
        0 => Text::quoted(shown),
        more => text!("cli-inspect-more", shown = shown, count = more),
    }
}

fn padded(cell: &str, width: usize) -> String {
    console::pad_str(cell, width, console::Alignment::Left, None).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_in_any_script() {
        let row = |a: &str, b: &str| [a.to_owned(), b.to_owned()];
        assert_eq!(
            columns(row("名称", "x"), &[row("a", "b"), row("中文字", "c")], Paint::NONE),
            ["名称    x", "a       b", "中文字  c"]
        );
    }

    #[test]
    fn a_value_of_several_lines_stays_in_its_column() {
        let rows = [("a".to_owned(), "1\n2".to_owned()), ("long".to_owned(), "3".to_owned())];
        assert_eq!(pairs(&rows, Paint::NONE), ["a     1\n      2", "long  3"]);
    }
}
