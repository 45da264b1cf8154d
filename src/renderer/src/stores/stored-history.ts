/** Looks at the history of a network that was joined before. Nothing is joined, and nothing is written. */
import type { StoreApi } from 'zustand'
import type { NetworkRef, NetworkStatus, StoredNetwork } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import type { KindAndId } from '../../../shared/network-kind.ts'
import { joinedKey } from '../../../shared/network-of.ts'
import { formatLocalDay } from '../../../shared/time.ts'
import { showPeer } from '../peers/show-peer.ts'
import type { ShowParts } from '../peers/show-peer.ts'
import { formatClockSeconds } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import type { Client } from './client.ts'
import type { NameStore } from './name-store.ts'
import type { NoteStore } from './note-store.ts'
import type { PeerStore } from './peer-store.ts'
import type { PictureStore } from './picture-store.ts'
import { whichOf } from './played-parts.ts'
import type { UiState } from './ui-store.ts'

/** What it works with. */
export interface HistoryParts {
  readonly client: Pick<Client, 'stored'>
  readonly picture: PictureStore
  readonly peers: PeerStore
  readonly ui: StoreApi<UiState>
  readonly table: ShowParts['table']
  /** What is shown of what is looked at in place of the network as it is now. */
  readonly other: { readonly peers: PeerStore }
  readonly notes: NoteStore
  readonly names: NameStore
}

/**
 * Opens what is stored of a network, at a moment or at the last one that is stored. That of the network that is joined is its
 * own past. Resolves when it is shown. Rejects as the engine does.
 * @param wanted whether the user still waits for it: asked once the engine has answered
 * @param arrive called just before the history is shown, if there is one
 */
export async function showHistory(
  parts: HistoryParts,
  of: KindAndId,
  at: number | null,
  wanted: () => boolean = () => true,
  arrive: () => void = () => undefined,
): Promise<void> {
  const { client, picture, peers } = parts
  const { status } = peers.getState()
  if (joinedKey(status) === networkKeyOf(of)) {
    arrive()
    if (at !== null) picture.goTo(at)
    return
  }
  const before = picture.getState().went
  const stored = await client.stored.open({ network: of.id, kind: of.kind })
  const which = whichOf(stored)
  // Who looks at something else by now, or joined a network, went away from it.
  const left = picture.getState().went !== before
  const joined = isEntered(peers.getState().status) && !isEntered(status)
  if (which === null || left || joined || !wanted()) return
  const played = {
    file: null,
    stored,
    title: nameOf(stored.network, stored.demo, stored.moment.to),
    kind: stored.network.kind,
    moment: stored.moment,
    at: (moment: number) => client.stored.at({ ...which, at: moment }),
  }
  arrive()
  await picture.playFile(played, at ?? stored.moment.asOf)
}

/**
 * Its graph and its timeline come first; of a peer that the graph does not draw, where that is listed.
 * @param to a peer of it that is selected once it is shown, with its departure, and the moment; its last moment, and nobody, where left out
 */
export async function openHistory(
  parts: HistoryParts,
  of: KindAndId,
  to: { readonly peerId: PeerId; readonly at: number; readonly departure: number | null } | null = null,
): Promise<void> {
  const { picture, ui } = parts
  const arrive = (): void => ui.setState({ view: 'network', selected: null, filter: '' })
  await showHistory(parts, of, to?.at ?? null, undefined, arrive)
  const stored = picture.getState().played?.stored
  if (to === null || stored === undefined || networkKeyOf(stored.network) !== networkKeyOf(of)) return
  showPeer(parts, parts.other.peers.getState().peers, to.peerId, to.departure)
}

/** What a stored network is called. @param at when it was joined or shown last, milliseconds since the epoch */
export function nameOf({ name, id }: Pick<NetworkRef, 'name' | 'id'>, demo: boolean, at: number): string {
  return demo
    ? strings.history.demo(`${formatLocalDay(at)} ${formatClockSeconds(at)}`)
    : (name ?? `${id.slice(0, 16)}…`)
}

/** While nothing is joined, names and notes are those of the stored network; it closes where the user joins a network. */
export function followHistory({ picture, peers, notes, names }: HistoryParts): void {
  let lent = false
  const lend = (stored: StoredNetwork | undefined): void => {
    names.apply({ type: 'batch', seq: 0, names: stored?.names ?? [] })
    // Those of a network that is joined meanwhile are loaded for it.
    if (!('network' in peers.getState().status)) notes.show(stored?.notes ?? [])
  }
  picture.subscribe((state, before) => {
    const stored = state.played?.stored
    if (stored === before.played?.stored) return
    const lends = stored !== undefined && !('network' in peers.getState().status)
    if (lends || lent) lend(lends ? stored : undefined)
    lent = lends
  })
  peers.subscribe(({ status }, before) => {
    const stored = picture.getState().played?.stored
    if (stored === undefined || status === before.status || !isEntered(status)) return
    const same = networkKeyOf(stored.network) === networkKeyOf(status.network)
    // One that was there before the window was is none that the user went to.
    if (same || (before.seq !== null && !isEntered(before.status))) picture.leave()
  })
}

/** Whether a network is joined, or is being joined or left. */
function isEntered(status: NetworkStatus): status is Exclude<NetworkStatus, { state: 'none' | 'failed' }> {
  return status.state !== 'none' && status.state !== 'failed'
}

/** Remembers which network was left last, until another is joined. */
export function followLeft({ peers, ui }: Pick<HistoryParts, 'peers' | 'ui'>): void {
  let joined: NetworkRef | null = null
  peers.subscribe(({ status }, before) => {
    if (status === before.status) return
    if ('neighbors' in status) {
      joined = status.network
      if (ui.getState().left !== null) ui.setState({ left: null })
    } else if ((status.state === 'none' || status.state === 'failed') && joined !== null) {
      ui.setState({ left: joined })
      joined = null
    }
  })
}
