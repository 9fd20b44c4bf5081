/**
 * A share from 0 to 1 in percent with one decimal, for people. Rounded down: `100 %` only where it is all, `0 %` only where it is nothing, and a trace is
 * `<0.1 %`. The browser writes the same in its reader's language.
 */
export function formatShare(share: number): string {
  if (share >= 1) return '100 %'
  if (share <= 0) return '0 %'
  // The small addend keeps 0.57 (0.5699999… in binary) from falling a tenth; it never lifts a share to 100.
  const tenths = Math.min(999, Math.floor(share * 1000 + 1e-9))
  return tenths === 0 ? '<0.1 %' : `${(tenths / 10).toFixed(1)} %`
}
