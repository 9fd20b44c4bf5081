/** The style of a printed report; its hash stands in the page's policy. */
export const reportStyle = `
:root { color-scheme: light }
body { font: 14px/1.45 system-ui, sans-serif; color: #16181d; background: #fff; margin: 2rem auto; max-width: 72rem; padding: 0 1.5rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
.score { font-size: 2.4rem; font-weight: 600; margin: 1rem 0 0 }
table { border-collapse: collapse; width: 100%; font-size: .86rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #d7dae0; overflow-wrap: anywhere }
thead th { color: #50555f; font-weight: 500 } tbody th { font-weight: 500 }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.failed td:first-child, .error td:first-child { font-weight: 600 }
@media print { body { margin: 0; max-width: none; font-size: 10pt } thead { display: table-header-group } tr { break-inside: avoid } }
`
