import type { ReactNode } from 'react'

/** The head of a column; a plain text is its name. */
export type Head =
  | string
  | {
      name: string
      /** What the column asks or counts, shown on hover. */
      title?: string
      /** Over numbers. */
      right?: boolean
      className?: string
      /** True where the name is for who cannot see the column, such as that of buttons. */
      hidden?: boolean
      /** Stands before the name, such as the box that chooses all rows. */
      before?: ReactNode
    }

/** The row of heads of a table. The first column stays in sight while the others scroll. */
export function Heads({ of }: { of: readonly Head[] }) {
  return (
    <tr>
      {of.map((head, index) => {
        const { name, title, right, className, hidden, before } = typeof head === 'string' ? { name: head } : head
        const classes = [index === 0 ? 'pin' : '', right === true ? 'right' : '', className ?? ''].filter((each) => each !== '').join(' ')
        return (
          <th key={name} scope="col" title={title} className={classes === '' ? undefined : classes}>
            {before === undefined ? (
              named(name, hidden)
            ) : (
              <span className="inline-flex items-center gap-2 align-middle">
                {before} {named(name, hidden)}
              </span>
            )}
          </th>
        )
      })}
    </tr>
  )
}

function named(name: string, hidden: boolean | undefined): ReactNode {
  return hidden === true ? <span className="sr-only">{name}</span> : name
}
