//! Buttons whose presses come back with a text of ours that nobody sees.
//!
//! What a button stands for may be longer than what it shows, so it travels in that text, marked:
//! a press of a button that another system put there is the words on it.

use frontdesk_core::QuickReply;

/// Before what we put into a button.
const MARK: &str = "say:";
/// Bytes of a button's hidden text that every provider takes.
const HIDDEN_BYTES_MAX: usize = 200;

/// The hidden text of a button; `None` when what it stands for does not fit.
#[must_use]
pub fn hide(reply: &QuickReply) -> Option<String> {
    let hidden = format!("{MARK}{}", reply.value);
    (hidden.len() <= HIDDEN_BYTES_MAX).then_some(hidden)
}

/// What a person has said by pressing a button.
#[must_use]
pub fn pressed(hidden: &str, shown: &str) -> String {
    let own = hidden.strip_prefix(MARK).filter(|value| !value.is_empty());
    match own {
        Some(value) => value.to_owned(),
        None if shown.is_empty() => hidden.to_owned(),
        None => shown.to_owned(),
    }
}

/// Shortens what a button shows.
#[must_use]
pub fn label(text: &str, characters_max: usize) -> String {
    if text.chars().count() <= characters_max {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(characters_max.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// The hidden texts of all buttons, unless one does not fit or there are too many for the channel.
#[must_use]
pub fn hide_all(replies: &[QuickReply], buttons_max: usize) -> Option<Vec<String>> {
    if replies.is_empty() || replies.len() > buttons_max {
        return None;
    }
    replies.iter().map(hide).collect()
}

/// Words with the choices behind them, for when there can be no buttons.
#[must_use]
pub fn in_words(text: &str, replies: &[QuickReply]) -> String {
    if replies.is_empty() {
        return text.to_owned();
    }
    let listed = QuickReply::listed(replies);
    let between = if listed.starts_with('(') { ' ' } else { '\n' };
    format!("{text}{between}{listed}").trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(value: &str) -> QuickReply {
        QuickReply {
            label: "Yes".to_owned(),
            value: value.to_owned(),
        }
    }

    #[test]
    fn our_buttons_say_what_they_stand_for_and_others_what_they_show() {
        let hidden = hide(&reply("I want the newsletter")).unwrap();
        assert_eq!(pressed(&hidden, "Yes"), "I want the newsletter");
        assert_eq!(pressed("CONFIRM_APPT_17", "Confirm"), "Confirm");
        assert_eq!(pressed("CONFIRM_APPT_17", ""), "CONFIRM_APPT_17");
        assert_eq!(hide(&reply(&"a".repeat(300))), None);
    }

    #[test]
    fn a_label_is_shortened_at_characters() {
        assert_eq!(label("Ещё подумаю", 20), "Ещё подумаю");
        assert_eq!(label("Для моего собственного бизнеса", 20), "Для моего собственн…");
        assert_eq!(in_words("Which?", &[reply("1"), reply("2")]), "Which?\n1. Yes\n2. Yes");
    }
}
