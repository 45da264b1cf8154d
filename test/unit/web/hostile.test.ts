/** Pages and programs that mean harm, against the browser host: refused, logged once, and the host goes on. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { Contract } from '../../../src/shared/contract.ts'
import { TOKEN_PROTOCOL, WEB_PROTOCOL, WEB_SOCKET_PATH } from '../../../src/shared/web-binding.ts'
import { MAX_REQUEST } from '../../../src/main/monitor/request-check.ts'
import { serveWeb } from '../../../src/main/web/serve.ts'
import type { ServeOptions, WebHost } from '../../../src/main/web/serve.ts'
import { testMonitor } from '../../support/monitor.ts'

interface Line {
  readonly msg: string
  readonly [key: string]: unknown
}

let folder: string
let lines: Line[]
let now: number
let closing: (() => Promise<unknown>)[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-hostile-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>page</title>')
  lines = []
  now = 0
  closing = []
})

afterEach(async () => {
  for (const close of closing.reverse()) await close()
  await rm(folder, { recursive: true, force: true })
})

interface Rig {
  readonly host: WebHost
  readonly port: number
  readonly token: string
}

async function serve(options: Partial<ServeOptions> = {}): Promise<Rig> {
  const { monitor, router } = testMonitor()
  closing.push(() => monitor.close())
  const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line) as Line) })
  const host = await serveWeb({ router, rendererDir: folder, logger, monotonic: () => now, ...options })
  closing.push(() => host.close())
  return { host, port: host.port, token: new URLSearchParams(new URL(host.url).hash.slice(1)).get('token') ?? '' }
}

/** Refusals in the order in which they were logged. */
const refusals = (): string[] => lines.filter(({ msg }) => msg.startsWith('refused: ')).map(({ msg }) => msg.slice(9))

function status(
  port: number,
  headers: Record<string, string> = {},
  method = 'GET',
  agent: Agent | false = false,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/', method, headers, agent }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.on('error', reject).end()
  })
}

interface Offer {
  readonly origin?: string
  readonly host?: string
  readonly protocols?: readonly string[]
}

function open({ port, token }: Rig, offer: Offer = {}): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(
      `ws://127.0.0.1:${port}${WEB_SOCKET_PATH}`,
      [...(offer.protocols ?? [WEB_PROTOCOL, TOKEN_PROTOCOL + token])],
      {
        origin: offer.origin ?? `http://127.0.0.1:${port}`,
        ...(offer.host === undefined ? {} : { headers: { Host: offer.host } }),
      },
    )
    closing.push(() => Promise.resolve(socket.terminate()))
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.on('error', () => resolve(0))
  })
}

async function page(rig: Rig): Promise<WebSocket> {
  const socket = await open(rig)
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  return socket
}

const closed = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.on('close', (code) => resolve(code)))

/** The host still answers a page of its own. */
async function goesOn(rig: Rig): Promise<void> {
  expect(await clientOf(await page(rig)).app.info()).toMatchObject({ host: 'web' })
}

function clientOf(socket: unknown): ContractRouterClient<Contract> {
  return createORPCClient(new RPCLink({ websocket: socket as globalThis.WebSocket }))
}

describe('a hostile page', () => {
  it.each<[string, (rig: Rig) => Offer, string]>([
    ['that rebound its name to us', ({ port }) => ({ host: `evil.example:${port}` }), 'a foreign Host'],
    [
      'that rebound its name, with our origin',
      ({ port }) => ({ host: `evil.example:${port}`, origin: `http://evil.example:${port}` }),
      'a foreign Host',
    ],
    ['with another port of ours as its host', () => ({ host: '127.0.0.1:1' }), 'a foreign Host'],
    ['of another origin', () => ({ origin: 'https://evil.example' }), 'a foreign Origin'],
    ['of another port here', () => ({ origin: 'http://127.0.0.1:1' }), 'a foreign Origin'],
    ['of our name by https', ({ port }) => ({ origin: `https://127.0.0.1:${port}` }), 'a foreign Origin'],
    ['without an origin', () => ({ origin: 'null' }), 'a foreign Origin'],
    [
      'of an origin that begins like ours',
      ({ port }) => ({ origin: `http://127.0.0.1:${port}.evil.example` }),
      'a foreign Origin',
    ],
    ['without a token', () => ({ protocols: [WEB_PROTOCOL] }), 'no token'],
    ['with a wrong token', () => ({ protocols: [WEB_PROTOCOL, TOKEN_PROTOCOL + '0'.repeat(64)] }), 'a wrong token'],
    ['with an empty token', () => ({ protocols: [WEB_PROTOCOL, `${TOKEN_PROTOCOL}x`] }), 'a wrong token'],
    [
      'with the token and more',
      ({ token }) => ({ protocols: [WEB_PROTOCOL, `${TOKEN_PROTOCOL}${token}0`] }),
      'a wrong token',
    ],
    [
      'with the token in another case',
      ({ token }) => ({ protocols: [WEB_PROTOCOL, TOKEN_PROTOCOL + token.toUpperCase().replace(/\d/g, 'A')] }),
      'a wrong token',
    ],
    [
      'under another protocol',
      ({ token }) => ({ protocols: ['other', TOKEN_PROTOCOL + token] }),
      'an unknown protocol',
    ],
  ])('%s gets no socket, and is logged once', async (_who, offer, why) => {
    const rig = await serve()
    for (let time = 0; time < 3; time += 1) expect(await open(rig, offer(rig))).toBe(403)
    expect(refusals()).toEqual([why])
    expect(JSON.stringify(lines)).not.toContain(rig.token)
    await goesOn(rig)
  })

  it('is not served under a name that is not ours, and never with leave for other origins', async () => {
    const rig = await serve()
    for (let time = 0; time < 3; time += 1)
      expect(await status(rig.port, { Host: `evil.example:${rig.port}` })).toBe(403)
    expect(refusals()).toEqual(['a foreign Host'])
    expect(await status(rig.port, { Origin: 'https://evil.example' }, 'OPTIONS')).toBe(405)
    const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: rig.port, headers: { Origin: 'https://evil.example' }, agent: false }
      request(options, (response) => {
        response.resume()
        resolve(response.headers)
      })
        .on('error', reject)
        .end()
    })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('writes into the log no more than a line of its own headers', async () => {
    const rig = await serve()
    await status(rig.port, { Host: 'x'.repeat(8000) })
    expect(JSON.stringify(lines).length).toBeLessThan(1000)
  })
})

