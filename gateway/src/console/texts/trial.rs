//! Trying things out.

use super::texts;

texts! {
    /// The phone on screen.
    TryIt {
        title: "Try it", "Pruébalo", "Попробовать", "Спробувати";
        lead: "Play the customer: write as they would, press buttons, watch the replies and their ticks.",
            "Haz de cliente: escribe, pulsa botones y mira las respuestas y sus marcas.",
            "Сыграйте клиента: пишите, нажимайте кнопки, следите за ответами и отметками.",
            "Зіграйте клієнта: пишіть, натискайте кнопки, стежте за відповідями та позначками.";
        no_twins: "Real accounts are set up, so only the chat on the site can be tried here. Write to the other channels from a real phone.",
            "Hay cuentas reales configuradas, así que aquí solo se prueba el chat del sitio. Escribe a los demás canales desde un teléfono real.",
            "Подключены настоящие учётные записи, поэтому здесь доступен только чат на сайте. В остальные каналы пишите с настоящего телефона.",
            "Підключено справжні облікові записи, тому тут доступний лише чат на сайті. В інші канали пишіть зі справжнього телефону.";
        customer: "You are a customer", "Eres un cliente", "Вы — клиент", "Ви — клієнт";
        to: "Writing to", "Escribes a", "Пишете в", "Пишете до";
        choose: "Choose", "Elegir", "Выбрать", "Вибрати";
        from: "From", "Desde", "От кого", "Від кого";
        bad_number: "That is not a phone number with its country, such as +12125550147.",
            "No es un número de teléfono con prefijo de país, como +12125550147.",
            "Это не номер телефона с кодом страны, например +12125550147.",
            "Це не номер телефону з кодом країни, наприклад +12125550147.";
        bad_id: "On this channel a customer is a number of digits alone, such as 1545041000000147.",
            "En este canal un cliente es un número de solo cifras, como 1545041000000147.",
            "В этом канале клиент — число из одних цифр, например 1545041000000147.",
            "У цьому каналі клієнт — число з самих цифр, наприклад 1545041000000147.";
        be: "Be this customer", "Ser este cliente", "Быть этим клиентом", "Бути цим клієнтом";
        fresh: "New customer", "Cliente nuevo", "Новый клиент", "Новий клієнт";
        phone: "Phone", "Teléfono", "Телефон", "Телефон";
        site: "The business's site", "El sitio del negocio", "Сайт бизнеса", "Сайт бізнесу";
        write: "Write a message…", "Escribe un mensaje…", "Напишите сообщение…", "Напишіть повідомлення…";
        template: "Approved text", "Texto aprobado", "Одобренный текст", "Схвалений текст";
        empty: "Say hello.", "Di hola.", "Поздоровайтесь.", "Привітайтеся.";
        in_inbox: "See it in the inbox", "Verlo en la bandeja", "Открыть во входящих", "Відкрити у вхідних";
        faults: "Let the provider fail", "Haz fallar al proveedor", "Сломать провайдера", "Зламати провайдера";
        faults_lead: "For the next so many calls or webhooks. Nothing may be lost or doubled.",
            "Para las próximas llamadas o avisos. Nada debe perderse ni duplicarse.",
            "На столько ближайших вызовов или вебхуков. Ничего не должно пропасть или удвоиться.",
            "На стільки найближчих викликів або вебхуків. Нічого не має зникнути чи подвоїтися.";
        faults_for: "Only an administrator of every business may.", "Solo puede un administrador de todos los negocios.",
            "Это может только администратор всех бизнесов.", "Це може лише адміністратор усіх бізнесів.";
        left: "{} to come", "faltan {}", "ещё {}", "ще {}";
        mend: "Everything well again", "Todo bien otra vez", "Всё починить", "Усе полагодити";
    }
}

texts! {
    /// Calls on the phone on screen.
    Calls {
        empty: "Place a call.", "Haz una llamada.", "Позвоните.", "Зателефонуйте.";
        answer: "Call, and somebody answers", "Llamar y que contesten", "Позвонить: ответят", "Подзвонити: відповідять";
        miss: "Call, and nobody answers", "Llamar y que nadie conteste", "Позвонить: никто не ответит",
            "Подзвонити: ніхто не відповість";
        mailbox: "Call, and get the mailbox", "Llamar y que salga el buzón", "Позвонить: автоответчик",
            "Подзвонити: автовідповідач";
        answered: "Called; somebody answered", "Llamada contestada", "Звонок: ответили", "Дзвінок: відповіли";
        missed: "Called; nobody answered", "Llamada perdida", "Звонок: никто не ответил", "Дзвінок: ніхто не відповів";
        voicemail: "Called; the mailbox answered", "Llamada al buzón de voz", "Звонок: автоответчик",
            "Дзвінок: автовідповідач";
        lead: "See the lead that came of it", "Ver el cliente potencial que surgió", "Открыть полученный лид",
            "Відкрити отриманий лід";
    }
}

impl Calls {
    /// What placing such a call is called.
    pub const fn place(&self, end: crate::sandbox::CallEnd) -> &'static str {
        use crate::sandbox::CallEnd;
        match end {
            CallEnd::Answered => self.answer,
            CallEnd::Missed => self.miss,
            CallEnd::Voicemail => self.mailbox,
        }
    }

    /// What a call is called that was placed.
    pub const fn placed(&self, end: crate::sandbox::CallEnd) -> &'static str {
        use crate::sandbox::CallEnd;
        match end {
            CallEnd::Answered => self.answered,
            CallEnd::Missed => self.missed,
            CallEnd::Voicemail => self.voicemail,
        }
    }
}

texts! {
    /// What can go wrong at a provider.
    Faults {
        timeout: "No answer", "Sin respuesta", "Нет ответа", "Немає відповіді";
        too_many_requests: "Too many requests", "Demasiadas peticiones", "Слишком много запросов", "Забагато запитів";
        server_error: "Server error", "Error del servidor", "Ошибка сервера", "Помилка сервера";
        lost_answer: "Accepted, answer lost", "Aceptado, respuesta perdida", "Принято, ответ потерян",
            "Прийнято, відповідь втрачено";
        expired_token: "Token expired", "Token caducado", "Токен истёк", "Токен прострочено";
        duplicate_webhook: "Webhook comes twice", "Aviso repetido", "Вебхук приходит дважды", "Вебхук надходить двічі";
        delayed_webhook: "Webhook comes late", "Aviso tardío", "Вебхук опаздывает", "Вебхук запізнюється";
        reordered_webhook: "Webhook is overtaken", "Aviso adelantado por otro", "Вебхук обогнан", "Вебхук обігнано";
        missing_webhook: "Webhook never comes", "Aviso que no llega", "Вебхук не приходит", "Вебхук не надходить";
    }
}

impl Faults {
    /// What a way of failing is called.
    pub const fn of(&self, kind: crate::sandbox::Kind) -> &'static str {
        use crate::sandbox::Kind;
        match kind {
            Kind::Timeout => self.timeout,
            Kind::TooManyRequests => self.too_many_requests,
            Kind::ServerError => self.server_error,
            Kind::LostAnswer => self.lost_answer,
            Kind::ExpiredToken => self.expired_token,
            Kind::DuplicateWebhook => self.duplicate_webhook,
            Kind::DelayedWebhook => self.delayed_webhook,
            Kind::ReorderedWebhook => self.reordered_webhook,
            Kind::MissingWebhook => self.missing_webhook,
        }
    }
}
