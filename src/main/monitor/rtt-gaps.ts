/** Where the line of a peer's round-trip times has gaps: it was not here, we had lost the network, or nothing was measured. */
import type { PeerDetail, SessionRow } from '../../shared/contract.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { RttSample, StoreReader } from '../store/types.ts'
import { sampleSpan } from '../store/upkeep/samples.ts'
import type { Run } from './insight/runs.ts'
import { lossesIn } from './loss.ts'

/** Presences that are looked at, the newest. */
const MOST_PRESENCES = 1000
/** Measurements that may be missing in a row before it is a gap: a single answer gets lost now and then. */
const MISSED = 3

/** What the gaps of one peer are found by. */
export interface GapFacts {
  readonly samples: readonly RttSample[]
  readonly presences: readonly Pick<SessionRow, 'from'>[]
  /** When we had lost the network. */
  readonly losses: readonly Run[]
  /** How often it is measured, milliseconds. */
  readonly everyMs: number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The stored samples of a peer, newest last, with their gaps. In turns. */
export async function samplesWithGaps(
  store: StoreReader,
  networkKey: NetworkKey,
  peerId: PeerId,
  { everyMs, now }: Pick<GapFacts, 'everyMs' | 'now'>,
): Promise<PeerDetail['rttSamples']> {
  const samples = store.rttSamplesOf(networkKey, peerId)
  const [from, to] = [samples[0]?.at ?? now, samples.at(-1)?.at ?? now]
  const { sessions } = store.sessionsPage({ networkKey, peerId, from, limit: MOST_PRESENCES })
  return withGaps({
    samples,
    presences: sessions,
    losses: await lossesIn({ store, networkKey }, from, to),
    everyMs,
    now,
  })
}

/** Says of each sample whether there is a gap before it. Pure. */
export function withGaps({ samples, presences, losses, everyMs, now }: GapFacts): PeerDetail['rttSamples'] {
  const begins = presences.map(({ from }) => from)
  const isGap = (from: number, to: number): boolean =>
    to - from > MISSED * Math.max(everyMs, sampleSpan(now - from)) ||
    begins.some((at) => at > from && at <= to) ||
    losses.some((loss) => loss.from < to && loss.to > from)
  return samples.map(({ at, ms }, index) => {
    const before = samples[index - 1]
    return { at, ms, gap: before !== undefined && isGap(before.at, at) }
  })
}
