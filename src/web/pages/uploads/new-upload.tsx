import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { Upload } from '../../../contract/uploads.ts'
import { IdText } from '../../components/id-text.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Load } from '../../components/panel.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { client, uploadQuery } from '../../state/api.ts'
import { type Draft, useDraft } from './draft.ts'
import { FileStep } from './file-step.tsx'
import { ReadStep } from './read-step.tsx'
import { ReviewStep } from './review-step.tsx'
import { TargetStep } from './target-step.tsx'
import { type StepId, UploadSteps } from './upload-steps.tsx'

const route = getRouteApi('/inside/uploads/new')

/** Will Atlas read my file the way I mean it? Nothing starts on drop. */
export function NewUpload() {
  const { draft } = route.useSearch()
  return draft === undefined ? <ChooseFile /> : <WithUpload key={draft} uploadId={draft} />
}

function ChooseFile() {
  return (
    <>
      <PageHeader title="Upload a file" documentTitle="Upload a file" />
      <UploadSteps current="file" uploadId={undefined} />
      <FileStep />
    </>
  )
}

function WithUpload({ uploadId }: { uploadId: string }) {
  const { step = 'read' } = route.useSearch()
  const navigate = useNavigate({ from: '/uploads/new' })
  const upload = useQuery(uploadQuery(uploadId))
  const [draft, change] = useDraft(uploadId, upload.data?.fileName)
  const go = (next: StepId) => void navigate({ search: { draft: uploadId, step: next } })
  return (
    <>
      <PageHeader
        title={upload.data?.fileName ?? 'Upload a file'}
        documentTitle={`${upload.data?.fileName ?? 'Upload'} · Upload a file`}
        line={upload.data && <FileLine upload={upload.data} />}
        actions={
          <a href="/uploads/new" className="btn">
            Replace file
          </a>
        }
      />
      <UploadSteps current={step} uploadId={uploadId} />
      <Load query={upload} what="the upload" lines={6}>
        {() => <Step step={step} uploadId={uploadId} draft={draft} change={change} go={go} />}
      </Load>
    </>
  )
}

interface StepProps {
  step: StepId
  uploadId: string
  draft: Draft
  change: (part: Partial<Draft>) => void
  go: (step: StepId) => void
}

function Step({ step, uploadId, draft, change, go }: StepProps) {
  const preview = usePreview(uploadId, draft)
  switch (step) {
    case 'file':
      return <FileStep />
    case 'target':
      return <TargetStep draft={draft} change={change} preview={preview} onBack={() => go('read')} onNext={() => go('review')} />
    case 'review':
      return <ReviewStep uploadId={uploadId} draft={draft} preview={preview} onBack={() => go('target')} onEdit={go} />
    default:
      return <ReadStep draft={draft} change={change} preview={preview} onNext={() => go('target')} />
  }
}

/** The first rows read with the draft's settings; renewed with each change, the old one stays until the new one is there. */
function usePreview(uploadId: string, draft: Draft) {
  return useQuery({
    queryKey: ['upload', uploadId, 'preview', draft.reading, draft.stream],
    queryFn: ({ signal }) =>
      client.call('POST /uploads/:uploadId/preview', {
        params: { uploadId },
        body: { reading: draft.reading, ...(draft.stream === undefined ? {} : { stream: draft.stream }) },
        signal,
      }),
    placeholderData: (last) => last,
    staleTime: 300_000,
  })
}
export type PreviewQuery = ReturnType<typeof usePreview>

function FileLine({ upload }: { upload: Upload }) {
  return (
    <>
      <span title={`${upload.sizeBytes} bytes`}>{formatBytes(upload.sizeBytes)}</span>
      <span>
        SHA-256 <IdText id={upload.sha256} copy />
      </span>
    </>
  )
}
