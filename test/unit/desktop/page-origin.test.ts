/** In development the page comes from a dev server on this machine; in a packaged app, and from elsewhere, never. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BUILT_PAGE, pageOrigin } from '../../../src/main/desktop/page-origin.ts'
import { DesktopRig } from '../../support/desktop.ts'

const SERVER = 'http://127.0.0.1:5173'
const REFUSED = [
  'https://127.0.0.1:5173',
  'https://evil.example/',
  'http://evil.example/',
  'http://127.0.0.1.evil.example/',
  'http://127.0.0.1@evil.example/',
  'http://user:secret@127.0.0.1:5173/',
  'http://192.168.1.7:5173/',
  'http://0.0.0.0:5173/',
  'http://127.0.0.1:5173/other.html',
  'http://127.0.0.1:5173/?x',
  'http://127.0.0.1:5173/#x',
  'ws://127.0.0.1:5173/',
  'file:///etc/passwd',
  'data:text/html,x',
  'app://other/',
  'javascript:alert(1)',
  'x',
  '',
]

let rig: DesktopRig
beforeEach(() => {
  rig = new DesktopRig()
})
afterEach(async () => await rig.close())

const start = (isPackaged: boolean, url: string): Promise<boolean> =>
  rig.start({ env: { ELECTRON_RENDERER_URL: url }, before: ({ app }) => (app.isPackaged = isPackaged) })

/** Whether the page may go there. */
function navigates(url: string): boolean {
  const event = { url, preventDefault: vi.fn<() => void>() }
  rig.window.webContents.emit('will-navigate', event)
  rig.window.webContents.emit('will-frame-navigate', event)
  return event.preventDefault.mock.calls.length === 0
}

/** Whether the window's page gets a port when its main frame is at the URL. */
function getsPort(url: string): boolean {
  const contents = rig.window.webContents
  const before = contents.posted.length
  Object.assign(contents.mainFrame as unknown as { url: string }, { url })
  rig.electron.askForPort(contents, contents.mainFrame)
  return contents.posted.length > before
}

it.each(['http://127.0.0.1:5173', 'http://localhost:5173/', 'http://[::1]:5173'])('%s is a dev server', (url) => {
  expect(pageOrigin({ isPackaged: false }, { ELECTRON_RENDERER_URL: url })).toEqual({
    origin: new URL(url).origin,
    url: new URL(url).href,
    socket: `ws://${new URL(url).host}`,
  })
})

it.each(REFUSED)('%j is not a dev server', (url) => {
  expect(pageOrigin({ isPackaged: false }, { ELECTRON_RENDERER_URL: url })).toBe(BUILT_PAGE)
})

it('without the variable, or packaged, the page is the built one', () => {
  expect(pageOrigin({ isPackaged: false }, {})).toBe(BUILT_PAGE)
  expect(pageOrigin({ isPackaged: true }, { ELECTRON_RENDERER_URL: SERVER })).toBe(BUILT_PAGE)
})

describe('an unpackaged app with a dev server', () => {
  beforeEach(async () => void (await start(false, SERVER)))

  it('loads its page, and lets its page and socket through, nothing else', () => {
    expect(rig.window.loaded).toBe(`${SERVER}/`)
    for (const url of [`${SERVER}/src/main.tsx`, 'ws://127.0.0.1:5173/?token=x', `blob:${SERVER}/1-2`, 'data:,x'])
      expect([url, rig.electron.goesOut(url)]).toEqual([url, true])
    for (const url of [
      'http://127.0.0.1:5174/',
      'ws://127.0.0.1:5174/',
      'http://localhost:5173/',
      'https://evil.example/',
    ])
      expect([url, rig.electron.goesOut(url)]).toEqual([url, false])
  })

  it('gives the port, the clipboard and downloads to that page only', () => {
    const { electron } = rig
    expect([getsPort(`${SERVER}/`), getsPort('http://127.0.0.1:5174/'), getsPort('app://peerscope/')]).toEqual([
      true,
      false,
      false,
    ])
    expect(electron.checkPermission('clipboard-sanitized-write', SERVER)).toBe(true)
    expect(electron.checkPermission('clipboard-sanitized-write', 'http://127.0.0.1:5174')).toBe(false)
    expect(electron.checkPermission('media', SERVER)).toBe(false)
    expect(electron.download(`blob:${SERVER}/1-2`, 'a.json').allowed).toBe(true)
    expect(electron.download(`${SERVER}/src/main.tsx`, 'a.json').allowed).toBe(false)
  })

  it('lets the page reload, and go nowhere else', () => {
    expect(navigates(`${SERVER}/`)).toBe(true)
    for (const url of [
      'http://127.0.0.1:5174/',
      'ws://127.0.0.1:5173/',
      'app://peerscope/index.html',
      'https://evil.example/',
    ])
      expect([url, navigates(url)]).toEqual([url, false])
  })
})

it('a packaged app ignores the variable everywhere', async () => {
  await start(true, SERVER)
  expect(rig.window.loaded).toBe('app://peerscope/index.html')
  for (const url of [`${SERVER}/`, 'ws://127.0.0.1:5173/', `blob:${SERVER}/1-2`])
    expect([url, rig.electron.goesOut(url)]).toEqual([url, false])
  expect(getsPort(`${SERVER}/`)).toBe(false)
  expect(navigates(`${SERVER}/`)).toBe(false)
  expect(rig.electron.checkPermission('clipboard-sanitized-write', SERVER)).toBe(false)
  expect(rig.electron.download(`blob:${SERVER}/1-2`, 'a.json').allowed).toBe(false)
})

it.each(['https://evil.example/', 'file:///etc/passwd', 'http://192.168.1.7:5173/'])(
  'an unpackaged app that is given %s shows the built page',
  async (url) => {
    await start(false, url)
    expect(rig.window.loaded).toBe('app://peerscope/index.html')
    expect(rig.electron.goesOut(url)).toBe(false)
    expect(navigates(url)).toBe(false)
  },
)
