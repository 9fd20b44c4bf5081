import type { ReactNode } from 'react'
import { Wordmark } from '../../shell/wordmark.tsx'

/** The page around the sign-in forms. */
export function SignInFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="grid min-h-screen place-items-center px-4 py-12">
      <title>{`${title} · Atlas`}</title>
      <div className="w-full max-w-[360px]">
        <Wordmark />
        <h1 className="mt-6 mb-4 text-page">{title}</h1>
        {children}
      </div>
    </main>
  )
}
