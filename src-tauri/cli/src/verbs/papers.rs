//! `slipway completions` and `slipway man`: made from the same definitions as the flags themselves.

use std::io::{self, Write as _};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use slipway_locales::Language;

use crate::{exit::Exit, help};

/// Prints a shell's completions.
pub fn completions(shell: Shell, language: Language) -> Exit {
    let mut words = Vec::new();
    clap_complete::generate(shell, &mut help::command(language), "slipway", &mut words);
    written(&words)
}

/// Prints the manual page: one page with a section for each verb.
pub fn man(language: Language) -> Exit {
    match page(language) {
        Ok(page) => written(&page),
        Err(_) => Exit::Problem, // writing to memory does not fail
    }
}

fn page(language: Language) -> io::Result<Vec<u8>> {
    let command = help::command(language);
    let mut page = Vec::new();
    let whole = Man::new(command.clone());
    whole.render_title(&mut page)?;
    whole.render_name_section(&mut page)?;
    whole.render_synopsis_section(&mut page)?;
    whole.render_description_section(&mut page)?;
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        section(verb, &mut page)?;
    }
    whole.render_extra_section(&mut page)?;
    Ok(page)
}

/// A verb's own section: what it does, and the options that are its own; the common ones follow with the last.
fn section(verb: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    writeln!(page, ".SH \"{}\"", verb.get_bin_name().unwrap_or_default().to_uppercase())?;
    if let Some(about) = verb.get_about() {
        writeln!(page, "{about}")?;
    }
    let mut options = Vec::new();
    Man::new(verb.clone()).render_options_section(&mut options)?;
    // below the verb's heading, not beside it
    page.extend(String::from_utf8_lossy(&options).replace(".SH ", ".SS ").bytes());
    Ok(())
}

fn written(words: &[u8]) -> Exit {
    let mut out = io::stdout().lock();
    // A reader that has read enough may leave.
    let _ = out.write_all(words).and_then(|()| out.flush());
    Exit::Holds
}
