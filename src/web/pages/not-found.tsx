import { PageHeader } from '../components/page-header.tsx'

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <div className="max-w-[72ch]">
      <PageHeader title="There is no such page" documentTitle="Not found" />
      <p className="mb-4 text-text-2">Atlas has nothing at this address. It may have been typed wrong, or what it showed is gone.</p>
      <p>
        <a className="link" href="/">
          Go to the dashboard
        </a>
      </p>
    </div>
  )
}
