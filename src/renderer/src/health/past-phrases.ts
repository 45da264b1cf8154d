/** The sentence of a past moment, from its picture and what is stored of the ten minutes before it. Pure. */
import type { HealthSeries } from '../../../shared/health.ts'
import type { HealthPhrase } from '../../../shared/health-words.ts'
import { evidence, healthPhrases } from '../../../shared/health-words.ts'
import type { NetworkRef } from '../../../shared/contract.ts'
import { stallWords } from '../../../shared/own-troubles.ts'
import type { Then } from '../stores/picture-store.ts'

/** What is known of the moment. */
export interface PastFacts {
  readonly network: NetworkRef
  /** Peers that the picture shows as here, ourselves not counted. */
  readonly here: number
  /** That we had lost the network; null where we were in it. */
  readonly loss: Then['loss']
  /** Whether nothing is stored of the moment. */
  readonly nothing: boolean
  /** What the links of the picture say; null where none are known. */
  readonly islands: Then['islands']
  /** One point: the ten minutes before the moment; null while that is on its way. */
  readonly before: HealthSeries | null
}

/** Phrases that the picture alone tells. */
const OF_PICTURE: ReadonlySet<HealthPhrase['id']> = new Set(['state', 'here', 'islands'])

/** In the words of the present; what is not known of the past is left out. */
export function pastPhrases({ network, here, nothing, loss, islands, before }: PastFacts): readonly HealthPhrase[] {
  if (nothing) return [NOTHING]
  const [from, to] = before === null ? [0, 0] : [before.from, before.to]
  const first = (column: readonly (number | null)[] | undefined): number => column?.[0] ?? 0
  const [p50, p95] = [before?.p50[0] ?? null, before?.p95[0] ?? null]
  const phrases = healthPhrases({
    at: to,
    network,
    state: loss === null ? 'online' : 'lost',
    here,
    islands,
    islandsUnknown: null,
    left: {
      from,
      to,
      goodbye: first(before?.goodbye),
      silent: first(before?.silent),
      ownStall: first(before?.ownStall),
      removed: first(before?.removed),
      displaced: 0,
    },
    rtt: p50 === null || p95 === null ? null : { measured: before?.rttPeers.read ?? 0, p50, p95 },
    stalls: null,
    loopDelay: null,
    clock: null,
    store: null,
  }).filter(({ id }) => OF_PICTURE.has(id) || (before !== null && (id !== 'rtt' || p95 !== null)))
  const stalled = first(before?.stallMs)
  return stalled > 0 ? [...phrases, stallPhrase(stalled, from, to)] : phrases
}

const NOTHING: HealthPhrase = {
  id: 'state',
  text: 'nothing is known of this moment',
  more: '',
  tone: 'plain',
  evidence: null,
}

/** Only the sum is kept of the past. */
function stallPhrase(ms: number, from: number, to: number): HealthPhrase {
  const span = { kinds: ['Stalled'] as const, from, to }
  return {
    id: 'stall',
    text: `${stallWords(ms)} in all`,
    more: '',
    tone: 'warning',
    evidence: evidence('timeline', span),
  }
}
