//! What the name of an AWS region looks like. Whether AWS has one of that name is not known here: new ones open.

/// What is wrong with a text that is not the name of a region.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not the name of a region", text.escape_debug())]
pub struct NotARegion {
    text: String,
}

/// Checks that `text` looks like `ap-northeast-1`, `us-gov-west-1` or `eusc-de-east-1`.
///
/// Source: <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
///
/// # Errors
/// It does not.
pub fn check_region(text: &str) -> Result<(), NotARegion> {
    if is_region(text) { Ok(()) } else { Err(NotARegion { text: text.chars().take(60).collect() }) }
}

fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &str| matches!(part.as_bytes(), [b'0'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']);
    match parts.split_last() {
        Some((number, words)) => (2..=4).contains(&words.len()) && words.iter().all(is_word) && is_number(number),
        None => false,
    }
}

impl NotARegion {
    /// The next step: the name that was probably meant, or how one is written.
    pub fn help(&self) -> String {
        let lower = self.text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        // An availability zone is its region's name and a letter.
        let region = lower.trim_end_matches(|last: char| last.is_ascii_lowercase());
        match [lower.as_str(), region].into_iter().find(|text| is_region(text)) {
            Some(region) if region.len() < lower.len() => format!("this looks like a zone of the region `{region}`"),
            Some(region) => format!("write it as AWS does: `{region}`"),
            None => "write its code, such as `ap-northeast-1` for Tokyo".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_every_partition_are_known_by_their_form() {
        for text in ["ap-northeast-1", "us-gov-west-1", "cn-north-1", "us-isob-east-1", "eusc-de-east-1", "xx-new-12"] {
            assert_eq!(check_region(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_none_says_what_may_be_meant() {
        let code = "write its code, such as `ap-northeast-1` for Tokyo";
        let zone = "this looks like a zone of the region `ap-northeast-1`";
        let spelling = "write it as AWS does: `ap-northeast-1`";
        let cases = [
            ("Tokyo", code),
            ("", code),
            ("ap-northeast", code),
            ("ap--1", code),
            ("us-east-1.evil.example/", code),
            ("ap-northeast-1a", zone),
            ("AP-NORTHEAST-1", spelling),
            ("ap_northeast_1 ", spelling),
            ("ap-northeast-1\n", spelling),
        ];
        for (text, help) in cases {
            assert_eq!(check_region(text).expect_err(text).help(), help, "{text:?}");
        }
    }

    #[test]
    fn what_is_quoted_fits_on_a_line() {
        let error = check_region(&"\n".repeat(10_000)).expect_err("no region").to_string();
        assert!(error.len() < 200 && !error.contains('\n'), "{error}");
    }
}
