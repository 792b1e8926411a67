//! What the bot made of a message, in plain sentences. A decision is kept by its rule and its outcome, in the
//! words of `frontdesk-actors`; whoever reads the console reads these.

use frontdesk_core::{Decision, Language};

use super::{Texts, fill, own_name, texts};

texts! {
    /// What was decided on a message.
    Decisions {
        asked: "Asked for: {}", "Preguntó: {}", "Спросил: {}", "Запитав: {}";
        answered: "{}: understood", "{}: entendido", "{}: понято", "{}: зрозуміло";
        mentioned: "{}: mentioned along the way", "{}: dicho de paso", "{}: сказано попутно", "{}: сказано принагідно";
        refused: "{}: would rather not say", "{}: prefiere no decirlo", "{}: не хочет говорить", "{}: не хоче казати";
        postponed: "{}: will say it later", "{}: lo dirá más tarde", "{}: скажет позже", "{}: скаже пізніше";
        pleasantry: "{}: not told yet, only a pleasantry", "{}: aún no dicho, solo una cortesía",
            "{}: ещё не сказано, только вежливость", "{}: ще не сказано, лише ввічливість";
        asked_why: "{}: asked why it is needed", "{}: preguntó por qué hace falta",
            "{}: спросили, зачем это нужно", "{}: спитали, навіщо це потрібно";
        asked_again: "{}: no answer found, asked again", "{}: sin respuesta, se preguntó otra vez",
            "{}: ответ не найден, спросил ещё раз", "{}: відповідь не знайдено, запитав ще раз";
        abandoned: "{}: left open for now", "{}: queda pendiente", "{}: пока без ответа", "{}: поки без відповіді";
        not_the_offered: "{}: not the one the profile tells", "{}: no es el del perfil", "{}: не то, что в профиле",
            "{}: не те, що в профілі";
        user_name: "{}: a user name is no name", "{}: un nombre de usuario no vale", "{}: логин — не имя",
            "{}: логін — не ім'я";
        done: "Everything was asked", "Ya se preguntó todo", "Всё спрошено", "Усе запитано";
        said_goodbye: "Goodbye was said: the bot stays silent", "Ya se despidieron: el bot calla",
            "Уже попрощались: бот молчит", "Уже попрощалися: бот мовчить";
        introduced: "Asked who is writing: the bot introduced itself", "Preguntó quién escribe: el bot se presentó",
            "Спросили, кто пишет: бот представился", "Спитали, хто пише: бот відрекомендувався";
        sure: "{} % sure", "{} % de certeza", "уверенность {} %", "упевненість {} %";
        fact: "Answered from the business's facts: {}", "Respondió con los datos del negocio: {}",
            "Ответил по сведениям бизнеса: {}", "Відповів за відомостями бізнесу: {}";
        deferred: "A question for a colleague: the bot does not know", "Pregunta para un colega: el bot no lo sabe",
            "Вопрос коллеге: бот этого не знает", "Питання колезі: бот цього не знає";
        wants: "What they want: {}", "Lo que quiere: {}", "Чего хочет: {}", "Чого хоче: {}";
        reservation: "a booking", "una reserva", "бронь", "бронювання";
        info: "to know something", "saber algo", "что-то узнать", "щось дізнатися";
        complaint: "to complain", "quejarse", "пожаловаться", "поскаржитися";
        cancellation: "to cancel a booking", "cancelar una reserva", "отменить бронь", "скасувати бронювання";
        order: "to order", "hacer un pedido", "сделать заказ", "зробити замовлення";
        job: "a job", "un empleo", "работу", "роботу";
        spam: "to sell something (advertising)", "vender algo (publicidad)", "что-то продать (реклама)",
            "щось продати (реклама)";
        other: "something else", "otra cosa", "другое", "інше";
        language: "Language: {}", "Idioma: {}", "Язык: {}", "Мова: {}";
        file: "The file is kept, and they were told so", "El archivo queda guardado y se le avisó",
            "Файл сохранён, об этом сообщено", "Файл збережено, про це сказано";
        known_before: "Known from their other conversations", "Ya conocido por otras conversaciones",
            "Известно из других разговоров", "Відомо з інших розмов";
        profile_silent: "Their profile tells nothing", "Su perfil no dice nada", "Профиль ничего не сообщает",
            "Профіль нічого не повідомляє";
        profile_user_name: "Their profile has a user name, no name", "Su perfil trae un usuario, no un nombre",
            "В профиле логин, а не имя", "У профілі логін, а не ім'я";
        profile_name: "Their profile tells a name: to be confirmed", "Su perfil da un nombre: hay que confirmarlo",
            "В профиле есть имя: нужно подтвердить", "У профілі є ім'я: треба підтвердити";
        profile_spare: "Their profile tells no name that is needed", "Su perfil no da un nombre que haga falta",
            "В профиле нет нужного имени", "У профілі немає потрібного імені";
        with_person: "A person has the conversation: the bot only listens", "Lo atiende una persona: el bot solo escucha",
            "Разговор у человека: бот только слушает", "Розмова в людини: бот лише слухає";
        with_called: "A person was called: the bot keeps what is told", "Se llamó a una persona: el bot guarda lo dicho",
            "Человек вызван: бот сохраняет сказанное", "Людину викликано: бот зберігає сказане";
        late: "Written long ago: kept, a colleague will look", "Escrito hace tiempo: guardado, lo verá un colega",
            "Написано давно: сохранено, посмотрит коллега", "Написано давно: збережено, подивиться колега";
        late_told: "They were told that the message was passed on", "Se le dijo que el mensaje fue transmitido",
            "Сообщено, что сообщение передано", "Сказано, що повідомлення передано";
        called: "A person is called: {}", "Se llama a una persona: {}", "Вызван человек: {}", "Викликано людину: {}";
        because_asked: "they asked for one", "lo pidió", "об этом попросили", "про це попросили";
        because_retries: "the bot did not understand", "el bot no entendió", "бот не понял", "бот не зрозумів";
        because_off_script: "it is about something else", "se trata de otra cosa", "речь о другом", "ідеться про інше";
        because_call_back: "they want a call", "quiere una llamada", "просят позвонить", "просять зателефонувати";
        because_undelivered: "a message did not come through", "un mensaje no llegó", "сообщение не дошло",
            "повідомлення не дійшло";
        because_late: "the message came late", "el mensaje llegó tarde", "сообщение пришло поздно",
            "повідомлення надійшло пізно";
        because_complaint: "they complain", "se queja", "жалоба", "скарга";
        because_cancellation: "they want to cancel", "quiere cancelar", "хотят отменить", "хочуть скасувати";
        because_change: "they want to change a booking", "quiere cambiar una reserva", "хотят изменить бронь",
            "хочуть змінити бронювання";
        because_missed_call: "a call was missed", "hubo una llamada perdida", "пропущен звонок", "пропущено дзвінок";
        stopped: "They want no more messages: nothing leaves any more", "No quiere más mensajes: ya no sale nada",
            "Больше не хочет сообщений: ничего не отправляется", "Більше не хоче повідомлень: нічого не надсилається";
        carrier_confirmed: "The carrier has confirmed it already", "El operador ya lo confirmó",
            "Оператор связи уже подтвердил", "Оператор зв'язку вже підтвердив";
        started: "They want messages again", "Quiere mensajes de nuevo", "Снова хочет сообщений", "Знову хоче повідомлень";
        pause_ended: "The pause is over", "La pausa terminó", "Пауза окончена", "Паузу закінчено";
        paused: "They want a pause: {} minutes", "Quiere una pausa: {} minutos", "Хочет паузу, минут: {}",
            "Хоче паузу, хвилин: {}";
        helped: "They asked for help: told whom they write to", "Pidió ayuda: se le dijo a quién escribe",
            "Попросили помощь: сказано, кому они пишут", "Попросили допомогу: сказано, кому вони пишуть";
        opted_out: "They had opted out: kept, nothing leaves", "Se había dado de baja: guardado, no sale nada",
            "Ранее отписались: сохранено, ничего не отправляется", "Раніше відписалися: збережено, нічого не надсилається";
        reminded: "Nobody answered: the bot reminds them", "Nadie respondió: el bot lo recuerda",
            "Ответа нет: бот напоминает", "Відповіді немає: бот нагадує";
        nothing_awaited: "Nothing is awaited: the bot stays silent", "No se espera nada: el bot calla",
            "Ответа не ждут: бот молчит", "Відповіді не чекають: бот мовчить";
        asked_after_pause: "The pause is over: asked again", "La pausa terminó: se preguntó otra vez",
            "Пауза окончена: спросил ещё раз", "Паузу закінчено: запитав ще раз";
        in_pause: "A pause is on: the bot stays silent", "Hay una pausa: el bot calla", "Идёт пауза: бот молчит",
            "Триває пауза: бот мовчить";
        not_sent: "Not sent: {}", "No enviado: {}", "Не отправлено: {}", "Не надіслано: {}";
        sent_later: "Sent later: {}", "Se enviará después: {}", "Отправится позже: {}", "Надішлеться пізніше: {}";
        sent_as_template: "Sent as an approved text: {}", "Enviado como texto aprobado: {}",
            "Отправлено одобренным текстом: {}", "Надіслано схваленим текстом: {}";
        sent_as_person: "Sent as a colleague's own words: {}", "Enviado como palabras de un colega: {}",
            "Отправлено от имени коллеги: {}", "Надіслано від імені колеги: {}";
        no_address: "nobody can be reached at this address", "nadie responde en esta dirección",
            "по этому адресу никого нет", "за цією адресою нікого немає";
        is_opted_out: "they have opted out", "se dio de baja", "человек отписался", "людина відписалася";
        colleague_has_it: "a colleague has the conversation", "lo atiende un colega", "разговор у коллеги",
            "розмова в колеги";
        wants_pause: "they asked for a pause", "pidió una pausa", "просили паузу", "просили паузу";
        night: "it is night where they live", "es de noche donde vive", "у человека ночь", "у людини ніч";
        window_over: "more than a day since their last message", "más de un día desde su último mensaje",
            "больше суток с последнего сообщения", "понад доба з останнього повідомлення";
        window_shut: "too long since their last message: they have to write first",
            "demasiado tiempo desde su último mensaje: debe escribir primero",
            "слишком давно не писали: должны написать первыми", "надто давно не писали: мають написати першими";
        no_template: "no approved text fits", "ningún texto aprobado sirve", "нет подходящего одобренного текста",
            "немає відповідного схваленого тексту";
    }
}

