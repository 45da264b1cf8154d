import type { Contract, Snapshot } from '../../../src/shared/contract.ts'
import type { ContractRouterClient } from '@orpc/contract'
import type { HealthNow } from '../../../src/shared/health.ts'
import { UnknownPeer } from '../../../src/shared/errors.ts'
import { isHere } from '../../../src/shared/loss.ts'
import { NO_NAMES } from '../../../src/shared/names.ts'
import { breakdown } from '../../../src/main/monitor/insight/breakdown.ts'
import { peerIdAt } from './fake-network.ts'
import { nobodyLeft } from '../nobody-left.ts'

type Client = ContractRouterClient<Contract>

/** What a fake crawl finds: one island of ten. */
export const FAKE_VERDICT = {
  verdict: 'all 10 peers, ourselves included, form one island; no single link or peer holds it together',
  islands: {
    count: 1,
    sizes: [10],
    fragments: { count: 0, peers: 0 },
    unknown: 0,
    bridgeCount: 0,
    bridges: [],
    articulationCount: 0,
    articulations: [],
    withSelf: true,
  },
}

/** A peer of every fake network that is in no list: all of its entries are refused. */
export const FAKE_REFUSED = peerIdAt(1_000_000)

/** Health and causes of what a fake window shows. */
export function fakeHealth(snapshot: () => Snapshot): Pick<Client, 'health' | 'why'> {
  return {
    health: {
      now: async () => healthOf(snapshot()),
      series: async ({ from, to, points = 200 }) => {
        const column = (value: number): number[] => Array.from({ length: points }, () => value)
        const { here } = healthOf(snapshot())
        return {
          from,
          to,
          stepMs: (to - from) / points,
          at: column(0).map((_, index) => from + (index * (to - from)) / points),
          here: column(here),
          joined: column(0),
          goodbye: column(0),
          silent: column(0),
          ownStall: column(0),
          ownClock: column(0),
          ownLoss: column(0),
          removed: column(0),
          p50: column(38),
          p95: column(81),
          islands: column(1),
          stallMs: column(0),
          loopDelayMs: column(12),
          rttPeers: { read: here, all: here },
          lastLoss: null,
          losses: null,
          stalls: null,
          left: nobodyLeft(from, to),
        }
      },
      breakdown: async ({ by }) => {
        const here = snapshot().peers.filter((row) => isHere(row, null))
        const steps = breakdown(by, here, NO_NAMES)
        for (;;) {
          const step = steps.next()
          if (step.done === true) return step.value
        }
      },
    },
    why: {
      peer: async ({ peerId, at }) => {
        const told = { peerId, causes: [], at: 1_750_000_000_000, since: null, notKept: null }
        if (at !== undefined) return { ...told, matter: 'silent', sentence: 'It was gone then.' }
        if (peerId === FAKE_REFUSED) return { ...told, matter: 'never reached', sentence: 'It is not in our catalog.' }
        if (!snapshot().peers.some((row) => row.peerId === peerId)) throw new UnknownPeer(`${peerId} is not known`)
        return { ...told, matter: 'fine', sentence: 'nothing is wrong with it.' }
      },
      network: async () => ({
        matter: 'fine',
        sentence: 'nothing is known to be wrong with the network.',
        causes: [],
        at: 1_750_000_000_000,
        since: null,
        notKept: null,
      }),
    },
  }
}

function healthOf({ status, peers }: Snapshot): HealthNow {
  // The window takes it for the clock of the host.
  const at = Date.now()
  return {
    at,
    network:
      'network' in status ? status.network : { kind: 'peerscope', id: '' as HealthNow['network']['id'], name: null },
    state: status.state,
    here: peers.filter((row) => row.state === 'online' && !row.self).length,
    islands: null,
    islandsEnded: false,
    islandsUnknown: 'none yet',
    left: nobodyLeft(at - 600_000, at),
    losses: null,
    notKnown: null,
    parted: null,
    rtt: null,
    stalls: null,
    loopDelay: null,
    refused: 0,
    clock: null,
    store: null,
  }
}
