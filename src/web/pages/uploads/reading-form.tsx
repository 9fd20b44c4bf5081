import type { Reading } from '../../../contract/uploads.ts'
import { Select } from '../../components/field.tsx'

interface Props {
  /** What the server used: found in the file, or set by hand. */
  reading: Reading
  /** Only what was set by hand. */
  set: Partial<Reading>
  streams: string[]
  stream: string | undefined
  onChange: (set: Partial<Reading>) => void
  onStream: (stream: string | undefined) => void
}

const options = <T extends string>(...pairs: [T, string][]) => pairs.map(([value, label]) => ({ value, label }))
const FORMATS = options(['csv', 'CSV'], ['json', 'JSON'], ['ndjson', 'NDJSON'], ['parquet', 'Parquet'], ['excel', 'Excel'])
const ENCODINGS = options(
  ['utf-8', 'UTF-8'],
  ['utf-16le', 'UTF-16 LE'],
  ['utf-16be', 'UTF-16 BE'],
  ['windows-1252', 'Windows-1252'],
  ['iso-8859-1', 'ISO 8859-1'],
)
const SEPARATORS = options([',', 'Comma  ,'], [';', 'Semicolon  ;'], ['\t', 'Tab'], ['|', 'Bar  |'], [':', 'Colon  :'])
const QUOTES = options(['"', 'Double  "'], ["'", "Single  '"], ['', 'None'])
const DECIMALS = options(['.', '1234.56'], [',', '1.234,56'])
const DATES = options(['day-first', 'day first, 31-12-2026'], ['month-first', 'month first, 12/31/2026'], ['iso', 'ISO, 2026-12-31'])
const HEADER = options(['yes', 'has names'], ['no', 'is data'])

/** How the file is read; each part is found in the file and can be set instead. Never follows the viewer's language. */
export function ReadingForm({ reading, set, streams, stream, onChange, onStream }: Props) {
  const text = reading.format === 'csv'
  const sheet = reading.format === 'excel'
  const change = (part: Partial<Reading>) => onChange({ ...set, ...part })
  const mine = Object.keys(set).length
  return (
    <fieldset className="grid grid-cols-2 items-end gap-3 px-4 py-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-5">
      <legend className="sr-only">How the file is read</legend>
      <Select label="Format" value={reading.format} options={FORMATS} onChange={(format) => onChange({ format })} />
      {streams.length > 1 && (
        <Select
          label={sheet ? 'Sheet' : 'Stream'}
          value={stream ?? reading.sheet ?? streams[0]!}
          options={streams.map((name) => ({ value: name, label: name }))}
          onChange={onStream}
        />
      )}
      {reading.format !== 'parquet' && !sheet && (
        <Select label="Encoding" value={reading.encoding} options={ENCODINGS} onChange={(encoding) => change({ encoding })} />
      )}
      {text && (
        <Select
          label="Separator"
          value={reading.delimiter}
          options={known(SEPARATORS, reading.delimiter)}
          onChange={(delimiter) => change({ delimiter })}
        />
      )}
      {text && (
        <Select label="Quote" value={reading.quote} options={known(QUOTES, reading.quote)} onChange={(quote) => change({ quote })} />
      )}
      {text && <Select label="Decimal mark" value={reading.decimal} options={DECIMALS} onChange={(decimal) => change({ decimal })} />}
      {(text || sheet) && (
        <Select label="Dates" value={reading.dateOrder} options={DATES} onChange={(dateOrder) => change({ dateOrder })} />
      )}
      {(text || sheet) && (
        <Select
          label="First row"
          value={reading.header ? 'yes' : 'no'}
          options={HEADER}
          onChange={(header) => change({ header: header === 'yes' })}
        />
      )}
      {(text || sheet) && (
        <div className="grid gap-1">
          <label htmlFor="skip-rows" className="text-cell font-medium">
            Rows to skip first
          </label>
          <input
            id="skip-rows"
            type="number"
            min={0}
            max={10_000}
            className="input"
            value={reading.skipRows}
            onChange={(event) => /^\d{1,5}$/.test(event.target.value) && change({ skipRows: Number(event.target.value) })}
          />
        </div>
      )}
      {mine > 0 && (
        <button type="button" className="btn btn-quiet justify-self-start" onClick={() => onChange({})}>
          Use what was found
        </button>
      )}
    </fieldset>
  )
}

/** The options, with the current value among them even when it is an unusual one. */
function known(list: { value: string; label: string }[], value: string): { value: string; label: string }[] {
  return list.some((option) => option.value === value) ? list : [...list, { value, label: JSON.stringify(value) }]
}
