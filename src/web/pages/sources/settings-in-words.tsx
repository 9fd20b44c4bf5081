import { type JsonSchema, alternativeOf, isObject, resolve, shapeOf, titleOf } from '../../schema-form/json-schema.ts'
import { holdsSecret } from '../../schema-form/secrets.ts'

/** Settings as read back before they are saved; secrets only as given or not. */
export function SettingsInWords({ schema, settings }: { schema: JsonSchema; settings: Record<string, unknown> }) {
  const lines = linesOf(schema, schema, settings, [])
  if (lines.length === 0) return <span className="text-text-3">all by default</span>
  return (
    <span className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5">
      {lines.map(({ title, text }) => (
        <span key={title} className="contents">
          <span className="text-text-3">{title}</span>
          <span className="break-words">{text}</span>
        </span>
      ))}
    </span>
  )
}

interface Line {
  title: string
  text: string
}

function linesOf(root: JsonSchema, node: JsonSchema, settings: Record<string, unknown>, path: string[]): Line[] {
  const schema = resolve(root, node)
  return Object.entries(settings).flatMap(([key, value]): Line[] => {
    const property = schema.properties?.[key]
    if (property === undefined || value === undefined) return []
    const own = resolve(root, property)
    const titles = [...path, titleOf(key, own)]
    const title = titles.join(' › ')
    const shape = shapeOf(root, own)
    if (shape.kind === 'const') return []
    if (shape.kind === 'secret') return [{ title, text: 'given, never shown' }]
    if (shape.kind === 'object' && isObject(value)) return linesOf(root, own, value, titles)
    if (shape.kind === 'choice') {
      const chosen = shape.alternatives[alternativeOf(shape.alternatives, value)]
      if (chosen !== undefined && isObject(value)) return [{ title, text: chosen.label }, ...linesOf(root, chosen.schema, value, titles)]
    }
    if (shape.kind === 'list' && Array.isArray(value)) return [{ title, text: value.map(nameOf).join(', ') }]
    if (isObject(value) && holdsSecret(root, own)) return [{ title, text: 'given' }]
    return [{ title, text: isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value) }]
  })
}

/** An object of a list by its name; whole objects may hold what is not to be shown. */
function nameOf(value: unknown, index: number): string {
  return isObject(value) && typeof value['name'] === 'string' ? value['name'] : `no. ${index + 1}`
}
