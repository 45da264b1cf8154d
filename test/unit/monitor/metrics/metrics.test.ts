import { request } from 'node:http'
import { connect } from 'node:net'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { ListenFailed } from '../../../../src/shared/errors.ts'
import type { Discovery, DiscoveryStats, Health } from '../../../../src/main/discovery/handle.ts'
import { run } from '../../../../src/main/cli/run.ts'
import { CostMeter, storeBytes } from '../../../../src/main/monitor/metrics/cost.ts'
import { parseEndpoint } from '../../../../src/main/monitor/metrics/endpoint-address.ts'
import { Goodbyes } from '../../../../src/main/monitor/deserted.ts'
import { serveMetrics } from '../../../../src/main/monitor/metrics/endpoint.ts'
import type { MetricsServer } from '../../../../src/main/monitor/metrics/endpoint.ts'
import { Metrics } from '../../../../src/main/monitor/metrics/metrics.ts'
import { testMonitor } from '../../../support/monitor.ts'
import { fakeStatus, peerIdAt } from '../../../support/renderer/fake-network.ts'

const logged: string[] = []
const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) })
const LOOPBACK = { host: '127.0.0.1', port: 0 }
const create = (): Metrics => new Metrics({ version: '1.2.3', logger, folder: '.' })

const STATS: DiscoveryStats = {
  gossipIn: 1,
  gossipOut: 2,
  gossipBytesIn: 100,
  gossipBytesOut: 200,
  streamsIn: 3,
  streamsOut: 4,
  streamBytesIn: 1000,
  streamBytesOut: 2000,
  signaturesVerified: 5,
  catalogBytes: 3000,
  syncsRunning: 1,
  dials: 6,
  refused: { BadSignature: 7, 'strange "reason"\n': 8 },
}
const HEALTH: Health = {
  state: 'online',
  listening: true,
  addresses: [],
  neighbors: 4,
  connections: 5,
  lastHeardAt: 2000,
  judgedAt: 3000,
  loopDelayMs: 10,
  suspectedClockSkewMs: null,
  clocksCompared: 0,
}

function discovery(stats = STATS): Discovery {
  const peers = new Map([40, 90, 20].map((ms, index) => [index, { rtt: { srtt: ms } }]))
  return { stats: () => stats, health: () => HEALTH, catalog: () => ({ seq: 0, peers }) } as unknown as Discovery
}

const open: MetricsServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

async function serve(metrics = create()): Promise<MetricsServer> {
  const server = await serveMetrics(metrics, LOOPBACK, logger)
  open.push(server)
  return server
}

