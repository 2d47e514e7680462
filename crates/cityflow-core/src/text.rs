//! Folding of names, so that they match without accents or case.

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
    fn names_match_without_accents_case_or_punctuation() {
        assert_eq!(fold("Débit horaire"), "debit horaire");
        assert_eq!(fold("  Code postal de l'arrondissement "), "code postal de l arrondissement");
        assert_eq!(fold("PERTURBÉE"), "perturbee");
        assert_eq!(fold("Voie(s)"), "voie s");
        assert_eq!(fold("iu_ac"), "iu ac");
    }
}
