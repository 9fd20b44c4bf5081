import { Outlet, createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { ProblemView } from './components/problem-view.tsx'
import { NotFound } from './pages/not-found.tsx'
import { count, moment, oneOf, parseSearch, search, someOf, stringifySearch, text } from './search.ts'
import { Shell } from './shell/shell.tsx'
import { queryClient, sessionQuery } from './state/api.ts'

const layers = ['explore', 'chart', 'navigate'] as const
const runStates = ['queued', 'running', 'succeeded', 'partial', 'rate_limited', 'failed', 'blocked', 'cancelled'] as const
const triggers = ['cli', 'api', 'upload', 'replay', 'schedule', 'event', 'dependency', 'freshness', 'backfill'] as const

const root = createRootRoute({
  component: Outlet,
  errorComponent: ({ error }) => (
    <main className="mx-auto max-w-[640px] p-6">
      <h1 className="mb-2 px-4 text-page">Atlas</h1>
      <ProblemView error={error} onRetry={() => location.reload()} />
    </main>
  ),
})

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery)
    if (session.user === null) throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { to: location.href } })
  },
})

const page = <const Path extends string>(path: Path) => ({ getParentRoute: () => inside, path }) as const

const dashboard = createRoute({ ...page('/'), component: lazyRouteComponent(() => import('./pages/dashboard/dashboard.tsx'), 'Dashboard') })
const sources = createRoute({ ...page('/sources'), component: lazyRouteComponent(() => import('./pages/sources/sources.tsx'), 'Sources') })
const newSource = createRoute({
  ...page('/sources/new'),
  validateSearch: search({
    kind: oneOf(['files', 'postgresql', 'mysql', 'rest_api', 'google_sheets', 'salesforce', 'kafka']),
    step: oneOf(['kind', 'settings', 'streams', 'modes', 'review']),
  }),
  component: lazyRouteComponent(() => import('./pages/sources/new-source.tsx'), 'NewSource'),
})
const source = createRoute({
  ...page('/sources/$name'),
  validateSearch: search({ tab: oneOf(['streams', 'runs', 'changes', 'settings']) }),
  component: lazyRouteComponent(() => import('./pages/source/source.tsx'), 'SourcePage'),
})
const editStreams = createRoute({
  ...page('/sources/$name/streams'),
  validateSearch: search({ step: oneOf(['streams', 'modes', 'review']) }),
  component: lazyRouteComponent(() => import('./pages/source/edit-streams.tsx'), 'EditStreams'),
})
const uploads = createRoute({ ...page('/uploads'), component: lazyRouteComponent(() => import('./pages/uploads/uploads.tsx'), 'Uploads') })
const newUpload = createRoute({
  ...page('/uploads/new'),
  validateSearch: search({ draft: text(), step: oneOf(['file', 'read', 'target', 'review']) }),
  component: lazyRouteComponent(() => import('./pages/uploads/new-upload.tsx'), 'NewUpload'),
})
const runs = createRoute({
  ...page('/runs'),
  validateSearch: search({
    tab: oneOf(['list', 'dead', 'timeline']),
    state: someOf(runStates),
    trigger: someOf(triggers),
    pipeline: text(),
    q: text(),
    from: moment(),
    to: moment(),
  }),
  component: lazyRouteComponent(() => import('./pages/runs/runs.tsx'), 'Runs'),
})
const runComparison = createRoute({
  ...page('/runs/compare'),
  validateSearch: search({ a: text(60), b: text(60) }),
  component: lazyRouteComponent(() => import('./pages/run-comparison/run-comparison.tsx'), 'RunComparison'),
})
const pipelines = createRoute({
  ...page('/pipelines'),
  validateSearch: search({ tab: oneOf(['list', 'graph']) }),
  component: lazyRouteComponent(() => import('./pages/pipelines/pipelines.tsx'), 'Pipelines'),
})
const pipeline = createRoute({
  ...page('/pipelines/$name'),
  validateSearch: search({ tab: oneOf(['overview', 'plan', 'runs', 'versions']) }),
  component: lazyRouteComponent(() => import('./pages/pipeline/pipeline.tsx'), 'PipelinePage'),
})
const schedules = createRoute({
  ...page('/schedules'),
  validateSearch: search({ edit: text(60) }),
  component: lazyRouteComponent(() => import('./pages/schedules/schedules.tsx'), 'Schedules'),
})
const alerts = createRoute({
  ...page('/alerts'),
  validateSearch: search({
    tab: oneOf(['open', 'history', 'rules', 'channels']),
    severity: oneOf(['critical', 'warning', 'info']),
    alert: text(60),
    edit: text(60),
  }),
  component: lazyRouteComponent(() => import('./pages/alerts/alerts.tsx'), 'Alerts'),
})
const run = createRoute({
  ...page('/runs/$runId'),
  validateSearch: search({
    tab: oneOf(['result', 'checks', 'quarantine', 'snapshots', 'log']),
    batch: text(),
    q: text(),
    level: someOf(['info', 'warn', 'error']),
  }),
  component: lazyRouteComponent(() => import('./pages/run/run.tsx'), 'RunPage'),
})
const pii = createRoute({
  ...page('/pii'),
  validateSearch: search({
    tab: oneOf(['findings', 'policy']),
    q: text(),
    class: text(60),
    decision: oneOf(['open', 'confirmed', 'corrected', 'dismissed']),
    layer: oneOf(layers),
    action: oneOf(['keep', 'redact', 'mask', 'hash', 'replace', 'pseudonymise', 'encrypt', 'generalise', 'fake', 'drop']),
    sel: text(600),
    policy: text(),
    risk: text(),
  }),
  component: lazyRouteComponent(() => import('./pages/pii/pii.tsx'), 'Pii'),
})
const quality = createRoute({
  ...page('/quality'),
  validateSearch: search({
    tab: oneOf(['scorecard', 'quarantine']),
    q: text(),
    layer: oneOf(layers),
    state: oneOf(['failed', 'error', 'warned', 'not_run', 'passed', 'none']),
    dim: oneOf(['completeness', 'uniqueness', 'timeliness', 'validity', 'accuracy', 'consistency']),
    pii: oneOf(['yes', 'no', 'unknown']),
    below: oneOf(['100', '90', '60']),
    from: oneOf(['-24h', '-7d', '-30d']),
    sort: oneOf(['worst', 'name', 'score', 'newest']),
  }),
  component: lazyRouteComponent(() => import('./pages/quality/quality.tsx'), 'Quality'),
})
const datasets = createRoute({
  ...page('/datasets'),
  validateSearch: search({ q: text(), layer: oneOf(layers) }),
  component: lazyRouteComponent(() => import('./pages/datasets/datasets.tsx'), 'Datasets'),
})
const dataset = createRoute({
  ...page('/datasets/$name'),
  validateSearch: search({
    tab: oneOf(['schema', 'rows', 'quality', 'pii', 'history', 'quarantine']),
    at: text(),
    sort: text(),
    offset: count(),
    column: text(),
    rule: text(200),
    edit: text(200),
    state: oneOf(['open', 'replaying', 'replayed', 'released', 'superseded', 'discarded']),
    reason: text(1000),
    batch: text(),
  }),
  component: lazyRouteComponent(() => import('./pages/dataset/dataset.tsx'), 'DatasetPage'),
})
const lost = createRoute({ ...page('$'), component: NotFound })
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: search({ to: text(2000) }),
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in.tsx'), 'SignIn'),
})
const signInLink = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/link',
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-link.tsx'), 'SignInLink'),
})

/** The app's pages. A new page is one file in pages/ and one entry here. */
export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([
      inside.addChildren([
        dashboard,
        sources,
        newSource,
        source,
        editStreams,
        uploads,
        newUpload,
        runs,
        run,
        runComparison,
        pipelines,
        pipeline,
        schedules,
        alerts,
        quality,
        pii,
        datasets,
        dataset,
        lost,
      ]),
      signIn,
      signInLink,
    ]),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
