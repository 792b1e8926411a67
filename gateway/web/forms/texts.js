/** What the forms say, in four languages. */

/**
 * @typedef {typeof EN} Texts
 * @typedef {'en' | 'es' | 'ru' | 'uk'} Language
 */

const EN = {
  quote: 'Ask for a price',
  booking: 'Book a date',
  name: 'Full name',
  email: 'Email',
  phone: 'Phone number',
  event_date: 'Date of the event',
  event_time: 'Time',
  guest_count: 'Guests',
  budget: 'Budget',
  location: 'Where will it be?',
  address: 'Address of the event',
  message: 'Anything we should know?',
  preferred_communication: 'How shall we get back to you?',
  text: 'Text message',
  call: 'Phone call',
  mail: 'Email',
  optional: 'optional',
  send: 'Send',
  sending: 'Sending…',
  again: 'Try again',
  thanks: 'Thank you! We have it.',
  reply_text: 'You will get a text message from us.',
  reply_phone: 'We will call you.',
  reply_email: 'We will write to your email address.',
  another: 'Send another one',
  look: 'Please have another look at the marked fields.',
  offline: 'We cannot be reached right now. Nothing is lost: try again in a moment.',
  busy: 'That was a lot in a short time. Please try again in a minute.',
  required: 'Please fill this in.',
  too_short: 'This is too short.',
  too_long: 'This is too long.',
  invalid: 'This does not look right.',
  past: 'This day is over.',
  too_far: 'This is too far ahead.',
  out_of_range: 'This number cannot be right.',
  bad_email: 'It should look like name@example.com.',
  bad_phone: 'Please write at least 10 digits, with the area code.',
};

/** @type {Texts} */
const ES = {
  quote: 'Pedir presupuesto',
  booking: 'Reservar una fecha',
  name: 'Nombre completo',
  email: 'Correo electrónico',
  phone: 'Teléfono',
  event_date: 'Fecha del evento',
  event_time: 'Hora',
  guest_count: 'Invitados',
  budget: 'Presupuesto',
  location: '¿Dónde será?',
  address: 'Dirección del evento',
  message: '¿Algo que debamos saber?',
  preferred_communication: '¿Cómo prefiere que le respondamos?',
  text: 'Mensaje de texto',
  call: 'Llamada',
  mail: 'Correo',
  optional: 'opcional',
  send: 'Enviar',
  sending: 'Enviando…',
  again: 'Intentar de nuevo',
  thanks: '¡Gracias! Lo hemos recibido.',
  reply_text: 'Recibirá un mensaje de texto nuestro.',
  reply_phone: 'Le llamaremos.',
  reply_email: 'Le escribiremos a su correo.',
  another: 'Enviar otra solicitud',
  look: 'Revise, por favor, los campos marcados.',
  offline: 'Ahora mismo no hay conexión. No se ha perdido nada: inténtelo en un momento.',
  busy: 'Demasiados envíos en poco tiempo. Inténtelo en un minuto.',
  required: 'Rellene este campo.',
  too_short: 'Es demasiado corto.',
  too_long: 'Es demasiado largo.',
  invalid: 'Esto no parece correcto.',
  past: 'Ese día ya pasó.',
  too_far: 'Falta demasiado para esa fecha.',
  out_of_range: 'Ese número no puede ser.',
  bad_email: 'Debería ser como nombre@example.com.',
  bad_phone: 'Escriba al menos 10 cifras, con el prefijo.',
};

