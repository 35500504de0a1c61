//! Nothing that ships formats by `{:?}`: of an SDK error or a reply it prints the body, and a body may hold a secret.
//!
//! Read from the sources, token by token, without what is for tests. What `expect` and `assert_eq!` format goes into a
//! panic's words, which are withheld (`cli/src/panics.rs`).

use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Formats that were looked at: the file, the text, and why it can hold no secret.
const REVIEWED: &[(&str, &str, &str)] = &[
    ("core/engine/src/schedule.rs", "{} ({:?})", "an enum of ours without content"),
    ("local/src/logs/retention.rs", "{ALLOWED_DAYS:?}", "a constant"),
    ("local/src/ssm/filter.rs", "{:?}", "two enums of the embedded AWS without content"),
];
/// What formats by `Debug` or writes requests down without a format of ours.
const FORBIDDEN: &[&str] = &["dbg", "DisplayErrorContext", "tracing", "log"];
/// Packages that write down what the SDK tells of its requests and replies, bodies included.
const LOGGERS: &[&str] = &["env_logger", "fern", "flexi_logger", "simple_logger", "tracing-log", "tracing-subscriber"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the workspace")
}

/// The crate roots of what is part of the program.
fn crates() -> Vec<PathBuf> {
    let folders =
        ["core", "plugins"].iter().flat_map(|folder| std::fs::read_dir(root().join(folder)).expect("a folder"));
    let folders =
        folders.map(|entry| entry.expect("an entry").path()).chain(["cli", "local"].map(|name| root().join(name)));
    let shipped = folders.filter(|folder| !folder.ends_with("plugins/testing"));
    let found = shipped.flat_map(|folder| ["src/lib.rs", "src/main.rs"].map(|file| folder.join(file)));
    found.filter(|file| file.exists()).collect()
}

/// What is wrong in a file and the modules below it, with the name of the file.
fn findings(file: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(file).expect("a source");
    let mut reader = Reader::default();
    reader.read(text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display())));
    let name = file.strip_prefix(root()).expect("a file of ours").display().to_string();
    let mut findings: Vec<_> = reader.findings.into_iter().map(|finding| (name.clone(), finding)).collect();
    let folder = match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") => file.with_file_name(""),
        _ => file.with_extension(""),
    };
    for module in reader.modules {
        let places = [format!("{module}.rs"), format!("{module}/mod.rs")].map(|place| folder.join(place));
        let place = places.into_iter().find(|place| place.exists());
        findings.extend(self::findings(&place.unwrap_or_else(|| panic!("no module {module} of {name}"))));
    }
    findings
}

/// What a source holds that ships.
#[derive(Default)]
struct Reader {
    findings: Vec<String>,
    /// The modules that have a file of their own.
    modules: Vec<String>,
}

impl Reader {
    fn of(text: &str) -> Self {
        let mut reader = Self::default();
        reader.read(text.parse().expect("tokens"));
        reader
    }

    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = &tokens[..];
        while let Some((token, behind)) = rest.split_first() {
            rest = behind;
            match token {
                // Comments for the documentation are attributes as well.
                TokenTree::Punct(punct) if punct.as_char() == '#' => rest = self.attribute(rest),
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Literal(literal) => self.literal(&literal.to_string()),
                TokenTree::Ident(ident) => self.word(&ident.to_string(), rest),
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// What follows an attribute; where it is for tests alone, what follows its item.
    fn attribute<'a>(&mut self, rest: &'a [TokenTree]) -> &'a [TokenTree] {
        let inner = matches!(rest.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
        let rest = &rest[usize::from(inner)..];
        let Some((TokenTree::Group(group), behind)) = rest.split_first() else { return rest };
        let text = group.stream().to_string();
        if is_for_tests(&text) {
            return after_item(behind);
        }
        if !text.starts_with("doc ") {
            // The messages of `thiserror` are attributes.
            self.read(group.stream());
        }
        behind
    }

    fn literal(&mut self, text: &str) {
        let formats = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
        if formats.into_iter().any(|(format, _)| format.contains(':') && format.ends_with('?')) {
            self.findings.push(text.to_owned());
        }
    }

    fn word(&mut self, word: &str, rest: &[TokenTree]) {
        let next: String = rest.iter().take(3).map(ToString::to_string).collect();
        let is_path = next.starts_with("::");
        match word {
            "Debug" if next == "::fmt" => self.findings.push("Debug::fmt".to_owned()),
            "log" | "tracing" if !is_path => {}
            _ if FORBIDDEN.contains(&word) => self.findings.push(word.to_owned()),
            "mod" => {
                if let [TokenTree::Ident(name), TokenTree::Punct(end), ..] = rest
                    && end.as_char() == ';'
                {
                    self.modules.push(name.to_string());
                }
            }
            _ => {}
        }
    }
}

fn is_for_tests(attribute: &str) -> bool {
    let attribute = attribute.replace(' ', "");
    attribute == "test" || attribute == "cfg(test)" || attribute.starts_with("tokio::test")
}

/// What stands behind the next item: it ends with its block, or with a semicolon.
fn after_item(tokens: &[TokenTree]) -> &[TokenTree] {
    let end = tokens.iter().position(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    });
    end.map_or(&[], |end| &tokens[end + 1..])
}

