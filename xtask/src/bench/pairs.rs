//! Pairs that run in turn, so that what else the machine does meets both sides alike.

use std::io::Write;

use super::{
    run::Run,
    table::{Line, Row, Unit},
};
use crate::run::{Done, Stop};

/// Ours and theirs, one after the other.
pub struct Pair {
    pub ours: Run,
    pub theirs: Run,
}

/// One side's run of the numbered pair: prepares, runs, and checks that the work was done. `Err`: it was not.
pub type Side<'a> = dyn FnMut(usize) -> Result<Run, String> + 'a;

/// Runs so many pairs; who begins alternates. A pair of which one side failed is thrown away, and said.
pub fn in_turn(work: &str, pairs: usize, ours: &mut Side<'_>, theirs: &mut Side<'_>) -> Done<Vec<Pair>> {
    println!("  {work}");
    let mut done = Vec::new();
    let mut failed = 0;
    while done.len() < pairs {
        let number = done.len() + failed;
        match one(number, ours, theirs) {
            Ok(pair) => {
                print!("    {:.0}/{:.0} ms", pair.ours.ms, pair.theirs.ms);
                let _ = std::io::stdout().flush();
                done.push(pair);
            }
            Err(why) => {
                failed += 1;
                println!("\n    a pair is thrown away: {why}");
                if failed > pairs / 2 {
                    return Err(Stop::Because(format!("{work}: too many pairs failed, the last: {why}")));
                }
            }
        }
    }
    println!();
    Ok(done)
}

fn one(number: usize, ours: &mut Side<'_>, theirs: &mut Side<'_>) -> Result<Pair, String> {
    if number.is_multiple_of(2) {
        let ours = ours(number)?;
        Ok(Pair { ours, theirs: theirs(number)? })
    } else {
        let theirs = theirs(number)?;
        Ok(Pair { ours: ours(number)?, theirs })
    }
}

/// The rows of these lines.
pub fn rows(lines: &[Line], pairs: &[Pair]) -> Vec<Row> {
    let of = |line: &Line| {
        let measure = |run: &Run| match line.unit {
            Unit::MiB => run.mib,
            _ => Some(run.ms),
        };
        let numbers: Vec<_> =
            pairs.iter().filter_map(|pair| Some((measure(&pair.ours)?, measure(&pair.theirs)?))).collect();
        line.row(&numbers)
    };
    lines.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(ms: f64) -> Run {
        Run { ms, mib: None, out: String::new() }
    }

    #[test]
    fn who_begins_alternates_and_a_failed_pair_is_run_again() {
        let order = std::cell::RefCell::new(Vec::new());
        let pairs = in_turn(
            "a",
            3,
            &mut |number| {
                order.borrow_mut().push(format!("ours {number}"));
                if number == 1 { Err("not done".into()) } else { Ok(run(1.0)) }
            },
            &mut |number| {
                order.borrow_mut().push(format!("theirs {number}"));
                Ok(run(2.0))
            },
        )
        .unwrap();
        assert_eq!(pairs.len(), 3);
        let expected =
            ["ours 0", "theirs 0", "theirs 1", "ours 1", "ours 2", "theirs 2", "theirs 3", "ours 3"];
        assert_eq!(*order.borrow(), expected);
    }

    #[test]
    fn work_that_fails_again_and_again_is_an_error_not_a_number() {
        let failed = in_turn("a", 2, &mut |_| Err("never".into()), &mut |_| Ok(run(1.0)));
        assert!(failed.err().unwrap().to_string().contains("never"));
    }

    #[test]
    fn memory_that_was_not_seen_gives_no_row() {
        let line = Line { work: "a", against: "b", unit: Unit::MiB, must: 1.0 };
        assert!(rows(&[line], &[Pair { ours: run(1.0), theirs: run(1.0) }]).is_empty());
    }
}
