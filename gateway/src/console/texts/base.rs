//! What every page says, and the pages about oneself.

use super::texts;

texts! {
    /// Words of more than one page.
    Common {
        product: "Frontdesk", "Frontdesk", "Frontdesk", "Frontdesk";
        skip: "Skip to content", "Ir al contenido", "К содержимому", "До вмісту";
        save: "Save", "Guardar", "Сохранить", "Зберегти";
        saved: "Saved.", "Guardado.", "Сохранено.", "Збережено.";
        cancel: "Cancel", "Cancelar", "Отмена", "Скасувати";
        search: "Search", "Buscar", "Найти", "Знайти";
        clear: "Clear", "Borrar", "Сбросить", "Очистити";
        newer: "Newest", "Más recientes", "Новые", "Нові";
        older: "Older", "Más antiguos", "Старые", "Старіші";
        nothing: "Nothing here yet.", "Todavía no hay nada.", "Пока ничего нет.", "Поки нічого немає.";
        when: "When", "Cuándo", "Когда", "Коли";
        tenant: "Business", "Negocio", "Бизнес", "Бізнес";
        every_tenant: "Every business", "Todos los negocios", "Все бизнесы", "Усі бізнеси";
        installation: "Installation", "Instalación", "Установка", "Інсталяція";
        export_excel: "Excel", "Excel", "Excel", "Excel";
        export_csv: "Export CSV", "Exportar CSV", "Экспорт CSV", "Експорт CSV";
        offline: "Connection lost. Trying again…", "Sin conexión. Reintentando…",
            "Связь потеряна. Пробуем снова…", "Зв'язок втрачено. Пробуємо знову…";
        back: "Back", "Atrás", "Назад", "Назад";
        close: "Close", "Cerrar", "Закрыть", "Закрити";
        keys: "Keyboard shortcuts", "Atajos de teclado", "Горячие клавиши", "Гарячі клавіші";
    }
}

texts! {
    /// The way around.
    Nav {
        label: "Console", "Consola", "Консоль", "Консоль";
        home: "Today", "Hoy", "Сегодня", "Сьогодні";
        inbox: "Inbox", "Bandeja", "Входящие", "Вхідні";
        people: "People", "Personas", "Люди", "Люди";
        reports: "Reports", "Informes", "Отчёты", "Звіти";
        try_it: "Try it", "Pruébalo", "Проба", "Проба";
        tenants: "Businesses", "Negocios", "Бизнесы", "Бізнеси";
        users: "Colleagues", "Colegas", "Коллеги", "Колеги";
        section: "Pages of this section", "Páginas de esta sección", "Страницы раздела", "Сторінки розділу";
        audit: "Audit log", "Registro", "Журнал", "Журнал";
        account: "My account", "Mi cuenta", "Мой профиль", "Мій профіль";
        more: "More", "Más", "Ещё", "Ще";
        sign_out: "Sign out", "Salir", "Выйти", "Вийти";
    }
}

texts! {
    /// Why something was not done.
    Errors {
        title: "That did not work", "No ha funcionado", "Не получилось", "Не вийшло";
        home: "To the start page", "A la página de inicio", "На главную", "На головну";
        signed_out: "You are signed out. Sign in again; what you wrote is kept on this device.",
            "Tu sesión ha terminado. Entra de nuevo; lo que escribiste se conserva en este dispositivo.",
            "Сеанс завершён. Войдите снова: написанное сохранено на этом устройстве.",
            "Сеанс завершено. Увійдіть знову: написане збережено на цьому пристрої.";
        forbidden: "Your role does not allow this. Ask an administrator.",
            "Tu rol no lo permite. Pregunta a un administrador.",
            "Ваша роль этого не позволяет. Обратитесь к администратору.",
            "Ваша роль цього не дозволяє. Зверніться до адміністратора.";
        foreign_form: "This form is no longer valid. Load the page again and repeat.",
            "Este formulario ya no es válido. Recarga la página y repite.",
            "Форма устарела. Обновите страницу и повторите.",
            "Форма застаріла. Оновіть сторінку й повторіть.";
        not_found: "There is no such page.", "Esta página no existe.",
            "Такой страницы нет.", "Такої сторінки немає.";
        too_large: "That is more than can be taken at once.", "Es demasiado para una sola vez.",
            "Слишком много за один раз.", "Забагато за один раз.";
        conflict: "A colleague changed this meanwhile. Load the page again; nothing was overwritten.",
            "Un colega lo cambió mientras tanto. Recarga la página; no se sobrescribió nada.",
            "Коллега изменил это тем временем. Обновите страницу: ничего не перезаписано.",
            "Колега змінив це тим часом. Оновіть сторінку: нічого не перезаписано.";
        unreadable: "It still cannot be taken in. The reason stands in the list; mend that first, then replay it.",
            "Todavía no se puede procesar. El motivo está en la lista: resuélvelo primero y repite.",
            "Это всё ещё нельзя обработать. Причина указана в списке: устраните её и повторите.",
            "Це досі не можна обробити. Причину вказано у списку: усуньте її й повторіть.";
        parked: "It failed three times and waits among the dead letters.",
            "Falló tres veces y espera entre los mensajes fallidos.",
            "Не удалось трижды; событие ждёт среди необработанных.",
            "Не вдалося тричі; подія чекає серед необроблених.";
        busy: "Too much is going on right now. Try again in a moment.",
            "Hay demasiada actividad. Inténtalo en un momento.",
            "Сейчас слишком много запросов. Попробуйте через минуту.",
            "Зараз забагато запитів. Спробуйте за хвилину.";
        unavailable: "The database is not available. Nothing was lost; try again in a moment.",
            "La base de datos no está disponible. No se perdió nada; inténtalo en un momento.",
            "База данных недоступна. Ничего не потеряно; попробуйте через минуту.",
            "База даних недоступна. Нічого не втрачено; спробуйте за хвилину.";
        internal: "Something went wrong on our side. It was written to the log.",
            "Algo falló por nuestra parte. Quedó en el registro.",
            "Ошибка на нашей стороне. Она записана в журнал.",
            "Помилка на нашому боці. Її записано в журнал.";
    }
}