#[test]
fn nothing_that_ships_formats_by_debug() {
    let crates = crates();
    assert!(crates.len() > 10, "{crates:?}");
    let found: Vec<(String, String)> = crates.iter().flat_map(|file| findings(file)).collect();
    let is_reviewed = |(file, text): &(String, String)| {
        REVIEWED.iter().any(|(known, format, _)| known == file && text.contains(format))
    };
    let new: Vec<_> = found.iter().filter(|finding| !is_reviewed(finding)).collect();
    assert!(new.is_empty(), "a format by `{{:?}}`, or what writes requests down: {new:#?}");
    for (file, format, _) in REVIEWED {
        assert!(
            found.iter().any(|(known, text)| known == file && text.contains(format)),
            "{file} has no `{format}` now"
        );
    }
}

#[test]
fn every_format_by_debug_is_found() {
    for source in [
        r#"fn a() { format!("{:?}", error); }"#,
        r#"fn a() { write!(f, "{} and {error:#?}", 1); }"#,
        r#"fn a() { if b { let c = || panic!("{0:1$x?}"); } }"#,
        r##"fn a() { format!(r#"{error:?}"#); }"##,
        r#"#[derive(Debug)] enum A { #[error("{0:?}")] B(C) }"#,
        r#"#[cfg(debug_assertions)] fn a() { format!("{error:?}"); }"#,
        r#"#[cfg(not(test))] fn a() { format!("{error:?}"); }"#,
        "fn a() { dbg!(error); }",
        "fn a() { tracing::debug!(reply); }",
        "fn a() { log::debug!(); }",
        "fn a() { fmt::Debug::fmt(&error, f); }",
        "fn a() { DisplayErrorContext(&error).to_string(); }",
        r#"#[cfg(test)] mod tests { } fn a() { format!("{error:?}"); }"#,
        r#"#[cfg(test)] mod tests; fn a() { format!("{error:?}"); }"#,
    ] {
        assert_eq!(Reader::of(source).findings.len(), 1, "{source}");
    }
}

#[test]
fn what_is_for_tests_may_format_as_it_likes() {
    for source in [
        r#"#[cfg(test)] mod tests { fn a() { format!("{error:?}"); } }"#,
        r#"#[test] fn a() { format!("{error:?}"); }"#,
        r#"#[tokio::test(flavor = "current_thread")] async fn a() { format!("{error:?}"); }"#,
        "/// Never `{:?}`.\nfn a() { format!(\"{error}: {} ?\", \"a?\"); } // {:?}",
        "fn a() { let log = self.log(); }",
    ] {
        assert_eq!(Reader::of(source).findings, Vec::<String>::new(), "{source}");
    }
    assert_eq!(Reader::of("mod a; #[cfg(test)] mod b; pub(crate) mod c; mod d {}").modules, ["a", "c"]);
}

/// The SDK tells every request and every reply to `tracing`; without a subscriber nobody hears it.
#[test]
fn no_logger_is_part_of_the_program() {
    let lock: toml::Table = std::fs::read_to_string(root().join("Cargo.lock")).expect("a file").parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages").iter();
    let names: Vec<&str> = packages.filter_map(|package| package["name"].as_str()).collect();
    assert!(names.contains(&"tracing"), "the SDK tells it to something else now");
    for logger in LOGGERS {
        assert!(!names.contains(logger), "{logger} writes down what the SDK sends");
    }
}
