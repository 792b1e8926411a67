//! The hot store, on a real Redis.

use std::sync::Arc;

use frontdesk_core::ports::hot::{Hot, Warm};
use frontdesk_core::ports::store::Stored;
use frontdesk_core::{ConversationId, Message, Turn};

use crate::samples::turn;

/// A hot store, and an address that no other test uses.
fn fresh() -> (Arc<dyn Hot>, String) {
    let address = crate::place::server("FRONTDESK_TEST_REDIS");
    let hot = frontdesk_storage::hot(&address).unwrap();
    (hot, uuid::Uuid::new_v4().to_string())
}

pub fn warm(turn: &Turn) -> Warm {
    Warm {
        stored: Stored {
            id: turn.conversation,
            owner: Some("ana".into()),
            version: turn.version,
            last_seq: turn.last_seq,
            status: turn.status,
            snapshot: turn.snapshot.clone(),
        },
        messages: turn.messages.clone(),
    }
}

async fn seqs(hot: &Arc<dyn Hot>, id: ConversationId, after: u64) -> Option<Vec<u64>> {
    let messages: Option<Vec<Message>> = hot.history(id, after).await.unwrap();
    messages.map(|messages| messages.iter().map(|message| message.seq).collect())
}

#[tokio::test]
async fn what_was_put_is_loaded() {
    let (hot, address) = fresh();
    let (one, two) = (turn(&address, 1), turn(&format!("{address}-2"), 1));
    hot.put(&[warm(&one), warm(&two)]).await.unwrap();
    let unknown = turn(&format!("{address}-3"), 1).conversation;
    let loaded = hot.load(&[two.conversation, unknown, one.conversation]).await.unwrap();
    assert_eq!(loaded, [warm(&two).stored, warm(&one).stored]);
    assert_eq!(
        hot.history(one.conversation, 0).await.unwrap(),
        Some(one.messages.clone())
    );
    assert_eq!(hot.history(unknown, 0).await.unwrap(), None);

    hot.forget(&[one.conversation]).await.unwrap();
    assert_eq!(hot.load(&[one.conversation]).await.unwrap(), []);
    assert_eq!(hot.history(one.conversation, 0).await.unwrap(), None);
    assert_eq!(hot.load(&[two.conversation]).await.unwrap().len(), 1);

    hot.put(&[]).await.unwrap();
    hot.forget(&[]).await.unwrap();
    assert_eq!(hot.load(&[]).await.unwrap(), []);
}

#[tokio::test]
async fn an_older_version_never_replaces_a_newer() {
    let (hot, address) = fresh();
    hot.put(&[warm(&turn(&address, 1)), warm(&turn(&address, 2))])
        .await
        .unwrap();
    let mut late = warm(&turn(&address, 1));
    late.stored.snapshot = "late".to_owned();
    hot.put(&[late]).await.unwrap();
    let mut same = warm(&turn(&address, 2));
    same.stored.snapshot = "same".to_owned();
    hot.put(&[same]).await.unwrap();
    let newest = turn(&address, 2);
    assert_eq!(hot.load(&[newest.conversation]).await.unwrap(), [warm(&newest).stored]);
    assert_eq!(seqs(&hot, newest.conversation, 0).await, Some(vec![1, 2, 3, 4]));
}

#[tokio::test]
async fn a_gap_in_the_messages_is_never_served() {
    let (hot, address) = fresh();
    let id = turn(&address, 1).conversation;
    for version in [1, 2, 4, 5] {
        hot.put(&[warm(&turn(&address, version))]).await.unwrap();
    }
    assert_eq!(seqs(&hot, id, 0).await, None);
    assert_eq!(seqs(&hot, id, 5).await, None);
    assert_eq!(seqs(&hot, id, 6).await, Some(vec![7, 8, 9, 10]));
    assert_eq!(seqs(&hot, id, 9).await, Some(vec![10]));
    assert_eq!(seqs(&hot, id, 10).await, Some(vec![]));

    // A conversation remembered without its messages has none to serve.
    let mut bare = warm(&turn(&format!("{address}-2"), 3));
    bare.messages.clear();
    let id = bare.stored.id;
    hot.put(&[bare]).await.unwrap();
    assert_eq!(seqs(&hot, id, 0).await, None);
    assert_eq!(seqs(&hot, id, 6).await, Some(vec![]));
}

/// Everything that Redis holds under this text, keys and values.
async fn kept(text: &str) -> Vec<String> {
    let address = crate::place::server("FRONTDESK_TEST_REDIS");
    let client = redis::Client::open(address).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let keys: Vec<String> = redis::cmd("KEYS")
        .arg(format!("*{text}*"))
        .query_async(&mut connection)
        .await
        .unwrap();
    keys
}

#[tokio::test]
async fn of_who_is_forgotten_no_key_is_left_and_a_late_copy_ends_by_itself() {
    let (hot, address) = fresh();
    let turn = turn(&address, 1);
    let id = turn.conversation.to_string();
    hot.put(&[warm(&turn)]).await.unwrap();
    assert_eq!(kept(&id).await.len(), 2, "the row and the messages");
    hot.forget(&[turn.conversation]).await.unwrap();
    assert_eq!(kept(&id).await, Vec::<String>::new());
    hot.forget(&[turn.conversation]).await.unwrap();

    // A copy that was on its way meanwhile is there again: it ends by itself, and may be forgotten again.
    hot.put(&[warm(&turn)]).await.unwrap();
    let server = crate::place::server("FRONTDESK_TEST_REDIS");
    let mut connection = redis::Client::open(server)
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap();
    for key in kept(&id).await {
        let left: i64 = redis::cmd("PTTL").arg(&key).query_async(&mut connection).await.unwrap();
        assert!((1..=3_600_000).contains(&left), "{key} stays for {left} ms");
    }
    hot.forget(&[turn.conversation]).await.unwrap();
    assert_eq!(kept(&id).await, Vec::<String>::new());
}

#[tokio::test]
async fn only_the_last_messages_are_remembered() {
    let (hot, address) = fresh();
    let id = turn(&address, 1).conversation;
    for version in 1..=50 {
        hot.put(&[warm(&turn(&address, version))]).await.unwrap();
    }
    assert_eq!(seqs(&hot, id, 0).await, None);
    assert_eq!(seqs(&hot, id, 36).await.map(|seqs| seqs.len()), Some(64));
    assert_eq!(seqs(&hot, id, 98).await, Some(vec![99, 100]));
}
