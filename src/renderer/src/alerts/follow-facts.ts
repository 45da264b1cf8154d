/** What a rule would do, from the engine. */
import type { RulePreview, RuleToSave } from '../../../shared/alerts.ts'
import type { Client } from '../stores/client.ts'
import { waitFor } from '../stores/subscription.ts'

/** How long typing has to pause before it is asked, milliseconds. */
const PAUSE_MS = 400
/** The last day is replayed at most so often, and a stream that broke is opened again after so long, milliseconds. */
const AGAIN_MS = 15_000

/**
 * Tells for what a rule holds as soon as that changes, and how often it would have fired as soon as that is counted; null where
 * nothing answers. Calling what it gives ends that.
 */
export function followFacts(
  alerts: Pick<Client['alerts'], 'now' | 'preview'>,
  rule: RuleToSave,
  tell: (facts: RulePreview | null) => void,
): () => void {
  const stop = new AbortController()
  const { signal } = stop
  let facts: RulePreview | null = null
  const set = (next: RulePreview | null): void => {
    if (signal.aborted) return
    facts = next
    tell(next)
  }
  let counting = false
  let due = false
  const count = async (): Promise<void> => {
    due = true
    if (counting) return
    counting = true
    while (due && !signal.aborted) {
      due = false
      try {
        const { fired, since } = await alerts.preview({ rule }, { signal })
        if (facts !== null) set({ ...facts, fired, since })
      } catch {
        // The stream says so too.
      }
      await waitFor(AGAIN_MS, signal)
    }
    counting = false
  }
  const follow = async (): Promise<void> => {
    await waitFor(PAUSE_MS, signal)
    while (!signal.aborted) {
      try {
        for await (const now of await alerts.now({ rule }, { signal })) {
          set({ fired: null, since: null, ...facts, now })
          void count()
        }
      } catch {
        // The network was left, or the engine does not answer: a banner says so.
        set(null)
      }
      await waitFor(AGAIN_MS, signal)
    }
  }
  void follow()
  return () => stop.abort()
}
