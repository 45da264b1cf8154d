import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiscoveryEvent } from '../src/shared/events.ts'
import type { PeerId } from '../src/shared/ids.ts'
import { networkIdFrom, peerIdOf, uniqueIdFrom } from '../src/shared/ids.ts'
import { nickname } from '../src/shared/nickname.ts'
import { DATABASE_FILE } from '../src/main/store/data-dir.ts'
import { openStoreReadOnly } from '../src/main/store/read-only.ts'
import { openStore } from '../src/main/store/store.ts'
import type { Schedule, Store, StoredPeer } from '../src/main/store/types.ts'
import { SeededRandom } from '../test/sim/random.ts'
import { exportAll } from './store/exports.ts'
import { pastAsShown, ShownJournal } from './store/journal.ts'
import { printTable, progress } from './table.ts'
import { keyOf } from '../test/support/networks.ts'

const NETWORK = networkIdFrom('bench')
const DAY = 24 * 3_600_000
/** The log covers so much time, with which the clock of the store goes. */
const SPAN_MS = 20 * DAY
const END = Date.UTC(2026, 0, 31)
/** Timers of at most this delay are the sweeper's, milliseconds; those of writing are longer. */
const SWEEP_DELAY_MS = 50

type Row = [what: string, times: number, median: number, worst: number, unit: string, result: string]

/**
 * A store with many events and peers: how long what a user does takes, how large the file is, and how long the work in
 * the background stops everything. Arguments: events (1,000,000) and peers (50,000).
 */
