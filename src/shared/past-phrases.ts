/** The sentence of a past moment, from its picture and what is stored of the ten minutes before it: one wording for the window and the terminal. Pure. */
import { capital } from './capital.ts'
import type { NetworkRef, PastMoment, StallSpan } from './contract.ts'
import type { HealthPhrase } from './health-words.ts'
import { healthPhrases } from './health-words.ts'
import type { HealthSeries, RttFigures } from './health.ts'
import type { IslandsSummary } from './islands.ts'
import { notKnownSince } from './loss.ts'
import { ABILITIES } from './network-kind.ts'
import { stalledThenWords } from './own-troubles.ts'
import type { PeerRow } from './peer.ts'

/** What is known of the ten minutes before a moment, as one point. */
export type Before = Pick<HealthSeries, 'from' | 'to' | 'left' | 'lastLoss' | 'losses' | 'stalls'>

const NOBODY = { goodbye: 0, silent: 0, ownStall: 0, ownClock: 0, ownLoss: 0, removed: 0, displaced: 0, crawls: 0 }

/** What is known of the moment. */
export interface PastFacts {
  readonly network: NetworkRef
  /** Peers that the picture shows as here, ourselves not counted. */
  readonly here: number
  /** That we had lost the network; null where we were in it. */
  readonly loss: PastMoment['loss']
  /** Whether nobody was left, and the last ones had said goodbye. */
  readonly deserted: boolean
  /** Whether nobody had been met since we joined. */
  readonly alone: boolean
  /** Our own stall that lasted; null where there was none. */
  readonly stall: PastMoment['stall']
  /** A split whose other island was taken for gone; null where there was none. */
  readonly parted: PastMoment['parted']
  /** Whether nothing is stored of the moment. */
  readonly nothing: boolean
  /** Whether they only look so, since peers ended. */
  readonly islandsEnded?: boolean
  /** What the links of the picture say; null where none are known. */
  readonly islands: IslandsSummary | null
  /** Of the peers that the picture shows as here. */
  readonly rtt: RttFigures | null
  /** All that the picture shows. */
  readonly peers: Iterable<PeerRow>
  /** Null while that is on its way. It begins later where what is known does. */
  readonly before: Before | null
}

/** A shorter span says nothing of who left in it, milliseconds. */
const LEAST_MS = 1000

/** Phrases that the picture alone tells. */
const OF_PICTURE: ReadonlySet<HealthPhrase['id']> = new Set(['state', 'here', 'islands', 'parted'])

/** In the words of the present; what is not known of the past is left out. */
export function pastPhrases({
  network,
  here,
  nothing,
  loss,
  deserted,
  alone,
  stall,
  parted,
  islands,
  islandsEnded = false,
  rtt,
  peers,
  before,
}: PastFacts): readonly HealthPhrase[] {
  if (nothing) return [NOTHING]
  const [from, to] = before === null ? [0, 0] : [before.from, before.to]
  const phrases = healthPhrases({
    at: to,
    network,
    state: loss !== null ? 'lost' : deserted ? 'deserted' : alone ? 'alone' : 'online',
    here,
    islands,
    islandsEnded,
    islandsUnknown: ABILITIES[network.kind].neighbors ? null : 'untold',
    left: before?.left ?? { from, to, ...NOBODY },
    losses: before?.losses ?? null,
    notKnown: notKnownSince(peers, before?.lastLoss ?? null),
    parted,
    rtt,
    stalls: before?.stalls ?? null,
    loopDelay: null,
    clock: null,
    // Why is asked of each moment.
    refused: 0,
    store: null,
  }).filter(({ id }) => {
    if (OF_PICTURE.has(id)) return true
    if (id === 'rtt') return rtt !== null
    return before !== null && (id !== 'left' || to - from >= LEAST_MS)
  })
  return stall === null || loss !== null ? phrases : [stalled(stall), ...phrases]
}

/** Told first, as a loss is: all else is from before it. */
function stalled(stall: StallSpan): HealthPhrase {
  return {
    id: 'state',
    text: 'our own machine was stalled',
    more: `${capital(stalledThenWords(stall))}.`,
    tone: 'bad',
    evidence: null,
  }
}

const NOTHING: HealthPhrase = {
  id: 'state',
  text: 'nothing is known of this moment',
  more: '',
  tone: 'plain',
  evidence: null,
}
