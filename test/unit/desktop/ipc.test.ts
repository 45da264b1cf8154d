/** The one IPC channel, and the contract behind it: generated over every call that is declared. */
import type { MessagePortMain, WebFrameMain } from 'electron'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { contract } from '../../../src/shared/contract.ts'
import { desktopContract } from '../../../src/shared/desktop-contract.ts'
import { DesktopRig } from '../../support/desktop.ts'
import type { PageClient } from '../../support/desktop.ts'
import { FakeContents } from '../../support/electron.ts'

type AnyCall = (input?: unknown) => Promise<unknown>

/** Every call of the page, by its path, and whether it takes an argument. */
const calls = Object.entries({ ...contract, ...desktopContract }).flatMap(([group, members]) =>
  Object.entries(members).map(([name, call]) => [`${group}.${name}`, call['~orpc'].inputSchema !== undefined] as const),
)

const WRONG: readonly unknown[] = [
  7,
  'text',
  null,
  [],
  {
    network: 7,
    peerId: 7,
    addresses: 7,
    tags: 7,
    limit: 'x',
    nodes: 1.5,
    format: 'x',
    theme: 7,
    file: 7,
    id: {},
    rule: 7,
    startHidden: 'yes',
    text: 7,
    before: 'x',
    after: 7,
    base64: '%',
  },
  JSON.parse('{"__proto__": {"network": "n"}, "constructor": 7}'),
]

let rig: DesktopRig
let client: PageClient

beforeAll(async () => {
  rig = new DesktopRig()
  await rig.start()
  client = rig.client()
})
afterAll(async () => await rig.close())

function callOf(path: string): AnyCall {
  const [group = '', name = ''] = path.split('.')
  const call = (client as unknown as Record<string, Record<string, AnyCall>>)[group]?.[name]
  if (call === undefined) throw new Error(`${path} is not there`)
  return call
}

const codeOf = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'answered',
    (error: { code?: string }) => error.code ?? 'no code',
  )

it('main listens on one channel, and answers on none', () => {
  expect(rig.electron.ipcMain.eventNames()).toEqual(['peerscope:request-port'])
  expect(rig.electron.ipcMain.listenerCount('peerscope:request-port')).toBe(1)
})

describe('every call over the port', () => {
  it.each(calls.filter(([, takes]) => takes))('%s refuses malformed arguments', async (path) => {
    // Those where nothing is required take an empty object, and what is not declared is left out.
    const given = (await codeOf(callOf(path)({}))) === 'InvalidArgument' ? WRONG : WRONG.slice(0, -1)
    for (const input of given) expect([input, await codeOf(callOf(path)(input))]).toEqual([input, 'InvalidArgument'])
  })

  it.each(calls.filter(([, takes]) => !takes))('%s takes no argument, and does not look at one', async (path) => {
    expect(await codeOf(callOf(path)({ network: 7, evil: true }))).not.toBe('Internal')
  })

  it('changes nothing where it refuses', async () => {
    expect(rig.monitor.status()).toEqual({ state: 'none' })
    expect(await client.desktop.state()).toMatchObject({ settings: { startHidden: false, closeToTray: 'ask' } })
  })

  it.each(['app.nothing', 'nothing.at', 'desktop.quit', '__proto__.x', 'network.constructor'])(
    '%s is not there',
    async (path) => {
      const [group = '', name = ''] = path.split('.')
      const call = (client as unknown as Record<string, Record<string, AnyCall>>)[group]?.[name]
      expect(call === undefined ? 'NOT_FOUND' : await codeOf(Promise.resolve().then(() => call({})))).not.toBe(
        'answered',
      )
    },
  )
})

describe('the port', () => {
  const closedPort = (port: MessagePortMain): Promise<void> =>
    new Promise((resolve) => port.on('close', () => resolve()))

  it.each(['nonsense', 'null', '[]', '{"i":1}', '{"i":"1","p":{"u":"https://evil.example"}}', { i: '1' }, 7, null])(
    'closes for the message %j, which is no request',
    async (message) => {
      const port = rig.port(new FakeContents())
      const closed = closedPort(port)
      port.start()
      port.postMessage(message)
      await closed
      expect(rig.warnings.join('')).toContain('no request')
    },
  )

  it('is given to no foreign frame, whatever it is', () => {
    const { webContents } = rig.window
    const given = webContents.posted.length
    const before = rig.warnings.length
    const frames: (WebFrameMain | null)[] = [
      null,
      // A frame in our page, even of our own address.
      { url: 'app://peerscope/index.html' } as WebFrameMain,
      { url: 'https://evil.example/' } as WebFrameMain,
    ]
    for (const frame of frames) rig.electron.askForPort(webContents, frame)
    const foreign = ['https://evil.example/', 'file:///x/index.html', 'app://peerscope.evil/', 'about:blank', ''].map(
      (url) => {
        const contents = new FakeContents()
        Object.assign(contents.mainFrame, { url })
        rig.electron.askForPort(contents)
        return contents
      },
    )
    expect(webContents.posted).toHaveLength(given)
    expect(foreign.flatMap(({ posted }) => posted)).toEqual([])
    expect(rig.warnings.slice(before)).toHaveLength(frames.length + foreign.length)
    expect(rig.warnings.slice(before).join('')).toContain('a foreign frame')
  })

  it('is one for a page: asking anew closes the one before', async () => {
    const contents = new FakeContents()
    const first = rig.port(contents)
    const closed = closedPort(first)
    first.start()
    const second = rig.port(contents)
    await expect(closed).resolves.toBeUndefined()
    expect(second).not.toBe(first)
  })
})

describe('what a page subscribed to', () => {
  const page = (): FakeContents => rig.window.webContents
  const reload = { url: 'app://peerscope/index.html', isMainFrame: true, isSameDocument: false }
  /** A page with a live view, and how many there are then. */
  async function subscribed(): Promise<number> {
    const stream = await rig.client().view.subscribe()
    await stream.next()
    return rig.monitor.view.subscribers
  }
  const ended = async (): Promise<void> => await vi.waitFor(() => expect(rig.monitor.view.subscribers).toBe(0))

  it.each<[string, () => void]>([
    ['its process dies', () => page().die()],
    ['its contents are destroyed', () => void page().emit('destroyed')],
    ['it is loaded again', () => void page().emit('did-start-navigation', reload)],
    ['a newer page asks for its port', () => void rig.port()],
    ['it closes its port', () => page().posted.at(-1)?.ports[0]?.close()],
    ['it sends what is no request', () => page().posted.at(-1)?.ports[0]?.postMessage('nonsense')],
  ])('ends when %s', async (_how, end) => {
    expect(await subscribed()).toBeGreaterThan(0)
    end()
    await ended()
  })

  it('goes on where the page stays: a fragment, a frame, and a navigation that is refused', async () => {
    const open = await subscribed()
    page().emit('did-start-navigation', { ...reload, isSameDocument: true })
    page().emit('did-start-navigation', { ...reload, isMainFrame: false })
    page().emit('did-start-navigation', { ...reload, url: 'https://evil.example/' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(rig.monitor.view.subscribers).toBe(open)
    page().die()
    await ended()
  })
})
