//! Sizes and times as a person says them.

use crate::Language;

/// A number of bytes: `840 B`, `3.2 MB`, in powers of 1000 as docker shows images.
#[allow(clippy::cast_precision_loss)] // shown with two digits
pub fn bytes(count: f64, language: Language) -> String {
    let unit_of_one = match language {
        Language::En => "B",
        Language::ZhCn => "字节",
    };
    if count < 999.5 {
        return format!("{count:.0} {unit_of_one}");
    }
    let mut size = count;
    let mut unit = unit_of_one;
    for larger in ["kB", "MB", "GB", "TB"] {
        size /= 1000.0;
        unit = larger;
        // the next unit begins where rounding would show 1000 of this one
        if size < 999.5 {
            break;
        }
    }
    if size < 9.95 { format!("{size:.1} {unit}") } else { format!("{size:.0} {unit}") }
}

/// A time given in milliseconds: `340 ms`, `2.4 s`, `3 min 20 s`, `2 h 5 min`, `3 days`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // never negative, rounded on purpose
pub fn duration(ms: f64, language: Language) -> String {
    let [milli, second, minute, hour, day, days] = match language {
        Language::En => ["ms", "s", "min", "h", "day", "days"],
        Language::ZhCn => ["毫秒", "秒", "分", "小时", "天", "天"],
    };
    let ms = ms.max(0.0);
    if ms < 999.5 {
        return format!("{ms:.0} {milli}");
    }
    if ms < 9_950.0 {
        return format!("{:.1} {second}", ms / 1000.0);
    }
    let seconds = (ms / 1000.0).round() as u64;
    let two = |large: u64, unit: &str, small: u64, small_unit: &str| {
        if small == 0 { format!("{large} {unit}") } else { format!("{large} {unit} {small} {small_unit}") }
    };
    match seconds {
        ..60 => format!("{seconds} {second}"),
        60..3_600 => two(seconds / 60, minute, seconds % 60, second),
        3_600..86_400 => two(seconds / 3_600, hour, seconds % 3_600 / 60, minute),
        86_400..172_800 => format!("1 {day}"),
        _ => format!("{} {days}", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_with_two_or_three_digits() {
        let said = |count: f64| bytes(count, Language::En);
        assert_eq!(
            [0.0, 840.0, 999.0, 1_000.0, 3_210_000.0, 9_960_000.0, 999_900_000.0, 8.3e9, 5e15].map(said),
            ["0 B", "840 B", "999 B", "1.0 kB", "3.2 MB", "10 MB", "1.0 GB", "8.3 GB", "5000 TB"]
        );
        assert_eq!(bytes(12.0, Language::ZhCn), "12 字节");
    }

    #[test]
    fn times_are_said_in_the_two_units_that_matter() {
        let said = |ms: f64| duration(ms, Language::En);
        assert_eq!(
            [0.4, 340.0, 2_440.0, 24_000.0, 59_700.0, 200_000.0, 7_500_000.0, 90_000_000.0, 3e8].map(said),
            ["0 ms", "340 ms", "2.4 s", "24 s", "1 min", "3 min 20 s", "2 h 5 min", "1 day", "3 days"]
        );
        assert_eq!(duration(200_000.0, Language::ZhCn), "3 分 20 秒");
    }
}
