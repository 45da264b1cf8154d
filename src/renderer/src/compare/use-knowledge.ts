import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Gathered, Held, KnowledgeDifference, KnowledgeScope } from '../../../shared/compare-peers.ts'
import { knowledgeDifference, knowledgeOf } from '../../../shared/compare-peers.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isClaim } from '../../../shared/links.ts'
import type { Edge } from '../../../shared/peer.ts'
import type { PeerStore } from '../stores/peer-store.ts'
import type { CatalogSeen } from './compare-store.ts'
import { momentOf } from './knowledge-moment.ts'
import { Newest } from './newest.ts'

/** Least time between two comparisons, while links come and go, in milliseconds. */
const EVERY_MS = 1000

/** The peers that two peers know. */
export interface Known {
  readonly of: readonly [Gathered, Gathered]
  readonly difference: KnowledgeDifference
  readonly scope: KnowledgeScope
  /** Of the peers and links that it is of. */
  readonly revision: string
}

/** Compares the peers that two peers know, again while that changes; null until it is done. */
export function useKnowledge(
  peers: PeerStore,
  [a, b]: readonly [PeerId, PeerId],
  catalogs: ReadonlyMap<PeerId, CatalogSeen>,
  scope: KnowledgeScope,
): Known | null {
  // Links are changed in place: their revision stands for them.
  const revision = useStore(peers, (state) => `${state.edgeRev} ${state.structRev}`)
  const [known, setKnown] = useState<Known | null>(null)
  const lastAt = useRef(-Infinity)
  const [newest] = useState(() => new Newest())
  useEffect(() => {
    const choice = `${a} ${b} ${scope} ${catalogs.get(a)?.state} ${catalogs.get(b)?.state}`
    // What the user changes is done at once.
    const wait = newest.choose(choice) ? 0 : Math.max(0, lastAt.current + EVERY_MS - performance.now())
    const run = async (): Promise<void> => {
      const isShown = newest.begin()
      const held = heldOf(peers, [a, b], catalogs)
      const { links } = peers.getState()
      const told = [...links.of(a), ...links.of(b)].filter(
        (edge) => !isClaim(edge) || links.against(edge) !== 'too old',
      )
      const counts = (edge: Edge): boolean => !isClaim(edge) || links.against(edge) === null
      const moment = momentOf(peers.getState().peers)
      const gathered = await inTurns(knowledgeOf(told, [a, b], held, counts, moment))
      const difference = await inTurns(knowledgeDifference(gathered, scope, moment))
      if (!isShown()) return
      lastAt.current = performance.now()
      setKnown({ of: gathered, difference, scope, revision })
    }
    const timer = setTimeout(() => void run(), wait)
    return () => clearTimeout(timer)
  }, [peers, a, b, catalogs, scope, revision, newest])
  return known
}

/** What catalogs hold: of others as of their last sync, our own as it is now. */
function heldOf(
  peers: PeerStore,
  pair: readonly [PeerId, PeerId],
  catalogs: ReadonlyMap<PeerId, CatalogSeen>,
): Map<PeerId, Held> {
  const held = new Map<PeerId, Held>()
  const { peers: rows } = peers.getState()
  for (const peerId of pair) {
    const seen = catalogs.get(peerId)
    if (rows.get(peerId)?.self === true) {
      const here = [...rows.values()].filter((row) => row.state === 'online' && !row.self)
      const at = here.reduce((newest, row) => Math.max(newest, row.lastSeen), 0)
      held.set(peerId, { at, peerIds: here.map((row) => row.peerId) })
    } else if (seen?.state === 'seen') held.set(peerId, seen)
  }
  return held
}

/** In tasks of their own, so that the window stays awake. */
async function inTurns<T>(steps: Iterator<void, T>): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await new Promise((resolve) => setTimeout(resolve))
  }
}
