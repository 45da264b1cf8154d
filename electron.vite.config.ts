import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => resolve(import.meta.dirname, path)

/** Puts the app's icon beside main, where a checkout and a package find it alike. */
const icon = {
  name: 'peerscope-icon',
  generateBundle(this: { emitFile(file: { type: 'asset'; fileName: string; source: Uint8Array }): string }): void {
    this.emitFile({ type: 'asset', fileName: 'icon.png', source: readFileSync(at('resources/icons/256x256.png')) })
  },
}

const VISIBLE_JSX: Readonly<Record<string, string>> = {
  'react/jsx-runtime': at('src/renderer/src/ui/visible-jsx.ts'),
  'react/jsx-dev-runtime': at('src/renderer/src/ui/visible-jsx-dev.ts'),
}
const posix = (path: string): string => path.replaceAll('\\', '/')

/** All JSX, that of libraries included, makes its elements by `visible-jsx`, and that by React. */
const visibleText = {
  name: 'peerscope-visible-text',
  enforce: 'pre' as const,
  resolveId(source: string, importer: string | undefined): string | null {
    const ours = VISIBLE_JSX[source]
    const own = importer !== undefined && Object.values(VISIBLE_JSX).some((path) => posix(path) === posix(importer))
    return ours === undefined || own ? null : ours
  },
}

/** @achingbrain/ssdp asks its package.json, which is not beside a bundle, for its name. And it has no CommonJS to be loaded by one. */
export const ssdpName = {
  name: 'peerscope-ssdp-name',
  transform(code: string, id: string): string | null {
    if (!posix(id).endsWith('/@achingbrain/ssdp/dist/src/ssdp.js')) return null
    const { name, version } = JSON.parse(readFileSync(resolve(dirname(id), '../../package.json'), 'utf8'))
    const named = code.replace("req('../../package.json')", JSON.stringify({ name, version }))
    if (named === code) throw new Error(`${name} ${version} gets its name in another way than those before`)
    return named
  },
}

/**
 * What main and CLI load from node_modules: native code, and what only the desktop app has.
 * All else is in the bundle: loading a thousand modules takes longer than all else at a start.
 */
export const EXTERNAL = ['better-sqlite3', 'sodium-native', '@number0/iroh', 'electron-updater']

/** Main as ES modules with what they import (the command line: scripts/programs.ts), the preload as one CommonJS file, the renderer. */
export default defineConfig({
  main: {
    plugins: [icon, ssdpName],
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      license: { fileName: 'licenses.md' },
      rolldownOptions: {
        external: EXTERNAL,
        input: {
          index: at('src/main/index.ts'),
          api: at('src/main/api.ts'),
          'swarm-process': at('src/main/swarm-process.ts'),
          // The threads that src/main/store/aside.ts and src/main/network/verifier-thread.ts start.
          'aside-worker': at('src/main/store/aside-worker.ts'),
          'verifier-worker': at('src/main/network/verifier-worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload can require nothing but Electron, so it is bundled whole.
      externalizeDeps: false,
      license: { fileName: 'licenses.md' },
      rolldownOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('src/renderer'),
    base: './',
    plugins: [visibleText, react()],
    worker: { format: 'es' },
    build: {
      outDir: at('out/renderer'),
      license: { fileName: 'licenses.md' },
      minify: true,
      target: 'esnext',
      chunkSizeWarningLimit: 2000,
      // Data URLs would need more than the content security policy allows for workers.
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: at('src/renderer/index.html') } },
    },
  },
})
