//! Lists and reports.

use super::texts;

texts! {
    /// Lists of what the business keeps.
    Records {
        contacts: "Contacts", "Contactos", "Контакты", "Контакти";
        contacts_lead: "Everybody who has told who they are.", "Todos los que dijeron quiénes son.",
            "Все, кто представился.", "Усі, хто назвався.";
        leads: "Leads", "Clientes potenciales", "Заявки", "Заявки";
        leads_lead: "People who want something, newest first.", "Personas que quieren algo, primero las nuevas.",
            "Люди, которым что-то нужно, новые сверху.", "Люди, яким щось потрібно, нові згори.";
        no_leads: "No leads in this period.", "No hay clientes potenciales en este periodo.",
            "За это время заявок нет.", "За цей час заявок немає.";
        newsletter: "Newsletter", "Boletín", "Рассылка", "Розсилка";
        newsletter_lead: "Who subscribed, and who left again.", "Quién se suscribió y quién se dio de baja.",
            "Кто подписался и кто отписался.", "Хто підписався і хто відписався.";
        consents: "Consents", "Consentimientos", "Согласия", "Згоди";
        consents_lead: "Who agreed to what, in which words. Nothing here is ever changed.",
            "Quién aceptó qué y con qué palabras. Aquí nunca se cambia nada.",
            "Кто на что согласился и какими словами. Здесь ничего не меняется.",
            "Хто на що погодився і якими словами. Тут нічого не змінюється.";
        dead_letters: "Dead letters", "Mensajes fallidos", "Необработанные", "Необроблені";
        dead_letters_lead: "Events that could not be dealt with. Nothing is lost: replay them after the cause is gone.",
            "Eventos que no se pudieron atender. Nada se pierde: repítelos cuando se resuelva la causa.",
            "События, которые не удалось обработать. Ничего не потеряно: повторите их, когда причина устранена.",
            "Події, які не вдалося обробити. Нічого не втрачено: повторіть їх, коли причину усунено.";
        no_dead_letters: "None. Everything that came in was dealt with.",
            "Ninguno. Todo lo que llegó fue atendido.",
            "Нет. Всё, что пришло, обработано.", "Немає. Усе, що надійшло, оброблено.";
        name: "Name", "Nombre", "Имя", "Ім'я";
        phone: "Phone", "Teléfono", "Телефон", "Телефон";
        email: "Email", "Correo", "Эл. почта", "Ел. пошта";
        language: "Language", "Idioma", "Язык", "Мова";
        since: "Since", "Desde", "С", "З";
        changed: "Changed", "Cambio", "Изменено", "Змінено";
        conversation: "Conversation", "Conversación", "Разговор", "Розмова";
        open: "Open", "Abrir", "Открыть", "Відкрити";
        source: "Source", "Origen", "Источник", "Джерело";
        wants: "Wants", "Quiere", "Запрос", "Запит";
        wishes: "By", "Por", "Как", "Як";
        standing: "Status", "Estado", "Статус", "Статус";
        by_email: "Email", "Correo", "Почта", "Пошта";
        left: "Left", "De baja", "Отписан", "Відписано";
        confirmed: "Confirmed", "Confirmado", "Подтверждён", "Підтверджено";
        unconfirmed: "Not confirmed", "Sin confirmar", "Не подтверждён", "Не підтверджено";
        who: "Who", "Quién", "Кто", "Хто";
        purpose: "To", "A qué", "На что", "На що";
        answer: "Answer", "Respuesta", "Ответ", "Відповідь";
        granted: "Agreed", "Aceptó", "Согласие", "Згода";
        refused: "Refused", "Rechazó", "Отказ", "Відмова";
        words_shown: "Words shown", "Texto mostrado", "Показано", "Показано";
        words_said: "Words said", "Dijo", "Сказано", "Сказано";
        channel: "Channel", "Canal", "Канал", "Канал";
        search_consents: "Email, phone with country code, or address", "Correo, teléfono con prefijo o dirección",
            "Почта, телефон с кодом страны или адрес", "Пошта, телефон з кодом країни або адреса";
        kind: "Event", "Evento", "Событие", "Подія";
        reason: "What went wrong", "Qué falló", "Что пошло не так", "Що пішло не так";
        attempts: "Tries", "Intentos", "Попытки", "Спроби";
        written: "What was written", "Lo que se escribió", "Что было написано", "Що було написано";
        replay: "Replay", "Repetir", "Повторить", "Повторити";
        resolved: "Dealt with", "Resuelto", "Решено", "Вирішено";
        waiting: "Waiting", "Espera", "Ждёт", "Чекає";
        with_resolved: "Also those dealt with", "También los resueltos", "И решённые", "І вирішені";
        from: "From", "Desde", "С", "З";
        until: "Until", "Hasta", "По", "До";
        filter: "Show", "Mostrar", "Показать", "Показати";
        bookings: "Bookings", "Reservas", "Брони", "Бронювання";
        calls: "Calls", "Llamadas", "Звонки", "Дзвінки";
        quote_form: "Quote form", "Formulario de presupuesto", "Форма заявки", "Форма заявки";
        booking_form: "Booking form", "Formulario de reserva", "Форма брони", "Форма бронювання";
        every_source: "Every source", "Todos los orígenes", "Все источники", "Усі джерела";
        only_new: "Only new ones", "Solo los nuevos", "Только новые", "Лише нові";
        is_new: "New", "Nuevo", "Новая", "Нова";
        handled: "Handled", "Atendido", "Обработана", "Оброблена";
        mark_handled: "Mark as handled", "Marcar como atendidos", "Отметить обработанными",
            "Позначити обробленими";
        unsubscribe: "Unsubscribe", "Dar de baja", "Отписать", "Відписати";
        mark_new: "Mark as new", "Marcar como nuevos", "Отметить новыми", "Позначити новими";
        ticked: "With the ticked ones:", "Con los marcados:", "С отмеченными:", "З позначеними:";
        tick: "Tick this row", "Marcar esta fila", "Отметить строку", "Позначити рядок";
        tick_all: "Tick all of this page", "Marcar toda la página", "Отметить всю страницу",
            "Позначити всю сторінку";
        leads_today: "Today's leads (Excel)", "Clientes de hoy (Excel)", "Заявки за сегодня (Excel)",
            "Заявки за сьогодні (Excel)";
        messages: "Messages", "Mensajes", "Сообщения", "Повідомлення";
        messages_lead: "Everything that was said, newest first, and what became of it.",
            "Todo lo que se dijo, primero lo más nuevo, y qué pasó con ello.",
            "Всё, что было сказано, новое сверху, и что с этим стало.",
            "Усе, що було сказано, нове згори, і що з цим сталося.";
        no_messages: "No such messages.", "No hay mensajes así.", "Таких сообщений нет.", "Таких повідомлень немає.";
        search_messages: "Words in the message", "Palabras del mensaje", "Слова в сообщении", "Слова в повідомленні";
        look_on: "None among the newest. “Older” looks further back.",
            "Ninguno entre los más recientes. «Más antiguos» busca más atrás.",
            "Среди новых ничего нет. «Старые» ищет дальше.", "Серед нових нічого немає. «Старіші» шукає далі.";
        every_channel: "Every channel", "Todos los canales", "Все каналы", "Усі канали";
        direction: "Direction", "Dirección", "Направление", "Напрямок";
        both_directions: "In and out", "Entrantes y salientes", "Входящие и исходящие", "Вхідні та вихідні";
        incoming: "In", "Entrante", "Входящее", "Вхідне";
        outgoing: "Out", "Saliente", "Исходящее", "Вихідне";
        words: "Words", "Texto", "Текст", "Текст";
        why: "Reason", "Motivo", "Причина", "Причина";
        every_status: "Every status", "Todos los estados", "Любой статус", "Будь-який статус";
        troubled: "Needs a look", "Requiere atención", "Требует внимания", "Потребує уваги";
        held: "Waiting to leave", "Por salir", "Ждёт отправки", "Чекає надсилання";
        seen_to: "Dealt with", "Resuelto", "Решено", "Вирішено";
        search_people: "Beginning of a name, phone or email", "Comienzo del nombre, teléfono o correo",
            "Начало имени, телефона или почты", "Початок імені, телефону чи пошти";
        search_email: "Beginning of an email", "Comienzo del correo", "Начало адреса почты", "Початок адреси пошти";
        subscribed: "Subscribed", "Suscrito", "Подписан", "Підписано";
        columns: "Columns", "Columnas", "Столбцы", "Стовпці";
        show_columns: "Show these", "Mostrar estas", "Показать эти", "Показати ці";
        too_many_rows: "More than 100,000 rows do not fit into an Excel file: choose fewer days, or take the CSV file.",
            "Más de 100.000 filas no caben en un archivo de Excel: elige menos días o usa el CSV.",
            "Больше 100 000 строк не поместятся в файл Excel: выберите меньше дней или возьмите CSV.",
            "Понад 100 000 рядків не вмістяться у файл Excel: оберіть менше днів або візьміть CSV.";
        bad_day: "This is not a date.", "Esto no es una fecha.", "Это не дата.", "Це не дата.";
    }
}