texts! {
    /// Signing in, and the first user.
    SignIn {
        title: "Sign in", "Entrar", "Вход", "Вхід";
        lead: "Every conversation of your business, in one place.",
            "Todas las conversaciones de tu negocio, en un solo lugar.",
            "Все разговоры вашего бизнеса в одном месте.",
            "Усі розмови вашого бізнесу в одному місці.";
        email: "Email", "Correo", "Эл. почта", "Ел. пошта";
        password: "Password", "Contraseña", "Пароль", "Пароль";
        submit: "Sign in", "Entrar", "Войти", "Увійти";
        wrong: "Email or password is not right.", "El correo o la contraseña no son correctos.",
            "Неверная почта или пароль.", "Неправильна пошта або пароль.";
        locked: "Too many attempts. Try again in 15 minutes.", "Demasiados intentos. Prueba en 15 minutos.",
            "Слишком много попыток. Попробуйте через 15 минут.", "Забагато спроб. Спробуйте за 15 хвилин.";
        used_link: "This link has been used already. Sign in with the email and password given then.",
            "Este enlace ya se usó. Entra con el correo y la contraseña que se dieron entonces.",
            "Эта ссылка уже использована. Войдите с указанными тогда почтой и паролем.",
            "Це посилання вже використано. Увійдіть із вказаними тоді поштою та паролем.";
        no_users: "Nobody can sign in yet. Open the link that the server printed at its start.",
            "Nadie puede entrar todavía. Abre el enlace que el servidor mostró al iniciar.",
            "Пока никто не может войти. Откройте ссылку, которую сервер вывел при запуске.",
            "Поки ніхто не може увійти. Відкрийте посилання, яке сервер вивів під час запуску.";
        first_title: "Welcome to Frontdesk", "Bienvenido a Frontdesk",
            "Добро пожаловать в Frontdesk", "Ласкаво просимо до Frontdesk";
        first_lead: "Make the first account. It may do everything; you can add colleagues later.",
            "Crea la primera cuenta. Podrá hacerlo todo; luego puedes añadir colegas.",
            "Создайте первую учётную запись с полными правами. Коллег добавите позже.",
            "Створіть перший обліковий запис з повними правами. Колег додасте пізніше.";
        name: "Your name", "Tu nombre", "Ваше имя", "Ваше ім'я";
        first_submit: "Create account", "Crear cuenta", "Создать", "Створити";
        bad_email: "This is not an email address.", "No es una dirección de correo.",
            "Это не адрес электронной почты.", "Це не адреса електронної пошти.";
        bad_name: "A name has 1 to 80 characters.", "Un nombre tiene de 1 a 80 caracteres.",
            "Имя — от 1 до 80 символов.", "Ім'я — від 1 до 80 символів.";
        bad_password: "At least 10 characters, please.", "Al menos 10 caracteres, por favor.",
            "Не менее 10 символов, пожалуйста.", "Щонайменше 10 символів, будь ласка.";
        password_hint: "At least 10 characters.", "Al menos 10 caracteres.",
            "Не менее 10 символов.", "Щонайменше 10 символів.";
    }
}

