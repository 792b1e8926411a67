//! Alarms: what is wrong, and what to do next.

use frontdesk_core::ports::watch::Cause;

use super::texts;

texts! {
    /// Alarms.
    Alarms {
        title: "Alarms", "Alarmas", "Тревоги", "Тривоги";
        lead: "What is wrong, and what to do next. An alarm ends by itself once its cause is gone.",
            "Qué falla y qué hacer. Una alarma termina sola cuando desaparece su causa.",
            "Что не так и что делать. Тревога закроется сама, когда причина исчезнет.",
            "Що не так і що робити. Тривога закриється сама, коли причина зникне.";
        none: "None. Everything works as it should.", "Ninguna. Todo funciona como debe.",
            "Нет. Всё работает как должно.", "Немає. Усе працює як слід.";
        what: "What", "Qué", "Что", "Що";
        standing: "Status", "Estado", "Статус", "Статус";
        open: "Open", "Abierta", "Открыта", "Відкрита";
        closed: "Over since", "Terminó", "Закрыта", "Закрита";
        known: "Known to {}", "Lo sabe {}", "В курсе: {}", "У курсі: {}";
        acknowledge: "I know", "Enterado", "Я в курсе", "Я в курсі";
        all: "All alarms", "Todas las alarmas", "Все тревоги", "Усі тривоги";
        with_closed: "Also those that are over", "También las terminadas", "И закрытые", "І закриті";

        silent: "Nobody writes to {} any more", "Ya nadie escribe a {}", "Никто больше не пишет на {}", "Ніхто більше не пише на {}";
        silent_seen: "At least {} messages are usual at these hours of the week. Silent since",
            "A estas horas de la semana suele haber al menos {} mensajes. En silencio desde",
            "В эти часы недели обычно не меньше {} сообщений. Тишина с",
            "У ці години тижня зазвичай не менше ніж {} повідомлень. Тиша з";
        silent_do: "Write to it yourself. If nothing arrives, check the webhook address and the account at the provider.",
            "Escribe tú mismo. Si no llega nada, revisa la dirección del webhook y la cuenta en el proveedor.",
            "Напишите туда сами. Если ничего не придёт, проверьте адрес вебхука и аккаунт у провайдера.",
            "Напишіть туди самі. Якщо нічого не надійде, перевірте адресу вебхука та акаунт у провайдера.";

        missing: "Webhooks of {} do not arrive", "No llegan los webhooks de {}", "Вебхуки {} не приходят", "Вебхуки {} не надходять";
        missing_seen: "{} messages were found only by asking the provider, since",
            "{} mensajes se encontraron solo al preguntar al proveedor, desde",
            "{} сообщений найдено только по запросу к провайдеру, с",
            "{} повідомлень знайдено лише за запитом до провайдера, з";
        missing_do: "Nothing is lost, but answers come late. Check the webhook address at the provider, and that this server can be reached from outside.",
            "Nada se pierde, pero se responde tarde. Revisa la dirección del webhook en el proveedor y que este servidor sea accesible desde fuera.",
            "Ничего не потеряно, но ответы запаздывают. Проверьте адрес вебхука у провайдера и доступность сервера извне.",
            "Нічого не втрачено, але відповіді запізнюються. Перевірте адресу вебхука в провайдера та доступність сервера ззовні.";

        signatures: "Requests of {} are not believed", "No se creen las peticiones de {}", "Запросам {} нет доверия", "Запитам {} немає довіри";
        signatures_seen: "{} were refused within a quarter of an hour, since",
            "{} fueron rechazadas en un cuarto de hora, desde",
            "{} отклонено за четверть часа, с", "{} відхилено за чверть години, з";
        signatures_do: "Compare the secret here with the one at the provider. PUBLIC_URL must be the very address that the provider calls.",
            "Compara el secreto de aquí con el del proveedor. PUBLIC_URL debe ser la dirección exacta que llama el proveedor.",
            "Сверьте секрет здесь и у провайдера. PUBLIC_URL должен быть точно тем адресом, который вызывает провайдер.",
            "Звірте секрет тут і в провайдера. PUBLIC_URL має бути саме тією адресою, яку викликає провайдер.";

        token: "The access to {} ends", "Termina el acceso a {}", "Доступ к {} заканчивается", "Доступ до {} закінчується";
        token_seen: "It ends", "Termina", "Окончание:", "Закінчення:";
        token_do: "Make a new token at the provider and set it here; without it nothing leaves any more.",
            "Crea un token nuevo en el proveedor y ponlo aquí; sin él no sale nada.",
            "Создайте у провайдера новый токен и укажите его здесь: без него ничего не уйдёт.",
            "Створіть у провайдера новий токен і вкажіть його тут: без нього нічого не піде.";

        failing: "The account at {} fails", "Falla la cuenta en {}", "Аккаунт у {} не отвечает как надо", "Акаунт у {} не відповідає як слід";
        failing_seen: "{} looks at it failed in a row, since", "Fallaron {} comprobaciones seguidas, desde",
            "Проверок подряд не прошло: {}, с", "Перевірок поспіль не пройшло: {}, з";
        failing_do: "The page of provider accounts tells the reason. While it lasts, messages may come in late or not leave.",
            "La página de cuentas de proveedores dice el motivo. Mientras dure, los mensajes pueden llegar tarde o no salir.",
            "Причина указана на странице аккаунтов у провайдеров. Пока так, сообщения могут запаздывать или не уходить.",
            "Причину вказано на сторінці акаунтів у провайдерів. Поки так, повідомлення можуть запізнюватися або не надсилатися.";

        breaker: "Sending over {} rests", "El envío por {} está en pausa", "Отправка через {} приостановлена", "Надсилання через {} призупинено";
        breaker_seen: "It has been failing since", "Falla desde", "Не удаётся с", "Не вдається з";
        breaker_do: "The provider or the network is in trouble. Messages wait and leave by themselves afterwards; see the provider's status page.",
            "El proveedor o la red tienen problemas. Los mensajes esperan y saldrán solos; mira la página de estado del proveedor.",
            "Проблема у провайдера или в сети. Сообщения ждут и уйдут сами; посмотрите страницу статуса провайдера.",
            "Проблема в провайдера або в мережі. Повідомлення чекають і підуть самі; подивіться сторінку статусу провайдера.";

        account: "The account {} is refused", "Se rechaza la cuenta {}", "Аккаунт {} не принимают", "Акаунт {} не приймають";
        account_seen: "{} messages did not leave, since", "{} mensajes no salieron, desde",
            "{} сообщений не ушло, с", "{} повідомлень не пішло, з";
        account_do: "Check credentials, balance and registration at the provider. What failed waits in its conversations for a colleague.",
            "Revisa las credenciales, el saldo y el registro en el proveedor. Lo que falló espera a un colega en su conversación.",
            "Проверьте ключи, баланс и регистрацию у провайдера. Неотправленное ждёт коллегу в своих разговорах.",
            "Перевірте ключі, баланс і реєстрацію в провайдера. Ненадіслане чекає колегу у своїх розмовах.";

        letters: "Events of {} fail", "Fallan eventos de {}", "События {} не обрабатываются", "Події {} не обробляються";
        letters_seen: "{} of the last hour wait, the oldest since", "{} de la última hora esperan, la más antigua desde",
            "{} за последний час ждут, самое старое с", "{} за останню годину чекають, найстаріша з";
        letters_do: "The list of dead letters tells the reasons. Mend the cause, then replay them: nothing is lost.",
            "La lista de mensajes fallidos dice los motivos. Arregla la causa y repítelos: nada se pierde.",
            "Причины указаны в списке необработанных. Устраните причину и повторите: ничего не потеряно.",
            "Причини вказано у списку необроблених. Усуньте причину й повторіть: нічого не втрачено.";
    }
}

impl Alarms {
    /// What is wrong, what is seen of it, and what to do.
    #[must_use]
    pub const fn of(&self, cause: Cause) -> (&'static str, &'static str, &'static str) {
        match cause {
            Cause::InboundSilent => (self.silent, self.silent_seen, self.silent_do),
            Cause::WebhooksMissing => (self.missing, self.missing_seen, self.missing_do),
            Cause::SignaturesFailing => (self.signatures, self.signatures_seen, self.signatures_do),
            Cause::TokenEnding => (self.token, self.token_seen, self.token_do),
            Cause::AccountFailing => (self.failing, self.failing_seen, self.failing_do),
            Cause::BreakerOpen => (self.breaker, self.breaker_seen, self.breaker_do),
            Cause::AccountRefused => (self.account, self.account_seen, self.account_do),
            Cause::DeadLettersGrowing => (self.letters, self.letters_seen, self.letters_do),
        }
    }
}