texts! {
    /// Reports.
    Reports {
        sources: "Sources", "Orígenes", "Источники", "Джерела";
        sources_lead: "Where leads come from, and how many left a name, a phone, an email, a consent.",
            "De dónde vienen y cuántos dejaron nombre, teléfono, correo y consentimiento.",
            "Откуда приходят заявки и сколько людей оставили имя, телефон, почту, согласие.",
            "Звідки надходять заявки і скільки людей залишили ім'я, телефон, пошту, згоду.";
        leads: "Leads", "Clientes potenciales", "Заявки", "Заявки";
        sources_recounted: "What changed in days gone by is counted once an hour.",
            "Lo que cambió en días pasados se cuenta una vez por hora.",
            "Изменения за прошлые дни подсчитываются раз в час.",
            "Зміни за минулі дні підраховуються раз на годину.";
        consent: "Newsletter", "Boletín", "Рассылка", "Розсилка";
        period: "Period", "Periodo", "Период", "Період";
        today: "Today", "Hoy", "Сегодня", "Сьогодні";
        days: "{} days", "{} días", "{} дней", "{} днів";
        ever: "All", "Todo", "Всё время", "Увесь час";
        ledger: "Ledger", "Balance", "Баланс", "Баланс";
        ledger_lead: "Every event that came in has a receipt: it was processed, is parked, or was refused. \
            The three always add up. Refused is what nobody can answer: news of messages that are not ours, \
            words to an address of no business.",
            "Cada evento que llegó tiene recibo: procesado, aparcado o rechazado. La suma siempre cuadra. Se rechaza \
            lo que nadie puede atender: avisos de mensajes ajenos, palabras a una dirección sin negocio.",
            "У каждого входящего события есть квитанция: обработано, отложено или отклонено. Сумма всегда сходится. \
            Отклоняется то, на что некому ответить: вести о чужих сообщениях, слова на адрес без бизнеса.",
            "Кожна вхідна подія має квитанцію: оброблено, відкладено або відхилено. Сума завжди сходиться. \
            Відхиляється те, на що нікому відповісти: вісті про чужі повідомлення, слова на адресу без бізнесу.";
        counting: "The events that came before the update are being counted. Load the page again in a moment.",
            "Se cuentan los eventos anteriores a la actualización. Recarga la página en un momento.",
            "Считаются события, пришедшие до обновления. Обновите страницу чуть позже.",
            "Рахуються події, що надійшли до оновлення. Оновіть сторінку трохи згодом.";
        receipts: "Received", "Recibidos", "Получено", "Отримано";
        processed: "Processed", "Procesados", "Обработано", "Оброблено";
        parked: "Parked", "Aparcados", "Отложено", "Відкладено";
        refused: "Refused", "Rechazados", "Отклонено", "Відхилено";
        recovered: "Recovered", "Recuperados", "Найдено", "Знайдено";
        balanced: "Balanced", "Cuadra", "Сходится", "Сходиться";
        unbalanced: "Does not add up", "No cuadra", "Не сходится", "Не сходиться";
        total: "Total", "Total", "Всего", "Усього";
    }
}

