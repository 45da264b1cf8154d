import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get, request } from 'node:http'
import type { IncomingMessage, RequestOptions } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '../../../src/shared/contract.ts'
import type { ContractRouterClient } from '@orpc/contract'
import {
  HOST_ENDED,
  SOCKET_ONLY,
  TOKEN_PROTOCOL,
  WEB_PROTOCOL,
  WEB_SOCKET_PATH,
} from '../../../src/shared/web-binding.ts'
import type { Monitor } from '../../../src/main/monitor/monitor.ts'
import { serveWeb } from '../../../src/main/web/serve.ts'
import type { WebHost } from '../../../src/main/web/serve.ts'
import { testMonitor } from '../../support/monitor.ts'

let folder: string
let host: WebHost
let monitor: Monitor
let port: number
let token: string
const warnings: string[] = []
let now = 0

// Limits of how often something may be tried start anew for each test.
beforeEach(() => {
  now += 3_600_000
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-web-'))
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true })
  await writeFile(join(folder, 'renderer', 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(folder, 'renderer', 'assets', 'index-1234.js'), 'export {}')
  await writeFile(join(folder, 'renderer', 'secret.db'), 'no page')
  await writeFile(join(folder, 'outside.html'), 'outside')
  const logger = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) })
  const made = testMonitor()
  monitor = made.monitor
  host = await serveWeb({ router: made.router, rendererDir: join(folder, 'renderer'), logger, monotonic: () => now })
  const url = new URL(host.url)
  port = Number(url.port)
  token = new URLSearchParams(url.hash.slice(1)).get('token') ?? ''
})

afterAll(async () => {
  await host.close()
  await monitor.close()
  await rm(folder, { recursive: true, force: true })
})

function fetchPath(path: string, options: RequestOptions = {}): Promise<{ response: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, ...options }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ response, body }))
    })
    sent.on('error', reject).end()
  })
}

interface Offer {
  readonly path?: string
  readonly origin?: string | undefined
  readonly hostName?: string
  readonly protocols?: string[]
}

/** Opens the socket as a page would; the status of the refusal, or the open socket. */
function openSocket(offer: Offer = {}): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const origin = 'origin' in offer ? offer.origin : `http://127.0.0.1:${port}`
    const socket = new WebSocket(
      `ws://127.0.0.1:${port}${offer.path ?? WEB_SOCKET_PATH}`,
      offer.protocols ?? [WEB_PROTOCOL, `${TOKEN_PROTOCOL}${token}`],
      {
        ...(origin === undefined ? {} : { origin }),
        ...(offer.hostName === undefined ? {} : { headers: { Host: offer.hostName } }),
      },
    )
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    socket.on('error', () => resolve(0))
  })
}

async function connected(): Promise<WebSocket> {
  const socket = await openSocket()
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  return socket
}

const ended = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.on('close', (code) => resolve(code)))

function clientOf(socket: unknown): ContractRouterClient<Contract> {
  return createORPCClient(new RPCLink({ websocket: socket as globalThis.WebSocket }))
}

