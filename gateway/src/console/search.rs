//! What may be meant by words in a field of a search.

use frontdesk_actors::Tenant;
use frontdesk_core::Personal;
use frontdesk_core::ports::desk::Search;
use frontdesk_core::ports::reader::Scope;

use super::Console;

/// Characters looked for.
const CHARACTERS_MAX: usize = 100;
/// Characters that words have to have: fewer are everywhere.
const WORDS_CHARACTERS_MIN: usize = 3;
/// Digits that a number's beginning has to have.
const DIGITS_MIN: usize = 4;

/// What is looked for among a business's people, or among everybody's.
pub fn search(console: &Console, scope: &Scope, q: &str) -> Search {
    let tenant = scope.tenant().and_then(|tenant| console.tenants.find(tenant));
    meant(q, tenant.as_deref())
}

fn meant(q: &str, tenant: Option<&Tenant>) -> Search {
    let words: String = q.chars().take(CHARACTERS_MAX).collect();
    let has_enough = words.chars().count() >= WORDS_CHARACTERS_MIN;
    Search {
        email: (!words.contains(' ')).then(|| words.to_lowercase().into()),
        phone: phone(&words, tenant),
        names: vec![words.as_str().into(), title(&words).into()],
        words: has_enough.then(|| words.into()),
    }
}

fn title(words: &str) -> String {
    let mut title = String::new();
    for (index, word) in words.split(' ').enumerate() {
        let mut letters = word.chars();
        title.extend((index > 0).then_some(' '));
        title.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        title.push_str(letters.as_str());
    }
    title
}

/// A number as the business's region dials it, or the beginning of one with its country. Of nobody's
/// region, ten digits are a North American number.
fn phone(words: &str, tenant: Option<&Tenant>) -> Option<Personal> {
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= DIGITS_MIN && words.chars().all(|c| c.is_ascii_digit() || "+-(). ".contains(c));
    if !is_number {
        return None;
    }
    let has_country = words.trim_start().starts_with('+');
    let whole = tenant
        .filter(|_| !has_country)
        .and_then(|tenant| tenant.read_phone(words));
    let is_american = tenant.is_none() && !has_country && digits.len() == 10;
    let country = if is_american { "1" } else { "" };
    Some(whole.unwrap_or_else(|| format!("+{country}{digits}").into()))
}

#[cfg(test)]
mod tests {
    use frontdesk_actors::demo;

    use super::*;

    #[test]
    fn what_is_looked_for_is_taken_in_every_way_it_may_be_meant() {
        let search = |q: &str| meant(q, None);
        let named = search("ana lópez");
        assert_eq!(named.names, ["ana lópez".into(), "Ana López".into()]);
        assert_eq!((named.email, named.phone), (None, None));
        for (q, phone) in [
            ("(415) 555-0198", Some("+14155550198")),
            ("+44 20 7946", Some("+44207946")),
            ("415", None),
            ("ana@example.com", None),
        ] {
            assert_eq!(search(q).phone.as_deref(), phone, "{q}");
        }
        assert_eq!(search("Ana@Example.com").email.as_deref(), Some("ana@example.com"));
        assert_eq!(search("hi").words, None);
        assert_eq!(search(&"x".repeat(200)).words.unwrap().len(), 100);
    }

    #[test]
    fn a_number_is_dialled_as_in_the_region_of_the_business() {
        let of_academy = |(id, _): &&(&str, &str)| *id == "demo-academy";
        let (id, manifest) = demo::MANIFESTS.iter().find(of_academy).unwrap();
        let tenant = Tenant::parse(&id.parse().unwrap(), manifest).unwrap();
        for (q, phone) in [
            ("050 123 45 67", "+380501234567"),
            ("+380 50 12", "+3805012"),
            ("3805", "+3805"),
        ] {
            assert_eq!(meant(q, Some(&tenant)).phone.as_deref(), Some(phone), "{q}");
        }
    }
}
