//! One suite for every implementation of the ports: each statement is executed, on SQLite and on a
//! real Postgres; the hot store on a real Redis. The memory store that other crates test with keeps
//! the same contract.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod books;
mod claims;
mod commit;
mod concurrency;
mod dead_letters;
mod desk;
mod erasure;
mod files;
mod find;
mod hot;
mod log;
mod outage;
mod outbox;
mod pages;
mod people;
mod place;
mod presets;
mod pulse;
mod records;
mod recount;
mod registry;
mod reports;
mod retention;
mod samples;
mod second_step;
mod timers;
mod upkeep;
mod watch;

/// Makes a module of tests that run each named function on one implementation.
macro_rules! on {
    ($place:ident $($suite:ident)+) => {
        mod $place {
            $( $suite!($place); )+
        }
    };
}

/// Makes a module of tests from functions of the file of the same name.
macro_rules! tests {
    ($place:ident $file:ident: $($test:ident),+ $(,)?) => {
        mod $file {
            $(
                #[tokio::test]
                async fn $test() {
                    crate::place::$place(crate::$file::$test).await;
                }
            )+
        }
    };
}

/// What every store of turns does.
macro_rules! turns {
    ($place:ident) => {
        tests!($place commit:
            a_turn_is_stored_whole,
            a_later_turn_moves_the_conversation_on,
            the_first_sender_stays_the_owner,
            the_same_event_twice_is_one_turn,
            a_version_that_is_not_next_is_a_conflict,
            the_good_turns_of_a_batch_are_committed,
            batches_of_every_size_are_committed,
            a_turn_of_many_messages_is_committed,
            rich_content_comes_back,
            refused_events_keep_their_first_receipt,
            history_is_cut_by_seq_and_limit,
            statuses_only_advance,
            everything_is_there_after_opening_again,
            ping_answers,
        );
        tests!($place concurrency:
            of_two_writers_of_one_version_one_wins,
            crossing_batches_do_not_block_each_other,
            a_dropped_commit_leaves_nothing_half_done,
        );
        tests!($place timers:
            a_timer_is_set_moved_and_removed,
            a_timer_that_fired_is_removed_unless_set_anew,
            windows_are_read_in_parts,
            other_shards_timers_are_not_read,
        );
        tests!($place outbox:
            entries_of_a_lane_leave_one_after_the_other,
            an_entry_waits_for_its_hour,
            the_carried_message_follows_the_entry,
            a_report_that_came_first_is_not_undone,
            a_settlement_of_another_epoch_is_left_alone,
            an_entry_handed_back_counts_no_attempt,
            who_stands_behind_is_put_off_with_the_first,
            claims_whose_answer_was_lost_are_found,
            abandoned_claims_are_asked_after,
            nobody_waits_for_a_message_that_is_asked_after,
            claims_respect_shards,
            two_claims_never_take_the_same_entry,
        );
        tests!($place dead_letters:
            a_parked_event_waits_until_its_turn,
            a_dealt_with_event_is_not_parked,
            the_same_event_parks_once,
            a_parked_timer_is_no_longer_set,
            letters_are_of_one_tenant,
            a_letter_is_dealt_with_otherwise_once,
        );
    };
}

