import type { Snapshot } from '../../../src/shared/contract.ts'
import type { FakeClient } from './fake-api.ts'
import { partsOf, pictureOf } from './fake-api.ts'
import { fakeCounts, fakePage } from './fake-events.ts'
import { fakeHealth } from './fake-health.ts'

/** How a double is, and what it has stored of a network: what its snapshot shows, as its past. */
export function fakeStored(snapshot: () => Snapshot): ReturnType<typeof fakeHealth> & Pick<FakeClient, 'stored'> {
  const now = fakeHealth(snapshot)
  const { health, why } = now
  const last = (): number => snapshot().events[0]?.at ?? 0
  return {
    ...now,
    stored: {
      open: async ({ network, kind = 'peerscope' }) => ({
        network: { kind, id: network as never, name: 'stored-net' },
        demo: false,
        moment: { asOf: last(), from: snapshot().events.at(-1)?.at ?? 0, to: last() },
        end: { how: 'left' },
        notes: [],
        names: [],
      }),
      at: async ({ at }) => {
        const { peers, edges } = snapshot()
        return pictureOf({ at, seq: 0, peers, edges, edgesAt: at })
      },
      events: async ({ query }) => fakePage(snapshot().events, query),
      counts: async ({ query }) => fakeCounts(snapshot().events, query),
      sessions: async () => ({ sessions: [], more: false }),
      series: async ({ query }) => await health.series(query),
      breakdown: async ({ query }) => await health.breakdown(query),
      whyPeer: async ({ peerId }) => await why.peer({ peerId }),
      whyNetwork: async () => await why.network({}),
      file: async () => partsOf([{ done: 0, total: 0, text: '{}' }]),
    },
  }
}
