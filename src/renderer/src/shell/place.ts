/** A place in the window as the part of its URL after `#`: `/peers?filter=tag%3Avalidator&peer=12D3Koo…&at=2026-11-29T09:00:00.000Z`. */
import { MAX_FILTER } from '../../../shared/filter.ts'
import type { NetworkId, PeerId } from '../../../shared/ids.ts'
import { INVITATION_SCHEME } from '../../../shared/invitation.ts'
import { isNetworkKind, kindAndIdOf, networkKeyOf } from '../../../shared/network-kind.ts'
import type { KindAndId, NetworkKey } from '../../../shared/network-kind.ts'
import { peerIdFromAnyForm } from '../../../shared/peer-form.ts'
import { formatUtc, parseUtc } from '../../../shared/time.ts'
import { VIEWS } from '../stores/ui-store.ts'
import type { View } from '../stores/ui-store.ts'

const NETWORK = /^[0-9a-f]{64}$/i

/** What a link to the window says. */
export interface Place {
  readonly view: View
  readonly filter: string
  readonly peer: PeerId | null
  /** The past moment that is looked at, milliseconds since the epoch; null for now. */
  readonly at: number | null
  /** The network that it is about, 64 hex digits; null for the one that is shown. */
  readonly network: string | null
  /** The stored network whose history is looked at without joining; null for none. */
  readonly history: KindAndId | null
}

/** A place as a link that the desktop app opens. */
export function placeLink(place: Place): string {
  return `${INVITATION_SCHEME}://show${placeText(place)}`
}

/** Longest text that is read, in characters. */
const MAX_TEXT = 4 * MAX_FILTER

/** What `readPlace` reads. What is as usual is left out. */
export function placeText({ view, filter, peer, at, network, history }: Place): string {
  const query = new URLSearchParams()
  if (filter.trim() !== '') query.set('filter', filter)
  if (peer !== null) query.set('peer', peer)
  if (at !== null) query.set('at', formatUtc(at))
  if (network !== null) query.set('network', network)
  if (history !== null) query.set('history', networkKeyOf(history))
  return `/${view}${query.size === 0 ? '' : `?${query.toString()}`}`
}

/** The place; null for a text that names no view. What else cannot be read is left out: a link may be cut short on its way. */
export function readPlace(text: string): Place | null {
  if (text.length > MAX_TEXT || !text.startsWith('/')) return null
  const [path = '', ...rest] = text.slice(1).split('?')
  const view = VIEWS.find((one) => one === path)
  if (view === undefined) return null
  const query = new URLSearchParams(rest.join('?'))
  return {
    view,
    filter: (query.get('filter') ?? '').slice(0, MAX_FILTER),
    peer: peerIdFromAnyForm(query.get('peer') ?? ''),
    at: parseUtc(query.get('at') ?? ''),
    network: NETWORK.exec(query.get('network') ?? '')?.[0].toLowerCase() ?? null,
    history: historyFrom(query.get('history') ?? ''),
  }
}

/** A network by its kind and id, as `networkKeyOf` writes it. */
function historyFrom(text: string): KindAndId | null {
  const { kind, id } = kindAndIdOf(text as NetworkKey)
  const read = NETWORK.exec(id)?.[0].toLowerCase()
  return read === undefined || !isNetworkKind(kind) ? null : { kind, id: read as NetworkId }
}
