import { type Kysely, sql } from 'kysely'

/**
 * Lists of a million runs stay quick: each filter has an index in the order of the list. Words of errors are searched by an index that holds failed
 * runs only; letters and digits are the words, so that a code like `source.unreachable` is two of them and no host name. A retry stands for the same
 * time of the same schedule as the run that it does again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table runs add column worked_ms bigint not null default 0, add column settled_reason text;

    drop index runs_of_schedule;
    create unique index runs_of_schedule on runs (schedule_id, logical_time) where schedule_id is not null and retry_of is null;

    create index runs_of_state on runs (state, queued_at desc, id desc);
    create index runs_of_trigger on runs (trigger, queued_at desc, id desc);
    create index runs_retry_of on runs (retry_of) where retry_of is not null;
    drop index runs_gave_up;
    create index runs_gave_up on runs (queued_at desc, id desc) where gave_up_at is not null and settled_at is null;
    create index runs_with_error on runs (queued_at desc, id desc) where error is not null;
    create index runs_error_words on runs using gin (to_tsvector('simple',
      regexp_replace((error ->> 'code') || ' ' || (error ->> 'detail'), '[^[:alnum:]]+', ' ', 'g'))) where error is not null;
  `.execute(db)
}
