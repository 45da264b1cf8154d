import type { Mutant } from './mutant.ts'

const CONNECTIONS = 'src/main/discovery/connections/connections.ts'
const DIALS = 'src/main/discovery/connections/dials.ts'
const LEDGER = 'src/main/discovery/base/dial-ledger.ts'

/** What is dialed first, and what rests: rules AN13 and AD7. */
export const DIAL_RESTS: readonly Mutant[] = [
  {
    rule: 'AN13',
    name: 'peers are dialed at random when the last neighbor goes',
    file: CONNECTIONS,
    find: 'for (const rank of [answered, others, this.#awake([...known], alone)]) fill(rank, first)',
    replace: 'fill(this.#awake([...reached, ...known, ...unknown], alone), first)',
  },
  {
    rule: 'AN13',
    name: 'what is known waits behind ghosts',
    file: CONNECTIONS,
    find: 'upTo: number, urgent = alone)',
    replace: 'upTo: number, urgent = false)',
  },
  {
    rule: 'AD7',
    name: 'addresses do not rest',
    file: DIALS,
    find: 'return this.#leadsThroughPeer(address) || this.ledger.allows(address, peerId, now)',
    replace: 'return this.#leadsThroughPeer(address) || address !== `${peerId}${now}`',
  },
  {
    rule: 'AD7',
    name: 'an address is dialed for many peers at once',
    file: DIALS,
    find: 'if (dialing !== undefined && dialing.peerId !== peerId && !shared) return false',
    replace: 'if (dialing === null) return false',
  },
  {
    rule: 'AD7',
    name: 'of the peers behind a relay one is dialed at a time',
    file: DIALS,
    find: 'const shared = isRelayUrl(address) || ',
    replace: 'const shared = ',
  },
  {
    rule: 'AD7',
    name: 'that a peer is not at a relay says that no other is',
    file: LEDGER,
    find: 'return isRelayUrl(address) ? { endpoint: `${endpoint} ${who}`, host: `${host} ${who}`, who } : { endpoint, host, who }',
    replace: 'return { endpoint, host, who }',
  },
  {
    rule: 'AD7',
    name: 'what nobody dialed rests too',
    file: DIALS,
    find: 'if (!(error instanceof NotDialed)) this.#charge(dial)',
    replace: 'this.#charge(dial)',
  },
  {
    rule: 'AD7',
    name: 'hosts have no cap',
    file: LEDGER,
    find: 'return (this.#hosts.get(place.host)?.until ?? -Infinity) <= now',
    replace: 'return true',
  },
  {
    rule: 'AD7',
    name: 'what others claim has the peer that answers wait',
    file: LEDGER,
    find: 'if (this.#isTrusted(known, place)) return (known',
    replace: 'if (this.#isTrusted(known, { ...place, who: null })) return (known',
  },
  {
    rule: 'AD7',
    name: 'a host that answered keeps its cap',
    file: LEDGER,
    find: 'this.#hosts.set(place.host, { ...NONE, proven: true })',
    replace: '',
  },
  {
    rule: 'AD7',
    name: 'addresses rest for a minute at most',
    file: LEDGER,
    find: 'const REST_LAST = 3_600_000',
    replace: 'const REST_LAST = 60_000',
  },
]
