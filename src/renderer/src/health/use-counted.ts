import { useMemo } from 'react'
import { useStore } from 'zustand'
import { useApp } from '../stores/app-context.tsx'
import type { ReadStore } from '../stores/paced.ts'
import { paced } from '../stores/paced.ts'
import type { PeerStoreState } from '../stores/peer-store.ts'

/** Least pause between two counts, and what each peer adds to it, milliseconds: of thousands a count costs something. */
const PAUSE_MS = 250
const PAUSE_EACH_MS = 0.2

/** How long what changes right after a count waits for the next one. */
export function countPause({ peers }: Pick<PeerStoreState, 'peers'>): number {
  return Math.max(PAUSE_MS, peers.size * PAUSE_EACH_MS)
}

/** The peers as they are counted elsewhere: at once, and while they go on changing after each pause. */
export function countedIn(peers: ReadStore<PeerStoreState>): ReadStore<PeerStoreState> {
  return paced(peers, countPause, () => true)
}

/**
 * Another number when peers came or went, or changed their state: what is counted elsewhere is then asked for again, so that it is
 * of the same peers as the count of header and table.
 */
export function useCounted(): number {
  const { peers } = useApp()
  const counted = useMemo(() => countedIn(peers), [peers])
  return useStore(counted, ({ structRev }) => structRev)
}
