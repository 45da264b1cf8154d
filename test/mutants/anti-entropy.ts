import type { Mutant } from './mutant.ts'

const ANTI_ENTROPY = 'src/main/discovery/sync/anti-entropy.ts'
const REACTIONS = 'src/main/discovery/core/reactions.ts'

/** The syncs that follow news: rule SY11. */
export const NEWS_SYNCS: readonly Mutant[] = [
  {
    rule: 'SY11',
    name: 'what a sync brings is kept to ourselves',
    file: REACTIONS,
    find: 'this.#parts.antiEntropy.hurry()',
    replace: 'void record',
  },
  {
    rule: 'SY11',
    name: 'the first sync comes after 4 s',
    file: ANTI_ENTROPY,
    find: 'const FIRST_MS = 500',
    replace: 'const FIRST_MS = 4000',
  },
  {
    rule: 'SY11',
    name: 'it ends after 16 s',
    file: ANTI_ENTROPY,
    find: 'const LAST_MS = 32_000',
    replace: 'const LAST_MS = 16_000',
  },
  {
    rule: 'SY11',
    name: 'it never ends',
    file: ANTI_ENTROPY,
    find: 'if (this.#waitMs <= LAST_MS) ',
    replace: '',
  },
  {
    rule: 'SY11',
    name: 'it goes on where nobody has anything to tell',
    file: ANTI_ENTROPY,
    find: "if (this.#same.size >= SAME) this.#env.timers.clear('antiEntropy')",
    replace: '',
  },
  {
    rule: 'SY11',
    name: 'it ends after two neighbors that had nothing to tell',
    file: ANTI_ENTROPY,
    find: 'const SAME = 3',
    replace: 'const SAME = 2',
  },
  {
    rule: 'SY11',
    name: 'it ends after four neighbors that had nothing to tell',
    file: ANTI_ENTROPY,
    find: 'const SAME = 3',
    replace: 'const SAME = 4',
  },
  {
    rule: 'SY11',
    name: 'who had nothing to tell counts, whatever somebody else had since',
    file: ANTI_ENTROPY,
    find: 'if (received + sent > 0) this.#same.clear()\n    else',
    replace: 'if (received + sent === 0)',
  },
  {
    rule: 'SY11',
    name: 'syncs from before the news count',
    file: ANTI_ENTROPY,
    find: '    this.#same.clear()\n    const now',
    replace: '    const now',
  },
  {
    rule: 'SY11',
    name: 'a neighbor that had nothing to tell is asked once more',
    file: ANTI_ENTROPY,
    find: '[...neighbors].filter((peerId) => !this.#same.has(peerId))',
    replace: '[...neighbors]',
  },
  {
    rule: 'SY11',
    name: 'it goes on as often as it began',
    file: ANTI_ENTROPY,
    find: 'this.#waitMs *= 2',
    replace: 'this.#waitMs *= 1',
  },
  {
    rule: 'SY11',
    name: 'news does not begin it again',
    file: ANTI_ENTROPY,
    find: 'this.#waitMs = FIRST_MS',
    replace: 'if (this.#waitMs > LAST_MS) this.#waitMs = FIRST_MS',
  },
  {
    rule: 'SY11',
    name: 'each entry of a catalog counts as news',
    file: ANTI_ENTROPY,
    find: '    if (dueAt !== null && this.#waitMs === FIRST_MS) return\n',
    replace: '',
  },
  {
    rule: 'SY11',
    name: 'the next sync is not brought forward',
    file: ANTI_ENTROPY,
    find: 'if (dueAt === null || dueAt > now + LONGEST * FIRST_MS)',
    replace: 'if (dueAt === null)',
  },
  {
    rule: 'SY11',
    name: 'news comes as often as somebody likes',
    file: ANTI_ENTROPY,
    find: 'if (allowed) {',
    replace: 'if (allowed || !allowed) {',
  },
  {
    rule: 'SY11',
    name: 'news above the rate is kept to ourselves',
    file: ANTI_ENTROPY,
    find: '} else if (dueAt === null) {',
    replace: '} else if (dueAt === -1) {',
  },
  {
    rule: 'SY11',
    name: 'it is always the first neighbor',
    file: ANTI_ENTROPY,
    find: 'known[Math.floor(random.number() * known.length)]',
    replace: 'known[0 * random.number()]',
  },
  {
    rule: 'SY11',
    name: 'all do it at the same time',
    file: ANTI_ENTROPY,
    find: '(SHORTEST + this.#env.random.number() * (LONGEST - SHORTEST))',
    replace: '1',
  },
]
