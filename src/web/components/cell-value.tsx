/** A value exactly as stored: null, '' and 0 look different, and spaces at the edges show. */
export function CellValue({ value }: { value: string | null }) {
  if (value === null) return <span className="rounded-control bg-sunken px-1 text-text-3 italic">null</span>
  if (value === '' || value !== value.trim()) return <span className="font-mono whitespace-pre">"{value}"</span>
  return (
    <span className="inline-block max-w-[36ch] truncate align-bottom whitespace-pre" title={value.length > 36 ? value : undefined}>
      {value.replaceAll('\n', '⏎')}
    </span>
  )
}
