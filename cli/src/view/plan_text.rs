//! A plan as a person reads it, on eighty columns or as many as there are.

use deploy_model::{Action, Address, Change, Finding, Plan, Severity, Verb};
use serde_json::Value;

use crate::view::Style;
use crate::view::columns::{pad, row, width, wrapped};
use crate::view::field::{self, Delta, FieldLine};
use crate::view::group::Group;
use crate::view::suggestion::complete;
use crate::view::value::{Values, on_one_line};

/// What follows the rule of a heading has so much room.
const NOTES: usize = 25;
/// Where values begin, unless a label needs more.
const VALUES: usize = 21;
/// Where values begin at the latest.
const LATEST_VALUES: usize = 32;
/// How far fields stand in.
const INDENT: &str = "      ";
/// Fields that say best what a new resource is, the first that it has.
const TELLING: [&str; 5] = ["cidr_block", "cidr", "name", "group_name", "family"];

/// How much a plan says of what is new or as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A line for what is new, with what stages have changed of it for others; nothing for what stays.
    Brief,
    /// Every field of what is new, and a line for what stays.
    Full,
}

impl Detail {
    /// What `--verbose` asks for.
    pub fn of(verbose: bool) -> Self {
        if verbose { Self::Full } else { Self::Brief }
    }
}

/// The whole screen of a plan; `source` is the file that it comes from.
pub fn plan_text(plan: &Plan, source: &str, style: Style, detail: Detail) -> String {
    let page = Page { plan, values: Values::of(plan), style, detail };
    let mut text = header(plan, source, style);
    if detail == Detail::Full {
        text.extend(plan.unchanged.iter().map(|address| format!("  = {address}\n")));
    }
    for group in Group::of(plan) {
        text.push('\n');
        text.push_str(&page.group(&group));
    }
    text.push('\n');
    text.push_str(&page.losses());
    text.push_str(&totals(plan));
    text
}

/// `prod   account 123456789012   ap-northeast-1   environments/prod.toml`
pub fn header(plan: &Plan, source: &str, style: Style) -> String {
    let place = &plan.place;
    let account = match place.local {
        true => format!("account {} (embedded AWS)", place.account),
        false => format!("account {}", place.account),
    };
    format!("{}   {account}   {}   {source}\n", style.strong(&plan.owner.environment), place.region)
}

