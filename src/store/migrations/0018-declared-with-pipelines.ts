import { type Kysely, sql } from 'kysely'

/**
 * Freshness targets and alert rules that stand in the file of a pipeline, and the project that a file is of: two repositories can have a file of one
 * name. What was applied before projects were known has none until it is applied again. `file_declares` is what the file said beside the definition,
 * for the drift of what was taken out of its hands.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table pipelines add column project text, add column file_declares jsonb;
    alter table transforms add column project text;
    alter table freshness_targets drop column origin, add column file text, add column pipeline text;
    create index freshness_targets_of_pipeline on freshness_targets (pipeline) where pipeline is not null;
    alter table alert_rules add column file text, add column pipeline text;
    create index alert_rules_of_pipeline on alert_rules (pipeline) where pipeline is not null;
    alter table pipeline_versions drop constraint pipeline_versions_change_check,
      add constraint pipeline_versions_change_check
        check (change in ('created', 'changed', 'applied', 'moved', 'taken_over', 'restored', 'removed'));
  `.execute(db)
}
