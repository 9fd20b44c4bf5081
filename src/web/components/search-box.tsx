import { Search } from 'lucide-react'
import { useEffect, useId, useState } from 'react'

/** A search field that reports after a short rest in typing; undefined when empty. */
export function SearchBox(props: {
  label: string
  placeholder?: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const id = useId()
  const [typed, setTyped] = useState(props.value ?? '')
  const { value, onChange } = props
  useEffect(() => setTyped(value ?? ''), [value])
  useEffect(() => {
    if (typed.trim() === (value ?? '')) return
    const timer = setTimeout(() => onChange(typed.trim() === '' ? undefined : typed.trim()), 250)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <div className="inline-flex items-center gap-2">
      <label htmlFor={id} className="text-label text-text-2">
        {props.label}
      </label>
      <span className="relative">
        <Search size={14} aria-hidden className="absolute top-1/2 left-2 -translate-y-1/2 text-text-3" />
        <input
          id={id}
          type="search"
          className="input w-56 pl-7"
          placeholder={props.placeholder}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </span>
    </div>
  )
}
