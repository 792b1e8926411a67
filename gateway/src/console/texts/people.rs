//! The pages where one works with people.

use super::texts;

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
        views: "Queues", "Colas", "Очереди", "Черги";
        list: "Conversations", "Conversaciones", "Разговоры", "Розмови";
    }
}
