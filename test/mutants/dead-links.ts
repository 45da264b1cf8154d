import type { Mutant } from './mutant.ts'

const REACTIONS = 'src/main/discovery/core/reactions.ts'
const CONNECTIONS = 'src/main/discovery/connections/connections.ts'
const ENV = 'src/main/discovery/core/env.ts'
const CORE = 'src/main/discovery/core/core.ts'
const DESK = 'src/main/discovery/core/commands.ts'
const DIALS = 'src/main/discovery/connections/dials.ts'
const REQUESTS = 'src/main/discovery/core/requests.ts'

/** Which connections are closed, and what else is dialed: rules AN11, AD3, CT8, WK4, BD8. */
export const DEAD_LINKS: readonly Mutant[] = [
  {
    rule: 'AN11',
    name: 'a connection is closed after one ping without an answer',
    file: CONNECTIONS,
    find: 'const UNANSWERED = 2',
    replace: 'const UNANSWERED = 1',
  },
  {
    rule: 'AN11',
    name: 'a connection is closed after three pings without an answer',
    file: CONNECTIONS,
    find: 'const UNANSWERED = 2',
    replace: 'const UNANSWERED = 3',
  },
  {
    rule: 'AN11',
    name: 'a connection stays, however many pings get no answer',
    file: CONNECTIONS,
    find: "this.#close(peerId, 'two pings in a row got no answer')",
    replace: '',
  },
  {
    rule: 'AN11',
    name: 'pings without an answer need not be in a row',
    file: ENV,
    find: 'record.usedAt = this.#moment.monotonic\n    record.unanswered = 0',
    replace: 'record.usedAt = this.#moment.monotonic',
  },
  {
    rule: 'AN11',
    name: 'dials that take too long close a connection',
    file: REACTIONS,
    find: "outcome.protocol === 'ping' && onConnection &&",
    replace: "outcome.protocol === 'ping' &&",
  },
  {
    rule: 'AD3',
    name: 'a peer of the local network is dialed though it is known',
    file: REACTIONS,
    find: 'this.#parts.connections.observe(found, way, unknown)',
    replace: 'this.#parts.connections.observe(found, way, true)',
  },
  {
    rule: 'AD3',
    name: 'with neighbors a peer of the local network is not dialed',
    file: REACTIONS,
    find: 'this.#parts.connections.observe(found, way, unknown)',
    replace: 'this.#parts.connections.observe(found, way, false)',
  },
  {
    rule: 'AD3',
    name: 'a peer of the local network is not remembered',
    file: REACTIONS,
    find: 'if (unknown) this.#parts.bootstrap.places.remember(found, way, false)',
    replace: '',
  },
  {
    rule: 'CT8',
    name: 'a peer that was displaced is no candidate for dialing',
    file: CORE,
    find: "fact.reason === 'purged' || fact.reason === 'displaced'",
    replace: "fact.reason === 'purged'",
  },
  {
    rule: 'WK4',
    name: 'of what the user dials the first target is dialed',
    file: DESK,
    find: 'for (const [index, target] of targets.entries()) {\n      places.give',
    replace: 'for (const [index, target] of targets.slice(0, 1).entries()) {\n      places.give',
  },
  {
    rule: 'WK4',
    name: 'what the user dials is dialed by the kind of its address',
    file: DESK,
    find: 'dials.dial({ ...target, given: true }',
    replace: 'dials.dial({ ...target }',
  },
  { rule: 'WK4', name: 'what the user dials is not kept', file: DESK, find: 'places.give(target)\n', replace: '\n' },
  {
    rule: 'WK4',
    name: 'dial resolves with the first result',
    file: DESK,
    find: 'if (results.length === dialing.targets.length) this.answer',
    replace: 'this.answer',
  },
  {
    rule: 'WK4',
    name: 'dial does not tell which peer answered',
    file: DESK,
    find: '? { target, peerId: outcome.peerId, error: null }',
    replace: '? { target, peerId: null, error: null }',
  },
  {
    rule: 'WK4',
    name: 'dial does not tell why a target failed',
    file: DESK,
    find: ': { target, peerId: null, error: errorShape(outcome.error) }',
    replace: ': { target, peerId: null, error: null }',
  },
  {
    rule: 'WK4',
    name: 'a dial that failed is not told',
    file: DIALS,
    find: "this.#env.emit({ kind: 'DialFailed', target: nameOf(dial.target), reason: error.message, ...why })",
    replace: '',
  },
  {
    rule: 'WK4',
    name: 'a dial may take as long as it likes',
    file: DIALS,
    find: 'this.#env.setTimer(dial.id, DIAL_MS)',
    replace: '',
  },
  {
    rule: 'BD8',
    name: "the user's dials are not first",
    file: DIALS,
    find: "const work = queue.add('dial', priority)",
    replace: "const work = queue.add('dial', 'automatic')",
  },
  {
    rule: 'BD8',
    name: 'a dial that took too long keeps its place',
    file: DIALS,
    find: 'this.#waiting.delete(dial.work.id)\n      this.#env.work.end(dial.work)\n      this.begin()',
    replace: 'this.#waiting.delete(dial.work.id)',
  },
  {
    rule: 'BD8',
    name: 'what would wait behind 256 others is dialed',
    file: DIALS,
    find: 'if (work === null) {',
    replace: "if (work === null) {\n      this.dialNow(target, way ?? { path: 'gossip' }, purpose)",
  },
  {
    rule: 'BD8',
    name: 'holders of DHT slots are asked in the turns of dials',
    file: REQUESTS,
    find: "request.dial = this.#dials.dialNow(target, way, { for: 'request', protocol: 'ping', id: request.id })",
    replace:
      "request.dial = this.#dials.dial(target, { way, purpose: { for: 'request', protocol: 'ping', id: request.id } })",
    tests: ['test/unit/discovery/core/dht.test.ts', 'test/unit/discovery/core/abilities.test.ts'],
  },
]
