/** What the button says: all the words that are needed before the chat is. */

/** @type {Record<string, { openChat: string, closeChat: string, unread: string }>} */
export const LABELS = {
  en: { openChat: 'Open chat', closeChat: 'Close chat', unread: 'new messages' },
  es: { openChat: 'Abrir el chat', closeChat: 'Cerrar el chat', unread: 'mensajes nuevos' },
  ru: { openChat: 'Открыть чат', closeChat: 'Закрыть чат', unread: 'новые сообщения' },
  uk: { openChat: 'Відкрити чат', closeChat: 'Закрити чат', unread: 'нові повідомлення' },
};
