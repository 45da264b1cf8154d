/** The sentence of a past moment, from what is stored of the ten minutes before it. Pure. */
import type { HealthSeries, RttFigures } from '../../../shared/health.ts'
import type { HealthPhrase } from '../../../shared/health-words.ts'
import { evidence, healthPhrases } from '../../../shared/health-words.ts'
import type { NetworkRef } from '../../../shared/contract.ts'

/** What is known of the moment. */
export interface PastFacts {
  readonly network: NetworkRef
  /** Peers that the picture shows as here, ourselves not counted. */
  readonly here: number
  /** Of the peers that the picture shows as here. */
  readonly rtt: RttFigures | null
  /** One point: the ten minutes before the moment; null while that is on its way. */
  readonly before: HealthSeries | null
}

/** In the words of the present; what is not known of the past is left out. */
export function pastPhrases({ network, here, rtt, before }: PastFacts): readonly HealthPhrase[] {
  const [from, to] = before === null ? [0, 0] : [before.from, before.to]
  const first = (column: readonly (number | null)[] | undefined): number => column?.[0] ?? 0
  const phrases = healthPhrases({
    at: to,
    network,
    state: 'online',
    here,
    islands: null,
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
    rtt,
    stalls: before?.stalls ?? null,
    loopDelay: null,
    clock: null,
    store: null,
  }).filter(({ id }) => (id === 'rtt' ? rtt !== null : id === 'here' || before !== null))
  const islands = before?.islands[0] ?? null
  return phrases.flatMap((phrase) => [
    phrase,
    ...(phrase.id === 'here' && islands !== null ? [islandsPhrase(islands)] : []),
  ])
}

function islandsPhrase(count: number): HealthPhrase {
  return {
    id: 'islands',
    text: count === 1 ? '1 island' : `${count} islands`,
    more: '',
    tone: count > 1 ? 'bad' : 'plain',
    evidence: evidence('network'),
  }
}
