//! Looks for values in every form in which they could stand somewhere.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A value that nothing else contains, with what needs escaping in every notation. Its noise stands in most forms.
pub fn canary(index: usize) -> String {
    let noise = getrandom::u64().expect("randomness");
    format!("cänary \"{index}\" \\ $x & '{noise:016x}' <%/+=>")
}

fn base64(bytes: &[u8], alphabet: &[u8]) -> String {
    let sextets = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        (0..=chunk.len())
            .map(|place| char::from(alphabet[(bits >> (18 - 6 * place) & 63) as usize]))
            .collect::<String>()
    };
    bytes.chunks(3).map(sextets).collect()
}

/// What is the same in base64, whatever stands before and behind the value, at each of the three places in a group.
fn base64_middles(value: &str) -> impl Iterator<Item = String> {
    const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const FOR_URLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let value = value.as_bytes().to_vec();
    let places = [STANDARD, FOR_URLS].into_iter().flat_map(|alphabet| (0..3).map(move |shift| (alphabet, shift)));
    places.map(move |(alphabet, shift)| {
        let whole = (3 - shift) % 3..value.len() - (shift + value.len()) % 3;
        base64(&value[whole], alphabet)
    })
}

fn hex(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes everything");
        text
    })
}

/// The forms of a value, by name.
pub fn forms(value: &str) -> Vec<(&'static str, String)> {
    let inner = |text: &str| text[1..text.len() - 1].to_owned();
    let json = inner(&serde_json::to_string(value).expect("a text"));
    let url = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let xml = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let named = [
        ("its noise", value.split('\'').nth(1).expect("the noise").to_owned()),
        ("raw", value.to_owned()),
        ("JSON in a JSON text", inner(&serde_json::to_string(&json).expect("a text"))),
        ("JSON in ASCII", json.replace('ä', "\\u00e4")),
        ("JSON", json),
        ("an URL, small", url.replace("%C3%A4", "%c3%a4").to_lowercase()),
        ("a form", url.replace("%20", "+")),
        ("an URL", url),
        ("XML in full", xml.replace('"', "&quot;").replace('\'', "&#39;")),
        ("XML", xml),
        ("Rust", inner(&format!("{value:?}"))),
        ("bytes", inner(&format!("{:?}", value.as_bytes()))),
        ("hex", hex(value)),
    ];
    named.into_iter().chain(base64_middles(value).map(|middle| ("base64", middle))).collect()
}

/// All forms of all values, found in one pass.
pub struct Search {
    needles: Vec<(&'static str, Vec<u8>)>,
    /// Which needles begin with these bytes.
    beginnings: HashMap<[u8; BEGINNING], Vec<usize>>,
    /// Whether a needle begins with this pair of bytes: what is asked first, because almost none does.
    pairs: Vec<bool>,
}

const BEGINNING: usize = 8;

impl Search {
    pub fn of<'a>(values: impl IntoIterator<Item = &'a String>) -> Self {
        let forms = values.into_iter().flat_map(|value| forms(value));
        let needles: Vec<_> = forms.map(|(form, text)| (form, text.into_bytes())).collect();
        let mut beginnings: HashMap<_, Vec<usize>> = HashMap::new();
        let mut pairs = vec![false; 1 << 16];
        for (index, (_, needle)) in needles.iter().enumerate() {
            beginnings.entry(needle[..BEGINNING].try_into().expect("its length")).or_default().push(index);
            pairs[pair(needle)] = true;
        }
        Self { needles, beginnings, pairs }
    }

