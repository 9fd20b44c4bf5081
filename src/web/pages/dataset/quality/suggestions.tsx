import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { CopyButton } from '../../../components/copy-button.tsx'
import { Empty } from '../../../components/empty.tsx'
import { Load, Panel } from '../../../components/panel.tsx'
import { Heads } from '../../../components/heads.tsx'
import { Table } from '../../../components/table.tsx'
import { suggestionsQuery } from '../../../state/quality-queries.ts'
import { AddSuggestion } from './add-suggestion.tsx'

/** What the data itself suggests; nothing is decided by it, and none counts as passed. */
export function Suggestions({ name }: { name: string }) {
  const [wanted, setWanted] = useState(false)
  return (
    <Panel title="Suggested rules" aside={<span>from the profile of the published snapshot</span>}>
      {wanted ? (
        <Found name={name} />
      ) : (
        <p className="flex flex-wrap items-center gap-3 px-4 py-3 text-text-2">
          Atlas can look at every column and propose rules that hold today.
          <button type="button" className="btn" onClick={() => setWanted(true)}>
            Suggest rules
          </button>
        </p>
      )}
    </Panel>
  )
}

function Found({ name }: { name: string }) {
  const query = useQuery(suggestionsQuery(name))
  return (
    <Load query={query} what="the suggestions" lines={6}>
      {({ rules, known, yaml }) =>
        rules.length === 0 ? (
          <Empty kind="filtered">
            Nothing {known.length > 0 ? 'more ' : ''}stands out in the data that a rule could hold on to. {knownWords(known.length)}
          </Empty>
        ) : (
          <>
            <Table
              label="Suggested rules"
              maxHeight={420}
              head={<Heads of={['Check', 'Column', 'What was seen', { name: 'Act', hidden: true }]} />}
            >
              {rules.map(({ rule, why }, index) => (
                <tr key={rule.id ?? index}>
                  <th scope="row" className="pin">
                    {rule.check}
                  </th>
                  <td>
                    {typeof rule.options['column'] === 'string' ? rule.options['column'] : <span className="text-text-3">table</span>}
                  </td>
                  <td className="wrap min-w-64 text-text-2">{why}</td>
                  <td>
                    <AddSuggestion name={name} rule={rule} why={why} />
                  </td>
                </tr>
              ))}
            </Table>
            <p className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-2 text-cell text-text-2">
              As the text of a contract file, to keep in Git <CopyButton text={yaml} label="Copy contract" />
              {knownWords(known.length)}
            </p>
          </>
        )
      }
    </Load>
  )
}

function knownWords(known: number): string {
  if (known === 0) return ''
  return known === 1 ? '1 rule that the dataset has already is left out.' : `${known} rules that the dataset has already are left out.`
}
