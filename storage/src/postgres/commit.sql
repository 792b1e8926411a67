-- A whole group of turns in one statement: all of it happens, or it fails and nothing does.
-- A duplicate fails on a unique key; a version that is not next makes the last line divide by zero.
-- Rows are written in the order of their keys, so that two groups cannot wait for each other.
WITH turn AS MATERIALIZED (
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::bigint[], $8::bigint[],
        $9::text[], $10::text[], $11::text[], $12::bigint[], $13::uuid[], $14::uuid[], $15::text[], $16::bigint[],
        $17::text[], $18::bigint[], $19::text[]
    ) AS turn (
        conversation_id, tenant, channel, address, owner, shard, version, last_seq,
        status, snapshot, record, at, dedupe, event_id, kind, received_at,
        outcome, seq, reason
    )
),
created AS (
    INSERT INTO conversations
        (id, tenant, channel, address, owner, shard, version, last_seq, status, snapshot, created_at, updated_at)
    SELECT conversation_id, tenant, channel, address, owner, shard, version, last_seq, status, snapshot, at, at
    FROM turn WHERE version = 1
),
advanced AS (
    UPDATE conversations c
    SET owner = coalesce(c.owner, turn.owner), version = turn.version, last_seq = turn.last_seq,
        status = turn.status, snapshot = turn.snapshot, updated_at = turn.at
    FROM turn
    WHERE turn.version > 1 AND c.id = turn.conversation_id AND c.version = turn.version - 1
    RETURNING 1
),
received AS (
    INSERT INTO receipts
        (dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason)
    SELECT dedupe, event_id, tenant, channel, conversation_id, kind, received_at, outcome, seq, reason
    FROM turn ORDER BY dedupe
),
booked AS (
    INSERT INTO ledger_journal (tenant, channel, processed, parked, refused, turns)
    SELECT tenant, channel, count(*) FILTER (WHERE outcome = 'processed'), count(*) FILTER (WHERE outcome = 'parked'),
           count(*) FILTER (WHERE outcome = 'refused'), count(*)
    FROM turn GROUP BY tenant, channel
),
appended AS (
    INSERT INTO turns (conversation_id, version, at, record)
    SELECT conversation_id, version, at, record FROM turn
),
said AS (
    INSERT INTO messages
        (conversation_id, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
    SELECT *
    FROM unnest(
        $20::uuid[], $21::bigint[], $22::uuid[], $23::text[], $24::text[], $25::text[], $26::bigint[], $27::text[],
        $28::smallint[], $29::text[], $30::text[], $66::text[]
    ) AS message (conversation_id, seq, id, author, text, content, at, status, rank, reason, external_id, tenant)
),
timers_removed AS (
    DELETE FROM timers
    USING json_to_recordset($58::json) AS gone (conversation_id uuid, name text, due_at bigint)
    WHERE timers.conversation_id = gone.conversation_id AND timers.name = gone.name
      AND timers.due_at = coalesce(gone.due_at, timers.due_at)
),
timers_set AS (
    INSERT INTO timers (conversation_id, name, due_at, shard)
    SELECT conversation_id, name, due_at, shard
    FROM json_to_recordset($59::json) AS timer (conversation_id uuid, name text, due_at bigint, shard smallint)
    ON CONFLICT (conversation_id, name) DO UPDATE SET due_at = excluded.due_at
),
queued AS (
    INSERT INTO outbox
        (id, conversation_id, tenant, channel, address, shard, lane, ordinal, cargo, seq,
         state, not_before, attempts, epoch)
    SELECT id, conversation_id, tenant, channel, address, shard, lane, ordinal, cargo, seq,
           'pending',
           -- Whoever stands behind others is due no sooner than they are.
           greatest(not_before,
                    (SELECT max(earlier.not_before) FROM outbox earlier
                     WHERE earlier.conversation_id = entry.conversation_id AND earlier.lane = entry.lane
                       AND earlier.state IN ('pending', 'sending')
                       AND (earlier.unsure_since IS NULL OR earlier.seq IS NULL))),
           attempts, 0
    FROM json_to_recordset($60::json) AS entry
        (id uuid, conversation_id uuid, tenant text, channel text, address text, shard smallint, lane text,
         ordinal bigint, cargo text, seq bigint, not_before bigint, attempts bigint)
),
-- What somebody claims of a person replaces nothing that whoever holds the number has said. Here and below
-- what is known already is not written again.
contact AS (
    INSERT INTO contacts
        (id, tenant, person, name, phone, phone_extension, email, language, is_name_proved, is_phone_proved, is_email_proved,
         conversation_id, created_at, updated_at)
    SELECT id, tenant, person, name, phone, phone_extension, email, language, is_name_proved, is_phone_proved, is_email_proved,
           conversation_id, at, at
    FROM unnest(
        $31::uuid[], $32::text[], $33::text[], $34::text[], $35::text[], $36::text[], $37::text[], $38::text[],
        $39::boolean[], $40::boolean[], $41::boolean[], $42::uuid[], $43::bigint[]
    ) AS new (id, tenant, person, name, phone, phone_extension, email, language, is_name_proved, is_phone_proved, is_email_proved,
              conversation_id, at)
    ORDER BY tenant, person
    ON CONFLICT (tenant, person) DO UPDATE
    SET name = CASE WHEN contacts.is_name_proved AND NOT excluded.is_name_proved THEN contacts.name
             ELSE coalesce(excluded.name, contacts.name) END,
        phone = CASE WHEN contacts.is_phone_proved AND NOT excluded.is_phone_proved THEN contacts.phone
             ELSE coalesce(excluded.phone, contacts.phone) END,
        phone_extension = CASE WHEN contacts.is_phone_proved AND NOT excluded.is_phone_proved THEN contacts.phone_extension
             ELSE coalesce(excluded.phone_extension, contacts.phone_extension) END,
        email = CASE WHEN contacts.is_email_proved AND NOT excluded.is_email_proved THEN contacts.email
             ELSE coalesce(excluded.email, contacts.email) END,
        language = CASE WHEN contacts.is_phone_proved AND NOT excluded.is_phone_proved THEN contacts.language
             ELSE coalesce(excluded.language, contacts.language) END,
        is_name_proved = contacts.is_name_proved OR excluded.is_name_proved,
        is_phone_proved = contacts.is_phone_proved OR excluded.is_phone_proved,
        is_email_proved = contacts.is_email_proved OR excluded.is_email_proved,
        conversation_id = excluded.conversation_id, updated_at = excluded.updated_at
    WHERE contacts.conversation_id <> excluded.conversation_id
       OR contacts.is_name_proved < excluded.is_name_proved
       OR contacts.is_phone_proved < excluded.is_phone_proved
       OR contacts.is_email_proved < excluded.is_email_proved
       OR contacts.name IS DISTINCT FROM coalesce(excluded.name, contacts.name)
       OR contacts.phone IS DISTINCT FROM coalesce(excluded.phone, contacts.phone)
       OR contacts.phone_extension IS DISTINCT FROM coalesce(excluded.phone_extension, contacts.phone_extension)
       OR contacts.email IS DISTINCT FROM coalesce(excluded.email, contacts.email)
       OR contacts.language IS DISTINCT FROM coalesce(excluded.language, contacts.language)
),
lead AS (
    INSERT INTO leads
        (id, tenant, person, source, status, name, phone, email, context, channel,
         is_name_proved, is_phone_proved, is_email_proved, conversation_id, created_at, updated_at)
    SELECT id, tenant, person, source, 'new', name, phone, email, context::jsonb, channel,
           is_name_proved, is_phone_proved, is_email_proved, conversation_id, at, at
    FROM unnest(
        $44::uuid[], $45::text[], $46::text[], $47::text[], $48::text[], $49::text[], $50::text[], $51::text[],
        $52::text[], $53::boolean[], $54::boolean[], $55::boolean[], $56::uuid[], $57::bigint[]
    ) AS new (id, tenant, person, source, name, phone, email, context, channel,
              is_name_proved, is_phone_proved, is_email_proved, conversation_id, at)
    ORDER BY tenant, person
    ON CONFLICT (tenant, person) DO UPDATE
    SET name = CASE WHEN leads.is_name_proved AND NOT excluded.is_name_proved THEN leads.name
             ELSE coalesce(excluded.name, leads.name) END,
        phone = CASE WHEN leads.is_phone_proved AND NOT excluded.is_phone_proved THEN leads.phone
             ELSE coalesce(excluded.phone, leads.phone) END,
        email = CASE WHEN leads.is_email_proved AND NOT excluded.is_email_proved THEN leads.email
             ELSE coalesce(excluded.email, leads.email) END,
        is_name_proved = leads.is_name_proved OR excluded.is_name_proved,
        is_phone_proved = leads.is_phone_proved OR excluded.is_phone_proved,
        is_email_proved = leads.is_email_proved OR excluded.is_email_proved,
        context = leads.context || excluded.context || CASE
            WHEN (leads.is_name_proved AND NOT excluded.is_name_proved AND excluded.name <> leads.name)
              OR (leads.is_phone_proved AND NOT excluded.is_phone_proved AND excluded.phone <> leads.phone)
              OR (leads.is_email_proved AND NOT excluded.is_email_proved AND excluded.email <> leads.email)
            THEN jsonb_build_object('claimed', jsonb_build_object(
                'name', excluded.name, 'phone', excluded.phone, 'email', excluded.email))
            ELSE '{}' END,
        status = 'new',
        conversation_id = excluded.conversation_id, updated_at = excluded.updated_at
    WHERE leads.conversation_id <> excluded.conversation_id OR leads.status <> 'new'
       OR leads.is_name_proved < excluded.is_name_proved OR leads.is_phone_proved < excluded.is_phone_proved
       OR leads.is_email_proved < excluded.is_email_proved
       OR leads.name IS DISTINCT FROM coalesce(excluded.name, leads.name)
       OR leads.phone IS DISTINCT FROM coalesce(excluded.phone, leads.phone)
       OR leads.email IS DISTINCT FROM coalesce(excluded.email, leads.email)
       OR leads.context || excluded.context <> leads.context
),
-- Without any consent there is nothing to subscribe, only something to end. Who subscribes again
-- confirms again. The stored row is looked up by values, not by a join or EXISTS, which may be answered
-- by reading the whole table once.
subscription AS (
    INSERT INTO newsletter AS n
        (id, tenant, email, name, phone, source, email_consent, sms_consent, subscribed_at, confirmed_at)
    SELECT id, tenant, email, name, phone, source,
           coalesce(email_consent, (SELECT old.email_consent FROM newsletter old
                                    WHERE old.tenant = new.tenant AND old.email = new.email), false),
           coalesce(sms_consent, (SELECT old.sms_consent FROM newsletter old
                                  WHERE old.tenant = new.tenant AND old.email = new.email), false),
           at, CASE WHEN is_confirmed THEN at END
    FROM json_to_recordset($61::json) AS new
        (id uuid, tenant text, email text, name text, phone text, source text, email_consent boolean,
         sms_consent boolean, is_confirmed boolean, at bigint)
    WHERE email_consent OR sms_consent
       OR (SELECT true FROM newsletter old WHERE old.tenant = new.tenant AND old.email = new.email)
    ORDER BY tenant, email
    ON CONFLICT (tenant, email) DO UPDATE
    SET name = coalesce(excluded.name, n.name), phone = coalesce(excluded.phone, n.phone),
        email_consent = excluded.email_consent, sms_consent = excluded.sms_consent,
        subscribed_at = CASE
            WHEN n.unsubscribed_at IS NOT NULL AND (excluded.email_consent OR excluded.sms_consent)
            THEN excluded.subscribed_at ELSE n.subscribed_at END,
        confirmed_at = CASE
            WHEN n.unsubscribed_at IS NOT NULL AND (excluded.email_consent OR excluded.sms_consent)
            THEN excluded.confirmed_at ELSE coalesce(n.confirmed_at, excluded.confirmed_at) END,
        unsubscribed_at = CASE
            WHEN excluded.email_consent OR excluded.sms_consent THEN NULL
            ELSE coalesce(n.unsubscribed_at, excluded.subscribed_at) END
),
consented AS (
    INSERT INTO consents
        (id, tenant, channel, conversation_id, subject, purpose, is_granted, words_shown, words_said, at)
    SELECT id, tenant, channel, conversation_id, subject, purpose, is_granted, words_shown, words_said, at
    FROM json_to_recordset($62::json) AS new
        (id uuid, tenant text, channel text, conversation_id uuid, subject text, purpose text, is_granted boolean,
         words_shown text, words_said text, at bigint)
),
ticket_opened AS (
    INSERT INTO tickets (id, tenant, channel, conversation_id, reason, context, opened_at)
    SELECT id, tenant, channel, conversation_id, reason, context, at
    FROM json_to_recordset($63::json) AS new
        (id uuid, tenant text, channel text, conversation_id uuid, reason text, context jsonb, at bigint)
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, context = excluded.context, closed_at = NULL
),
ticket_closed AS (
    UPDATE tickets SET closed_at = ended.at
    FROM json_to_recordset($64::json) AS ended (id uuid, tenant text, at bigint)
    WHERE tickets.id = ended.id AND tickets.tenant = ended.tenant AND tickets.closed_at IS NULL
),
-- What was proved once stays proved. One statement changes a row once: of the same address twice the
-- proved one counts.
addressed AS (
    INSERT INTO addresses (tenant, person, conversation_id, channel, kind, address, is_proved, at)
    SELECT tenant, min(person), conversation_id, min(channel), kind, address, bool_or(is_proved), min(at)
    FROM json_to_recordset($65::json) AS new
        (tenant text, person text, conversation_id uuid, channel text, kind text, address text, is_proved boolean,
         at bigint)
    GROUP BY tenant, conversation_id, kind, address
    ORDER BY conversation_id, kind, address
    ON CONFLICT (conversation_id, kind, address) DO UPDATE
    SET is_proved = addresses.is_proved OR excluded.is_proved, person = excluded.person
    WHERE addresses.is_proved < excluded.is_proved OR addresses.person <> excluded.person
)
SELECT 1 / ((SELECT count(*) FROM advanced) = (SELECT count(*) FROM turn WHERE version > 1))::int
