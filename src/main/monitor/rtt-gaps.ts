/** Where the line of a peer's round-trip times has gaps: it was not here, we had lost the network, or nothing was measured. */
import type { PeerDetail } from '../../shared/contract.ts'
import type { PeerId } from '../../shared/ids.ts'
import type { NetworkKey } from '../../shared/network-kind.ts'
import type { RttSample, StoreReader } from '../store/types.ts'
import { sampleSpan } from '../store/upkeep/samples.ts'
import type { Run } from './insight/runs.ts'
import { lossesIn } from './loss.ts'
import { turn } from './turns.ts'

/** Presences that are read before others get a turn, and at all: of one that comes and goes more often the newest are looked at. */
const PAGE = 1000
const MOST = 20_000
/** Measurements that may be missing in a row before it is a gap: a single answer gets lost now and then. */
const MISSED = 3
/** So many spaces before one, and after it, tell how often the peer was measured then. */
const BESIDE = 4

/** What the gaps of one peer are found by. */
export interface GapFacts {
  /** In the order of time. */
  readonly samples: readonly RttSample[]
  /** When its presences began, in the order of time. */
  readonly begins: readonly number[]
  /** When we had lost the network, in the order of time. */
  readonly losses: readonly Run[]
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The stored samples of a peer, newest last, with their gaps. In turns. */
export async function samplesWithGaps(
  store: StoreReader,
  networkKey: NetworkKey,
  peerId: PeerId,
  now: number,
): Promise<PeerDetail['rttSamples']> {
  const samples = store.rttSamplesOf(networkKey, peerId)
  const [from, to] = [samples[0]?.at ?? now, samples.at(-1)?.at ?? now]
  const begins: number[] = []
  for (let before: number | undefined, more = samples.length > 0; more;) {
    const page = store.sessionsPage({ networkKey, peerId, from, before, limit: PAGE })
    begins.push(...page.sessions.map((session) => session.from))
    before = page.sessions.at(-1)?.id
    more = page.more && begins.length < MOST
    await turn()
  }
  begins.sort((a, b) => a - b)
  return withGaps({ samples, begins, losses: await lossesIn({ store, networkKey }, from, to), now })
}

/** Says of each sample whether there is a gap before it. Pure. */
export function withGaps({ samples, begins, losses, now }: GapFacts): PeerDetail['rttSamples'] {
  const spaces = spacesOf(samples, now)
  let [begin, loss] = [0, 0]
  return samples.map(({ at, ms }, index) => {
    const before = samples[index - 1]
    const space = spaces[index - 1]
    if (before === undefined || space === undefined) return { at, ms, gap: false }
    while ((begins[begin] ?? Infinity) <= before.at) begin += 1
    while ((losses[loss]?.to ?? Infinity) <= before.at) loss += 1
    const came = (begins[begin] ?? Infinity) <= at
    const lost = (losses[loss]?.from ?? Infinity) < at
    return { at, ms, gap: came || lost || space.ms > MISSED * Math.max(usual(spaces, index - 1), space.kept) }
  })
}

/** A space between two samples, and how far apart samples of that age are kept; milliseconds. */
interface Space {
  readonly ms: number
  readonly kept: number
}

function spacesOf(samples: readonly RttSample[], now: number): readonly Space[] {
  return samples.slice(1).map(({ at }, index) => {
    const from = samples[index]?.at ?? at
    return { ms: at - from, kept: sampleSpan(now - from) }
  })
}

/**
 * How often the peer was measured around a space: the median of those beside it that are thinned alike, of two the longer one. What was
 * measured tells it best: settings, and the size of the network by which a node measures less often, may have been others then.
 */
function usual(spaces: readonly Space[], index: number): number {
  const beside = spaces.slice(Math.max(0, index - BESIDE), index + BESIDE + 1)
  const alike = beside.filter(({ kept }) => kept === spaces[index]?.kept).map(({ ms }) => ms)
  return alike.toSorted((a, b) => a - b)[alike.length >> 1] ?? 0
}
