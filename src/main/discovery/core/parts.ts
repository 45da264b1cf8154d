/** The parts of the core, put together. Dependencies go one way. */
import { Announce } from '../announce/announce.ts'
import { Attempts } from '../bootstrap/attempts.ts'
import type { Start } from '../bootstrap/bootstrap.ts'
import { Bootstrap } from '../bootstrap/bootstrap.ts'
import { Provenance } from '../bootstrap/provenance.ts'
import { Presence } from '../catalog/presence.ts'
import { Purger } from '../catalog/purger.ts'
import { Connections } from '../connections/connections.ts'
import { Dials } from '../connections/dials.ts'
import { DhtBootstrap } from '../dht/bootstrap.ts'
import { OwnEntry } from '../entry/own-entry.ts'
import { StatedVersion } from '../entry/stated-version.ts'
import { ClockCheck } from '../liveness/clock-check.ts'
import { Prober } from '../liveness/prober.ts'
import { AntiEntropy } from '../sync/anti-entropy.ts'
import { syncViewFor } from '../sync/catalog-view.ts'
import { InboundSyncs } from '../sync/inbound.ts'
import type { SyncViewFor } from '../sync/parts.ts'
import { Syncs } from '../sync/syncs.ts'
import { Answers } from './answers.ts'
import { CommandDesk } from './commands.ts'
import type { Env } from './env.ts'
import { Exchanges } from './exchanges.ts'
import { Requests } from './requests.ts'

/** All parts of one core. */
export interface Parts {
  readonly own: OwnEntry
  readonly statedVersion: StatedVersion
  readonly presence: Presence
  readonly purger: Purger
  readonly attempts: Attempts
  readonly provenance: Provenance
  readonly bootstrap: Bootstrap
  readonly dials: Dials
  readonly connections: Connections
  readonly exchanges: Exchanges
  readonly requests: Requests
  readonly inbound: InboundSyncs
  readonly syncs: Syncs
  readonly antiEntropy: AntiEntropy
  readonly prober: Prober
  readonly clocks: ClockCheck
  readonly announce: Announce
  readonly answers: Answers
  readonly desk: CommandDesk
  /** Null where the DHT is off. */
  readonly dht: DhtBootstrap | null
}

/** Makes them. */
export function makeParts(env: Env, start: Start, withDht: boolean): Parts {
  const attempts = new Attempts(env.clock)
  const provenance = new Provenance(env.clock, attempts, env.peers)
  const own = new OwnEntry(env)
  const presence = new Presence(env, own, provenance)
  const dials = new Dials(env, attempts)
  const exchanges = new Exchanges(env, presence)
  const requests = new Requests(env, dials, exchanges)
  const viewFor: SyncViewFor = (peerId) => syncViewFor(env, own, peerId)
  const inbound = new InboundSyncs(env, viewFor, exchanges)
  const syncs = new Syncs(env, { viewFor, dials, exchanges, inbound })
  const bootstrap = new Bootstrap(env, { dials, attempts, provenance }, start)
  const clocks = new ClockCheck(env, requests)
  const announce = new Announce(env, own, presence, clocks)
  const { limits } = announce
  const { places } = bootstrap
  return {
    own,
    statedVersion: new StatedVersion(env, own),
    presence,
    purger: new Purger(env, presence),
    provenance,
    attempts,
    bootstrap,
    dials,
    connections: new Connections(env, dials, syncs),
    exchanges,
    requests,
    inbound,
    syncs,
    antiEntropy: new AntiEntropy(env, syncs),
    prober: new Prober(env, requests),
    clocks,
    announce,
    answers: new Answers(env, { own, limits, exchanges, syncs, inbound }),
    desk: new CommandDesk(env, { own, presence, dials, places, attempts, requests, syncs }),
    dht: withDht ? new DhtBootstrap(env, requests) : null,
  }
}
