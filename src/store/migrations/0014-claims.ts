import { type Kysely, sql } from 'kysely'

/**
 * Claims as one statement. A process can be frozen between two statements, with the locks of its transaction in its hand; inside one statement only
 * the database can be slow. What must never be forgotten (the turn of a run that is queued, waking who could carry it out, giving leases back) is done
 * by triggers.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table runs
      add column cancel_requested_by text,
      add column allows_overlap boolean not null default false,
      add column turn bigint not null default 0;
    create index runs_queue on runs (priority desc, turn, queued_at, id) where state = 'queued';
    create index runs_lane on runs (kind, pipeline, priority desc, turn, queued_at, id) where state = 'queued';
    create index runs_running on runs (kind, pipeline) where state = 'running';
    create index runs_waiting on runs (not_before) where state = 'queued' and not_before is not null;

    -- The newest heartbeat is in no index, so that writing one down changes the row alone.
    drop index attempts_open;
    create index attempts_open on attempts (worker_id) where finished_at is null;
    create index attempts_refused on attempts (worker_id) where outcome = 'refused';
    drop index workers_alive;
    create index workers_alive on workers (id) where state in ('active', 'draining');

    create table queue_turns (priority int primary key, turn bigint not null);
    create table platform (
      only_one boolean primary key default true check (only_one), version text not null, keys text not null, secret_keys text[] not null,
      lake text not null);
  `.execute(db)
  await sql`
    create function enter_queue() returns trigger language plpgsql as $$
    declare
      now_at bigint; own bigint;
    begin
      select turn into now_at from queue_turns where priority = new.priority;
      select turn + 1 into own from runs
        where state = 'queued' and kind = new.kind and pipeline = new.pipeline and priority = new.priority
        order by turn desc limit 1;
      new.turn := greatest(coalesce(now_at, 0), coalesce(own, 0));
      return new;
    end $$;
    create trigger runs_enter_queue before insert on runs for each row when (new.state = 'queued') execute function enter_queue();

    create function wake_workers() returns trigger language plpgsql as $$ begin perform pg_notify('atlas_runs', ''); return null; end $$;
    create trigger runs_wake_insert after insert on runs for each row when (new.state = 'queued') execute function wake_workers();
    create trigger runs_wake_update after update of state on runs for each row
      when (new.state = 'queued' and old.state <> 'queued') execute function wake_workers();

    create function tell_cancel() returns trigger language plpgsql as $$ begin perform pg_notify('atlas_cancel', new.id); return null; end $$;
    create trigger runs_tell_cancel after update of cancel_requested_at on runs for each row
      when (new.state = 'running' and old.cancel_requested_at is null and new.cancel_requested_at is not null) execute function tell_cancel();

    create function give_leases_back() returns trigger language plpgsql as $$
    begin
      delete from leases where run_id = new.run_id and fencing_token = new.fencing_token;
      return null;
    end $$;
    create trigger attempts_give_leases_back after update of finished_at on attempts for each row
      when (new.finished_at is not null) execute function give_leases_back();
  `.execute(db)
  await sql`${sql.raw(CLAIM)}`.execute(db)
}

/**
 * Claims are made one after the other, so that what one sees (lanes, pools) is what the other left. Of what waits, the first 500 in order are looked at;
 * where those do not suffice, the first of every lane (the runs of one pipeline), each found by one look into the index.
 */
/** Whether a run may begin beside those of its pipeline that go on: a subquery that finds them by one look into the index. */
const free = (of: string, beside: string): string =>
  `coalesce((select bool_and(busy.allows_overlap and ${beside}) from runs busy
    where busy.state = 'running' and busy.kind = ${of}.kind and busy.pipeline = ${of}.pipeline), true)`

