//! One suite for every implementation of the ports: each statement is executed, on SQLite and on a
//! real Postgres; the hot store on a real Redis.

mod commit;
mod concurrency;
mod place;
mod samples;
mod timers;

/// Runs each named test on SQLite and on Postgres.
macro_rules! on_every_database {
    ($($file:ident: $($test:ident),+ $(,)?;)+) => {
        mod sqlite {
            $(mod $file { $(
                #[tokio::test]
                async fn $test() {
                    crate::place::sqlite(crate::$file::$test).await;
                }
            )+ })+
        }
        mod postgres {
            $(mod $file { $(
                #[tokio::test]
                async fn $test() {
                    crate::place::postgres(crate::$file::$test).await;
                }
            )+ })+
        }
    };
}

on_every_database! {
    commit:
        a_turn_is_stored_whole,
        a_later_turn_moves_the_conversation_on,
        the_first_sender_stays_the_owner,
        the_same_event_twice_is_one_turn,
        the_same_event_twice_in_a_batch_is_one_turn,
        a_version_that_is_not_next_is_a_conflict,
        the_good_turns_of_a_batch_are_committed,
        batches_of_every_size_are_committed,
        rich_content_comes_back,
        refused_events_keep_their_first_receipt,
        history_is_cut_by_seq_and_limit,
        statuses_only_advance,
        everything_is_there_after_opening_again,
        ping_answers;
    concurrency:
        of_two_writers_of_one_version_one_wins,
        crossing_batches_do_not_block_each_other,
        a_dropped_commit_leaves_nothing_half_done;
    timers:
        a_timer_is_set_moved_and_removed,
        windows_are_read_in_parts,
        other_shards_timers_are_not_read;
}
