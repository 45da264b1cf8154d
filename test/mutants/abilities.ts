import type { Mutant } from './mutant.ts'

const DIALS = 'src/main/discovery/connections/dials.ts'
const DRIVER = 'src/main/discovery/driver/driver.ts'
const LINKS = 'src/main/discovery/driver/links.ts'
const NEW_NEIGHBOR = 'src/main/discovery/sync/new-neighbor.ts'
const SYNCS = 'src/main/discovery/sync/syncs.ts'
const AGAIN = 'src/main/discovery/sync/anti-entropy.ts'
const REQUESTS = 'src/main/discovery/core/requests.ts'
const REACTIONS = 'src/main/discovery/core/reactions.ts'
const DHT = 'src/main/discovery/dht/bootstrap.ts'
const STATED = 'src/main/discovery/entry/stated-version.ts'
const ANNOUNCE = 'src/main/discovery/announce/announce.ts'
const ENV = 'src/main/discovery/core/env.ts'
const TESTS = ['test/unit/discovery/core/abilities.test.ts']

/** Networks whose peers can do less, and exchanges that are connections of their own: parts of rules EN8, SY11, TP1, DH8, AD3. */
export const ABILITIES: readonly Mutant[] = [
  {
    rule: 'SY11',
    name: 'syncs that carry whole catalogs run again for news',
    file: AGAIN,
    find: 'if (!dialect.abilities.reconciles) return',
    replace: '',
    tests: TESTS,
  },
  {
    rule: 'SY11',
    name: 'syncs that carry whole catalogs run again with each neighbor',
    file: NEW_NEIGHBOR,
    find: 'if (dialect.abilities.reconciles) return true',
    replace: 'return true',
    tests: TESTS,
  },
  {
    rule: 'SY11',
    name: 'where syncs carry whole catalogs a neighbor that came up late is never told what it missed',
    file: NEW_NEIGHBOR,
    find: 'return sync.beganAt !== null &&',
    replace: 'return sync.beganAt === null &&',
    tests: TESTS,
  },
  {
    rule: 'SY11',
    name: 'where syncs carry whole catalogs what a neighbor told itself begins one',
    file: NEW_NEIGHBOR,
    find: '(this.#by === peerId ? this.#othersAt : this.#at)',
    replace: 'this.#at',
    tests: TESTS,
  },
  {
    rule: 'SY11',
    name: 'where syncs carry whole catalogs a new neighbor is synced with again, long after the last one',
    file: NEW_NEIGHBOR,
    find: 'now <= sync.beganAt + RECENT_MS && ',
    replace: '',
    tests: TESTS,
  },
  {
    rule: 'SY11',
    name: 'where syncs carry whole catalogs a sync stays left to others in the mesh too',
    file: SYNCS,
    find: "if (sync.phase === 'left') return this.#first(record)\n",
    replace: "if (sync.phase === 'left' && this.#env.dialect.abilities.reconciles) return this.#first(record)\n",
    tests: TESTS,
  },
  {
    rule: 'TP1',
    name: 'peers that have no protocol for neighbors are dialed to be asked',
    file: REQUESTS,
    find: "if (protocol === 'neighbors' && this.#env.dialect.neighbors === null) this.#end(request, untold())\n    else if",
    replace: 'if',
    tests: TESTS,
  },
  {
    rule: 'TP1',
    name: 'neighbors are answered where the network has no protocol for them',
    file: LINKS,
    find: 'if (name === null) return () => undefined',
    replace: '',
    tests: ['test/unit/discovery/driver.test.ts'],
  },
  {
    rule: 'AD3',
    name: 'the local network is asked in every network',
    file: DRIVER,
    find: 'if (lan !== null && dialect.abilities.lan)',
    replace: 'if (lan !== null)',
    tests: ['test/unit/discovery/driver.test.ts'],
  },
  {
    rule: 'DH8',
    name: 'a slot is taken in a chain that is only read',
    file: DHT,
    find: 'return dialect.dht.encodeRecord?.(slot.publicKey',
    replace: 'return (dialect.dht.encodeRecord ?? (() => ({ value: new Uint8Array(1), addresses })))(slot.publicKey',
    tests: TESTS,
  },
  {
    rule: 'BD8',
    name: 'a dial for a ping does not say so',
    file: DIALS,
    find: "return purpose.for === 'request' ? ids[purpose.protocol] : null",
    replace: 'return null',
    tests: TESTS,
  },
  {
    rule: 'BD8',
    name: 'a dial for a sync does not say so',
    file: DIALS,
    find: "if (purpose.for === 'sync') return ids.sync",
    replace: '',
    tests: TESTS,
  },
  {
    rule: 'AN8',
    name: 'a dial for a sync of its own counts as one for a connection',
    file: DIALS,
    find: 'if (this.#env.dialect.connectsEach && this.#exchangeOf(purpose) !== null) return',
    replace: '',
    tests: TESTS,
  },
  {
    rule: 'AN8',
    name: 'a dial for a sync never counts as one for a connection',
    file: DIALS,
    find: 'if (this.#env.dialect.connectsEach && this.#exchangeOf(purpose) !== null) return',
    replace: 'if (this.#exchangeOf(purpose) !== null) return',
    tests: TESTS,
  },
  {
    rule: 'PG2',
    name: 'a peer that was dialed counts as reached only while it is connected',
    file: REACTIONS,
    find: 'if (outcome.ok) this.#env.catalog.markReached(outcome.peerId)',
    replace: '',
    tests: TESTS,
  },
  {
    rule: 'AN4',
    name: 'who passes on what we cannot read is held guilty',
    file: ANNOUNCE,
    find: "heard.error.message)\n          return 'ignore'",
    replace: "heard.error.message)\n          return 'reject'",
    tests: TESTS,
  },
  {
    rule: 'EN8',
    name: 'our entry never follows the network',
    file: STATED,
    find: "this.#env.setTimer('version', wait)",
    replace: '',
  },
  {
    rule: 'EN8',
    name: 'our entry follows as many peers as read it already',
    file: STATED,
    find: '>= most[1].peers',
    replace: '> most[1].peers',
  },
  {
    rule: 'EN8',
    name: 'our entry states the first version of a line, not the one that most state',
    file: STATED,
    find: '.sort(([, a], [, b]) => b - a)',
    replace: '',
  },
  {
    rule: 'EN8',
    name: 'unsigned entries count for the version',
    file: STATED,
    find: ' || entry.signed === null',
    replace: '',
  },
  {
    rule: 'EN8',
    name: 'our entry follows the first peer of another line after a while',
    file: STATED,
    find: 'this.#lookAt === null ? 0 :',
    replace: 'this.#lookAt === null ? LOOK_MS :',
  },
  {
    rule: 'EN8',
    name: 'after the first look the others come 10 s later',
    file: STATED,
    find: 'this.#lookAt === null ? LOOK_MS : AGAIN_MS',
    replace: 'AGAIN_MS',
  },
  {
    rule: 'EN8',
    name: 'all peers are looked at for each that is heard',
    file: STATED,
    find: 'Math.max(LOOK_MS, this.#lookAt - clock.monotonic())',
    replace: 'LOOK_MS',
  },
  {
    rule: 'EN8',
    name: 'our entry follows the network though a version is set',
    file: ENV,
    find: 'this.followsVersion = set === undefined',
    replace: 'this.followsVersion = true',
  },
]
