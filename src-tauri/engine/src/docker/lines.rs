//! Output that comes in pieces, as whole lines.

/// A line longer than this is handed out in parts of this many bytes.
const LONGEST: usize = 16 * 1024;

/// Makes lines of bytes that come in any pieces. Of a line that was overwritten with carriage returns, as progress
/// bars do, the last state is kept.
#[derive(Debug, Default)]
pub struct Lines(Vec<u8>);

impl Lines {
    /// Adds bytes; the lines that are complete now.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.0.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.0.len() >= LONGEST {
                lines.extend(self.rest());
            }
        }
        lines
    }

    /// What has come since the last line's end, where anything has.
    pub fn rest(&mut self) -> Option<String> {
        let bytes = std::mem::take(&mut self.0);
        if bytes.is_empty() {
            return None;
        }
        let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let last = line.rsplit(|byte| *byte == b'\r').next().unwrap_or(line);
        Some(String::from_utf8_lossy(last).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_they_come() {
        let mut lines = Lines::default();
        assert_eq!(lines.push(b"a\nb"), ["a"]);
        assert_eq!(lines.push(b"c\r\n\nd"), ["bc", ""]);
        assert_eq!(lines.rest().as_deref(), Some("d"));
        assert_eq!(lines.rest(), None);
    }

    #[test]
    fn of_a_progress_bar_the_last_state_is_kept() {
        assert_eq!(Lines::default().push(b" 1%\r50%\r100%\n"), ["100%"]);
    }

    #[test]
    fn a_letter_may_come_in_two_pieces_and_a_line_without_end_is_cut() {
        let mut lines = Lines::default();
        let (first, second) = "é\n".as_bytes().split_at(1);
        assert!(lines.push(first).is_empty());
        assert_eq!(lines.push(second), ["é"]);
        assert_eq!(lines.push(&[b'x'; LONGEST]).len(), 1);
    }
}