describe('the page', () => {
  it('is served with headers that confine it, and without leave for other origins', async () => {
    for (const path of ['/', '/index.html', '/?a=b', '/assets/index-1234.js']) {
      const { response } = await fetchPath(path, { headers: { Origin: 'https://evil.example' } })
      expect(response.statusCode).toBe(200)
      const csp = String(response.headers['content-security-policy'])
      expect(csp).toContain("script-src 'self'")
      expect(/script-src[^;]*(unsafe|http|\*)/.test(csp)).toBe(false)
      expect(response.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(Object.keys(response.headers).some((name) => name.startsWith('access-control'))).toBe(false)
    }
    expect((await fetchPath('/', { method: 'HEAD' })).body).toBe('')
  })

  it('has its token in the fragment, which browsers never send, and each start has another', async () => {
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{64}$/)
    const made = testMonitor()
    const other = await serveWeb({
      router: made.router,
      rendererDir: join(folder, 'renderer'),
      logger: pino({ enabled: false }),
    })
    expect(new URL(other.url).hash).not.toBe(new URL(host.url).hash)
    await other.close()
    await made.monitor.close()
  })

  it.each([
    '/../outside.html',
    '/%2e%2e/outside.html',
    '/..%2foutside.html',
    '/assets/../../outside.html',
    '/%00',
    '/%zz',
    '/secret.db',
    '/assets',
    '/none.html',
    '//etc/passwd',
  ])('gives nothing for %s', async (path) => {
    const { response, body } = await fetchPath(path)
    expect(response.statusCode).toBe(404)
    expect(body).not.toContain('outside')
  })

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])(
    'is refused under the name %s: that is DNS rebinding',
    async (name) => {
      expect((await fetchPath('/', { headers: { Host: name } })).response.statusCode).toBe(403)
    },
  )

  it('has no file at the path of the socket, and says so, by which a page knows that its socket is refused', async () => {
    const { response } = await fetchPath(WEB_SOCKET_PATH, { method: 'HEAD' })
    expect(response.statusCode).toBe(SOCKET_ONLY)
    expect(response.headers.upgrade).toBe('websocket')
    expect((await fetchPath(WEB_SOCKET_PATH, { headers: { Host: 'evil.example' } })).response.statusCode).toBe(403)
  })

  it('is refused for methods that change something', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect((await fetchPath('/', { method })).response.statusCode).toBe(405)
  })

  it('is served on loopback only', async () => {
    expect(new URL(host.url).hostname).toBe('127.0.0.1')
    await expect(
      new Promise((resolve, reject) => get({ host: '127.0.0.2', port, path: '/' }, resolve).on('error', reject)),
    ).rejects.toThrow(/ECONNREFUSED/)
  })
})

