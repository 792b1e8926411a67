//! The names of what the gateway measures, all in one place.

/// Chat sockets open.
pub const CHAT_SOCKETS: &str = "frontdesk_chat_sockets";
/// Messages of visitors answered, with an acknowledgement or an error.
pub const CHAT_MESSAGES: &str = "frontdesk_chat_messages_total";
/// Chat frames refused, by code.
pub const CHAT_REFUSALS: &str = "frontdesk_chat_refusals_total";
/// From a visitor's frame to its durable turn.
pub const CHAT_TURN_SECONDS: &str = "frontdesk_chat_turn_seconds";
/// Forms of web sites, by form and result: received, trapped, faulty, too_many, failed.
pub const FORMS: &str = "frontdesk_forms_total";
/// Files of visitors and colleagues, by result: taken, or why not.
pub const FILES: &str = "frontdesk_files_total";
/// HTTP requests, by route, method and status.
pub const HTTP_REQUESTS: &str = "frontdesk_http_requests_total";
/// How long HTTP requests took, by route.
pub const HTTP_REQUEST_SECONDS: &str = "frontdesk_http_request_seconds";
/// HTTP connections open.
pub const HTTP_CONNECTIONS: &str = "frontdesk_http_connections";
/// What was forgotten because its tenant keeps it no longer, by what it was.
pub const FORGOTTEN: &str = "frontdesk_forgotten_total";
/// Tenants served.
pub const TENANTS: &str = "frontdesk_tenants";
/// Providers' requests, by provider and result: greeted, accepted, again, late.
pub const WEBHOOKS: &str = "frontdesk_webhooks_total";
/// Providers' requests that were not believed, by provider and reason.
pub const WEBHOOK_DENIALS: &str = "frontdesk_webhook_denials_total";
/// Things told in providers' requests, by sender and what became of them.
pub const WEBHOOK_ITEMS: &str = "frontdesk_webhook_items_total";
/// From a provider's request to its durable answer.
pub const WEBHOOK_SECONDS: &str = "frontdesk_webhook_seconds";
/// Messages that failed because of our own account, by sender: somebody must look.
pub const ACCOUNT_FAULTS: &str = "frontdesk_account_faults_total";
/// Messages found at providers that no webhook brought, by provider.
pub const RECOVERED: &str = "frontdesk_recovered_total";
/// Accounts that could not be looked at for missing messages, by provider.
pub const RECONCILIATION_FAILURES: &str = "frontdesk_reconciliation_failures_total";
/// Looks at accounts of ours, by provider and result: accepted, failed, later.
pub const ACCOUNT_CHECKS: &str = "frontdesk_account_checks_total";
/// Events with a receipt, by channel and what became of them: processed, parked, refused.
pub const LEDGER_EVENTS: &str = "frontdesk_ledger_events";
/// Lines of the ledger that do not balance: more than 0 is a loss.
pub const LEDGER_UNBALANCED: &str = "frontdesk_ledger_unbalanced";
/// Alarms that are open, by cause.
pub const ALARMS: &str = "frontdesk_alarms_open";
/// Segments of text messages handed to carriers, by sender.
pub const SMS_SEGMENTS: &str = "frontdesk_sms_segments_total";
