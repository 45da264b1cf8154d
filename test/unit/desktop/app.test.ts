import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import type { MessagePortMain, WebFrameMain } from 'electron'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Contract } from '../../../src/shared/contract.ts'
import { startDesktop } from '../../../src/main/desktop/app.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import { FakeContents, FakeWindow, fakeElectron } from '../../support/electron.ts'
import type { FakeElectron } from '../../support/electron.ts'
import { testMonitor } from '../../support/monitor.ts'

const FILES = new Map([
  ['/r/index.html', '<!doctype html>'],
  ['/r/assets/index.js', 'export {}'],
  ['/r-other/secret.html', 'secret'],
  ['/secret.html', 'secret'],
])

let monitor: Monitor
let electron: FakeElectron
const warnings: string[] = []
const closes = vi.fn<() => Promise<void>>()

async function start(first = true): Promise<FakeWindow | null> {
  electron = fakeElectron(FILES, first)
  const made = testMonitor()
  monitor = made.monitor
  closes.mockImplementation(() => made.monitor.close())
  const window = await startDesktop({
    electron: electron.parts,
    monitor: { router: made.router, close: closes },
    logger: pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) }),
    rendererDir: '/r',
    preload: '/p/index.cjs',
  })
  return window as unknown as FakeWindow | null
}

beforeEach(() => {
  closes.mockReset()
  warnings.length = 0
})
afterEach(async () => await monitor.close())

async function window(): Promise<FakeWindow> {
  const made = await start()
  if (made === null) throw new Error('no window')
  return made
}

describe('the window', () => {
  it('is sandboxed and isolated, without Node, and loads only the app’s own page', async () => {
    const { options, loaded } = await window()
    expect(options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      allowRunningInsecureContent: false,
      preload: '/p/index.cjs',
    })
    expect(loaded).toBe('app://peerscope/index.html')
    expect(electron.schemes).toMatchObject([{ scheme: 'app', privileges: { standard: true, secure: true } }])
  })

  it('stays on its page: no navigation, no new windows, no embedded pages', async () => {
    const { webContents } = await window()
    for (const url of [
      'https://evil.example/',
      'file:///etc/passwd',
      'app://other/index.html',
      'javascript:alert(1)',
      'x',
    ])
      for (const kind of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
        const event = { url, preventDefault: vi.fn<() => void>() }
        webContents.emit(kind, event)
        expect(event.preventDefault).toHaveBeenCalledOnce()
      }
    const own = { url: 'app://peerscope/index.html', preventDefault: vi.fn<() => void>() }
    webContents.emit('will-navigate', own)
    expect(own.preventDefault).not.toHaveBeenCalled()
    expect(webContents.openHandler?.({ url: 'https://evil.example/' })).toEqual({ action: 'deny' })
  })

  it('gets no permission of any kind', async () => {
    await window()
    for (const name of ['media', 'geolocation', 'notifications', 'clipboard-read', 'fullscreen', 'usb']) {
      expect(electron.permission(name)).toBe(false)
      expect(electron.checkPermission(name)).toBe(false)
    }
  })

  it('is served from its folder only, with a policy that allows no foreign script', async () => {
    await window()
    const page = await electron.request('app://peerscope/index.html')
    expect(page.status).toBe(200)
    const policy = page.headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("script-src 'self';")
    expect(policy).not.toMatch(/https?:|unsafe-eval/)
    for (const url of [
      'app://peerscope/../secret.html',
      'app://peerscope/%2e%2e/secret.html',
      'app://peerscope/..%2f..%2fsecret.html',
      'app://peerscope/..%2fr-other%2fsecret.html',
      'app://other/index.html',
    ]) {
      const answer = await electron.request(url)
      expect(await answer.text()).not.toBe('secret')
      expect(answer.status).toBe(404)
    }
    expect((await electron.request('app://peerscope/index.html', 'POST')).status).toBe(404)
  })
})

describe('one instance', () => {
  it('a second one quits, and the first comes to the front', async () => {
    expect(await start(false)).toBeNull()
    expect(electron.app.calls).toEqual(['quit'])
    await monitor.close()
    const shown = await window()
    shown.minimized = true
    electron.app.emit('second-instance')
    expect(shown.calls).toEqual(['restore', 'show', 'focus'])
  })

  it('opens a window again where the system asks for it', async () => {
    await window()
    FakeWindow.all = []
    electron.app.emit('activate')
    expect(FakeWindow.all).toHaveLength(1)
  })
})

describe('the contract’s port', () => {
  function portOf(contents: FakeContents): MessagePortMain {
    electron.askForPort(contents)
    const port = contents.posted[0]?.ports[0]
    if (port === undefined) throw new Error('no port')
    return port
  }

  it('carries calls, and refuses malformed arguments with a typed error', async () => {
    const { webContents } = await window()
    const port = portOf(webContents)
    const client: ContractRouterClient<Contract> = createORPCClient(new RPCLink({ port }))
    port.start()
    expect(await client.app.info()).toMatchObject({ version: '0.0.0' })
    await expect(client.network.join({ network: 7 as never })).rejects.toMatchObject({ code: 'InvalidArgument' })
    port.close()
  })

  it.each(['nonsense', 'null', '[]', '{"i":1}', '{"i":"1","p":{"u":"https://evil.example"}}', { i: '1' }, 7, null])(
    'closes for the message %j, which is no request',
    async (message) => {
      const { webContents } = await window()
      const port = portOf(webContents)
      const closed = new Promise<void>((resolve) => port.on('close', () => resolve()))
      port.start()
      port.postMessage(message)
      await closed
      expect(warnings.join('')).toContain('no request')
    },
  )

  it('is given to no foreign frame', async () => {
    const { webContents } = await window()
    const frames: (WebFrameMain | null)[] = [
      null,
      { url: 'app://peerscope/index.html' } as WebFrameMain,
      { url: 'https://evil.example/' } as WebFrameMain,
    ]
    for (const frame of frames) electron.askForPort(webContents, frame)
    const foreign = new FakeContents()
    Object.assign(foreign.mainFrame, { url: 'https://evil.example/' })
    electron.askForPort(foreign)
    expect([...webContents.posted, ...foreign.posted]).toEqual([])
    expect(warnings).toHaveLength(4)
  })
})

describe('quitting', () => {
  it('waits for the goodbye, then quits; a second time goes through', async () => {
    await window()
    const left = Promise.withResolvers<void>()
    closes.mockReturnValue(left.promise)
    const event = { preventDefault: vi.fn<() => void>() }
    electron.app.emit('before-quit', event)
    expect(event.preventDefault).toHaveBeenCalledOnce()
    expect(electron.app.calls).toEqual([])
    left.resolve()
    await vi.waitFor(() => expect(electron.app.calls).toEqual(['quit']))
    const again = { preventDefault: vi.fn<() => void>() }
    electron.app.emit('before-quit', again)
    expect(again.preventDefault).not.toHaveBeenCalled()
  })

  it('does not wait for ever', async () => {
    await window()
    vi.useFakeTimers()
    closes.mockReturnValue(new Promise(() => undefined))
    electron.app.emit('before-quit', { preventDefault: vi.fn<() => void>() })
    await vi.advanceTimersByTimeAsync(3000)
    vi.useRealTimers()
    expect(electron.app.calls).toEqual(['quit'])
  })

  it('follows the last window', async () => {
    await window()
    electron.app.emit('window-all-closed')
    expect(electron.app.calls).toEqual(['quit'])
  })
})
