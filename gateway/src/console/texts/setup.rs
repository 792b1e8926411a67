//! What an administrator sets up.

use super::texts;

texts! {
    /// Businesses and their settings.
    Tenants {
        title: "Businesses", "Negocios", "Бизнесы", "Бізнеси";
        lead: "Each is a text: what it asks, says and knows. Change it, try it, publish it.",
            "Cada uno es un texto: qué pregunta, dice y sabe. Cámbialo, pruébalo, publícalo.",
            "Каждый описан текстом: что спрашивает, говорит и знает. Измените, попробуйте, опубликуйте.",
            "Кожен описано текстом: що питає, каже і знає. Змініть, спробуйте, опублікуйте.";
        add: "Add a business", "Añadir negocio", "Добавить бизнес", "Додати бізнес";
        name: "Name", "Nombre", "Название", "Назва";
        id: "Short name", "Nombre corto", "Короткое имя", "Коротке ім'я";
        id_hint: "Small letters a–z, digits and hyphens. It cannot be changed later.",
            "Minúsculas a–z, dígitos y guiones. No se puede cambiar después.",
            "Строчные буквы a–z, цифры и дефисы. Позже не меняется.",
            "Малі літери a–z, цифри та дефіси. Потім не змінюється.";
        bad_id: "The short name has small letters, digits and hyphens only.",
            "El nombre corto solo lleva minúsculas, dígitos y guiones.",
            "В коротком имени — только строчные буквы, цифры и дефисы.",
            "У короткому імені — лише малі літери, цифри та дефіси.";
        revision: "Revision", "Revisión", "Версия", "Версія";
        served: "Live", "En marcha", "Работает", "Працює";
        search: "Name or short name", "Nombre o nombre corto", "Название или короткое имя", "Назва або коротке ім'я";
        unserved: "Has faults", "Con errores", "С ошибками", "З помилками";
        access: "Addresses and keys", "Direcciones y claves", "Адреса и ключи", "Адреси та ключі";
        access_lead: "Which of our numbers and pages belong to this business, and who may use its API.",
            "Qué números y páginas son de este negocio y quién puede usar su API.",
            "Какие номера и страницы принадлежат бизнесу и кому доступен его API.",
            "Які номери та сторінки належать бізнесу і кому доступний його API.";
        manifest: "Manifest", "Manifiesto", "Манифест", "Маніфест";
        manifest_lead: "Nothing changes for customers until you publish.",
            "Nada cambia para los clientes hasta que publiques.",
            "Для клиентов ничего не меняется, пока вы не опубликуете.",
            "Для клієнтів нічого не змінюється, доки ви не опублікуєте.";
        publish: "Publish", "Publicar", "Опубликовать", "Опублікувати";
        check: "Check", "Comprobar", "Проверить", "Перевірити";
        not_published: "Not published: it has faults.", "No publicado: tiene errores.",
            "Не опубликовано: есть ошибки.", "Не опубліковано: є помилки.";
        changed_meanwhile: "Not published: somebody else has changed it meanwhile. Copy what you wrote, open the page again, and repeat it there.",
            "No publicado: alguien lo cambió mientras tanto. Copia lo escrito, abre la página de nuevo y repítelo allí.",
            "Не опубликовано: кто-то уже изменил его. Скопируйте написанное, откройте страницу снова и повторите.",
            "Не опубліковано: хтось уже змінив його. Скопіюйте написане, відкрийте сторінку знову й повторіть.";
        faults: "Faults", "Errores", "Ошибки", "Помилки";
        line: "Line", "Línea", "Строка", "Рядок";
        faultless: "No faults.", "Sin errores.", "Ошибок нет.", "Помилок немає.";
        rehearsal: "Rehearsal", "Ensayo", "Репетиция", "Репетиція";
        rehearsal_lead: "Play a customer with the text as it is now. One line is one message; +26h lets time pass. Nothing is sent or stored.",
            "Haz de cliente con el texto tal como está. Una línea es un mensaje; +26h deja pasar el tiempo. No se envía ni guarda nada.",
            "Сыграйте клиента с текстом как он есть. Строка — сообщение; +26h пропускает время. Ничего не отправляется и не хранится.",
            "Зіграйте клієнта з текстом як він є. Рядок — повідомлення; +26h пропускає час. Нічого не надсилається й не зберігається.";
        lines: "The customer says", "El cliente dice", "Клиент говорит", "Клієнт каже";
        rehearse: "Play", "Ensayar", "Сыграть", "Зіграти";
        addresses: "Addresses", "Direcciones", "Адреса", "Адреси";
        address: "Number, page id or name", "Número, página o nombre", "Номер, страница или имя",
            "Номер, сторінка або ім'я";
        add_address: "Add address", "Añadir dirección", "Добавить адрес", "Додати адресу";
        bad_address: "An address has 1 to 128 characters.", "Una dirección tiene de 1 a 128 caracteres.",
            "Адрес — от 1 до 128 символов.", "Адреса — від 1 до 128 символів.";
        taken_address: "This address belongs to another business.", "Esta dirección es de otro negocio.",
            "Этот адрес принадлежит другому бизнесу.", "Ця адреса належить іншому бізнесу.";
        routes_for: "An administrator of every business adds and removes addresses.",
            "Un administrador de todos los negocios añade y quita direcciones.",
            "Адреса добавляет и убирает администратор всех бизнесов.",
            "Адреси додає та прибирає адміністратор усіх бізнесів.";
        keys: "API keys", "Claves de API", "Ключи API", "Ключі API";
        add_key: "Make a key", "Crear clave", "Создать ключ", "Створити ключ";
        secret: "Keep it now: it is not shown again.", "Guárdala ahora: no se vuelve a mostrar.",
            "Сохраните сейчас: больше он не покажется.", "Збережіть зараз: більше він не покажеться.";
        remove: "Remove", "Quitar", "Убрать", "Прибрати";
    }
}

