/** What the demo businesses say about themselves on their site. */

/**
 * @typedef {object} SiteContent
 * @property {string} picture file in `pictures/`
 * @property {string} kicker
 * @property {string} headline
 * @property {string} lead
 * @property {string} call label of the main button
 * @property {[string, string][]} offers title and text
 * @property {[string, string][]} steps title and text
 * @property {string} closing
 */

/** @type {Record<string, SiteContent>} */
export const CONTENT = {
  'demo-catering': {
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
    picture: 'restaurant.svg',
    kicker: 'Open from noon until late',
    headline: 'A table is waiting for you',
    lead: 'Handmade pasta, a short wine list and a long terrace. Write or call to book: somebody always answers, also on a full Saturday night.',
    call: 'Book a table',
    offers: [
      ['Lunch', 'Three dishes that change every day, served within twenty minutes.'],
      ['Dinner', 'The whole kitchen, the whole evening. Take your time.'],
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
    picture: 'academy.svg',
    kicker: 'Evening courses in small groups',
    headline: 'Learn the thing you keep putting off',
    lead: 'Languages, design and code, twice a week after work, with ten people in the room and a teacher who knows your name.',
    call: 'Find your course',
    offers: [
      ['Languages', 'Spanish, English and Ukrainian, from the first word to the first argument.'],
      ['Design', 'Type, colour and layout by making things, every single evening.'],
      ['Code', 'From an empty file to a program your friends use.'],
    ],
    steps: [
      ['Tell us your aim', 'And what you know already. A few questions, no test.'],
      ['Try an evening', 'The first one is free, in a real group.'],
      ['Stay with it', 'Two evenings a week, twelve weeks, one certificate.'],
    ],
    closing: 'Which course fits you?',
  },
  'demo-leads': {
    picture: 'leads.svg',
    kicker: 'Moves and hauling, near and far',
    headline: 'The right movers by tonight',
    lead: 'Describe your move once. Movers nearby hear of it within seconds, and the one who takes the job gets in touch with you.',
    call: 'Describe your move',
    offers: [
      ['For who moves', 'One description, several movers, no calls from strangers at dinner.'],
      ['For movers', 'Fresh requests in your area by text message. Pay for the ones you take.'],
      ['Fair by design', 'A contact is shown to the mover who paid for it, and only then.'],
    ],
    steps: [
      ['Describe', 'From where, to where, when, and how much there is.'],
      ['Match', 'Movers nearby hear of it at once.'],
      ['Move', 'The one who takes the job gets in touch with you directly.'],
    ],
    closing: 'What shall be moved?',
  },
  'demo-services': {
    picture: 'services.svg',
    kicker: 'Plumbing, heating, electrics',
    headline: 'Fixed today, not some day',
    lead: 'Tell us what drips, hums or stays dark. We say what it costs before we come, and we come when we said.',
    call: 'Describe the problem',
    offers: [
      ['Plumbing', 'Leaks, blocked drains, new taps. Emergencies around the clock.'],
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