/// The last line: what the plan comes to.
pub fn totals(plan: &Plan) -> String {
    let environment = &plan.owner.environment;
    if plan.is_empty() {
        return match plan.destroy {
            true => format!("Nothing to destroy. {environment} has no resources.\n"),
            false => format!("No changes. {environment} is as its files say.\n"),
        };
    }
    let counts = plan.counts();
    let parts = [
        (counts.create, "to create"),
        (counts.update, "to update"),
        (counts.replace, "to replace"),
        (counts.destroy, "to destroy"),
        (counts.unchanged, "unchanged"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let blocked = (counts.blocked > 0).then(|| format!("{} blocked", counts.blocked));
    let both = [parts.join(", ")].into_iter().filter(|parts| !parts.is_empty()).chain(blocked);
    format!("Plan: {}\n", both.collect::<Vec<_>>().join("; "))
}

struct Page<'a> {
    plan: &'a Plan,
    values: Values<'a>,
    style: Style,
    detail: Detail,
}

impl Page<'_> {
    fn group(&self, group: &Group<'_>) -> String {
        let mut text = self.heading(group);
        let column = self.column(group);
        for change in &group.changes {
            text.push_str(&self.change(group, change, column));
        }
        for finding in &group.findings {
            text.push_str(&self.finding(group, finding, column));
        }
        text
    }

    fn heading(&self, group: &Group<'_>) -> String {
        let title = group.title();
        let rule = "-".repeat((width() - NOTES).saturating_sub(title.len() + 1).max(3));
        let mut notes: Vec<String> = self.rollout(group).into_iter().collect();
        notes.extend(group.alarms().iter().map(|alarm| self.style.bad(alarm)));
        let line = format!("{} {} {}", self.style.strong(&title), self.style.faint(rule), notes.join(", "));
        line.trim_end().to_owned() + "\n"
    }

    /// How many tasks a service's rollout starts.
    fn rollout(&self, group: &Group<'_>) -> Option<String> {
        let service = group.changes.iter().find(|change| change.address.kind().kind() == "service")?;
        let mut steps = self.plan.steps.iter().filter(|step| step.address == service.address);
        let inputs = steps.find_map(|step| match &step.action {
            Action::Create { inputs } | Action::Update { inputs, .. } => Some(inputs),
            Action::Retire { .. } | Action::Delete { .. } => None,
        })?;
        match inputs.get("desired_count")?.as_u64()? {
            1 => Some("rollout of 1 task".to_owned()),
            count => Some(format!("rollout of {count} tasks")),
        }
    }

    /// Where the values of a group begin.
    fn column(&self, group: &Group<'_>) -> usize {
        let addresses = group.changes.iter().map(|change| &change.address);
        let addresses = addresses.chain(group.findings.iter().map(|finding| &finding.address));
        let labels = addresses.map(|address| 4 + group.label(address).len());
        let widest = labels.max().unwrap_or_default() + 2;
        widest.clamp(VALUES, LATEST_VALUES)
    }

    fn change(&self, group: &Group<'_>, change: &Change, column: usize) -> String {
        let left = format!("{} {}", self.symbol(change.verb), group.label(&change.address));
        match change.verb {
            Verb::Create => {
                let origin = change.origin.as_ref().map(|origin| origin.brief()).unwrap_or_default();
                let line = row(&left, column, &self.telling(change), &self.style.faint(origin), str::to_owned);
                let mut fields = field::lines(self.plan, change, &self.values);
                // What another stage has made of it stands in no line of the user's where he would look for it.
                fields.retain(|field| self.detail == Detail::Full || !field.changed_by.is_empty());
                line + &self.fields(&fields, column)
            }
            Verb::Update => self.update(&left, change, column),
            Verb::ReplaceCreateFirst | Verb::ReplaceDeleteFirst => {
                let mut text = row(&left, column, &short_id(change), "", str::to_owned);
                text.push_str(&self.fields(&field::lines(self.plan, change, &self.values), column));
                text.push_str(&self.why(change, column));
                text
            }
            Verb::Destroy => row(&left, column, &self.last_words(change), "", |text| self.style.bad(text)),
        }
    }

    fn update(&self, left: &str, change: &Change, column: usize) -> String {
        let lines = field::lines(self.plan, change, &self.values);
        let mut middle = short_id(change);
        if self.is_revised(&change.address) {
            middle.push_str(" -> new revision");
        } else if lines.is_empty() && change.why.is_empty() {
            middle = "takes the new revision".to_owned();
        }
        let reasons = self.reasons(change, column);
        row(left, column, &middle, "", str::to_owned) + &reasons + &self.fields(&lines, column)
    }

    /// Whether something else waits for what this update changes of it.
    fn is_revised(&self, address: &Address) -> bool {
        let names =
            |value: &Value| deploy_model::Reference::in_value(value).is_some_and(|open| open.address == *address);
        let others = self.plan.changes.iter().flat_map(|change| &change.fields);
        others.filter_map(|field| field.after.as_ref()).any(names)
    }

    fn fields(&self, lines: &[FieldLine<'_>], column: usize) -> String {
        lines.iter().map(|line| self.field(line, column)).collect()
    }

    fn field(&self, line: &FieldLine<'_>, column: usize) -> String {
        let origin = line.origin.map(|origin| origin.brief()).unwrap_or_default();
        let origin = if origin.is_empty() { origin } else { self.style.faint(origin) };
        let left = format!("{INDENT}{}", line.label);
        let (middle, paint): (String, fn(Style, &str) -> String) = match &line.delta {
            Delta::Changed(before, after) => (format!("{before} -> {after}"), |_, text| text.to_owned()),
            Delta::Added(value) => (format!("+ {value}"), |style, text| style.good(text)),
            Delta::Removed(value) => (format!("- {value}"), |style, text| style.bad(text)),
            Delta::Hidden => ("(value hidden)".to_owned(), |style, text| style.faint(text)),
        };
        let stages: Vec<String> = line.changed_by.iter().map(|stage| format!("[{stage}]")).collect();
        let changer = if stages.is_empty() { String::new() } else { format!(" by {}", stages.join(", ")) };
        row(&left, column, &(middle + &changer), &origin, |piece| paint(self.style, piece))
    }

    fn why(&self, change: &Change, column: usize) -> String {
        let order = match change.verb {
            Verb::ReplaceCreateFirst => "the new one is made first, then the old one goes",
            _ => "the old one goes first, then the new one is made",
        };
        self.reasons(change, column) + &note("order", order, column)
    }

    fn reasons(&self, change: &Change, column: usize) -> String {
        change.why.iter().map(|reason| note("why", reason, column)).collect()
    }

    fn finding(&self, group: &Group<'_>, finding: &Finding, column: usize) -> String {
        let (mark, paint): (&str, fn(Style, &str) -> String) = match finding.severity {
            Severity::Blocked => ("!", |style, text| style.bad(text)),
            Severity::Warning => ("!", |style, text| style.careful(text)),
            Severity::Note => ("i", |style, text| style.faint(text)),
        };
        let left = format!("  {} {}", paint(self.style, mark), group.label(&finding.address));
        let message = on_one_line(&finding.message);
        let origin = finding.origin.as_ref().map(|origin| self.style.faint(origin.brief())).unwrap_or_default();
        let mut text = row(&left, column, &message, &origin, |piece| paint(self.style, piece));
        let Some(help) = &finding.help else { return text };
        let is_command = help.starts_with("deploy ");
        let help = format!("help: {}", complete(help));
        let one_line = format!("{}   {help}", text.trim_end());
        if text.lines().count() == 1 && console::measure_text_width(&one_line) <= width() {
            return one_line + "\n";
        }
        // A command that is copied must be one line.
        let pieces = if is_command { vec![help] } else { wrapped(&help, width() - column) };
        for piece in pieces {
            text.push_str(&format!("{}{piece}\n", " ".repeat(column)));
        }
        text
    }

    /// What a new resource is, in a word.
    fn telling(&self, change: &Change) -> String {
        let field = |name: &&str| change.fields.iter().find(|field| field.path.to_string() == **name);
        let field = TELLING.iter().find_map(field).filter(|field| !field.sensitive);
        field.and_then(|field| field.after.as_ref()).map(|value| self.values.text(value)).unwrap_or_default()
    }

    /// The id of what goes, and why.
    fn last_words(&self, change: &Change) -> String {
        let words: Vec<String> = [short_id(change)].into_iter().chain(change.why.iter().cloned()).collect();
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("   ")
    }

    /// What is replaced and destroyed, once more, where the eye rests.
    fn losses(&self) -> String {
        let goes = |change: &&Change| change.verb.is_destructive() && !self.plan.blocks_at(&change.address);
        let lost: Vec<&Change> = self.plan.changes.iter().filter(goes).collect();
        if lost.is_empty() || self.plan.destroy {
            return String::new();
        }
        let widest = lost.iter().map(|change| change.address.to_string().len()).max().unwrap_or_default();
        let mut text = self.style.strong("What exists and is lost:") + "\n";
        for change in lost {
            let address = pad(&change.address.to_string(), widest + 3);
            let line = format!("{}{address}{}", pad(&self.symbol(change.verb), 5), short_id(change));
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text + "\n"
    }

    fn symbol(&self, verb: Verb) -> String {
        match verb {
            Verb::Create => self.style.good("  +"),
            Verb::Update => self.style.careful("  ~"),
            Verb::ReplaceCreateFirst => self.style.bad(" +/-"),
            Verb::ReplaceDeleteFirst => self.style.bad(" -/+"),
            Verb::Destroy => self.style.bad("  -"),
        }
    }
}

fn note(label: &str, text: &str, column: usize) -> String {
    row(&format!("{INDENT}{label}"), column, text, "", str::to_owned)
}

/// The service's id of what is there, without what every ARN has.
fn short_id(change: &Change) -> String {
    let id = change.id.as_deref().unwrap_or_default();
    let name = if id.starts_with("arn:") { id.rsplit('/').next().unwrap_or(id) } else { id };
    on_one_line(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    const SOURCE: &str = "environments/prod.toml";

    #[test]
    fn a_busy_plan_reads_like_this() {
        let text = plan_text(&sample::busy(), SOURCE, Style::Plain, Detail::Brief);
        insta::assert_snapshot!(text);
        // The totals are as long as they must be.
        for line in text.lines().filter(|line| !line.starts_with("Plan: ")) {
            assert!(line.chars().count() <= width(), "too wide: {line}");
        }
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let coloured = plan_text(&sample::busy(), SOURCE, Style::Coloured, Detail::Brief);
        assert_ne!(coloured, plan_text(&sample::busy(), SOURCE, Style::Plain, Detail::Brief));
        assert_eq!(
            console::strip_ansi_codes(&coloured),
            plan_text(&sample::busy(), SOURCE, Style::Plain, Detail::Brief)
        );
    }

    #[test]
    fn what_is_new_is_shown_in_full_to_those_who_ask() {
        insta::assert_snapshot!(plan_text(&sample::busy(), SOURCE, Style::Plain, Detail::Full));
    }

    #[test]
    fn an_empty_plan_says_so() {
        insta::assert_snapshot!(plan_text(&sample::empty(), SOURCE, Style::Plain, Detail::Brief));
    }

    #[test]
    fn a_destruction_names_everything_once() {
        insta::assert_snapshot!(plan_text(&sample::destruction(), SOURCE, Style::Plain, Detail::Brief));
    }
}
