// Runs before the first paint, so that a chosen theme does not flash. A file of its own: the CSP allows no inline script.
try {
  var theme = localStorage.getItem('atlas.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {}
