/**
 * Frames of the chat socket: JSON objects, one a frame.
 *
 * @typedef {'user' | 'bot' | 'operator'} Role
 *
 * @typedef {{ label: string, value: string }} QuickReply
 *
 * @typedef {{ title: string, text?: string, imageUrl?: string, url?: string }} Card
 *
 * A file that goes with a message. Its link is good for a while; `url` counts from the server's address.
 *
 * @typedef {{ id: string, name: string, mediaType: string, bytes: number, url: string }} Attachment
 *
 * @typedef {object} MessageFrame
 * @property {'message'} type
 * @property {string} id
 * @property {number} seq
 * @property {Role} role
 * @property {string} [name] of a colleague
 * @property {string} content
 * @property {QuickReply[]} [quickReplies]
 * @property {Card[]} [cards]
 * @property {Attachment[]} [attachments]
 * @property {string} timestamp RFC 3339
 *
 * @typedef {{ type: 'welcome', conversationId: string, threadId: string, seq: number }} WelcomeFrame
 * @typedef {{ type: 'ack', id: string, seq: number }} AckFrame
 * @typedef {{ type: 'typing', role: Role }} TypingFrame
 * @typedef {{ type: 'error', code: string, message: string, retryable: boolean }} ErrorFrame
 * @typedef {{ type: 'pong' }} PongFrame
 *
 * @typedef {WelcomeFrame | AckFrame | MessageFrame | TypingFrame | ErrorFrame | PongFrame} ServerFrame
 */

const TYPES = new Set(['welcome', 'ack', 'message', 'typing', 'error', 'pong']);

/** What one message may hold after trimming, in characters. */
export const CONTENT_LENGTH_MAX = 4000;

/**
 * Reads what the server sent.
 *
 * @param {unknown} data of a WebSocket message event
 * @returns {ServerFrame | null} null for what this version does not know
 */
export function parseFrame(data) {
  if (typeof data !== 'string') return null;
  try {
    const frame = JSON.parse(data);
    return TYPES.has(frame?.type) ? frame : null;
  } catch {
    return null;
  }
}

/**
 * Makes a text acceptable to the server: trimmed, without control characters but tab and line feed.
 *
 * @param {string} text
 * @returns {string} empty where nothing is left to send
 */
export function cleanContent(text) {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

/**
 * @param {string} text
 * @returns {number} characters as the server counts them: code points, not UTF-16 units
 */
export function contentLength(text) {
  return [...text].length;
}
