import type { Mutant } from './mutant.ts'

const CONNECTIONS = 'src/main/discovery/connections/connections.ts'
const SYNCS = 'src/main/discovery/sync/syncs.ts'

/** How a node in no mesh hears of the others: rule AN12. */
export const CATCHING_UP: readonly Mutant[] = [
  {
    rule: 'AN12',
    name: 'a node in no mesh does not sync again',
    file: CONNECTIONS,
    find: 'if (chosen !== undefined) this.#syncs.again(chosen)',
    replace: '',
  },
  {
    rule: 'AN12',
    name: 'a node in no mesh syncs again every 20 s',
    file: CONNECTIONS,
    find: 'const CATCH_UP_LAST = 10_000',
    replace: 'const CATCH_UP_LAST = 20_000',
  },
  {
    rule: 'AN12',
    name: 'a node in no mesh first syncs again after 10 s',
    file: CONNECTIONS,
    find: 'const CATCH_UP_MS = 250',
    replace: 'const CATCH_UP_MS = 10_000',
  },
  {
    rule: 'AN12',
    name: 'a node in no mesh syncs again as often for ever',
    file: CONNECTIONS,
    find: 'Math.min(2 * this.#catchUpMs, CATCH_UP_LAST)',
    replace: 'CATCH_UP_MS',
  },
  {
    rule: 'AN12',
    name: 'a node with neighbors syncs again too',
    file: CONNECTIONS,
    find: 'if (!alone || known.length === 0) {',
    replace: 'if (known.length === 0) {',
  },
  {
    rule: 'AN12',
    name: 'a sync that is due again waits for a peer that was not seen',
    file: SYNCS,
    find: "if (record.sync.phase === 'done' || record.sync.phase === 'left') this.#enqueue(record)",
    replace: "if (record.sync.phase === 'unseen') this.#enqueue(record)",
  },
]
