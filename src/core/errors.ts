/** How an error behaves: its HTTP status, and whether doing the same again may help. */
export interface ErrorKind {
  status: number
  retry: boolean
  /** What the error means, for the docs. */
  title: string
  /** What to do about it; `AtlasError.next` can say it more exactly. */
  next: string
}

/**
 * Every error that a person can meet, by its searchable code. Sent as `application/problem+json`, listed in
 * `docs/reference/errors.md`. A code is never reused for another meaning.
 */
// oxfmt-ignore
export const errors = {
  'internal': { status: 500, retry: false, title: 'Atlas has a fault', next: 'Look up the request id in the server log and report it.' },
  'request.invalid': { status: 400, retry: false, title: 'The request does not have the expected form', next: 'Correct the fields named.' },
  'request.not_found': { status: 404, retry: false, title: 'There is no such endpoint', next: 'See /docs for the endpoints.' },
  'request.bad_host': { status: 421, retry: false, title: 'The Host header names another server', next: 'Use http://127.0.0.1 or http://localhost with the port, or add the name with ATLAS_HOSTS.' },
  'request.unsupported_media_type': { status: 415, retry: false, title: 'The body is of a type that is not read here', next: 'Send application/json, or multipart/form-data for uploads.' },
  'request.timeout': { status: 408, retry: true, title: 'The request did not arrive in time', next: 'Send it again.' },
  'request.too_large': { status: 413, retry: false, title: 'The request body is too large', next: 'Send less, or raise the limit named.' },
  'request.rate_limited': { status: 429, retry: true, title: 'Too many requests', next: 'Wait as long as Retry-After says.' },

  'access.not_signed_in': { status: 401, retry: false, title: 'Nobody is signed in', next: 'Sign in, or send a valid token as Authorization: Bearer.' },
  'access.bad_token': { status: 401, retry: false, title: 'The token is wrong, expired or revoked', next: 'Create a new one with: atlas token create' },
  'access.bad_credentials': { status: 401, retry: false, title: 'E-mail or password is wrong', next: 'Try again, or ask an admin to set a new password.' },
  'access.link_used': { status: 401, retry: false, title: 'The sign-in link is used or expired', next: 'Start Atlas again to get a new one, or sign in with your password.' },
  'access.denied': { status: 403, retry: false, title: 'Your role does not allow this', next: 'Ask an admin for the permission named.' },
  'access.csrf': { status: 403, retry: false, title: 'The request did not carry the session’s CSRF token', next: 'Reload the page.' },
  'access.too_many_attempts': { status: 429, retry: true, title: 'Too many failed sign-ins', next: 'Wait as long as Retry-After says.' },
  'access.user_exists': { status: 409, retry: false, title: 'A user has this e-mail already', next: 'Use another e-mail.' },
  'access.last_admin': { status: 409, retry: false, title: 'This is the last admin', next: 'Make another user admin first.' },
  'access.user_not_found': { status: 404, retry: false, title: 'There is no such user', next: 'List them with GET /users.' },
  'access.token_not_found': { status: 404, retry: false, title: 'There is no such token', next: 'List them with GET /tokens.' },

  'file.not_found': { status: 404, retry: false, title: 'The file does not exist', next: 'Check the path; it is relative to where the command runs.' },
  'file.unreadable': { status: 422, retry: false, title: 'The file cannot be opened', next: 'Check its permissions.' },
  'file.unwritable': { status: 422, retry: false, title: 'The file cannot be written', next: 'Check the folder and its free space.' },
  'file.empty': { status: 422, retry: false, title: 'The file is empty', next: 'Nothing was written. Export the file again.' },
  'file.no_rows': { status: 422, retry: false, title: 'The file has a header and no rows', next: 'Nothing was written. Export the file again.' },
  'file.not_text': { status: 422, retry: false, title: 'The file is not text in the format its name says', next: 'Give the right format, or export the file again.' },
  'file.truncated': { status: 422, retry: false, title: 'The file ends in the middle', next: 'Copy or download it again.' },
  'file.corrupt': { status: 422, retry: false, title: 'The file breaks its own format', next: 'Export the file again.' },
  'file.line_too_long': { status: 422, retry: false, title: 'A line is longer than the limit', next: 'Check the quote and separator settings.' },
  'file.bad_name': { status: 400, retry: false, title: 'The file name is not acceptable', next: 'Use a plain file name without folders.' },
  'file.unknown_format': { status: 422, retry: false, title: 'The format is not known', next: 'CSV, TSV, JSON, NDJSON, Parquet and Excel can be read; set reading.format.' },
  'file.mixed_formats': { status: 422, retry: false, title: 'The file set mixes formats', next: 'Name a narrower glob.' },
  'file.changed': { status: 409, retry: true, title: 'The file was changed while it was being read', next: 'Nothing was written. Run again when nobody writes to it.' },
  'file.unsupported_type': { status: 422, retry: false, title: 'The file has a type that cannot be kept exactly', next: 'Write the column as text and export the file again.' },

  'upload.too_large': { status: 413, retry: false, title: 'The upload is larger than the limit', next: 'Raise ATLAS_UPLOAD_LIMIT, or read the file from a folder.' },
  'upload.not_found': { status: 404, retry: false, title: 'There is no such upload', next: 'Upload the file again.' },
  'upload.missing_file': { status: 400, retry: false, title: 'The request holds no file', next: 'Send multipart/form-data with the field `file`.' },

  'source.unreachable': { status: 502, retry: true, title: 'The source does not answer', next: 'Check the address and the network.' },
  'source.refused': { status: 422, retry: false, title: 'The address is not allowed', next: 'Link-local and metadata addresses are never fetched.' },
  'source.bad_status': { status: 502, retry: true, title: 'The source answered with an error', next: 'Check the address.' },
  'source.stream_not_found': { status: 404, retry: false, title: 'The source has no such stream', next: 'Use one of the streams named.' },
  'source.no_streams': { status: 422, retry: false, title: 'The source has nothing to read', next: 'Check the path or the glob.' },
  'source.bad_settings': { status: 422, retry: false, title: 'The settings of the source are not valid', next: 'Correct the setting named.' },
  'source.connector_not_available': { status: 422, retry: false, title: 'This Atlas does not have that connector', next: 'Use one of the connectors named.' },

  'source.timeout': { status: 504, retry: true, title: 'The source did not answer in time', next: 'Try again, or raise the time limit in the settings of the source.' },
  'source.tls': { status: 502, retry: false, title: 'The certificate of the source is not accepted', next: 'Renew the certificate, or give the authority that signed it in the settings of the source.' },
  'source.sign_in_failed': { status: 422, retry: false, title: 'The source does not accept the credentials', next: 'Correct user and secret in the settings of the source.' },
  'source.permission_denied': { status: 422, retry: false, title: 'The source does not allow this to be read', next: 'Grant the right named to the user of the source.' },
  'source.column_missing': { status: 422, retry: false, title: 'The stream has no such column', next: 'Use one of the columns named, or take it out of the stream.' },
  'source.bad_query': { status: 422, retry: false, title: 'The query cannot be read from the source', next: 'Give one SELECT that the source accepts.' },
  'source.read_only': { status: 422, retry: false, title: 'Only reading is allowed', next: 'Give one SELECT and nothing else.' },
  'source.incomplete': { status: 502, retry: true, title: 'The source gave less than it holds', next: 'Nothing was published. Run again; if it happens again, look at the source.' },
  'source.changed': { status: 409, retry: true, title: 'The source was changed while it was being read', next: 'Nothing was published. Run again when nobody changes it.' },
  'source.rate_limited': { status: 429, retry: true, title: 'The source allows no more requests for now', next: 'Wait as long as the source says, or lower the rate in the settings of the source.' },
  'source.pagination_loop': { status: 422, retry: false, title: 'The pages of the source do not end', next: 'Check the pagination in the settings of the stream.' },
  'source.unexpected_answer': { status: 502, retry: true, title: 'The source answered with something else than was asked for', next: 'Check the address, and what the source answers to it.' },
  'source.foreign_host': { status: 422, retry: false, title: 'The source sends on to another host', next: 'Credentials are never sent to another host. Check the address, or allow the host in the settings of the source.' },
  'source.cursor_missing': { status: 422, retry: false, title: 'A record has no cursor', next: 'Choose another cursor column, or read the stream in full.' },
  'source.cursor_null': { status: 422, retry: false, title: 'A row has no value in the cursor column', next: 'Set cursor.nulls to exclude or include, or choose another cursor column.' },
  'source.cursor_invalid': { status: 422, retry: false, title: 'The cursor cannot be used', next: 'Choose one of the cursor columns named.' },
  'source.value_out_of_range': { status: 422, retry: false, title: 'A value of the source cannot be kept exactly', next: 'Leave the column out, or read it as text.' },
  'source.not_found': { status: 404, retry: false, title: 'There is no such source', next: 'List them with: atlas source list' },
  'source.exists': { status: 409, retry: false, title: 'A source has this name already', next: 'Use another name, or change that source.' },
  'source.in_use': { status: 409, retry: false, title: 'Something depends on this source', next: 'Confirm with its name to delete it; its datasets stay.' },
  'source.paused': { status: 409, retry: false, title: 'The source is paused', next: 'Resume it first.' },
  'source.secret_needed': { status: 422, retry: false, title: 'A secret must be given again', next: 'Where secrets are sent to has changed: enter the secrets named.' },
  'schema.frozen': { status: 409, retry: false, title: 'The schema of the source changed and its contract does not allow it', next: 'Change the contract of the stream, or the source.' },
  'secret.unreadable': { status: 500, retry: false, title: 'A sealed secret cannot be opened', next: 'Give the key it was sealed with as ATLAS_SECRET_KEY_PREVIOUS, or enter the secret again.' },
  'secret.reference_missing': { status: 422, retry: false, title: 'A reference to a secret leads nowhere', next: 'Set the variable or write the file named.' },
  'secret.bad_key': { status: 422, retry: false, title: 'The key for secrets is not usable', next: 'ATLAS_SECRET_KEY must be 32 bytes in base64; make one with: openssl rand -base64 32' },

  'pipeline.invalid': { status: 422, retry: false, title: 'The pipeline is not valid', next: 'Correct the line and key named.' },
  'pipeline.not_found': { status: 404, retry: false, title: 'There is no such pipeline', next: 'List them with GET /pipelines.' },
  'pipeline.from_git': { status: 409, retry: false, title: 'The pipeline stands in a file', next: 'Change it in the file named and apply that; or take it out of the hands of its file first.' },
  'pipeline.conflict': { status: 409, retry: false, title: 'Two things say what a pipeline is', next: 'Keep one of the two named, or let the file take over: atlas apply --take-over' },
  'pipeline.plan_stale': { status: 409, retry: true, title: 'Something changed after the plan was made', next: 'Nothing was applied. Look at a new plan.' },
  'pipeline.version_not_found': { status: 404, retry: false, title: 'The pipeline has no such version', next: 'List them with GET /pipelines/:name/versions.' },
  'pipeline.unknown_check': { status: 422, retry: false, title: 'There is no such check', next: 'Use one of the checks named.' },
  'pipeline.unknown_column': { status: 422, retry: false, title: 'There is no such column', next: 'Use one of the columns named.' },

  'privacy.key_missing': { status: 500, retry: false, title: 'The key of hashes and pseudonyms is missing', next: 'Restore keys/ of the home from a backup; without that key no token can be made or revealed.' },
  'privacy.wrong_key': { status: 422, retry: false, title: 'The token was made with another key', next: 'Name the purpose it was made for, or use the home it was made in.' },
  'privacy.bad_token': { status: 422, retry: false, title: 'The token is damaged or no token', next: 'Give the token exactly as it stands in the dataset.' },

  'pii.unknown_entity': { status: 422, retry: false, title: 'No recognizer finds such an entity', next: 'Use one of the entities named, or turn on the profile of its country.' },
  'pii.model_unusable': { status: 422, retry: false, title: 'The model for personal data cannot be used', next: 'ATLAS_PII_MODEL must name a folder with model.onnx, tokenizer.json and config.json of a token classifier, as Hugging Face exports them.' },
  'pii.engine_unreachable': { status: 502, retry: true, title: 'The engine for personal data does not answer', next: 'Nothing was published. Start it, or check ATLAS_PRESIDIO_URL.' },
  'pii.engine_failed': { status: 502, retry: true, title: 'The engine for personal data gave no usable answer', next: 'Nothing was published. Check what ATLAS_PRESIDIO_URL names, and its log.' },
  'pii.bad_pattern': { status: 422, retry: false, title: 'A pattern for personal data is not usable', next: 'Give a valid regular expression without repeats inside repeats.' },
  'pii.decision_not_found': { status: 404, retry: false, title: 'There is no such decision', next: 'List them with GET /pii/findings.' },
  'pii.bad_operator': { status: 422, retry: false, title: 'What is to be done with a finding is not valid', next: 'Correct the setting named.' },
  'pii.bad_key': { status: 422, retry: false, title: 'The key is missing or not the right one', next: 'Give the key that the text was made with.' },
  'pii.tampered': { status: 422, retry: false, title: 'An encrypted value has been changed', next: 'Take the text from a copy that has not been changed.' },

  'quality.point_not_found': { status: 404, retry: false, title: 'The history has no such point', next: 'List the points with GET /quality/datasets/:name/history.' },
  'quality.rule_not_found': { status: 404, retry: false, title: 'There is no such rule', next: 'List them with GET /datasets/:name/rules.' },
  'quality.rule_exists': { status: 409, retry: false, title: 'The dataset has a rule of this name already', next: 'Give it another id, or change that rule where it stands.' },
  'quality.rule_read_only': { status: 409, retry: false, title: 'The rule stands in a file', next: 'Change it in the file named, and apply that.' },
  'quality.rule_changed': { status: 409, retry: false, title: 'Somebody else changed the rule meanwhile', next: 'Load it again, and make the change on what is stored now.' },
  'quality.rule_invalid': { status: 422, retry: false, title: 'The rule cannot run on this dataset', next: 'Correct the field named.' },
  'quality.contract_invalid': { status: 422, retry: false, title: 'The contract is not valid', next: 'Correct the line and key named; docs/contracts.md has the form.' },
  'quality.contract_conflict': { status: 409, retry: false, title: 'Two things say what the rules of one dataset are', next: 'Keep one of the two named.' },
  'quality.contract_not_found': { status: 404, retry: false, title: 'The dataset has no contract', next: 'Apply one with: atlas check apply FILE' },
  'quality.import_unreadable': { status: 422, retry: false, title: 'The file cannot be read as rules', next: 'Give a Soda contract or checks file, a dbt schema.yml or a Great Expectations suite; name which with --from.' },

  'run.not_found': { status: 404, retry: false, title: 'There is no such run', next: 'List them with GET /runs.' },
  'run.cancelled': { status: 409, retry: false, title: 'The run was cancelled', next: 'Nothing was published. Start it again when ready.' },
  'run.blocked': { status: 422, retry: false, title: 'A blocking check failed', next: 'See which checks failed; mend the rows or the check, then run again.' },
  'run.no_lineage': { status: 404, retry: false, title: 'The run has no OpenLineage event', next: 'A run has one once it has ended.' },
  'run.incomplete': { status: 422, retry: true, title: 'Rows do not add up', next: 'Nothing was published. Report this with the run id.' },
  'run.interrupted': { status: 500, retry: true, title: 'Atlas stopped while the run was going', next: 'Nothing was published by it. Start it again.' },
  'run.open': { status: 409, retry: false, title: 'The run has not finished', next: 'Wait for its end, or cancel it.' },
  'run.nothing_to_retry': { status: 409, retry: false, title: 'There is nothing to do again', next: 'Start a new run.' },
  'run.retried': { status: 409, retry: false, title: 'The run was done again already', next: 'Look at the run named; if that failed too, retry that one.' },
  'run.settled': { status: 409, retry: false, title: 'The run is not among those that gave up', next: 'List them with: atlas runs dead' },
  'run.worker_lost': { status: 500, retry: true, title: 'The worker of the run was lost', next: 'Nothing was published by it. Look at the machine and the log of the worker named; start the run again if it does not begin by itself.' },
  'run.overlap': { status: 409, retry: true, title: 'A run of the pipeline is going on', next: 'Wait for its end, cancel it, or set overlap of the pipeline to queue.' },
  'run.time_limit': { status: 422, retry: false, title: 'The run took longer than it may', next: 'Raise limits.time of the pipeline, or read less at once.' },
  'run.superseded': { status: 409, retry: false, title: 'Another attempt has taken the run over', next: 'Nothing was published by this one. Look at the run: the other attempt carries it out.' },
  'run.finished': { status: 409, retry: false, title: 'The run has finished', next: 'Start a new one.' },

  'alert.not_found': { status: 404, retry: false, title: 'There is no such alert', next: 'List them with: atlas alert list' },
  'alert.over': { status: 409, retry: false, title: 'The alert is over', next: 'Nothing is to be done; it opens again by itself.' },
  'alert.rule_not_found': { status: 404, retry: false, title: 'There is no such alert rule', next: 'List them with: atlas alert rule list' },
  'alert.rule_invalid': { status: 422, retry: false, title: 'The alert rule is not valid', next: 'Correct the fields named; docs/alerts.md has the options of each kind.' },
  'alert.from_git': { status: 409, retry: false, title: 'The alert rule stands in a file', next: 'Change it in the file named and apply that. It can be turned off here.' },
  'alert.channel_not_found': { status: 404, retry: false, title: 'There is no such channel', next: 'List them with: atlas alert channel list' },
  'alert.channel_exists': { status: 409, retry: false, title: 'A channel has this name already', next: 'Give it another name.' },
  'alert.not_delivered': { status: 502, retry: true, title: 'A channel did not take a message', next: 'Check its address and sign-in, then test the channel; messages are tried again for a day.' },

  'schedule.not_found': { status: 404, retry: false, title: 'There is no such schedule', next: 'List them with: atlas schedule list' },
  'schedule.from_git': { status: 409, retry: false, title: 'The schedule stands in a file', next: 'Change it in the file named and apply that. It can be paused here.' },
  'schedule.bad_cron': { status: 422, retry: false, title: 'The cron expression cannot be read', next: 'Give minute, hour, day of the month, month and weekday, e.g. "30 6 * * mon-fri"; docs/schedules.md has the form.' },
  'schedule.never_fires': { status: 422, retry: false, title: 'The schedule never fires', next: 'Name a day that one of its months has.' },
  'schedule.bad_interval': { status: 422, retry: false, title: 'The interval is not valid', next: 'Give a number with min, h or d, e.g. 15min, 2h or 1d.' },
  'schedule.unknown_zone': { status: 422, retry: false, title: 'There is no such time zone', next: 'Give a name of the IANA database, e.g. Europe/Copenhagen, America/New_York or UTC.' },

  'trigger.not_found': { status: 404, retry: false, title: 'There is no such event trigger', next: 'List them with: atlas trigger list' },
  'trigger.cycle': { status: 422, retry: false, title: 'The trigger would set itself off', next: 'Let it wait for a dataset that its pipeline is no part of.' },
  'trigger.bad_path': { status: 422, retry: false, title: 'The path to watch is not usable', next: 'Give a folder or a glob on the server, such as /data/in/*.csv.' },
  'trigger.bad_signature': { status: 401, retry: false, title: 'The signature of the call is not right', next: 'Sign "<timestamp>.<body>" with HMAC-SHA-256 and the secret of the trigger; docs/orchestration.md has an example.' },
  'trigger.outside_window': { status: 401, retry: false, title: 'The call was signed too long ago', next: 'Sign it when it is sent, and set the clock of the sender.' },
  'trigger.replayed': { status: 409, retry: false, title: 'The call was taken already', next: 'Nothing is to be done: each signed call counts once.' },
  'trigger.paused': { status: 409, retry: false, title: 'The trigger is paused', next: 'Resume it first.' },

  'backfill.not_found': { status: 404, retry: false, title: 'There is no such backfill', next: 'List them with: atlas backfill list' },
  'backfill.no_timing': { status: 422, retry: false, title: 'Nothing says what the partitions are', next: 'Give an interval or a cron, or make a schedule for the pipeline.' },
  'backfill.bad_range': { status: 422, retry: false, title: 'The range holds no partition, or too many', next: 'Let from be before to, and make several backfills of a long range.' },
  'backfill.finished': { status: 409, retry: false, title: 'The backfill has finished', next: 'Start another one: it runs only what is missing.' },

  'freshness.not_found': { status: 404, retry: false, title: 'The dataset has no freshness target', next: 'List them with: atlas freshness list' },
  'freshness.from_git': { status: 409, retry: false, title: 'The freshness target stands in a file', next: 'Change it in the file named and apply that.' },

  'dataset.not_found': { status: 404, retry: false, title: 'There is no such dataset', next: 'List them with: atlas datasets' },
  'dataset.snapshot_not_found': { status: 404, retry: false, title: 'The dataset has no such snapshot', next: 'List them with GET /datasets/:name/snapshots.' },
  'dataset.snapshot_expired': { status: 410, retry: false, title: 'The snapshot’s files are gone by retention', next: 'Read a newer snapshot.' },
  'dataset.conflict': { status: 409, retry: true, title: 'Another run published this dataset first', next: 'Nothing was published. Run again.' },
  'dataset.column_not_found': { status: 400, retry: false, title: 'The dataset has no such column', next: 'Use one of the columns named.' },
  'dataset.bad_name': { status: 400, retry: false, title: 'The dataset name is not valid', next: 'Use layer.name, e.g. chart.customers.' },
  'dataset.bad_change': { status: 422, retry: false, title: 'The columns cannot be changed like that', next: 'Add, rename or widen a column; anything else needs a run that rebuilds the dataset.' },
  'quarantine.not_found': { status: 404, retry: false, title: 'There is no such quarantine batch', next: 'List them with GET /datasets/:name/quarantine.' },
  'quarantine.taken': { status: 409, retry: false, title: 'Somebody else acted on a row first', next: 'Look at the rows again; those that are still open can be chosen.' },
  'quarantine.cannot_replay': { status: 422, retry: false, title: 'The rows cannot be replayed', next: 'See the reason named; rows can always be discarded.' },
  'quarantine.bad_fix': { status: 422, retry: false, title: 'The fix does not fit the rows', next: 'Use the columns of explore named, and values that fit them.' },
  'lake.file_missing': { status: 500, retry: false, title: 'A committed file is missing', next: 'Restore it from a backup; atlas doctor --verify lists all.' },
  'lake.file_damaged': { status: 500, retry: false, title: 'A committed file has changed', next: 'Restore it from a backup; atlas doctor --verify lists all.' },
  'lake.disk_full': { status: 507, retry: true, title: 'The disk is full', next: 'Nothing was published. Free space and run again.' },
  'lake.store_denied': { status: 502, retry: false, title: 'The object store refuses Atlas', next: 'Nothing was published. Give credentials that may read, write, list and delete below ATLAS_LAKE_URL; docs/object-store.md lists the permissions.' },
  'lake.store_missing': { status: 500, retry: false, title: 'There is no such bucket', next: 'Make the bucket, or correct ATLAS_LAKE_URL, ATLAS_S3_ENDPOINT and ATLAS_S3_REGION.' },
  'lake.store_unreachable': { status: 503, retry: true, title: 'The object store does not answer', next: 'Nothing was published. Check ATLAS_S3_ENDPOINT and the network; run again.' },
  'lake.store_unsuitable': { status: 500, retry: false, title: 'The object store cannot do what Atlas needs', next: 'Use a store that takes If-None-Match on writes; docs/object-store.md names some.' },
  'lake.upload_damaged': { status: 502, retry: true, title: 'The object store has not got what was sent', next: 'Nothing was published. Run again.' },
  'lake.name_taken': { status: 500, retry: true, title: 'The object store has a file of that name already', next: 'Nothing was published or replaced. Run again.' },
  'lake.not_this_one': { status: 500, retry: false, title: 'The object store holds the lake of another database', next: 'Correct ATLAS_LAKE_URL or ATLAS_DATABASE_URL; each lake needs a bucket or prefix of its own.' },
  'lake.moved': { status: 500, retry: false, title: 'The files of the lake are not where the settings say', next: 'Set ATLAS_LAKE_URL as it was, or copy all files first; docs/object-store.md says how.' },
  'lake.out_of_memory': { status: 507, retry: false, title: 'The work needs more memory than the limit', next: 'Raise ATLAS_MEMORY, or make the query smaller.' },

  'sql.syntax': { status: 400, retry: false, title: 'The SQL cannot be parsed', next: 'Correct it at the place named.' },
  'sql.not_select': { status: 400, retry: false, title: 'Only one SELECT is allowed', next: 'Remove every other statement.' },
  'sql.forbidden_table': { status: 403, retry: false, title: 'The SQL names something that is not a dataset', next: 'Name datasets as layer.name; list them with: atlas datasets' },
  'sql.forbidden_function': { status: 403, retry: false, title: 'The SQL calls a function that is not allowed', next: 'See docs/reference/sql-functions.md for the list.' },
  'sql.forbidden': { status: 403, retry: false, title: 'The SQL uses a feature that is not allowed', next: 'Write a plain SELECT over datasets.' },
  'sql.failed': { status: 400, retry: false, title: 'The query failed', next: 'Correct the query.' },
  'sql.time_limit': { status: 408, retry: false, title: 'The query took longer than its limit', next: 'Make it smaller, or raise ATLAS_SQL_TIMEOUT.' },
  'sql.memory_limit': { status: 422, retry: false, title: 'The query needed more memory than its limit', next: 'Make it smaller, or raise ATLAS_SQL_MEMORY.' },
  'transform.not_found': { status: 404, retry: false, title: 'There is no such transform', next: 'List them with GET /transforms.' },
  'transform.cycle': { status: 422, retry: false, title: 'Transforms go in a circle', next: 'Take one of the reads named out of its SELECT.' },
  'transform.read_only': { status: 409, retry: false, title: 'The transform lives in a file', next: 'Edit the file named.' },

  'worker.keys_differ': { status: 500, retry: false, title: 'The worker has other keys than the platform', next: 'Copy the folder keys/ of the home of atlas start into the home of the worker, and give it the same ATLAS_SECRET_KEY.' },
  'worker.version_mismatch': { status: 500, retry: false, title: 'The worker is of another version than the platform', next: 'Install the version of the platform on the machine of the worker, then start it again.' },
  'worker.other_lake': { status: 500, retry: false, title: 'The worker has another lake than the platform', next: 'Set ATLAS_LAKE_URL as for atlas start; or, where the lake is a folder, mount the home of atlas start and name it in ATLAS_HOME.' },
  'worker.no_platform': { status: 500, retry: false, title: 'There is no platform to work for', next: 'Run: atlas start, in the same home; or set ATLAS_DATABASE_URL to the database of the platform.' },
  'pool.not_found': { status: 404, retry: false, title: 'There is no such pool', next: 'List them with: atlas pool list' },
  'pool.bad_name': { status: 422, retry: false, title: 'That cannot name a pool', next: 'Use letters, digits and . _ - : up to 100; the pool of a saved source is source:<name>.' },

  'home.locked': { status: 409, retry: true, title: 'Another Atlas owns this home', next: 'Stop it, use it, or set ATLAS_HOME to another folder.' },
  'home.unreachable': { status: 500, retry: false, title: 'The home is in a folder that Postgres may not enter', next: 'Set ATLAS_HOME to a folder that every user can enter, e.g. /srv/atlas.' },
  'home.unwritable': { status: 500, retry: false, title: 'The home cannot be written', next: 'Give write permission, or set ATLAS_HOME to another folder.' },
  'home.damaged': { status: 500, retry: false, title: 'A file of the home is damaged', next: 'Restore the file named from a backup.' },
  'store.unreachable': { status: 503, retry: true, title: 'The database does not answer', next: 'Check ATLAS_DATABASE_URL, or the log in the home.' },
  'store.newer': { status: 500, retry: false, title: 'The database was made by a newer Atlas', next: 'Start that version or a newer one; nothing was changed.' },
  'store.not_allowed': { status: 500, retry: false, title: 'The database user may not make tables', next: 'Grant it CREATE on the schema, or name another user in ATLAS_DATABASE_URL.' },
  'store.start_failed': { status: 500, retry: false, title: 'Postgres did not start', next: 'See postgres.log in the home, or set ATLAS_DATABASE_URL.' },
  'server.address_unavailable': { status: 500, retry: false, title: 'The address is not one of this machine', next: 'Give another one with --host.' },
  'server.port_taken': { status: 500, retry: false, title: 'The port is taken', next: 'Give another one with --port.' },
  'cli.usage': { status: 400, retry: false, title: 'The command line is not right', next: 'See atlas --help.' },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errors

/** An error that a person can act on. The message names the value, the limit and what happened; never a value of personal data. */
export class AtlasError extends Error {
  override readonly name = 'AtlasError'
  readonly code: ErrorCode
  readonly next: string
  readonly fields: { pointer: string; detail: string }[]
  /** Seconds after which to try again, where the server knows. */
  readonly retryAfterS: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; next?: string; fields?: { pointer: string; detail: string }[]; retryAfterS?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.next = options.next ?? errors[code].next
    this.fields = options.fields ?? []
    this.retryAfterS = options.retryAfterS
  }

  get status(): number {
    return errors[this.code].status
  }

  get retry(): boolean {
    return errors[this.code].retry
  }
}

export interface ProblemDetails {
  type: string
  title: string
  status: number
  code: string
  detail: string
  next: string
  retry: boolean
  /** Seconds after which to try again, where it is known. */
  retryAfterS?: number
  requestId?: string
  errors?: { pointer: string; detail: string }[]
}

/** The RFC 9457 form of any error. Errors that are not Atlas's own say nothing of their inside. */
export function toProblem(error: unknown, requestId?: string): ProblemDetails {
  const known =
    error instanceof AtlasError ? error : new AtlasError('internal', 'Atlas could not finish this because of a fault of its own.')
  return {
    type: `/docs#${known.code}`,
    title: errors[known.code].title,
    status: known.status,
    code: known.code,
    detail: known.message,
    next: known.next,
    retry: known.retry,
    ...(known.retryAfterS === undefined ? {} : { retryAfterS: known.retryAfterS }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(known.fields.length > 0 ? { errors: known.fields } : {}),
  }
}