/** Fetch sets the Host header by itself, so this asks with one of our own. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const asked = request(url, { headers: { host } }, (response) => {
      response.resume()
      done(response.statusCode)
    })
    asked.on('error', fail)
    asked.end()
  })
}

describe('metrics', () => {
  it('tell of nothing joined', async () => {
    const text = await create().text()
    expect(text).toContain('peerscope_info{version="1.2.3"')
    expect(text).toContain('peerscope_network_state{state="none"} 1')
    expect(text).toContain('peerscope_syncs_total{outcome="failed"} 0')
    expect(text).toContain('peerscope_dials_total 0')
  })

  it('tell of peers by state, events by kind, syncs, refusals by reason, bytes and RTT', async () => {
    const metrics = create()
    metrics.follow({
      discovery: () => discovery(),
      state: () => 'online',
      peers: () => ['online', 'online', 'purged'],
      storePath: null,
      alerts: () => [],
    })
    const peerId = peerIdAt(1)
    metrics.event({ kind: 'NeighborUp', peerId })
    metrics.event({ kind: 'SyncCompleted', peerId, received: 1, sent: 1, bytes: 500, durationMs: 1 })
    metrics.event({ kind: 'SyncFailed', peerId, reason: 'x', retryInMs: null })
    // Asked twice: nothing is counted twice.
    await metrics.text()
    const lines = (await metrics.text()).split('\n')
    for (const line of [
      'peerscope_network_state{state="online"} 1',
      'peerscope_network_state{state="none"} 0',
      'peerscope_peers{state="online"} 2',
      'peerscope_peers{state="purged"} 1',
      'peerscope_peers{state="departed"} 0',
      'peerscope_events_total{kind="NeighborUp"} 1',
      'peerscope_syncs_total{outcome="completed"} 1',
      'peerscope_syncs_total{outcome="failed"} 1',
      'peerscope_sync_bytes_total 500',
      'peerscope_refused_total{reason="BadSignature"} 7',
      'peerscope_refused_total{reason="strange \\"reason\\"\\n"} 8',
      'peerscope_gossip_bytes_total{direction="in"} 100',
      'peerscope_stream_bytes_total{direction="out"} 2000',
      'peerscope_catalog_bytes 3000',
      'peerscope_dials_total 6',
      'peerscope_neighbors 4',
      'peerscope_rtt_median_seconds 0.04',
      'peerscope_timer_delay_seconds 0.01',
      'peerscope_last_heard_timestamp_seconds 2',
    ])
      expect(lines).toContain(line)
    expect(lines.filter((line) => line.startsWith('nodejs_eventloop_lag_p99_seconds'))).toHaveLength(1)
  })

  it('tell the state in the words of the window, also where everybody said goodbye', async () => {
    const metrics = create()
    const { monitor } = testMonitor({ metrics })
    monitor.view.setStatus({ ...fakeStatus(1, 0), state: 'deserted' })
    const text = await metrics.text()
    expect(text).toContain('peerscope_network_state{state="deserted"} 1')
    expect(text).toContain('peerscope_network_state{state="lost"} 0')
    await monitor.close()
  })

  it('tell it of a node without a window by what it told', () => {
    const goodbyes = new Goodbyes()
    const [ann, bob] = [peerIdAt(1), peerIdAt(2)]
    const version = { startedAt: 1, updatedAt: 1 }
    const lost = (...others: readonly false[]) =>
      goodbyes.stateOf({ state: 'lost' }, [{ self: true }, ...others.map((self) => ({ self }))])
    const states = ['starting', 'alone', 'online', 'stopped'] as const
    expect(states.map((state) => goodbyes.stateOf({ state }, []))).toEqual(['joining', 'alone', 'online', 'none'])
    goodbyes.take({ kind: 'PeerDeparted', peerId: ann, reason: 'graceful', version })
    goodbyes.take({ kind: 'NeighborDown', peerId: ann })
    expect([lost(), lost(false)]).toEqual(['deserted', 'lost'])
    goodbyes.take({ kind: 'NeighborDown', peerId: bob })
    goodbyes.take({ kind: 'PeerDeparted', peerId: bob, reason: 'purged', version })
    expect(lost()).toBe('lost')
    // One that came back and went silent said no goodbye.
    goodbyes.take({ kind: 'PeerDiscovered', peerId: ann, source: 'gossip', version, tags: [], addresses: [] })
    goodbyes.take({ kind: 'NeighborDown', peerId: ann })
    expect(lost()).toBe('lost')
  })

  it("hold libp2p's own, of the node that runs, and each name once", async () => {
    const metrics = create()
    const { monitor } = testMonitor({ metrics })
    for (const network of ['metrics-one', 'metrics-two']) {
      await monitor.join({ network })
      const text = await metrics.text()
      expect(text).toMatch(/^libp2p_transport_manager_listeners [1-9]/m)
      expect(text).toContain('peerscope_network_state{state="alone"} 1')
      expect(text).toContain('peerscope_events_total{kind="NetworkJoined"}')
      const names = text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? [])
      expect(names.length).toBeGreaterThan(50)
      expect(new Set(names).size).toBe(names.length)
      await monitor.leave()
    }
    expect(await metrics.text()).toContain('peerscope_network_state{state="none"} 1')
    await monitor.close()
  })

  it('are of one run: two of them know nothing of each other', async () => {
    const [one, two] = [create(), create()]
    one.event({ kind: 'NeighborUp', peerId: peerIdAt(1) })
    expect(await two.text()).not.toContain('NeighborUp')
  })
})

describe('the endpoint', () => {
  it('answers GET /metrics and nothing else', async () => {
    const { url } = await serve()
    const answer = await fetch(url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await answer.text()).toContain('# TYPE peerscope_peers gauge')
    expect((await fetch(`${url}?x=1`)).status).toBe(200)
    expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404)
    expect((await fetch(`${url}/x`)).status).toBe(404)
    const posted = await fetch(url, { method: 'POST', body: 'x' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it.each([
    ['GET // HTTP/1.1', 404],
    ['GET http://evil.example/metrics HTTP/1.1', 400],
    ['GET * HTTP/1.1', 400],
    ['GET /% HTTP/1.1', 404],
    ['CONNECT evil.example:443 HTTP/1.1', 405],
    ['BREW /metrics HTTP/1.1', 400],
    ['GET /metrics HTTP/1.0', 403],
    ['GET /metrics HTTP/1.1\r\nHost: 127.0.0.1', 403],
    ['GET /metrics HTTP/1.1\r\nContent-Length: 1000000000', 400],
    [`GET /metrics HTTP/1.1\r\nX: ${'y'.repeat(1024 * 1024)}`, 431],
  ])('refuses what is none of its business (%#), and logs nothing of it', async (head, status) => {
    const { url } = await serve()
    const { host, port } = new URL(url)
    logged.length = 0
    const answer = await new Promise<string>((resolve) => {
      let said = ''
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(`${head}\r\n${head.includes('HTTP/1.0') ? '' : `Host: ${host}\r\n`}Connection: close\r\n\r\n`)
      })
      socket.on('data', (part: Buffer) => (said += part.toString('latin1')))
      socket.on('error', () => undefined).on('close', () => resolve(said))
    })
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(logged).toEqual([])
  })

  it('refuses who reaches it by a name that somebody else chose', async () => {
    const { url } = await serve()
    const { host, port } = new URL(url)
    expect(await statusFor(url, host)).toBe(200)
    expect(await statusFor(url, `localhost:${port}`)).toBe(200)
    expect(await statusFor(url, `[::1]:${port}`)).toBe(200)
    expect(await statusFor(url, `rebound.example:${port}`)).toBe(403)
  })

  it('says so where the port is taken, and closes twice', async () => {
    const server = await serve()
    const { url } = server
    const port = Number(new URL(url).port)
    await expect(serveMetrics(create(), { host: '127.0.0.1', port }, logger)).rejects.toThrow(ListenFailed)
    await expect(serveMetrics(create(), { host: '192.0.2.1', port: 0 }, logger)).rejects.toThrow(/cannot be served/)
    await server.close()
    await server.close()
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it.each([
    ['127.0.0.1:9464', '127.0.0.1', 9464],
    ['9464', '127.0.0.1', 9464],
    ['[::1]:0', '::1', 0],
    ['localhost:80', 'localhost', 80],
  ])('is given as %s', (text, host, port) => {
    expect(parseEndpoint(text)).toEqual({ host, port })
  })

  it.each([
    '',
    ':',
    'x',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:70000',
    'example.org:80',
    '::1:80',
    '1.2.3:80',
    '127.0.0.1:9x',
  ])('is not given as %j', (text) => {
    expect(() => parseEndpoint(text)).toThrow(/write 127\.0\.0\.1:9464/)
  })
})

describe('the cost', () => {
  const rig = () => {
    const state = { now: 0, cpu: 0, stats: STATS as DiscoveryStats | null, measured: false, late: NaN }
    const timers: { at: number; fn: () => void }[] = []
    const schedule = (ms: number, fn: () => void) => {
      const timer = { at: state.now + ms, fn }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    }
    const pass = (ms: number) => {
      state.now += ms
      for (const { fn } of timers.filter(({ at }) => at <= state.now)) fn()
    }
    const meter = new CostMeter({
      clock: { now: () => 1000 + state.now, monotonic: () => state.now, schedule },
      stats: () => state.stats,
      storePath: null,
      delay: {
        enable: () => (state.measured = true),
        disable: () => (state.measured = false),
        reset: () => (state.late = NaN),
        percentile: () => state.late * 1e6,
      },
      process: {
        cpuUsage: () => ({ user: state.cpu, system: 0 }),
        memoryUsage: Object.assign(() => ({ rss: 5, heapUsed: 3, heapTotal: 4, external: 0, arrayBuffers: 0 }), {
          rss: () => 5,
        }),
        uptime: () => 12,
      },
    })
    return { state, meter, pass }
  }

  it('measures the event loop for those who look, and half a minute longer', () => {
    const { state, meter, pass } = rig()
    expect(state.measured).toBe(false)
    expect(meter.look().loopDelayMs).toBe(null)
    pass(2000)
    state.late = 24.56
    expect(meter.look().loopDelayMs).toBe(4.6)
    // Each look begins the half minute again, and forgets what the one before saw.
    pass(29_999)
    expect([state.measured, meter.look().loopDelayMs]).toEqual([true, null])
    pass(29_999)
    state.late = 12
    expect([state.measured, meter.look().loopDelayMs]).toEqual([true, 0])
    pass(30_000)
    expect([state.measured, meter.look().loopDelayMs]).toEqual([false, null])
    meter.close()
    expect(state.measured).toBe(false)
  })

  it('is that since the look before', () => {
    const { state, meter } = rig()
    state.now = 2000
    state.cpu = 500_000
    state.stats = { ...STATS, gossipBytesIn: 2100, streamBytesOut: 6000 }
    expect(meter.look()).toMatchObject({
      at: 3000,
      uptimeMs: 12_000,
      cpuPercent: 25,
      memoryBytes: 5,
      heapBytes: 3,
      bytesIn: 3100,
      bytesOut: 6200,
      inPerSecond: 1000,
      outPerSecond: 2000,
      dials: 6,
      storeBytes: null,
    })
    meter.close()
  })

  it('is the same for those who ask at once, and no rate is negative after another network was joined', () => {
    const { state, meter } = rig()
    state.now = 2000
    const first = meter.look()
    state.now = 2900
    state.cpu = 9_000_000
    expect(meter.look()).toBe(first)
    state.now = 4000
    state.stats = null
    expect(meter.look()).toMatchObject({ bytesIn: 0, inPerSecond: 0, dials: 0 })
    meter.close()
  })

  it('counts no file that is not there', () => {
    expect(storeBytes('/nowhere/at/all.db')).toBe(0)
    expect(storeBytes(null)).toBe(null)
    expect(storeBytes(import.meta.filename)).toBeGreaterThan(1000)
  })
})

describe('the flag', () => {
  const cli = async (...argv: string[]): Promise<{ code: number; said: string }> => {
    let said = ''
    const io = {
      out: (text: string) => void (said += text),
      err: (text: string) => void (said += text),
      lines: () => null,
      endInput: () => undefined,
      env: {},
      interactive: false,
      stop: AbortSignal.abort(),
    }
    return { code: await run(argv, io), said }
  }

  it.each(['node', 'serve'])('of %s is refused where it cannot be meant', async (command) => {
    const { code, said } = await cli(command, '--network', 'n', '--metrics', 'example.org')
    expect([code, said]).toEqual([2, expect.stringContaining('such as 127.0.0.1:9464')])
    expect((await cli(command, '--network', 'n', '--log-level', 'loud')).code).toBe(2)
  })

  it.each(['node', 'serve'])('of %s fails before anything is joined where the port is taken', async (command) => {
    const { host } = new URL((await serve()).url)
    const { code, said } = await cli(command, '--network', 'n', '--metrics', host, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(said)).toMatchObject({ event: 'error', code: 'ListenFailed' })
  })
})
