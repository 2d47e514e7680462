//! Folding of names, so that they match without accents or case; texts that are safe in a spreadsheet.

use std::borrow::Cow;

use crate::numbers::Cell;

/// A text as a cell of a CSV file. A spreadsheet runs a cell that begins with `= + - @`, a tab or a carriage
/// return as a formula; unless it is a number, it is prefixed with `'` (contract, section 5).
pub fn spreadsheet_safe(text: &str) -> Cow<'_, str> {
    let number = || text.trim() == text && matches!(Cell::parse(text), Cell::Number(_));
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Lower case, accents removed, runs of anything but letters and digits as one space.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match unaccented(character) {
            Some(letters) => folded.push_str(letters),
            None if character.is_alphanumeric() => folded.push(character),
            None if folded.ends_with(' ') || folded.is_empty() => {}
            None => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The unaccented spelling of the accented letters of French and its neighbours; combining accents vanish.
const fn unaccented(character: char) -> Option<&'static str> {
    Some(match character {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => "a",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => "o",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ý' | 'ÿ' => "y",
        'æ' => "ae",
        'œ' => "oe",
        '\u{300}'..='\u{36f}' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_a_spreadsheet_would_run_is_prefixed_unless_it_is_a_number() {
        for risky in ["=1+1", "+33 1", "-cmd", "@SUM(A1)", "\tx", "\r=1", "-", "\t12"] {
            assert_eq!(spreadsheet_safe(risky), format!("'{risky}"));
        }
        for safe in ["", "-12.5", "+3", "-1e5", "Rue de l'Est", "a=b", "'=1"] {
            assert_eq!(spreadsheet_safe(safe), safe);
        }
    }

    #[test]
    fn names_match_without_accents_case_or_punctuation() {
        assert_eq!(fold("Débit horaire"), "debit horaire");
        assert_eq!(fold("  Code postal de l'arrondissement "), "code postal de l arrondissement");
        assert_eq!(fold("PERTURBÉE"), "perturbee");
        assert_eq!(fold("Voie(s)"), "voie s");
        assert_eq!(fold("iu_ac"), "iu ac");
    }
}
