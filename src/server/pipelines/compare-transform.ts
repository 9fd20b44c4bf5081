import type { CodeChange, CodeTransform } from '../../contract/pipelines-as-code.ts'
import type { StoredTransform } from '../../store/transforms.ts'
import { type FilesOfProject, isOfProject, projectWords } from './compare-pipeline.ts'

/** How a transform of a file differs from what is stored; null where it does not. */
export function compareTransform(
  { name, file, sql }: CodeTransform,
  former: StoredTransform | null,
  { project, takeOver, isGone }: FilesOfProject,
): CodeChange | null {
  const change = { kind: 'transform' as const, name, file, version: null, detail: '' }
  if (former === null) return { ...change, action: 'create', changes: [{ path: 'sql', to: sql }] }
  const changes = former.sql === sql ? [] : [{ path: 'sql', from: former.sql, to: sql }]
  const held = former.file == null ? null : { project: former.project ?? null, file: former.file }
  const isOurs = held !== null && isOfProject(held.project, project)
  if (isOurs && held.file === file) {
    const adopted = held.project === null ? [{ path: 'project', to: project }] : []
    return changes.length + adopted.length === 0 ? null : { ...change, action: 'change', changes: [...changes, ...adopted] }
  }
  if (isOurs && isGone(held.file)) return { ...change, action: 'move', detail: `it was in ${held.file}`, changes }
  const holder =
    held === null
      ? 'it was made in the browser'
      : isOurs
        ? `it was applied from ${held.file}`
        : `it stands in ${held.file} of ${projectWords(held.project)}`
  return {
    ...change,
    action: takeOver ? 'take_over' : 'conflict',
    detail: `${file} has it, and ${holder}`,
    changes,
    ...(held === null ? {} : { heldBy: held }),
  }
}
