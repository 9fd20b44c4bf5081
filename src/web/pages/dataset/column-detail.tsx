import type { Column, ColumnProfile, Profile } from '../../../contract/datasets.ts'
import { CellValue } from '../../components/cell-value.tsx'
import { Empty } from '../../components/empty.tsx'
import { Histogram } from '../../components/histogram.tsx'
import { Num } from '../../components/num.tsx'
import { ShareBar } from '../../components/share-bar.tsx'
import { formatFailRate } from '../../format/percent.ts'
import { formatFigure } from '../../format/count.ts'
import { measured } from '../../measured.ts'
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
          </>
        )}
      </dl>
      {profile.withheld && (
        <p className="text-cell text-text-2">The values are personal data, and your role does not include seeing them.</p>
      )}
      {profile.histogram !== null && profile.histogram.length > 0 && <Histogram bins={profile.histogram} name={column.name} />}
      {profile.top.length > 0 && <TopValues profile={profile} rows={whole.rows} receipt={receipt} />}
    </div>
  )
}

function TopValues({ profile, rows, receipt }: { profile: ColumnProfile; rows: number; receipt: ReturnType<typeof profileReceipt> }) {
  const most = Math.max(...profile.top.map((value) => value.rows))
  return (
    <div>
      <h3 className="mb-1 text-cell">Most frequent values</h3>
      <ul className="grid gap-0.5 text-cell">
        {profile.top.map(({ value, rows: count }) => (
          <li key={value} className="grid min-h-6 grid-cols-[minmax(0,1fr)_64px_4rem_3.5rem] items-center gap-2">
            <span className="min-w-0 truncate">
              <CellValue value={value} />
            </span>
            <ShareBar share={count / most} width={64} />
            <span className="text-right">
              <Num m={measured(count, receipt)} label={`rows with ${profile.name} at this value`} />
            </span>
            <span className="text-right text-text-3">{formatFailRate(count, rows)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
