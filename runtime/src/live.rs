//! Open sockets of conversations: who gets to hear of a commit at once.
//!
//! A room is nothing but the list of sockets; what they missed is in the store, and a socket that
//! reads too slowly is dropped from the room and heals itself by resuming.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use frontdesk_core::{Author, ConversationId, Message, SessionId, UserId};
use parking_lot::Mutex;
use smallvec::SmallVec;
use tokio::sync::mpsc;

/// How many locks the rooms are spread over.
const SHARDS: usize = 64;

/// What reaches an open socket.
#[derive(Clone, Debug)]
pub enum Live {
    /// A committed message. One that the socket has read already (by `seq`) may come again.
    Message(Arc<Message>),
    /// Somebody is typing.
    Typing(Author),
    /// A colleague is writing a reply: for other colleagues alone.
    Drafting {
        /// Who.
        by: UserId,
        /// What colleagues call them.
        name: Arc<str>,
    },
}

/// A fresh id for a socket.
#[must_use]
pub fn next_session() -> SessionId {
    static LAST: AtomicU64 = AtomicU64::new(0);
    SessionId(LAST.fetch_add(1, Ordering::Relaxed) + 1)
}

/// The sockets of every conversation.
#[derive(Debug)]
pub(crate) struct Rooms {
    shards: [Mutex<HashMap<ConversationId, Room>>; SHARDS],
    sessions: AtomicUsize,
    sessions_max: usize,
}

type Room = SmallVec<[(SessionId, mpsc::Sender<Live>); 1]>;

/// A socket's place among those of a conversation; dropping it leaves.
#[derive(Debug)]
#[must_use = "dropping it leaves the room"]
pub struct Membership {
    rooms: Arc<Rooms>,
    conversation: ConversationId,
    session: SessionId,
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut shard = self.rooms.shard(self.conversation).lock();
        let Some(room) = shard.get_mut(&self.conversation) else {
            return;
        };
        self.rooms.remove(room, |session| session == self.session);
        if room.is_empty() {
            shard.remove(&self.conversation);
        }
    }
}

impl Rooms {
    pub fn new(sessions_max: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            sessions: AtomicUsize::new(0),
            sessions_max: sessions_max.max(1),
        }
    }

    /// Lets a socket in. In a full room the one that came first leaves.
    pub fn join(
        self: &Arc<Self>,
        conversation: ConversationId,
        session: SessionId,
        to: mpsc::Sender<Live>,
    ) -> Membership {
        let mut shard = self.shard(conversation).lock();
        let room = shard.entry(conversation).or_default();
        self.remove(room, |other| other == session);
        if room.len() == self.sessions_max {
            room.remove(0);
            self.sessions.fetch_sub(1, Ordering::Relaxed);
        }
        room.push((session, to));
        self.sessions.fetch_add(1, Ordering::Relaxed);
        Membership {
            rooms: Arc::clone(self),
            conversation,
            session,
        }
    }

    /// Tells every socket but `except`. Returns how many were dropped because they read too slowly.
    pub fn publish(&self, conversation: ConversationId, except: Option<SessionId>, what: &Live) -> usize {
        let mut shard = self.shard(conversation).lock();
        let Some(room) = shard.get_mut(&conversation) else {
            return 0;
        };
        let before = room.len();
        room.retain(|(session, to)| Some(*session) == except || to.try_send(what.clone()).is_ok());
        let dropped = before - room.len();
        if room.is_empty() {
            shard.remove(&conversation);
        }
        self.sessions.fetch_sub(dropped, Ordering::Relaxed);
        dropped
    }

    /// Whether anybody listens.
    pub fn is_empty(&self, conversation: ConversationId) -> bool {
        !self.shard(conversation).lock().contains_key(&conversation)
    }

    /// Sockets in all rooms.
    pub fn sessions(&self) -> usize {
        self.sessions.load(Ordering::Relaxed)
    }

    fn remove(&self, room: &mut Room, is_meant: impl Fn(SessionId) -> bool) {
        if let Some(index) = room.iter().position(|(session, _)| is_meant(*session)) {
            room.remove(index);
            self.sessions.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn shard(&self, conversation: ConversationId) -> &Mutex<HashMap<ConversationId, Room>> {
        &self.shards[usize::from(conversation.shard().0) % SHARDS]
    }
}

#[cfg(test)]
mod tests {
    use frontdesk_core::ChannelKind;

    use super::*;

    fn conversation() -> ConversationId {
        ConversationId::derive(&"t".parse().unwrap(), ChannelKind::WebChat, "thread")
    }

    #[test]
    fn a_socket_hears_the_others_until_it_leaves() {
        let rooms = Arc::new(Rooms::new(4));
        let (first, second) = (next_session(), next_session());
        let (to_first, mut at_first) = mpsc::channel(4);
        let (to_second, mut at_second) = mpsc::channel(4);
        let _stays = rooms.join(conversation(), first, to_first);
        let leaves = rooms.join(conversation(), second, to_second);

        assert_eq!(
            rooms.publish(conversation(), Some(first), &Live::Typing(Author::User)),
            0
        );
        assert!(at_first.try_recv().is_err());
        assert!(matches!(at_second.try_recv(), Ok(Live::Typing(Author::User))));

        drop(leaves);
        assert_eq!(rooms.sessions(), 1);
        rooms.publish(conversation(), None, &Live::Typing(Author::Bot));
        assert!(matches!(at_first.try_recv(), Ok(Live::Typing(Author::Bot))));
        assert!(at_second.try_recv().is_err());
    }

    #[test]
    fn a_slow_socket_is_dropped_and_sees_its_channel_closed() {
        let rooms = Arc::new(Rooms::new(4));
        let (to, mut at) = mpsc::channel(1);
        let membership = rooms.join(conversation(), next_session(), to);
        assert_eq!(rooms.publish(conversation(), None, &Live::Typing(Author::Bot)), 0);
        assert_eq!(rooms.publish(conversation(), None, &Live::Typing(Author::Bot)), 1);
        assert!(at.try_recv().is_ok());
        assert_eq!(at.try_recv().unwrap_err(), mpsc::error::TryRecvError::Disconnected);
        assert!(rooms.is_empty(conversation()));
        drop(membership);
        assert_eq!(rooms.sessions(), 0);
    }

    #[test]
    fn a_full_room_drops_the_oldest() {
        let rooms = Arc::new(Rooms::new(2));
        let mut all = Vec::new();
        for _ in 0..3 {
            let (to, at) = mpsc::channel(1);
            all.push((rooms.join(conversation(), next_session(), to), at));
        }
        assert_eq!(rooms.sessions(), 2);
        assert_eq!(
            all[0].1.try_recv().unwrap_err(),
            mpsc::error::TryRecvError::Disconnected
        );
        drop(all);
        assert_eq!(rooms.sessions(), 0);
        assert!(rooms.is_empty(conversation()));
    }
}
