/**
 * Who writes: an identity made on this device, and the contact details the visitor left.
 *
 * `userId` is a secret: whoever has it can read the conversation. It never appears in an address
 * and is made only when the visitor writes for the first time.
 */

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
 * @returns {Visitor} a new identity with a new conversation
 */
export function newVisitor(storage) {
  const visitor = { userId: randomId(), threadId: randomId() };
  storage.set('visitor', visitor);
  return visitor;
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
