//! What is printed: data on standard output, talk on standard error.

use std::io::{IsTerminal, Write};

use serde::Serialize;

/// Whether standard error takes colours: a terminal, and `NO_COLOR` not set.
pub(crate) fn colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Prints data. A reader that has gone away (`| head`) is not an error.
pub(crate) fn data(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Prints data as indented JSON.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    data(&text)
}

/// Says something on standard error.
pub(crate) fn say(text: &str) {
    // Nothing is left to tell when standard error itself is closed.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says what failed, cause by cause.
pub(crate) fn error(error: &anyhow::Error) {
    let sentence = format!("{error:#}");
    say(&format!("{}: {sentence}", paint("error", "31")));
}

/// Says what needs a look.
pub(crate) fn warning(text: &str) {
    say(&format!("{}: {text}", paint("warning", "33")));
}

fn paint(word: &str, colour: &str) -> String {
    if colours() { format!("\u{1b}[1;{colour}m{word}\u{1b}[0m") } else { word.to_owned() }
}

/// Lays rows out in columns, the first row being the header.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_characters() {
        let rows = [vec!["type".into(), "état".into(), "n".into()], vec!["bikes".into(), "ok".into(), "1344".into()]];
        assert_eq!(table(&rows), "type   état  n\nbikes  ok    1344\n");
    }
}
