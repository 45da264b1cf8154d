/** From an alert to what it is about, in the network that it belongs to. */
import { isPeerAim } from '../../../shared/alert-happenings.ts'
import type { Aim, PeerAim } from '../../../shared/alert-happenings.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { joinedKey } from '../../../shared/network-of.ts'
import { tellFailure } from '../controls/verbs.ts'
import { showIslands } from '../graph/show-islands.ts'
import { showPeer } from '../peers/show-peer.ts'
import { isForeign } from '../stores/picture-store.ts'
import { openHistory, showHistory } from '../stores/stored-history.ts'
import type { HistoryParts } from '../stores/stored-history.ts'

/** To the peer, else to the islands where it is about a split, else to the list. */
export function follow(parts: HistoryParts, aim: Aim): void {
  if (isPeerAim(aim)) return followPeer(parts, aim)
  if (aim.split !== null) return followIslands(parts, aim)
  return parts.ui.setState({ view: 'alerts' })
}

/**
 * To the peer, and to its departure where that is told: in the network that is joined, or in the history of another one, as it was when
 * the alert fired.
 */
export function followPeer(parts: HistoryParts, { peerId, network, at, departure }: PeerAim): void {
  const { peers, picture } = parts
  if (network !== null && networkKeyOf(network) !== joinedKey(peers.getState().status))
    return void openHistory(parts, network, { peerId, at, departure }).catch(tellFailure)
  // It is not in a file, nor in the history of another network.
  const { picture: shown, played } = picture.getState()
  if (played !== null || isForeign(shown)) picture.leave()
  const past = picture.getState().picture !== null
  return showPeer(parts, (past ? parts.other.peers : peers).getState().peers, peerId, departure)
}

/** To the islands in the graph: as they are while the network is split, else as they were when the alert fired. */
export function followIslands(
  parts: HistoryParts,
  { network, at, split }: Pick<Aim, 'network' | 'at' | 'split'>,
): void {
  const { peers, picture, ui } = parts
  if (network === null || (split === 'lasts' && networkKeyOf(network) === joinedKey(peers.getState().status))) {
    picture.leave()
    return showIslands(ui)
  }
  return void showHistory(parts, network, at, undefined, () => showIslands(ui)).catch(tellFailure)
}