texts! {
    /// A business's own accounts at providers.
    Accounts {
        title: "Provider accounts", "Cuentas de proveedores", "Аккаунты у провайдеров", "Акаунти у провайдерів";
        lead: "Messages of this business come in and leave over its own accounts, where it has them.",
            "Los mensajes de este negocio entran y salen por sus propias cuentas, si las tiene.",
            "Сообщения бизнеса приходят и уходят через его собственные аккаунты, если они есть.",
            "Повідомлення бізнесу надходять і надсилаються через його власні акаунти, якщо вони є.";
        own: "Own account", "Cuenta propia", "Собственный аккаунт", "Власний акаунт";
        shared: "The installation's account", "La cuenta de la instalación", "Аккаунт установки", "Акаунт інсталяції";
        sandbox: "Sandbox: nothing reaches real people", "Entorno de pruebas: nada llega a personas reales",
            "Песочница: до реальных людей ничего не доходит", "Пісочниця: до реальних людей нічого не доходить";
        none: "No account", "Sin cuenta", "Нет аккаунта", "Немає акаунта";
        shut: "Cannot be used: nothing comes in or leaves", "No se puede usar: nada entra ni sale",
            "Нельзя использовать: ничего не приходит и не уходит",
            "Не можна використати: нічого не надходить і не надсилається";
        set_at: "set", "definido", "задано", "задано";
        by: "by", "por", "кем:", "ким:";
        overtaken: "Not saved: a colleague has set this account meanwhile. Look at it, and save again.",
            "No guardado: un colega cambió esta cuenta mientras tanto. Revísala y guarda de nuevo.",
            "Не сохранено: коллега тем временем изменил этот аккаунт. Посмотрите и сохраните снова.",
            "Не збережено: колега тим часом змінив цей акаунт. Перегляньте й збережіть знову.";
        keep: "Leave empty to keep it", "Deja vacío para conservarlo", "Оставьте пустым, чтобы сохранить",
            "Залиште порожнім, щоб зберегти";
        needed: "This is needed.", "Es necesario.", "Это нужно.", "Це потрібно.";
        unfit: "At most 4,096 bytes, on one line.", "Como máximo 4096 bytes, en una línea.",
            "Не более 4096 байт, в одной строке.", "Не більше 4096 байтів, в одному рядку.";
        unsealable: "Nothing can be stored: FRONTDESK_MASTER_KEY is not set.",
            "No se puede guardar nada: falta FRONTDESK_MASTER_KEY.",
            "Ничего нельзя сохранить: не задан FRONTDESK_MASTER_KEY.",
            "Нічого не можна зберегти: не задано FRONTDESK_MASTER_KEY.";
        save: "Save", "Guardar", "Сохранить", "Зберегти";
        check: "Check", "Comprobar", "Проверить", "Перевірити";
        accepted: "The provider accepts this account.", "El proveedor acepta esta cuenta.",
            "Провайдер принимает этот аккаунт.", "Провайдер приймає цей акаунт.";
        ends: "It ends", "Termina", "Действует до", "Діє до";
        looked_at: "Last checked", "Última comprobación", "Последняя проверка", "Остання перевірка";
        subscribed: "Its events are subscribed to until", "Suscrita a sus eventos hasta",
            "Подписка на события действует до", "Підписка на події діє до";
        failing: "It has been failing since", "Falla desde", "Не отвечает как надо с", "Не відповідає як слід з";
        refused: "The provider does not accept this account:", "El proveedor no acepta esta cuenta:",
            "Провайдер не принимает этот аккаунт:", "Провайдер не приймає цей акаунт:";
        webhooks: "Addresses to give to the provider", "Direcciones para dar al proveedor",
            "Адреса, которые нужно указать у провайдера", "Адреси, які треба вказати у провайдера";
        webhook_key: "your webhook key", "tu clave de webhook", "ваш ключ вебхука", "ваш ключ вебхука";
        secret_hint: "Secrets are sealed and never shown again.", "Los secretos se cifran y no se vuelven a mostrar.",
            "Секреты шифруются и больше не показываются.", "Секрети шифруються і більше не показуються.";
    }
}

