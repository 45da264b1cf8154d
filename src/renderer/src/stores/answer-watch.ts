/** Whether the engine answers, though the link with it stands: a process that hangs or was stopped closes no connection. */
import type { StoreApi } from 'zustand'
import type { LinkState } from './subscription.ts'

/** It is looked at so often, milliseconds. */
export const STEP_MS = 1000
/** So long after the last sign of life it is asked for one, milliseconds. */
export const ASK_AFTER_MS = 2000
/** A question that gets neither an answer nor any message for so long is told, milliseconds: a busy engine needs some seconds. */
export const PATIENCE_MS = 5000
/** A step that comes so long after the one before shows that our own page stood still, milliseconds. */
const LATE_MS = 2500

/** What the watch works with. */
export interface AnswerWatchParts {
  readonly link: StoreApi<LinkState>
  /** A question that costs the engine nothing. */
  readonly ask: (signal: AbortSignal) => Promise<unknown>
  /** Milliseconds that only grow. */
  readonly monotonic: () => number
  /** Milliseconds since the epoch, by the clock of the host. */
  readonly now: () => number
  /** Whether the page is hidden: its timers are slow then, and nobody looks. */
  readonly hidden: () => boolean
  readonly every: (ms: number, step: () => void) => () => void
}

/**
 * Sets `silentSince` of the link while the engine owes an answer, and takes it back with its next word, whichever it is. It counts
 * from when the question was sent, and only while our own page ran: after it stood still, what came meanwhile has to be read first.
 * @returns ends the watch
 */
export function watchAnswers({ link, ask, monotonic, now, hidden, every }: AnswerWatchParts): () => void {
  let question: AbortController | null = null
  let heardAt = monotonic()
  let steppedAt = heardAt
  /** Since when the answer is waited for; null while none is. */
  let owedFrom: number | null = null

  const send = (): void => {
    const mine = new AbortController()
    question = mine
    // That it fails is an answer too: where the connection broke, the link tells that.
    const answered = (): void => {
      if (question === mine) link.setState({ heardAt: now() })
    }
    void ask(mine.signal).then(answered, answered)
  }
  /** Another word says as much as an answer. */
  const settle = (): void => {
    question?.abort()
    question = null
    heardAt = monotonic()
    owedFrom = null
    if (link.getState().silentSince !== null) link.setState({ silentSince: null })
  }
  const unfollow = link.subscribe((state, before) => {
    if (state.heardAt !== before.heardAt || state.state !== before.state) settle()
  })
  const stop = every(STEP_MS, () => {
    const at = monotonic()
    const late = at - steppedAt > LATE_MS
    steppedAt = at
    const { state, silentSince } = link.getState()
    if (state !== 'live') return
    if (late || hidden()) {
      // What is told already stays until an answer comes.
      if (owedFrom !== null) owedFrom = at
    } else if (owedFrom !== null) {
      const waited = at - owedFrom
      if (silentSince === null && waited >= PATIENCE_MS) link.setState({ silentSince: now() - waited })
    } else if (at - heardAt >= ASK_AFTER_MS) {
      owedFrom = at
      send()
    }
  })
  return () => {
    stop()
    unfollow()
    question?.abort()
    question = null
  }
}
