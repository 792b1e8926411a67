//! What an administrator sets up.

use frontdesk_core::ports::registry::{
    AccountSeen, ApiKey, Credential, REVISIONS_KEPT, RevisionRow, Role, Route, User,
};
use frontdesk_core::{ApiKeyId, ChannelKind, Epoch, Language, UserId};
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{at, tenant};

pub async fn tenants_have_revisions(place: Place) {
    let registry = place.registry();
    assert_eq!(registry.tenants().await.unwrap(), []);
    let start = registry.revision().await.unwrap();
    assert_eq!(registry.put_tenant(&tenant("b"), "one", at(1)).await.unwrap(), 1);
    assert_eq!(registry.put_tenant(&tenant("a"), "two", at(2)).await.unwrap(), 1);
    assert_eq!(registry.put_tenant(&tenant("b"), "three", at(3)).await.unwrap(), 2);
    assert_eq!(registry.revision().await.unwrap(), start + 3);
    let rows = registry.tenants().await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!((rows[1].manifest.as_str(), rows[1].revision), ("three", 2));
    assert_eq!((rows[1].created_at, rows[1].updated_at), (at(1), at(3)));
}

pub async fn a_manifest_is_replaced_on_its_revision_alone(place: Place) {
    let registry = place.registry();
    let start = registry.revision().await.unwrap();
    let replace = |manifest, revision, now| {
        let registry = place.registry();
        async move {
            let id = tenant("a");
            registry
                .replace_tenant(&id, manifest, revision, "Ana", at(now))
                .await
                .unwrap()
        }
    };
    assert_eq!(replace("nothing to replace", 1, 1).await, None);
    assert_eq!(replace("one", 0, 1).await, Some(1));
    assert_eq!(replace("not added again", 0, 2).await, None);
    assert_eq!(replace("two", 1, 2).await, Some(2));
    assert_eq!(replace("too late", 1, 3).await, None);
    let rows = registry.tenants().await.unwrap();
    assert_eq!((rows[0].manifest.as_str(), rows[0].revision), ("two", 2));
    assert_eq!((rows[0].created_at, rows[0].updated_at), (at(1), at(2)));
    assert_eq!(registry.revision().await.unwrap(), start + 2);
}

pub async fn what_was_published_is_kept(place: Place) {
    let registry = place.registry();
    let id = tenant("a");
    registry.put_tenant(&id, "one", at(1)).await.unwrap();
    registry.put_tenant(&tenant("b"), "theirs", at(1)).await.unwrap();
    let second = registry.replace_tenant(&id, "two", 1, "Ana", at(2)).await.unwrap();
    assert_eq!(second, Some(2));
    assert_eq!(
        registry.replace_tenant(&id, "late", 1, "Bo", at(3)).await.unwrap(),
        None
    );
    let row = |revision, author: Option<&str>, published| RevisionRow {
        revision,
        author: author.map(str::to_owned),
        published_at: at(published),
    };
    let all = registry.revisions(&id, None, 10).await.unwrap();
    assert_eq!(all, [row(2, Some("Ana"), 2), row(1, None, 1)]);
    assert_eq!(registry.revisions(&id, None, 1).await.unwrap(), all[..1]);
    assert_eq!(registry.revisions(&id, Some(2), 10).await.unwrap(), all[1..]);
    assert_eq!(registry.manifest(&id, 1).await.unwrap().as_deref(), Some("one"));
    assert_eq!(registry.manifest(&id, 3).await.unwrap(), None);
    assert_eq!(registry.manifest(&tenant("b"), 2).await.unwrap(), None);
}

pub async fn the_oldest_manifests_go(place: Place) {
    let registry = place.registry();
    let id = tenant("a");
    for revision in 1..=REVISIONS_KEPT + 2 {
        registry.put_tenant(&id, "text", at(1)).await.unwrap();
        assert_eq!(registry.manifest(&id, revision).await.unwrap().as_deref(), Some("text"));
    }
    for (revision, is_kept) in [(1, false), (2, false), (3, true), (REVISIONS_KEPT + 2, true)] {
        let found = registry.manifest(&id, revision).await.unwrap();
        assert_eq!(found.is_some(), is_kept, "{revision}");
    }
}

