/** One question after another. */
export interface OneByOne<Question> {
  /** It is asked after a pause, and once the one before it is answered; unless another is wanted by then. */
  readonly want: (question: Question) => void
  /** Nothing is asked from then on. */
  readonly stop: () => void
}

/**
 * Asks while what is asked of moves on, as time does that is played: to begin again with each step would lead to no answer.
 * @param ask never rejects
 */
export function oneByOne<Question>(
  pauseMs: number,
  ask: (question: Question, signal: AbortSignal) => Promise<void>,
): OneByOne<Question> {
  const ending = new AbortController()
  let next: { readonly question: Question } | null = null
  let busy = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const begin = (): void => {
    busy = true
    timer = setTimeout(() => void turn(), pauseMs)
  }
  const turn = async (): Promise<void> => {
    const now = next
    next = null
    if (now !== null) await ask(now.question, ending.signal)
    busy = false
    if (next !== null && !ending.signal.aborted) begin()
  }
  return {
    want: (question) => {
      if (ending.signal.aborted) return
      next = { question }
      if (!busy) begin()
    },
    stop: () => {
      ending.abort()
      clearTimeout(timer)
    },
  }
}
