import { useApp, usePicture } from '../stores/app-context.tsx'
import type { PeerStore } from '../stores/peer-store.ts'

/** The peers that are looked at: those of the network as it is, or of the past moment or file in its place. */
export function useShownPeers(): PeerStore {
  const { peers, other } = useApp()
  const looking = usePicture((state) => state.picture !== null)
  return looking ? other.peers : peers
}
