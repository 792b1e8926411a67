/** A page with the chat of the business in `?tenant=`, for the console to try looks on. */

const chat = document.createElement('script');
chat.src = '/widget.js';
chat.dataset.tenant = new URLSearchParams(location.search).get('tenant') ?? '';
document.head.append(chat);
