/** The fields of the two forms, in the order they are asked. */

/**
 * @typedef {object} Field
 * @property {string} name as the API calls it
 * @property {'text' | 'email' | 'tel' | 'date' | 'time' | 'number' | 'area' | 'choice'} type
 * @property {boolean} [required]
 * @property {boolean} [half] stands beside another one where there is room
 * @property {string} [autocomplete] how a browser may fill it in
 * @property {number} [max] characters, or the greatest number
 */

/** @type {Field[]} */
const PERSON = [
  { name: 'name', type: 'text', required: true, autocomplete: 'name', max: 100 },
  { name: 'phone', type: 'tel', required: true, autocomplete: 'tel', max: 30 },
  { name: 'email', type: 'email', required: true, autocomplete: 'email', max: 254 },
];

/** @type {Record<'quote' | 'booking', Field[]>} */
export const FIELDS = {
  quote: [
    ...PERSON,
    { name: 'event_date', type: 'date', half: true },
    { name: 'guest_count', type: 'number', half: true, max: 10_000 },
    { name: 'budget', type: 'text', half: true, max: 100 },
    { name: 'location', type: 'text', half: true, max: 300 },
    { name: 'message', type: 'area', max: 2_000 },
  ],
  booking: [
    ...PERSON,
    { name: 'preferred_communication', type: 'choice', required: true },
    { name: 'event_date', type: 'date', required: true, half: true },
    { name: 'event_time', type: 'time', required: true, half: true },
    { name: 'guest_count', type: 'number', required: true, max: 10_000 },
    { name: 'address', type: 'text', autocomplete: 'street-address', max: 300 },
    { name: 'message', type: 'area', max: 2_000 },
  ],
};

/** How a person may hear back, and the text each is called by. */
export const CHOICES = /** @type {const} */ ([
  ['text', 'text'],
  ['phone', 'call'],
  ['email', 'mail'],
]);