texts! {
    /// Events that were not accepted.
    Refusals {
        title: "Refused", "Rechazados", "Отклонено", "Відхилено";
        lead: "Events that nobody can answer, and why. Their senders were told that they arrived: sending them again \
            would change nothing.",
            "Eventos que nadie puede atender, y por qué. A quien los envió se le confirmó la llegada: repetirlos no \
            cambiaría nada.",
            "События, на которые некому ответить, и почему. Отправителям сказано, что они дошли: повтор ничего бы не \
            изменил.",
            "Події, на які нікому відповісти, і чому. Відправникам сказано, що вони дійшли: повтор нічого б не змінив.";
        none: "None. Everything that came in was accepted.", "Ninguno. Todo lo que llegó se aceptó.",
            "Нет. Всё, что пришло, принято.", "Немає. Усе, що надійшло, прийнято.";
        unowned_address: "Written to an address of ours that no business has: add its route",
            "Escrito a una dirección nuestra que ningún negocio tiene: añade su ruta",
            "Написано на наш адрес, которого нет ни у одного бизнеса: добавьте маршрут",
            "Написано на нашу адресу, якої немає в жодного бізнесу: додайте маршрут";
        no_sender: "It does not say from whom", "No dice de quién es", "Не сказано, от кого", "Не сказано, від кого";
        unknown_message: "News of a message that we did not send: another system uses the same account, or it was erased",
            "Aviso de un mensaje que no enviamos: otro sistema usa la misma cuenta, o se borró",
            "Весть о сообщении, которое отправили не мы: тем же аккаунтом пользуется другая система, или оно стёрто",
            "Вість про повідомлення, яке надіслали не ми: тим самим акаунтом користується інша система, або його стерто";
        forbidden: "The conversation belongs to somebody else", "La conversación es de otra persona",
            "Разговор принадлежит другому человеку", "Розмова належить іншій людині";
        unknown_tenant: "The business is not there any more", "El negocio ya no está", "Такого бизнеса больше нет",
            "Такого бізнесу більше немає";
        no_conversation: "News for a conversation that is not there any more", "Aviso para una conversación que ya no está",
            "Весть для разговора, которого больше нет", "Вість для розмови, якої більше немає";
    }
}

impl Refusals {
    /// A stored reason in words; one that has none stands for itself.
    #[must_use]
    pub fn of<'a>(&self, reason: &'a str) -> &'a str {
        match reason {
            "unowned_address" => self.unowned_address,
            "no_sender" => self.no_sender,
            "unknown_message" => self.unknown_message,
            "forbidden" => self.forbidden,
            "unknown_tenant" => self.unknown_tenant,
            "no_conversation" => self.no_conversation,
            other => other,
        }
    }
}
