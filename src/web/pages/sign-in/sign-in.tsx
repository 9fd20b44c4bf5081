import { useMutation } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { Field } from '../../components/field.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { client, queryClient, sessionQuery } from '../../state/api.ts'
import { SignInFrame } from './frame.tsx'

const route = getRouteApi('/sign-in')

/** Sign-in with e-mail and password; works with password managers. */
export function SignIn() {
  const { to } = route.useSearch()
  const navigate = useNavigate()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const signIn = useMutation({
    mutationFn: () => client.call('POST /auth/sign-in', { body: { email, password } }),
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session)
      await navigate({ href: insideOnly(to) })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <SignInFrame title="Sign in">
      {signIn.isError && (
        <div className="panel mb-4">
          <ProblemView error={signIn.error} />
        </div>
      )}
      <form onSubmit={submit} className="grid gap-4">
        <Field label="E-mail">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="email"
              name="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password">
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="password"
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <button type="submit" className="btn btn-primary" disabled={signIn.isPending}>
          {signIn.isPending ? 'Signing in' : 'Sign in'}
        </button>
      </form>
      <p className="mt-6 text-cell text-text-2">
        First time here? <code className="font-mono">npm start</code> prints a one-time sign-in link in the terminal.
      </p>
    </SignInFrame>
  )
}

/** Only paths of this app: an address from outside never decides where a sign-in leads. */
function insideOnly(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/'
}
