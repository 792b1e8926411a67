/** Line drawings for `icon()`, 24 by 24. */

export const CHEVRON_DOWN = 'M5 9l7 7 7-7';
export const ARROW_DOWN = 'M12 5v14M6 13l6 6 6-6';
export const ARROW_UP = 'M12 19V5M6 11l6-6 6 6';
export const CHECK = 'M20 6.5 9.5 17 4 11.5';
export const WARNING = 'M12 8v5M12 16.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z';
export const OPEN_LINK = 'M7 17 17 7M9 7h8v8';
export const CLIP =
  'M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1L13 4.3A3.4 3.4 0 0 1 17.8 9l-8.3 8.3a1.7 1.7 0 0 1-2.4-2.4l7.5-7.5';
export const CLOSE = 'M6 6l12 12M18 6 6 18';
export const FILE = 'M14 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V7.5zM14 3v4.5h4.5';
export const SMILE = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 14.5a4.5 4.5 0 0 0 7 0M9 9.5h.01M15 9.5h.01';
export const PERSON = 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5a7.5 7.5 0 0 1 15 0';
export const SOUND_ON = 'M11 5 6.5 9H3v6h3.5l4.5 4zM15 9.2a4 4 0 0 1 0 5.6M17.8 6.5a8 8 0 0 1 0 11';
export const SOUND_OFF = 'M11 5 6.5 9H3v6h3.5l4.5 4zM16 9.5l5 5M21 9.5l-5 5';
