//! Several writers at once.

use frontdesk_core::Turn;
use frontdesk_core::ports::store::Committed;
use futures_util::future::join_all;

use crate::place::Place;
use crate::samples::{conversation, event, turn, turn_of};

#[tokio::test]
async fn processes_that_start_on_an_empty_directory_all_open_it() {
    let dir = tempfile::TempDir::new().unwrap();
    let config = frontdesk_storage::Config {
        data_dir: dir.path().join("data"),
        ..frontdesk_storage::Config::default()
    };
    let opened = join_all((0..6).map(|_| frontdesk_storage::open(&config))).await;
    let stores: Vec<_> = opened.into_iter().map(|opened| opened.unwrap().store).collect();
    for (version, store) in (1..).zip(&stores) {
        assert_eq!(store.commit(&[turn("a", version)]).await.unwrap(), [Committed::Done]);
    }
}

pub async fn of_two_writers_of_one_version_one_wins(place: Place) {
    let other = place.open_again().await;
    for version in 1..=20 {
        let turns = |writer: i64| -> Vec<Turn> {
            let number = i64::try_from(version).unwrap() * 10 + writer;
            ["a", "b", "c"]
                .map(|address| turn_of(&event(address, number), version))
                .to_vec()
        };
        let (one, two) = (turns(1), turns(2));
        let (one, two) = tokio::join!(place.store.commit(&one), other.store.commit(&two));
        for (one, two) in one.unwrap().into_iter().zip(two.unwrap()) {
            let ends = [one, two];
            assert!(ends.contains(&Committed::Done), "{ends:?}");
            assert!(ends.contains(&Committed::Conflict), "{ends:?}");
        }
    }
    assert_eq!(place.store.load(&[conversation("a")]).await.unwrap()[0].version, 20);
}

pub async fn crossing_batches_do_not_block_each_other(place: Place) {
    let store = &place.store;
    let batch = |writer: usize| -> Vec<Turn> {
        let mut turns: Vec<Turn> = (0..50).map(|index| turn(&format!("p{index}"), 1)).collect();
        turns.rotate_left(writer * 7);
        turns
    };
    let batches: Vec<Vec<Turn>> = (0..6).map(batch).collect();
    let answers = join_all(batches.iter().map(|turns| store.commit(turns))).await;
    let done = answers
        .into_iter()
        .flat_map(|answers| answers.unwrap())
        .filter(|answer| *answer == Committed::Done)
        .count();
    assert_eq!(done, 50);
}

pub async fn a_dropped_commit_leaves_nothing_half_done(place: Place) {
    let store = &place.store;
    for steps in 0..40 {
        let address = format!("d{steps}");
        let turns = [turn(&address, 1)];
        let mut commit = Box::pin(store.commit(&turns));
        for _ in 0..steps {
            if futures_util::poll!(&mut commit).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(commit);
        // Either it is there whole, or it can be committed still.
        let id = conversation(&address);
        match store.commit(&turns).await.unwrap().remove(0) {
            Committed::Done | Committed::Duplicate(_) => {}
            Committed::Conflict => panic!("half a turn is stored"),
        }
        assert_eq!(store.load(&[id]).await.unwrap()[0].version, 1);
        assert_eq!(store.history(id, 0, 10).await.unwrap(), turns[0].messages);
    }
}
