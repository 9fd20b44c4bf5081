import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { ENTITIES } from './src/contract/entities.ts'

// The server is built from nothing; only the browser's part is bundled. The CSP allows no data: addresses, so nothing is inlined.
export default defineConfig({
  root: 'src/web',
  plugins: [react(), tailwindcss()],
  // The contract's own table would bring Zod into the browser; its names alone do not.
  define: { ENTITY_NAMES_OF_CONTRACT: JSON.stringify(Object.fromEntries([...ENTITIES.values()].map(({ id, title }) => [id, title]))) },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome123', 'firefox128', 'safari17.5'],
    reportCompressedSize: false,
  },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:4400', '/docs': 'http://127.0.0.1:4400' } },
})
