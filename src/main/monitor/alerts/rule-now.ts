/** For what a rule holds while somebody looks at it. */
import type { RuleNow, RuleToSave } from '../../../shared/alerts.ts'
import { sleep } from '../../discovery/base/deadline.ts'
import type { Clock } from '../../discovery/ports.ts'
import type { View } from '../view.ts'
import type { PreviewParts } from './preview.ts'
import { holdsNow } from './preview.ts'

/** It is looked at again so long after something changed, at the soonest, as the rules are; milliseconds. */
const SOONEST_MS = 1000
/** And after so long also where nothing did: a filter may ask how long ago something was. */
const LATEST_MS = 15_000

/** What is looked at. */
export interface WatchedParts {
  readonly view: Pick<View, 'onChange'>
  readonly clock: Pick<Clock, 'schedule'>
  /** @throws NotJoined */
  readonly parts: () => PreviewParts
}

/**
 * At once, then whenever it changed, until the signal fires. Where nothing changes, and nobody listens, nothing is done.
 * @throws NotJoined, also once the network is left
 */
export async function* ruleNow(
  { view, clock, parts }: WatchedParts,
  rule: RuleToSave,
  signal: AbortSignal,
): AsyncGenerator<RuleNow> {
  let changed = Promise.withResolvers<void>()
  const wake = (): void => changed.resolve()
  const stops = [view.onChange(wake)]
  signal.addEventListener('abort', wake)
  let told = ''
  try {
    while (!signal.aborted) {
      changed = Promise.withResolvers<void>()
      const now = await holdsNow(parts(), rule)
      const text = JSON.stringify(now)
      if (text !== told) yield now
      told = text
      // It ends early only where the loop does.
      await sleep(clock, SOONEST_MS, signal).catch(() => undefined)
      stops[1] = clock.schedule(LATEST_MS, wake)
      await changed.promise
      stops[1]()
    }
  } finally {
    signal.removeEventListener('abort', wake)
    for (const stop of stops) stop()
  }
}
