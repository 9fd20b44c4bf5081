/** The stylesheet of /docs; a file of its own because the content security policy allows nothing inline. */
export const stylesheet = `
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 70rem; padding: 1.5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }
h2 { border-bottom: 1px solid; margin-top: 3rem; padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 2rem 0 .25rem; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; }
code { font-size: .92em; }
:target { outline: 2px solid; outline-offset: .3rem; scroll-margin-top: 4rem; }
`