texts! {
    /// How people reach a business.
    Reach {
        title: "Channels", "Canales", "Каналы", "Канали";
        lead: "How people reach a business, and whether they do.", "Cómo llega la gente a un negocio, y si llega.",
            "Как люди связываются с бизнесом и получается ли у них.", "Як люди звертаються до бізнесу і чи вдається їм.";
        works: "Works", "Funciona", "Работает", "Працює";
        new: "No message yet", "Aún sin mensajes", "Сообщений ещё нет", "Повідомлень ще немає";
        silent: "Unusually silent", "Silencio inusual", "Необычная тишина", "Незвична тиша";
        wrong: "Needs a look", "Requiere atención", "Требует внимания", "Потребує уваги";
        unset: "Not set up", "Sin configurar", "Не настроен", "Не налаштовано";
        unset_lead: "Nobody can write here: it has no address.", "Aquí nadie puede escribir: no hay dirección.",
            "Сюда нельзя написать: нет адреса.", "Сюди не можна написати: немає адреси.";
        search: "Number, page or business", "Número, página o negocio", "Номер, страница или бизнес",
            "Номер, сторінка або бізнес";
        provider: "Provider", "Proveedor", "Провайдер", "Провайдер";
        every_provider: "Every provider", "Todos los proveedores", "Все провайдеры", "Усі провайдери";
        none: "No channel is like this.", "Ningún canal es así.", "Таких каналов нет.", "Таких каналів немає.";
        last_in: "Last in", "Último entrante", "Последнее входящее", "Останнє вхідне";
        last_out: "Last out", "Último saliente", "Последнее исходящее", "Останнє вихідне";
        last_hour: "Last written to in the hour of", "Último mensaje en la hora de", "Последний раз писали в часе",
            "Востаннє писали в годині";
        today: "Today", "Hoy", "Сегодня", "Сьогодні";
        today_in: "In today", "Entrantes hoy", "Входящих сегодня", "Вхідних сьогодні";
        today_out: "Out today", "Salientes hoy", "Исходящих сегодня", "Вихідних сьогодні";
        site_lead: "Paste this into any page: the chat, and a form for quotes.",
            "Pégalo en cualquier página: el chat y un formulario de presupuesto.",
            "Вставьте на любую страницу: чат и форма заявки.", "Вставте на будь-яку сторінку: чат і форма заявки.";
        wait: "Wait for a test message", "Esperar un mensaje de prueba", "Ждать пробное сообщение",
            "Чекати на пробне повідомлення";
        waiting: "Waiting. Write something here now; it will show by itself.",
            "Esperando. Escribe algo ahora: aparecerá solo.",
            "Ждём. Напишите сюда что-нибудь: оно появится само.", "Чекаємо. Напишіть сюди щось: воно з'явиться саме.";
        heard: "It arrived.", "Ha llegado.", "Дошло.", "Дійшло.";
        test_to: "Send a test to this number", "Enviar una prueba a este número", "Отправить пробное на номер",
            "Надіслати пробне на номер";
        send_test: "Send a test", "Enviar prueba", "Отправить", "Надіслати";
        bad_number: "Nobody can be reached at this number.", "Nadie puede responder en este número.",
            "По такому номеру никого нет.", "За таким номером нікого немає.";
        test_says: "What it says", "Qué dice", "Что в нём", "Що в ньому";
        test_sentence: "One sentence, for whoever wrote within a day", "Una frase, para quien escribió en el último día",
            "Одна фраза — тому, кто писал за последние сутки", "Одне речення — тому, хто писав за останню добу";
        test_words: "This is a test of {}. It works.", "Esto es una prueba de {}. Funciona.",
            "Это проверка {}. Всё работает.", "Це перевірка {}. Усе працює.";
    }
}

texts! {
    /// People who sign in.
    Users {
        title: "Colleagues", "Colegas", "Коллеги", "Колеги";
        lead: "Who may sign in here, and what they may do.", "Quién puede entrar y qué puede hacer.",
            "Кто может входить и что ему можно.", "Хто може входити і що йому можна.";
        added: "Added", "Añadido", "Добавлен", "Додано";
        acts: "Access", "Acceso", "Доступ", "Доступ";
        oneself: "You", "Tú", "Вы", "Ви";
        not_oneself: "You cannot change your own role or remove yourself: another administrator can.",
            "No puedes cambiar tu rol ni quitarte: puede otro administrador.",
            "Свою роль изменить и себя убрать нельзя: это может другой администратор.",
            "Свою роль змінити й себе прибрати не можна: це може інший адміністратор.";
        add: "Add a colleague", "Añadir colega", "Добавить коллегу", "Додати колегу";
        taken: "Somebody signs in with this email already.", "Alguien ya entra con este correo.",
            "С этой почтой уже кто-то входит.", "З цією поштою вже хтось входить.";
        password: "First password", "Primera contraseña", "Первый пароль", "Перший пароль";
        password_hint: "At least 10 characters. They can change it in their account.",
            "Al menos 10 caracteres. Podrá cambiarla en su cuenta.",
            "Не менее 10 символов. Сменить можно в профиле.",
            "Щонайменше 10 символів. Змінити можна в профілі.";
    }
}
