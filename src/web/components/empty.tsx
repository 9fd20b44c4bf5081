import type { ReactNode } from 'react'

/** Nothing to show, and which kind of nothing: say what will be here, or what was looked for, and one way on. */
export function Empty({
  children,
  action,
  kind,
}: {
  children: ReactNode
  action?: ReactNode
  kind: 'first-use' | 'filtered' | 'good' | 'no-permission' | 'never-measured'
}) {
  return (
    <div data-empty={kind} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-5 text-text-2">
      <div className="max-w-[72ch]">{children}</div>
      {action}
    </div>
  )
}
