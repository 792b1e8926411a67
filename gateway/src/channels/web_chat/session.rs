//! What one socket knows: its thread, its visitor, its allowance; and how a frame becomes an event.

use std::num::NonZeroU32;
use std::time::Instant;

use axum::extract::ws::Message as Frame;
use frontdesk_actors::State;
use frontdesk_core::ports::store::Stored;
use frontdesk_core::{
    Attachment, Author, ChannelKind, ConversationId, DedupeKey, DeliveryStatus, FileId, InboundEvent, Payload,
    Personal, SessionId, TenantId,
};
use frontdesk_runtime::{Live, Membership, Refused, next_session};
use futures_util::Sink;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::mpsc;

use super::facts::Facts;
use super::identity::is_proven;
use super::socket::{End, Writer};
use super::wire::{Code, Incoming, Outgoing, Refusal, Said, Visitor, parse};
use super::{Chat, Origin};

/// Messages read in one go when a thread is resumed.
const HISTORY_PAGE: u32 = 100;
/// Frames beyond the allowance, one after the other, that end the socket.
const EXCESS_FRAMES_MAX: u32 = 500;

/// Why a frame's handling stopped short.
pub enum Stop {
    /// The frame was not accepted; the socket goes on.
    Refused(Refusal),
    /// The socket ends.
    Ended(End),
}

impl<T: Into<Refusal>> From<T> for Stop {
    fn from(refusal: T) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<End> for Stop {
    fn from(end: End) -> Self {
        Self::Ended(end)
    }
}

/// The thread a socket is in.
struct Thread {
    tenant: TenantId,
    user: Box<str>,
    name: Box<str>,
    conversation: ConversationId,
    session: SessionId,
    live: mpsc::Receiver<Live>,
    _membership: Membership,
    /// What was said before this came with the history, or is of no interest to the client.
    shown_to: u64,
    /// The last message known to exist.
    end: u64,
    /// The last message known to be seen.
    read_to: u64,
}

/// One socket's memory.
pub struct Session<'a> {
    chat: &'a Chat,
    origin: Origin,
    allowance: DefaultDirectRateLimiter,
    excess: u32,
    facts: Facts,
    thread: Option<Thread>,
}

impl<'a> Session<'a> {
    /// A socket that has said nothing yet.
    pub fn new(chat: &'a Chat, origin: Origin) -> Self {
        let per_second = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(per_second(chat.config.frames_per_second))
            .allow_burst(per_second(chat.config.frame_burst));
        Self {
            chat,
            origin,
            allowance: RateLimiter::direct(quota),
            excess: 0,
            facts: Facts::default(),
            thread: None,
        }
    }

    /// The pause between signs of life, in milliseconds.
    pub const fn heartbeat_ms(&self) -> u64 {
        self.chat.config.heartbeat_ms
    }

    /// The next thing that happens in the thread; never, while there is none.
    ///
    /// `None`: the socket fell behind and was dropped from the room.
    pub async fn happening(&mut self) -> Option<Live> {
        match &mut self.thread {
            Some(thread) => thread.live.recv().await,
            None => std::future::pending().await,
        }
    }

    /// Takes one frame in and writes what it leads to.
    pub async fn take<S>(&mut self, text: &str, writer: &mut Writer<S>) -> Result<(), End>
    where
        S: Sink<Frame, Error = axum::Error> + Unpin,
    {
        match self.handle(text, writer).await {
            Ok(()) => Ok(()),
            Err(Stop::Ended(end)) => Err(end),
            Err(Stop::Refused(refusal)) => self.refuse(&refusal, writer).await,
        }
    }

    /// Tells the client why a frame was not accepted.
    pub async fn refuse<S>(&self, refusal: &Refusal, writer: &mut Writer<S>) -> Result<(), End>
    where
        S: Sink<Frame, Error = axum::Error> + Unpin,
    {
        self.chat.metrics.refused(refusal.code);
        writer.feed(&Outgoing::error(refusal)).await
    }