    /// In which form a value stands in these bytes; also where a screen has broken or coloured it.
    pub fn find(&self, bytes: &[u8]) -> Option<&'static str> {
        self.find_as_it_is(bytes).or_else(|| self.find_as_it_is(&unbroken(bytes)))
    }

    fn find_as_it_is(&self, bytes: &[u8]) -> Option<&'static str> {
        bytes.windows(BEGINNING).enumerate().filter(|(_, window)| self.pairs[pair(window)]).find_map(
            |(place, window)| {
                let candidates = self.beginnings.get(window)?.iter().map(|index| &self.needles[*index]);
                candidates.into_iter().find(|(_, needle)| bytes[place..].starts_with(needle)).map(|(form, _)| *form)
            },
        )
    }

    /// Fails where a value stands in what was found at a place.
    pub fn look(&self, place: &str, bytes: &[u8]) {
        if let Some(form) = self.find(bytes) {
            panic!("{place} holds a value as {form}:\n{}", String::from_utf8_lossy(bytes));
        }
    }

    /// The first file below a folder that holds a value in its name or its content. `except` is the one that may.
    pub fn find_below(&self, folder: &Path, except: Option<&Path>) -> Option<String> {
        std::fs::read_dir(folder).expect("a folder").find_map(|entry| {
            let path = entry.expect("an entry").path();
            let kind = std::fs::symlink_metadata(&path).expect("its kind").file_type();
            let name = path.as_os_str().as_encoded_bytes();
            let found = |form: &str| format!("{} as {form}", path.display());
            if let Some(form) = self.find(name) {
                Some(found(form))
            } else if kind.is_dir() {
                self.find_below(&path, except)
            } else if kind.is_file() && except != Some(&path) {
                self.find(&std::fs::read(&path).expect("a file")).map(found)
            } else {
                None
            }
        })
    }
}

fn pair(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

/// The bytes without what a terminal takes for a command, and without white space.
fn unbroken(bytes: &[u8]) -> Vec<u8> {
    let mut left = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            0x1b => {
                rest.find(|byte| byte.is_ascii_alphabetic());
            }
            byte if byte.is_ascii_whitespace() => {}
            byte => left.push(*byte),
        }
    }
    left
}

#[test]
fn every_form_is_found_wherever_it_stands() {
    let values = [canary(0), canary(1)];
    let search = Search::of(&values);
    for (form, text) in forms(&values[1]) {
        for around in [("", ""), ("a", "b"), ("ab\"", "\"c"), ("%", "%")] {
            let bytes = format!("{}{text}{}", around.0, around.1);
            assert!(search.find(bytes.as_bytes()).is_some(), "{form}: {bytes}");
        }
    }
    let noise = &forms(&values[0])[0].1;
    let broken = format!("  {}\x1b[0m\r\n      \x1b[31m{}", &noise[..7], &noise[7..]);
    assert_eq!(search.find(broken.as_bytes()), Some("its noise"));
}

#[test]
fn base64_is_found_at_every_place_of_its_group() {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = canary(0);
    let search = Search::of([&value]);
    for before in ["", "a", "ab", "abc", "{\"Value\":\""] {
        for behind in ["", "z", "yz", "\"}"] {
            let text = base64(format!("{before}{value}{behind}").as_bytes(), ALPHABET);
            assert_eq!(search.find(text.as_bytes()), Some("base64"), "{before}…{behind}");
        }
    }
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let search = Search::of(&(0..100).map(canary).collect::<Vec<_>>());
    let others: String = (0..100).map(canary).collect();
    assert_eq!(search.find(others.as_bytes()), None);
}

#[test]
fn files_are_searched_with_their_names() {
    let value = canary(0);
    let search = Search::of([&value]);
    let noise = &forms(&value)[0].1;
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join(".hidden/deep");
    std::fs::create_dir_all(&inner).expect("folders");
    assert_eq!(search.find_below(folder.path(), None), None);
    let file = inner.join("binary");
    std::fs::write(&file, [b"\xff\0", value.as_bytes()].concat()).expect("a file");
    assert!(search.find_below(folder.path(), None).is_some());
    assert!(search.find_below(folder.path(), Some(&inner.join("other"))).is_some());
    assert_eq!(search.find_below(folder.path(), Some(&file)), None);
    std::fs::write(inner.join(noise), "").expect("a file");
    assert!(search.find_below(folder.path(), Some(&file)).is_some());
}
