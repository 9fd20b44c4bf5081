import { useQuery } from '@tanstack/react-query'
import { Select } from '../../components/field.tsx'
import { client } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'
import { sourcesQuery } from '../../state/source-queries.ts'

/** Which pipeline or saved source runs. */
export function PipelineField({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const sources = useQuery({ ...sourcesQuery, enabled: useMay('sources.read') })
  const pipelines = useQuery({ queryKey: ['pipelines'], queryFn: ({ signal }) => client.call('GET /pipelines', { signal }) })
  const names = new Set([value, ...(pipelines.data ?? []).map(({ name }) => name), ...(sources.data ?? []).map(({ name }) => name)])
  names.delete('')
  const options = [...names].toSorted().map((name) => ({ value: name, label: name }))
  return (
    <Select
      label="Pipeline or source"
      value={value}
      options={value === '' ? [{ value: '', label: 'Choose one' }, ...options] : options}
      onChange={onChange}
    />
  )
}
