import { Download } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { Float } from '../../components/float.tsx'
import { client } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'

const FORMATS = [
  { id: 'csv', label: 'CSV', note: 'UTF-8, comma, one header line' },
  { id: 'json', label: 'JSON', note: 'NDJSON, one object a line' },
  { id: 'parquet', label: 'Parquet', note: 'typed and compressed' },
] as const

/** Downloads the snapshot that is shown. */
export function DownloadMenu({ name, at }: { name: string; at: string | undefined }) {
  const [open, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const may = useMay('datasets.export')
  const close = useCallback(() => setOpen(false), [])
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className="btn"
        disabled={!may}
        title={may ? undefined : 'Your role does not include downloads'}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <Download size={14} aria-hidden /> Download
      </button>
      {open && (
        <Float anchor={anchor} label="Download" onClose={close} width={280} align="end">
          <ul className="-m-1">
            {FORMATS.map(({ id, label, note }) => (
              <li key={id}>
                <a
                  className="block rounded-control px-2 py-1.5 hover:bg-hover"
                  href={client.url('GET /datasets/:name/export', { params: { name }, query: { format: id, snapshot: at } })}
                  download={`${name}.${id === 'json' ? 'ndjson' : id}`}
                  onClick={close}
                >
                  <span className="font-medium">{label}</span> <span className="text-cell text-text-3">{note}</span>
                </a>
              </li>
            ))}
          </ul>
          <p className="mt-3 border-t border-line pt-2 text-label text-text-3">Each download is written to the audit log.</p>
        </Float>
      )}
    </>
  )
}
