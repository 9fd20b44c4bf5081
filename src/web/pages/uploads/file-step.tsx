import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { FileUp } from 'lucide-react'
import { type DragEvent, useId, useRef, useState } from 'react'
import { type UploadProgress, uploadFile } from '../../../client/upload-file.ts'
import { ProblemView } from '../../components/problem-view.tsx'
import { ShareBar } from '../../components/share-bar.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { client, queryClient, uploadQuery, uploadsQuery } from '../../state/api.ts'
import { useSession } from '../../state/session.ts'

/** Takes a file by drop or by choice and sends it, with real byte progress. Nothing is read into a dataset yet. */
export function FileStep() {
  const navigate = useNavigate()
  const limit = useSession()?.server.uploadLimitBytes
  const [over, setOver] = useState(false)
  const [refused, setRefused] = useState<string | null>(null)
  const [progress, setProgress] = useState<UploadProgress | null>(null)
  const stop = useRef<AbortController | null>(null)
  const upload = useMutation({
    mutationFn: (file: File) => {
      stop.current = new AbortController()
      setProgress({ sentBytes: 0, totalBytes: file.size })
      return uploadFile(client, file, { onProgress: setProgress, signal: stop.current.signal })
    },
    onSuccess: async (made) => {
      queryClient.setQueryData(uploadQuery(made.id).queryKey, made)
      void queryClient.invalidateQueries({ queryKey: uploadsQuery.queryKey })
      await navigate({ to: '/uploads/new', search: { draft: made.id, step: 'read' } })
    },
  })
  const take = (files: FileList | null) => {
    const file = files?.[0]
    if (file === undefined) return
    setRefused(refusal(files!, limit))
    if (refusal(files!, limit) === null) upload.mutate(file)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    take(event.dataTransfer.files)
  }
  const aborted = stop.current?.signal.aborted === true
  return (
    <div className="max-w-[640px]">
      <div
        onDragOver={(event) => (event.preventDefault(), setOver(true))}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={`grid place-items-center gap-3 rounded-panel border-2 border-dashed px-6 py-12 text-center ${over ? 'border-text bg-selected' : 'border-control bg-surface'}`}
      >
        {upload.isPending && progress !== null ? (
          <Sending
            name={upload.variables.name}
            progress={progress}
            onStop={() => stop.current?.abort(new DOMException('Stopped by the viewer', 'AbortError'))}
          />
        ) : (
          <Choose limit={limit} onFiles={take} />
        )}
      </div>
      {refused !== null && (
        <p role="alert" className="mt-3 font-medium text-bad">
          {refused}
        </p>
      )}
      {upload.isError && !aborted && (
        <div className="panel mt-3">
          <ProblemView error={upload.error} what="Could not upload" onRetry={() => upload.mutate(upload.variables)} />
        </div>
      )}
      {upload.isError && aborted && (
        <p role="status" className="mt-3 text-text-2">
          The upload was stopped. Nothing was kept.
        </p>
      )}
    </div>
  )
}

function refusal(files: FileList, limit: number | undefined): string | null {
  if (files.length > 1) return `One file at a time: ${files.length} were dropped, none was sent.`
  const file = files[0]!
  if (file.size === 0) return `${file.name} is empty. Nothing was sent.`
  if (limit !== undefined && file.size > limit)
    return `${file.name} has ${formatBytes(file.size)}; the limit is ${formatBytes(limit)}. Nothing was sent. For larger files, let Atlas read a folder: npx atlas run.`
  return null
}

function Choose({ limit, onFiles }: { limit: number | undefined; onFiles: (files: FileList | null) => void }) {
  const id = useId()
  return (
    <>
      <FileUp size={28} strokeWidth={1.5} aria-hidden className="text-text-3" />
      <div>
        <p className="text-section font-medium">Drop a file here</p>
        <p className="text-text-2">CSV, TSV, JSON, NDJSON, Parquet or Excel; plain, gzip or zstd</p>
        {limit !== undefined && <p className="text-label text-text-3">up to {formatBytes(limit)}</p>}
      </div>
      <label
        htmlFor={id}
        className="btn cursor-pointer has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
      >
        Choose file…
        <input id={id} type="file" className="sr-only" onChange={(event) => onFiles(event.target.files)} />
      </label>
      <p className="text-label text-text-3">Nothing starts yet. You confirm how the file is read first.</p>
    </>
  )
}

function Sending({ name, progress, onStop }: { name: string; progress: UploadProgress; onStop: () => void }) {
  const { sentBytes, totalBytes } = progress
  const whole = totalBytes !== null && sentBytes >= totalBytes
  return (
    <div className="grid w-full max-w-[420px] gap-3" role="status">
      <p className="truncate font-medium">{name}</p>
      {whole ? (
        <p className="text-text-2">
          <span className="pulse" aria-hidden>
            ◐
          </span>{' '}
          All {formatBytes(sentBytes)} sent. The server is writing and hashing them.
        </p>
      ) : (
        <>
          {totalBytes !== null && <ShareBar share={sentBytes / totalBytes} width="100%" tone="var(--color-run-mark)" />}
          <p className="text-text-2">
            {formatBytes(sentBytes)} {totalBytes !== null && `of ${formatBytes(totalBytes)}`} sent
          </p>
        </>
      )}
      <div>
        <button type="button" className="btn" onClick={onStop}>
          Stop upload
        </button>
      </div>
    </div>
  )
}