impl Decisions {
    /// What a person wants, by how it is kept; what a business calls so itself stands for itself.
    #[must_use]
    pub fn intent<'a>(&self, code: &'a str) -> &'a str
    where
        Self: 'a,
    {
        match code {
            "reservation" => self.reservation,
            "info" => self.info,
            "complaint" => self.complaint,
            "cancellation" => self.cancellation,
            "order" => self.order,
            "job" => self.job,
            "spam" => self.spam,
            "other" => self.other,
            own => own,
        }
    }

    /// Why a person is called.
    fn called(&self, reason: &str) -> Option<String> {
        let because = match reason {
            "asked" => self.because_asked,
            "retries" => self.because_retries,
            "off_script" => self.because_off_script,
            "call_back" => self.because_call_back,
            "undelivered" => self.because_undelivered,
            "late" => self.because_late,
            "complaint" => self.because_complaint,
            "cancellation" => self.because_cancellation,
            "change" => self.because_change,
            "missed_call" => self.because_missed_call,
            _ => return None,
        };
        Some(fill(self.called, because))
    }

    /// Why something does not leave as it is.
    fn reason(&self, reason: &str) -> Option<&'static str> {
        Some(match reason {
            "nobody can be reached at this address" => self.no_address,
            "the person has opted out" => self.is_opted_out,
            "a colleague has the conversation" => self.colleague_has_it,
            "the person asked for a pause" => self.wants_pause,
            "it is night where the person lives" => self.night,
            "more than a day after the person's last message only approved texts may leave"
            | "more than a day after the person's last message: sent as a colleague's own words"
            | "more than a day after the person's last message the bot may not write here" => self.window_over,
            "too long after the person's last message: they have to write first" => self.window_shut,
            "no approved text fits" => self.no_template,
            _ => return None,
        })
    }

    /// What the gate decided on something that was to leave.
    fn gate(&self, verdict: &str, outcome: &str) -> Option<String> {
        // What a timer wanted to say names the timer first.
        let reason = outcome.split_once(" waits: ").map_or(outcome, |(_, reason)| reason);
        let text = match verdict {
            "never" => self.not_sent,
            "later" => self.sent_later,
            "as_template" => self.sent_as_template,
            "as_person" => self.sent_as_person,
            "opted_out" => return Some(self.opted_out.to_owned()),
            "paused" => return Some(self.in_pause.to_owned()),
            _ => return None,
        };
        Some(fill(text, self.reason(reason)?))
    }

    /// What was made of the answer to a question of ours.
    fn step(&self, field: &str, outcome: &str) -> Option<String> {
        let text = match outcome {
            "asked" => self.asked,
            "answered" => self.answered,
            "mentioned" => self.mentioned,
            "refused" => self.refused,
            "postponed" => self.postponed,
            "a pleasantry: asked on" => self.pleasantry,
            "asked why" => self.asked_why,
            "abandoned for now" => self.abandoned,
            "not the offered one" => self.not_the_offered,
            "a user name is no name" => self.user_name,
            again if again.starts_with("no answer, asked again") => self.asked_again,
            sure if sure.starts_with(ANSWERED_SURE) => self.answered,
            _ => return None,
        };
        Some(fill(text, field))
    }

    /// What is decided without a question or a gate.
    fn fixed(&self, rule: &str, outcome: &str) -> Option<&'static str> {
        Some(match (rule, outcome) {
            ("playbook.done", _) => self.done,
            ("playbook.closed", _) => self.said_goodbye,
            ("playbook.who", _) => self.introduced,
            ("knowledge.deferred", _) => self.deferred,
            ("file", _) => self.file,
            ("person.known", _) => self.known_before,
            ("profile", "not told") => self.profile_silent,
            ("profile", "a user name, which is no name") => self.profile_user_name,
            ("profile", "a name to be confirmed") => self.profile_name,
            ("profile", "no name that is needed") => self.profile_spare,
            ("handoff.gate", "a person was called: what was told is kept") => self.with_called,
            ("handoff.gate", _) | ("interrupt", _) => self.with_person,
            ("handoff.late", "told that the message was passed on") => self.late_told,
            ("handoff.late", _) => self.late,
            ("nudge" | "pause.over", "nothing is awaited: silent") => self.nothing_awaited,
            ("nudge", _) => self.reminded,
            ("pause.over", _) => self.asked_after_pause,
            ("interrupt.stop", "the carrier has confirmed it") | ("interrupt.help", "the carrier has answered") => {
                self.carrier_confirmed
            }
            ("interrupt.stop", _) => self.stopped,
            ("interrupt.start", "pause ended") => self.pause_ended,
            ("interrupt.start", _) => self.started,
            ("interrupt.help", _) => self.helped,
            _ => return None,
        })
    }
}

