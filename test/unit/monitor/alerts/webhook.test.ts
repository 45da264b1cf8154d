import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Alert } from '../../../../src/shared/alerts.ts'
import { bodyOf, originOf, Webhooks } from '../../../../src/main/monitor/alerts/webhook.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { peerIdAt } from '../../../support/renderer/fake-network.ts'

const ALERT: Alert = {
  id: 7,
  ruleId: 'r',
  ruleName: 'Validators',
  kind: 'peer-departed',
  network: { kind: 'peerscope', id: networkIdFrom('n'), name: 'my-network' },
  peerId: peerIdAt(1),
  beganAt: 1_750_000_000_000,
  firedAt: 1_750_000_000_000,
  resolvedAt: null,
  what: 'brave fox left',
  cause: 'It said goodbye.',
  events: [{ seq: 1, at: 1, event: { kind: 'DialFailed', target: '/ip4/203.0.113.9/tcp/1', reason: 'x' } }],
  repeats: 0,
  quiet: false,
  notify: true,
  dismissed: false,
  test: false,
  webhook: 'sending',
}

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
})

/** A server on a free port, and what it was asked. */
async function serve(answer: (response: ServerResponse, count: number, request: IncomingMessage) => void) {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => void (body += part))
    request.on('end', () => {
      bodies.push(body)
      answer(response, bodies.length, request)
    })
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/s3cret-token?key=s3cret` }
}

/** Longest try, milliseconds: a timer that only the test lets run. */
const TRY_MS = 5000

/** Webhooks whose pauses pass at once, and whose tries are late only when the test says so. */
function rig() {
  const log: string[] = []
  const limits: (() => void)[] = []
  const webhooks = new Webhooks({
    clock: {
      now: () => 0,
      monotonic: () => 0,
      schedule: (delayMs, fn) => {
        if (delayMs === TRY_MS) limits.push(fn)
        else queueMicrotask(fn)
        return () => undefined
      },
    },
    logger: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    fetch,
  })
  return { webhooks, log, limits }
}

describe('posting an alert', () => {
  it('posts JSON once where it is taken', async () => {
    const { url, bodies } = await serve((response) => response.end('ok'))
    const { webhooks, log } = rig()
    expect(await webhooks.post(url, ALERT)).toEqual({ ok: true })
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      type: 'peerscope.alert',
      version: 1,
      text: 'Validators in my-network: brave fox left. It said goodbye.',
      id: 7,
      peerId: peerIdAt(1),
      firedAt: '2025-06-15T15:06:40.000Z',
      test: false,
    })
    expect(bodies).toHaveLength(1)
    expect(log).toEqual([])
    await webhooks.close()
  })

  it('gives no address away', () => {
    expect(JSON.stringify(bodyOf(ALERT))).not.toContain('203.0.113.9')
  })

  it('tries three times where the server fails, then gives up', async () => {
    const { url, bodies } = await serve((response) => response.writeHead(503).end())
    const { webhooks } = rig()
    expect(await webhooks.post(url, ALERT)).toEqual({ ok: false, reason: 'it answered 503' })
    expect(bodies).toHaveLength(3)
    await webhooks.close()
  })

  it('is done when a later try is taken', async () => {
    const { url, bodies } = await serve((response, count) => response.writeHead(count < 3 ? 429 : 204).end())
    const { webhooks } = rig()
    expect(await webhooks.post(url, ALERT)).toEqual({ ok: true })
    expect(bodies).toHaveLength(3)
    await webhooks.close()
  })

  it('does not try again where it is refused', async () => {
    const { url, bodies } = await serve((response) => response.writeHead(404).end())
    const { webhooks } = rig()
    expect(await webhooks.post(url, ALERT)).toEqual({ ok: false, reason: 'it answered 404' })
    expect(bodies).toHaveLength(1)
    await webhooks.close()
  })

  it('follows no redirect', async () => {
    const target = await serve((response) => response.end())
    const { url, bodies } = await serve((response) => response.writeHead(307, { location: target.url }).end())
    const { webhooks } = rig()
    expect(await webhooks.post(url, ALERT)).toMatchObject({ ok: false, reason: /redirects are not followed/ })
    expect([bodies.length, target.bodies.length]).toEqual([1, 0])
    await webhooks.close()
  })

  it('gives up a try that is not answered in time', async () => {
    const { url, bodies } = await serve(() => undefined)
    const { webhooks, limits } = rig()
    const posted = webhooks.post(url, { ...ALERT, test: true })
    await vi.waitFor(() => expect(bodies).toHaveLength(1))
    expect(limits).toHaveLength(1)
    limits[0]?.()
    expect(await posted).toEqual({ ok: false, reason: 'no answer within 5 s' })
    await webhooks.close()
  })

  it('ends at once when Peerscope does', async () => {
    const { url, bodies } = await serve(() => undefined)
    const { webhooks } = rig()
    const posted = webhooks.post(url, ALERT)
    const next = webhooks.post(url, ALERT)
    await vi.waitFor(() => expect(bodies).toHaveLength(1))
    await webhooks.close()
    expect(await posted).toEqual({ ok: false, reason: 'Peerscope ended' })
    expect(await next).toEqual({ ok: false, reason: 'Peerscope ended' })
  })

  it('logs no more of the URL than its origin, whatever goes wrong', async () => {
    const { url } = await serve((response) => response.socket?.destroy())
    const { webhooks, log } = rig()
    expect(await webhooks.post(url, ALERT)).toMatchObject({ ok: false, reason: /^it could not be reached/ })
    expect(await webhooks.post('file:///etc/s3cret', ALERT)).toMatchObject({ ok: false })
    expect(await webhooks.post('http://127.0.0.1:1/s3cret', ALERT)).toMatchObject({ ok: false })
    expect(log.join('')).toContain(originOf(url))
    expect(log.join('')).not.toContain('s3cret')
    await webhooks.close()
  })

  it('does not let one receiver wait for another, also on the same host', async () => {
    const hung: ServerResponse[] = []
    const { url, bodies } = await serve((response, _, request) => {
      if (request.url?.startsWith('/hook/') === true) hung.push(response)
      else response.end()
    })
    const well = await serve((response) => response.end())
    const { webhooks } = rig()
    const stuck = [webhooks.post(url, ALERT), webhooks.post(url, ALERT)]
    await vi.waitFor(() => expect(hung).toHaveLength(1))
    expect(await webhooks.post(well.url, ALERT)).toEqual({ ok: true })
    expect(await webhooks.post(new URL('/other', url).href, ALERT)).toEqual({ ok: true })
    expect(bodies).toHaveLength(2)
    await webhooks.close()
    await Promise.all(stuck)
  })

  it('tries a test at once, though others wait for the receiver', async () => {
    const { url } = await serve((response, count) => void (count > 1 && response.end()))
    const { webhooks } = rig()
    const stuck = webhooks.post(url, ALERT)
    expect(await webhooks.post(url, { ...ALERT, id: 8, test: true })).toEqual({ ok: true })
    await webhooks.close()
    await stuck
  })

  it('lets at most fifty wait for one receiver, and tells how many it dropped', async () => {
    const hung: ServerResponse[] = []
    const { url, bodies } = await serve((response, count) => void (count === 1 ? hung.push(response) : response.end()))
    const { webhooks, log } = rig()
    const first = webhooks.post(url, ALERT)
    await vi.waitFor(() => expect(hung).toHaveLength(1))
    const others = Array.from({ length: 51 }, () => webhooks.post(url, ALERT))
    expect(await others[49]).toMatchObject({ ok: false, reason: /too many .*\(1 dropped\)/ })
    expect(await others[50]).toMatchObject({ ok: false, reason: /too many .*\(2 dropped\)/ })
    expect(log.at(-1)).toMatch(/"dropped":2/)
    hung[0]?.end()
    expect((await Promise.all([first, ...others])).filter(({ ok }) => ok)).toHaveLength(50)
    const told = bodies.map((body) => (JSON.parse(body) as { dropped?: number }).dropped)
    expect(told.slice(0, 3)).toEqual([undefined, 2, undefined])
    await webhooks.close()
  })
})
