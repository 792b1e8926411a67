/** Public settings of a tenant: what a visitor may know before writing. */

import { fullJitter, pause } from './backoff.js';

/**
 * @typedef {object} Settings
 * @property {string} tenant stable name
 * @property {string} name the business, as its guests know it
 * @property {string} language its first language, two letters
 * @property {string[]} languages every language it answers in
 * @property {string} region two-letter country, for phone numbers
 * @property {string} color accent, `#rrggbb`
 * @property {'left' | 'right'} corner of the page the button sits in
 * @property {string} greeting first words of the chat
 * @property {string | null} newsletterText what the visitor agrees to with the box; null without a newsletter
 * @property {string | null} newsletterTextVersion which wording that is
 * @property {string | null} avatarUrl picture beside the bot's messages
 * @property {{ kinds: string[], bytesMax: number, accept: string } | null} files which may be sent; null for none
 * @property {{ from: string, until: string }[] | null} openings when people are there; null for always
 */

const ATTEMPTS_MAX = 5;

/** The server knows no such tenant: asking again will not help. */
export class UnknownTenant extends Error {
  /** @param {string} tenant */
  constructor(tenant) {
    super(`unknown tenant ${tenant}`);
  }
}

/**
 * Fetches a tenant's settings, patiently: a server that restarts is asked again.
 *
 * @param {string} base address the widget was loaded from, ending in `/`
 * @param {string} tenant
 * @param {string[]} languages for the tenant's texts, best first
 * @returns {Promise<Settings>}
 * @throws {UnknownTenant} on 404
 */
export async function loadSettings(base, tenant, languages) {
  const address = new URL(`api/v1/public/widget/${encodeURIComponent(tenant)}`, base);
  const headers = { 'Accept-Language': languages.join(',') || '*' };
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(address, { credentials: 'omit', headers }).catch(() => null);
    if (response?.ok) return response.json();
    if (response?.status === 404) throw new UnknownTenant(tenant);
    if (attempt + 1 === ATTEMPTS_MAX) throw new Error('the chat server does not answer');
    await pause(fullJitter(attempt));
  }
}
