import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The window on a fabricated network, without a host: `vite build -c test/e2e/page/vite.config.ts`, then `vite preview`. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: { outDir: '/tmp/peerscope-page', emptyOutDir: true, minify: false, target: 'esnext' },
  preview: {
    port: 4178,
    headers: {
      'Content-Security-Policy':
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    },
  },
})
