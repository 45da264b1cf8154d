import type { Mutant } from './mutant.ts'

const PROBER = 'src/main/discovery/liveness/prober.ts'

/** How often peers are probed: rule RT2. */
export const PROBES: readonly Mutant[] = [
  {
    rule: 'RT2',
    name: 'the first probe of a connected peer comes within 50 s',
    file: PROBER,
    find: 'const SOON_MS = 5000',
    replace: 'const SOON_MS = 50_000',
  },
  {
    rule: 'RT2',
    name: 'peers without a connection are dialed soon to be measured',
    file: PROBER,
    find: 'record.connection === null ? this.#far(record) : this.#soon()',
    replace: 'this.#soon()',
  },
  {
    rule: 'RT2',
    name: 'the first probe of a connected peer comes in its turn',
    file: PROBER,
    find: 'record.connection === null ? this.#far(record) : this.#soon()',
    replace: 'this.#far(record)',
  },
  {
    rule: 'RT2',
    name: 'a peer without a connection may be dialed at once',
    file: PROBER,
    find: 'const FIRST_AFTER = 1 / 3',
    replace: 'const FIRST_AFTER = 0',
  },
  {
    rule: 'RT2',
    name: 'the first probe of a peer without a connection may come after its interval',
    file: PROBER,
    find: 'u * (1 - FIRST_AFTER)',
    replace: 'u',
  },
  {
    rule: 'RT2',
    name: 'a peer without a connection is dialed as often as others are probed',
    file: PROBER,
    find: 'record.connection === null ? this.#dialInterval() : config.rttProbeInterval',
    replace: 'config.rttProbeInterval',
  },
  {
    rule: 'RT2',
    name: 'many peers are dialed as often as few',
    file: PROBER,
    find: 'Math.max(rttDialInterval, peers * DIAL_MS)',
    replace: 'rttDialInterval',
  },
  {
    rule: 'RT2',
    name: 'few peers are dialed more often',
    file: PROBER,
    find: 'Math.max(rttDialInterval, peers * DIAL_MS)',
    replace: 'peers * DIAL_MS',
  },
  {
    rule: 'RT2',
    name: 'the first dials of many peers come within the interval of few',
    file: PROBER,
    find: 'const interval = this.#dialInterval()\n    const u',
    replace: 'const interval = this.#env.config.rttDialInterval\n    const u',
  },
  {
    rule: 'RT2',
    name: 'connected peers count as peers to dial',
    file: PROBER,
    find: 'catalog.size - peers.connected().size',
    replace: 'catalog.size',
  },
  {
    rule: 'RT2',
    name: 'a connected peer is probed as rarely as others are dialed',
    file: PROBER,
    find: 'record.connection === null ? this.#dialInterval() : config.rttProbeInterval',
    replace: 'this.#dialInterval()',
  },
  {
    rule: 'RT2',
    name: 'a peer that connects is measured again at once',
    file: PROBER,
    find: 'clock.now() - measured < interval ? around(interval, random.number()) : this.#soon()',
    replace: 'this.#soon()',
  },
  {
    rule: 'RT2',
    name: 'a probe that is due is put off by a connection',
    file: PROBER,
    find: 'probeAt !== null && probeAt > clock.monotonic() + inMs',
    replace: 'probeAt !== null',
  },
  {
    rule: 'RT2',
    name: 'a peer is probed once',
    file: PROBER,
    find: 'this.#schedule(record, around(interval, random.number()))',
    replace: '',
  },
]
