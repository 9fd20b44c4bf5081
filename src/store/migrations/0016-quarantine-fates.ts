import { type Kysely, sql } from 'kysely'

/**
 * Two more things that become of quarantined rows: `released`, let in because nothing refuses them any more, which was kept as replayed with a reason
 * until now; and `superseded`, given by their source once more. What was superseded before is marked, with the run that read it in full; of a million
 * batches at once, so indexes and keys are made anew after it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table quarantine_marks drop constraint quarantine_marks_state_check, drop constraint quarantine_marks_check;
    alter table quarantine_marks
      add constraint quarantine_marks_state_check check (state in ('replaying', 'replayed', 'released', 'superseded', 'discarded')),
      add constraint quarantine_marks_check check (
        case state when 'discarded' then run_id is null when 'superseded' then true else run_id is not null end);
    update quarantine_marks set state = 'released' where state = 'replayed' and reason is not null;
    drop index quarantine_marks_of_batch, quarantine_marks_of_run;
    alter table quarantine_marks drop constraint quarantine_marks_batch_id_fkey, drop constraint quarantine_marks_run_id_fkey;
    with explored as (
        select s.run_id, split_part(e.name, '.', 2) as "table",
          min(s.id) filter (where s.operation = 'replace')
            over (partition by s.dataset_id order by s.id desc rows between unbounded preceding and 1 preceding) as next_id
        from snapshots s join datasets e on e.id = s.dataset_id where e.layer = 'explore'),
      reread as (select run_id, "table", min(next_id) as next_id from explored where next_id is not null group by 1, 2),
      acted as (
        select m.batch_id, range_agg(part) as rows from quarantine_marks m cross join lateral unnest(m.rows) as part left join runs r on r.id = m.run_id
        where m.state <> 'replaying' or r.state in ('queued', 'running') group by 1),
      left_open as (
        select q.id, newer.run_id, int8multirange(int8range(1, q.rows::int8 + 1)) - coalesce(acted.rows, '{}'::int8multirange) as rows
        from quarantine q join datasets d on d.id = q.dataset_id
        join reread on reread.run_id = q.run_id and reread."table" = split_part(d.name, '.', 2) join snapshots newer on newer.id = reread.next_id
        left join acted on acted.batch_id = q.id where d.layer in ('explore', 'chart'))
    insert into quarantine_marks (batch_id, rows, row_count, state, run_id, reason, "by")
      select id, rows, (select sum(upper(part) - lower(part)) from unnest(rows) as part), 'superseded', run_id, 'Its source was read in full since.', 'Atlas'
      from left_open where not isempty(rows);
    create index quarantine_marks_of_batch on quarantine_marks (batch_id);
    create index quarantine_marks_of_run on quarantine_marks (run_id);
    alter table quarantine_marks
      add constraint quarantine_marks_batch_id_fkey foreign key (batch_id) references quarantine on delete cascade,
      add constraint quarantine_marks_run_id_fkey foreign key (run_id) references runs on delete cascade;
  `.execute(db)
}
