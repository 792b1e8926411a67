//! The pages where one works with people.

use super::texts;

texts! {
    /// The start page.
    Home {
        title: "Today", "Hoy", "Сегодня", "Сьогодні";
        lead: "What happened, and who needs you.", "Qué ha pasado y quién te necesita.",
            "Что произошло и кому вы нужны.", "Що сталося і кому ви потрібні.";
        waiting: "need a person", "esperan a alguien", "ждут человека", "чекають людину";
        with_us: "with us", "con nosotros", "у нас", "у нас";
        conversations_today: "new conversations", "conversaciones nuevas", "новых разговоров", "нових розмов";
        leads_today: "new leads", "contactos nuevos", "новых лидов", "нових лідів";
        first_reply: "first reply, median", "primera respuesta, mediana", "первый ответ, медиана",
            "перша відповідь, медіана";
        human_reply: "a colleague’s first reply", "primera respuesta de un colega", "первый ответ коллеги",
            "перша відповідь колеги";
        at_once: "< 1 s", "< 1 s", "< 1 с", "< 1 с";
        seconds: "{} s", "{} s", "{} с", "{} с";
        minutes: "{} min", "{} min", "{} мин", "{} хв";
        hours: "{} h", "{} h", "{} ч", "{} год";
        ledger_balanced: "events in, all accounted for", "eventos, todos contabilizados",
            "событий, все учтены", "подій, усі враховано";
        ledger_broken: "events in, and they do not add up", "eventos, y no cuadran",
            "событий, и сумма не сходится", "подій, і сума не сходиться";
        ledger_counting: "events are being counted", "se están contando los eventos",
            "идёт подсчёт событий", "триває підрахунок подій";
        dead_letters: "Events that were not dealt with", "Eventos sin procesar", "Необработанные события",
            "Необроблені події";
        unsent: "Messages that did not leave today", "Mensajes que no salieron hoy", "Сообщения, не ушедшие сегодня",
            "Повідомлення, що сьогодні не пішли";
        failed_sends: "messages did not leave today", "mensajes no salieron hoy", "сообщений сегодня не ушло",
            "повідомлень сьогодні не пішло";
        attention: "Needs attention first", "Lo primero", "Сначала сюда", "Спершу сюди";
        week: "Last seven days", "Últimos siete días", "Последние семь дней", "Останні сім днів";
        conversations: "Conversations", "Conversaciones", "Разговоры", "Розмови";
        leads: "Leads", "Contactos", "Лиды", "Ліди";
    }
}

texts! {
    /// The queue of conversations.
    Inbox {
        title: "Inbox", "Bandeja", "Входящие", "Вхідні";
        needs_person: "Needs a person", "Espera a alguien", "Ждут человека", "Чекають людину";
        with_person: "With us", "Con nosotros", "У нас", "У нас";
        open: "With the bot", "Con el bot", "У бота", "У бота";
        done: "Done", "Terminadas", "Завершены", "Завершені";
        all: "All", "Todas", "Все", "Усі";
        empty_needs_person: "Nobody is waiting. Well done.", "Nadie espera. Buen trabajo.",
            "Никто не ждёт. Отличная работа.", "Ніхто не чекає. Чудова робота.";
        empty: "No conversations here yet.", "Aquí no hay conversaciones todavía.",
            "Разговоров пока нет.", "Розмов поки немає.";
        choose: "Choose a conversation", "Elige una conversación", "Выберите разговор", "Виберіть розмову";
        choose_lead: "Who needs a person is on top. Move with J and K, open with Enter.",
            "Quien espera a alguien está arriba. Muévete con J y K, abre con Enter.",
            "Сверху те, кому нужен человек. J и K — перемещение, Enter — открыть.",
            "Угорі ті, кому потрібна людина. J та K — переміщення, Enter — відкрити.";
        unnamed: "Unnamed visitor", "Visitante sin nombre", "Гость без имени", "Гість без імені";
        search: "Name, phone, email or words", "Nombre, tel., correo, texto",
            "Имя, телефон, почта или слова", "Ім'я, телефон, пошта або слова";
        nobody_found: "Nobody found. Words are looked for in the 1,000 newest conversations.",
            "Nadie. Las palabras se buscan en las 1000 conversaciones más recientes.",
            "Никого не найдено. Слова ищутся в 1000 последних разговоров.",
            "Нікого не знайдено. Слова шукаються в 1000 останніх розмов.";
        views: "Queues", "Colas", "Очереди", "Черги";
        list: "Conversations", "Conversaciones", "Разговоры", "Розмови";
    }
}

