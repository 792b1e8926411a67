//! What a manifest may be, and how it is told what it may not be.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on fails the test")]

use frontdesk_actors::{Fault, Tenant};
use frontdesk_core::Language;

const SMALLEST: &str = r#"version = 1
[profile]
name = "Ember & Oak Hibachi"
languages = ["en"]
region = "US"
time_zone = "America/Los_Angeles"
greeting = "Hi! Planning a hibachi party?"
[playbook]
steps = [{ key = "name" }, { key = "phone" }, { key = "email" }]
"#;

fn parse(manifest: &str) -> Result<Tenant, Vec<Fault>> {
    Tenant::parse(&"test".parse().unwrap(), manifest)
}

/// The faults of a manifest as `line:column path: message`.
fn faults(manifest: &str) -> Vec<String> {
    parse(manifest)
        .map(|_| ())
        .unwrap_err()
        .into_iter()
        .map(|fault| format!("{}:{} {}: {}", fault.line, fault.column, fault.path, fault.message))
        .collect()
}

#[test]
fn the_smallest_manifest_has_an_answer_for_everything() {
    let tenant = parse(SMALLEST).unwrap();
    let settings = tenant.settings();
    assert_eq!(settings.name, "Ember & Oak Hibachi");
    assert_eq!(settings.language, Language::En);
    assert_eq!(settings.greeting.get(Language::Ru), "Hi! Planning a hibachi party?");
    assert_eq!(settings.color, "#1f5fbf");
    assert!(settings.newsletter.is_none() && settings.webhook.is_none() && settings.identity.is_none());
    assert!(settings.allowed_origins.is_empty());
}

