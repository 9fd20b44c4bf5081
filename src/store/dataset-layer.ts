import { AtlasError } from '../core/errors.ts'

/** The layer of `layer.name`. @throws AtlasError `dataset.bad_name` */
export function layerOf(name: string): 'explore' | 'chart' | 'navigate' {
  const layer = name.slice(0, name.indexOf('.'))
  if (layer !== 'explore' && layer !== 'chart' && layer !== 'navigate')
    throw new AtlasError('dataset.bad_name', `"${name}" is not layer.name.`)
  return layer
}
