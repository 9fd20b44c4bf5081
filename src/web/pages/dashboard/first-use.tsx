import { Upload } from 'lucide-react'
import { CopyButton } from '../../components/copy-button.tsx'
import { LayerName } from '../../components/layer-mark.tsx'

const SAMPLE = 'npx atlas run examples/customers.csv'

/** What stands here before the first run: three ways to begin, instead of zeros. */
export function FirstUse({ mayUpload }: { mayUpload: boolean }) {
  return (
    <div className="grid max-w-[880px] gap-4" data-empty="first-use">
      <p className="max-w-[72ch] text-text-2">
        Nothing has run here yet. A file goes in, and governed tables come out: kept as it came in <LayerName layer="explore" />, typed,
        masked and checked in <LayerName layer="chart" />, ready for use in <LayerName layer="navigate" />.
      </p>
      <ol className="panel divide-y divide-line">
        <Step title="Upload a file" text="CSV, JSON, Parquet or Excel. You see how it will be read before anything starts.">
          {mayUpload ? (
            <a href="/uploads/new" className="btn btn-primary">
              <Upload size={14} aria-hidden /> Upload file
            </a>
          ) : (
            <span className="text-cell text-text-3">Your role cannot upload; an editor or admin can.</span>
          )}
        </Step>
        <Step title="Or run the sample in a terminal" text="The same job without the browser, in the folder of Atlas.">
          <span className="inline-flex items-center gap-1 rounded-control bg-sunken py-1 pr-1 pl-2">
            <code className="font-mono text-cell">{SAMPLE}</code>
            <CopyButton text={SAMPLE} label="Copy command" />
          </span>
        </Step>
        <Step title="Or send data over HTTP" text="Every page here stands on the same interface, documented with examples.">
          <a href="/docs" className="btn">
            Open reference
          </a>
        </Step>
      </ol>
    </div>
  )
}

function Step({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-4">
      <div>
        <h2 className="text-section">{title}</h2>
        <p className="text-text-2">{text}</p>
      </div>
      {children}
    </li>
  )
}
