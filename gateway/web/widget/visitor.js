/**
 * Who writes: an identity made on this device, or the site's own with its proof, and the contact
 * details the visitor left.
 *
 * A `userId` made here is a secret: whoever has it can read the conversation. It never appears in
 * an address and is made only when the visitor writes for the first time. The site's own ids may be
 * guessed, so the thread of a signed-in visitor bears a part of the proof in its name; the same on
 * every device, and known to nobody else.
 */

/** @typedef {import('./commands.js').Identity} Identity */

/** @typedef {import('./storage.js').Storage} Storage */

/**
 * @typedef {object} Visitor
 * @property {string} userId secret of this device
 * @property {string} threadId the conversation
 */

/**
 * @typedef {object} Contact
 * @property {string} name
 * @property {string} phone
 * @property {boolean} newsletter whether the box was ticked
 * @property {string | null} newsletterTextVersion the wording beside that box
 */

/** @returns {string} 128 random bits in hexadecimal */
export function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {Storage} storage
 * @returns {Visitor | null} null until the first message was written
 */
export function knownVisitor(storage) {
  const visitor = storage.get('visitor');
  return typeof visitor?.userId === 'string' && typeof visitor?.threadId === 'string' ? visitor : null;
}

/**
 * @param {Storage} storage
 * @param {Identity} identity what the site says
 * @returns {Visitor} a new identity with a new conversation, or the site's own with theirs
 */
export function newVisitor(storage, { userId, userHash }) {
  const visitor =
    userId && userHash
      ? { userId, threadId: `signed-${userHash.slice(0, 32)}` }
      : { userId: randomId(), threadId: randomId() };
  storage.set('visitor', visitor);
  return visitor;
}

/**
 * What is known of the visitor, in the fields of a frame.
 *
 * @param {Storage} storage
 * @param {{ identity: Identity, attributes: Record<string, string> }} site
 */
export function visitorFields(storage, { identity, attributes }) {
  const contact = knownContact(storage);
  const name = identity.name ?? contact?.name;
  const phone = identity.phone ?? contact?.phone;
  return {
    ...(identity.userHash && { userHash: identity.userHash }),
    ...(name && { userName: name }),
    ...(phone && { userPhone: phone }),
    ...(identity.email && { userEmail: identity.email }),
    ...(contact && { newsletterConsent: contact.newsletter }),
    ...(contact?.newsletter && contact.newsletterTextVersion && { newsletterTextVersion: contact.newsletterTextVersion }),
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}

/**
 * @param {Storage} storage
 * @returns {Contact | null} null until the visitor left name and phone
 */
export function knownContact(storage) {
  const contact = storage.get('contact');
  return typeof contact?.name === 'string' && typeof contact?.phone === 'string' ? contact : null;
}

/**
 * @param {Storage} storage
 * @param {Contact} contact
 */
export function rememberContact(storage, contact) {
  storage.set('contact', contact);
}