texts! {
    /// A conversation.
    Thread {
        recovered: "No webhook brought it: found at the provider. Written", "Ningún webhook lo trajo: se encontró en el proveedor. Escrito",
            "Вебхук не пришёл: найдено у провайдера. Написано", "Вебхук не надійшов: знайдено в провайдера. Написано";
        late: "It reached us late. Written", "Nos llegó tarde. Escrito", "Пришло с опозданием. Написано", "Надійшло із запізненням. Написано";
        bot: "Bot", "Bot", "Бот", "Бот";
        arrived: "It arrived", "Ha llegado", "Дошло", "Дійшло";
        send_again: "Send again", "Enviar de nuevo", "Отправить ещё раз", "Надіслати ще раз";
        settled: "This message has been seen to already.", "De este mensaje ya se ocupó alguien.",
            "Этим сообщением уже занялись.", "Цим повідомленням уже зайнялися.";
        take_over: "Take over", "Tomar el control", "Взять на себя", "Взяти на себе";
        give_back: "Give back to the bot", "Devolver al bot", "Вернуть боту", "Повернути боту";
        banner_waiting: "Somebody is waiting for a person here.",
            "Aquí alguien espera a una persona.",
            "Здесь ждут человека.", "Тут чекають людину.";
        banner_with_person: "You and your colleagues have this conversation. The bot is silent.",
            "Tú y tus colegas lleváis esta conversación. El bot calla.",
            "Разговор у вас и коллег. Бот молчит.", "Розмова у вас та колег. Бот мовчить.";
        banner_opted_out: "They have opted out. Nothing may be sent until they write START.",
            "Se ha dado de baja. No se puede enviar nada hasta que escriba START.",
            "Человек отписался. Ничего нельзя отправить, пока он не напишет START.",
            "Людина відписалася. Нічого не можна надіслати, доки вона не напише START.";
        taken_over: "{} took over", "{} tomó el control", "{} взял(а) на себя", "{} взяв(ла) на себе";
        given_back: "{} gave it back to the bot", "{} la devolvió al bot", "{} вернул(а) боту",
            "{} повернув(ла) боту";
        timer_fired: "Timer “{}” came due", "Venció el temporizador «{}»", "Сработал таймер «{}»",
            "Спрацював таймер «{}»";
        happened: "Event “{}”", "Evento «{}»", "Событие «{}»", "Подія «{}»";
        write: "Write a reply…", "Escribe una respuesta…", "Напишите ответ…", "Напишіть відповідь…";
        send: "Send", "Enviar", "Отправить", "Надіслати";
        takes_over: "Sending takes the conversation over from the bot.",
            "Al enviar, tomas el control de la conversación.",
            "Отправив, вы берёте разговор на себя.", "Надіславши, ви берете розмову на себе.";
        hint: "Enter sends, Shift+Enter starts a line.", "Enter envía, Mayús+Enter salta de línea.",
            "Enter — отправить, Shift+Enter — новая строка.", "Enter — надіслати, Shift+Enter — новий рядок.";
        may_only_look: "Your role may look, not write.", "Tu rol puede mirar, no escribir.",
            "Ваша роль — только смотреть.", "Ваша роль — лише дивитися.";
        opted_out: "They have opted out: nothing may be sent.", "Se ha dado de baja: no se puede enviar nada.",
            "Человек отписался: отправлять нельзя.", "Людина відписалася: надсилати не можна.";
        voice: "This is a phone call: it cannot be written to.", "Es una llamada: no se le puede escribir.",
            "Это звонок: написать сюда нельзя.", "Це дзвінок: написати сюди не можна.";
        form: "A form has no way back: use the phone or email in the details.",
            "Un formulario no admite respuesta: usa el teléfono o correo de los detalles.",
            "На форму ответить нельзя: телефон и почта — в подробностях.",
            "На форму відповісти не можна: телефон і пошта — у подробицях.";
        window_until: "The channel takes replies until", "El canal admite respuestas hasta",
            "Канал принимает ответы до", "Канал приймає відповіді до";
        bad_length: "A message has 1 to 4,000 characters.", "Un mensaje tiene de 1 a 4000 caracteres.",
            "Сообщение — от 1 до 4000 символов.", "Повідомлення — від 1 до 4000 символів.";
        typing: "is typing…", "está escribiendo…", "печатает…", "друкує…";
        earlier: "Earlier messages", "Mensajes anteriores", "Более ранние", "Раніші";
        why: "What was understood", "Qué se entendió", "Что понято", "Що зрозуміло";
        transcript: "Transcript", "Transcripción", "Переписка", "Листування";
        assigned: "Assigned to", "Asignada a", "Ответственный", "Відповідальний";
        nobody: "Nobody", "Nadie", "Никто", "Ніхто";
        assign: "Assign to me", "Asignarme", "Взять себе", "Взяти собі";
        unassign: "Release", "Soltar", "Снять", "Зняти";
        consents: "Consent", "Consentimiento", "Согласия", "Згоди";
        granted: "yes", "sí", "да", "так";
        refused: "no", "no", "нет", "ні";
        queue: "Queue", "Cola", "Очередь", "Черга";
        notes: "Notes", "Notas", "Заметки", "Нотатки";
        note_hint: "Only colleagues see notes.", "Solo los colegas ven las notas.",
            "Заметки видят только коллеги.", "Нотатки бачать лише колеги.";
        note: "Write a note…", "Escribe una nota…", "Напишите заметку…", "Напишіть нотатку…";
        add_note: "Add note", "Añadir nota", "Добавить", "Додати";
        bad_note: "A note has 1 to 2,000 characters.", "Una nota tiene de 1 a 2000 caracteres.",
            "Заметка — от 1 до 2000 символов.", "Нотатка — від 1 до 2000 символів.";
        details: "Details", "Detalles", "Подробности", "Подробиці";
        known: "Known", "Se sabe", "Известно", "Відомо";
        state: "Where it stands", "Estado", "Состояние", "Стан";
        awaited: "Waits for", "Espera", "Ждёт ответа", "Чекає відповіді";
        reprompts: "asked again", "repreguntado", "переспрошено", "перепитано";
        paused_until: "Paused until", "En pausa hasta", "Пауза до", "Пауза до";
        timers: "Timers", "Temporizadores", "Таймеры", "Таймери";
        others: "Same person elsewhere", "La misma persona en otros canales", "Тот же человек в других каналах",
            "Та сама людина в інших каналах";
        started: "Started", "Inicio", "Начало", "Початок";
        address: "Address", "Dirección", "Адрес", "Адреса";
        intent: "Wants", "Quiere", "Хочет", "Хоче";
        language: "Language", "Idioma", "Язык", "Мова";
        page: "Page", "Página", "Страница", "Сторінка";
        came_from: "Came from", "De dónde viene", "Откуда", "Звідки";
        ad: "Ad", "Anuncio", "Объявление", "Оголошення";
        link: "Link", "Enlace", "Ссылка", "Посилання";
        platform: "Source", "Origen", "Источник", "Джерело";
        ad_kind: "Kind", "Tipo", "Вид", "Вид";
        campaign: "Campaign", "Campaña", "Кампания", "Кампанія";
        ad_id: "Ad number", "Nº de anuncio", "Номер объявления", "Номер оголошення";
        click_id: "Click", "Clic", "Клик", "Клік";
        field_name: "Name", "Nombre", "Имя", "Ім'я";
        field_phone: "Phone", "Teléfono", "Телефон", "Телефон";
        field_email: "Email", "Correo", "Эл. почта", "Ел. пошта";
        field_newsletter: "Newsletter", "Boletín", "Рассылка", "Розсилка";
        field_party_size: "Guests", "Personas", "Гостей", "Гостей";
        field_datetime: "When", "Cuándo", "Когда", "Коли";
    }
}

