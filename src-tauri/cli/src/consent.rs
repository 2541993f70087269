//! Asking the person at the terminal.

use std::io::{self, Write as _};

use slipway_engine::text::Text;

use crate::{interrupt::Interrupt, screen::Screen};

/// What Enter alone means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enter {
    /// Go on: what would be done can be undone.
    Yes,
    /// Leave it.
    No,
}

/// Asks for a yes. `None`: interrupted.
pub async fn agrees(
    screen: &Screen,
    interrupt: &mut Interrupt,
    question: &Text,
    enter: Enter,
) -> Option<bool> {
    let said = line(screen, interrupt, question).await?;
    Some(means_yes(said.as_deref(), enter))
}

/// Asks for a word. The inner `None`: the input ended. `None`: interrupted.
pub async fn line(screen: &Screen, interrupt: &mut Interrupt, question: &Text) -> Option<Option<String>> {
    let mut out = io::stdout();
    let _ = write!(out, "\n{} ", screen.say(question)).and_then(|()| out.flush());
    let answer = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        match io::stdin().read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line.trim().to_owned()),
        }
    });
    interrupt.or(async { answer.await.unwrap_or_default() }).await
}

fn means_yes(said: Option<&str>, enter: Enter) -> bool {
    match said.map(str::to_lowercase).as_deref() {
        None => false, // the input ended: nobody said yes
        Some("") => enter == Enter::Yes,
        Some(said) => matches!(said, "y" | "yes" | "是" | "好"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_consent() {
        for said in ["y", "Y", "yes", "是"] {
            assert!(means_yes(Some(said), Enter::No), "{said}");
        }
        for said in ["n", "no", "what?", "yesterday"] {
            assert!(!means_yes(Some(said), Enter::Yes), "{said}");
        }
        assert!(means_yes(Some(""), Enter::Yes));
        assert!(!means_yes(Some(""), Enter::No));
        assert!(!means_yes(None, Enter::Yes), "the input ended");
    }
}
