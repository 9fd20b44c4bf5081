import { type Kysely, sql } from 'kysely'

/**
 * Rules, alerts, channels and the outbox of messages. An alert is one open row for a rule and a subject, kept by an index; what was seen is a row for
 * each occurrence, so that none is counted twice by two processes or after the clock was set. A message is inserted in the transaction of the change
 * that it tells of, and names its delivery once one was made of it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table alert_rules (
      id text primary key, kind text not null, name text not null, options jsonb not null default '{}',
      severity text not null check (severity in ('info', 'warning', 'critical')), pipelines jsonb not null default '[]',
      datasets jsonb not null default '[]', channels jsonb not null default '["browser"]',
      repeat_minutes int not null default 60 check (repeat_minutes between 0 and 43200), enabled boolean not null,
      is_baselined boolean not null default false, evaluated_at timestamptz, evaluation_error text,
      created_at timestamptz not null default now(), updated_by text not null, updated_at timestamptz not null default now());
    create table alert_channels (
      id text primary key, name text not null unique, kind text not null check (kind in ('webhook', 'slack', 'email')), settings jsonb not null,
      secrets_set_at jsonb not null default '{}', hourly_limit int not null check (hourly_limit between 1 and 3600),
      group_seconds int not null check (group_seconds between 0 and 3600), last_sent_at timestamptz, last_failed_at timestamptz, last_error text,
      created_at timestamptz not null default now(), updated_by text not null, updated_at timestamptz not null default now());
    create table alerts (
      id text primary key, rule_id text references alert_rules on delete set null, kind text not null, severity text not null, subject text not null,
      state text not null check (state in ('open', 'recovered', 'resolved')), what text not null, cause text, next text not null,
      pipeline text, dataset text, run_id text, link text not null, downstream jsonb not null default '{"names": [], "total": 0}',
      in_browser boolean not null, occurrences bigint not null default 1, opened_at timestamptz not null, last_at timestamptz not null,
      told_at timestamptz not null, owner text, taken_at timestamptz, snoozed_until timestamptz, ended_at timestamptz, ended_by text, note text,
      check ((state = 'open') = (ended_at is null)));
    create unique index alerts_open on alerts (rule_id, subject) where state = 'open';
    create index alerts_shown on alerts (opened_at desc, id desc) where state = 'open';
    create index alerts_over on alerts (ended_at desc, id desc) where state <> 'open';
    create table alert_seen (
      rule_id text not null references alert_rules on delete cascade, subject text not null, key text not null, at timestamptz not null,
      primary key (rule_id, subject, key));
    create index alert_seen_at on alert_seen (rule_id, at);
    create table alert_changes (
      id bigint generated always as identity primary key, alert_id text not null references alerts on delete cascade, change text not null,
      at timestamptz not null, "by" text, note text);
    create index alert_changes_of_alert on alert_changes (alert_id, id);
    create table alert_deliveries (
      id text primary key, channel_id text not null references alert_channels on delete cascade, message jsonb not null, alerts int not null,
      state text not null default 'waiting' check (state in ('waiting', 'sent', 'gave_up')), attempts int not null default 0,
      formed_at timestamptz not null, tried_at timestamptz not null, due_at timestamptz not null, waited_seconds int not null default 0,
      lease text, leased_until timestamptz, sent_at timestamptz, answer text, error text);
    create index alert_deliveries_waiting on alert_deliveries (due_at) where state = 'waiting';
    create index alert_deliveries_of_channel on alert_deliveries (channel_id, formed_at desc);
    create table alert_messages (
      id bigint generated always as identity primary key, change_id bigint not null references alert_changes on delete cascade,
      alert_id text not null references alerts on delete cascade, channel_id text not null references alert_channels on delete cascade,
      at timestamptz not null, delivery_id text references alert_deliveries on delete cascade, unique (change_id, channel_id));
    create index alert_messages_waiting on alert_messages (channel_id, id) where delivery_id is null;
    create index alert_messages_of_alert on alert_messages (alert_id);
    create index runs_ended_badly on runs (finished_at) where state in ('failed', 'blocked', 'partial');
    create index runs_ended on runs (kind, pipeline, queued_at desc, id desc)
      where state in ('succeeded', 'failed', 'blocked', 'partial') and finished_at is not null;
    insert into alert_rules (id, kind, name, severity, enabled, updated_by) values
      ('run-failed', 'run-failed', 'A run failed', 'critical', true, 'atlas'),
      ('run-blocked', 'run-blocked', 'A check blocked a run', 'critical', true, 'atlas'),
      ('run-partial', 'run-partial', 'A run published only a part', 'warning', true, 'atlas'),
      ('run-late', 'run-late', 'A run is late against its schedule', 'warning', true, 'atlas'),
      ('freshness-missed', 'freshness-missed', 'A dataset is older than it may be', 'warning', true, 'atlas'),
      ('disk-low', 'disk-low', 'The disk of the lake is nearly full', 'critical', true, 'atlas'),
      ('schema-changed', 'schema-changed', 'A source changed its schema', 'warning', true, 'atlas'),
      ('credentials-expiring', 'credentials-expiring', 'Credentials end soon', 'warning', true, 'atlas'),
      ('row-count-anomaly', 'row-count-anomaly', 'Rows are not as many as expected', 'warning', false, 'atlas'),
      ('quality-anomaly', 'quality-anomaly', 'Quality is not as expected', 'warning', false, 'atlas'),
      ('quarantine-growth', 'quarantine-growth', 'More rows are refused', 'warning', false, 'atlas');
  `.execute(db)
}
