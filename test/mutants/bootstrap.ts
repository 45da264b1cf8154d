import type { Mutant } from './mutant.ts'

const ATTEMPTS = 'src/main/discovery/bootstrap/attempts.ts'
const FACTS = 'src/main/discovery/bootstrap/bootstrap.ts'
const PROVENANCE = 'src/main/discovery/bootstrap/provenance.ts'
const CONTACTS = 'src/main/monitor/contacts.ts'
const DEPARTURE = 'src/main/discovery/dialects/peerscope/departure.ts'

/** Goodbyes, bootstrap from an earlier run, and how peers were found: rules AN5, BS1 and BS4. */
export const BOOTSTRAP: readonly Mutant[] = [
  {
    rule: 'AN5',
    name: 'a goodbye is not signed by its peer',
    file: DEPARTURE,
    find: "const signature = signatures.sign(secret, signedMessage('peerscope/departure/1', bytes))",
    replace: "const signature = signatures.sign(secret, signedMessage('peerscope/entry/1', bytes))",
    tests: ['test/unit/discovery/worker/announce.test.ts'],
  },
  {
    rule: 'BS1',
    name: '256 contacts are kept',
    file: CONTACTS,
    find: 'const KEPT = 128',
    replace: 'const KEPT = 256',
  },
  {
    rule: 'BS1',
    name: 'dials that failed are not counted',
    file: CONTACTS,
    find: 'failures: known.failures + 1 })',
    replace: 'failures: known.failures })',
  },
  {
    rule: 'BS1',
    name: 'a peer that was reached keeps its failures',
    file: CONTACTS,
    find: 'connected: true,\n        failures: 0,',
    replace: 'connected: true,\n        failures: known?.failures ?? 0,',
  },
  {
    rule: 'BS1',
    name: 'a goodbye is not noted',
    file: CONTACTS,
    find: "else if (event.reason === 'graceful') this.#contacts.set(event.peerId, { ...known, departed: true })",
    replace: '',
  },
  {
    rule: 'BS1',
    name: 'a contact that the user removed is kept',
    file: CONTACTS,
    find: "if (event.reason === 'removed') this.#contacts.delete(event.peerId)\n      else if",
    replace: 'if',
  },
  {
    rule: 'BS1',
    name: 'a peer of the stored catalog that the user removed is dialed again',
    file: CONTACTS,
    find: "if (state === 'removed') {\n      known.delete(peerId)\n      continue\n    }",
    replace: '',
  },
  {
    rule: 'BS1',
    name: 'it is not noted how long a peer was there',
    file: CONTACTS,
    find: 'const presentMs = Math.max(known.presentMs, this.#clock.monotonic() - since)',
    replace: 'const presentMs = known.presentMs',
  },
  {
    rule: 'BS1',
    name: 'the address that worked is not tried first',
    file: CONTACTS,
    find: 'addresses: [...new Set([...good, ...entry.addresses])]',
    replace: 'addresses: [...new Set([...entry.addresses, ...good])]',
  },
  {
    rule: 'BS1',
    name: 'where an incoming connection came from is kept as an address',
    file: CONTACTS,
    find: "direction === 'outbound' && addressClass",
    replace: 'addressClass',
  },
  {
    rule: 'BS1',
    name: 'a node that never came online forgets the contacts of earlier runs',
    file: CONTACTS,
    find: 'if (this.#discovery !== null) this.#save()',
    replace: 'this.#contacts.clear()\n    this.#save()',
  },
  {
    rule: 'BS4',
    name: '129 places are listed',
    file: ATTEMPTS,
    find: 'const LISTED = 128',
    replace: 'const LISTED = 129',
  },
  {
    rule: 'BS4',
    name: '127 places are listed',
    file: ATTEMPTS,
    find: 'const LISTED = 128',
    replace: 'const LISTED = 127',
  },
  {
    rule: 'BS4',
    name: 'places that are still waiting go first',
    file: ATTEMPTS,
    find: "if (attempt.state !== 'failed' && attempt.state !== 'connected') continue\n",
    replace: '\n',
  },
  {
    rule: 'BS4',
    name: 'an address that was given with two peers has one line',
    file: ATTEMPTS,
    find: 'return named !== target.peerId || this.#entries.has(own) ? own : line',
    replace: 'return line',
  },
  {
    rule: 'BS4',
    name: 'a dial that failed has no reason',
    file: ATTEMPTS,
    find: "become({ state: 'failed', reason, tookMs: took() })",
    replace: "become({ state: 'failed', tookMs: took() })",
  },
  {
    rule: 'BS4',
    name: 'a place that is dialed again has a line for each time',
    file: ATTEMPTS,
    find: 'const key = this.#lineOf(path, target)',
    replace: 'const key = `${lineOf(path, target)} ${this.#entries.size}`',
  },
  {
    rule: 'BS4',
    name: 'a place counts as connected after its peer went',
    file: FACTS,
    find: '(this.#env.connectionOf(attempt.peerId)?.direction ?? null)',
    replace: "(this.#env.connectionOf(attempt.peerId)?.direction ?? 'outbound')",
  },
  {
    rule: 'BS4',
    name: 'the path on which a peer was learned last counts',
    file: PROVENANCE,
    find: 'if (record.learned !== null) return\n',
    replace: '\n',
  },
  {
    rule: 'BS4',
    name: 'a peer that we dialed counts as heard of',
    file: PROVENANCE,
    find: 'const way = record.reachedBy ?? this.#dialed(peerId, connection)',
    replace: 'const way: Way | null = null as Way | null',
  },
  {
    rule: 'BS4',
    name: 'it is not kept from whom a peer was heard of',
    file: PROVENANCE,
    find: 'from: told && from !== peerId ? from : null,',
    replace: 'from: null,',
  },
  {
    rule: 'BS4',
    name: 'a peer that came to us counts as heard of by gossip',
    file: PROVENANCE,
    find: "(itself && connection.direction === 'inbound' ? 'incoming' : PATHS[source])",
    replace: 'PATHS[source]',
  },
]
