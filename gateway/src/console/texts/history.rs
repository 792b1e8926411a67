//! What colleagues did, in words.

use super::texts;

texts! {
    /// The history of a record.
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
            other => other,
        };
        known.to_owned()
    }
}
