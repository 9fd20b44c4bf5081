import { useState } from 'react'
import type { ConnectorId, StreamRule } from '../../../contract/pipelines.ts'
import type { DiscoveredStream } from '../../../contract/sources.ts'
import type { JsonObject, JsonSchema } from '../../schema-form/json-schema.ts'
import { withoutSecrets } from '../../schema-form/secrets.ts'

/** What the viewer has decided about a new source so far. Secrets in it live in this page's memory alone. */
export interface SourceDraft {
  settings: JsonObject
  /** Counts changes of the settings, so that an answer is known to be of these settings. */
  revision: number
  /** Null until streams were chosen: then those that are suggested. */
  streams: StreamRule[] | null
  /** Undefined until it was typed: then the one that is suggested. */
  name: string | undefined
  description: string
}

const drafts = new Map<string, SourceDraft>()
let revisions = 0

/** The draft of a source of a kind, and how to change it. It outlives the page; without its secrets, a reload too. */
export function useSourceDraft(
  connector: ConnectorId,
  schema: JsonSchema | undefined,
): [SourceDraft, (change: Partial<SourceDraft>) => void] {
  const [draft, setDraft] = useState<SourceDraft>(() => drafts.get(connector) ?? load(connector))
  const change = (part: Partial<SourceDraft>) => {
    const base = drafts.get(connector) ?? draft
    const next = { ...base, ...part, revision: part.settings === undefined ? base.revision : ++revisions }
    drafts.set(connector, next)
    setDraft(next)
    // What is secret is known from the schema alone; without it nothing leaves the memory.
    if (schema !== undefined) keep(connector, { ...next, settings: withoutSecrets(schema, next.settings) })
  }
  return [draft, change]
}

/** Forgets a draft once its source is created, or on demand. */
export function forgetSourceDraft(connector: ConnectorId): void {
  drafts.delete(connector)
  sessionStorage.removeItem(keyOf(connector))
}

const keyOf = (connector: ConnectorId) => `atlas.source-draft.${connector}`
const FRESH: Omit<SourceDraft, 'revision'> = { settings: {}, streams: null, name: undefined, description: '' }

function keep(connector: ConnectorId, draft: SourceDraft): void {
  try {
    sessionStorage.setItem(keyOf(connector), JSON.stringify(draft))
  } catch {
    // Without storage the draft lives as long as the page.
  }
}

function load(connector: ConnectorId): SourceDraft {
  let kept: Partial<SourceDraft> = {}
  try {
    kept = JSON.parse(sessionStorage.getItem(keyOf(connector)) ?? '{}') as Partial<SourceDraft>
  } catch {
    // A draft that cannot be read begins anew.
  }
  return { ...FRESH, ...kept, revision: ++revisions }
}

/** The way a stream is best read, from what the source says of it: without any loss, and with as little reading as that allows. */
export function suggestRule(stream: DiscoveredStream): StreamRule {
  const cursor = stream.cursors[0]
  const may = (mode: StreamRule['mode']) => stream.modes.includes(mode)
  // A key that only grows shows new rows and hides changes of old ones: reading all is the safe way until somebody says otherwise.
  const tells = cursor !== undefined && !stream.primaryKey.includes(cursor)
  const mode = tells && stream.primaryKey.length > 0 && may('merge') ? 'merge' : tells && may('append') ? 'append' : 'replace'
  return withMode({ ...plainRule(stream.name), mode: may(mode) ? mode : (stream.modes[0] ?? 'replace') }, stream)
}

/** A rule of a stream of which nothing is known but its name. */
export function plainRule(name: string): StreamRule {
  return {
    name,
    mode: 'replace',
    options: {},
    contract: { newTable: 'evolve', newColumn: 'evolve', nullability: 'evolve' },
    keys: [],
    columns: {},
    checks: [],
  }
}

/** Whether a mode reads only what is past a cursor. */
export function isIncremental(mode: StreamRule['mode']): boolean {
  return mode === 'append' || mode === 'merge'
}

/** A rule with the cursor that its mode needs: the best one when it has none, none when it reads all. */
export function withMode(rule: StreamRule, stream: DiscoveredStream | undefined): StreamRule {
  const { cursor, ...rest } = rule
  if (!isIncremental(rule.mode)) return rest
  const best = cursor?.column ?? stream?.cursors[0]
  return best === undefined ? rest : { ...rest, cursor: cursor ?? { column: best, nulls: 'raise' } }
}

/** What the source says of the stream of a rule. Of a query it says nothing but the key that the table of that name has. */
export function streamOfRule(rule: StreamRule, streams: readonly DiscoveredStream[]): DiscoveredStream | undefined {
  const stream = streams.find(({ name }) => name === rule.name)
  return stream === undefined || rule.query === undefined ? stream : { ...stream, columns: null, cursors: [] }
}

const MOST_CHOSEN = 25

/** What is chosen before the viewer chooses: all streams of a small source, none of a large one. */
export function suggestStreams(streams: readonly DiscoveredStream[]): StreamRule[] {
  return streams.length <= MOST_CHOSEN ? streams.map(suggestRule) : []
}