pub async fn credentials_are_replaced_by_later_ones_alone(place: Place) {
    let registry = place.registry();
    let part = |of: &str, name: &str, sealed: &[u8], set_at| Credential {
        tenant: tenant(of),
        provider: "twilio".to_owned(),
        name: name.to_owned(),
        key_id: "k1".to_owned(),
        sealed: sealed.to_vec(),
        set_by: "ana".to_owned(),
        set_at: at(set_at),
    };
    assert_eq!(registry.credentials().await.unwrap(), []);
    let start = registry.revision().await.unwrap();
    let first = [
        part("b", "auth_token", &[0, 255], 10),
        part("b", "account_sid", b"AC1", 10),
    ];
    registry.put_credentials(&first).await.unwrap();
    let others = part("a", "auth_token", b"theirs", 20);
    registry.put_credentials(std::slice::from_ref(&others)).await.unwrap();
    let wanted = [others.clone(), first[1].clone(), first[0].clone()];
    assert_eq!(registry.credentials().await.unwrap(), wanted);
    assert_eq!(registry.revision().await.unwrap(), start + 2);

    let (later, earlier) = (part("b", "auth_token", b"new", 11), part("b", "auth_token", b"old", 9));
    registry.put_credentials(std::slice::from_ref(&later)).await.unwrap();
    registry.put_credentials(&[earlier]).await.unwrap();
    let resealed = Credential {
        key_id: "k2".to_owned(),
        sealed: b"the same".to_vec(),
        ..later
    };
    registry.put_credentials(std::slice::from_ref(&resealed)).await.unwrap();
    assert_eq!(registry.credentials().await.unwrap()[2], resealed);

    assert!(!registry.remove_credentials(&tenant("b"), "yelp").await.unwrap());
    assert!(registry.remove_credentials(&tenant("b"), "twilio").await.unwrap());
    assert!(!registry.remove_credentials(&tenant("b"), "twilio").await.unwrap());
    assert_eq!(registry.credentials().await.unwrap(), [others]);
}

pub async fn an_account_is_changed_as_it_was_seen_alone(place: Place) {
    let registry = place.registry();
    let owner = tenant("acme");
    let part = |name: &str, sealed: &[u8], set_at| Credential {
        tenant: owner.clone(),
        provider: "yelp".to_owned(),
        name: name.to_owned(),
        key_id: "k1".to_owned(),
        sealed: sealed.to_vec(),
        set_by: "ana".to_owned(),
        set_at: at(set_at),
    };
    let seen = |set_at: Option<i64>| AccountSeen {
        tenant: &owner,
        provider: "yelp",
        parts: &["api_key", "secret"],
        set_at: set_at.map(at),
    };
    let change =
        async |seen: AccountSeen<'_>, parts: &[Credential]| registry.change_account(&seen, parts).await.unwrap();
    let (key, secret) = (part("api_key", b"one", 10), part("secret", b"two", 10));
    assert!(
        !change(seen(Some(5)), std::slice::from_ref(&key)).await,
        "there is none"
    );
    let start = registry.revision().await.unwrap();
    assert!(change(seen(None), &[key.clone(), secret.clone()]).await);
    assert_eq!(registry.revision().await.unwrap(), start + 1);
    assert!(
        !change(seen(None), &[part("api_key", b"lost", 20)]).await,
        "somebody was faster"
    );

    // What is renewed by itself beside it is nobody's change.
    registry.put_credentials(&[part("grant", b"access", 15)]).await.unwrap();
    let newer = part("secret", b"three", 20);
    assert!(change(seen(Some(10)), std::slice::from_ref(&newer)).await);
    assert!(!registry.remove_account(&seen(Some(10))).await.unwrap());
    let stored = registry.credentials().await.unwrap();
    assert_eq!(stored, [key, part("grant", b"access", 15), newer]);
    assert!(registry.remove_account(&seen(Some(20))).await.unwrap());
    assert!(!registry.remove_account(&seen(None)).await.unwrap());
    assert_eq!(registry.credentials().await.unwrap(), []);
}

/// Of several who change what they all have seen, one does.
pub async fn of_two_who_change_an_account_one_does(place: Place) {
    let registry = place.registry();
    let owner = tenant("acme");
    for round in 1..=10_i64 {
        let seen = AccountSeen {
            tenant: &owner,
            provider: "twilio",
            parts: &["auth_token"],
            set_at: (round > 1).then(|| at(round - 1)),
        };
        let change = async |by: &str| {
            let credential = Credential {
                tenant: owner.clone(),
                provider: "twilio".to_owned(),
                name: "auth_token".to_owned(),
                key_id: "k1".to_owned(),
                sealed: by.as_bytes().to_vec(),
                set_by: by.to_owned(),
                set_at: at(round),
            };
            registry.change_account(&seen, &[credential]).await.unwrap()
        };
        let (ana, bo) = tokio::join!(change("ana"), change("bo"));
        assert!(ana != bo, "in round {round} it was both or none");
        let stored = registry.credentials().await.unwrap();
        assert_eq!(stored[0].set_by, if ana { "ana" } else { "bo" });
    }
}

pub async fn a_route_is_removed_by_its_tenant(place: Place) {
    let registry = place.registry();
    let route = Route {
        channel: ChannelKind::Sms,
        address: "+1555".to_owned(),
        tenant: tenant("a"),
        provider: None,
    };
    registry.add_route(&route).await.unwrap();
    let start = registry.revision().await.unwrap();
    let remove = |channel, name| {
        let registry = place.registry();
        async move { registry.remove_route(channel, "+1555", &tenant(name)).await.unwrap() }
    };
    assert!(!remove(ChannelKind::Sms, "b").await);
    assert!(!remove(ChannelKind::Voice, "a").await);
    assert_eq!(registry.routes().await.unwrap(), [route]);
    assert!(remove(ChannelKind::Sms, "a").await);
    assert!(!remove(ChannelKind::Sms, "a").await);
    assert_eq!(registry.routes().await.unwrap(), []);
    assert_eq!(registry.revision().await.unwrap(), start + 1);
}