/// How an answer begins of which it is known how sure it is.
const ANSWERED_SURE: &str = "answered with confidence ";

/// How sure an answer is, in percent.
fn percent(outcome: &str) -> Option<u32> {
    let sure: f64 = outcome.strip_prefix(ANSWERED_SURE)?.parse().ok()?;
    (0..=100).find(|percent| f64::from(*percent) >= (sure * 100.0).round())
}

impl Texts {
    /// A decision as a sentence; `None` of one that has none.
    fn sentence(&self, Decision { rule, outcome }: &Decision) -> Option<String> {
        let own = &self.decisions;
        if let Some(text) = own.fixed(rule, outcome) {
            return Some(text.to_owned());
        }
        let (family, name) = rule.split_once('.').unwrap_or((rule, ""));
        let sentence = match family {
            "playbook" => own.step(&self.thread.field(name), outcome)?,
            "knowledge" => fill(own.fact, self.thread.field(name)),
            "gate" => own.gate(name, outcome)?,
            "handoff" if name == "call" => own.called(outcome)?,
            "interrupt" if name == "pause" => fill(own.paused, outcome.strip_suffix(" minutes")?),
            "intent" => {
                let code = outcome.split_once(':').map_or(outcome.as_str(), |(code, _)| code);
                fill(own.wants, own.intent(code))
            }
            "language" => match Language::from_tag(outcome) {
                Some(known) => fill(own.language, own_name(known)),
                None => fill(own.language, outcome),
            },
            _ => return None,
        };
        Some(match percent(outcome) {
            Some(percent) => format!("{sentence} ({})", fill(own.sure, percent)),
            None => sentence,
        })
    }

