//! Texts with blanks: `Perfect{% if first_name %}, {{ first_name }}{% endif %}!`

use frontdesk_core::Language;
use minijinja::{Environment, Value};

use super::reader::Node;
use super::{Told, told};

/// Longest text a tenant may write, in characters.
const TEXT_CHARS_MAX: usize = 2_000;

/// The only statements a text may use: nothing that loops.
const STATEMENTS: [&str; 4] = ["if", "elif", "else", "endif"];

/// What every text may name beside the tenant's own steps.
pub(crate) const BLANKS: [&str; 14] = [
    "business",
    "day",
    "email",
    "first_name",
    "form",
    "intent",
    "name",
    "newsletter",
    "offered_name",
    "open_today",
    "party_size",
    "phone",
    "until",
    "when",
];

/// One text, ready to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    source: String,
    /// What it names; empty when it is just words.
    blanks: Vec<String>,
}

impl Template {
    /// The words as written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }
}

/// The compiled texts of a tenant.
#[derive(Debug)]
pub(crate) struct Templates {
    environment: Environment<'static>,
    /// What texts may name: [`BLANKS`] and the tenant's steps.
    blanks: Vec<String>,
}

impl Templates {
    /// No texts yet; they may name [`BLANKS`] and `steps`.
    pub(crate) fn new(steps: &[&str]) -> Self {
        let mut environment = Environment::new();
        environment.add_filter("plural", plural);
        Self {
            environment,
            blanks: BLANKS
                .into_iter()
                .chain(steps.iter().copied().filter(|step| !BLANKS.contains(step)))
                .map(str::to_owned)
                .collect(),
        }
    }

    /// Compiles a text; what is wrong with it is noted at its place.
    pub(crate) fn compile(&mut self, node: &Node<'_>) -> Option<Template> {
        let source = node.text()?.trim();
        self.add(source).map_err(|fault| node.fault(fault)).ok()
    }

    fn add(&mut self, source: &str) -> Result<Template, Told> {
        if source.chars().count() > TEXT_CHARS_MAX {
            return Err(told!("a text has at most {} characters", TEXT_CHARS_MAX));
        }
        let plain = Template {
            source: source.to_owned(),
            blanks: Vec::new(),
        };
        if !source.contains("{{") && !source.contains("{%") && !source.contains("{#") {
            return Ok(plain);
        }
        if let Some(other) = statements(source).find(|word| !STATEMENTS.contains(word)) {
            return Err(told!(
                "`{}` cannot be used in a text, only {}",
                other,
                STATEMENTS.join(", ")
            ));
        }
        // A text is its own name: equal texts are compiled once.
        self.environment
            .add_template_owned(source.to_owned(), source.to_owned())
            .map_err(|error| told!("the text cannot be filled in: {}", describe(&error)))?;
        let template = self
            .environment
            .get_template(source)
            .map_err(|error| describe(&error))?;
        let mut blanks: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        blanks.sort();
        if let Some(unknown) = blanks.iter().find(|name| !self.blanks.contains(name)) {
            return Err(told!(
                "nothing is called `{}`; there are {}",
                unknown,
                self.blanks.join(", ")
            ));
        }
        // With everything unknown and with everything known: a text that fills in now never fails later.
        let known = Value::from_pairs(blanks.iter().map(|name| (name.clone(), Value::from("1"))));
        for values in [Value::UNDEFINED, known] {
            template
                .render(values)
                .map_err(|error| told!("the text cannot be filled in: {}", describe(&error)))?;
        }
        Ok(Template { blanks, ..plain })
    }

    /// Fills a text in; `value` is asked for what it names.
    pub(crate) fn fill(&self, template: &Template, value: impl Fn(&str) -> Option<String>) -> String {
        if template.blanks.is_empty() {
            return template.source.clone();
        }
        let known = |name: &String| Some((name.clone(), Value::from(value(name)?)));
        let values = Value::from_pairs(template.blanks.iter().filter_map(known));
        self.environment
            .get_template(&template.source)
            .and_then(|compiled| compiled.render(values))
            .unwrap_or_default()
    }
}

