//! What colleagues did, in words.

use super::texts;

texts! {
    /// What the history of a record and the audit log say.
    History {
        title: "History", "Historial", "История", "Історія";
        came: "The lead came in", "Llegó el contacto", "Заявка поступила", "Заявка надійшла";
        handled: "Marked as handled", "Marcado como atendido", "Отмечено: обработана", "Позначено: оброблена";
        marked_new: "Marked as new", "Marcado como nuevo", "Отмечено: новая", "Позначено: нова";
        took_over: "Took the conversation over", "Tomó la conversación", "Разговор взят на себя", "Розмову взято на себе";
        gave_back: "Gave it back to the bot", "La devolvió al bot", "Возвращено боту", "Повернуто боту";
        said: "Wrote a message", "Escribió un mensaje", "Написано сообщение", "Написано повідомлення";
        sent_template: "Sent an approved text", "Envió un texto aprobado", "Отправлен одобренный текст",
            "Надіслано схвалений текст";
        assigned: "Assigned the conversation", "Asignó la conversación", "Назначен ответственный",
            "Призначено відповідального";
        released: "Released the conversation", "Liberó la conversación", "Ответственный снят", "Відповідального знято";
        sent_again: "Sent a message again", "Reenvió un mensaje", "Сообщение отправлено снова",
            "Повідомлення надіслано знову";
        settled: "Saw to a message in trouble", "Resolvió un mensaje con problemas", "Разобрано проблемное сообщение",
            "Розібрано проблемне повідомлення";
        cancelled_timer: "Cancelled a timer", "Canceló un temporizador", "Таймер отменён", "Таймер скасовано";
        fired_timer: "Did not wait for a timer", "Adelantó un temporizador", "Таймер запущен раньше",
            "Таймер запущено раніше";
        knew_alarm: "Took note of an alarm", "Tomó nota de una alarma", "Тревога принята к сведению",
            "Тривогу взято до відома";
        saved_reply: "Saved a ready reply", "Guardó una respuesta lista", "Сохранён готовый ответ",
            "Збережено готову відповідь";
        removed_reply: "Removed a ready reply", "Quitó una respuesta lista", "Убран готовый ответ",
            "Прибрано готову відповідь";
        erased: "Erased a person's data", "Borró los datos de una persona", "Стёрты данные человека",
            "Стерто дані людини";
        took_data: "Took a person's data along", "Descargó los datos de una persona", "Выгружены данные человека",
            "Вивантажено дані людини";
        merged: "Brought people together", "Unió a personas", "Люди объединены", "Людей об'єднано";
        told_apart: "Told people apart", "Separó a personas", "Люди разделены", "Людей розділено";
        tagged: "Put a tag on", "Puso una etiqueta", "Поставлена метка", "Поставлено мітку";
        untagged: "Took a tag off", "Quitó una etiqueta", "Снята метка", "Знято мітку";
        set_account: "Set a provider's account", "Definió una cuenta de proveedor", "Задан аккаунт провайдера",
            "Задано акаунт провайдера";
        removed_account: "Removed a provider's account", "Quitó una cuenta de proveedor", "Убран аккаунт провайдера",
            "Прибрано акаунт провайдера";
        replayed: "Replayed a dead letter", "Repitió un mensaje fallido", "Повторено необработанное",
            "Повторено необроблене";
        added_key: "Made an API key", "Creó una clave de API", "Создан ключ API", "Створено ключ API";
        removed_key: "Removed an API key", "Quitó una clave de API", "Убран ключ API", "Прибрано ключ API";
        unsubscribed: "Unsubscribed somebody", "Dio de baja a alguien", "Подписка отменена", "Підписку скасовано";
        took_list: "Took a list along", "Descargó una lista", "Выгружен список", "Вивантажено список";
        added_route: "Added an address", "Añadió una dirección", "Добавлен адрес", "Додано адресу";
        removed_route: "Removed an address", "Quitó una dirección", "Убран адрес", "Прибрано адресу";
        broke_sandbox: "Let a provider of the sandbox fail", "Hizo fallar a un proveedor de pruebas",
            "Провайдер песочницы сломан нарочно", "Провайдера пісочниці зламано навмисно";
        signed_in: "Signed in", "Entró", "Вход", "Вхід";
        signed_in_by_code: "Signed in with a recovery code", "Entró con un código de recuperación",
            "Вход по коду восстановления", "Вхід за кодом відновлення";
        published: "Published a business's texts", "Publicó los textos de un negocio", "Опубликованы тексты бизнеса",
            "Опубліковано тексти бізнесу";
        added_colleague: "Added a colleague", "Añadió a un colega", "Добавлен коллега", "Додано колегу";
        removed_colleague: "Removed a colleague", "Quitó a un colega", "Убран коллега", "Прибрано колегу";
        changed_role: "Changed a colleague's role", "Cambió el rol de un colega", "Изменена роль коллеги",
            "Змінено роль колеги";
        changed_password: "Changed the password", "Cambió la contraseña", "Изменён пароль", "Змінено пароль";
        ended_sessions: "Signed devices out", "Cerró sesión en dispositivos", "Завершены сеансы на устройствах",
            "Завершено сеанси на пристроях";
        second_step_on: "Set up two-step sign-in", "Activó la entrada en dos pasos", "Включён вход в два шага",
            "Увімкнено вхід у два кроки";
        second_step_off: "Ended two-step sign-in", "Quitó la entrada en dos pasos", "Выключен вход в два шага",
            "Вимкнено вхід у два кроки";
        new_codes: "Made new recovery codes", "Creó nuevos códigos de recuperación", "Созданы новые коды восстановления",
            "Створено нові коди відновлення";
        tested: "Tested the channel", "Probó el canal", "Канал проверен", "Канал перевірено";
    }
}