    /// Writes what happened in the thread.
    pub async fn show<S>(&mut self, live: Live, writer: &mut Writer<S>) -> Result<(), End>
    where
        S: Sink<Frame, Error = axum::Error> + Unpin,
    {
        match live {
            Live::Drafting { .. } => Ok(()),
            Live::Typing(role) => writer.feed(&Outgoing::Typing { role }).await,
            Live::Message(message) => {
                let Some(thread) = &mut self.thread else {
                    return Ok(());
                };
                if message.seq <= thread.shown_to {
                    return Ok(());
                }
                thread.shown_to = message.seq;
                thread.end = thread.end.max(message.seq);
                writer.feed(&Outgoing::message(&message, link(self.chat))).await
            }
        }
    }

    async fn handle<S>(&mut self, text: &str, writer: &mut Writer<S>) -> Result<(), Stop>
    where
        S: Sink<Frame, Error = axum::Error> + Unpin,
    {
        self.check_allowance()?;
        let frame = match parse(text) {
            Err(refusal) if refusal.code == Code::TooLarge => return Err(End::TooLarge.into()),
            frame => frame?,
        };
        match frame {
            Incoming::Message(said) => self.say(&said, writer).await,
            Incoming::Hello { visitor, resume_from } => self.enter(&visitor, resume_from, writer).await,
            Incoming::Typing => self.tell_typing(),
            Incoming::Read { seq } => self.mark_read(seq).await,
            Incoming::Ping => Ok(writer.feed(&Outgoing::Pong).await?),
        }
    }

    fn check_allowance(&mut self) -> Result<(), Stop> {
        if self.allowance.check().is_ok() {
            self.excess = 0;
            return Ok(());
        }
        self.excess += 1;
        if self.excess > EXCESS_FRAMES_MAX {
            return Err(End::Flood.into());
        }
        Err(Refusal::new(
            Code::RateLimited,
            "Too many frames at once. Wait a moment and send it again.",
        )
        .into())
    }

    /// Opens a thread: everything said from here on reaches the socket, and, when asked for,
    /// everything said after `resume_from` comes first. The thread before it is left only once
    /// this one is open.
    async fn enter<S>(
        &mut self,
        visitor: &Visitor<'_>,
        resume_from: Option<u64>,
        writer: &mut Writer<S>,
    ) -> Result<(), Stop>
    where
        S: Sink<Frame, Error = axum::Error> + Unpin,
    {
        let tenant = self.admit(visitor)?;
        let conversation = ConversationId::derive(&tenant, ChannelKind::WebChat, &visitor.thread);
        // Joined before the log is read, so that nothing falls between the two.
        let session = next_session();
        let (to, live) = mpsc::channel(self.chat.config.queue_max);
        let membership = self.chat.runtime.join(conversation, session, to);
        let stored = self.chat.runtime.stored(conversation).await?;
        if is_foreign(stored.as_ref(), &visitor.user) {
            return Err(Refusal::foreign_thread().into());
        }
        let end = stored.as_ref().map_or(0, |stored| stored.last_seq);
        if resume_from.is_some_and(|seq| seq > end) {
            return Err(Refusal::new(
                Code::BadResume,
                "There are fewer messages than resumeFrom says. Say hello again with a smaller one, or 0 for all.",
            )
            .into());
        }
        writer
            .feed(&Outgoing::Welcome {
                conversation_id: conversation,
                thread_id: &visitor.thread,
                seq: end,
                contact: stored.as_ref().map(contact).unwrap_or_default(),
            })
            .await?;
        let shown_to = match resume_from {
            Some(after) if after < end => self.replay(conversation, after, writer).await?.max(end),
            Some(_) | None => end,
        };
        self.facts = Facts::default();
        self.facts.remember(visitor);
        self.thread = Some(Thread {
            tenant,
            user: visitor.user.as_ref().into(),
            name: visitor.thread.as_ref().into(),
            conversation,
            session,
            live,
            _membership: membership,
            shown_to,
            end: shown_to,
            read_to: 0,
        });
        Ok(())
    }

