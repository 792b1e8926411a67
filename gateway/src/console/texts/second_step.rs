//! What is said about the second step of signing in.

use super::texts;

texts! {
    /// The second step of signing in.
    SecondStep {
        title: "Two-step sign-in", "Verificación en dos pasos", "Двухэтапный вход", "Двоетапний вхід";
        tag: "2 steps", "2 pasos", "2 этапа", "2 етапи";
        lead: "Beside the password, a code of your phone: a stolen password alone is then worth nothing.",
            "Además de la contraseña, un código de tu teléfono: una contraseña robada ya no bastará.",
            "Кроме пароля — код с телефона: одного украденного пароля будет мало.",
            "Крім пароля — код із телефона: самого викраденого пароля буде замало.";
        set_up: "Set up", "Configurar", "Настроить", "Налаштувати";
        no_key: "This server cannot keep secrets, so two-step sign-in cannot be set up. Whoever runs it sets FRONTDESK_MASTER_KEY.",
            "Este servidor no puede guardar secretos, así que no se puede configurar. Quien lo administra debe definir FRONTDESK_MASTER_KEY.",
            "Сервер не может хранить секреты, поэтому настроить двухэтапный вход нельзя. Администратору сервера нужно задать FRONTDESK_MASTER_KEY.",
            "Сервер не може зберігати секрети, тож налаштувати двоетапний вхід не можна. Адміністратору сервера треба задати FRONTDESK_MASTER_KEY.";
        on_since: "In force since", "Activa desde", "Действует с", "Діє з";
        codes_left: "Recovery codes left: {}", "Códigos de recuperación restantes: {}",
            "Осталось резервных кодов: {}", "Залишилося резервних кодів: {}";
        few_left: "Make new ones before the last is used.", "Crea nuevos antes de usar el último.",
            "Создайте новые, пока не закончились.", "Створіть нові, доки не закінчилися.";
        password: "Your password", "Tu contraseña", "Ваш пароль", "Ваш пароль";
        new_codes: "New recovery codes", "Nuevos códigos", "Новые резервные коды", "Нові резервні коди";
        switch_off: "Switch off", "Desactivar", "Отключить", "Вимкнути";
        switched_off: "Two-step sign-in is off. The password alone is enough.",
            "La verificación en dos pasos está desactivada. Basta la contraseña.",
            "Двухэтапный вход отключён. Достаточно пароля.",
            "Двоетапний вхід вимкнено. Достатньо пароля.";
        scan: "Scan this with an authenticator app.", "Escanéalo con una app de autenticación.",
            "Отсканируйте приложением для кодов.", "Відскануйте застосунком для кодів.";
        scan_more: "Any of them will do: Google Authenticator, Microsoft Authenticator, 1Password, Aegis.",
            "Sirve cualquiera: Google Authenticator, Microsoft Authenticator, 1Password, Aegis.",
            "Подойдёт любое: Google Authenticator, Microsoft Authenticator, 1Password, Aegis.",
            "Підійде будь-який: Google Authenticator, Microsoft Authenticator, 1Password, Aegis.";
        picture: "QR code with the key below", "Código QR con la clave de abajo",
            "QR-код с ключом, указанным ниже", "QR-код із ключем, зазначеним нижче";
        open_app: "On this phone: open the app", "En este teléfono: abre la app",
            "На этом телефоне: открыть приложение", "На цьому телефоні: відкрити застосунок";
        by_hand: "No camera? Type this key into the app.", "¿Sin cámara? Escribe esta clave en la app.",
            "Нет камеры? Введите ключ в приложение.", "Немає камери? Введіть ключ у застосунок.";
        type_code: "Then type the six digits that the app shows.", "Luego escribe los seis dígitos que muestra la app.",
            "Затем введите шесть цифр из приложения.", "Потім введіть шість цифр із застосунку.";
        code: "Code", "Código", "Код", "Код";
        confirm: "Switch on", "Activar", "Включить", "Увімкнути";
        wrong_code: "This code does not count. Codes change every 30 seconds, and each counts once.",
            "Este código no vale. Cambian cada 30 segundos y cada uno vale una vez.",
            "Код не подходит. Коды меняются каждые 30 секунд, и каждый действует один раз.",
            "Код не підходить. Коди змінюються кожні 30 секунд, і кожен діє один раз.";
        unreadable: "The server lacks the key to check codes. Use a recovery code, or ask an administrator.",
            "Al servidor le falta la clave para comprobar códigos. Usa un código de recuperación o pregunta a un administrador.",
            "У сервера нет ключа для проверки кодов. Введите резервный код или обратитесь к администратору.",
            "Сервер не має ключа для перевірки кодів. Введіть резервний код або зверніться до адміністратора.";
        entry_lead: "Type the code of your authenticator app.", "Escribe el código de tu app de autenticación.",
            "Введите код из приложения.", "Введіть код із застосунку.";
        entry_hint: "No phone at hand? A recovery code does it, too.", "¿Sin teléfono? También vale un código de recuperación.",
            "Нет телефона под рукой? Подойдёт резервный код.", "Немає телефона під рукою? Підійде резервний код.";
        other_account: "Sign in with another account", "Entrar con otra cuenta",
            "Войти под другой учётной записью", "Увійти під іншим обліковим записом";
        codes_title: "Your recovery codes", "Tus códigos de recuperación", "Ваши резервные коды", "Ваші резервні коди";
        codes_lead: "Each opens your account once, when the phone is not there. They are shown this once: print them, or keep them in a password manager.",
            "Cada uno abre tu cuenta una vez, cuando falte el teléfono. Solo se muestran ahora: imprímelos o guárdalos en un gestor de contraseñas.",
            "Каждый код один раз заменит телефон. Их видно только сейчас: распечатайте или сохраните в менеджере паролей.",
            "Кожен код один раз замінить телефон. Їх видно лише зараз: роздрукуйте або збережіть у менеджері паролів.";
        codes_kept: "I have kept them", "Ya los guardé", "Коды сохранены", "Коди збережено";
        reset_short: "Reset 2 steps", "Quitar 2 pasos", "Сбросить 2 этапа", "Скинути 2 етапи";
    }
}