impl History {
    /// What an act of the log is called; an act without a name by its code.
    #[must_use]
    pub fn of(&self, act: &str) -> String {
        let known = match act {
            "leads.handled" => self.handled,
            "leads.new" => self.marked_new,
            "conversation.take_over" => self.took_over,
            "conversation.give_back" => self.gave_back,
            "conversation.say" => self.said,
            "conversation.template" => self.sent_template,
            "conversation.assign" => self.assigned,
            "conversation.unassign" => self.released,
            "message.send_again" => self.sent_again,
            "message.arrived" | "message.seen_to" => self.settled,
            "timer.cancel" => self.cancelled_timer,
            "timer.fire" => self.fired_timer,
            "channel.test" => self.tested,
            other => return self.of_set_up(other).unwrap_or(other).to_owned(),
        };
        known.to_owned()
    }

    /// What an act is called that is no work on a conversation.
    fn of_set_up(&self, act: &str) -> Option<&'static str> {
        Some(match act {
            "alarm.acknowledge" => self.knew_alarm,
            "canned.save" => self.saved_reply,
            "canned.remove" => self.removed_reply,
            "contact.erase" => self.erased,
            "contact.export" => self.took_data,
            "contact.merge" => self.merged,
            "contact.unmerge" => self.told_apart,
            "contact.tag" => self.tagged,
            "contact.untag" => self.untagged,
            "credential.set" => self.set_account,
            "credential.remove" => self.removed_account,
            "dead_letter.replay" => self.replayed,
            "key.add" => self.added_key,
            "key.remove" => self.removed_key,
            "newsletter.unsubscribe" => self.unsubscribed,
            "records.export" => self.took_list,
            "route.add" => self.added_route,
            "route.remove" => self.removed_route,
            "sandbox.faults" => self.broke_sandbox,
            "sign_in" => self.signed_in,
            "sign_in.recovery_code" => self.signed_in_by_code,
            "tenant.publish" => self.published,
            "user.add" => self.added_colleague,
            "user.remove" => self.removed_colleague,
            "user.role" => self.changed_role,
            "user.password" => self.changed_password,
            "user.end_session" | "user.end_other_sessions" | "user.sign_out_everywhere" => self.ended_sessions,
            "user.second_step" => self.second_step_on,
            "user.second_step_off" | "user.second_step_reset" => self.second_step_off,
            "user.recovery_codes" => self.new_codes,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use frontdesk_core::Language;
    use regex::Regex;

    use crate::console::texts::Texts;

    fn acts(folder: &Path, into: &mut Vec<String>) {
        let act = Regex::new(
            r#""((?:alarm|canned|channel|contact|conversation|credential|dead_letter|key|leads|message|newsletter|records|route|sandbox|sign_in|tenant|timer|user)\.[a-z_]+)""#,
        )
        .unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                acts(&path, into);
            } else {
                let source = fs::read_to_string(path).unwrap();
                into.extend(act.captures_iter(&source).map(|found| found[1].to_owned()));
            }
        }
    }

    #[test]
    fn every_act_of_the_log_has_a_name() {
        let mut found = Vec::new();
        acts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console"), &mut found);
        found.retain(|act| !act.ends_with(".html"));
        assert!(found.len() > 40, "{found:?}");
        let history = &Texts::of(Language::Ru).history;
        let nameless: Vec<_> = found.iter().filter(|act| history.of(act) == **act).collect();
        assert!(nameless.is_empty(), "{nameless:?}");
    }
}
