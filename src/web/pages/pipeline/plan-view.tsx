import type { Reply } from '../../../client/call.ts'
import type { DatasetEffect } from '../../../contract/pipelines-as-code.ts'
import { Num } from '../../components/num.tsx'
import { Heads } from '../../components/heads.tsx'
import { Table } from '../../components/table.tsx'
import { ValueChanges } from '../../components/value-changes.tsx'
import { allRows, type Measured, measured } from '../../measured.ts'
import { serverNow } from '../../state/session.ts'

const EFFECTS: Record<DatasetEffect['effect'], string> = {
  appears: '+ appears',
  rewritten: '~ rewritten in full',
  added_to: '~ added to',
  left: 'stays, fed no more',
}

type Plan = Reply<'POST /pipelines/plan'>

/** What a change would do: its fields, and the datasets, columns and rows of the next run. */
export function PlanView({ plan, asked }: { plan: Plan; asked: string }) {
  const [change] = plan.changes
  if (change === undefined) return <p className="px-4 py-4 text-text-2">Nothing would change: this is what is stored.</p>
  return (
    <div className="grid gap-4 py-3">
      <section aria-label="What changes" className="px-4">
        <ValueChanges changes={change.changes} none="Nothing in the definition." />
      </section>
      {plan.datasets.length === 0 ? (
        <p className="px-4 text-text-2">No dataset is rewritten, and none appears or is left, because of it.</p>
      ) : (
        <Table
          label="What the next run does because of it"
          head={<Heads of={['Dataset', 'Next run', { name: 'Rows now', right: true }, 'Columns', 'Why']} />}
        >
          {plan.datasets.map((effect) => (
            <tr key={`${effect.maker} ${effect.dataset}`}>
              <th scope="row" className="pin">
                {effect.dataset ?? 'not known yet'}
              </th>
              <td>{EFFECTS[effect.effect]}</td>
              <td className="right">
                <Num m={rowsOf(effect, asked)} label={`rows of ${effect.dataset ?? 'it'}`} />
              </td>
              <td>{columnWords(effect)}</td>
              <td className="max-w-[48ch] text-text-2">{effect.why}</td>
            </tr>
          ))}
        </Table>
      )}
      {plan.notes.map((note) => (
        <p key={note} className="px-4 text-text-2">
          {note}
        </p>
      ))}
    </div>
  )
}

function rowsOf({ rows }: DatasetEffect, asked: string): Measured<number> {
  if (rows === null) return { s: 'never' }
  return measured(rows, { asOf: new Date(serverNow()).toISOString(), scope: allRows(rows), src: { kind: 'query', id: asked } })
}

function columnWords({ columns, columnsKnown }: DatasetEffect): string {
  const words = columns.map(({ name, effect, from, to }) => {
    if (effect === 'retyped') return `~ ${name} ${from ?? ''} → ${to ?? ''}`
    return effect === 'appears' ? `+ ${name}` : `− ${name}`
  })
  if (words.length > 0) return words.join(', ')
  return columnsKnown ? 'as they are' : 'known once it is built'
}
