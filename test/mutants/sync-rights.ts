import type { Mutant } from './mutant.ts'

const INBOUND = 'src/main/discovery/sync/inbound.ts'
const EXCHANGES = 'src/main/discovery/core/exchanges.ts'
const REACTIONS = 'src/main/discovery/core/reactions.ts'
const SYNCS = 'src/main/discovery/sync/syncs.ts'
const NEW_NEIGHBOR = 'src/main/discovery/sync/new-neighbor.ts'
const FIRST_SIGHT = 'src/main/discovery/sync/first-sight.ts'
const TIMERS = 'src/main/discovery/core/timers.ts'

/** Syncs that peers begin, and whose goes on: rules BD7, BD9, WK3 and WK12. */
export const SYNC_RIGHTS: readonly Mutant[] = [
  {
    rule: 'BD7',
    name: 'two syncs a second of one peer are answered',
    file: INBOUND,
    find: 'const RATE = { perSecond: 1, burst: 10 }',
    replace: 'const RATE = { perSecond: 2, burst: 10 }',
  },
  {
    rule: 'BD7',
    name: 'eleven syncs at once of one peer are answered',
    file: INBOUND,
    find: 'const RATE = { perSecond: 1, burst: 10 }',
    replace: 'const RATE = { perSecond: 1, burst: 11 }',
  },
  {
    rule: 'BD7',
    name: 'nine syncs at once of one peer are answered',
    file: INBOUND,
    find: 'const RATE = { perSecond: 1, burst: 10 }',
    replace: 'const RATE = { perSecond: 1, burst: 9 }',
  },
  { rule: 'BD7', name: '33 syncs of others run', file: INBOUND, find: 'const MAX = 32', replace: 'const MAX = 33' },
  { rule: 'BD7', name: '31 syncs of others run', file: INBOUND, find: 'const MAX = 32', replace: 'const MAX = 31' },
  {
    rule: 'BD7',
    name: 'a sync makes room after 3 s of silence',
    file: INBOUND,
    find: 'const PATIENCE_MS = 2000',
    replace: 'const PATIENCE_MS = 3000',
  },
  {
    rule: 'BD7',
    name: 'a sync makes room after 1 s of silence',
    file: INBOUND,
    find: 'const PATIENCE_MS = 2000',
    replace: 'const PATIENCE_MS = 1000',
  },
  {
    rule: 'BD7',
    name: 'a sync makes room for one of the same peer',
    file: INBOUND,
    find: 'one.peerId === peerId || heardAt === null',
    replace: 'heardAt === null',
  },
  { rule: 'BD7', name: 'any silent sync makes room', file: INBOUND, find: 'before = heardAt\n', replace: '\n' },
  {
    rule: 'BD7',
    name: 'a sync that made room goes on',
    file: INBOUND,
    find: "this.#exchanges.callOff(silent, new SyncFailed('it made room for another sync'))",
    replace: '',
  },
  {
    rule: 'BD7',
    name: 'no sync makes room',
    file: INBOUND,
    find: 'if (silent === null) return false',
    replace: 'if (silent !== undefined) return false',
  },
  {
    rule: 'BD7',
    name: 'it is not noted when a peer said something',
    file: EXCHANGES,
    find: 'running.heardAt = this.#env.clock.monotonic()\n',
    replace: '\n',
  },
  {
    rule: 'WK3',
    name: 'a peer that connects is not synced with',
    file: REACTIONS,
    find: 'this.#parts.syncs.connected(record)\n    this.#parts.prober.connected',
    replace: 'env.debug',
  },
  {
    rule: 'WK3',
    name: 'a peer whose entry comes is not synced with',
    file: REACTIONS,
    find: 'this.#parts.syncs.firstSight(record)\n    this.#parts.prober.add',
    replace: 'this.#parts.prober.add',
  },
  {
    rule: 'WK3',
    name: 'a peer is synced with at each sight',
    file: SYNCS,
    find: "record.peerId === this.#env.self || record.sync.phase !== 'unseen'",
    replace: "record.peerId === this.#env.self || record.sync.phase !== 'unseen' && record.sync.phase !== 'done'",
  },
  {
    rule: 'WK3',
    name: 'known survivor: a sync that was begun with an earlier incarnation counts',
    file: SYNCS,
    find: 'const current = record ?? this.#env.peers.get(peerId)',
    replace: 'const current = this.#env.peers.get(peerId)',
    sample: true,
  },
  {
    rule: 'WK3',
    name: 'a sync that a peer began before it left counts',
    file: SYNCS,
    find: 'if (began.record !== null) this.#done(began.record, began.beganAt)',
    replace: `const current = this.#env.peers.get(peerId)
    if (began.record !== null && current !== null) this.#done(current, began.beganAt)`,
  },
  {
    rule: 'WK12',
    name: 'a newcomer is asked by all',
    file: FIRST_SIGHT,
    find: '>= FIRST_SIGHTS',
    replace: '>= Infinity',
  },
  {
    rule: 'WK12',
    name: 'a newcomer is asked by two',
    file: FIRST_SIGHT,
    find: 'const FIRST_SIGHTS = 1',
    replace: 'const FIRST_SIGHTS = 2',
  },
  {
    rule: 'WK12',
    name: 'a newcomer is asked by none',
    file: FIRST_SIGHT,
    find: 'const FIRST_SIGHTS = 1',
    replace: 'const FIRST_SIGHTS = 0',
  },
  {
    rule: 'WK12',
    name: 'we count among those that may ask a newcomer',
    file: FIRST_SIGHT,
    find: '(env.catalog.size - 1)',
    replace: 'env.catalog.size',
  },
  {
    rule: 'WK12',
    name: 'a peer that is connected is left to others',
    file: FIRST_SIGHT,
    find: '  if (record.connection !== null) return false\n  return',
    replace: '  return',
  },
  {
    rule: 'WK12',
    name: 'a peer of our mesh is dialed for a first sync',
    file: FIRST_SIGHT,
    find: 'isInMesh(env, record) || ',
    replace: '',
  },
  {
    rule: 'WK12',
    name: 'one that announced itself while the sync waited is dialed all the same',
    file: SYNCS,
    find: "isLeftNow(this.#env, record) ? 'left' : 'unseen'",
    replace: "'unseen'",
  },
  {
    rule: 'WK12',
    name: 'a peer of the mesh that we were in is left to it',
    file: FIRST_SIGHT,
    find: ' && neighbors.size >= ENOUGH_NEIGHBORS && passedOn !== null',
    replace: ' && passedOn !== null',
  },
  {
    rule: 'WK12',
    name: 'a peer is left to a mesh in which we have two neighbors',
    file: FIRST_SIGHT,
    find: 'neighbors.size >= ENOUGH_NEIGHBORS',
    replace: 'neighbors.size >= 2',
  },
  {
    rule: 'WK12',
    name: 'a first sync that failed is left to others when the peer announces itself',
    file: FIRST_SIGHT,
    find: 'beganAt === null && failures === 0 && ',
    replace: 'beganAt === null && ',
  },
  {
    rule: 'WK12',
    name: 'one left to others stays so in the mesh',
    file: SYNCS,
    find: "if (sync.phase === 'left') return this.#first(record)",
    replace: "if (sync.phase === 'left') return",
  },
  {
    rule: 'WK12',
    name: 'a sync begins though the peer was faster',
    file: SYNCS,
    find: `if (sync.commands.size === 0 && this.#inbound.has(sync.peerId))
      return this.#failed(sync, new StreamFailed('the peer was faster'))`,
    replace: '',
  },
  {
    rule: 'WK12',
    name: 'the first sync does not run alone',
    file: SYNCS,
    find: '#stocked = false',
    replace: '#stocked = true',
    tests: ['test/unit/discovery/worker/first-sync.test.ts'],
  },
  {
    rule: 'WK12',
    name: 'the first sync runs alone for 20 s',
    file: SYNCS,
    find: 'const FIRST_MS = 2000',
    replace: 'const FIRST_MS = 20_000',
    tests: ['test/unit/discovery/worker/first-sync.test.ts'],
  },
  {
    rule: 'WK12',
    name: 'after the first sync only one more begins',
    file: SYNCS,
    find: `if (current !== null) this.#done(current, sync.beganAt)
    this.#over(sync)`,
    replace: `this.#over(sync)
    if (current !== null) this.#done(current, sync.beganAt)`,
  },
  {
    rule: 'WK12',
    name: 'a sync stays due though that of the peer went well',
    file: SYNCS,
    find: `this.gone(record)
    this.#stocked = true
    const { sync, peerId } = record
    sync.phase = 'done'`,
    replace: `if (record.sync.phase === 'waiting') return
    this.gone(record)
    this.#stocked = true
    const { sync, peerId } = record
    sync.phase = 'done'`,
  },
  {
    rule: 'BD9',
    name: 'known survivor: a peer that goes keeps its place in the queue of syncs',
    file: SYNCS,
    find: 'this.#queued.delete(sync.work.id)\n    this.#env.work.end(sync.work)\n    sync.work = null',
    replace: '',
  },
  {
    rule: 'BD9',
    name: 'a stranger that disconnects keeps its place in the queue of syncs',
    file: REACTIONS,
    find: '!env.peers.isCurrent(record)) this.#parts.syncs.gone(record)',
    replace: '!env.peers.isCurrent(record)) void record',
  },
  {
    rule: 'BD9',
    name: 'a peer that departs keeps its place in the queue of syncs',
    file: REACTIONS,
    find: 'this.#parts.syncs.gone(record)\n    if (mayBeThere)',
    replace: 'if (mayBeThere)',
  },
  {
    rule: 'BD9',
    name: 'deadlines of what is over are kept',
    file: TIMERS,
    find: 'this.#at.delete(key)\n    this.#heap.delete(key)',
    replace: '',
  },
  {
    rule: 'SY11',
    name: 'what is announced is news too',
    file: REACTIONS,
    find: "record.learned?.path === 'sync' && ",
    replace: '',
  },
  {
    rule: 'SY11',
    name: 'that a peer tells of itself is news too',
    file: REACTIONS,
    find: ' && record.learned.from !== null',
    replace: '',
  },
  {
    rule: 'SY11',
    name: 'newer entries are news too',
    file: REACTIONS,
    find: 'if (isNew && record.learned',
    replace: 'if (record.learned',
  },
  {
    rule: 'SY11',
    name: 'what the mesh carried before a neighbor came up is not asked for',
    file: NEW_NEIGHBOR,
    find: "if (sync.phase !== 'done') return false",
    replace: 'return false',
  },
  {
    rule: 'SY11',
    name: 'a neighbor that came up while the first sync with it ran is not synced with again',
    file: SYNCS,
    find: 'if (cameUp && ',
    replace: 'if (!cameUp && ',
  },
  {
    rule: 'SY11',
    name: 'a neighbor that came up while the first sync with it ran is synced with again after 200 ms',
    file: SYNCS,
    find: 'this.neighborUp(record, 0)',
    replace: 'this.neighborUp(record)',
  },
  {
    rule: 'SY11',
    name: 'a neighbor that went while the first sync with it ran is synced with again',
    file: SYNCS,
    find: ' && this.#env.neighbors.has(peerId)\n',
    replace: '\n',
  },
  {
    rule: 'SY11',
    name: 'a new neighbor is synced with after 2 s',
    file: NEW_NEIGHBOR,
    find: 'const NEIGHBOR_MS = 200',
    replace: 'const NEIGHBOR_MS = 2000',
  },
  {
    rule: 'SY11',
    name: 'a new neighbor is synced with by both sides at once',
    file: SYNCS,
    find: 'wait + yieldMs(this.#env, record)',
    replace: 'wait',
  },
  {
    rule: 'SY11',
    name: 'a neighbor that comes and goes is synced with each time',
    file: NEW_NEIGHBOR,
    find: 'if (sync.neighborAt !== null && now < sync.neighborAt + NEIGHBOR_AGAIN_MS) return false',
    replace: '',
  },
]
