import type { Mutant } from './mutant.ts'

const SYNC = 'src/main/discovery/dialects/peerscope/sync/'
const ASKER = `${SYNC}asker.ts`
const ANSWERER = `${SYNC}answerer.ts`
const PAGES = `${SYNC}pages.ts`
const RECONCILE_BOUNDS = `${SYNC}bounds.ts`
const CATALOG = 'src/main/discovery/catalog/catalog.ts'
const ROOM = 'src/main/discovery/catalog/room.ts'
const EXCHANGE = 'test/unit/discovery/exchange.test.ts'

/** Syncs of catalogs that are full, and of more entries than a sync may have: rules SY4, SY5, SY12 and CT8. */
export const FULL_CATALOGS: readonly Mutant[] = [
  {
    rule: 'SY4',
    name: 'a sync may have more than 50,001 entries',
    file: RECONCILE_BOUNDS,
    find: 'entries: DEFAULT_CONFIG.maxPeers + 1,',
    replace: 'entries: DEFAULT_CONFIG.maxPeers + 2,',
  },
  {
    rule: 'SY4',
    name: 'a full catalog is more than a sync may have',
    file: RECONCILE_BOUNDS,
    find: 'entries: DEFAULT_CONFIG.maxPeers + 1,',
    replace: 'entries: DEFAULT_CONFIG.maxPeers,',
  },
  {
    rule: 'SY4',
    name: 'the peer that is asked may name any number of entries',
    file: ASKER,
    find: 'if (this.#named === RECONCILE_BOUNDS.entries) return',
    replace: '',
    tests: [EXCHANGE],
  },
  {
    rule: 'SY4',
    name: 'of what the peer that is asked names only news counts',
    file: ASKER,
    find: 'this.#named += 1\n    if (',
    replace: 'if (this.#catalog.mayBeNews(peerId, { ...version })) this.#named += 1\n    if (',
    tests: [EXCHANGE],
  },
  {
    rule: 'SY4',
    name: 'ranges are looked into after as many entries were named as a sync may have',
    file: ASKER,
    find: 'this.#named < RECONCILE_BOUNDS.entries ? [...phase.open, ...further] : []',
    replace: '[...phase.open, ...further]',
    tests: [EXCHANGE],
  },
  {
    rule: 'SY4',
    name: 'of a catalog that is larger than a sync may be all is sent',
    file: ANSWERER,
    find: '|| this.#sent === RECONCILE_BOUNDS.entries',
    replace: '',
    tests: ['test/unit/discovery/sync-all.test.ts'],
  },
  {
    rule: 'SY4',
    name: 'the last page of a larger catalog is more than a sync may have',
    file: ANSWERER,
    find: 'this.#page(index.inOrder(after), RECONCILE_BOUNDS.entries - this.#sent)',
    replace: 'this.#page(index.inOrder(after))',
    tests: [EXCHANGE],
  },
  {
    rule: 'SY4',
    name: 'of a catalog that is larger than a sync may be all is offered',
    file: ASKER,
    find: '.slice(0, RECONCILE_BOUNDS.entries)',
    replace: '',
    tests: [EXCHANGE],
  },
  {
    rule: 'SY4',
    name: 'after the last page of all entries more may be asked for',
    file: ANSWERER,
    find: 'this.#sendsAll = !this.#complete',
    replace: 'this.#sendsAll = true',
  },
  {
    rule: 'CT8',
    name: 'syncs want new peers though the catalog is full',
    file: CATALOG,
    find: ' || this.#room.mayYield(from)',
    replace: ' || from.length < 1e6',
  },
  {
    rule: 'CT8',
    name: 'syncs want no new peer once the catalog is full',
    file: CATALOG,
    find: ' || this.#room.mayYield(from)',
    replace: '',
  },
  {
    rule: 'CT8',
    name: 'syncs want no new peer in place of passers-by',
    file: ROOM,
    find: 'if (this.#cost.passing > 0) return true',
    replace: '',
  },
  {
    rule: 'CT8',
    name: 'who has most stays the same for syncs, whoever comes and goes',
    file: ROOM,
    find: 'this.#cost[standing] += cost\n    this.#mostSettled = null',
    replace: 'this.#cost[standing] += cost',
  },
  {
    rule: 'CT8',
    name: 'syncs want new peers where there is room for the least entry only',
    file: CATALOG,
    find: 'cost = this.bytes / Math.max(1, this.#size - 1)',
    replace: 'cost = LEAST_COST',
  },
  {
    rule: 'SY5',
    name: 'what a page brings is taken for as large as others',
    file: PAGES,
    find: 'unverified.entry, unverified.cost)',
    replace: 'unverified.entry)',
  },
  {
    rule: 'SY12',
    name: 'all is sent to one that has no room for it',
    file: ASKER,
    find: 'orAll && catalog.hasRoom()',
    replace: 'orAll',
  },
]
