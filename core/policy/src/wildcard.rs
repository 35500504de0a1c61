//! Patterns in which `*` stands for any text and `?` for one character.

/// One pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Text,
    /// Any text within one part of an ARN.
    Part,
    One,
    Literal(char),
}

impl Pattern {
    /// A pattern without a way to write a literal `*`, as policies have it.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { steps: text.chars().map(Step::of).collect() }
    }

    /// A pattern in which `\` takes the meaning of the next character away, as filters have it.
    #[must_use]
    pub fn with_escapes(text: &str) -> Self {
        let mut steps = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            steps.push(match character {
                '\\' => Step::Literal(characters.next().unwrap_or('\\')),
                _ => Step::of(character),
            });
        }
        Self { steps }
    }

    /// The pattern of an ARN in the Resource element of a policy: `*` stays within the part that it stands in, unless it is
    /// the last character of that part: then it may reach over the colons that follow.
    #[must_use]
    pub fn of_resource(text: &str) -> Self {
        let mut steps: Vec<Step> = text.chars().map(Step::of).collect();
        for position in 0..steps.len() {
            let ends_part = matches!(steps.get(position + 1), None | Some(Step::Literal(':')));
            if steps[position] == Step::Text && !ends_part {
                steps[position] = Step::Part;
            }
        }
        Self { steps }
    }

    /// Whether the whole text fits. The time is bounded by the product of both lengths, whatever the pattern.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        // reached[n]: the steps so far can match the first n characters.
        let mut reached = vec![false; text.len() + 1];
        reached[0] = true;
        for step in &self.steps {
            let mut next = vec![false; text.len() + 1];
            for position in 0..=text.len() {
                let before = position.checked_sub(1);
                next[position] = match step {
                    Step::Text => reached[position] || before.is_some_and(|before| next[before]),
                    Step::Part => reached[position] || before.is_some_and(|before| next[before] && text[before] != ':'),
                    Step::One => before.is_some_and(|before| reached[before]),
                    Step::Literal(literal) => before.is_some_and(|before| reached[before] && text[before] == *literal),
                };
            }
            reached = next;
        }
        reached[text.len()]
    }
}

impl Step {
    fn of(character: char) -> Step {
        match character {
            '*' => Step::Text,
            '?' => Step::One,
            _ => Step::Literal(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn wildcards_stand_for_text() {
        let matches = |pattern, text| Pattern::plain(pattern).matches(text);
        assert!(matches("app-*", "app-") && matches("*", "") && matches("a?c", "abc") && matches("*b*", "abc"));
        assert!(!matches("a?c", "ac") && !matches("App", "app") && !matches("a", "ab") && !matches("", "a"));
    }

    #[test]
    fn a_resource_ends_its_parts_openly() {
        let arn = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/shop/prod/NAME";
        let matches = |pattern| Pattern::of_resource(pattern).matches(arn);
        assert!(matches("*") && matches("arn:aws:ssm:*") && matches("arn:aws:ssm:*:*:parameter/shop/*"));
        assert!(matches("arn:aws:ssm:ap-*-1:123456789012:parameter/*/NAME"));
        assert!(!matches("arn:aws:ssm:a*/NAME") && !matches("arn:aws:ssm:eu-west-1:123456789012:parameter/*"));
    }

    #[test]
    fn escapes_take_the_meaning_away() {
        let matches = |pattern, text| Pattern::with_escapes(pattern).matches(text);
        assert!(matches(r"a\*", "a*") && !matches(r"a\*", "ab") && matches(r"a\", r"a\"));
        assert!(Pattern::plain(r"a\*").matches(r"a\b"));
    }
}
