-- Leads are worked through: those that nobody has handled yet, and those of one source. None of these
-- columns changes while a dialogue goes on. Status is written by Store::commit ('new') and Desk::mark_leads.
CREATE INDEX leads_new ON leads (created_at, id) WHERE status = 'new';
CREATE INDEX leads_new_by_tenant ON leads (tenant, created_at, id) WHERE status = 'new';
CREATE INDEX leads_by_source ON leads (source, created_at, id);
CREATE INDEX leads_by_tenant_and_source ON leads (tenant, source, created_at, id);