fn describe(error: &minijinja::Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_owned)
}

/// The first word of every `{% … %}`.
fn statements(source: &str) -> impl Iterator<Item = &str> {
    source.split("{%").skip(1).map(|rest| {
        rest.trim_start_matches(['-', '+'])
            .trim_start()
            .split(|letter: char| !letter.is_alphanumeric())
            .next()
            .unwrap_or_default()
    })
}

/// `{{ party_size | plural("guest", "guests", "guests") }}`: the form for one, for few (Slavic
/// languages), for many.
fn plural(count: &Value, one: String, few: String, many: String) -> String {
    let count: u64 = count.to_string().parse().unwrap_or(0);
    match (count % 10, count % 100) {
        _ if few == many => {
            if count == 1 {
                one
            } else {
                many
            }
        }
        (1, tail) if tail != 11 => one,
        (2..=4, tail) if !(12..=14).contains(&tail) => few,
        _ => many,
    }
}

/// Reads a text that a tenant gives in each of its languages: `{ en = "…", es = "…" }`, or the
/// bare value where there is but one.
pub(crate) fn in_languages<T>(
    node: &Node<'_>,
    languages: &[Language],
    mut read: impl FnMut(&Node<'_>) -> Option<T>,
) -> Option<super::Localized<T>> {
    let [default, others @ ..] = languages else {
        return None;
    };
    let is_bare = !node.is_table();
    if is_bare && others.is_empty() {
        return Some(super::Localized::new(*default, read(node)?));
    }
    if is_bare {
        let codes: Vec<&str> = languages.iter().map(|language| language.code()).collect();
        node.fault(told!(
            "the text is needed in each language of the tenant: {}",
            codes.join(", ")
        ));
        return None;
    }
    let table = node.table()?;
    let mut of = |language: Language| table.require(language.code()).and_then(|node| read(&node));
    let first = of(*default);
    let rest: Vec<_> = others.iter().map(|language| (*language, of(*language))).collect();
    table.finish();
    rest.into_iter()
        .try_fold(super::Localized::new(*default, first?), |all, (language, value)| {
            Some(all.with(language, value?))
        })
}

#[cfg(test)]
mod tests {
    use super::super::fill_fault;
    use super::*;

    fn filled(source: &str, known: &[(&str, &str)]) -> String {
        let mut templates = Templates::new(&["goal"]);
        let template = templates.add(source).unwrap();
        templates.fill(&template, |name| {
            known
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn blanks_are_filled_or_left_out() {
        let source = "Perfect{% if first_name %}, {{ first_name }}{% endif %}!";
        assert_eq!(filled(source, &[("first_name", "Ana")]), "Perfect, Ana!");
        assert_eq!(filled(source, &[]), "Perfect!");
        assert_eq!(filled("{{ goal }}", &[("goal", "<b>")]), "<b>");
    }

    #[test]
    fn slavic_plurals_have_three_forms() {
        let people = |count: &str| {
            filled(
                r#"{{ party_size }} {{ party_size | plural("гость", "гостя", "гостей") }}"#,
                &[("party_size", count)],
            )
        };
        assert_eq!(people("1"), "1 гость");
        assert_eq!(people("3"), "3 гостя");
        assert_eq!(people("12"), "12 гостей");
        assert_eq!(people("21"), "21 гость");
        assert_eq!(people("10"), "10 гостей");
    }

    #[test]
    fn what_cannot_be_filled_in_is_told() {
        for (source, part) in [
            ("{{ nmae }}", "nothing is called `nmae`"),
            ("{% for x in name %}{% endfor %}", "`for` cannot be used"),
            ("{% if name %}", "cannot be filled in"),
            ("{{ name | nothing }}", "cannot be filled in"),
        ] {
            let fault = Templates::new(&[]).add(source).unwrap_err();
            let fault = fill_fault(fault.says, &fault.with);
            assert!(fault.contains(part), "{source}: {fault}");
        }
    }
}
