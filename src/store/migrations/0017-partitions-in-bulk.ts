import { type Kysely, sql } from 'kysely'

/**
 * A backfill of 100,000 partitions is stored with all of them: to look for the backfill of each row was half of that. They go with their backfill all the
 * same, in one statement.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table backfill_partitions drop constraint backfill_partitions_backfill_id_fkey;
    create function delete_partitions() returns trigger language plpgsql as $$
    begin
      delete from backfill_partitions where backfill_id in (select id from gone);
      return null;
    end $$;
    create trigger backfills_delete_partitions after delete on backfills referencing old table as gone
      for each statement execute function delete_partitions();
  `.execute(db)
}