    /// A decision as a sentence. One that we have no words for stands as it is kept.
    #[must_use]
    pub fn decided(&self, decision: &Decision) -> String {
        self.sentence(decision).unwrap_or_else(|| decision.outcome.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use regex::Regex;

    use super::*;

    /// What is never decided on a message: what a provider, a timer, a form or a colleague tells.
    const OF_NO_MESSAGE: [&str; 13] = [
        "answer",
        "call",
        "delivery",
        "fact",
        "form",
        "timer",
        "handoff.given_back",
        "handoff.missed_call",
        "handoff.said",
        "handoff.taken",
        "handoff.template",
        "handoff.undelivered",
        "handoff.wrote",
    ];

    fn sources(folder: &Path, into: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push(fs::read_to_string(path).unwrap());
            }
        }
    }

    /// Every decision that the dialogue's source spells out, a step and a number put in where one belongs.
    fn spelt_out() -> Vec<Decision> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../actors/src");
        let mut texts = Vec::new();
        sources(&folder, &mut texts);
        let decided =
            Regex::new(r#"decide\(\s*(?:format!\()?"([^"]+)"(?:, [\w.]+\))?,\s*(?:format!\()?"([^"]+)""#).unwrap();
        let reason = Regex::new(r#"reason: "([^"]+)""#).unwrap();
        let mut found = Vec::new();
        for text in &texts {
            for captures in decided.captures_iter(text) {
                let rule = captures[1]
                    .replace("{}", "name")
                    .replace("{step}", "name")
                    .replace("{field}", "name");
                let outcome = captures[2]
                    .replace("{sure}", " with confidence 0.87")
                    .replace("{:.2}", "0.87")
                    .replace("{attempt}", "1")
                    .replace("{minutes}", "60")
                    .replace("{reason}", "it is night where the person lives");
                found.push(Decision::new(rule, outcome));
            }
            found.extend(
                reason
                    .captures_iter(text)
                    .map(|captures| Decision::new("gate.never", &captures[1])),
            );
        }
        found
    }

    #[test]
    fn whatever_is_decided_on_a_message_is_a_sentence() {
        let texts = Texts::of(Language::Uk);
        let is_of_message = |decision: &&Decision| {
            let family = decision.rule.split('.').next().unwrap();
            ![family, &decision.rule].iter().any(|name| OF_NO_MESSAGE.contains(name))
                && decision.rule != "playbook.renamed"
        };
        let all = spelt_out();
        let of_messages: Vec<&Decision> = all.iter().filter(is_of_message).collect();
        assert!(of_messages.len() > 40, "{} were found", of_messages.len());
        let wordless: Vec<_> = of_messages
            .iter()
            .filter(|each| texts.sentence(each).is_none())
            .collect();
        assert!(wordless.is_empty(), "no sentence for {wordless:?}");
    }

    #[test]
    fn a_decision_reads_as_a_person_would_say_it() {
        let (en, ru) = (Texts::of(Language::En), Texts::of(Language::Ru));
        for (rule, outcome, english, russian) in [
            (
                "playbook.name",
                "answered with confidence 0.87",
                "Name: understood (87 % sure)",
                "Имя: понято (уверенность 87 %)",
            ),
            (
                "playbook.event_address",
                "asked",
                "Asked for: Event address",
                "Спросил: Event address",
            ),
            (
                "intent",
                "reservation: a day or a number of people was named",
                "What they want: a booking",
                "Чего хочет: бронь",
            ),
            ("intent", "catering", "What they want: catering", "Чего хочет: catering"),
            (
                "handoff.call",
                "asked",
                "A person is called: they asked for one",
                "Вызван человек: об этом попросили",
            ),
            ("language", "uk", "Language: Українська", "Язык: Українська"),
            (
                "interrupt.pause",
                "60 minutes",
                "They want a pause: 60 minutes",
                "Хочет паузу, минут: 60",
            ),
            (
                "gate.later",
                "`nudge` waits: it is night where the person lives",
                "Sent later: it is night where they live",
                "Отправится позже: у человека ночь",
            ),
            ("of.tomorrow", "unheard of", "unheard of", "unheard of"),
        ] {
            let decision = Decision::new(rule, outcome);
            assert_eq!(
                (en.decided(&decision).as_str(), ru.decided(&decision).as_str()),
                (english, russian)
            );
        }
    }
}
