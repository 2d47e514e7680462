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
    let markup = Markup::new(html);
    let mut bare = String::with_capacity(html.len());
    let mut at = 0;
    while let Some(opening) = html[at..].find('<') {
        bare.push_str(&html[at..at + opening]);
        at += opening;
        if let Some(after) = markup.after_comment(at) {
            at = after;
        } else if let Some(tag) = markup.tag(at) {
            bare.push_str(if BLOCKS.contains(&tag.name.as_str()) { "\n" } else { "" });
            at = if tag.is_unspoken() { markup.after_content(&tag) } else { tag.after };
        } else {
            bare.push('<');
            at += 1;
        }
    }
    bare.push_str(&html[at..]);
    bare
}

/// Stands for a place that is not there.
const NOWHERE: usize = usize::MAX;

/// A message and what closes in it. Every place is looked for once, however often a tag is opened: a megabyte of
/// tags that never close is read as fast as any other.
struct Markup<'a> {
    html: &'a str,
    /// For each byte, where the first `>` outside quotes stands, read from there.
    ends: Vec<usize>,
    /// Where the last `-->` stands.
    last_comment_end: Option<usize>,
    /// Where the last `>` stands.
    last_bracket: Option<usize>,
}

struct Tag {
    /// Lower case.
    name: String,
    closes: bool,
    /// The byte that follows it.
    after: usize,
}

impl Tag {
    fn is_unspoken(&self) -> bool {
        !self.closes && UNSPOKEN.contains(&self.name.as_str())
    }
}

impl<'a> Markup<'a> {
    fn new(html: &'a str) -> Self {
        let ends = if html.contains('<') { ends_outside_quotes(html.as_bytes()) } else { Vec::new() };
        Self { html, ends, last_comment_end: html.rfind("-->"), last_bracket: html.rfind('>') }
    }

    /// The byte after the comment that opens at a place; one that never closes is no comment.
    fn after_comment(&self, at: usize) -> Option<usize> {
        const OPENING: &str = "<!--";
        let from = at + OPENING.len();
        if !self.html[at..].starts_with(OPENING) || self.last_comment_end.is_none_or(|end| end < from) {
            return None;
        }
        self.html[from..].find("-->").map(|end| from + end + "-->".len())
    }

    /// `<`, perhaps `/`, the name of a known element, then attributes up to `>`.
    fn tag(&self, at: usize) -> Option<Tag> {
        let inner = self.html[at..].strip_prefix('<')?;
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
        let after = self.after_attributes(self.html.len() - attributes.len())?;
        Some(Tag { name, closes, after })
    }

    /// The byte after the `>` that ends a tag; one between quotes does not.
    fn after_attributes(&self, from: usize) -> Option<usize> {
        match self.ends.get(from).copied() {
            Some(end) if end != NOWHERE => Some(end + 1),
            // A quote that never closes: the first `>` ends the tag after all.
            _ if self.last_bracket.is_some_and(|last| last >= from) => {
                self.html[from..].find('>').map(|end| from + end + 1)
            }
            _ => None,
        }
    }

    /// The byte after the closing tag of an element; the end of the text when it never closes.
    fn after_content(&self, opening: &Tag) -> usize {
        let mut at = opening.after;
        while let Some(found) = self.html[at..].find("</") {
            at += found;
            match self.tag(at) {
                Some(tag) if tag.closes && tag.name == opening.name => return tag.after,
                _ => at += "</".len(),
            }
        }
        self.html.len()
    }
}

/// For each byte, where the first `>` outside quotes stands when one reads from there: found backwards, since what
/// a quote hides ends where the next one of its kind stands.
fn ends_outside_quotes(bytes: &[u8]) -> Vec<usize> {
    let mut ends = vec![NOWHERE; bytes.len() + 1];
    let (mut double, mut single) = (None, None);
    for (at, byte) in bytes.iter().enumerate().rev() {
        let after_quote = |closing: Option<usize>| closing.map_or(NOWHERE, |closing| ends[closing + 1]);
        ends[at] = match byte {
            b'>' => at,
            b'"' => after_quote(double.replace(at)),
            b'\'' => after_quote(single.replace(at)),
            _ => ends[at + 1],
        };
    }
    ends
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
    fn a_bracket_between_quotes_ends_no_tag_unless_the_quotes_never_pair() {
        assert_eq!(plain("<a title='1 > 0' rel=\"x>y\">ici</a>"), "ici");
        assert_eq!(plain("<a title='1 > 0 rel=x>ici</a>"), "0 rel=x>ici");
        assert_eq!(plain("<a \">\"<a \">\"fin"), "\"\"fin");
    }

    #[test]
    fn two_megabytes_of_what_never_closes_come_to_an_end() {
        for piece in ["<a ", "<!--", "<a \">\"", "<a '\">", "<script>", "<script></script ", "&amp", "&#"] {
            let text = piece.repeat((2 << 20) / piece.len());
            assert!(plain(&text).len() <= text.len(), "{piece}");
        }
    }

    #[test]
    fn comments_and_styles_are_not_text_and_nothing_is_none() {
        assert_eq!(plain("a<!-- <p> -->b<style>p{}</style>c"), "abc");
        assert_eq!(plain_text("<p>&nbsp;</p>"), None);
    }
}
