//! XML replies, as EC2, IAM, STS and S3 write them.

use std::fmt::Write as _;

/// One element: either text or further elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its tag.
    pub name: String,
    /// Its `xmlns`, if it declares one.
    pub namespace: Option<&'static str>,
    /// Its text; empty for one that holds elements.
    pub text: String,
    /// What it holds, in order.
    pub children: Vec<Element>,
}

impl Element {
    /// An empty element.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// The content of a reply. The gate gives it the name that the action wants.
    #[must_use]
    pub fn reply() -> Self {
        Self::new("reply")
    }

    /// The content of a reply that has none, not even an empty result.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// A reply that says nothing but `<return>true</return>`, as EC2 does.
    #[must_use]
    pub fn done() -> Self {
        Self::reply().field("return", true)
    }

    /// The same element with one more child that holds text.
    #[must_use]
    pub fn field(mut self, name: &str, value: impl ToString) -> Self {
        self.children.push(Self { name: name.to_owned(), text: value.to_string(), ..Self::default() });
        self
    }

    /// The same element with one more child that holds text, if there is any.
    #[must_use]
    pub fn optional(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// The same element with one more child.
    #[must_use]
    pub fn child(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    /// The same element with a list: a child `name` that holds the items, each renamed to `item_name`.
    #[must_use]
    pub fn list(self, name: &str, item_name: &str, items: impl IntoIterator<Item = Element>) -> Self {
        let mut list = Self::new(name);
        list.children = items.into_iter().map(|item| item.named(item_name)).collect();
        self.child(list)
    }

    /// A list as EC2 writes it: `<vpcSet><item>…</item></vpcSet>`.
    #[must_use]
    pub fn set(self, name: &str, items: impl IntoIterator<Item = Element>) -> Self {
        self.list(name, "item", items)
    }

    /// A list as IAM writes it: `<Roles><member>…</member></Roles>`.
    #[must_use]
    pub fn members(self, name: &str, items: impl IntoIterator<Item = Element>) -> Self {
        self.list(name, "member", items)
    }

    /// The same element under another name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The same element in this namespace.
    #[must_use]
    pub fn in_namespace(mut self, namespace: &'static str) -> Self {
        self.namespace = Some(namespace);
        self
    }

    /// The first child with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child with this name; empty if there is none.
    #[must_use]
    pub fn text_of(&self, name: &str) -> &str {
        self.get(name).map_or("", |child| &child.text)
    }

    /// A whole document with this element as its root.
    #[must_use]
    pub fn document(&self) -> String {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        let _ = write!(out, "<{}", self.name);
        if let Some(namespace) = self.namespace {
            let _ = write!(out, " xmlns=\"{namespace}\"");
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        escape(&self.text, out);
        for child in &self.children {
            child.write(out);
        }
        let _ = write!(out, "</{}>", self.name);
    }
}

/// Text as XML 1.0 may carry it. What XML cannot carry at all (most control characters) becomes U+FFFD.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn text_is_escaped() {
        let element = Element::new("a").field("b", "<&>\"\r\u{1}");
        assert!(element.document().ends_with("<a><b>&lt;&amp;&gt;&quot;&#13;\u{fffd}</b></a>"));
    }

    #[test]
    fn lists_name_their_items() {
        let items = || [Element::new("x").field("id", 1)];
        let element = Element::reply().set("vpcSet", items()).members("Roles", items());
        let document = element.document();
        assert!(document.contains("<vpcSet><item><id>1</id></item></vpcSet>"), "{document}");
        assert!(document.contains("<Roles><member><id>1</id></member></Roles>"), "{document}");
    }

    #[test]
    fn an_empty_element_closes_itself() {
        assert!(Element::new("a").in_namespace("urn:x").document().ends_with("<a xmlns=\"urn:x\"/>"));
    }
}
