//! What became of rows that were ticked.

use super::texts;

texts! {
    /// Said above a list after something was done with several rows at once.
    Told {
        nothing: "No row is ticked. Tick the ones you mean, then press again.",
            "No hay filas marcadas. Marca las que quieras y vuelve a pulsar.",
            "Ни одна строка не отмечена. Отметьте нужные и нажмите ещё раз.",
            "Жоден рядок не позначено. Позначте потрібні й натисніть ще раз.";
        nothing_to_merge: "Tick two people or more to bring them together.",
            "Marca dos personas o más para unificarlas.",
            "Чтобы объединить, отметьте двух человек или больше.",
            "Щоб об'єднати, позначте двох людей або більше.";
        tagged: "Tagged: {}.", "Etiquetados: {}.", "Метка поставлена: {}.", "Мітку поставлено: {}.";
        full: "Left out, for they have 12 tags already: {}.",
            "Sin etiquetar, porque ya tienen 12 etiquetas: {}.",
            "Не поставлена, потому что уже есть 12 меток: {}.",
            "Не поставлено, бо вже є 12 міток: {}.";
        untagged: "Tag taken off: {}.", "Etiqueta quitada: {}.", "Метка снята: {}.", "Мітку знято: {}.";
        handled: "Marked as handled: {}.", "Marcados como atendidos: {}.", "Отмечены обработанными: {}.",
            "Позначено обробленими: {}.";
        renewed: "Marked as new: {}.", "Marcados como nuevos: {}.", "Отмечены новыми: {}.", "Позначено новими: {}.";
        unsubscribed: "Unsubscribed: {}.", "Dados de baja: {}.", "Отписаны: {}.", "Відписано: {}.";
        replayed: "Replayed: {}.", "Repetidos: {}.", "Повторены: {}.", "Повторено: {}.";
        failed_again: "Still waiting, for they failed again: {}.", "Siguen en espera, porque fallaron otra vez: {}.",
            "Ещё ждут, потому что снова не удались: {}.", "Ще чекають, бо знову не вдалися: {}.";
        sent_again: "Sent again: {}.", "Reenviados: {}.", "Отправлены снова: {}.", "Надіслано знову: {}.";
        seen_to: "Marked as dealt with: {}.", "Marcados como resueltos: {}.", "Отмечены решёнными: {}.",
            "Позначено вирішеними: {}.";
        left: "Left as they were: {}.", "Sin cambios: {}.", "Без изменений: {}.", "Без змін: {}.";
        merge: "Bring these people together?", "¿Unificar a estas personas?", "Объединить этих людей?",
            "Об'єднати цих людей?";
        merge_lead: "They become one person, under the name known longest. Conversations, requests and tags of all \
            stay with that person. You can tell them apart again on that page.",
            "Serán una sola persona, con la ficha más antigua. Conserva las conversaciones, las solicitudes y las \
            etiquetas de todas. En su página puedes volver a separarlas.",
            "Они станут одним человеком под самой давней карточкой. Разговоры, заявки и метки всех останутся у него. \
            На его странице их можно снова разделить.",
            "Вони стануть однією людиною під найдавнішою карткою. Розмови, заявки й мітки всіх залишаться в неї. \
            На її сторінці їх можна знову розділити.";
        stays: "stays", "se queda", "останется", "залишиться";
        full_person: "12 tags are as many as a person has. Take one off first.",
            "Una persona tiene 12 etiquetas como mucho. Quita una primero.",
            "У человека не больше 12 меток. Сначала снимите одну.",
            "У людини не більше 12 міток. Спершу зніміть одну.";
    }
}
