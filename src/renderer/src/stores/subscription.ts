import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { ViewMessage } from '../../../shared/contract.ts'
import type { Client } from './client.ts'

/** How the window is connected with the engine of Peerscope. */
export interface LinkState {
  /**
   * `lost`: the connection broke. `ended`: the host said goodbye. `refused`: this window may not speak with the engine. It is
   * tried again in each of them.
   */
  readonly state: 'connecting' | 'live' | 'lost' | 'ended' | 'refused'
  /** Why, in words; empty while live. */
  readonly reason: string
  /** When the newest message or answer came, milliseconds since the epoch; null before the first. */
  readonly heardAt: number | null
  /** Since when a live link owes an answer for too long, milliseconds since the epoch; null while it does not (`answer-watch.ts`). */
  readonly silentSince: number | null
  /** When the link was live last, or when this window began, milliseconds since the epoch. */
  readonly liveAt: number
}

/** Whether what is shown may be out of date, since the engine cannot be heard. */
export function isUnheard({ state, silentSince }: LinkState): boolean {
  return state !== 'live' || silentSince !== null
}

/** Fresh link state. @param now milliseconds since the epoch */
export function createLinkStore(now: number): StoreApi<LinkState> {
  return createStore<LinkState>()(() => ({
    state: 'connecting',
    reason: '',
    heardAt: null,
    silentSince: null,
    liveAt: now,
  }))
}

/** What a subscription works with. */
export interface SubscriptionParts {
  readonly client: Client
  readonly link: StoreApi<LinkState>
  /** False asks for a new snapshot. */
  readonly onMessage: (message: ViewMessage) => boolean
  /** Resolves after that many milliseconds, or as soon as the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly now: () => number
}

const FIRST_WAIT = 250
const LONGEST_WAIT = 5000

/** Keeps the view stream open until `signal` aborts: again at once after a gap, with growing pauses after a failure. */
export async function subscribe(parts: SubscriptionParts, signal: AbortSignal): Promise<void> {
  let pause = FIRST_WAIT
  while (!signal.aborted) {
    let reason = ''
    let gap = false
    try {
      const stream = await parts.client.view.subscribe(undefined, { signal })
      for await (const message of stream) {
        if (!parts.onMessage(message)) {
          gap = true
          break
        }
        pause = FIRST_WAIT
        parts.link.setState({ state: 'live', reason: '', heardAt: parts.now() })
      }
    } catch (thrown) {
      reason = thrown instanceof Error ? thrown.message : String(thrown)
    }
    if (signal.aborted) return
    // A gap right after a snapshot would otherwise spin: the pause grows for gaps as well, but starts small.
    const { state, heardAt } = parts.link.getState()
    if (state === 'live') parts.link.setState({ liveAt: parts.now() })
    if (!gap && state !== 'refused' && state !== 'ended') {
      parts.link.setState({ state: heardAt === null ? 'connecting' : 'lost', reason })
    }
    await parts.wait(pause, signal)
    pause = Math.min(pause * 2, LONGEST_WAIT)
  }
}

/** `wait` on the real clock. */
export function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
