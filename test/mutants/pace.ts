import type { Mutant } from './mutant.ts'

const PACE = 'src/main/discovery/announce/pace.ts'
const ANNOUNCE = 'src/main/discovery/announce/announce.ts'
const CODEC = 'src/main/discovery/dialects/peerscope/entry-codec.ts'
const DIALECT = 'src/main/discovery/dialects/peerscope/peerscope.ts'
const MOSAIK = 'src/main/discovery/dialects/mosaik/'
const LIMITS = 'src/main/discovery/limits.ts'
const LOCAL = 'src/main/discovery/entry/local-entry.ts'
const PURGE = 'src/main/discovery/catalog/purge.ts'
const CATALOG = 'src/main/discovery/catalog/catalog.ts'
const VIEW = 'src/main/discovery/sync/catalog-view.ts'
const SYNC = 'src/main/discovery/dialects/peerscope/sync/'

/** The tests that find out at once. */
const UNIT = ['test/unit/discovery/core/pace.test.ts', 'test/unit/discovery/sync.test.ts']

const one = (name: string, file: string, find: string, replace: string, tests: readonly string[] = UNIT): Mutant => ({
  rule: 'AN14',
  name,
  file,
  find,
  replace,
  tests,
})

/** How often the nodes of a large network announce themselves: rule AN14. */
export const PACING: readonly Mutant[] = [
  one(
    'the interval never grows',
    PACE,
    'return next === null || manyAreOlder(env) ? entry : { ...entry, announcedEvery: next }',
    'return entry',
  ),
  one('there are 40 announcements a second', DIALECT, 'perSecond: 20', 'perSecond: 40'),
  one(
    'what is stated is not kept to',
    ANNOUNCE,
    'const { announcedEvery = config.announceInterval } = this.#own.entry',
    'const announcedEvery = config.announceInterval',
  ),
  one('it is longer than an hour', PACE, 'Math.min(most, Math.ceil(dueS * 1000))', 'Math.ceil(dueS * 1000)'),
  one('it is below what the user set', PACE, 'Math.max(above, set)', 'above'),
  one('it is stated in small networks', PACE, 'Math.max(above, set)', 'set'),
  one('it changes with each peer', PACE, 'const OFF = 1.25', 'const OFF = 1'),
  one('it changes by half only', PACE, 'const OFF = 1.25', 'const OFF = 1.5'),
  one('it only grows', PACE, 'due > now * OFF || due * OFF < now', 'due > now * OFF'),
  one(
    'a program changes it',
    LOCAL,
    '(before.announcedEvery === undefined ? {} : { announcedEvery: before.announcedEvery })',
    '(after.announcedEvery === undefined ? {} : { announcedEvery: after.announcedEvery })',
  ),
  one('it grows among peers that do not know it', PACE, 'const OLDER_PART = 0.1', 'const OLDER_PART = 1'),
  one('one peer that does not know it is too many', PACE, 'const OLDER_PART = 0.1', 'const OLDER_PART = 0.04'),
  one('peers of version 1.0 are said to know it', DIALECT, 'minor >= 1', 'minor >= 0'),
  one('peers of version 2 are said not to know it', DIALECT, 'major > 1 || ', ''),
  one('a node of an older version states it', PACE, ' || !pace.readBy(dialect.protocolVersion)', ''),
  one(
    'it grows in networks of mosaik',
    `${MOSAIK}mosaik.ts`,
    'pace: null,',
    'pace: { perSecond: 20, readBy: () => true },',
  ),
  one(
    'an entry of mosaik loses it without a word',
    `${MOSAIK}entry.ts`,
    "if (entry.announcedEvery !== undefined)\n    throw new InvalidArgument('entries of mosaik networks state no announce interval')",
    '',
  ),
  one('it is not in the bytes', CODEC, '...statedInterval(entry),', ''),
  one('it is not read', CODEC, '...statedInterval(wire),', ''),
  one('what is usual may be stated', CODEC, 'ms <= above || ', 'ms < above || '),
  one('any interval may be stated', CODEC, ' || ms > most', ''),
  one('parts of a millisecond may be stated', CODEC, '!Number.isSafeInteger(ms) || ms <= above', 'ms <= above'),
  one('an hour and more may be stated', LIMITS, 'most: 60 * 60_000', 'most: 61 * 60_000'),
  one('who states it is purged like others', PURGE, 'Math.max(purgeAfter, ', 'Math.min(purgeAfter, '),
  one('who states it stays for two intervals', PURGE, '(purgeAfter / announceInterval)', '2'),
  one(
    'who states it may be purged before purgeAfter',
    PURGE,
    'Math.max(purgeAfter, Math.ceil(announcedEvery * (purgeAfter / announceInterval)))',
    '(announcedEvery > 0 ? announcedEvery * (purgeAfter / announceInterval) : purgeAfter)',
  ),
  one(
    'a version is taken for stale before it is known what it states',
    PURGE,
    'return { version, announcedEvery: STATED_INTERVAL.most }',
    'return { version }',
  ),
  one('who announces itself more often again goes no sooner', CATALOG, 'if (expiry < expiryBefore)', 'if (isFirst)'),
  one(
    'who left comes back by what it stated before',
    CATALOG,
    'Math.max(record.replayable, expiryOf(newest, this.#config))',
    'expiryOf(newest, this.#config)',
  ),
  one(
    'who left comes back by the version that it left with',
    CATALOG,
    'Math.max(record.replayable, expiryOf(newest, this.#config))',
    'record.replayable',
  ),
  one(
    'who states it is not sent on after purgeAfter',
    VIEW,
    '!isStale(entry, env.judgingNow(), env.config)',
    '!isStale({ version: entry.version }, env.judgingNow(), env.config)',
  ),
  one(
    'what may be news is not asked for',
    `${SYNC}asker.ts`,
    'this.#catalog.mayBeNews(peerId, version)',
    'this.#catalog.isNews(peerId, { version })',
  ),
  one(
    'what is offered and may be news is not asked for',
    `${SYNC}answerer.ts`,
    'this.#catalog.mayBeNews(peerId, version)',
    'this.#catalog.isNews(peerId, { version })',
  ),
]
