import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runInNewContext } from 'node:vm'
import { build } from 'vite'
import { expect, it } from 'vitest'

it('the built preload exposes the one call that hands over the contract’s port, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'peerscope-preload-'))
  try {
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        outDir: folder,
        target: 'node24',
        lib: { entry: resolve('src/preload/index.ts'), formats: ['cjs'], fileName: () => 'index.cjs' },
        rolldownOptions: { external: ['electron'] },
      },
    })
    const code = await readFile(join(folder, 'index.cjs'), 'utf8')
    const exposed: Record<string, Record<string, unknown>> = {}
    const sent: string[] = []
    const posted: unknown[][] = []
    const listeners = new Map<string, (event: { ports: unknown[] }) => void>()
    const required: string[] = []
    const electron = {
      contextBridge: { exposeInMainWorld: (name: string, api: Record<string, unknown>) => (exposed[name] = api) },
      ipcRenderer: {
        on: (channel: string, listener: (event: { ports: unknown[] }) => void) => listeners.set(channel, listener),
        send: (channel: string, ...rest: unknown[]) => void sent.push([channel, ...rest].join()),
      },
    }
    runInNewContext(code, {
      require: (name: string) => {
        required.push(name)
        return electron
      },
      window: { postMessage: (...message: unknown[]) => posted.push(message) },
      module: { exports: {} },
      exports: {},
    })
    // A sandboxed preload can require nothing but Electron.
    expect(required).toEqual(['electron'])
    expect(Object.keys(exposed)).toEqual(['peerscope'])
    expect(Object.keys(exposed['peerscope'] ?? {})).toEqual(['requestPort'])
    const requestPort = exposed['peerscope']?.['requestPort'] as (...given: unknown[]) => unknown
    expect(requestPort('evil', { channel: 'other' })).toBeUndefined()
    expect(sent).toEqual(['peerscope:request-port'])
    expect([...listeners.keys()]).toEqual(['peerscope:request-port'])
    listeners.get('peerscope:request-port')?.({ ports: [] })
    expect(posted).toEqual([])
    listeners.get('peerscope:request-port')?.({ ports: ['a port'] })
    expect(posted).toEqual([['peerscope:port', '*', ['a port']]])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
