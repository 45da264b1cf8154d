import { AsyncIteratorClass } from '@orpc/client'
import type { AlertRule, RuleNow } from '../../../src/shared/alerts.ts'
import { alertRuleSchema } from '../../../src/shared/alerts.ts'
import { NO_BOOTSTRAP } from '../../../src/shared/bootstrap.ts'
import { APP_CONFIG, resolveConfig } from '../../../src/shared/config.ts'
import { DHT_OFF } from '../../../src/shared/dht.ts'
import type { ContractRouterClient } from '@orpc/contract'
import type {
  Contract,
  CrawlMessage,
  PastPart,
  PastPicture,
  PeerNote,
  Settings,
  Snapshot,
  TopologyPart,
  ViewMessage,
  WorkMessage,
} from '../../../src/shared/contract.ts'
import { ENTRY_CHECKS } from '../../../src/shared/entry-check.ts'
import { NotJoined, UnknownPeer } from '../../../src/shared/errors.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { REACHABILITY_OFF } from '../../../src/shared/reachability.ts'
import { ALL_ASKED } from '../../../src/shared/topology.ts'
import type { RowsMessage } from '../../../src/shared/reports.ts'
import { FAKE_VERDICT } from './fake-health.ts'
import { fakeAsk, fakeCompare } from './fake-compare.ts'
import { fakeCounts, fakePage } from './fake-events.ts'
import { FAKE_KINDS, fakeNames } from './fake-names.ts'
import { fakeDetail, peerIdAt } from './fake-network.ts'
import { NOTHING_VERIFIED } from './fake-snapshots.ts'
import { fakeStored } from './fake-stored.ts'

/** The calls that a test double must have: one that is missing does not compile. */
export type FakeClient = ContractRouterClient<Contract>

/** A double of the engine: tests push view messages and look at the calls. */
export interface FakeApi {
  readonly client: FakeClient
  /** Names of the calls that were made, in order. */
  readonly calls: string[]
  /** Sends a message to the open view streams. */
  push(message: ViewMessage): void
  /** Ends or breaks the open view streams. */
  cut(error?: Error): void
  /** How many view streams are open. */
  readonly open: number
}

/** A queue of view messages that one reader takes from until it ends. */
class Feed {
  readonly #waiting: ViewMessage[] = []
  #wake: (() => void) | null = null
  #ended = false
  #error: Error | null = null

  put(message: ViewMessage): void {
    this.#waiting.push(message)
    this.#wake?.()
  }

  end(error: Error | null): void {
    this.#ended = true
    this.#error = error
    this.#wake?.()
  }

  async take(): Promise<IteratorResult<ViewMessage, undefined>> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const value = this.#waiting.shift()
    if (value !== undefined) return { done: false, value }
    if (this.#error !== null) throw this.#error
    return { done: true, value: undefined }
  }
}

export function partsOf<Part>(parts: Part[]): AsyncIteratorClass<Part, undefined, void> {
  return new AsyncIteratorClass<Part, undefined, void>(
    async () => {
      const value = parts.shift()
      return value === undefined ? { done: true, value: undefined } : { done: false, value }
    },
    async () => undefined,
  )
}

/** A past picture; one of a time when we were in the network, unless it says otherwise. */
type FakePicture = Omit<PastPicture, keyof typeof UNTOLD> & Partial<Pick<PastPicture, keyof typeof UNTOLD>>
const UNTOLD = { loss: null, deserted: false, alone: false, stall: null, parted: null, nearest: null }
/** A past picture in parts, as the engine makes them. */
export function pictureOf({ peers, edges, ...moment }: FakePicture): AsyncIteratorClass<PastPart, undefined, void> {
  const parts = Array.from({ length: Math.ceil(Math.max(peers.length, edges.length) / 1000) }, (_, index): PastPart => {
    const [from, to] = [index * 1000, (index + 1) * 1000]
    return { kind: 'rows', peers: peers.slice(from, to), edges: edges.slice(from, to) }
  })
  return partsOf<PastPart>([...parts, { kind: 'done', ...UNTOLD, ...moment }])
}

