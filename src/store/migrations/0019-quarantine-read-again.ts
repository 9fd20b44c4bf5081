import { type Kysely, sql } from 'kysely'

/**
 * Marks rows that stayed open though a run had got them once more: those of runs that published nothing, where the next run of the pipeline read the same
 * stream, and those that were on their way back when their source was read in full.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create temporary table read_again on commit drop as
      with unpublished as (
          select distinct old.id, old.pipeline, old.kind, old.trigger, old.logical_time, old.queued_at, d.id as dataset_id, split_part(d.name, '.', 2) as "table"
          from quarantine q join runs old on old.id = q.run_id join datasets d on d.id = q.dataset_id
          where old.state not in ('succeeded', 'partial', 'rate_limited', 'queued', 'running') and d.layer in ('explore', 'chart'))
      select u.id as old_id, u.dataset_id, done.id as run_id, 'The run that refused them published nothing; they were read once more since.' as reason
      from unpublished u cross join lateral (
        select done.id from runs done
        where done.pipeline = u.pipeline and done.kind = u.kind and done.queued_at > u.queued_at and done.state in ('succeeded', 'partial', 'rate_limited', 'blocked')
          and (done.retry_of = u.id or (u.trigger = done.trigger and u.logical_time = done.logical_time)
            or (u.trigger not in ('backfill', 'upload', 'replay', 'event') and done.trigger not in ('backfill', 'upload', 'replay', 'event')))
          and exists (select 1 from jsonb_array_elements(done.report -> 'streams') stream
            where stream ->> 'dataset' = u."table" and stream ->> 'state' in ('succeeded', 'partial'))
        order by done.queued_at, done.id limit 1) done;
    with explored as (
        select s.run_id, split_part(e.name, '.', 2) as "table",
          min(s.id) filter (where s.operation = 'replace')
            over (partition by s.dataset_id order by s.id desc rows between unbounded preceding and 1 preceding) as next_id
        from snapshots s join datasets e on e.id = s.dataset_id where e.layer = 'explore'),
      reread as (select run_id, "table", min(next_id) as next_id from explored where next_id is not null group by 1, 2)
    insert into read_again (old_id, dataset_id, run_id, reason)
      select reread.run_id, d.id, newer.run_id, 'Its source was read in full since.'
      from reread join snapshots newer on newer.id = reread.next_id
      join datasets d on d.layer in ('explore', 'chart') and split_part(d.name, '.', 2) = reread."table";
    with counted as (
        select m.batch_id, sum(m.row_count) as rows from quarantine_marks m left join runs r on r.id = m.run_id
        where m.state <> 'replaying' or r.state in ('queued', 'running') group by 1),
      unfinished as (
        select q.id, q.rows, again.run_id, again.reason
        from quarantine q join read_again again on again.old_id = q.run_id and again.dataset_id = q.dataset_id
        left join counted on counted.batch_id = q.id where q.rows > coalesce(counted.rows, 0)),
      acted as (
        select m.batch_id, range_agg(part) as rows
        from unfinished join quarantine_marks m on m.batch_id = unfinished.id cross join lateral unnest(m.rows) as part left join runs r on r.id = m.run_id
        where m.state <> 'replaying' or r.state in ('queued', 'running') group by 1),
      left_open as (
        select unfinished.id, run_id, reason, int8multirange(int8range(1, unfinished.rows::int8 + 1)) - coalesce(acted.rows, '{}'::int8multirange) as rows
        from unfinished left join acted on acted.batch_id = unfinished.id)
    insert into quarantine_marks (batch_id, rows, row_count, state, run_id, reason, "by")
      select id, rows, (select sum(upper(part) - lower(part)) from unnest(rows) as part), 'superseded', run_id, reason, 'Atlas'
      from left_open where not isempty(rows);
  `.execute(db)
}