export const CLAIM = `
  create function claim_runs(claimer text, claimer_name text, claimer_home text, wanted int) returns setof runs language plpgsql as $$
  #variable_conflict use_column
  declare
    v_now timestamptz; v_busy text[] := '{}'; v_alone text[] := '{}'; v_full text[] := '{}'; v_ids text[] := '{}'; v_names text[]; v_slots int[]; v_slot int;
    v_token int; v_lane text; v_kept boolean; candidate record; pool record;
  begin
    perform pg_advisory_xact_lock(20140, 1);
    v_now := clock_timestamp();

    for candidate in
      select * from (
        (select id, kind, pipeline, allows_overlap, not_before, home_id, pools
          from runs where state = 'queued' order by priority desc, turn, queued_at, id limit 500)
        union all
        (with recursive lanes as (
            (select kind, pipeline from runs where state = 'queued' order by kind, pipeline limit 1)
            union all
            select later.kind, later.pipeline from lanes, lateral (
              select kind, pipeline from runs
                where state = 'queued' and (kind, pipeline) > (lanes.kind, lanes.pipeline) order by kind, pipeline limit 1) later)
          select head.id, lanes.kind, lanes.pipeline, head.allows_overlap, head.not_before, head.home_id, head.pools
            from lanes, lateral (
              select id, allows_overlap, not_before, home_id, pools, priority, turn, queued_at from runs queued
                where state = 'queued' and kind = lanes.kind and pipeline = lanes.pipeline
                  and (not_before is null or not_before <= v_now) and (home_id is null or home_id = claimer_home)
                  and ${free('lanes', 'queued.allows_overlap')}
                order by priority desc, turn, queued_at, id limit 1) head
            where (select count(*) from (select from runs where state = 'queued' order by priority desc, turn, queued_at, id limit 501) front) > 500
              and ${free('lanes', 'true')}
            order by head.priority desc, head.turn, head.queued_at, head.id)) waiting
      where (not_before is null or not_before <= v_now) and (home_id is null or home_id = claimer_home)
        and ${free('waiting', 'waiting.allows_overlap')}
    loop
      exit when cardinality(v_ids) >= wanted;
      v_lane := candidate.kind || ':' || candidate.pipeline;
      continue when v_lane = any (v_alone) or (not candidate.allows_overlap and v_lane = any (v_busy));
      continue when candidate.pools && v_full;
      -- What another has locked (a cancel, a change of a pool) is left alone: it comes again.
      select fencing_token + 1 into v_token from runs where id = candidate.id and state = 'queued' for update skip locked;
      continue when not found;

      v_names := '{}'; v_slots := '{}'; v_kept := true;
      if candidate.pools <> '{}' then
        for pool in select name, size from pools where name = any (candidate.pools) order by name for no key update skip locked loop
          select slot into v_slot from generate_series(1, pool.size) as places(slot)
            where (select count(*) from leases held where held.pool = pool.name) < pool.size
              and not exists (select from leases held where held.pool = pool.name and held.slot = places.slot)
            order by slot limit 1;
          if v_slot is null then v_full := v_full || pool.name; v_kept := false; exit; end if;
          v_names := v_names || pool.name; v_slots := v_slots || v_slot;
        end loop;
        v_kept := v_kept and cardinality(v_names) = (select count(*) from pools where name = any (candidate.pools));
      end if;
      continue when not v_kept;

      update runs set state = 'running', started_at = clock_timestamp(), fencing_token = v_token where id = candidate.id;
      insert into attempts (run_id, fencing_token, worker, worker_id, started_at, heartbeat_at)
        values (candidate.id, v_token, claimer_name, claimer, clock_timestamp(), clock_timestamp());
      insert into leases (pool, slot, run_id, fencing_token)
        select names.pool, names.slot, candidate.id, v_token from unnest(v_names, v_slots) as names(pool, slot);
      v_ids := v_ids || candidate.id;
      v_busy := v_busy || v_lane;
      if not candidate.allows_overlap then v_alone := v_alone || v_lane; end if;
    end loop;

    insert into queue_turns (priority, turn) select priority, max(turn) from runs where id = any (v_ids) group by priority order by priority
      on conflict (priority) do update set turn = greatest(queue_turns.turn, excluded.turn);
    return query select runs.* from unnest(v_ids) with ordinality as claimed(id, place) join runs on runs.id = claimed.id order by claimed.place;
  end $$`
