import type { Column, ColumnProfile, Profile } from '../../../contract/datasets.ts'
import { CellValue } from '../../components/cell-value.tsx'
import { Empty } from '../../components/empty.tsx'
import { Histogram } from '../../components/histogram.tsx'
import { Num } from '../../components/num.tsx'
import { ShareBar } from '../../components/share-bar.tsx'
import { formatFailRate } from '../../format/percent.ts'
import { formatFigure } from '../../format/count.ts'
import { measured, type Receipt } from '../../measured.ts'
import { profileReceipt } from '../../state/dataset-numbers.ts'

/** The profile of one column over every row: counts, range, histogram, most frequent values. */
export function ColumnDetail({ column, profile, whole }: { column: Column; profile: ColumnProfile | undefined; whole: Profile }) {
  if (profile === undefined) return <Empty kind="never-measured">Not measured: the profile does not have {column.name}.</Empty>
  const receipt = profileReceipt(whole)
  return (
    <div className="grid gap-4 px-4 py-3">
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 text-cell">
        <dt className="text-text-3">In the source</dt>
        <dd>{column.source ?? 'made by SQL'}</dd>
        {column.description !== null && (
          <>
            <dt className="text-text-3">Description</dt>
            <dd>{column.description}</dd>
          </>
        )}
        <dt className="text-text-3">Null</dt>
        <dd>
          <Num m={measured(profile.nulls, receipt)} label="null cells" />{' '}
          <span className="text-text-2">({formatFailRate(profile.nulls, whole.rows)})</span>
        </dd>
        {!profile.withheld && (
          <>
            <dt className="text-text-3">Distinct</dt>
            <dd>
              <Num m={measured(profile.distinct, receipt)} label="distinct values" formula="exact count" />
            </dd>
            {profile.min !== null && (
              <>
                <dt className="text-text-3">Smallest</dt>
                <dd className="min-w-0 truncate font-mono">{profile.min}</dd>
              </>
            )}
            {profile.max !== null && (
              <>
                <dt className="text-text-3">Largest</dt>
                <dd className="min-w-0 truncate font-mono">{profile.max}</dd>
              </>
            )}
            {profile.mean !== null && (
              <>
                <dt className="text-text-3">Mean</dt>
                <dd>
                  <Num
                    m={measured(profile.mean, receipt)}
                    label={`mean of ${column.name}`}
                    as={formatFigure}
                    formula="sum ÷ number of values that are not null"
                  />
                </dd>
              </>
            )}
            <Spread profile={profile} receipt={receipt} />
            {profile.text != null && <TextFigures name={profile.name} text={profile.text} receipt={receipt} />}
          </>
        )}
      </dl>
      {profile.withheld && (
        <p className="text-cell text-text-2">The values are personal data, and your role does not include seeing them.</p>
      )}
      {profile.histogram !== null && profile.histogram.length > 0 && <Histogram bins={profile.histogram} name={column.name} />}
      {profile.top.length > 0 && (
        <Ranked
          title="Most frequent values"
          values={profile.top}
          rows={whole.rows}
          receipt={receipt}
          of={`rows with ${column.name} at this value`}
        />
      )}
      {profile.text != null && profile.text.patterns.length > 0 && <Shapes profile={profile} text={profile.text} whole={whole} />}
    </div>
  )
}

type Text = NonNullable<ColumnProfile['text']>

/** The middle half of the values, and how far they spread. */
function Spread({ profile, receipt }: { profile: ColumnProfile; receipt: Receipt }) {
  const { quartiles, deviation, name } = profile
  return (
    <>
      {quartiles != null && (
        <>
          <dt className="text-text-3">Median</dt>
          <dd className="min-w-0 truncate font-mono">{quartiles.median}</dd>
          <dt className="text-text-3">Middle half</dt>
          <dd className="min-w-0 truncate font-mono">
            {quartiles.lower} <span className="font-sans text-text-2">to</span> {quartiles.upper}
          </dd>
        </>
      )}
      {deviation != null && (
        <>
          <dt className="text-text-3">Deviation</dt>
          <dd>
            <Num
              m={measured(deviation, receipt)}
              label={`standard deviation of ${name}`}
              as={formatFigure}
              formula="√(sum of squared distances from the mean ÷ (values − 1))"
            />
          </dd>
        </>
      )}
    </>
  )
}

function TextFigures({ name, text, receipt }: { name: string; text: Text; receipt: Receipt }) {
  const { blanks, lengths } = text
  return (
    <>
      <dt className="text-text-3">Blank</dt>
      <dd>
        <Num m={measured(blanks, receipt)} label={`blank values of ${name}`} />
      </dd>
      {lengths !== null && (
        <>
          <dt className="text-text-3">Characters</dt>
          <dd>
            <Num m={measured(lengths.min, receipt)} label={`characters of the shortest ${name}`} /> to{' '}
            <Num m={measured(lengths.max, receipt)} label={`characters of the longest ${name}`} />,{' '}
            <Num m={measured(lengths.mean, receipt)} label={`mean number of characters of ${name}`} as={formatFigure} /> on average
          </dd>
        </>
      )}
    </>
  )
}

/** Shapes of texts; where there are very many different ones, of a part of them, which the receipt of each number says. */
function Shapes({ profile, text, whole }: { profile: ColumnProfile; text: Text; whole: Profile }) {
  const isPart = text.patternRows < whole.rows - profile.nulls
  const receipt: Receipt = isPart
    ? { ...profileReceipt(whole), scope: { rows: text.patternRows, of: whole.rows, how: 'sample' } }
    : profileReceipt(whole)
  const values = text.patterns.map(({ pattern, rows }) => ({ value: pattern, rows }))
  return (
    <Ranked
      title="Shapes (A, a: letters; 9: digit)"
      values={values}
      rows={text.patternRows}
      receipt={receipt}
      of={`rows with ${profile.name} in this shape`}
    />
  )
}

/** Values with their rows and share, the most frequent first. */
function Ranked({
  title,
  values,
  rows,
  receipt,
  of,
}: {
  title: string
  values: ColumnProfile['top']
  rows: number
  receipt: Receipt
  of: string
}) {
  const most = Math.max(...values.map((value) => value.rows))
  return (
    <div>
      <h3 className="mb-1 text-cell">{title}</h3>
      <ul className="grid gap-0.5 text-cell">
        {values.map(({ value, rows: count }) => (
          <li key={value} className="grid min-h-6 grid-cols-[minmax(0,1fr)_64px_4rem_3.5rem] items-center gap-2">
            <span className="min-w-0 truncate">
              <CellValue value={value} />
            </span>
            <ShareBar share={count / most} width={64} />
            <span className="text-right">
              <Num m={measured(count, receipt)} label={of} />
            </span>
            <span className="text-right text-text-3">{formatFailRate(count, rows)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