texts! {
    /// Files that go with messages.
    Files {
        attach: "Attach a file: 25 MB at most", "Adjuntar un archivo: 25 MB como máximo",
            "Приложить файл: до 25 МБ", "Додати файл: до 25 МБ";
        remove: "Remove", "Quitar", "Убрать", "Прибрати";
        uploading: "Uploading", "Subiendo", "Загружается", "Завантажується";
        failed: "The file could not be uploaded. Try again.", "No se pudo subir el archivo. Inténtalo de nuevo.",
            "Файл не загрузился. Попробуйте ещё раз.", "Файл не завантажився. Спробуйте ще раз.";
        too_large: "A file has 25 MB at most.", "Un archivo tiene 25 MB como máximo.",
            "Файл — не больше 25 МБ.", "Файл — не більше 25 МБ.";
        empty: "The file is empty.", "El archivo está vacío.", "Файл пуст.", "Файл порожній.";
        wrong_type: "Files of this type cannot be sent. Pictures, documents, audio and video can.",
            "Este tipo de archivo no se puede enviar. Imágenes, documentos, audio y vídeo, sí.",
            "Файлы этого типа не отправить. Можно картинки, документы, аудио и видео.",
            "Файли цього типу не надіслати. Можна картинки, документи, аудіо та відео.";
        full: "There is no room for more files here.", "Aquí ya no caben más archivos.",
            "Для новых файлов здесь нет места.", "Для нових файлів тут немає місця.";
        gone: "A file is not there any more. Attach it again.", "Un archivo ya no está. Adjúntalo de nuevo.",
            "Файла больше нет. Приложите его ещё раз.", "Файлу більше немає. Додайте його ще раз.";
        not_fetched: "The provider does not give this file out just now. Try again later.",
            "El proveedor no entrega este archivo ahora. Inténtalo más tarde.",
            "Провайдер сейчас не отдаёт этот файл. Попробуйте позже.",
            "Провайдер зараз не віддає цей файл. Спробуйте пізніше.";
    }
}

