import { Pause, Play, PlugZap } from 'lucide-react'
import { useState } from 'react'
import type { Source } from '../../../contract/sources.ts'
import { Modal } from '../../components/modal.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { useMay } from '../../state/session.ts'
import { CheckedParts, Testing } from './checked-parts.tsx'
import { useChangeSource, useRunNow, useTestSource } from './source-acts.ts'

interface Act {
  label: string
  busy: boolean
  reason: string | undefined
  act: () => void
}

/** Run now, pause or resume, and test: as buttons of a page, or as plain ones in a row. Failures and the test's answer stand in a dialog. */
export function ActButtons({ source, inRow = false }: { source: Source; inRow?: boolean }) {
  const [testing, setTesting] = useState(false)
  const run = useRunNow(source.name)
  const change = useChangeSource(source.name)
  const test = useTestSource(source.name)
  const mayRun = useMay('runs.start')
  const mayEdit = useMay('sources.edit')
  const failed = run.error ?? change.error
  const noEdit = mayEdit ? undefined : 'Your role does not include changing sources'
  const acts = {
    run: {
      label: run.isPending ? 'Starting' : 'Run now',
      busy: run.isPending,
      reason: !mayRun
        ? 'Your role does not include starting runs'
        : source.paused
          ? 'The source is paused: resume it first'
          : source.state === 'running'
            ? 'A run of it is going on'
            : undefined,
      act: () => run.mutate({}),
    },
    pause: {
      label: source.paused ? 'Resume' : 'Pause',
      busy: change.isPending,
      reason: noEdit,
      act: () => change.mutate({ paused: !source.paused }),
    },
    test: {
      label: 'Test',
      busy: test.isPending,
      reason: noEdit,
      act: () => {
        setTesting(true)
        test.mutate()
      },
    },
  } satisfies Record<string, Act>
  return (
    <>
      <Button {...acts.run} name={source.name} inRow={inRow} Icon={Play} primary />
      <Button {...acts.pause} name={source.name} inRow={inRow} Icon={source.paused ? Play : Pause} />
      <Button {...acts.test} name={source.name} inRow={inRow} Icon={PlugZap} />
      {testing && (
        <Modal title={`Test of ${source.name}`} onClose={() => setTesting(false)}>
          {test.isPending && <Testing />}
          {test.isSuccess && <CheckedParts parts={test.data} />}
          {test.isError && <ProblemView error={test.error} what="Could not test" onRetry={() => test.mutate()} />}
        </Modal>
      )}
      {failed !== null && (
        <Modal
          title={run.isError ? `${source.name} was not started` : `${source.name} was not changed`}
          onClose={() => (run.reset(), change.reset())}
        >
          <ProblemView error={failed} />
        </Modal>
      )}
    </>
  )
}

function Button(props: Act & { name: string; inRow: boolean; Icon: typeof Play; primary?: boolean }) {
  const { label, busy, reason, act, name, inRow, Icon, primary = false } = props
  const off = busy || reason !== undefined
  return (
    <button
      type="button"
      className={inRow ? 'btn btn-quiet min-h-7 px-1.5' : primary ? 'btn btn-primary' : 'btn'}
      // Stays reachable, so that the reason can be read.
      aria-disabled={off || undefined}
      title={reason ?? (inRow ? `${label} ${name}` : undefined)}
      onClick={() => !off && act()}
    >
      <Icon size={14} aria-hidden />
      {inRow && !primary ? <span className="sr-only">{label}</span> : label}
      {inRow && <span className="sr-only"> {name}</span>}
    </button>
  )
}
