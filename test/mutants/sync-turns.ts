import type { Mutant } from './mutant.ts'

const PRESENCE = 'src/main/discovery/catalog/presence.ts'
const SYNCS = 'src/main/discovery/sync/syncs.ts'
const FIRST_SIGHT = 'src/main/discovery/sync/first-sight.ts'
const INBOUND = 'src/main/discovery/sync/inbound.ts'
const EXCHANGES = 'src/main/discovery/core/exchanges.ts'
const DESK = 'src/main/discovery/core/commands.ts'

/** When syncs run, and what comes of them: rules SY3, SY4 and SY6 to SY8. */
export const SYNC_TURNS: readonly Mutant[] = [
  {
    rule: 'SY3',
    name: 'what is new is told as updated',
    file: PRESENCE,
    find: 'if (before === null || record === null) {\n      this.#present',
    replace: 'if (record === null) {\n      this.#present',
  },
  {
    rule: 'SY3',
    name: 'what is updated is not told',
    file: PRESENCE,
    find: "this.#env.emit({ kind: 'PeerUpdated', peerId, source, version, tags, addresses, changed })",
    replace: 'void changed',
  },
  {
    rule: 'SY4',
    name: 'our own syncs may take five minutes',
    file: SYNCS,
    find: 'const bounds = { totalMs: SYNC_BOUNDS.durationMs',
    replace: 'const bounds = { totalMs: 10 * SYNC_BOUNDS.durationMs',
  },
  {
    rule: 'SY4',
    name: 'syncs of others may take five minutes',
    file: INBOUND,
    find: 'const bounds = { totalMs: SYNC_BOUNDS.durationMs',
    replace: 'const bounds = { totalMs: 10 * SYNC_BOUNDS.durationMs',
  },
  {
    rule: 'SY4',
    name: 'in our own syncs the other side may say nothing',
    file: SYNCS,
    find: 'silenceMs: SYNC_BOUNDS.silenceMs }',
    replace: 'silenceMs: null }',
  },
  {
    rule: 'SY4',
    name: 'in syncs of others these may say nothing',
    file: INBOUND,
    find: 'silenceMs: SYNC_BOUNDS.silenceMs }',
    replace: 'silenceMs: null }',
  },
  {
    rule: 'SY4',
    name: 'the time in which we send counts as silence',
    file: EXCHANGES,
    find: 'this.#env.counters.streamBytesOut += action.message.length\n',
    replace: `this.#env.counters.streamBytesOut += action.message.length
          this.#waitFor(running)
`,
  },
  {
    rule: 'SY4',
    name: 'a silence goes on when something came',
    file: EXCHANGES,
    find: 'running.silentSince = null\n    this.#advance',
    replace: 'this.#advance',
  },
  {
    rule: 'SY6',
    name: 'a second request does not join the running sync',
    file: SYNCS,
    find: 'running.commands.add(commandId)',
    replace: "return this.#failed(running, new Cancelled('again'))",
  },
  {
    rule: 'SY7',
    name: 'a sync that the user joins keeps its turn to dial among the automatic ones',
    file: SYNCS,
    find: 'if (running.dial !== null) this.#dials.hurry(running.dial)',
    replace: '',
  },
  {
    rule: 'SY7',
    name: 'a sync of the user fails with the one that it joined',
    file: SYNCS,
    find: '(refused || waiting.joined)',
    replace: 'refused',
  },
  {
    rule: 'SY7',
    name: 'a sync of the user that fails begins once more',
    file: SYNCS,
    find: '(refused || waiting.joined)',
    replace: 'true',
  },
  {
    rule: 'SY6',
    name: 'nobody waits for the other to begin',
    file: SYNCS,
    find: 'const wait = yieldMs(this.#env.self, record)',
    replace: 'const wait = 0',
  },
  {
    rule: 'SY6',
    name: 'who was dialed begins',
    file: FIRST_SIGHT,
    find: "connection.direction === 'inbound'",
    replace: "connection.direction === 'outbound'",
  },
  {
    rule: 'SY6',
    name: 'without a connection the larger id begins',
    file: FIRST_SIGHT,
    find: 'connection === null ? self > peerId :',
    replace: 'connection === null ? self < peerId :',
  },
  {
    rule: 'SY6',
    name: 'without a connection both begin',
    file: FIRST_SIGHT,
    find: 'connection === null ? self > peerId :',
    replace: 'connection === null ? false :',
  },
  {
    rule: 'SY6',
    name: 'the other waits for 2 s',
    file: FIRST_SIGHT,
    find: 'export const YIELD_MS = 1000',
    replace: 'export const YIELD_MS = 2000',
  },
  {
    rule: 'SY6',
    name: 'the other waits for half a second',
    file: FIRST_SIGHT,
    find: 'export const YIELD_MS = 1000',
    replace: 'export const YIELD_MS = 500',
  },
  {
    rule: 'SY6',
    name: 'where both began the sync of the larger id goes on',
    file: SYNCS,
    find: 'exchange !== null && this.#env.self < peerId',
    replace: 'exchange !== null && this.#env.self > peerId',
  },
  {
    rule: 'SY6',
    name: 'where both began both go on',
    file: SYNCS,
    find: 'exchange !== null && this.#env.self < peerId',
    replace: 'false',
  },
  {
    rule: 'SY6',
    name: 'where both began the other one is answered',
    file: INBOUND,
    find: "if (prevails) return new SyncFailed('a sync with this peer runs already')",
    replace: '',
  },
  {
    rule: 'SY6',
    name: 'that one of two syncs was refused is a failure',
    file: SYNCS,
    find: "if (code === 'StreamFailed' && this.#inbound.has(peerId)) return this.#wait(record, YIELD_MS)",
    replace: '',
  },
  {
    rule: 'SY6',
    name: 'a sync of the user that is refused for that of the peer is not asked again',
    file: SYNCS,
    find: 'const TRIES = 2',
    replace: 'const TRIES = 1',
  },
  {
    rule: 'SY6',
    name: 'a sync of the user is asked three times',
    file: SYNCS,
    find: 'const TRIES = 2',
    replace: 'const TRIES = 3',
  },
  {
    rule: 'SY7',
    name: 'a sync that its caller calls off goes on',
    file: DESK,
    find: 'this.#parts.syncs.cancel(id)',
    replace: '',
  },
  {
    rule: 'SY7',
    name: 'a sync that one caller calls off ends for all',
    file: SYNCS,
    find: 'if (sync.commands.size > 0 || sync.work !== null) return',
    replace: 'if (sync.work !== null) return',
  },
  {
    rule: 'SY7',
    name: 'a sync that was due by itself ends with its caller',
    file: SYNCS,
    find: 'if (sync.commands.size > 0 || sync.work !== null) return',
    replace: 'if (sync.commands.size > 0) return',
  },
  {
    rule: 'SY7',
    name: 'a sync that nobody waits for goes on',
    file: SYNCS,
    find: `if (sync.exchange !== null) this.#exchanges.callOff(sync.exchange, error)
    this.#failed(sync, error)`,
    replace: '',
  },
  {
    rule: 'SY7',
    name: 'the dial for a sync that nobody waits for goes on',
    file: SYNCS,
    find: 'if (sync.dial !== null) this.#dials.callOff(sync.dial, error)',
    replace: '',
  },
  {
    rule: 'SY7',
    name: 'a sync is over before its entries are in the catalog',
    file: EXCHANGES,
    find: 'changed: this.#intake.offerAll(action.entries, running.peerId) }',
    replace: 'changed: action.entries.length }',
  },
  {
    rule: 'SY7',
    name: 'an explicit sync resolves when it begins',
    file: SYNCS,
    find: "this.#env.trace('a sync begins'",
    replace: `for (const id of sync.commands) this.#answer(id, { result: { received: 0, sent: 0, bytes: 0, durationMs: 0 } })
    this.#env.trace('a sync begins'`,
  },
  {
    rule: 'SY7',
    name: 'an explicit sync that fails is not answered',
    file: SYNCS,
    find: 'for (const id of sync.commands) this.#commandFailed(id, peerId, error)',
    replace: '',
  },
  {
    rule: 'SY8',
    name: 'known survivor: a sync that failed is not tried again',
    file: SYNCS,
    find: 'else this.#wait(record, retryInMs)',
    replace: '',
  },
  {
    rule: 'SY8',
    name: 'a sync that failed is not told',
    file: SYNCS,
    find: "this.#env.emit({ kind: 'SyncFailed', peerId, reason, retryInMs })\n    if",
    replace: 'if',
  },
  {
    rule: 'SY8',
    name: 'a sync with a peer that never showed an entry is tried again',
    file: SYNCS,
    find: 'record.entry === null ? null : backoffDelay',
    replace: 'record === null ? null : backoffDelay',
  },
  {
    rule: 'SY8',
    name: 'retries of syncs do not come later and later',
    file: SYNCS,
    find: 'record.sync.failures += 1',
    replace: 'record.sync.failures = 1',
  },
  {
    rule: 'SY8',
    name: 'a sync of a peer that failed counts as done',
    file: SYNCS,
    find: 'if (error !== null) return\n    this.#env.heard()',
    replace: 'this.#env.heard()',
  },
  {
    rule: 'SY8',
    name: 'a sync that made room counts as done',
    file: INBOUND,
    find: 'this.#running.delete(silent)\n',
    replace: `const made = this.#running.get(silent)?.record
    if (made) Object.assign(made.sync, { phase: 'done', dueAt: null })
    if (made) this.#env.peers.syncsDue.delete(made)
    this.#running.delete(silent)
`,
  },
  {
    rule: 'SY8',
    name: 'known survivor: a stream that broke is a finished sync',
    file: EXCHANGES,
    find: 'if (running !== undefined) this.#fail(running, error)',
    replace: 'if (running !== undefined) this.#done(running, { received: 0, sent: 0, bytes: 0 }, null)',
  },
]
