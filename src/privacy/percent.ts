/** One decimal, rounded up: personal data is never made less by rounding. 100 % only for every cell, `<0.1 %` for a trace. */
export function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %'
  if (part >= whole) return '100 %'
  if (part * 1000 < whole) return '<0.1 %'
  const tenths = Math.ceil((part * 1000) / whole)
  return tenths >= 1000 ? '>99.9 %' : `${(tenths / 10).toFixed(1)} %`
}
