-- Which details of a person come from whoever holds the number they are filed under: what somebody else
-- says of them replaces none of these.
ALTER TABLE contacts ADD COLUMN is_name_proved boolean NOT NULL DEFAULT false;
ALTER TABLE contacts ADD COLUMN is_phone_proved boolean NOT NULL DEFAULT false;
ALTER TABLE contacts ADD COLUMN is_email_proved boolean NOT NULL DEFAULT false;
ALTER TABLE leads ADD COLUMN is_name_proved boolean NOT NULL DEFAULT false;
ALTER TABLE leads ADD COLUMN is_phone_proved boolean NOT NULL DEFAULT false;
ALTER TABLE leads ADD COLUMN is_email_proved boolean NOT NULL DEFAULT false;
UPDATE contacts SET is_name_proved = name IS NOT NULL, is_phone_proved = phone IS NOT NULL, is_email_proved = email IS NOT NULL
WHERE EXISTS (SELECT 1 FROM addresses a
              WHERE a.tenant = contacts.tenant AND a.person = contacts.person AND a.conversation_id = contacts.conversation_id
                AND a.is_proved AND a.kind = 'phone' AND a.person = 'phone:' || a.address);
UPDATE leads SET is_name_proved = name IS NOT NULL, is_phone_proved = phone IS NOT NULL, is_email_proved = email IS NOT NULL
WHERE EXISTS (SELECT 1 FROM addresses a
              WHERE a.tenant = leads.tenant AND a.person = leads.person AND a.conversation_id = leads.conversation_id
                AND a.is_proved AND a.kind = 'phone' AND a.person = 'phone:' || a.address);
