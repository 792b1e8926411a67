/** What the demo businesses say about themselves on their site. */

/**
 * Headings and buttons every site has.
 *
 * @typedef {typeof ENGLISH} Labels
 */

/**
 * @typedef {object} SiteContent
 * @property {string} language of this site
 * @property {Labels} labels
 * @property {string} picture file in `pictures/`
 * @property {string} kicker
 * @property {string} headline
 * @property {string} lead
 * @property {string} call label of the main button
 * @property {[string, string][]} offers title and text
 * @property {[string, string][]} steps title and text
 * @property {string} closing
 */

const ENGLISH = {
  offerTitle: 'What we do',
  stepsTitle: 'How it works',
  chat: 'Chat with us',
  more: 'See what we do',
  promise: 'Answers at once, day and night. A person steps in whenever you ask.',
  start: 'Start the conversation',
  formsTitle: 'Rather write it down?',
  quote: 'Ask for a price',
  booking: 'Book a date',
};

/** @type {Labels} */
const RUSSIAN = {
  offerTitle: 'Чему мы учим',
  stepsTitle: 'Как это устроено',
  chat: 'Написать нам',
  more: 'Подробнее',
  promise: 'Отвечаем сразу, днём и ночью. По вашей просьбе подключится человек.',
  start: 'Начать разговор',
  formsTitle: 'Удобнее написать?',
  quote: 'Узнать цену',
  booking: 'Забронировать дату',
};

/** @type {Record<string, SiteContent>} */
export const CONTENT = {
  'demo-catering': {
    language: 'en',
    labels: ENGLISH,
    picture: 'catering.svg',
    kicker: 'Fire, steel and good company',
    headline: 'The grill comes to your party',
    lead: 'A chef, a hot plate and everything on it, in your garden. You bring the guests; we cook in front of them and leave the place as we found it.',
    call: 'Ask about your date',
    offers: [
      ['Backyard parties', 'From ten guests. Two proteins each, vegetables, fried rice, and a show with every order.'],
      ['Weddings', 'Several grills side by side, so that nobody waits while the speeches go on.'],
      ['Company events', 'Lunch for the team or a summer night for the whole house, on one invoice.'],
    ],
    steps: [
      ['Tell us the day', 'Date, place and about how many you are. A minute in the chat is enough.'],
      ['Get your offer', 'Menu and price by email, usually within the hour.'],
      ['Enjoy the evening', 'We arrive an hour ahead, cook, clean up and say goodnight.'],
    ],
    closing: 'Is your date still free?',
  },
  'demo-restaurant': {
    language: 'en',
    labels: ENGLISH,
    picture: 'restaurant.svg',
    kicker: '214 Harbor Street, next to pier 7',
    headline: 'From the sea, over the embers',
    lead: 'Fish and shellfish from this morning, grilled over oak, with a terrace on the water. Write or call to book: somebody always answers, also on a full Saturday night.',
    call: 'Book a table',
    offers: [
      ['Lunch', 'Tuesday to Friday from noon to four. Three dishes that follow the catch of the day.'],
      ['Dinner', 'From seven, inside or on the terrace. Take your time.'],
      ['Parties', 'The back room seats twenty-four and has a door that closes.'],
    ],
    steps: [
      ['Say when', 'The day, the hour, how many you are.'],
      ['Get it confirmed', 'At once when the table is free, with another time when it is not.'],
      ['Come hungry', 'We keep your table for fifteen minutes.'],
    ],
    closing: 'Hungry already?',
  },
  'demo-academy': {
    language: 'ru',
    labels: RUSSIAN,
    picture: 'academy.svg',
    kicker: 'Онлайн-школа рекламы',
    headline: 'Реклама, которая окупается',
    lead: 'Учим запускать рекламу для своего дела или как новую профессию: маленькие группы, живые кампании и наставник, который отвечает.',
    call: 'Подобрать курс',
    offers: [
      ['Для бизнеса', 'Настроите рекламу сами и будете понимать каждую цифру в отчёте.'],
      ['Новая профессия', 'Двенадцать недель практики и первые клиенты под присмотром наставника.'],
      ['Разборы', 'Раз в неделю смотрим ваши кампании и чиним то, что не работает.'],
    ],
    steps: [
      ['Расскажите о цели', 'Несколько вопросов в чате, без анкет и звонков.'],
      ['Получите план', 'Какой курс подойдёт, сколько займёт и сколько стоит.'],
      ['Начните учиться', 'Первое занятие уже на этой неделе.'],
    ],
    closing: 'Какой курс подойдёт вам?',
  },
  'demo-leads': {
    language: 'en',
    labels: ENGLISH,
    picture: 'leads.svg',
    kicker: 'Mobile massage, in your city',
    headline: 'A massage at home, tonight',
    lead: 'Say where and when. Therapists nearby hear of it within seconds, and the one who is free gets in touch with you.',
    call: 'Find a therapist',
    offers: [
      ['For you', 'One request, several therapists, no calls from strangers at dinner.'],
      ['For therapists', 'Fresh requests in your city by text message. Pay for the ones you take.'],
      ['Fair by design', 'Only the therapist who takes your request sees your number.'],
    ],
    steps: [
      ['Tell us', 'The city, how long, which time of the day, and a budget if you like.'],
      ['Match', 'Therapists who fit hear of it at once.'],
      ['Relax', 'They bring the table, the oils and the towels.'],
    ],
    closing: 'When would it do you good?',
  },
  'demo-services': {
    language: 'en',
    labels: ENGLISH,
    picture: 'services.svg',
    kicker: 'Plumbing, heating, electrics',
    headline: 'Fixed today, not some day',
    lead: 'Tell us what drips, hums or stays dark. We say what it costs before we come, and we come when we said.',
    call: 'Describe the problem',
    offers: [
      ['Plumbing', 'Leaks, blocked drains, new taps. Emergencies the same day.'],
      ['Heating', 'Service before the winter, repair when it is too late for that.'],
      ['Electrics', 'Sockets, lights, fuse boxes, and the charger for the car.'],
    ],
    steps: [
      ['Write to us', 'A line or a whole story, in the chat or by text message.'],
      ['Know the price', 'A clear figure for usual jobs, a visit for the unusual ones.'],
      ['See it done', 'By somebody who takes their shoes off.'],
    ],
    closing: 'What needs fixing?',
  },
};