/// Whoever mends the language finds nothing new the next time.
#[test]
fn a_language_that_is_not_spoken_hides_no_other_fault() {
    let manifest = SMALLEST
        .replace(r#"languages = ["en"]"#, r#"languages = ["fr"]"#)
        .replace(r#"name = "Ember & Oak Hibachi""#, r#"nme = "Ember""#)
        .replace("greeting = \"Hi! Planning a hibachi party?\"\n", "")
        .replace("{ key = \"email\" }", "{ key = \"email\", skp = true }");
    let told = faults(&manifest).join("\n");
    for part in [
        "languages[0]",
        "nme",
        "`name` is missing",
        "`greeting` is missing",
        "skp",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(!told.contains("playbook: "), "{told}");
}

#[test]
fn a_manifest_without_a_profile_is_told_of_its_other_faults() {
    let told = faults("version = 1\n[playbook]\nsteps = [{ key = \"name\", skp = true }]\n").join("\n");
    assert!(told.contains("`profile` is missing") && told.contains("skp"), "{told}");
    assert!(!told.contains("`playbook`"), "{told}");
}

#[test]
fn a_profile_says_what_the_edges_need() {
    let manifest = SMALLEST
        .replace(r#"languages = ["en"]"#, r#"languages = ["es", "en"]"#)
        .replace(
            r#"greeting = "Hi! Planning a hibachi party?""#,
            r##"color = "#B4431F"
allowed_origins = ["https://example.com", "http://localhost:8080"]
greeting = { es = "¡Hola!", en = "Hi!" }
newsletter = { version = "7", text = { es = "Sí, quiero", en = "Yes, please" } }
identity = { key = "0123456789abcdef", required = true }
webhook = { url = "https://example.com/leads", secret = "fedcba9876543210" }
hours = { monday = "12:00-15:00, 18:00-02:00", exceptions = { "2026-12-25" = "closed" } }"##,
        );
    let tenant = parse(&manifest).unwrap();
    let settings = tenant.settings();
    assert_eq!(settings.languages, [Language::Es, Language::En]);
    assert_eq!(settings.greeting.get(Language::Es), "¡Hola!");
    assert_eq!(settings.greeting.get(Language::Uk), "¡Hola!");
    assert_eq!(
        settings.newsletter.as_ref().unwrap().text.get(Language::En),
        "Yes, please"
    );
    assert!(settings.identity.as_ref().unwrap().is_required);
    assert_eq!(settings.webhook.as_ref().unwrap().url, "https://example.com/leads");
    let debug = format!("{settings:?}");
    assert!(
        !debug.contains("0123456789abcdef") && !debug.contains("fedcba"),
        "{debug}"
    );
}

#[test]
fn all_faults_are_told_at_once_with_their_places() {
    let manifest = r##"version = 1
[profile]
name = ""
languages = ["en", "es"]
region = "XX"
time_zone = "Mars/Olympus"
greeting = "Hi!"
color = "red"
colour = "#123456"
allowed_origins = ["https://example.com/path"]
hours = { monday = "noon", exceptions = { christmas = "closed" } }
webhook = { url = "ftp://x", secret = "short" }
[playbook]
waits_for_wish = ["pigeon"]
order = { sms = ["name", "nmae", "name"] }
nudge = { after = "soon", times = 3, channels = ["sms"] }
[[playbook.steps]]
key = "name"
ask = { en = "Who is {{ nobody }}?", es = "¿Quién?" }
[[playbook.steps]]
key = "name"
[[playbook.steps]]
key = "Goal"
accept = "text"
[[playbook.steps]]
key = "phone"
accept = "text"
[[playbook.steps]]
key = "color"
accept = "choice"
choices = [{ value = "red", label = { en = "Red", es = "Rojo" } }]
[[playbook.steps]]
key = "size"
accept = "number"
min = 5
max = 1
when = { nothing = ["x"] }
ask = { en = "{% for x in y %}", es = "¿?" }
[knowledge]
facts = [{ key = "a", asked = { ru = ["x"] }, answer = { en = "A" } }]
[texts]
goodbye = "x"
"##;
    insta::assert_snapshot!(faults(manifest).join("\n"));
}

#[test]
fn broken_toml_is_told_with_its_place() {
    let faults = faults("version = 1\n[profile\nname = \"x\"\n");
    assert!(faults.iter().any(|fault| fault.starts_with("2:")), "{faults:?}");
}

#[test]
fn an_older_or_newer_format_is_refused() {
    let faults = faults(&SMALLEST.replace("version = 1", "version = 2"));
    assert_eq!(faults, ["1:11 version: a whole number from 1 to 1 is expected here"]);
}

#[test]
fn routing_is_checked_against_the_answers_there_are() {
    let with = |when: &str| {
        let steps = format!(
            r#"steps = [
  {{ key = "goal", accept = "choice", ask = "?", choices = [{{ value = "a", label = "A" }}, {{ value = "b", label = "B" }}] }},
  {{ key = "more", accept = "text", ask = "?", when = {when} }},
]"#
        );
        let start = SMALLEST.find("steps").unwrap();
        parse(&format!("{}{steps}\n", &SMALLEST[..start]))
    };
    assert!(with(r#"{ goal = ["a"] }"#).is_ok());
    let message = |when: &str| with(when).map(|_| ()).unwrap_err()[0].message.clone();
    assert_eq!(message(r#"{ goal = ["c"] }"#), "`c` is no answer of `goal`, only a, b");
    assert_eq!(message(r#"{ later = ["a"] }"#), "no earlier step is called `later`");
    assert!(message("{}").starts_with("one earlier step"));
}

#[test]
fn what_is_too_much_is_refused() {
    let long = SMALLEST.replace("Hi! Planning a hibachi party?", &"x".repeat(70_000));
    assert!(parse(&long).is_ok(), "a greeting is shown as it is");
    let steps: String = (0..41)
        .map(|index| format!(r#"{{ key = "q{index}", accept = "text", ask = "?" }},"#))
        .collect();
    let start = SMALLEST.find("steps").unwrap();
    let many = format!("{}steps = [{steps}]\n", &SMALLEST[..start]);
    assert!(faults(&many)[0].contains("at most 40 steps"));
}

#[test]
fn a_card_has_a_picture_or_a_link_and_no_other_kind_of_address() {
    let with = |card: &str| {
        let fact = "[[knowledge.facts]]\nkey = 'menu'\nasked.en = ['menu']\nanswer.en = 'Here.'\ncard = ";
        format!("{SMALLEST}{fact}{card}\n")
    };
    assert!(parse(&with("{ title.en = 'Menu', url = 'https://example.com/menu' }")).is_ok());
    assert!(
        parse(&with(
            "{ title.en = 'Menu', text.en = 'Of the day', image_url = 'https://example.com/a.png' }"
        ))
        .is_ok()
    );
    assert_eq!(
        faults(&with("{ title.en = 'Menu' }")),
        ["14:1 knowledge.facts[0].card: a card has a picture (`image_url`), a link (`url`) or both"]
    );
    assert_eq!(
        faults(&with("{ title.en = 'Menu', url = 'javascript:alert(1)' }")),
        ["14:35 knowledge.facts[0].card.url: `javascript:alert(1)` is not a web address"]
    );
}