texts! {
    /// One's own account.
    Account {
        title: "My account", "Mi cuenta", "Мой профиль", "Мій профіль";
        profile: "Profile", "Perfil", "Профиль", "Профіль";
        name: "Name, as colleagues and customers see it", "Nombre, como lo ven colegas y clientes",
            "Имя, как его видят коллеги и клиенты", "Ім'я, як його бачать колеги та клієнти";
        language: "Language", "Idioma", "Язык", "Мова";
        browser_language: "The browser's", "El del navegador", "Как в браузере", "Як у браузері";
        role: "Role", "Rol", "Роль", "Роль";
        password: "Password", "Contraseña", "Пароль", "Пароль";
        current: "Current password", "Contraseña actual", "Текущий пароль", "Поточний пароль";
        new: "New password", "Contraseña nueva", "Новый пароль", "Новий пароль";
        change: "Change password", "Cambiar contraseña", "Сменить пароль", "Змінити пароль";
        changed: "The password is changed. You are signed out everywhere else.",
            "Contraseña cambiada. Se cerró la sesión en los demás dispositivos.",
            "Пароль изменён. На других устройствах сеансы завершены.",
            "Пароль змінено. На інших пристроях сеанси завершено.";
        wrong_current: "This is not your current password.", "No es tu contraseña actual.",
            "Это не текущий пароль.", "Це не поточний пароль.";
        sessions: "Devices", "Dispositivos", "Устройства", "Пристрої";
        sessions_lead: "Lost a phone, or used a computer that is not yours?",
            "¿Perdiste un teléfono o usaste un ordenador ajeno?",
            "Потеряли телефон или входили с чужого компьютера?",
            "Загубили телефон або входили з чужого комп'ютера?";
        this_device: "this one", "este", "это", "цей";
        unknown_device: "Unknown device", "Dispositivo desconocido", "Неизвестное устройство", "Невідомий пристрій";
        since: "Signed in", "Entrada", "Вход", "Вхід";
        seen: "Last seen", "Última actividad", "Активность", "Активність";
        address: "Address", "Dirección", "Адрес", "Адреса";
        end: "Sign out", "Cerrar sesión", "Завершить", "Завершити";
        end_others: "Sign out all others", "Cerrar las demás sesiones", "Завершить остальные", "Завершити інші";
        ended: "Signed out there.", "Sesión cerrada allí.", "Сеанс завершён.", "Сеанс завершено.";
        everywhere: "Sign out everywhere", "Salir de todas partes", "Выйти везде", "Вийти всюди";
    }
}

texts! {
    /// The log of who did what.
    Audit {
        title: "Audit log", "Registro de acciones", "Журнал действий", "Журнал дій";
        lead: "Who did what, for good.", "Quién hizo qué, para siempre.",
            "Кто что сделал, навсегда.", "Хто що зробив, назавжди.";
        who: "Who", "Quién", "Кто", "Хто";
        act: "Did", "Hizo", "Действие", "Дія";
        subject: "To", "A", "Объект", "Об'єкт";
    }
}

texts! {
    /// Roles.
    Roles {
        viewer: "Viewer", "Lector", "Наблюдатель", "Спостерігач";
        operator: "Operator", "Operador", "Оператор", "Оператор";
        admin: "Administrator", "Administrador", "Администратор", "Адміністратор";
    }
}

texts! {
    /// Channels.
    Channels {
        web_chat: "Web chat", "Chat web", "Чат на сайте", "Чат на сайті";
        sms: "SMS", "SMS", "SMS", "SMS";
        messenger: "Messenger", "Messenger", "Messenger", "Messenger";
        instagram: "Instagram", "Instagram", "Instagram", "Instagram";
        whatsapp: "WhatsApp", "WhatsApp", "WhatsApp", "WhatsApp";
        voice: "Phone", "Teléfono", "Телефон", "Телефон";
        marketplace: "Marketplace", "Plataforma", "Площадка", "Майданчик";
        form: "Form", "Formulario", "Форма", "Форма";
    }
}

impl Roles {
    /// What a role is called.
    pub const fn of(&self, role: frontdesk_core::ports::registry::Role) -> &'static str {
        use frontdesk_core::ports::registry::Role;
        match role {
            Role::Viewer => self.viewer,
            Role::Operator => self.operator,
            Role::Admin => self.admin,
        }
    }
}

impl Channels {
    /// What a channel is called.
    pub const fn of(&self, channel: frontdesk_core::ChannelKind) -> &'static str {
        use frontdesk_core::ChannelKind;
        match channel {
            ChannelKind::WebChat => self.web_chat,
            ChannelKind::Sms => self.sms,
            ChannelKind::Messenger => self.messenger,
            ChannelKind::Instagram => self.instagram,
            ChannelKind::Whatsapp => self.whatsapp,
            ChannelKind::Voice => self.voice,
            ChannelKind::Marketplace => self.marketplace,
            ChannelKind::Form => self.form,
        }
    }
}
