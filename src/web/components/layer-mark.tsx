import type { Layer } from '../../contract/names.ts'

const HEIGHT: Record<Layer, number> = { explore: 4, chart: 8, navigate: 14 }

/** The bar glyph of a layer: one hue in three depths, and three heights. */
export function LayerMark({ layer }: { layer: Layer }) {
  return (
    <svg width="12" height="14" viewBox="0 0 12 14" aria-hidden className="mr-1.5 inline-block align-[-1px]">
      <rect x="1" y={14 - HEIGHT[layer]} width="10" height={HEIGHT[layer]} rx="1" fill={`var(--color-${layer})`} />
    </svg>
  )
}

/** Glyph and word. */
export function LayerName({ layer }: { layer: Layer }) {
  return (
    <span className="whitespace-nowrap">
      <LayerMark layer={layer} />
      {layer}
    </span>
  )
}

/** A dataset's name with the glyph of its layer. */
export function DatasetLabel({ name }: { name: string }) {
  return (
    <span className="whitespace-nowrap">
      <LayerMark layer={name.slice(0, name.indexOf('.')) as Layer} />
      {name}
    </span>
  )
}
