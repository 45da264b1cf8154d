/** Has the window look again when the story goes on: what a sentence says is shown at once. */
import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthStore } from '../stores/health-store.ts'
import type { PeerStore } from '../stores/peer-store.ts'

/** Looks how the network is with each moment of the story, not only at the next time. */
export function followStory(peers: Pick<PeerStore, 'subscribe'>, health: Pick<HealthStore, 'look'>): void {
  peers.subscribe(({ status }, { status: before }) => {
    // Peers change far more often.
    if (status === before) return
    const moment = momentOf(status)
    if (moment !== null && moment !== momentOf(before)) void health.look()
  })
}

function momentOf(status: NetworkStatus): string | null {
  const story = 'story' in status ? status.story : null
  return story === null ? null : JSON.stringify(story)
}
