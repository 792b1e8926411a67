//! The form over a business's manifest.

use super::texts;

texts! {
    /// The pages of the form, and what they say beside their fields.
    Settings {
        business: "Business", "Negocio", "Бизнес", "Бізнес";
        widget: "Chat window", "Ventana de chat", "Окно чата", "Вікно чату";
        questions: "Questions", "Preguntas", "Вопросы", "Запитання";
        answers: "Answers", "Respuestas", "Ответы", "Відповіді";
        words: "Other words", "Otros textos", "Другие слова", "Інші слова";
        history: "History", "Historial", "История", "Історія";
        text: "Text", "Texto", "Текст", "Текст";
        lead: "Change it, try it, publish it. Nothing changes for customers until you publish.",
            "Cámbialo, pruébalo, publícalo. Nada cambia para los clientes hasta que publiques.",
            "Измените, попробуйте, опубликуйте. До публикации для клиентов ничего не меняется.",
            "Змініть, спробуйте, опублікуйте. До публікації для клієнтів нічого не змінюється.";
        published: "Published: this is live now. Open conversations go on with it, and keep what was answered. The version before is kept under History.",
            "Publicado: ya está en marcha. Las conversaciones abiertas siguen con esta versión y conservan lo respondido. La anterior queda en Historial.",
            "Опубликовано и уже работает. Открытые разговоры продолжаются по-новому, ответы в них сохранены. Прежняя версия — в «Истории».",
            "Опубліковано й уже працює. Відкриті розмови тривають по-новому, відповіді в них збережено. Попередня версія — в «Історії».";
        move_up: "Move up", "Subir", "Выше", "Вище";
        move_down: "Move down", "Bajar", "Ниже", "Нижче";
        was: "What it was called before", "Cómo se llamaba antes", "Как назывался раньше", "Як називався раніше";
        was_hint: "Earlier keys of this question, one a line. Open conversations keep what was answered under them.",
            "Claves anteriores de esta pregunta, una por línea. Las conversaciones abiertas conservan lo respondido con ellas.",
            "Прежние ключи вопроса, по одному в строке. Открытые разговоры сохраняют данные по ним ответы.",
            "Попередні ключі запитання, по одному в рядку. Відкриті розмови зберігають відповіді за ними.";
        files: "Files", "Archivos", "Файлы", "Файли";
        files_lead: "What visitors may send in the chat. Without a kind they send nothing.",
            "Qué pueden enviar los visitantes en el chat. Sin ningún tipo no envían nada.",
            "Что посетители могут отправлять в чате. Без видов — ничего.",
            "Що відвідувачі можуть надсилати в чаті. Без видів — нічого.";
        file_kinds: "Kinds of files", "Tipos de archivo", "Виды файлов", "Види файлів";
        images: "Pictures", "Imágenes", "Картинки", "Зображення";
        documents: "Documents", "Documentos", "Документы", "Документи";
        audio: "Sound", "Audio", "Звук", "Звук";
        video: "Video", "Vídeo", "Видео", "Відео";
        file_megabytes: "Megabytes of one file", "Megabytes por archivo", "Мегабайт на файл", "Мегабайтів на файл";
        file_megabytes_hint: "From 1 to 25.", "De 1 a 25.", "От 1 до 25.", "Від 1 до 25.";
        unchanged: "Nothing is different from what is live.", "Nada difiere de lo que está en marcha.",
            "Отличий от работающей версии нет.", "Відмінностей від робочої версії немає.";
        merged: "Not published yet: {} has published other changes meanwhile. They are in the form now, with yours on top. Look and publish again.",
            "Aún sin publicar: {} publicó otros cambios mientras tanto. Ya están en el formulario, con los tuyos encima. Revísalo y publica de nuevo.",
            "Ещё не опубликовано: {} тем временем опубликовал другие изменения. Они уже в форме, ваши — поверх. Проверьте и опубликуйте снова.",
            "Ще не опубліковано: {} тим часом опублікував інші зміни. Вони вже у формі, ваші — поверх. Перевірте й опублікуйте знову.";
        theirs: "Your colleague wrote:", "Tu colega escribió:", "Коллега написал:", "Колега написав:";
        fix: "Not published: see the marked fields.", "No publicado: revisa los campos marcados.",
            "Не опубликовано: посмотрите отмеченные поля.", "Не опубліковано: перегляньте позначені поля.";
        elsewhere: "On another page:", "En otra página:", "На другой странице:", "На іншій сторінці:";
        try_it: "Try it", "Pruébalo", "Попробовать", "Спробувати";
        try_lead: "Play a customer with the changes of this page. One line is one message; +26h lets time pass. Nothing is sent or stored.",
            "Haz de cliente con los cambios de esta página. Una línea es un mensaje; +26h deja pasar el tiempo. No se envía ni guarda nada.",
            "Сыграйте клиента с изменениями этой страницы. Строка — сообщение; +26h пропускает время. Ничего не отправляется и не хранится.",
            "Зіграйте клієнта зі змінами цієї сторінки. Рядок — повідомлення; +26h пропускає час. Нічого не надсилається й не зберігається.";
        profile: "Profile", "Perfil", "Профиль", "Профіль";
        name: "Name of the business", "Nombre del negocio", "Название бизнеса", "Назва бізнесу";
        main_language: "Main language", "Idioma principal", "Основной язык", "Основна мова";
        main_language_hint: "Spoken until the customer's own is known.", "Se habla hasta conocer el del cliente.",
            "На нём говорят, пока не известен язык клиента.", "Нею говорять, доки не відома мова клієнта.";
        other_languages: "Languages spoken", "Idiomas que se hablan", "На каких языках говорят", "Якими мовами говорять";
        other_languages_hint: "A new language starts with the words of the main one: translate them on the next pages.",
            "Un idioma nuevo empieza con los textos del principal: tradúcelos en las otras páginas.",
            "Новый язык начинается с текстов основного: переведите их на других страницах.",
            "Нова мова починається з текстів основної: перекладіть їх на інших сторінках.";
        region: "Country of local phone numbers", "País de los teléfonos locales", "Страна местных номеров",
            "Країна місцевих номерів";
        region_hint: "Two letters, such as US or ES.", "Dos letras, como US o ES.", "Две буквы: US, ES, UA.",
            "Дві літери: US, ES, UA.";
        time_zone: "Time zone", "Zona horaria", "Часовой пояс", "Часовий пояс";
        hours: "Opening hours", "Horario", "Часы работы", "Години роботи";
        hours_lead: "Such as 12:00-16:00, 19:00-23:00. A day left empty is closed; with every day empty the business never closes.",
            "Por ejemplo 12:00-16:00, 19:00-23:00. Un día vacío está cerrado; con todos vacíos el negocio nunca cierra.",
            "Например 12:00-16:00, 19:00-23:00. Пустой день — выходной; если пусты все дни, бизнес открыт всегда.",
            "Наприклад 12:00-16:00, 19:00-23:00. Порожній день — вихідний; якщо порожні всі дні, бізнес завжди відчинено.";
        monday: "Monday", "Lunes", "Понедельник", "Понеділок";
        tuesday: "Tuesday", "Martes", "Вторник", "Вівторок";
        wednesday: "Wednesday", "Miércoles", "Среда", "Середа";
        thursday: "Thursday", "Jueves", "Четверг", "Четвер";
        friday: "Friday", "Viernes", "Пятница", "П'ятниця";
        saturday: "Saturday", "Sábado", "Суббота", "Субота";
        sunday: "Sunday", "Domingo", "Воскресенье", "Неділя";
        exceptions: "Holidays and other days", "Festivos y otros días", "Праздники и другие дни",
            "Свята та інші дні";
        exceptions_hint: "One a line: 2026-12-25 closed", "Uno por línea: 2026-12-25 closed",
            "По одному в строке: 2026-12-25 closed", "По одному в рядку: 2026-12-25 closed";
        quiet_hours: "Quiet hours", "Horas de silencio", "Тихие часы", "Тихі години";
        quiet_hours_hint: "Reminders and confirmations wait until they are over, on the customer's clock. Write none to have none.",
            "Los recordatorios y confirmaciones esperan a que terminen, según el reloj del cliente. Escribe none para no tenerlas.",
            "Напоминания и подтверждения ждут их конца по часам клиента. Напишите none, чтобы их не было.",
            "Нагадування й підтвердження чекають їх кінця за годинником клієнта. Напишіть none, щоб їх не було.";
        consent: "Newsletter and consent", "Boletín y consentimiento", "Рассылка и согласие", "Розсилка і згода";
        consent_lead: "The words beside the box a visitor ticks. They are kept with every consent. Leave all empty to have no newsletter.",
            "El texto junto a la casilla que marca el visitante. Se guarda con cada consentimiento. Déjalo vacío para no tener boletín.",
            "Слова рядом с галочкой посетителя. Они хранятся с каждым согласием. Оставьте всё пустым, если рассылки нет.",
            "Слова поруч із позначкою відвідувача. Вони зберігаються з кожною згодою. Залиште все порожнім, якщо розсилки немає.";
        consent_text: "Consent text", "Texto del consentimiento", "Текст согласия", "Текст згоди";
        consent_version: "Version of the text", "Versión del texto", "Версия текста", "Версія тексту";
        consent_version_fault: "The words have changed: give them a new version.",
            "El texto ha cambiado: dale una versión nueva.",
            "Слова изменились: укажите новую версию.", "Слова змінилися: вкажіть нову версію.";
        notifications: "Notifications", "Avisos", "Уведомления", "Сповіщення";
        notifications_lead: "A system of yours that hears of new leads. What is posted is signed with the secret.",
            "Un sistema tuyo que recibe los nuevos clientes potenciales. Lo enviado se firma con el secreto.",
            "Ваша система, которая узнаёт о новых заявках. Отправленное подписано секретом.",
            "Ваша система, яка дізнається про нові заявки. Надіслане підписане секретом.";
        webhook_url: "Webhook address", "Dirección del webhook", "Адрес вебхука", "Адреса вебхука";
        webhook_secret: "Webhook secret", "Secreto del webhook", "Секрет вебхука", "Секрет вебхука";
        secret_hint: "At least 16 characters. Leave empty to keep the one there is.",
            "Al menos 16 caracteres. Déjalo vacío para conservar el actual.",
            "Не менее 16 символов. Оставьте пустым, чтобы сохранить нынешний.",
            "Щонайменше 16 символів. Залиште порожнім, щоб зберегти нинішній.";
        retention: "How long things are kept", "Cuánto se conserva", "Сколько хранить", "Скільки зберігати";
        retention_lead: "In days, 30 to 3650. Empty keeps them for ever. Each night what is older is forgotten; consents, contacts and leads stay.",
            "En días, de 30 a 3650. Vacío los conserva siempre. Cada noche se olvida lo más antiguo; consentimientos, contactos y clientes se quedan.",
            "В днях, от 30 до 3650. Пусто — хранить всегда. Каждую ночь старое забывается; согласия, контакты и заявки остаются.",
            "У днях, від 30 до 3650. Порожньо — зберігати завжди. Щоночі старе забувається; згоди, контакти й заявки лишаються.";
        keep_conversations: "Words of a conversation after its last message", "Las palabras de una conversación tras su último mensaje",
            "Слова разговора после последнего сообщения", "Слова розмови після останнього повідомлення";
        keep_dead_letters: "Dead letters that were dealt with", "Mensajes fallidos ya resueltos",
            "Решённые необработанные события", "Вирішені необроблені події";
        keep_audit: "Who did what in the console", "Quién hizo qué en la consola", "Кто что делал в консоли",
            "Хто що робив у консолі";
        look: "Look", "Aspecto", "Вид", "Вигляд";
        color: "Colour", "Color", "Цвет", "Колір";
        corner: "Corner", "Esquina", "Угол", "Кут";
        left: "Left", "Izquierda", "Слева", "Ліворуч";
        right: "Right", "Derecha", "Справа", "Праворуч";
        greeting: "Greeting", "Saludo", "Приветствие", "Вітання";
        avatar_url: "Picture beside the bot's words", "Imagen junto a las palabras del bot",
            "Картинка рядом со словами бота", "Картинка поруч зі словами бота";
        avatar_hint: "Address of a square picture. Without one, the first letter of the name.",
            "Dirección de una imagen cuadrada. Sin ella, la primera letra del nombre.",
            "Адрес квадратной картинки. Без неё — первая буква названия.",
            "Адреса квадратної картинки. Без неї — перша літера назви.";
        sites: "Sites", "Sitios", "Сайты", "Сайти";
        allowed_origins: "Sites that may show the chat", "Sitios que pueden mostrar el chat",
            "Сайты, где можно показывать чат", "Сайти, де можна показувати чат";
        allowed_origins_hint: "One a line, such as https://example.com. Empty allows every site.",
            "Uno por línea, como https://example.com. Vacío permite cualquier sitio.",
            "По одному в строке: https://example.com. Пусто — можно везде.",
            "По одному в рядку: https://example.com. Порожньо — можна всюди.";
        preview: "Preview", "Vista previa", "Предпросмотр", "Попередній перегляд";
        preview_lead: "The real chat, as it will look. What you write in it is a real message.",
            "El chat real, tal como se verá. Lo que escribas en él es un mensaje real.",
            "Настоящий чат, каким он будет. Написанное в нём — настоящее сообщение.",
            "Справжній чат, яким він буде. Написане в ньому — справжнє повідомлення.";
        questions_lead: "What the bot asks, in this order. Empty fields use the wording shown in grey. Questions are added and removed in the text.",
            "Lo que pregunta el bot, en este orden. Los campos vacíos usan el texto en gris. Las preguntas se añaden y quitan en el texto.",
            "Что спрашивает бот, по порядку. Пустые поля — текст, показанный серым. Добавляют и убирают вопросы в тексте.",
            "Що питає бот, по порядку. Порожні поля — текст, показаний сірим. Додають і прибирають запитання в тексті.";
        channel_order: "Order on one channel", "Orden en un canal", "Порядок на одном канале", "Порядок на одному каналі";
        channel_order_lead: "A channel with an order of its own asks these questions and no others, by their keys, one a line. The order above does not count there.",
            "Un canal con orden propio hace estas preguntas y ninguna más, por su clave, una por línea. Allí no cuenta el orden de arriba.",
            "Канал со своим порядком задаёт эти вопросы и никакие другие — по ключам, по одному в строке. Порядок выше там не действует.",
            "Канал зі своїм порядком ставить ці запитання й жодних інших — за ключами, по одному в рядку. Порядок вище там не діє.";
        other_channels: "Other channels", "Otros canales", "Другие каналы", "Інші канали";
        blanks: "Blanks such as {{ first_name }} or {{ business }} are filled in.",
            "Los huecos como {{ first_name }} o {{ business }} se rellenan.",
            "Вставки вроде {{ first_name }} или {{ business }} заполняются сами.",
            "Вставки на кшталт {{ first_name }} чи {{ business }} заповнюються самі.";
        ask: "Question", "Pregunta", "Вопрос", "Запитання";
        again: "Asked again, one wording a line", "Al repetir, una frase por línea", "Повтор, по варианту в строке",
            "Повтор, по варіанту в рядку";
        why: "Why it is asked", "Por qué se pregunta", "Зачем спрашиваем", "Навіщо питаємо";
        accepted: "Said after the answer", "Tras la respuesta", "После ответа", "Після відповіді";
        label: "Button", "Botón", "Кнопка", "Кнопка";
        more: "On one channel, asked again, why", "En un canal, al repetir, por qué",
            "Для канала, повтор, зачем", "Для каналу, повтор, навіщо";
        answers_lead: "What the bot answers by itself. A question counts when most of its words are in what the customer wrote.",
            "Lo que el bot responde solo. Una pregunta cuenta si la mayoría de sus palabras está en lo que escribió el cliente.",
            "На что бот отвечает сам. Вопрос засчитан, если большинство его слов есть в сообщении клиента.",
            "На що бот відповідає сам. Запитання зараховано, якщо більшість його слів є в повідомленні клієнта.";
        asked: "Ways people ask, one a line", "Formas de preguntar, una por línea", "Как спрашивают, по одной в строке",
            "Як питають, по одній у рядку";
        answer: "Answer", "Respuesta", "Ответ", "Відповідь";
        new_answer: "One more answer", "Una respuesta más", "Ещё один ответ", "Ще одна відповідь";
        remove_answer: "Remove this answer", "Quitar esta respuesta", "Убрать этот ответ", "Прибрати цю відповідь";
        words_lead: "Everything else the bot says. Empty fields use the wording shown in grey.",
            "Todo lo demás que dice el bot. Los campos vacíos usan el texto en gris.",
            "Всё остальное, что говорит бот. Пустые поля — текст, показанный серым.",
            "Усе інше, що каже бот. Порожні поля — текст, показаний сірим.";
        revision: "Version", "Versión", "Версия", "Версія";
        by: "By", "Por", "Кто", "Хто";
        command_line: "Command line", "Línea de órdenes", "Командная строка", "Командний рядок";
        live: "Live", "En marcha", "Работает", "Працює";
        history_lead: "Every version that was published. Look at what was different, and bring one back.",
            "Todas las versiones publicadas. Mira qué cambiaba y recupera una.",
            "Все опубликованные версии. Посмотрите отличия и верните любую.",
            "Усі опубліковані версії. Подивіться відмінності й поверніть будь-яку.";
        compare: "What is different", "Qué cambia", "Отличия", "Відмінності";
        compare_lead: "Marked with − is what is live now, with + what comes back.",
            "Con − lo que está en marcha, con + lo que vuelve.",
            "Знаком − отмечено то, что работает сейчас, знаком + — что вернётся.",
            "Знаком − позначено те, що працює зараз, знаком + — що повернеться.";
        roll_back: "Roll back to this version", "Volver a esta versión", "Вернуть эту версию", "Повернути цю версію";
        same: "It is the same as what is live.", "Es igual a lo que está en marcha.",
            "Совпадает с работающей версией.", "Збігається з робочою версією.";
        not_restored: "Not brought back: it has faults by now.", "No se recuperó: ahora tiene errores.",
            "Не возвращено: теперь в ней есть ошибки.", "Не повернуто: тепер у ній є помилки.";
    }
}

