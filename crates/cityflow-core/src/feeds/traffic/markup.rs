//! Text without markup. A literal `<RER>`, which messages do hold, is no tag and is kept.

/// Elements that open a new line.
const BLOCKS: [&str; 22] = [
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tr",
    "section",
    "article",
    "header",
    "footer",
    "blockquote",
    "pre",
    "hr",
    "dl",
];

/// Elements that stand inside a line, or that hold no text.
const INLINES: [&str; 46] = [
    "a", "abbr", "address", "b", "big", "body", "button", "caption", "center", "cite", "code", "col", "dd", "del",
    "dt", "em", "figure", "font", "form", "head", "html", "i", "iframe", "img", "input", "ins", "label", "link",
    "main", "mark", "meta", "nav", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "tbody", "td", "th",
    "thead", "title", "u",
];

/// Elements whose content is no text.
const UNSPOKEN: [&str; 2] = ["script", "style"];

/// The text of a message: tags removed, block elements as line breaks, entities decoded, spaces collapsed. None
/// when nothing is left.
pub fn plain_text(html: &str) -> Option<String> {
    let bare = without_tags(html);
    // Decoded after the tags are gone: `&lt;b&gt;` is a text that shows a tag, not a tag.
    let decoded = htmlize::unescape(bare.as_str());
    let lines = decoded.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(text)
}

fn without_tags(html: &str) -> String {
    let mut bare = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        bare.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = comment(rest) {
            rest = after;
        } else if let Some(tag) = Tag::parse(rest) {
            bare.push_str(if BLOCKS.contains(&tag.name.as_str()) { "\n" } else { "" });
            rest = if tag.is_unspoken() { tag.skip_content() } else { tag.after };
        } else {
            bare.push('<');
            rest = &rest[1..];
        }
    }
    bare.push_str(rest);
    bare
}

/// What follows a comment; one that never closes is no comment.
fn comment(text: &str) -> Option<&str> {
    text.strip_prefix("<!--")?.split_once("-->").map(|(_, after)| after)
}

struct Tag<'a> {
    /// Lower case.
    name: String,
    closes: bool,
    after: &'a str,
}

impl<'a> Tag<'a> {
    /// `<`, perhaps `/`, the name of a known element, then attributes up to `>`.
    fn parse(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('<')?;
        let (closes, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (name, attributes) = inner.split_at(length);
        let name = name.to_ascii_lowercase();
        let word = name.as_str();
        let known = BLOCKS.contains(&word) || INLINES.contains(&word) || UNSPOKEN.contains(&word);
        let ends = attributes.starts_with(|next: char| next.is_ascii_whitespace() || matches!(next, '>' | '/'));
        if !known || !ends {
            return None;
        }
        Some(Self { name, closes, after: after_attributes(attributes)? })
    }

    fn is_unspoken(&self) -> bool {
        !self.closes && UNSPOKEN.contains(&self.name.as_str())
    }

    /// What follows the closing tag of the element; the end of the text when it never closes.
    fn skip_content(&self) -> &'a str {
        let mut rest = self.after;
        while let Some(at) = rest.find("</") {
            rest = &rest[at..];
            match Self::parse(rest) {
                Some(tag) if tag.closes && tag.name == self.name => return tag.after,
                _ => rest = &rest[2..],
            }
        }
        ""
    }
}

/// What follows the `>` that ends a tag; one between quotes does not.
fn after_attributes(attributes: &str) -> Option<&str> {
    let mut quote = None;
    for (at, character) in attributes.char_indices() {
        match (quote, character) {
            (None, '>') => return Some(&attributes[at + 1..]),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    // A quote that never closes: the first `>` ends the tag after all.
    attributes.split_once('>').map(|(_, after)| after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(html: &str) -> String {
        plain_text(html).unwrap_or_default()
    }

    #[test]
    fn tags_go_entities_are_decoded_and_blocks_are_lines() {
        let html =
            "<p>Arr&ecirc;t&nbsp;&#233;vit&#xE9;.</p>\r\n<p>Motif&nbsp;: <b style=\"a>b\">travaux</b><br/>Merci</p>";
        assert_eq!(plain(html), "Arrêt évité.\nMotif : travaux\nMerci");
        assert_eq!(plain("<a href='http://x'>ici</a>, <SPAN>là</SPAN>"), "ici, là");
    }

    #[test]
    fn a_literal_rer_is_kept_and_so_is_a_lone_bracket() {
        assert_eq!(plain("vers Sartrouville <RER>. Fin"), "vers Sartrouville <RER>. Fin");
        assert_eq!(plain("Pont <metro> < 3 min <b"), "Pont <metro> < 3 min <b");
        assert_eq!(plain("&lt;b&gt;"), "<b>");
    }

    #[test]
    fn comments_and_styles_are_not_text_and_nothing_is_none() {
        assert_eq!(plain("a<!-- <p> -->b<style>p{}</style>c"), "abc");
        assert_eq!(plain_text("<p>&nbsp;</p>"), None);
    }
}
