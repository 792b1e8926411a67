//! What colleagues set up for their own work.

use frontdesk_core::UserId;
use frontdesk_core::ports::presets::{CANNED_REPLIES_MAX, CannedReply, Put, SAVED_VIEWS_MAX, SavedView};
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{at, tenant};

fn reply(number: u128, shortcut: &str, revision: u64) -> CannedReply {
    CannedReply {
        id: Uuid::from_u128(number),
        tenant: tenant("acme"),
        shortcut: shortcut.to_owned(),
        text: "Hello {name}".to_owned(),
        revision,
        author: "Olga".to_owned(),
        updated_at: at(1),
    }
}

pub async fn canned_replies_are_changed_on_their_revision_alone(place: Place) {
    let presets = place.presets();
    let put = async |reply: &CannedReply| presets.put_canned_reply(reply).await.unwrap();
    assert_eq!(put(&reply(1, "thanks", 0)).await, Put::Done);
    assert_eq!(put(&reply(2, "thanks", 0)).await, Put::Taken);
    assert_eq!(put(&reply(2, "hello", 0)).await, Put::Done);
    let changed = CannedReply {
        text: "Thank you!".to_owned(),
        author: "Pavlo".to_owned(),
        updated_at: at(2),
        ..reply(1, "thx", 1)
    };
    assert_eq!(put(&changed).await, Put::Done);
    assert_eq!(put(&reply(1, "mine", 1)).await, Put::Conflict);
    assert_eq!(put(&reply(1, "hello", 2)).await, Put::Taken);
    let stored = presets.canned_replies(&tenant("acme")).await.unwrap();
    assert_eq!(stored, [reply(2, "hello", 1), CannedReply { revision: 2, ..changed }]);

    assert_eq!(presets.canned_replies(&tenant("other")).await.unwrap(), []);
    let foreign = CannedReply {
        tenant: tenant("other"),
        ..reply(2, "hello", 1)
    };
    assert_eq!(put(&foreign).await, Put::Conflict);
    let id = Uuid::from_u128(2);
    let removed = async |of, revision| presets.remove_canned_reply(&tenant(of), id, revision).await.unwrap();
    assert!(!removed("other", 1).await);
    assert!(!removed("acme", 2).await, "it is not as it was seen");
    assert!(removed("acme", 1).await);
    assert!(!removed("acme", 1).await);
    assert_eq!(put(&reply(2, "hello", 1)).await, Put::Conflict);
}

pub async fn canned_replies_have_a_bound(place: Place) {
    let presets = place.presets();
    for number in 1..=CANNED_REPLIES_MAX {
        let reply = reply(number.into(), &format!("r{number}"), 0);
        assert_eq!(presets.put_canned_reply(&reply).await.unwrap(), Put::Done);
    }
    let one_more = presets.put_canned_reply(&reply(9_999, "more", 0)).await.unwrap();
    assert_eq!(one_more, Put::Full);
}

pub async fn views_are_of_their_user(place: Place) {
    let presets = place.presets();
    let (olga, pavlo) = (UserId(Uuid::from_u128(7)), UserId(Uuid::from_u128(8)));
    let view = |user, name: &str, query: &str| SavedView {
        user,
        name: name.to_owned(),
        query: query.to_owned(),
        at: at(1),
    };
    for view in [
        view(olga, "Mine", "view=open"),
        view(olga, "Mine", "view=done"),
        view(pavlo, "A", "tag=x"),
    ] {
        assert!(presets.save_view(&view).await.unwrap());
    }
    assert_eq!(
        presets.saved_views(olga).await.unwrap(),
        [view(olga, "Mine", "view=done")]
    );
    presets.remove_view(pavlo, "Mine").await.unwrap();
    for number in 1..SAVED_VIEWS_MAX {
        assert!(presets.save_view(&view(olga, &format!("{number}"), "")).await.unwrap());
    }
    assert!(!presets.save_view(&view(olga, "one too many", "")).await.unwrap());
    assert!(
        presets.save_view(&view(olga, "Mine", "view=all")).await.unwrap(),
        "it is there already"
    );
    presets.remove_view(olga, "Mine").await.unwrap();
    assert_eq!(
        presets.saved_views(olga).await.unwrap().len(),
        SAVED_VIEWS_MAX as usize - 1
    );
    assert_eq!(presets.saved_views(pavlo).await.unwrap(), [view(pavlo, "A", "tag=x")]);
}

pub async fn columns_are_of_their_user_and_list(place: Place) {
    let presets = place.presets();
    let (olga, pavlo) = (UserId(Uuid::from_u128(7)), UserId(Uuid::from_u128(8)));
    let names = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    let hidden = async |user, list| presets.hidden_columns(user, list).await.unwrap();
    assert_eq!(hidden(olga, "leads").await, names(&[]));
    presets
        .hide_columns(olga, "leads", &names(&["email", "since"]))
        .await
        .unwrap();
    presets
        .hide_columns(olga, "contacts", &names(&["phone"]))
        .await
        .unwrap();
    assert_eq!(hidden(olga, "leads").await, names(&["email", "since"]));
    assert_eq!(hidden(olga, "contacts").await, names(&["phone"]));
    assert_eq!(hidden(pavlo, "leads").await, names(&[]));
    presets.hide_columns(olga, "leads", &[]).await.unwrap();
    assert_eq!(hidden(olga, "leads").await, names(&[]));
}
