//! How far a step is, in words.

use slipway_engine::{
    event::{Progress, Unit},
    text,
};

use crate::screen::Screen;

const BAR: usize = 16;

/// What is done of how much; `None` where nothing is counted.
pub fn of(screen: &Screen, progress: &Progress) -> Option<String> {
    let unit = match progress.unit {
        Unit::None => return None,
        Unit::Bytes => "bytes",
        Unit::Files => "files",
        Unit::Steps => "steps",
        Unit::Pods => "pods",
        Unit::Objects => "objects",
        Unit::Ms => "ms",
    };
    Some(screen.say(&match progress.total {
        Some(total) => text!("cli-amount", unit = unit, done = progress.done, total = total),
        None => text!("cli-so-far", unit = unit, done = progress.done),
    }))
}

/// A bar, where it is known how much there is to do. Waiting is no work: it may end at any time.
pub fn bar(progress: &Progress) -> Option<String> {
    if progress.unit == Unit::Ms {
        return None;
    }
    let total = usize::try_from(progress.total?).ok().filter(|total| *total > 0)?;
    let done = usize::try_from(progress.done).ok()?.min(total);
    let full = (done.checked_mul(BAR)?) / total;
    Some(format!("{}{}", "█".repeat(full), "░".repeat(BAR - full)))
}

#[cfg(test)]
mod tests {
    use slipway_engine::{event::Phase, stage::Stage, text::Text};

    use super::*;
    use crate::args::{Common, Lang};

    fn progress(done: u64, total: Option<u64>, unit: Unit) -> Progress {
        let step = Text::quoted("a");
        Progress { stage: Stage::Image, id: "a".into(), step, phase: Phase::Running, done, total, unit }
    }

    #[test]
    fn a_step_is_said_in_its_unit() {
        let said = |lang, progress: &Progress| {
            of(&Screen::new(&Common { lang: Some(lang), ..Common::default() }), progress)
        };
        let megabytes = progress(4_200_000, Some(30_000_000), Unit::Bytes);
        assert_eq!(said(Lang::En, &megabytes).unwrap(), "4.2 MB of 30 MB");
        assert_eq!(said(Lang::En, &progress(1, Some(3), Unit::Pods)).unwrap(), "1 of 3 pods");
        assert_eq!(said(Lang::ZhCn, &progress(1, Some(3), Unit::Pods)).unwrap(), "3 个 Pod 中的 1 个");
        assert_eq!(said(Lang::En, &progress(1, None, Unit::Files)).unwrap(), "1 file");
        assert_eq!(said(Lang::En, &progress(0, None, Unit::None)), None);
    }

    #[test]
    fn a_bar_is_never_longer_than_full() {
        assert_eq!(bar(&progress(1, Some(2), Unit::Pods)).unwrap(), "████████░░░░░░░░");
        assert_eq!(bar(&progress(5, Some(2), Unit::Pods)).unwrap(), "████████████████");
        assert_eq!(bar(&progress(0, Some(0), Unit::Pods)), None);
        assert_eq!(bar(&progress(9, None, Unit::Pods)), None);
        assert_eq!(bar(&progress(9, Some(10), Unit::Ms)), None);
    }
}
