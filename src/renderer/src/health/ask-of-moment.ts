/** Pause before a past moment is asked of, milliseconds: while the slider is dragged, or time is played, each is looked at for less. */
const SETTLE_MS = 300

/**
 * Asks of a past moment once it is looked at for longer than a glance.
 * @param tell gets the answer; nothing where there is none, as for a moment of which nothing is kept
 * @returns calls it off, also while it is asked
 */
export function askOfMoment<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  tell: (answer: Answer) => void,
): () => void {
  const stop = new AbortController()
  const begin = async (): Promise<void> => {
    try {
      const answer = await ask(stop.signal)
      if (!stop.signal.aborted) tell(answer)
    } catch {
      // The card stays away.
    }
  }
  const timer = setTimeout(() => void begin(), SETTLE_MS)
  return () => {
    clearTimeout(timer)
    stop.abort()
  }
}