    /// Whether this visitor may speak to the tenant they name, from where they are.
    fn admit(&self, visitor: &Visitor<'_>) -> Result<TenantId, Refusal> {
        let id = match (&visitor.tenant, &self.thread) {
            (Some(name), _) => name.parse().map_err(|_| Refusal::unknown_tenant())?,
            (None, Some(thread)) => thread.tenant.clone(),
            (None, None) => self.chat.config.default_tenant.clone(),
        };
        let tenant = self.chat.tenants.find(&id).ok_or_else(Refusal::unknown_tenant)?;
        let settings = tenant.settings();
        if !self.origin.is_allowed_by(settings) {
            return Err(Refusal::new(
                Code::Forbidden,
                "This site may not show the chat of this tenant. Add its origin to the tenant's allowed origins.",
            ));
        }
        if !is_proven(settings.identity.as_ref(), &visitor.user, visitor.proof.as_deref()) {
            return Err(Refusal::new(
                Code::Forbidden,
                "This tenant's site signs its visitors. Send the signature of the userId as userHash.",
            ));
        }
        Ok(id)
    }

    /// Writes the log after `after`, page by page, and returns the last `seq` written.
    async fn replay<S>(&self, conversation: ConversationId, after: u64, writer: &mut Writer<S>) -> Result<u64, Stop>
    where
        S: Sink<Frame, Error = axum::Error> + Unpin,
    {
        let mut shown_to = after;
        loop {
            let page = self.chat.runtime.history(conversation, shown_to, HISTORY_PAGE).await?;
            for message in &page {
                writer.feed(&Outgoing::message(message, link(self.chat))).await?;
                shown_to = message.seq;
            }
            if page.len() < HISTORY_PAGE as usize {
                return Ok(shown_to);
            }
            writer.flush().await?;
        }
    }