/** Work that is done at once. */
export function workOf<Result>(result: Result): AsyncIteratorClass<WorkMessage<Result>, undefined, void> {
  return partsOf<WorkMessage<Result>>([{ kind: 'done', result }])
}

/** A double that answers from `snapshot`. `overrides` replaces whole groups of calls. */
export function createFakeApi(snapshot: () => Snapshot, overrides: Partial<FakeClient> = {}): FakeApi {
  const calls: string[] = []
  const feeds = new Set<Feed>()
  let settings: Settings = {
    theme: 'system',
    listen: ['/ip4/0.0.0.0/tcp/0'],
    tags: ['role:observer'],
    config: APP_CONFIG,
    dht: true,
    mdns: true,
    upnp: true,
    relays: true,
    retention: { days: 30, mebibytes: 2048 },
    updates: 'ask',
  }
  let rules: readonly AlertRule[] = []
  const notes = new Map<PeerId, PeerNote>()
  const client: FakeClient = {
    app: {
      info: async () => ({
        version: '0.1.0',
        host: 'web',
        dataDir: '/home/user/.local/share/peerscope',
        node: 'Node 24',
        platform: 'linux x64',
        initialNetwork: null,
        initialKind: 'peerscope',
        dht: 'setting',
        overridden: { listen: null, config: {} },
        kinds: FAKE_KINDS,
      }),
      cost: async () => ({
        at: 1_750_000_000_000,
        uptimeMs: 3_600_000,
        cpuPercent: 2.4,
        memoryBytes: 148_000_000,
        heapBytes: 61_000_000,
        loopDelayMs: 1.2,
        bytesIn: 4_200_000,
        bytesOut: 1_900_000,
        inPerSecond: 3100,
        outPerSecond: 1400,
        dials: 18,
        syncsRunning: 1,
        storeBytes: 12_400_000,
      }),
      diagnostics: async () => {
        throw new NotJoined('a double has nothing to tell')
      },
    },
    network: {
      join: async ({ network }) => {
        calls.push(`join ${network}`)
        return snapshot().status
      },
      leave: async () => {
        calls.push('leave')
        return { state: 'none' }
      },
      recent: async () => {
        const { status } = snapshot()
        if (!('self' in status)) return []
        const chosen = { bootstrap: [], tags: [], relay: 'off', entryVersion: null } as const
        return [
          { ...status.network, ...chosen, lastJoinedAt: status.joinedAt, knownPeers: 128, end: null, endedLost: false },
        ]
      },
      forget: async ({ network }) => {
        calls.push(`forget ${network}`)
      },
      story: async (wish) => void calls.push(`story ${'seen' in wish ? `seen ${wish.seen}` : wish.chapter}`),
      demo: async () => {
        calls.push('demo')
        return snapshot().status
      },
    },
    view: {
      subscribe: async (_input, options) => {
        calls.push('subscribe')
        const feed = new Feed()
        feeds.add(feed)
        options?.signal?.addEventListener('abort', () => feed.end(null))
        feed.put(snapshot())
        return new AsyncIteratorClass(
          () => feed.take(),
          async () => {
            feeds.delete(feed)
          },
        )
      },
    },
    peers: {
      detail: async ({ peerId }) => {
        const row = snapshot().peers.find((one) => one.peerId === peerId)
        if (row === undefined) throw new UnknownPeer('no such peer')
        return fakeDetail(row, row.lastSeen)
      },
      dial: async ({ addresses }) => {
        calls.push(`dial ${addresses.join(' ')}`)
        return []
      },
      sync: async ({ peerId }) => {
        calls.push(`sync ${peerId}`)
        return { received: 12, sent: 3, bytes: 8200, durationMs: 84 }
      },
      ping: async ({ peerId }) => {
        calls.push(`ping ${peerId}`)
        return { rttMs: 41.2 }
      },
      verify: async ({ peerId }) => {
        calls.push(`verify ${peerId}`)
        const checks = ENTRY_CHECKS.map((check) => ({ check, outcome: 'passed' as const, reason: '' }))
        return { at: 1_750_000_000_000, holds: true, from: 'catalog', version: null, checks }
      },
    },
    bootstrap: {
      slots: async () => DHT_OFF,
      forget: async ({ address }) => {
        calls.push(`forget ${address}`)
        return true
      },
      status: async () => ({
        ...NO_BOOTSTRAP,
        joined: true,
        given: [],
        reachability: REACHABILITY_OFF,
        at: 1_750_000_000_000,
      }),
    },
    identity: {
      show: async () => ({ peerId: snapshot().peers.find(({ self }) => self)?.peerId ?? null, kept: 'database' }),
      backup: async () => {
        calls.push('identity.backup')
        return { peerId: snapshot().peers[0]?.peerId ?? peerIdAt(0), secret: '00'.repeat(32) }
      },
      replace: async ({ replaces }) => {
        calls.push(`identity.replace ${replaces}`)
        return { peerId: peerIdAt(999), kept: 'database' }
      },
    },
    self: {
      addTags: async ({ tags }) => {
        calls.push(`addTags ${tags.join(' ')}`)
        return true
      },
      removeTags: async ({ tags }) => {
        calls.push(`removeTags ${tags.join(' ')}`)
        return true
      },
    },
    events: {
      page: async (query) => {
        calls.push(`page ${query.before ?? Number.POSITIVE_INFINITY}`)
        return fakePage(snapshot().events, query)
      },
    },
    ...fakeStored(snapshot),
    history: {
      sessions: async ({ peerId }) => {
        const row = snapshot().peers.find((one) => one.peerId === peerId)
        if (row === undefined) return { sessions: [], more: false }
        const { peerId: id, firstSeen, lastSeen } = row
        const span = lastSeen - firstSeen
        const sessions = [
          { id: 3, peerId: id, from: lastSeen - span * 0.3, to: null, reason: null },
          { id: 2, peerId: id, from: lastSeen - span * 0.7, to: lastSeen - span * 0.4, reason: 'purged' as const },
          { id: 1, peerId: id, from: firstSeen, to: firstSeen + span * 0.2, reason: 'graceful' as const },
        ]
        return { sessions, more: false }
      },
      search: async () => ({ peers: [], events: [], more: false }),
      note: async ({ peerId }) => notes.get(peerId) ?? null,
      notes: async () => [...notes].map(([peerId, note]) => ({ peerId, ...note })),
      setNote: async ({ peerId, note }) => {
        calls.push(`setNote ${peerId} ${note === null ? 'null' : note.name}`)
        if (note === null) notes.delete(peerId)
        else notes.set(peerId, note)
      },
      at: async ({ at }) => {
        calls.push(`at ${at}`)
        const { events, peers, edges } = snapshot()
        return pictureOf({ at, seq: events.find((event) => event.at <= at)?.seq ?? 0, peers, edges, edgesAt: at })
      },
      storage: async () => ({
        fileBytes: 1_000_000,
        freeBytes: 0,
        events: snapshot().events.length,
        peers: snapshot().peers.length,
        sessions: 0,
        oldestEvent: snapshot().events.at(-1)?.at ?? null,
      }),
      span: async () => ({ from: snapshot().events.at(-1)?.at ?? null, to: snapshot().events[0]?.at ?? null }),
      counts: async (query) => fakeCounts(snapshot().events, query),
    },
    names: fakeNames(),
    compare: fakeCompare(snapshot),
    topology: {
      ask: fakeAsk(calls),
      crawl: async () => {
        calls.push('crawl')
        const peers = snapshot().peers.length
        const progress = { asked: 0, waiting: peers, answered: 0, refused: 0, failed: 0, edges: 0, links: 0 }
        const rest = { notAsked: ALL_ASKED, strangers: 0, perSecond: 0, elapsedMs: 0 }
        const topology = { id: 1, at: 1_750_000_000_000, edgeCount: snapshot().edges.length }
        const messages: CrawlMessage[] = [
          { kind: 'progress', progress: { ...progress, ...rest } },
          {
            kind: 'done',
            progress: { ...progress, ...rest, asked: peers, waiting: 0, answered: peers, edges: 9, links: 4 },
            topology,
            ...FAKE_VERDICT,
          },
        ]
        return partsOf(messages)
      },
      list: async () => ({ topologies: [], more: false }),
      get: async () => partsOf<TopologyPart>([{ kind: 'done', topology: null }]),
      compare: async () => ({ cameCount: 0, wentCount: 0, same: 0, came: [], went: [] }),
    },
    exports: {
      file: async ({ format }) => {
        calls.push(`export ${format}`)
        if (snapshot().status.state === 'none') throw new NotJoined('join a network first')
        const total = snapshot().peers.length
        return partsOf([
          { done: 0, total, text: '{"peers":[' },
          { done: total, total, text: ']}' },
        ])
      },
      database: async () => partsOf([{ done: 0, total: 0, base64: '' }]),
    },
    snapshots: {
      begin: async () => ({ file: 'file-1' }),
      put: async ({ base64 }) => void calls.push(`put ${base64.length}`),
      drop: async ({ file }) => void calls.push(`drop ${file}`),
      verify: async () => workOf(NOTHING_VERIFIED),
      import: async () => workOf({ outcomes: {} }),
      look: async () => partsOf<RowsMessage>([{ kind: 'done' }]),
      at: async ({ at }) => pictureOf({ at, seq: 0, peers: [], edges: [], edgesAt: at }),
      events: async () => ({ events: [], next: null }),
      counts: async ({ query }) => fakeCounts([], query),
      series: async ({ query }) => await client.health.series(query),
      breakdown: async ({ query }) => await client.health.breakdown(query),
      whyPeer: async ({ peerId, at }) => await client.why.peer({ peerId, at }),
      whyNetwork: async ({ at }) => await client.why.network({ at }),
    },
    alerts: {
      rules: async () => rules,
      saveRule: async ({ rule }) => {
        const saved = alertRuleSchema.parse({ ...rule, id: rule.id ?? `rule-${rules.length}` })
        rules = [...rules.filter(({ id }) => id !== saved.id), saved]
        return saved
      },
      removeRule: async ({ id }) => {
        const removed = rules.find((rule) => rule.id === id) ?? null
        rules = rules.filter((rule) => rule.id !== id)
        return removed
      },
      list: async () => snapshot().alerts,
      dismiss: async ({ ids }) => void calls.push(`dismiss ${ids.join(' ')}`),
      clear: async () => void calls.push('clear'),
      test: async () => ({ webhook: 'none', reason: '' }),
      preview: async () => ({ now: { kind: 'peer-departed', holds: 1, of: 4 }, fired: 3, since: 0 }),
      now: async () => partsOf<RuleNow>([{ kind: 'peer-departed', holds: 1, of: 4 }]),
    },
    settings: {
      get: async () => settings,
      set: async ({ config, ...rest }) => {
        const given = JSON.parse(JSON.stringify({ ...config })) as Partial<Settings['config']>
        settings = {
          ...settings,
          ...JSON.parse(JSON.stringify(rest)),
          config: resolveConfig({ ...settings.config, ...given }),
        }
        return settings
      },
    },
    ...overrides,
  }
  return {
    client,
    calls,
    push: (message) => {
      for (const feed of feeds) feed.put(message)
    },
    cut: (error) => feeds.forEach((feed) => feed.end(error ?? null)),
    get open() {
      return feeds.size
    },
  }
}
