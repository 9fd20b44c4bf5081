import { type Kysely, sql } from 'kysely'

/** Contracts and rules of datasets with every version of them. What is taken out stays, with the time, so that its history and name do. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table quality_contracts (
      dataset text primary key, file text not null, contract jsonb not null, version int not null,
      applied_by text not null, applied_at timestamptz not null default now(), removed_at timestamptz);
    create table quality_rules (
      dataset text not null, id text not null, rule jsonb not null, enabled boolean not null,
      origin text not null check (origin in ('file', 'browser')), source text, version int not null,
      changed_by text not null, changed_at timestamptz not null default now(), deleted_at timestamptz,
      primary key (dataset, id), check ((origin = 'file') = (source is not null)));
    create table quality_rule_versions (
      dataset text not null, id text not null, version int not null, change text not null, rule jsonb not null,
      origin text not null, source text, "by" text not null, at timestamptz not null default now(), reason text not null, changes jsonb not null,
      primary key (dataset, id, version), foreign key (dataset, id) references quality_rules);
  `.execute(db)
}
