import { type Kysely, sql } from 'kysely'

/**
 * Two more things that become of quarantined rows: `released`, let in because nothing refuses them any more, which was kept as replayed with a reason
 * until now; and `superseded`, given by their source once more. What was superseded before is marked, with the run that read it in full.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table quarantine_marks drop constraint quarantine_marks_state_check, drop constraint quarantine_marks_check;
    alter table quarantine_marks
      add constraint quarantine_marks_state_check check (state in ('replaying', 'replayed', 'released', 'superseded', 'discarded')),
      add constraint quarantine_marks_check check (
        case state when 'discarded' then run_id is null when 'superseded' then true else run_id is not null end);
    update quarantine_marks set state = 'released' where state = 'replayed' and reason is not null;
    insert into quarantine_marks (batch_id, rows, row_count, state, run_id, reason, "by")
      select q.id, left_open.rows, (select sum(upper(part) - lower(part)) from unnest(left_open.rows) as part), 'superseded', newer.run_id,
        'Its source was read in full since.', 'Atlas'
      from quarantine q join datasets d on d.id = q.dataset_id
      cross join lateral (
        select later.run_id from datasets explore
        join snapshots mine on mine.dataset_id = explore.id and mine.run_id = q.run_id
        join snapshots later on later.dataset_id = explore.id and later.id > mine.id and later.operation = 'replace'
        where explore.name = 'explore.' || split_part(d.name, '.', 2) order by later.id limit 1) newer
      cross join lateral (
        select int8multirange(int8range(1, q.rows::int8 + 1)) - coalesce((
          select range_agg(part) from quarantine_marks m cross join lateral unnest(m.rows) as part
          where m.batch_id = q.id and (m.state <> 'replaying' or exists (
            select 1 from runs r where r.id = m.run_id and r.state in ('queued', 'running')))), '{}'::int8multirange) as rows) left_open
      where d.layer in ('explore', 'chart') and not isempty(left_open.rows);
  `.execute(db)
}