/// What every database does besides.
macro_rules! views {
    ($place:ident) => {
        tests!($place records:
            a_person_is_one_contact_per_tenant,
            what_is_known_already_is_not_written_again,
            many_records_of_one_batch_are_kept,
            one_person_twice_in_a_batch_is_one_row,
            a_lead_keeps_its_first_source_and_merges_its_context,
            a_subscription_ends_and_begins_again,
            a_confirmation_lasts_until_the_end,
            a_confirmation_of_nobody_is_nothing,
            an_end_without_a_beginning_is_nothing,
            consents_are_read_newest_first_and_by_person,
            sources_count_what_they_brought_in,
            consents_and_tickets_are_kept,
        );
        tests!($place claims:
            a_claim_replaces_nothing_that_was_proved,
            claims_among_themselves_are_believed_in_turn,
        );
        tests!($place reports:
            a_message_is_found_by_either_of_its_ids,
            what_is_refused_afterwards_leaves_once_more,
            a_message_in_parts_has_come_as_far_as_the_last_of_them,
            what_left_lately_is_told_part_by_part,
        );
        tests!($place pages:
            conversations_are_paged_newest_first,
            conversations_are_filtered_by_status,
            a_conversation_is_shown_with_its_timers,
            turns_and_messages_are_of_the_scope,
            contacts_leads_and_newsletter_are_paged,
            leads_are_marked_and_filtered,
            dead_letters_are_listed,
            refused_events_are_listed_with_their_reason,
            the_ledger_balances,
        );
        tests!($place books:
            the_books_say_what_the_rows_say,
            entries_are_added_up_once,
            what_was_there_before_the_books_is_counted_once,
            a_difference_shows_until_the_books_are_opened_anew,
        );
        tests!($place recount:
            a_report_says_what_counting_all_says,
            what_changed_in_days_gone_by_is_told_after_the_next_round,
        );
        tests!($place find:
            people_are_found_by_beginnings,
            what_is_found_comes_in_pages,
            subscriptions_are_found_and_told_apart,
        );
        tests!($place log:
            messages_of_all_conversations_are_paged,
            messages_are_filtered,
            messages_in_trouble_are_found_until_they_are_out_of_it,
            traffic_is_told_by_channel_and_direction,
        );
        tests!($place access:
            users_are_found_changed_and_removed,
            the_first_user_is_added_once,
            sessions_last_until_they_end,
            sessions_of_a_user_end_together,
            sessions_are_listed_and_ended_by_their_user,
            attempts_are_counted_within_their_window,
            the_log_is_of_the_scope,
        );
        tests!($place second_step:
            a_second_step_is_in_force_once_confirmed,
            a_code_counts_once,
            a_recovery_code_counts_once,
            a_secret_is_sealed_anew_in_its_place,
            a_begun_sign_in_ends,
        );
        tests!($place desk:
            the_queue_shows_last_words_by_status,
            who_waits_comes_by_the_last_turn,
            who_waits_longest_may_come_first,
            queues_are_filtered_by_channel_tag_and_assignee,
            tags_are_put_on_once_and_taken_off,
            those_who_wait_are_counted_up_to_a_bound,
            people_are_found_by_name_email_phone_and_words,
            what_is_looked_for_is_no_pattern,
            notes_and_assignments_are_of_their_tenant,
        );
        tests!($place watch:
            a_mark_only_moves_on,
            whatever_has_a_receipt_is_received,
            recoveries_are_counted_once,
            hours_are_counted_and_forgotten,
            a_refusal_lasts_until_it_ends_or_is_long_ago,
            an_alarm_opens_once_and_again_after_its_end,
            an_alarm_is_acknowledged_by_its_tenant,
            alarms_are_paged_newest_first,
        );
        tests!($place upkeep:
            an_account_is_claimed_by_one_until_it_is_due,
            what_was_seen_is_kept_while_the_claim_holds,
            an_account_that_changed_is_claimed_at_once,
        );
        tests!($place people:
            an_address_once_proved_stays_proved,
            a_profile_is_of_its_tenant,
            people_are_brought_together_and_told_apart,
            a_tag_is_put_on_people_and_taken_off,
            who_proved_the_same_address_is_one_person,
            two_ids_of_one_person_lead_to_one_conversation,
            who_begins_a_conversation_may_be_known,
        );
        tests!($place erasure:
            every_table_is_exported_or_impersonal,
            an_erasure_leaves_nothing_but_its_proof,
            who_left_neither_phone_nor_email_is_erased_by_the_conversation,
            a_writer_of_an_erased_conversation_starts_anew,
            what_another_process_erased_is_no_longer_written_to,
        );
        tests!($place files:
            a_file_is_found_when_it_is_complete,
            parts_come_back_as_they_were_sent,
            a_file_is_carried_by_the_message_of_its_conversation,
            what_no_message_carries_is_swept,
            a_carried_file_is_not_removed_alone,
            files_go_with_their_conversation,
            quotas_hold,
        );
        tests!($place retention:
            what_was_said_long_ago_is_forgotten,
            many_are_forgotten_in_batches,
            dead_letters_and_the_log_are_forgotten_too,
            what_was_sent_long_ago_leaves_the_outbox,
        );
        tests!($place presets:
            canned_replies_are_changed_on_their_revision_alone,
            canned_replies_have_a_bound,
            views_are_of_their_user,
            columns_are_of_their_user_and_list,
        );
        tests!($place pulse:
            spans_are_counted,
            first_replies_are_timed,
            calls_for_a_colleague_are_timed,
            what_did_not_leave_is_counted,
        );
        tests!($place registry:
            tenants_have_revisions,
            an_address_is_of_one_tenant,
            users_have_one_email_each,
            keys_are_found_by_hash,
            keys_are_listed_and_removed_by_their_tenant,
            a_manifest_is_replaced_on_its_revision_alone,
            what_was_published_is_kept,
            the_oldest_manifests_go,
            credentials_are_replaced_by_later_ones_alone,
            an_account_is_changed_as_it_was_seen_alone,
            of_two_who_change_an_account_one_does,
            a_route_is_removed_by_its_tenant,
            settings_are_written_once,
            epochs_grow,
        );
    };
}

on!(memory turns);
on!(sqlite turns views);
on!(postgres turns views);
