import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ProblemError } from '../../../client/problem-error.ts'
import { Field } from '../../components/field.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { client, queryClient, sessionQuery } from '../../state/api.ts'
import { SignInFrame } from './frame.tsx'

/** Takes the one-time link that the server printed, then asks for e-mail, name and password. */
export function SignInLink() {
  const navigate = useNavigate()
  const session = useQuery(sessionQuery)
  const token = useRef<string | null>(takeToken())
  const exchange = useMutation({
    mutationFn: (secret: string) => client.call('POST /auth/link', { body: { token: secret } }),
    // An answer that is on its way still says that nobody is signed in.
    onMutate: () => queryClient.cancelQueries({ queryKey: sessionQuery.queryKey }),
    onSuccess: (fresh) => queryClient.setQueryData(sessionQuery.queryKey, fresh),
  })
  const { mutate } = exchange
  useEffect(() => {
    const secret = token.current
    token.current = null
    if (secret !== null) mutate(secret)
  }, [mutate])
  const settled = session.data !== undefined && !exchange.isPending
  const ready = settled && session.data.user !== null && !session.data.needsPassword
  useEffect(() => {
    if (ready) void navigate({ to: '/' })
  }, [ready, navigate])

  if (exchange.isError) {
    return (
      <SignInFrame title="The link did not work">
        <div className="panel mb-4">
          <ProblemView error={exchange.error} />
        </div>
        <a className="link" href="/sign-in" onClick={(event) => (event.preventDefault(), void navigate({ to: '/sign-in' }))}>
          Sign in with e-mail and password
        </a>
      </SignInFrame>
    )
  }
  if (!settled || (exchange.isIdle && session.data?.user == null && token.current !== null))
    return <SignInFrame title="Signing in">Checking the link…</SignInFrame>
  if (session.data?.user == null)
    return (
      <SignInFrame title="No link">
        This address needs the token that the server printed.{' '}
        <a className="link" href="/sign-in">
          Sign in with e-mail and password
        </a>
      </SignInFrame>
    )
  return <SetPassword email={session.data.user.email} name={session.data.user.name} />
}

/** Reads the token from the fragment and clears it from the address and the history. */
function takeToken(): string | null {
  const secret = new URLSearchParams(location.hash.slice(1)).get('token')
  if (secret !== null) history.replaceState(history.state, '', location.pathname)
  return secret
}

function SetPassword(start: { email: string; name: string }) {
  const navigate = useNavigate()
  const [email, setEmail] = useState(start.email.endsWith('.invalid') || !start.email.includes('@') ? '' : start.email)
  const [name, setName] = useState(start.name)
  const [password, setPassword] = useState('')
  const save = useMutation({
    mutationFn: () => client.call('PUT /auth/password', { body: { email, name, password } }),
    onSuccess: async (session) => {
      queryClient.setQueryData(sessionQuery.queryKey, session)
      await navigate({ to: '/' })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const fieldError = (pointer: string) =>
    save.error instanceof ProblemError ? save.error.problem.errors?.find((error) => error.pointer.endsWith(pointer))?.detail : undefined
  return (
    <SignInFrame title="You are signed in">
      <p className="mb-4 text-text-2">The link worked once and is used up. Set how you sign in from now on.</p>
      {save.isError && (
        <div className="panel mb-4">
          <ProblemView error={save.error} />
        </div>
      )}
      <form onSubmit={submit} className="grid gap-4">
        <Field label="E-mail" error={fieldError('/email')}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <Field label="Name" error={fieldError('/name')}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              autoComplete="name"
              required
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Password" hint="At least 12 characters." error={fieldError('/password')}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="password"
              autoComplete="new-password"
              required
              minLength={12}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap gap-2">
          <button type="submit" className="btn btn-primary" disabled={save.isPending}>
            Save password
          </button>
          <button type="button" className="btn" onClick={() => void navigate({ to: '/' })}>
            Skip for now
          </button>
        </div>
      </form>
    </SignInFrame>
  )
}
