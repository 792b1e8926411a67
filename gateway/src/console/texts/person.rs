//! One person.

use super::texts;

texts! {
    /// The page of a contact, and the proofs of erasures.
    Person {
        facts: "Known", "Se sabe", "Известно", "Відомо";
        addresses: "Addresses", "Direcciones", "Адреса", "Адреси";
        proved: "proved", "comprobada", "подтверждён", "підтверджено";
        claimed: "claimed", "declarada", "со слов", "зі слів";
        proved_hint: "Proved is what the channel itself shows. Claimed is what somebody said.",
            "Comprobado es lo que muestra el propio canal. Declarado es lo que alguien dijo.",
            "Подтверждено то, что показывает сам канал. Со слов — то, что кто-то сказал.",
            "Підтверджено те, що показує сам канал. Зі слів — те, що хтось сказав.";
        country: "Country", "País", "Страна", "Країна";
        time_zone: "Time zone", "Zona horaria", "Часовой пояс", "Часовий пояс";
        guessed: "guessed from the number", "deducido del número", "по номеру", "за номером";
        as_filed: "as filed", "según la ficha", "из карточки", "з картки";
        conversations: "Conversations", "Conversaciones", "Разговоры", "Розмови";
        history: "Brought together", "Unificaciones", "Объединения", "Об'єднання";
        no_history: "Never brought together with anybody.", "Nunca unificado con nadie.",
            "Ни с кем не объединялся.", "Ні з ким не об'єднувався.";
        by_address: "proved the same address", "comprobaron la misma dirección", "подтвердили один адрес",
            "підтвердили ту саму адресу";
        by_colleague: "by a colleague", "por un colega", "коллегой", "колегою";
        undone: "told apart", "separados", "разделены", "розділено";
        undo: "Tell apart", "Separar", "Разделить", "Розділити";
        undo_sure: "Both become people of their own again, as they were.",
            "Vuelven a ser dos personas, como antes.",
            "Оба снова станут разными людьми, как были.", "Обоє знову стануть різними людьми, як були.";
        lookalikes: "Perhaps the same person", "Quizá la misma persona", "Возможно, тот же человек",
            "Можливо, та сама людина";
        no_lookalikes: "Nobody else has one of these addresses.", "Nadie más tiene una de estas direcciones.",
            "Больше ни у кого нет этих адресов.", "Більше ні в кого немає цих адрес.";
        untag: "Take tag off", "Quitar etiqueta", "Снять метку", "Зняти мітку";
        no_tags: "No tags yet.", "Aún sin etiquetas.", "Меток пока нет.", "Міток поки немає.";
        bad_tag: "A tag has 1 to 30 characters on one line.", "Una etiqueta tiene de 1 a 30 caracteres en una línea.",
            "Метка — от 1 до 30 знаков в одной строке.", "Мітка — від 1 до 30 знаків в одному рядку.";
        merge: "Bring together", "Unificar", "Объединить", "Об'єднати";
        merge_sure: "They become one person on this page. It can be undone.",
            "Serán una sola persona en esta página. Se puede deshacer.",
            "На этой странице они станут одним человеком. Это можно отменить.",
            "На цій сторінці вони стануть однією людиною. Це можна скасувати.";
        joined: "They are one person now. If that was a mistake, tell them apart below.",
            "Ahora son una sola persona. Si fue un error, sepáralas más abajo.",
            "Теперь это один человек. Если это ошибка, разделите их ниже.",
            "Тепер це одна людина. Якщо це помилка, розділіть їх нижче.";
        merge_other: "Somebody else: the address of their page", "Otra persona: la dirección de su página",
            "Кто-то другой: адрес страницы", "Хтось інший: адреса сторінки";
        bad_other: "That is not the address of a contact's page.", "Eso no es la dirección de una ficha.",
            "Это не адрес страницы контакта.", "Це не адреса сторінки контакту.";
        already: "They are one person already.", "Ya son una sola persona.", "Это уже один человек.",
            "Це вже одна людина.";
        data: "Their data", "Sus datos", "Данные человека", "Дані людини";
        export: "Download everything (JSON)", "Descargar todo (JSON)", "Скачать всё (JSON)", "Завантажити все (JSON)";
        export_hint: "Look through it before it leaves the house: whoever merely said to be this person is there, too.",
            "Revísalo antes de entregarlo: también está quien solo dijo ser esta persona.",
            "Просмотрите, прежде чем отдать: там и те, кто лишь назвался этим человеком.",
            "Перегляньте, перш ніж віддати: там і ті, хто лише назвався цією людиною.";
        erase: "Erase for good", "Borrar para siempre", "Стереть навсегда", "Стерти назавжди";
        erase_sure: "Everything on this page goes: messages, leads, consents. It cannot be undone. An opt-out outlives it.",
            "Desaparece todo lo de esta página: mensajes, solicitudes, consentimientos. No se puede deshacer. La baja se mantiene.",
            "Исчезнет всё с этой страницы: сообщения, заявки, согласия. Отменить нельзя. Отписка сохранится.",
            "Зникне все з цієї сторінки: повідомлення, заявки, згоди. Скасувати не можна. Відписка збережеться.";
        erase_thread: "This conversation goes, and whatever else its person left. It cannot be undone. An opt-out outlives it.",
            "Desaparece esta conversación y todo lo demás que dejó su persona. No se puede deshacer. La baja se mantiene.",
            "Исчезнет этот разговор и всё остальное, что оставил человек. Отменить нельзя. Отписка сохранится.",
            "Зникне ця розмова і все інше, що залишила людина. Скасувати не можна. Відписка збережеться.";
        erase_check: "I have checked that it is this person.", "He comprobado que es esta persona.",
            "Я проверил(а), что это тот человек.", "Я перевірив(ла), що це та людина.";
        erasures: "Erasures", "Borrados", "Удаления", "Видалення";
        erasures_lead: "The proofs that people were erased: nothing of the people themselves.",
            "Las pruebas de que se borró a personas: nada de las personas mismas.",
            "Доказательства, что люди стёрты: о самих людях здесь ничего нет.",
            "Докази, що людей стерто: про самих людей тут нічого немає.";
        proof: "Proof", "Prueba", "Доказательство", "Доказ";
        rows: "Rows", "Filas", "Строк", "Рядків";
        complete: "complete", "completo", "завершено", "завершено";
        under_way: "under way", "en curso", "выполняется", "виконується";
        page: "Everything about this person", "Todo sobre esta persona", "Всё об этом человеке", "Усе про цю людину";
    }
}
