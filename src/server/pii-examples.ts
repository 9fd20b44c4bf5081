import type { Entity } from '../contract/pii.ts'
import type { PiiExample } from '../contract/pii-review.ts'
import { AtlasError } from '../core/errors.ts'
import { id, sql } from '../core/sql.ts'
import { createAnalyzer } from '../privacy/text/analyzer.ts'
import { textRecognizers } from '../privacy/text/recognizers/index.ts'
import { pinSnapshot, type PinnedSnapshot } from '../store/snapshots.ts'
import type { Platform } from './platform.ts'

/** So many rows from the start are looked at, and of a value so many characters. */
const looked = { rows: 50_000, values: 2_000, characters: 2_000 }
const shown = 5
/** Characters of a longer value that are shown on either side of what was found. */
const around = 30

export interface ExampleSource {
  pinned: PinnedSnapshot
  column: string
}

/**
 * Where the values of a column are as they came: in explore, for chart and for navigate where it is chart as it is; else in the dataset itself.
 * @throws AtlasError `dataset.not_found`, `dataset.column_not_found`
 */
export async function findExampleSource({ db }: Pick<Platform, 'db'>, dataset: string, column: string): Promise<ExampleSource> {
  const pinned = await pinSnapshot(db, dataset)
  const own = pinned.columns.find(({ name }) => name === column)
  if (own === undefined) throw new AtlasError('dataset.column_not_found', `${dataset} has no column "${column}".`)
  if (pinned.layer === 'explore' || own.source === null) return { pinned, column }
  const explore = await pinSnapshot(db, `explore.${dataset.slice(dataset.indexOf('.') + 1)}`).catch(() => null)
  const { source } = own
  return explore?.columns.some(({ name }) => name === source) === true ? { pinned: explore, column: source } : { pinned, column }
}

/** A few values in which the entity is found; where none is, the first values. @param isMasked letters and digits become • before anything leaves */
export async function readExamples(
  platform: Pick<Platform, 'lake'>,
  source: ExampleSource,
  entity: Entity,
  isMasked: boolean,
  signal: AbortSignal,
): Promise<PiiExample[]> {
  const { lake } = platform
  const { pinned, column } = source
  const value = sql`trim(left(${id(column)}::varchar, ${looked.characters}))`
  const query = sql`select distinct value from (select ${value} as value from (${lake.scan(pinned)}) limit ${looked.rows}) where value <> '' order by value limit ${looked.values}`
  const rows = await lake.session((session) => session.textRows(query), signal)
  const values = rows.flatMap(([text]) => text ?? [])
  const found = values.flatMap(finderOf(entity, column))
  const examples =
    found.length > 0 ? found.slice(0, shown) : values.slice(0, shown).map((text) => ({ text: text.slice(0, around * 3), found: null }))
  return examples.map((example) => ({ ...example, text: isMasked ? hide(example.text) : example.text, masked: isMasked }))
}

/** Finds the entity in a value, whatever profile its recognizers belong to. */
function finderOf(entity: Entity, column: string): (text: string) => Omit<PiiExample, 'masked'>[] {
  const recognizers = textRecognizers.filter((recognizer) => recognizer.entity === entity)
  const analyzer = createAnalyzer({ recognizers, locales: recognizers.map(({ locale }) => locale) })
  return (text) => {
    const [first] = analyzer.analyze(text, { context: [column] })
    if (first === undefined) return []
    const [from, to] = [Math.max(0, first.start - around), Math.min(text.length, first.end + around)]
    return [{ text: text.slice(from, to), found: { start: first.start - from, end: first.end - from } }]
  }
}

/** Its shape alone: a bullet for each UTF-16 unit of a letter, digit or mark, so that offsets stay. */
function hide(text: string): string {
  return text.replaceAll(/[^\p{P}\p{Z}\p{Cc}]/gu, (character) => '•'.repeat(character.length))
}