pub async fn an_address_is_of_one_tenant(place: Place) {
    let registry = place.registry();
    let route = |channel, address: &str, name: &str| Route {
        channel,
        address: address.to_owned(),
        tenant: tenant(name),
        provider: None,
    };
    let start = registry.revision().await.unwrap();
    let first = route(ChannelKind::Sms, "+1555", "a");
    assert!(registry.add_route(&first).await.unwrap());
    assert!(registry.add_route(&first).await.unwrap());
    assert!(
        !registry
            .add_route(&route(ChannelKind::Sms, "+1555", "b"))
            .await
            .unwrap()
    );
    let second = route(ChannelKind::Voice, "+1555", "b");
    assert!(registry.add_route(&second).await.unwrap());
    assert_eq!(registry.routes().await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(registry.revision().await.unwrap(), start + 2);

    let served = Route {
        provider: Some("carrier".to_owned()),
        ..first
    };
    assert!(registry.add_route(&served).await.unwrap());
    let foreign = Route {
        provider: Some("other".to_owned()),
        tenant: tenant("b"),
        ..served.clone()
    };
    assert!(!registry.add_route(&foreign).await.unwrap());
    let unsaid = Route {
        provider: None,
        ..served.clone()
    };
    assert!(registry.add_route(&unsaid).await.unwrap());
    assert_eq!(registry.routes().await.unwrap(), [served, second]);
    assert_eq!(registry.revision().await.unwrap(), start + 3);
}

pub async fn users_have_one_email_each(place: Place) {
    let registry = place.registry();
    let user = |number, email: &str, tenant| User {
        id: UserId(Uuid::from_u128(number)),
        email: email.to_owned(),
        password_hash: format!("$argon2id${number}"),
        role: Role::Operator,
        tenant,
        name: Some(format!("User {number}")),
        language: Some(Language::Uk),
        created_at: at(5),
    };
    let everywhere = user(1, "b@example.com", None);
    let somewhere = user(2, "a@example.com", Some(tenant("a")));
    assert!(registry.add_user(&everywhere).await.unwrap());
    assert!(registry.add_user(&somewhere).await.unwrap());
    assert!(!registry.add_user(&user(3, "a@example.com", None)).await.unwrap());
    assert_eq!(registry.users().await.unwrap(), [somewhere, everywhere]);
}

pub async fn keys_are_found_by_hash(place: Place) {
    let registry = place.registry();
    let key = ApiKey {
        id: ApiKeyId(Uuid::from_u128(7)),
        secret_hash: [7; 32],
        tenant: tenant("a"),
        role: Role::Viewer,
        created_at: at(5),
    };
    registry.add_key(&key).await.unwrap();
    assert_eq!(registry.key(&[7; 32]).await.unwrap(), Some(key.clone()));
    assert_eq!(registry.key(&[8; 32]).await.unwrap(), None);
    let twin = ApiKey {
        id: ApiKeyId(Uuid::from_u128(8)),
        ..key
    };
    let error = crate::place::failure(registry.add_key(&twin).await);
    assert!(
        matches!(error, frontdesk_core::ports::store::Error::Invalid(_)),
        "{error}"
    );
}

pub async fn keys_are_listed_and_removed_by_their_tenant(place: Place) {
    let registry = place.registry();
    let key = |number: u8, name| ApiKey {
        id: ApiKeyId(Uuid::from_u128(number.into())),
        secret_hash: [number; 32],
        tenant: tenant(name),
        role: Role::Operator,
        created_at: at(number.into()),
    };
    let (first, second, foreign) = (key(1, "a"), key(2, "a"), key(3, "b"));
    for key in [&first, &second, &foreign] {
        registry.add_key(key).await.unwrap();
    }
    assert_eq!(
        registry.keys(&tenant("a")).await.unwrap(),
        [second.clone(), first.clone()]
    );
    assert!(!registry.remove_key(foreign.id, &tenant("a")).await.unwrap());
    assert!(registry.remove_key(second.id, &tenant("a")).await.unwrap());
    assert!(!registry.remove_key(second.id, &tenant("a")).await.unwrap());
    assert_eq!(registry.keys(&tenant("a")).await.unwrap(), [first]);
    assert_eq!(registry.key(&[2; 32]).await.unwrap(), None);
    assert_eq!(registry.key(&[3; 32]).await.unwrap(), Some(foreign));
}

pub async fn settings_are_written_once(place: Place) {
    let registry = place.registry();
    assert_eq!(registry.setting("secret").await.unwrap(), None);
    assert_eq!(registry.setting_or("secret", "one").await.unwrap(), "one");
    assert_eq!(registry.setting_or("secret", "two").await.unwrap(), "one");
    assert_eq!(registry.setting("secret").await.unwrap().as_deref(), Some("one"));
}

pub async fn epochs_grow(place: Place) {
    assert_eq!(place.registry().next_epoch().await.unwrap(), Epoch(1));
    let again = place.open_again().await;
    assert_eq!(again.registry().next_epoch().await.unwrap(), Epoch(2));
    assert_eq!(place.registry().next_epoch().await.unwrap(), Epoch(3));
}