describe('the socket', () => {
  it('hears a goodbye when the host ends, which waits for no page that does not answer', async () => {
    const made = testMonitor()
    const logger = pino({ enabled: false })
    const ending = await serveWeb({ router: made.router, rendererDir: join(folder, 'renderer'), logger })
    const { origin, host: name, hash } = new URL(ending.url)
    const protocols = [WEB_PROTOCOL, TOKEN_PROTOCOL + new URLSearchParams(hash.slice(1)).get('token')]
    const page = new WebSocket(`ws://${name}${WEB_SOCKET_PATH}`, protocols, { origin })
    const mute = connect(ending.port, '127.0.0.1').on('error', () => undefined)
    const opened = new Promise((resolve) => mute.once('data', resolve))
    mute.write(
      `GET ${WEB_SOCKET_PATH} HTTP/1.1\r\nHost: ${name}\r\nOrigin: ${origin}\r\nUpgrade: websocket\r\n` +
        'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
        `Sec-WebSocket-Protocol: ${protocols.join(', ')}\r\n\r\n`,
    )
    await Promise.all([opened, new Promise((resolve) => page.once('open', resolve))])
    const heard = ended(page)
    await ending.close()
    expect(await heard).toBe(HOST_ENDED)
    mute.destroy()
    await made.monitor.close()
  })

  it('carries the contract: calls, typed errors and streams', async () => {
    const socket = await connected()
    expect(socket.protocol).toBe(WEB_PROTOCOL)
    const client = clientOf(socket)
    expect(await client.app.info()).toMatchObject({ host: 'web' })
    await expect(client.peers.dial({ addresses: ['/ip4/127.0.0.1/tcp/1'] })).rejects.toMatchObject({
      code: 'NotJoined',
    })
    await expect(client.network.join({ network: '' })).rejects.toMatchObject({ code: 'InvalidArgument' })
    const stream = await client.view.subscribe()
    expect((await stream[Symbol.asyncIterator]().next()).value).toMatchObject({ type: 'snapshot', seq: 1 })
    socket.terminate()
  })

  it.each<[string, Offer]>([
    ['no origin', { origin: undefined }],
    ['a foreign origin', { origin: 'http://evil.example' }],
    ['an origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['an origin by https', { origin: 'https://127.0.0.1' }],
    ['the origin null', { origin: 'null' }],
    ['a foreign host', { hostName: 'evil.example' }],
    ['another path', { path: '/other' }],
    ['no protocol', { protocols: [] }],
    ['no token', { protocols: [WEB_PROTOCOL] }],
    ['a wrong token', { protocols: [WEB_PROTOCOL, `${TOKEN_PROTOCOL}${'0'.repeat(64)}`] }],
    ['half a token', { protocols: [WEB_PROTOCOL, `${TOKEN_PROTOCOL}abc`] }],
  ])('is refused with %s', async (_name, offer) => {
    expect(await openSocket(offer)).toBe(403)
  })

  it('is refused with the right token under another protocol name', async () => {
    expect(await openSocket({ protocols: ['other.v1', `${TOKEN_PROTOCOL}${token}`] })).toBe(403)
  })

  it('ends for messages that are too large or no text, and others go on', async () => {
    const good = await connected()
    const large = await connected()
    const over = ended(large)
    large.send('x'.repeat(2 * 1024 * 1024))
    expect(await over).toBe(1009)
    for (const message of [
      'nonsense',
      '{"i":1}',
      '[]',
      'null',
      '{"i":"1","u":"/app/info","b":{}}',
      '\u0000',
      '{'.repeat(5000),
    ]) {
      const socket = await connected()
      const refused = ended(socket)
      socket.send(message)
      expect(await refused).toBe(1008)
    }
    const binary = await connected()
    const refused = ended(binary)
    binary.send(Buffer.from([0xff, 0xfe, 0]))
    expect(await refused).toBe(1008)
    expect(await clientOf(good).app.info()).toMatchObject({ host: 'web' })
    good.terminate()
  })

  it('ends for frames that are no WebSocket frames, and others go on', async () => {
    const head =
      `GET ${WEB_SOCKET_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\n` +
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
      `Sec-WebSocket-Protocol: ${WEB_PROTOCOL}, ${TOKEN_PROTOCOL}${token}\r\n\r\n`
    for (const frame of [
      [0xff, 0xff, 0xff],
      [0x81, 0x05, 1, 2],
      [0x0f, 0x80],
      [0x88, 0x01, 0x00],
    ]) {
      const raw = connect(port, '127.0.0.1')
      const closed = new Promise<void>((resolve) => raw.on('close', () => resolve()))
      raw.on('error', () => undefined)
      raw.write(head)
      raw.once('data', () => raw.write(Uint8Array.from(frame)))
      raw.setTimeout(5000, () => raw.destroy(new Error('still open')))
      await closed
    }
    expect((await fetchPath('/')).response.statusCode).toBe(200)
  })

  it('logs refusals without the token, and not without end', async () => {
    for (let index = 0; index < 40; index += 1) await openSocket({ protocols: [WEB_PROTOCOL] })
    expect(warnings.length).toBeGreaterThan(5)
    expect(warnings.length).toBeLessThanOrEqual(21)
    expect(warnings.join('')).not.toContain(token)
  })

  it('is bounded in number', async () => {
    const open = await Promise.all(Array.from({ length: 40 }, () => openSocket()))
    const sockets = open.filter((one) => typeof one !== 'number')
    expect(sockets.length).toBeLessThanOrEqual(32)
    expect(open).toContain(503)
    await Promise.all(
      sockets.map((socket) => {
        const closed = ended(socket)
        socket.terminate()
        return closed
      }),
    )
  })
})

describe('starting and ending', () => {
  it('says what to do where the window is not built or the port is taken', async () => {
    const made = testMonitor()
    const logger = pino({ enabled: false })
    await expect(serveWeb({ router: made.router, rendererDir: folder, logger })).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('npm run build'),
    })
    await expect(
      serveWeb({ router: made.router, rendererDir: join(folder, 'renderer'), logger, port }),
    ).rejects.toMatchObject({ code: 'ListenFailed' })
    await made.monitor.close()
  })
})