    async fn say<S>(&mut self, said: &Said<'_>, writer: &mut Writer<S>) -> Result<(), Stop>
    where
        S: Sink<Frame, Error = axum::Error> + Unpin,
    {
        let started = Instant::now();
        if !self.is_in_thread_of(&said.visitor) {
            self.enter(&said.visitor, None, writer).await?;
        }
        self.facts.remember(&said.visitor);
        let Some(thread) = &self.thread else {
            return Err(missing_hello().into());
        };
        let key = [&*thread.user, &*thread.name, &*said.id];
        let attachments = self.attachments(thread, &said.files).await?;
        let event = self.event(thread, &key, self.facts.words(said, attachments));
        let delivered = self.chat.runtime.deliver(event).await;
        self.chat.metrics.turn(started.elapsed());
        let delivered = delivered?;
        self.acknowledge(&said.id, delivered.seq, writer).await?;
        Ok(())
    }

    /// Writes the acknowledgement in its place: after what came before the message in the thread,
    /// and before what came of it.
    async fn acknowledge<S>(&mut self, id: &str, seq: u64, writer: &mut Writer<S>) -> Result<(), End>
    where
        S: Sink<Frame, Error = axum::Error> + Unpin,
    {
        if let Some(thread) = &mut self.thread {
            thread.end = thread.end.max(seq);
        }
        let mut later = None;
        while let Some(live) = self.thread.as_mut().and_then(|thread| thread.live.try_recv().ok()) {
            if !matches!(&live, Live::Message(message) if message.seq < seq) {
                later = Some(live);
                break;
            }
            self.show(live, writer).await?;
        }
        writer.feed(&Outgoing::Ack { id, seq }).await?;
        // Whoever is told of a message as acknowledged is not told of it again: it may have been
        // committed for an earlier socket of the same visitor, whose origin it bears.
        if let Some(thread) = &mut self.thread {
            thread.shown_to = thread.shown_to.max(seq);
        }
        match later {
            Some(live) => self.show(live, writer).await,
            None => Ok(()),
        }
    }

    fn tell_typing(&self) -> Result<(), Stop> {
        let thread = self.thread.as_ref().ok_or_else(missing_hello)?;
        let typing = Live::Typing(Author::User);
        self.chat
            .runtime
            .publish(thread.conversation, Some(thread.session), typing);
        Ok(())
    }

    /// Keeps how far the visitor has read, if that is news.
    async fn mark_read(&mut self, seq: u64) -> Result<(), Stop> {
        let thread = self.thread.as_ref().ok_or_else(missing_hello)?;
        let up_to_seq = seq.min(thread.end);
        if up_to_seq <= thread.read_to {
            return Ok(());
        }
        let payload = Payload::Status {
            from_seq: thread.read_to + 1,
            up_to_seq,
            status: DeliveryStatus::Read,
            reason: None,
            fault: None,
        };
        let key = [&*thread.user, &*thread.name, "read", &up_to_seq.to_string()];
        let event = self.event(thread, &key, payload);
        self.chat.runtime.deliver(event).await?;
        if let Some(thread) = &mut self.thread {
            thread.read_to = up_to_seq;
        }
        Ok(())
    }

    fn is_in_thread_of(&self, visitor: &Visitor<'_>) -> bool {
        self.thread.as_ref().is_some_and(|thread| {
            *thread.name == *visitor.thread
                && *thread.user == *visitor.user
                && visitor
                    .tenant
                    .as_ref()
                    .is_none_or(|tenant| thread.tenant.as_str() == tenant)
        })
    }

    /// Files of the visitor's own, uploaded to this very thread.
    async fn attachments(&self, thread: &Thread, ids: &[FileId]) -> Result<Vec<Attachment>, Refusal> {
        let files = &self.chat.files;
        let mut attachments = Vec::with_capacity(ids.len());
        for id in ids {
            let found = files.of_conversation(&thread.tenant, thread.conversation, *id).await;
            let file = found.map_err(|_| Refusal::from(Refused::Unavailable))?;
            attachments.push(files.attachment(file.ok_or_else(missing_file)?, false));
        }
        Ok(attachments)
    }

    fn event(&self, thread: &Thread, key: &[&str], payload: Payload) -> InboundEvent {
        let dedupe = DedupeKey::derive(&thread.tenant, ChannelKind::WebChat, key);
        let now = self.chat.clock.now();
        InboundEvent {
            sender: Some(Personal::new(&*thread.user)),
            origin: Some(thread.session),
            ..InboundEvent::new(
                thread.tenant.clone(),
                ChannelKind::WebChat,
                &*thread.name,
                dedupe,
                now,
                payload,
            )
        }
    }
}

fn is_foreign(stored: Option<&Stored>, user: &str) -> bool {
    stored
        .and_then(|stored| stored.owner.as_ref())
        .is_some_and(|owner| owner.as_str() != user)
}

fn contact(stored: &Stored) -> frontdesk_actors::ContactView {
    match serde_json::from_str::<State>(&stored.snapshot) {
        Ok(state) => state.contact(),
        Err(_) => {
            tracing::error!(conversation.id = %stored.id, "the snapshot of a conversation cannot be read");
            frontdesk_actors::ContactView::default()
        }
    }
}

/// Makes links to the files of a message.
fn link(chat: &Chat) -> impl Fn(FileId) -> String {
    |id| chat.files.link(id)
}

fn missing_file() -> Refusal {
    Refusal::new(
        Code::BadAttachment,
        "A file of this message was not uploaded to this conversation, or is gone. Upload it again.",
    )
}

fn missing_hello() -> Refusal {
    Refusal::new(
        Code::BadFrame,
        "This socket has no thread yet. Say hello or send a message first.",
    )
}