/** @type {Texts} */
const RU = {
  quote: 'Узнать цену',
  booking: 'Забронировать дату',
  name: 'Имя и фамилия',
  email: 'Электронная почта',
  phone: 'Телефон',
  event_date: 'Дата мероприятия',
  event_time: 'Время',
  guest_count: 'Гостей',
  budget: 'Бюджет',
  location: 'Где это будет?',
  address: 'Адрес мероприятия',
  message: 'Что нам ещё нужно знать?',
  preferred_communication: 'Как вам ответить?',
  text: 'СМС',
  call: 'Звонок',
  mail: 'Письмо',
  optional: 'необязательно',
  send: 'Отправить',
  sending: 'Отправляем…',
  again: 'Попробовать ещё раз',
  thanks: 'Спасибо! Мы всё получили.',
  reply_text: 'Мы пришлём вам СМС.',
  reply_phone: 'Мы вам позвоним.',
  reply_email: 'Мы напишем вам на почту.',
  another: 'Отправить ещё одну заявку',
  look: 'Посмотрите, пожалуйста, ещё раз на отмеченные поля.',
  offline: 'Сейчас нет связи. Ничего не пропало: попробуйте через минуту.',
  busy: 'Слишком много за короткое время. Попробуйте через минуту.',
  required: 'Заполните это поле.',
  too_short: 'Слишком коротко.',
  too_long: 'Слишком длинно.',
  invalid: 'Похоже, здесь ошибка.',
  past: 'Этот день уже прошёл.',
  too_far: 'До этой даты слишком далеко.',
  out_of_range: 'Такого числа быть не может.',
  bad_email: 'Адрес выглядит так: name@example.com.',
  bad_phone: 'Напишите не меньше 10 цифр, с кодом.',
};

/** @type {Texts} */
const UK = {
  quote: 'Дізнатися ціну',
  booking: 'Забронювати дату',
  name: "Ім'я та прізвище",
  email: 'Електронна пошта',
  phone: 'Телефон',
  event_date: 'Дата події',
  event_time: 'Час',
  guest_count: 'Гостей',
  budget: 'Бюджет',
  location: 'Де це буде?',
  address: 'Адреса події',
  message: 'Що нам ще варто знати?',
  preferred_communication: 'Як вам відповісти?',
  text: 'СМС',
  call: 'Дзвінок',
  mail: 'Лист',
  optional: "необов'язково",
  send: 'Надіслати',
  sending: 'Надсилаємо…',
  again: 'Спробувати ще раз',
  thanks: 'Дякуємо! Ми все отримали.',
  reply_text: 'Ми надішлемо вам СМС.',
  reply_phone: 'Ми вам зателефонуємо.',
  reply_email: 'Ми напишемо вам на пошту.',
  another: 'Надіслати ще один запит',
  look: 'Подивіться, будь ласка, ще раз на позначені поля.',
  offline: "Зараз немає зв'язку. Нічого не втрачено: спробуйте за хвилину.",
  busy: 'Забагато за короткий час. Спробуйте за хвилину.',
  required: 'Заповніть це поле.',
  too_short: 'Закоротко.',
  too_long: 'Задовго.',
  invalid: 'Схоже, тут помилка.',
  past: 'Цей день уже минув.',
  too_far: 'До цієї дати задалеко.',
  out_of_range: 'Такого числа бути не може.',
  bad_email: 'Адреса виглядає так: name@example.com.',
  bad_phone: 'Напишіть щонайменше 10 цифр, із кодом.',
};

/** @type {Record<Language, Texts>} */
const TEXTS = { en: EN, es: ES, ru: RU, uk: UK };

/**
 * The first wanted language there are texts in.
 *
 * @param {readonly string[]} wanted tags such as `es-MX`
 * @returns {Language}
 */
export function pickLanguage(wanted) {
  const codes = wanted.map((tag) => tag.slice(0, 2).toLowerCase());
  return /** @type {Language} */ (codes.find((code) => code in TEXTS) ?? 'en');
}

/**
 * @param {Language} language
 * @returns {Texts}
 */
export function textsOf(language) {
  return TEXTS[language];
}

/**
 * What is wrong with a field, in words.
 *
 * @param {Texts} texts
 * @param {string} field
 * @param {string} code
 */
export function faultText(texts, field, code) {
  if (code !== 'required' && field === 'email') return texts.bad_email;
  if (code !== 'required' && field === 'phone') return texts.bad_phone;
  return /** @type {Record<string, string>} */ (texts)[code] ?? texts.invalid;
}
