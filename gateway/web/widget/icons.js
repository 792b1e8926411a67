/** Line drawings for `icon()`, 24 by 24. */

export const CHAT = 'M21 11.5a8.4 8.4 0 0 1-12.3 7.6L3 21l1.9-5.7A8.5 8.5 0 1 1 21 11.5zM8.5 11.5h.01M12.5 11.5h.01M16.5 11.5h.01';
export const CHEVRON_DOWN = 'M5 9l7 7 7-7';
export const ARROW_DOWN = 'M12 5v14M6 13l6 6 6-6';
export const ARROW_UP = 'M12 19V5M6 11l6-6 6 6';
export const CHECK = 'M20 6.5 9.5 17 4 11.5';
export const WARNING = 'M12 8v5M12 16.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z';
export const OPEN_LINK = 'M7 17 17 7M9 7h8v8';
