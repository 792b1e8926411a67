//! What is selected of each kind of row, in the order in which `rows/` reads it.

/// A conversation.
macro_rules! conversation {
    () => {
        "id, tenant, channel, address, status, version, last_seq, created_at, updated_at"
    };
}

/// A contact, with its tags.
macro_rules! contact {
    () => {
        "id, tenant, name, phone, phone_extension, email, language, conversation_id, created_at, updated_at,
         (SELECT string_agg(tag, chr(10) ORDER BY tag) FROM contact_tags WHERE contact_id = contacts.id)"
    };
}

/// A lead.
macro_rules! lead {
    () => {
        "id, tenant, source, status, name, phone, email, context::text, channel, conversation_id, created_at, updated_at"
    };
}

/// A subscription.
macro_rules! subscription {
    () => {
        "id, tenant, email, name, phone, source, email_consent, sms_consent, subscribed_at, unsubscribed_at, confirmed_at"
    };
}

/// A consent.
macro_rules! consent {
    () => {
        "id, tenant, channel, conversation_id, subject, purpose, is_granted, words_shown, words_said, at"
    };
}

/// A dead letter.
macro_rules! dead_letter {
    () => {
        "id, tenant, channel, conversation_id, kind, error, attempts, parked_at, resolved_at"
    };
}

pub(super) use {consent, contact, conversation, dead_letter, lead, subscription};
