import { WizardSteps } from '../../components/wizard-steps.tsx'

export type StepId = 'file' | 'read' | 'target' | 'review'
const STEPS = [
  { id: 'file', label: 'File' },
  { id: 'read', label: 'Read as' },
  { id: 'target', label: 'Target' },
  { id: 'review', label: 'Review' },
] as const

/** Four named steps of an upload; all are open once there is a file. */
export function UploadSteps({ current, uploadId }: { current: StepId; uploadId: string | undefined }) {
  return <WizardSteps label="Steps of the upload" steps={STEPS} current={current} open={() => uploadId !== undefined} />
}
