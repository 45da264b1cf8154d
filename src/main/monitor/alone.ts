/** What a node with nobody to talk to says: it may know no address but one that is dead, and would wait for ever. */
import type { Health } from '../discovery/handle.ts'
import type { Clock, Unsubscribe } from '../discovery/ports.ts'
import { systemClock } from '../network/clock.ts'

/** How long there may be nobody before it is said, and how often it is looked, milliseconds. */
const ALONE_MS = 30_000
const LOOK_MS = 5000

/** What to do, at a node that takes commands. */
const WHAT_TO_DO =
  'type dial ADDR with the address of a peer that is there, or start again with --bootstrap ADDR; others can start from our own addresses'

/** The same to who looks at what the window or serve recorded. */
export const ALONE_ADVICE = 'Dial the address of a peer that is there, or have such a peer dial one of ours.'

/** What to do where nobody is our neighbor; empty where somebody is. */
export function aloneWords({ state }: Pick<Health, 'state'>): string {
  if (state === 'alone') return `nobody of the network was met yet: ${WHAT_TO_DO}`
  return state === 'lost' ? `no neighbor is left: ${WHAT_TO_DO}` : ''
}

/** Says it once whenever there was nobody for half a minute. @returns ends it */
export function watchAlone(
  stateNow: () => Health['state'],
  say: (words: string) => void,
  clock: Pick<Clock, 'monotonic' | 'schedule'> = systemClock,
): Unsubscribe {
  let since = clock.monotonic()
  let said = false
  let cancel: Unsubscribe = () => undefined
  const look = (): void => {
    const words = aloneWords({ state: stateNow() })
    if (words === '') [since, said] = [clock.monotonic(), false]
    else if (!said && clock.monotonic() - since >= ALONE_MS) {
      said = true
      say(words)
    }
    cancel = clock.schedule(LOOK_MS, look)
  }
  look()
  return () => cancel()
}
