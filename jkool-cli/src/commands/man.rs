//! `jkool man`: the manual page, made from the grammar.

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::args::{Cli, ManArgs};
use crate::failure::Failure;
use crate::output;

/// Prints the page of jkool, or of one of its commands.
pub(crate) fn man(args: &ManArgs) -> Result<(), Failure> {
    let mut command = Cli::command();
    command.build();
    let page = match &args.command {
        None => page(command).context("cannot write the page")?,
        Some(name) => match command.find_subcommand(name) {
            Some(found) => page(found.clone()).context("cannot write the page")?,
            None => {
                let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
                return Err(Failure::usage(format!(
                    "no command {name}; there are {}",
                    names.join(", ")
                )));
            }
        },
    };
    output::print(page)
}

fn page(command: Command) -> std::io::Result<Vec<u8>> {
    let appendix = command
        .get_after_long_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let has_commands = command.has_subcommands();
    let has_arguments = command.get_arguments().any(|argument| !argument.is_hide_set());
    // The page has room for what the short help leaves out.
    let command = command.mut_args(|argument| argument.hide_short_help(false));
    let man = Man::new(command.version(env!("CARGO_PKG_VERSION"))).manual("jKool Manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if has_arguments {
        man.render_options_section(&mut page)?;
    }
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    appended(&appendix).to_writer(&mut page)?;
    Ok(page)
}

/// The paragraphs at the end of the help as sections: the first line of each is its title, the others stay as they are.
fn appended(text: &str) -> Roff {
    let mut roff = Roff::new();
    for section in text.split("\n\n") {
        let Some((title, lines)) = section.split_once('\n') else {
            continue;
        };
        roff.control("SH", [title.trim_end_matches(':').to_uppercase().as_str()]);
        roff.control("nf", []);
        for line in lines.lines() {
            match line.trim_start().split_once("  ") {
                Some((term, rest)) => roff.text([bold(term), roman("  "), roman(rest)]),
                None => roff.text([roman(line.trim_start())]),
            };
        }
        roff.control("fi", []);
    }
    roff
}
