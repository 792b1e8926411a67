//! What colleagues work with in the inbox: filters, tags, replies they have ready, timers.

use super::texts;

texts! {
    /// Filters, tags, canned replies, timers.
    Desk {
        approved_only: "They have not written in the last 24 hours: only a text that WhatsApp has approved can be sent.",
            "No ha escrito en las últimas 24 horas: solo se puede enviar un texto aprobado por WhatsApp.",
            "За последние 24 часа человек не писал: отправить можно только текст, одобренный WhatsApp.",
            "За останні 24 години людина не писала: надіслати можна лише текст, схвалений WhatsApp.";
        nothing_approved: "They have not written in the last 24 hours, and this business has no text that WhatsApp has approved.",
            "No ha escrito en las últimas 24 horas y el negocio no tiene textos aprobados por WhatsApp.",
            "За последние 24 часа человек не писал, а текстов, одобренных WhatsApp, у бизнеса нет.",
            "За останні 24 години людина не писала, а текстів, схвалених WhatsApp, у бізнесу немає.";
        window_shut: "Too much time has passed since their last message: they have to write first.",
            "Pasó demasiado tiempo desde su último mensaje: tienen que escribir primero.",
            "С последнего сообщения прошло слишком много времени: человек должен написать первым.",
            "З останнього повідомлення минуло забагато часу: людина має написати першою.";
        as_person: "The bot may no longer write here; what you type yourself is taken for seven days.",
            "El bot ya no puede escribir aquí; lo que escribas tú se admite durante siete días.",
            "Боту здесь уже нельзя писать; ваши собственные слова принимаются семь дней.",
            "Боту тут уже не можна писати; ваші власні слова приймаються сім днів.";
        approved: "Approved texts", "Textos aprobados", "Одобренные тексты", "Схвалені тексти";
        send_approved: "Send this text", "Enviar este texto", "Отправить этот текст", "Надіслати цей текст";
        incomplete: "Something it says is not known of this person.", "Falta algún dato de esta persona.",
            "О человеке известно не всё, что в нём сказано.", "Про людину відомо не все, що в ньому сказано.";
        not_offered: "This text cannot be sent here.", "Este texto no se puede enviar aquí.",
            "Этот текст сюда отправить нельзя.", "Цей текст сюди надіслати не можна.";
        filters: "Filter", "Filtrar", "Фильтр", "Фільтр";
        channel: "Channel", "Canal", "Канал", "Канал";
        any_channel: "Every channel", "Todos los canales", "Все каналы", "Усі канали";
        assignee: "Looked after by", "A cargo de", "Ответственный", "Відповідальний";
        anybody: "Anybody", "Cualquiera", "Кто угодно", "Будь-хто";
        me: "Me", "Yo", "Я", "Я";
        nobody: "Nobody", "Nadie", "Никто", "Ніхто";
        tag: "Tag", "Etiqueta", "Метка", "Мітка";
        any_tag: "With or without tags", "Con o sin etiquetas", "С метками и без", "З мітками та без";
        order: "Order", "Orden", "Порядок", "Порядок";
        newest_first: "Newest first", "Lo más reciente primero", "Сначала новые", "Спершу нові";
        oldest_first: "Longest wait first", "Quien más espera primero", "Сначала кто дольше ждёт",
            "Спершу хто довше чекає";
        apply: "Apply", "Aplicar", "Применить", "Застосувати";
        clear: "Clear", "Quitar", "Сбросить", "Скинути";
        save_view: "Save this filter", "Guardar este filtro", "Сохранить фильтр", "Зберегти фільтр";
        view_name: "Name of the filter", "Nombre del filtro", "Название фильтра", "Назва фільтра";
        bad_view: "A name has 1 to 40 characters, and there are 20 filters at most.",
            "El nombre tiene de 1 a 40 caracteres y hay 20 filtros como mucho.",
            "Название — от 1 до 40 символов, фильтров — не больше 20.",
            "Назва — від 1 до 40 символів, фільтрів — не більше 20.";
        views: "Saved filters", "Filtros guardados", "Сохранённые фильтры", "Збережені фільтри";
        remove: "Remove", "Quitar", "Убрать", "Прибрати";
        look_on: "None among the conversations looked at so far. Look at older ones below.",
            "Ninguna entre las conversaciones vistas hasta ahora. Busca en las anteriores abajo.",
            "Среди просмотренных таких нет. Ниже можно искать в более старых.",
            "Серед переглянутих таких немає. Нижче можна шукати у старіших.";
        waits: "waits", "espera", "ждёт", "чекає";

        tags: "Tags", "Etiquetas", "Метки", "Мітки";
        add_tag: "Add tag", "Añadir etiqueta", "Добавить метку", "Додати мітку";
        bad_tag: "A tag has 1 to 30 characters on one line, and a conversation 12 tags at most.",
            "Una etiqueta tiene de 1 a 30 caracteres en una línea; una conversación, 12 como mucho.",
            "Метка — от 1 до 30 символов в одну строку, на разговоре — не больше 12.",
            "Мітка — від 1 до 30 символів в один рядок, на розмові — не більше 12.";
        hand_to: "Hand to", "Pasar a", "Передать", "Передати";
        hand: "Hand over", "Pasar", "Передать", "Передати";
        bad_colleague: "Nobody of this name can look after it.", "Nadie con ese nombre puede atenderla.",
            "Этому человеку её передать нельзя.", "Цій людині її передати не можна.";

        canned: "Ready replies", "Respuestas listas", "Готовые ответы", "Готові відповіді";
        canned_lead: "Type / in a reply to use one. {name} and {business} are filled in.",
            "Escribe / en una respuesta para usar una. {name} y {business} se rellenan.",
            "Наберите / в ответе, чтобы вставить. {name} и {business} подставляются.",
            "Наберіть / у відповіді, щоб вставити. {name} і {business} підставляються.";
        shortcut: "Shortcut", "Atajo", "Сокращение", "Скорочення";
        canned_text: "Text", "Texto", "Текст", "Текст";
        new_canned: "New reply", "Respuesta nueva", "Новый ответ", "Нова відповідь";
        no_canned: "No ready replies yet. Write down what you say every day.",
            "Todavía no hay respuestas listas. Anota lo que dices cada día.",
            "Готовых ответов пока нет. Запишите то, что говорите каждый день.",
            "Готових відповідей поки немає. Запишіть те, що кажете щодня.";
        bad_shortcut: "A shortcut has 1 to 30 letters, digits, - or _.",
            "Un atajo tiene de 1 a 30 letras, cifras, - o _.",
            "Сокращение — от 1 до 30 букв, цифр, - или _.", "Скорочення — від 1 до 30 літер, цифр, - або _.";
        taken_shortcut: "Another reply has this shortcut.", "Otra respuesta tiene este atajo.",
            "Это сокращение уже занято.", "Це скорочення вже зайняте.";
        full_canned: "There are 200 replies: remove one first.", "Hay 200 respuestas: quita una antes.",
            "Ответов уже 200: сначала уберите какой-нибудь.", "Відповідей уже 200: спершу приберіть якусь.";
        changed_canned: "{} has changed this reply meanwhile. Yours is below: save again to replace it.",
            "{} ha cambiado esta respuesta. La tuya está abajo: guarda otra vez para reemplazarla.",
            "{} уже изменил(а) этот ответ. Ваш вариант ниже: сохраните ещё раз, чтобы заменить.",
            "{} уже змінив(ла) цю відповідь. Ваш варіант нижче: збережіть ще раз, щоб замінити.";
        gone_canned: "This reply was removed meanwhile. Save again to add it.",
            "Esta respuesta fue eliminada. Guarda otra vez para añadirla.",
            "Этот ответ уже удалён. Сохраните ещё раз, чтобы добавить.",
            "Цю відповідь уже видалено. Збережіть ще раз, щоб додати.";
        last_changed: "last changed by", "último cambio de", "изменил(а)", "змінив(ла)";
        unfilled: "Fill in {} first: it is not known here.", "Rellena antes {}: aquí no se sabe.",
            "Сначала замените {}: здесь это неизвестно.", "Спершу замініть {}: тут це невідомо.";
        answered_meanwhile: "A colleague has answered meanwhile. Read it, then send if you still want to.",
            "Un colega ya ha respondido. Léelo y envía si aún quieres.",
            "Коллега уже ответил. Прочтите и отправьте, если всё ещё нужно.",
            "Колега вже відповів. Прочитайте й надішліть, якщо ще потрібно.";
        drafting: "is writing a reply…", "está escribiendo una respuesta…", "пишет ответ…", "пише відповідь…";

        timer_nudge: "Reminder", "Recordatorio", "Напоминание", "Нагадування";
        timer_abandon: "Stops waiting for an answer", "Deja de esperar respuesta", "Перестаёт ждать ответа",
            "Перестає чекати відповіді";
        timer_resume: "The pause ends", "Termina la pausa", "Конец паузы", "Кінець паузи";
        timer_follow_up: "Follow-up", "Seguimiento", "Повторное сообщение", "Повторне повідомлення";
        fire_now: "Now", "Ahora", "Сейчас", "Зараз";
        cancel: "Cancel", "Cancelar", "Отменить", "Скасувати";
        timer_cancelled: "{} cancelled a timer", "{} canceló un temporizador", "{} отменил(а) таймер",
            "{} скасував(ла) таймер";
        timer_fired: "{} did not wait for a timer", "{} adelantó un temporizador", "{} запустил(а) таймер раньше",
            "{} запустив(ла) таймер раніше";
    }
}

impl Desk {
    /// What a timer is for; one of a name of its own by that name.
    pub fn timer(&self, name: &str) -> String {
        match name {
            "nudge" => self.timer_nudge.to_owned(),
            "abandon" => self.timer_abandon.to_owned(),
            "resume" => self.timer_resume.to_owned(),
            "follow_up" => self.timer_follow_up.to_owned(),
            other => other.replace('_', " "),
        }
    }
}
