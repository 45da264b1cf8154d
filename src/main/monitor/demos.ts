/** The networks of the last demos: nobody joins them again, but what was seen of them can be looked at. */
import { z } from 'zod'
import type { ListedNetwork, NetworkRef, RecentNetwork } from '../../shared/contract.ts'
import type { NetworkId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import { networkKeyOf } from '../../shared/network-kind.ts'
import type { Store, StoreReader } from '../store/types.ts'
import { forgetNetwork } from './forget.ts'
import { historyEnd } from './history-end.ts'
import { lossUpTo } from './loss.ts'
import { inTurns } from './turns.ts'

/** How many demos are kept; an older one is forgotten when another begins. */
export const DEMOS_KEPT = 3

const KEY = 'demos'

const storedDemo = z.object({
  id: z.custom<NetworkId>((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)),
  name: z.string().max(100).nullable(),
  at: z.number(),
})

type Demo = z.infer<typeof storedDemo>

/** Remembers the network of a demo that is joined now, and forgets those that are too many. */
export function demoJoined(store: Store, { id, name }: NetworkRef, at: number): void {
  const demos = [{ id, name, at: Math.floor(at) }, ...readDemos(store).filter((one) => one.id !== id)]
  store.setSetting(KEY, demos.slice(0, DEMOS_KEPT))
  for (const old of demos.slice(DEMOS_KEPT)) forgetNetwork(store, keyOf(old))
}

/** Takes a network off the list, and all that is stored of it with it. */
export function forgetStored(store: Store, key: NetworkKey): void {
  const demos = readDemos(store)
  const rest = demos.filter((one) => keyOf(one) !== key)
  if (rest.length < demos.length) store.setSetting(KEY, rest.length === 0 ? undefined : rest)
  forgetNetwork(store, key)
}

/** Networks that were joined before, and the last demos; joined last first. @param joined the one that is joined now */
export async function recentNetworks(store: StoreReader, joined: NetworkKey | null): Promise<readonly ListedNetwork[]> {
  const demos: RecentNetwork[] = []
  for (const one of readDemos(store)) {
    const [stored] = (await inTurns(store.statsSteps(keyOf(one)))).networks
    if (stored !== undefined) demos.push(recentDemo(one, stored.rows.peers))
  }
  return [...store.recentNetworks(), ...demos]
    .sort((a, b) => b.lastJoinedAt - a.lastJoinedAt)
    .map((one) => ({ ...one, ...(networkKeyOf(one) === joined ? NOT_ENDED : endOf(store, networkKeyOf(one))) }))
}

const NOT_ENDED: Pick<ListedNetwork, 'end' | 'endedLost'> = { end: null, endedLost: false }

function endOf(store: StoreReader, key: NetworkKey): Pick<ListedNetwork, 'end' | 'endedLost'> {
  const [end, at] = [historyEnd(store, key), store.lastEventAt(key)]
  return { end, endedLost: end !== null && at !== null && lossUpTo(store, key, at) !== null }
}

/** The same without figures, and without how they ended. */
export function knownNetworks(store: StoreReader): readonly RecentNetwork[] {
  return [...store.recentNetworks(), ...readDemos(store).map((one) => recentDemo(one, 0))]
}

function recentDemo({ id, name, at }: Demo, knownPeers: number): RecentNetwork {
  return {
    kind: 'peerscope',
    id,
    name,
    lastJoinedAt: at,
    bootstrap: [],
    tags: [],
    relay: 'off',
    entryVersion: null,
    knownPeers,
    demo: true,
  }
}

/** Newest first; what cannot be used is left out. */
function readDemos(store: Pick<StoreReader, 'getSetting'>): readonly Demo[] {
  const stored = store.getSetting(KEY)
  if (!Array.isArray(stored)) return []
  return stored.slice(0, DEMOS_KEPT).flatMap((one: unknown) => storedDemo.safeParse(one).data ?? [])
}

function keyOf({ id }: Pick<Demo, 'id'>): NetworkKey {
  return networkKeyOf({ kind: 'peerscope', id })
}
