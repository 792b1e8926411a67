-- Columns of lists that somebody does not want to see, between commas. Written by Presets.
CREATE TABLE list_columns (
    user_id BLOB    NOT NULL,
    list    TEXT    NOT NULL,
    hidden  TEXT    NOT NULL,
    PRIMARY KEY (user_id, list)
);

-- Who unsubscribed: each comes here once, or leaves again with a new subscription.
CREATE INDEX newsletter_ended ON newsletter (subscribed_at, id) WHERE unsubscribed_at IS NOT NULL;
CREATE INDEX newsletter_ended_by_tenant ON newsletter (tenant, subscribed_at, id) WHERE unsubscribed_at IS NOT NULL;
-- A subscription is looked for by the beginning of its address.
CREATE INDEX newsletter_by_email ON newsletter (email, tenant);
