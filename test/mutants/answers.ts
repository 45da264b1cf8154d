import type { Mutant } from './mutant.ts'

const ANSWERED = 'src/main/discovery/catalog/answered.ts'
const CATALOG = 'src/main/discovery/catalog/catalog.ts'
const PRESENCE = 'src/main/discovery/catalog/presence.ts'
const ANNOUNCE = 'src/main/discovery/announce/announce.ts'
const VIEW = 'src/main/discovery/sync/catalog-view.ts'
const TESTS = ['test/unit/discovery/core/answers.test.ts']

/** What answers to pings, and old announcements, say where peers keep no version for them: rule PG4, parts of WK7 and WK13. */
export const ANSWERS: readonly Mutant[] = [
  {
    rule: 'PG4',
    name: 'an answer that its peer does not keep is an entry like others',
    file: PRESENCE,
    find: 'const kind = catalog.answered(signed.entry, clock.now())',
    replace:
      'const kind = catalog.answered({ ...signed.entry, version: { startedAt: 0, updatedAt: clock.now() } }, clock.now())',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'an answer of a run that is not known counts as what its peer keeps',
    file: PRESENCE,
    find: '    markAnswer(record, signed.entry)\n',
    replace: '',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'syncs look for answers',
    file: PRESENCE,
    find: '    catalog.index.delete(peerId)\n',
    replace: '',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'an answer is sent in syncs',
    file: VIEW,
    find: 'record.entry === null || !isKept(record)',
    replace: 'record.entry === null || isKept === null',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'an entry that only answers keep fresh is sent in syncs',
    file: VIEW,
    find: '!isStale(entry, env.judgingNow(),',
    replace: '!isStale(record.answered ?? entry, env.judgingNow(),',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'what its peer keeps must be newer than an answer',
    file: ANSWERED,
    find: 'return answered?.isEntry === true ? { startedAt: version.startedAt, updatedAt: 0 } : version',
    replace: 'return answered?.version ?? version',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'an entry that its peer keeps counts as an answer after one',
    file: ANSWERED,
    find: '{ ...answered, isEntry: false }',
    replace: 'answered',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'an answer brings back a peer that said goodbye',
    file: CATALOG,
    find: "if (this.#tombstones.of(peerId, now)?.startedAt === version.startedAt) return 'left'",
    replace: '',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'a peer that answers is purged',
    file: ANSWERED,
    find: 'answered === null ? entry.entry.version : newer(entry.entry.version, answered.version)',
    replace: 'answered === null ? entry.entry.version : newer(entry.entry.version, entry.entry.version)',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'a peer that answers goes stale',
    file: CATALOG,
    find: 'return answered !== null && !isStale(answered, now, this.#config)',
    replace: 'return answered !== null && now < 0',
    tests: TESTS,
  },
  {
    rule: 'PG4',
    name: 'an answer from the future keeps a peer',
    file: CATALOG,
    find: 'const isNow = version.updatedAt <= now + this.#config.maxTimeDrift && ',
    replace: 'const isNow = version.updatedAt <= now + 1000 * this.#config.maxTimeDrift && ',
    tests: TESTS,
  },
  {
    rule: 'WK7',
    name: 'a goodbye is ignored that is older than an answer to a ping',
    file: ANNOUNCE,
    find: 'record === null ? null : lastKept(record)',
    replace: 'record === null ? null : (record.answered?.version ?? lastKept(record))',
    tests: TESTS,
  },
  {
    rule: 'WK7',
    name: 'a tombstone does not hold for the version of an answer',
    file: CATALOG,
    find: 'const last = newer(record.entry.entry.version, version)',
    replace: 'const last = version',
    tests: TESTS,
  },
  {
    rule: 'WK13',
    name: 'an announcement tells of a clock where it may be old',
    file: ANNOUNCE,
    find: 'if (this.#env.dialect.announcesFresh) this.#env.clockWatch',
    replace: 'this.#env.clockWatch',
    tests: TESTS,
  },
  {
    rule: 'WK13',
    name: 'a sync tells of a clock where what it brings may be old',
    file: PRESENCE,
    find: 'if (dialect.announcesFresh) clockWatch',
    replace: 'clockWatch',
    tests: TESTS,
  },
]
