//! The second step of signing in.

use frontdesk_core::UserId;
use frontdesk_core::ports::registry::{Role, User};
use frontdesk_core::ports::second_step::BegunSignIn;
use uuid::Uuid;

use crate::place::Place;
use crate::samples::{at, tenant};

const ANA: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));
const CODES: [[u8; 32]; 3] = [[1; 32], [2; 32], [3; 32]];

/// Somebody with a second step in force since 20, its code number 7 used up.
async fn confirmed(place: &Place, user: UserId) {
    let steps = place.second_steps();
    assert!(steps.propose_second_step(user, "key", b"secret", at(10)).await.unwrap());
    assert!(
        steps
            .confirm_second_step(user, b"secret", 7, &CODES, at(20))
            .await
            .unwrap()
    );
}

pub async fn a_second_step_is_in_force_once_confirmed(place: Place) {
    let steps = place.second_steps();
    assert_eq!(steps.second_step(ANA).await.unwrap(), None);
    assert!(steps.propose_second_step(ANA, "key", b"first", at(5)).await.unwrap());
    assert!(steps.propose_second_step(ANA, "key", b"second", at(10)).await.unwrap());
    let proposed = steps.second_step(ANA).await.unwrap().unwrap();
    assert_eq!((&proposed.sealed[..], proposed.began_at), (&b"second"[..], at(10)));
    assert_eq!((proposed.confirmed_at, proposed.recovery_codes), (None, 0));
    assert!(!steps.use_code(ANA, 9).await.unwrap(), "nothing is in force yet");
    assert!(!steps.replace_recovery_codes(ANA, &CODES).await.unwrap());

    // A page that still shows the first secret confirms nothing.
    assert!(
        !steps
            .confirm_second_step(ANA, b"first", 7, &CODES, at(20))
            .await
            .unwrap()
    );
    assert!(
        steps
            .confirm_second_step(ANA, b"second", 7, &CODES, at(20))
            .await
            .unwrap()
    );
    assert!(!steps.confirm_second_step(ANA, b"second", 8, &[], at(21)).await.unwrap());
    assert!(!steps.propose_second_step(ANA, "key", b"third", at(30)).await.unwrap());
    let found = steps.second_step(ANA).await.unwrap().unwrap();
    assert_eq!((&found.sealed[..], found.key_id.as_str()), (&b"second"[..], "key"));
    assert_eq!((found.confirmed_at, found.recovery_codes), (Some(at(20)), 3));

    confirmed(&place, BOB).await;
    let users: Vec<_> = steps
        .second_steps()
        .await
        .unwrap()
        .into_iter()
        .map(|step| step.user)
        .collect();
    assert_eq!(users, [ANA, BOB]);
    assert!(steps.remove_second_step(ANA).await.unwrap());
    assert!(!steps.remove_second_step(ANA).await.unwrap());
    assert_eq!(steps.second_step(ANA).await.unwrap(), None);
    assert!(!steps.use_recovery_code(ANA, &CODES[0]).await.unwrap());
    assert_eq!(steps.second_step(BOB).await.unwrap().unwrap().recovery_codes, 3);
}

pub async fn a_code_counts_once(place: Place) {
    confirmed(&place, ANA).await;
    let steps = place.second_steps();
    for (number, counts) in [(7, false), (8, true), (8, false), (6, false), (10, true), (9, false)] {
        assert_eq!(steps.use_code(ANA, number).await.unwrap(), counts, "code {number}");
    }
    assert!(!steps.use_code(BOB, 11).await.unwrap());
}

pub async fn a_recovery_code_counts_once(place: Place) {
    confirmed(&place, ANA).await;
    confirmed(&place, BOB).await;
    let steps = place.second_steps();
    assert!(steps.use_recovery_code(ANA, &CODES[1]).await.unwrap());
    assert!(!steps.use_recovery_code(ANA, &CODES[1]).await.unwrap());
    assert!(!steps.use_recovery_code(ANA, &[9; 32]).await.unwrap());
    assert_eq!(steps.second_step(ANA).await.unwrap().unwrap().recovery_codes, 2);
    assert!(steps.replace_recovery_codes(ANA, &[[9; 32]]).await.unwrap());
    assert!(!steps.use_recovery_code(ANA, &CODES[0]).await.unwrap());
    assert!(steps.use_recovery_code(ANA, &[9; 32]).await.unwrap());
    assert_eq!(steps.second_step(BOB).await.unwrap().unwrap().recovery_codes, 3);
}

pub async fn a_secret_is_sealed_anew_in_its_place(place: Place) {
    confirmed(&place, ANA).await;
    let steps = place.second_steps();
    let was = steps.second_step(ANA).await.unwrap().unwrap();
    assert!(steps.reseal_second_step(&was, "new", b"anew").await.unwrap());
    assert!(!steps.reseal_second_step(&was, "new", b"again").await.unwrap());
    let found = steps.second_step(ANA).await.unwrap().unwrap();
    assert_eq!((&found.sealed[..], found.key_id.as_str()), (&b"anew"[..], "new"));
    assert!(!steps.use_code(ANA, 7).await.unwrap(), "what was used up stays so");
}

pub async fn a_begun_sign_in_ends(place: Place) {
    let (steps, access) = (place.second_steps(), place.access());
    let ana = User {
        id: ANA,
        email: "ana@example.com".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        role: Role::Operator,
        tenant: Some(tenant("acme")),
        name: None,
        language: None,
        created_at: at(5),
    };
    assert!(place.registry().add_user(&ana).await.unwrap());
    let begun = |number: u8, began: i64| BegunSignIn {
        token_hash: [number; 32],
        user: ANA,
        began_at: at(began),
        expires_at: at(began + 10),
    };
    for number in 1..=3 {
        steps.begin_sign_in(&begun(number, 10)).await.unwrap();
    }
    assert_eq!(steps.begun_sign_in(&[1; 32], at(19)).await.unwrap(), Some(ana.clone()));
    assert_eq!(steps.begun_sign_in(&[1; 32], at(20)).await.unwrap(), None);
    assert_eq!(steps.begun_sign_in(&[9; 32], at(15)).await.unwrap(), None);
    assert_eq!(
        access.session(&[1; 32], at(15)).await.unwrap(),
        None,
        "it is no session"
    );

    assert!(steps.end_begun_sign_in(&[1; 32]).await.unwrap());
    assert!(!steps.end_begun_sign_in(&[1; 32]).await.unwrap());
    // Signing out everywhere ends what is half done, too, and the next one clears the old away.
    access.end_sessions(ANA).await.unwrap();
    assert_eq!(steps.begun_sign_in(&[2; 32], at(15)).await.unwrap(), None);
    steps.begin_sign_in(&begun(4, 10)).await.unwrap();
    steps.begin_sign_in(&begun(5, 20)).await.unwrap();
    assert!(!steps.end_begun_sign_in(&[4; 32]).await.unwrap());

    confirmed(&place, ANA).await;
    assert!(access.remove_user(ANA).await.unwrap());
    assert_eq!(steps.second_step(ANA).await.unwrap(), None);
    assert!(!steps.end_begun_sign_in(&[5; 32]).await.unwrap());
}
