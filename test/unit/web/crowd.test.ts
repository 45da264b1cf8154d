/** Connections without a token, as many as anybody likes: who has the token gets in, and no memory is held for the others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { GRACE_MS, limitPlaces, MAX_ANSWERED, MAX_PLACES, networkOf } from '../../../src/main/monitor/http/places.ts'
import { serveWeb } from '../../../src/main/web/serve.ts'
import type { WebHost } from '../../../src/main/web/serve.ts'
import { TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../../src/shared/web-binding.ts'
import { testMonitor } from '../../support/monitor.ts'

let folder: string
let closing: (() => unknown)[]
let host: WebHost

beforeEach(async () => {
  closing = []
  folder = await mkdtemp(join(tmpdir(), 'peerscope-crowd-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'index.html'), 'page')
  await writeFile(join(folder, 'large.js'), Buffer.alloc(4 * 1024 * 1024))
  const { monitor, router } = testMonitor()
  closing.push(() => monitor.close())
  host = await serveWeb({ router, rendererDir: folder, logger: pino({ enabled: false }) })
  closing.push(() => host.close())
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
})

/** Opens a connection that says this; resolves when it is open. */
function open(text = '', port = host.port): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    closing.push(() => socket.destroy())
    socket.on('error', () => undefined).pause()
    socket.on('connect', () => {
      if (text !== '') socket.write(text)
      resolve(socket)
    })
  })
}

/** What is answered until the host closes the connection. */
async function say(text: string, port = host.port): Promise<string> {
  const socket = await open(text, port)
  return await new Promise((resolve) => {
    let answer = ''
    socket.on('data', (part: Buffer) => (answer += part.toString('latin1'))).on('close', () => resolve(answer))
    socket.resume()
  })
}

const own = (): string => `127.0.0.1:${host.port}`
const load = async (): Promise<string> => await say(`GET / HTTP/1.1\r\nHost: ${own()}\r\nConnection: close\r\n\r\n`)

/** The page of who has the token. */
function page(): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const token = new URLSearchParams(new URL(host.url).hash.slice(1)).get('token')
    const socket = new WebSocket(`ws://${own()}${WEB_SOCKET_PATH}`, [WEB_PROTOCOL, `${TOKEN_PROTOCOL}${token}`], {
      origin: `http://${own()}`,
    })
    closing.push(() => socket.terminate())
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => resolve(0))
  })
}

describe('who has the token gets in, whatever waits without one:', () => {
  it.each([
    ['connections that say nothing', () => ''],
    ['heads that never end', () => 'GET / HTTP/1.1\r\nX: y'],
    ['files that nobody reads', () => `GET /large.js HTTP/1.1\r\nHost: ${own()}\r\n\r\n`],
    ['requests that are sent all at once', () => `GET /large.js HTTP/1.1\r\nHost: ${own()}\r\n\r\n`.repeat(100)],
    [
      'sockets without a token',
      () => `GET ${WEB_SOCKET_PATH} HTTP/1.1\r\nHost: ${own()}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
    ],
  ])('%s', async (_what, text) => {
    await Promise.all(Array.from({ length: 2 * MAX_PLACES }, () => open(text())))
    expect(await load()).toMatch(/^HTTP\/1\.1 200 .*page$/s)
    expect(await page()).toBeInstanceOf(WebSocket)
    await Promise.all(Array.from({ length: MAX_PLACES }, () => open(text())))
    expect(await load()).toMatch(/^HTTP\/1\.1 200 .*page$/s)
  })

  it('pages that are lost, which are asked and make room', async () => {
    const pages = await Promise.all(Array.from({ length: 32 }, () => page()))
    expect(pages.every((one) => one instanceof WebSocket)).toBe(true)
    // They answer, and nothing is taken from them.
    expect(await page()).toBe(503)
    // It reads nothing from now on, as if its machine slept.
    const [lost] = pages
    if (lost instanceof WebSocket) lost.pause()
    expect(await page()).toBeInstanceOf(WebSocket)
  })
})

describe('what no page asks', () => {
  it.each([
    ['a proxy’s target', 'GET http://evil.example/index.html HTTP/1.1', 400],
    ['no path', 'GET * HTTP/1.1', 400],
    ['another host’s name', 'GET // HTTP/1.1', 404],
    ['a way through', 'CONNECT evil.example:443 HTTP/1.1', 405],
    ['an unknown method', 'BREW / HTTP/1.1', 400],
    ['a NUL', 'GET /\0 HTTP/1.1', 400],
    ['half an escape', 'GET /% HTTP/1.1', 404],
    ['an old protocol without a host', 'GET / HTTP/1.0\r\nX: y', 403],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: evil.example', 403],
    ['a body', 'GET / HTTP/1.1\r\nContent-Length: 1000000000', 400],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${'y'.repeat(1024 * 1024)}`, 431],
  ])('%s is refused', async (_what, head, status) => {
    const name = head.includes('HTTP/1.0') ? '' : `Host: ${own()}\r\n`
    const answer = await say(`${head}\r\n${name}Connection: close\r\n\r\n`)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })
})

describe('places', () => {
  it('are few, and end what takes too long', async () => {
    let now = 0
    // On a busy machine the connections take longer to open than they may be too many.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    closing.push(() => vi.useRealTimers())
    const waits: (() => void)[] = []
    const server = createServer((_request, response) => void waits.push(() => response.end()))
    const places = limitPlaces(server, () => now)
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
    closing.push(() => {
      server.close()
      server.closeAllConnections()
    })
    const { port } = server.address() as AddressInfo
    const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
    const ended = async (sockets: readonly Socket[]): Promise<void> => {
      await Promise.all(sockets.map((socket) => new Promise((done) => socket.resume().on('close', done))))
    }
    // One after the other: who came first has to go first.
    const asking: Socket[] = []
    while (asking.length < MAX_ANSWERED + 1) asking.push(await open(request, port))
    const waiting: Socket[] = []
    while (waiting.length < MAX_PLACES) waiting.push(await open('', port))
    while (waits.length < MAX_ANSWERED + 1 || places.size < MAX_ANSWERED + 1 + MAX_PLACES)
      await new Promise(setImmediate)
    vi.advanceTimersByTime(GRACE_MS - 1)
    expect(places.size).toBe(MAX_ANSWERED + 1 + MAX_PLACES)
    vi.advanceTimersByTime(1)
    expect(places.size).toBe(MAX_PLACES)
    await ended([...asking.slice(0, 1), ...waiting.slice(0, MAX_ANSWERED)])
    now = 5001
    places.look()
    await ended(waiting.slice(MAX_ANSWERED))
    expect(places.size).toBe(MAX_ANSWERED)
    now = 60_001
    places.look()
    await ended(asking.slice(1))
    expect(places.size).toBe(0)
  })

  it.each([
    [undefined, ''],
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:127.0.0.2', '127.0.0.2'],
    ['::1', '::1'],
  ])('%s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
