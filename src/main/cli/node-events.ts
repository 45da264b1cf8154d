/** What `node` does with each event: it is counted, remembered and printed. */
import type { Goodbyes } from '../monitor/deserted.ts'
import type { Metrics } from '../monitor/metrics/metrics.ts'
import type { NodeMemory } from '../monitor/node-memory.ts'
import type { NodeSettings } from '../monitor/open-node.ts'
import { Restarts } from '../monitor/restarts.ts'
import type { KindWords } from './kind-words.ts'
import type { Printer } from './output.ts'
import { printDiscoveryEvent } from './output.ts'

/** Who takes events. */
export interface EventTakers {
  readonly printer: Printer
  readonly metrics: Pick<Metrics, 'event'> | null
  readonly memory: Pick<NodeMemory, 'record'>
  readonly goodbyes: Pick<Goodbyes, 'take'>
  readonly words: KindWords
}

/** @returns what takes all that the node tells */
export function takeEvents({
  printer,
  metrics,
  memory,
  goodbyes,
  words,
}: EventTakers): NonNullable<NodeSettings['onTold']> {
  const restarts = new Restarts()
  return (told) => {
    if (told.kind !== 'event') return
    const { event, at } = told
    metrics?.event(event)
    goodbyes.take(event)
    memory.record(event)
    // The line `online` comes first; what is told before it is part of it.
    if (event.kind !== 'NetworkJoined' && event.kind !== 'LocalEntryUpdated') {
      printDiscoveryEvent(printer, event, at, words)
    }
    const restarted = restarts.take(event)
    if (restarted === null) return
    metrics?.event(restarted)
    printDiscoveryEvent(printer, restarted, at, words)
  }
}
