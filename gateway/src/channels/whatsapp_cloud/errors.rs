//! WhatsApp's error codes, told at once or hours later in a status, and what they mean for a message.

use frontdesk_core::Fault;

use crate::channels::meta::{self, Meaning, Verdict};

/// WhatsApp's own codes. Only what stops everybody's messages is our account's fault: then they wait. What
/// concerns one person or one country fails, and is a colleague's.
pub(super) const fn specific(code: i64, _subcode: i64) -> Option<Meaning> {
    let never = Verdict::Never(None);
    let account = Verdict::Never(Some(Fault::Account));
    Some(match code {
        131_047 | 470 => Meaning::new(
            "more than 24 hours have passed since the person's last message: only a template may be sent",
            Verdict::Never(Some(Fault::OutsideWindow)),
        ),
        131_026 | 471 => Meaning::new(
            "WhatsApp cannot deliver to this number",
            Verdict::Never(Some(Fault::WrongAddress)),
        ),
        131_030 => Meaning::new("this number is not on the list our test number may write to", never),
        131_021 => Meaning::new("this is our own number", Verdict::Never(Some(Fault::WrongAddress))),
        130_429 => Meaning::new("our number sends too fast", Verdict::Later),
        131_056 => Meaning::new(
            "too much went to this person in a short time",
            Verdict::LaterToThisPerson,
        ),
        131_048 => Meaning::new("WhatsApp holds our messages for spam", account),
        131_049 => Meaning::new("WhatsApp spares this person one more marketing message", never),
        131_050 => Meaning::new("the person wants no marketing messages", never),
        130_472 => Meaning::new("WhatsApp withholds it as part of an experiment", never),
        131_051 => Meaning::new("WhatsApp does not know this kind of message", never),
        131_052 | 131_053 => Meaning::new("the file could not be fetched", never),
        131_008 | 131_009 => Meaning::new("WhatsApp does not understand the request", never),
        131_042 => Meaning::new("our account has not paid", account),
        131_031 => Meaning::new("our account is locked", account),
        130_497 => Meaning::new("our account may not send to this country", never),
        131_000 | 131_016 | 133_004 => Meaning::new("WhatsApp is in trouble for the moment", Verdict::Later),
        132_000 | 132_012 => Meaning::new("the template was filled wrongly", never),
        132_001 => Meaning::new("there is no such template in this language", never),
        132_005 => Meaning::new("the filled template is too long", never),
        132_007 | 132_015 | 132_016 => Meaning::new("the template is paused or forbidden", never),
        131_062 => Meaning::new("a person without a shown number cannot be sent this", never),
        131_063 => Meaning::new("marketing templates are off for this number", never),
        131_064 => Meaning::new("our number has reached its limit of people for today", account),
        _ => return None,
    })
}

/// Any code that may stand in a status.
pub fn meaning(code: i64) -> Meaning {
    specific(code, 0).unwrap_or_else(|| meta::general(code))
}