texts! {
    /// What each of the bot's own texts is for.
    Says {
        opening: "First words", "Primeras palabras", "Первые слова", "Перші слова";
        noted: "What was wanted was heard", "Se anotó lo que se quería", "Пожелание услышано", "Побажання почуто";
        thanks: "A detail was told unasked", "Dio un dato sin preguntar", "Рассказали сами", "Розповіли самі";
        done: "Everything is asked", "Todo está preguntado", "Всё спрошено", "Усе спитано";
        closing: "Goodbye", "Despedida", "Прощание", "Прощання";
        deferred: "A colleague will answer that", "Lo responderá un colega", "Ответит коллега", "Відповість колега";
        refused: "Does not want to say", "No quiere decirlo", "Не хочет говорить", "Не хоче казати";
        unreachable: "Neither phone nor email", "Sin teléfono ni correo", "Ни телефона, ни почты",
            "Ні телефону, ні пошти";
        later: "Will say it later", "Lo dirá después", "Скажет позже", "Скаже пізніше";
        introduction: "Who is speaking", "Quién habla", "Кто говорит", "Хто говорить";
        why: "Why something is asked", "Por qué se pregunta", "Зачем спрашивают", "Навіщо питають";
        gave_up: "Not understood; a person is called", "No se entiende; se llama a una persona",
            "Не понято, зовут человека", "Не зрозуміло, кличуть людину";
        apology: "A complaint; a person is called", "Una queja; se llama a una persona",
            "Жалоба, зовут человека", "Скарга, кличуть людину";
        cancellation: "A booking is to be cancelled", "Quiere cancelar la reserva", "Хотят отменить заказ",
            "Хочуть скасувати замовлення";
        change: "A booking is to be changed", "Quiere cambiar la reserva", "Хотят изменить заказ",
            "Хочуть змінити замовлення";
        operator: "A person was asked for", "Pidió una persona", "Попросили человека", "Попросили людину";
        waiting: "The person is on the way", "La persona está en camino", "Человек уже идёт", "Людина вже йде";
        given_back: "The bot is back", "Vuelve el bot", "Бот снова здесь", "Бот знову тут";
        stopped: "Opted out", "Se dio de baja", "Отписался", "Відписався";
        started: "Opted in again", "Se dio de alta otra vez", "Снова подписался", "Знову підписався";
        paused: "Quiet for a while", "En silencio un rato", "Пауза", "Пауза";
        resumed: "The pause is over", "Fin de la pausa", "Пауза окончена", "Паузу завершено";
        help: "What can be done here", "Qué se puede hacer aquí", "Что здесь можно", "Що тут можна";
        offered_name: "A name from a profile is offered", "Se ofrece el nombre del perfil",
            "Имя из профиля на подтверждение", "Ім'я з профілю на підтвердження";
        form_received: "A form has arrived", "Llegó un formulario", "Пришла форма", "Надійшла форма";
        missed_call: "A call was missed; the caller is texted", "Llamada perdida; se escribe a quien llamó",
            "Пропущен звонок, пишут звонившему", "Пропущено дзвінок, пишуть тому, хто дзвонив";
        sms_consent: "Words beside the box for text messages", "Texto de la casilla de SMS",
            "Слова у галочки об SMS", "Слова біля позначки про SMS";
        file_received: "A file has arrived", "Llegó un archivo", "Пришёл файл", "Надійшов файл";
        yes: "Button for yes", "Botón de sí", "Кнопка «да»", "Кнопка «так»";
        no: "Button for no", "Botón de no", "Кнопка «нет»", "Кнопка «ні»";
        nudges: "Reminders, one a line", "Recordatorios, uno por línea", "Напоминания, по одному в строке",
            "Нагадування, по одному в рядку";
    }
}

impl Says {
    /// Each text by its key in a manifest, in the order they are met.
    #[must_use]
    pub const fn all(&self) -> [(&'static str, &'static str); 31] {
        [
            ("opening", self.opening),
            ("noted", self.noted),
            ("thanks", self.thanks),
            ("done", self.done),
            ("closing", self.closing),
            ("deferred", self.deferred),
            ("refused", self.refused),
            ("unreachable", self.unreachable),
            ("later", self.later),
            ("introduction", self.introduction),
            ("why", self.why),
            ("gave_up", self.gave_up),
            ("apology", self.apology),
            ("cancellation", self.cancellation),
            ("change", self.change),
            ("operator", self.operator),
            ("waiting", self.waiting),
            ("given_back", self.given_back),
            ("stopped", self.stopped),
            ("started", self.started),
            ("paused", self.paused),
            ("resumed", self.resumed),
            ("help", self.help),
            ("offered_name", self.offered_name),
            ("form_received", self.form_received),
            ("missed_call", self.missed_call),
            ("sms_consent", self.sms_consent),
            ("file_received", self.file_received),
            ("nudges", self.nudges),
            ("yes", self.yes),
            ("no", self.no),
        ]
    }
}