describe('messages and frames that no page sends', () => {
  it.each<[string, string | Buffer, number, string]>([
    ['too large', 'x'.repeat(MAX_REQUEST + 1), 1009, 'a broken message'],
    ['binary', Buffer.alloc(64, 0xff), 1008, 'a message that is no request'],
    ['no JSON', '{"i":', 1008, 'a message that is no request'],
    ['deep', '['.repeat(500_000), 1008, 'a message that is no request'],
    ['no request', '{"i":"1","t":2,"p":{}}', 1008, 'a message that is no request'],
    ['for another host', '{"i":"1","p":{"u":"https://evil.example/app/info"}}', 1008, 'a message that is no request'],
  ])('%s: the page is cut off, logged once, and others go on', async (_what, message, code, why) => {
    const rig = await serve()
    for (let time = 0; time < 2; time += 1) {
      const socket = await page(rig)
      const end = closed(socket)
      socket.send(message)
      socket.send(message)
      expect(await end).toBe(code)
    }
    expect(refusals()).toHaveLength(1)
    expect(refusals()[0]).toContain(why)
    await goesOn(rig)
  })

  it.each<[string, readonly number[]]>([
    ['reserved bits', [0xf1, 0x80, 0, 0, 0, 0]],
    ['an opcode that does not exist', [0x83, 0x80, 0, 0, 0, 0]],
    ['no mask', [0x81, 0x02, 0x7b, 0x7d]],
    ['a length that no message has', [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a part of a message that never began', [0x80, 0x80, 0, 0, 0, 0]],
    ['a long ping', [0x89, 0xfe, 0x04, 0x00, 0, 0, 0, 0]],
    ['a close without a code', [0x88, 0x81, 0, 0, 0, 0, 1]],
    ['text that is no UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]],
    ['nothing of the protocol', [0x47, 0x45, 0x54, 0x20, 0x2f, 0x0d, 0x0a]],
  ])('frames with %s end the connection, and others go on', async (_what, frame) => {
    const rig = await serve()
    for (let time = 0; time < 2; time += 1) await sendFrame(rig, frame)
    expect(refusals()).toHaveLength(1)
    expect(refusals()[0]).toContain('a broken message')
    await goesOn(rig)
  })

  it('requests that are no HTTP end the connection, and others go on', async () => {
    const rig = await serve()
    for (const text of [
      'nonsense\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`,
      '\0'.repeat(100),
    ])
      expect(await sayBluntly(rig.port, text)).toMatch(/^HTTP\/1\.1 4\d\d /)
    await goesOn(rig)
  })

  it('a request with two names for the host is refused: a proxy may have looked at the other one', async () => {
    const rig = await serve()
    const hosts = `Host: 127.0.0.1:${rig.port}\r\nHost: evil.example\r\n`
    expect(await sayBluntly(rig.port, `GET / HTTP/1.1\r\n${hosts}\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /)
    await goesOn(rig)
  })
})

describe('too much at once', () => {
  it('of wrong tokens is not even looked at, and does not lock out who has the right one', async () => {
    const rig = await serve()
    const answers: (WebSocket | number)[] = []
    for (let time = 0; time < 70; time += 1) answers.push(await open(rig, { protocols: [WEB_PROTOCOL] }))
    expect(answers.filter((answer) => answer === 403)).toHaveLength(60)
    expect(answers.slice(60)).toEqual(Array.from({ length: 10 }, () => 429))
    expect(refusals()).toEqual(['no token', 'too many sockets'])
    await goesOn(rig)
    now += 1000
    expect(await open(rig, { protocols: [WEB_PROTOCOL] })).toBe(403)
  })

  it('of files by one connection is refused for a while', async () => {
    const rig = await serve()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    closing.push(() => Promise.resolve(agent.destroy()))
    const answers = new Map<number, number>()
    for (let time = 0; time < 310; time += 1) {
      const answer = await status(rig.port, {}, 'GET', agent)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
    expect([...answers]).toEqual([
      [200, 300],
      [429, 10],
    ])
    // Another one at this address, which is that of everybody here, is not concerned.
    expect(await status(rig.port)).toBe(200)
    now += 1000
    expect(await status(rig.port, {}, 'GET', agent)).toBe(200)
    expect(refusals()).toEqual(['too many requests'])
  })

  it('of messages ends the page', async () => {
    const rig = await serve()
    const socket = await page(rig)
    const end = closed(socket)
    // The end of a call that never began: the least that a page can ask for.
    for (let time = 0; time < 4001; time += 1) socket.send(`{"i":"${time}","t":4}`)
    expect(await end).toBe(1008)
    expect(refusals()).toEqual(['too many messages'])
    await goesOn(rig)
  })
})

describe('another place than loopback', () => {
  it('is served only where somebody asked for it, and with a warning', async () => {
    const usual = await serve()
    expect(usual.host.warning).toBeNull()
    expect(new URL(usual.host.url).hostname).toBe('127.0.0.1')
    const everywhere = await serve({ host: '0.0.0.0' })
    expect(everywhere.host.warning).toContain('without encryption')
    expect(lines.map(({ msg }) => msg).join()).toContain('without encryption')
    await goesOn(everywhere)
  })

  it('knows itself by any address, but by no name: a name can be rebound', async () => {
    const rig = await serve({ host: '0.0.0.0' })
    expect(await status(rig.port, { Host: `192.0.2.7:${rig.port}` })).toBe(200)
    expect(await status(rig.port, { Host: `[2001:db8::1]:${rig.port}` })).toBe(200)
    for (const host of [
      'evil.example',
      `evil.example:${rig.port}`,
      '192.0.2.7',
      '192.0.2.7:1',
      `1.2.3.4.evil.example:${rig.port}`,
    ])
      expect(await status(rig.port, { Host: host })).toBe(403)
    const own = `192.0.2.7:${rig.port}`
    expect(await open(rig, { host: own, origin: `http://${own}` })).toBeInstanceOf(WebSocket)
    for (const origin of [
      `http://evil.example:${rig.port}`,
      `https://${own}`,
      'http://192.0.2.7',
      `http://${own}.evil.example`,
    ])
      expect(await open(rig, { host: own, origin })).toBe(403)
  })

  it('takes the page of a reverse proxy by its public origin, and no other', async () => {
    const rig = await serve({ publicUrl: 'https://peers.example.org/' })
    expect(rig.host.url).toMatch(/^https:\/\/peers\.example\.org\/#token=[0-9a-f]{64}$/)
    expect(rig.host.warning).toBeNull()
    const proxied = { host: 'peers.example.org', origin: 'https://peers.example.org' }
    expect(await open(rig, proxied)).toBeInstanceOf(WebSocket)
    expect(await open(rig, { origin: proxied.origin })).toBeInstanceOf(WebSocket)
    for (const origin of ['http://peers.example.org', 'https://peers.example.org.evil.example', 'https://example.org'])
      expect(await open(rig, { ...proxied, origin })).toBe(403)
    expect(await open(rig, { ...proxied, host: 'example.org' })).toBe(403)
  })

  it.each([
    { host: 'example.org' },
    { host: '' },
    { publicUrl: 'peers.example.org' },
    { publicUrl: 'ftp://peers.example.org' },
    { publicUrl: 'https://peers.example.org/path' },
    { publicUrl: 'https://ann@peers.example.org' },
  ])('cannot be %j', async (options) => {
    await expect(serve(options)).rejects.toMatchObject({ code: 'InvalidArgument' })
  })

  it('is warned of behind a proxy without TLS too', async () => {
    const { host } = await serve({ publicUrl: 'http://peers.example.org' })
    expect(host.warning).toContain('http://peers.example.org')
  })
})

/** Opens a socket by hand and sends one frame; resolves when the host has closed it. */
async function sendFrame({ port, token }: Rig, frame: readonly number[]): Promise<void> {
  const head =
    `GET ${WEB_SOCKET_PATH} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\n` +
    'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n' +
    `Sec-WebSocket-Protocol: ${WEB_PROTOCOL}, ${TOKEN_PROTOCOL}${token}\r\n\r\n`
  await new Promise<void>((resolve) => {
    const raw = connect(port, '127.0.0.1', () => raw.write(head))
    raw.once('data', () => raw.write(Uint8Array.from(frame)))
    raw
      .on('error', () => undefined)
      .on('end', () => raw.end())
      .on('close', () => resolve())
  })
}

/** What the host answers to bytes before it closes. */
function sayBluntly(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const raw = connect(port, '127.0.0.1', () => raw.write(text))
    raw.on('data', (data: Buffer) => (answer += data.toString()))
    raw.on('error', () => undefined).on('close', () => resolve(answer))
  })
}
