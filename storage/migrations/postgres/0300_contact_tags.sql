-- Words that colleagues put on people. Written by People; `since` is the contact's own beginning, by which the
-- list of contacts goes.
CREATE TABLE contact_tags (
    contact_id UUID    NOT NULL,
    tag        TEXT    NOT NULL,
    tenant     TEXT    NOT NULL,
    since      BIGINT  NOT NULL,
    at         BIGINT  NOT NULL,
    PRIMARY KEY (contact_id, tag)
);
CREATE INDEX contact_tags_by_tag ON contact_tags (tag, since, contact_id);
CREATE INDEX contact_tags_by_tenant ON contact_tags (tenant, tag, since, contact_id);