export async function store(args: readonly string[]): Promise<void> {
  const events = Number(args[0] ?? 1_000_000)
  const peers = Number(args[1] ?? 50_000)
  const folder = mkdtempSync(join(tmpdir(), 'peerscope-bench-'))
  try {
    await measure(join(folder, DATABASE_FILE), new Filler(events, peers), folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(path: string, filler: Filler, folder: string): Promise<void> {
  const rows: Row[] = []
  const timers = new Timers()
  const open = (): Store => openStore({ path, now: () => filler.now, schedule: timers.schedule })
  const add = (what: string, times: number, run: (n: number) => unknown): void => {
    const taken: number[] = []
    let result: unknown
    for (let n = 0; n < times; n++) {
      const from = performance.now()
      result = run(n)
      taken.push(performance.now() - from)
    }
    rows.push([what, times, ...medianAndWorst(taken), 'ms', String(result)])
  }

  const filled = open()
  const from = performance.now()
  await filler.fill(filled)
  const fillMs = performance.now() - from
  await timers.idle()
  rows.push([
    'write an event with all beside it',
    filler.events,
    (fillMs / filler.events) * 1000,
    0,
    'µs',
    `${Math.round(fillMs / 1000)} s`,
  ])
  rows.push(['background step while filling', timers.steps.length, ...medianAndWorst(timers.steps), 'ms', ''])
  filled.close()
  const { size } = statSync(path)

  let opened = open()
  add('open the store, first page of the timeline', 5, () => {
    opened.close()
    opened = open()
    return opened.eventsPage({ networkKey: keyOf(NETWORK), limit: 100 }).events.length
  })
  add('open for reading only, the same', 5, () => {
    const reader = openStoreReadOnly(path)
    const { events } = reader.eventsPage({ networkKey: keyOf(NETWORK), limit: 100 })
    reader.close()
    return events.length
  })
  timeline(opened, filler, add)
  search(opened, filler, add)
  const moments = new SeededRandom(7)
  const steps: number[] = []
  add('rebuild a past moment', 20, () => {
    const found = opened.catalogAt(keyOf(NETWORK), END - moments.below(SPAN_MS))
    for (;;) {
      const from = performance.now()
      const step = found.next()
      steps.push(performance.now() - from)
      if (step.done === true) return `${step.value.length} peers`
    }
  })
  rows.push(await pastAsShown(opened, keyOf(NETWORK), END - moments.below(SPAN_MS)))
  rows.push(['its steps, between which others have a turn', steps.length, ...medianAndWorst(steps), 'ms', ''])
  add('all peers, 500 a page', 3, () => {
    let count = 0
    for (let after: number | null = null; ;) {
      const page = opened.peersPage(keyOf(NETWORK), after, 500)
      count += page.peers.length
      if (page.next === null) return count
      after = page.next
    }
  })
  add(
    'a page of 100 sessions',
    20,
    () => opened.sessionsPage({ networkKey: keyOf(NETWORK), limit: 100 }).sessions.length,
  )
  add('sessions of a day, a week ago', 20, () => {
    const span = { from: END - 8 * DAY, to: END - 7 * DAY }
    return opened.sessionsPage({ networkKey: keyOf(NETWORK), ...span, limit: 100 }).sessions.length
  })
  add('statistics', 5, () => `${opened.stats(null).rows.events} events`)
  for await (const { name, ms, longestMs, bytes } of exportAll(
    opened,
    { kind: 'peerscope', id: NETWORK, name: 'bench' },
    END,
  ))
    rows.push([name, 1, ms, longestMs, 'ms', megabytes(bytes)])
  add('a thousand peers depart', 5, (n) => {
    const gone = filler.ids.slice(n * 1000, (n + 1) * 1000)
    const version = { startedAt: 1, updatedAt: 1 }
    for (const peerId of gone) {
      opened.append(keyOf(NETWORK), END, { kind: 'PeerDeparted', peerId, reason: 'purged', version })
      opened.sessionEnded(keyOf(NETWORK), peerId, END, 'purged')
      opened.peerGone(keyOf(NETWORK), peerId, 'purged', 'purged')
    }
    opened.flush()
    return gone.length
  })
  await backUp(opened, join(folder, 'copy.db'), rows)
  await sweep(opened, filler, timers, rows)
  opened.close()

  printTable(['what', 'times', 'median', 'worst', 'unit', 'last result'], rows, {
    figures: ['median', 'worst'],
  })
  console.log('\nof an export the median is the whole, the worst the longest that nothing else had a turn')
  console.log(`file: ${megabytes(size)} before sweeping, ${megabytes(statSync(path).size)} after it`)
}

/** What a peer says about itself. */
type Announcement = Omit<Extract<DiscoveryEvent, { kind: 'PeerDiscovered' }>, 'kind'>

type Add = (what: string, times: number, run: (n: number) => unknown) => void

function timeline(opened: Store, filler: Filler, add: Add): void {
  const before = (n: number): number => Math.ceil((filler.events * (n + 1)) / 21)
  const page = { networkKey: keyOf(NETWORK), limit: 100 }
  add('a page of the timeline, anywhere', 20, (n) => opened.eventsPage({ ...page, before: before(n) }).events.length)
  add('the same, of two rare kinds', 20, (n) => {
    return opened.eventsPage({ ...page, before: before(n), kinds: ['DialFailed', 'PeerDeparted'] }).events.length
  })
  add('the same, of one peer', 20, (n) => opened.eventsPage({ ...page, peerId: filler.ids[n] }).events.length)
  add('all events, oldest first, 1000 a page', 1, () => {
    let count = 0
    for (let after = 0; ;) {
      const { events, more } = opened.eventsAfter({ networkKey: keyOf(NETWORK), after, limit: 1000 })
      count += events.length
      if (!more) return count
      after = events.at(-1)?.seq ?? 0
    }
  })
  add('an hour of events, a week ago', 20, (n) => {
    const to = END - 7 * DAY - n * 3_600_000
    return opened.eventsAfter({ networkKey: keyOf(NETWORK), from: to - 3_600_000, to, limit: 1000 }).events.length
  })
}

function search(opened: Store, filler: Filler, add: Add): void {
  const find = (text: string): string => {
    const { peers, events } = opened.search(keyOf(NETWORK), text, { limit: 50 })
    return `${peers.length} peers, ${events.length} events`
  }
  const ids = filler.ids
  const id = (n: number): PeerId => ids[(n * 37) % ids.length] ?? peerIdOf(new Uint8Array(32))
  add('search an id', 20, (n) => find(id(n)))
  add('search a nickname', 20, (n) => find(nickname(id(n))))
  add('search a word that many have', 20, () => find('role:relay'))
  add('search two words', 20, (n) => find(`${nickname(id(n)).split(' ')[0] ?? ''} departed`))
  add('search an address', 20, (n) => find(`10.${n}.7`))
  add('search the beginning of a word', 20, (n) => find(['re', 'zo', 'tim', 'am', 'ota'][n % 5] ?? ''))
  add('search one letter', 20, (n) => find('1rzetp'[n % 6] ?? ''))
  add('search what nobody has', 20, () => find('nonsense'))
}

async function backUp(opened: Store, to: string, rows: Row[]): Promise<void> {
  const gaps: number[] = []
  const from = performance.now()
  let before = from
  await opened.backup(
    to,
    () => {
      gaps.push(performance.now() - before)
      before = performance.now()
    },
    new AbortController().signal,
  )
  const tookMs = performance.now() - from
  rows.push([
    'copy the database: one turn',
    gaps.length,
    ...medianAndWorst(gaps),
    'ms',
    `${Math.round(tookMs)} ms in all`,
  ])
  rmSync(to)
}

/** Half of the history gets too old. */
async function sweep(opened: Store, filler: Filler, timers: Timers, rows: Row[]): Promise<void> {
  await timers.idle()
  timers.steps.length = 0
  const from = performance.now()
  opened.setRetention({ maxAgeMs: SPAN_MS / 2, maxBytes: 2 * 1024 ** 3 })
  progress('sweeping')
  await timers.idle(() => progress(`sweeping: ${opened.stats(null).rows.events} of ${filler.events} events left`))
  progress('')
  const tookS = Math.round((performance.now() - from) / 1000)
  rows.push([
    'sweep step, half of the history',
    timers.steps.length,
    ...medianAndWorst(timers.steps),
    'ms',
    `${tookS} s in all`,
  ])
  const sorted = timers.steps.toSorted((a, b) => a - b)
  const over = sorted.filter((ms) => ms > 10).length
  rows.push([
    'sweep step, all but one in a thousand',
    over,
    sorted[Math.floor(sorted.length * 0.999)] ?? 0,
    sorted.at(-1) ?? 0,
    'ms',
    `${over} over 10 ms`,
  ])
}

/** The store's timers, for real, with the time that each of the sweeper's takes. */
class Timers {
  readonly steps: number[] = []
  #waiting = 0

  readonly schedule: Schedule = (delayMs, fn) => {
    const sweeps = delayMs <= SWEEP_DELAY_MS
    if (sweeps) this.#waiting += 1
    const timer = setTimeout(
      () => {
        const from = performance.now()
        fn()
        if (!sweeps) return
        this.#waiting -= 1
        this.steps.push(performance.now() - from)
      },
      sweeps ? 1 : delayMs,
    )
    return () => {
      clearTimeout(timer)
      if (sweeps) this.#waiting -= 1
    }
  }

  /** Resolves when the sweeper rests. */
  async idle(eachSecond: () => void = () => undefined): Promise<void> {
    for (let turn = 0; this.#waiting > 0; turn++) {
      if (turn % 50 === 0) eachSecond()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

/** Writes what a large network would: peers come, announce themselves, change and leave, and some things fail. */
class Filler {
  readonly events: number
  readonly ids: readonly PeerId[]
  now = END - SPAN_MS
  readonly #random = new SeededRandom(1)
  readonly #present = new Map<number, number>()
  #shown: ShownJournal | null = null

  constructor(events: number, peers: number) {
    this.events = events
    this.ids = Array.from({ length: peers }, () => peerIdOf(this.#random.bytes(32)))
  }

  async fill(to: Store): Promise<void> {
    to.networkJoined({ kind: 'peerscope', id: NETWORK, name: 'bench', bootstrap: [], tags: [], at: this.now })
    to.append(keyOf(NETWORK), this.now, {
      kind: 'NetworkJoined',
      peerId: peerIdOf(new Uint8Array(32)),
      networkId: NETWORK,
      addresses: [],
    })
    this.#shown = new ShownJournal(to, keyOf(NETWORK), () => this.now)
    for (let n = 2; n <= this.events; n++) {
      this.now = END - SPAN_MS + Math.floor((SPAN_MS * n) / this.events)
      this.#one(to, n)
      // The store's own timers have their turn.
      if (n % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
      if (n % 20_000 === 0) progress(`filling: ${n} of ${this.events} events`)
    }
    this.#shown.end()
    to.flush()
    progress('')
  }

  #one(to: Store, n: number): void {
    const peer = this.#random.below(this.ids.length)
    this.#shown?.pass()
    const peerId = this.ids[peer]
    if (peerId === undefined) return
    const version = this.#present.get(peer)
    const choice = this.#random.below(100)
    if (version === undefined) {
      this.#present.set(peer, 0)
      const event = this.#event(peer, peerId, n)
      to.append(keyOf(NETWORK), this.now, { kind: 'PeerDiscovered', ...event })
      const stored = this.#stored(peer, peerId, event)
      this.#shown?.put(stored)
      to.putPeer(keyOf(NETWORK), stored)
      to.recordVersion(keyOf(NETWORK), peerId, { version: event.version, at: this.now, source: event.source })
      to.sessionStarted(keyOf(NETWORK), peerId, this.now, event.version, event.source)
    } else if (choice < 85) {
      if (choice === 0) this.#present.set(peer, version + 1)
      const event = this.#event(peer, peerId, n)
      to.append(keyOf(NETWORK), this.now, { kind: 'PeerUpdated', ...event, changed: choice === 0 ? ['tags'] : [] })
      to.recordVersion(keyOf(NETWORK), peerId, { version: event.version, at: this.now, source: event.source })
      const ms = choice < 20 ? this.#random.below(20_000) / 100 : null
      if (ms !== null) to.recordRtt(keyOf(NETWORK), peerId, { at: this.now, ms })
      this.#shown?.update(peerId, event, ms)
    } else if (choice < 90) {
      this.#present.delete(peer)
      const reason = choice < 88 ? 'purged' : 'graceful'
      to.append(keyOf(NETWORK), this.now, {
        kind: 'PeerDeparted',
        peerId,
        reason,
        version: { startedAt: 1, updatedAt: n },
      })
      to.sessionEnded(keyOf(NETWORK), peerId, this.now, reason)
      this.#shown?.change(peerId, { state: reason === 'graceful' ? 'departed' : 'purged' })
    } else to.append(keyOf(NETWORK), this.now, this.#diagnostic(choice, peer, peerId))
  }

  #diagnostic(choice: number, peer: number, peerId: PeerId): DiscoveryEvent {
    if (choice < 94) return { kind: choice % 2 === 0 ? 'NeighborUp' : 'NeighborDown', peerId }
    if (choice < 97)
      return { kind: 'SyncCompleted', peerId, received: peer % 90, sent: 3, bytes: peer * 7, durationMs: 5 }
    return { kind: 'DialFailed', target: `${addressOf(peer)}/p2p/${peerId}`, reason: `timed out after ${choice} s` }
  }

  #event(peer: number, peerId: PeerId, n: number): Announcement {
    const roles = ['beacon', 'relay', 'archive', 'worker']
    return {
      peerId,
      source: 'gossip',
      version: { startedAt: END - SPAN_MS + peer, updatedAt: this.now + (n % 7) },
      tags: [`role:${roles[peer % 4] ?? ''}`, `turn:${this.#present.get(peer) ?? 0}`, `zone:eu-${peer % 9}`],
      addresses: [addressOf(peer)],
    }
  }

  #stored(peer: number, peerId: PeerId, event: Announcement): StoredPeer {
    return {
      ...event,
      peerId,
      state: 'online',
      departureReason: null,
      protocolVersion: '1.0.0',
      streams: [uniqueIdFrom(`stream ${peer % 50}`)],
      functions: [],
      groups: [],
      ticketCount: 0,
      firstSeen: this.now,
      lastSeen: this.now,
      rtt: null,
      signed: { entry: this.#random.bytes(220), signature: this.#random.bytes(64) },
    }
  }
}

function addressOf(peer: number): string {
  return `/ip4/10.${(peer >> 8) & 255}.${peer & 255}.7/tcp/${4000 + (peer % 1000)}`
}

function medianAndWorst(times: readonly number[]): [median: number, worst: number] {
  const sorted = times.toSorted((a, b) => a - b)
  return [sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0]
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}
