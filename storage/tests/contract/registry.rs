//! What an administrator sets up.

use frontdesk_core::ports::registry::{ApiKey, Role, Route, User};
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