texts! {
    /// How far a message has come.
    Deliveries {
        pending: "On its way", "En camino", "В пути", "У дорозі";
        retrying: "Trying again", "Reintentando", "Повтор", "Повтор";
        sent: "Sent", "Enviado", "Отправлено", "Надіслано";
        delivered: "Delivered", "Entregado", "Доставлено", "Доставлено";
        read: "Read", "Leído", "Прочитано", "Прочитано";
        replied: "Answered", "Respondido", "Отвечено", "Є відповідь";
        validated: "Understood", "Entendido", "Понято", "Зрозуміло";
        failed: "Not delivered", "No entregado", "Не доставлено", "Не доставлено";
        escalated: "Given to a person", "Pasado a una persona", "Передано человеку", "Передано людині";
        resolved: "Dealt with", "Resuelto", "Решено", "Вирішено";
        unknown: "Sent or not: unknown", "No se sabe si se envió", "Неизвестно, ушло ли", "Невідомо, чи пішло";
    }
}

impl Thread {
    /// What a field of the dialogue is called; the tenant's own ones by their own names.
    pub fn field(&self, key: &str) -> String {
        match key {
            "name" => self.field_name.to_owned(),
            "phone" => self.field_phone.to_owned(),
            "email" => self.field_email.to_owned(),
            "newsletter" => self.field_newsletter.to_owned(),
            "party_size" => self.field_party_size.to_owned(),
            "datetime" => self.field_datetime.to_owned(),
            "intent" => self.intent.to_owned(),
            "language" => self.language.to_owned(),
            "page" => self.page.to_owned(),
            other => in_words(other),
        }
    }
}

/// A key as a person would write it: `event_address` is "Event address".
fn in_words(key: &str) -> String {
    let mut letters = key.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first
        .chain(letters.map(|letter| if letter == '_' { ' ' } else { letter }))
        .collect()
}

impl Deliveries {
    /// What a status is called.
    pub const fn of(&self, status: frontdesk_core::DeliveryStatus) -> &'static str {
        use frontdesk_core::DeliveryStatus;
        match status {
            DeliveryStatus::Pending => self.pending,
            DeliveryStatus::Retrying => self.retrying,
            DeliveryStatus::Sent => self.sent,
            DeliveryStatus::Delivered => self.delivered,
            DeliveryStatus::Read => self.read,
            DeliveryStatus::Replied => self.replied,
            DeliveryStatus::Validated => self.validated,
            DeliveryStatus::Failed => self.failed,
            DeliveryStatus::Escalated => self.escalated,
            DeliveryStatus::Resolved => self.resolved,
            DeliveryStatus::Unknown => self.unknown,
        }
    }
}
