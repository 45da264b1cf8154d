/** What a shared moment tells of its peers over time: round-trip times and versions, of which a data folder has a table each. */
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import type { RttSample, VersionRecord } from '../../store/types.ts'

/** Rows that are looked at before others have a turn. */
const AT_ONCE = 5000

/** What was measured of a peer, oldest first. */
export interface Measured {
  readonly rtts: readonly RttSample[]
  readonly versions: readonly VersionRecord[]
}

/** From rows as they changed, in the order of time: of several measurements between two of them the last one. In steps. */
export function* measuredIn(
  changes: Iterable<readonly Partial<PeerRow>[]>,
): Generator<void, ReadonlyMap<PeerId, Measured>> {
  const found = new Map<PeerId, { readonly rtts: RttSample[]; readonly versions: VersionRecord[] }>()
  let looked = 0
  for (const rows of changes)
    for (const { peerId, rtt, version, lastSeen, source } of rows) {
      looked += 1
      if (looked % AT_ONCE === 0) yield
      if (peerId === undefined) continue
      const { rtts, versions } = found.get(peerId) ?? { rtts: [], versions: [] }
      found.set(peerId, { rtts, versions })
      if (rtt !== undefined && rtt !== null && rtt.at > (rtts.at(-1)?.at ?? -Infinity))
        rtts.push({ at: rtt.at, ms: rtt.last })
      if (version !== undefined && lastSeen !== undefined)
        versions.push({ version, at: lastSeen, source: source ?? versions.at(-1)?.source ?? 'gossip' })
    }
  return found
}

/** The versions of a peer, newest first, as a store has them: by these alone a file knows of clocks. @param until milliseconds since the epoch */
export function versionsIn(
  measured: ReadonlyMap<PeerId, Measured>,
  peerId: PeerId,
  until = Infinity,
): readonly VersionRecord[] {
  return (measured.get(peerId)?.versions ?? []).filter(({ at }) => at <= until).toReversed()
}
