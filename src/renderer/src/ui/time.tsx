import { createContext, use, useSyncExternalStore } from 'react'
import { formatUtc } from '../../../shared/time.ts'
import { formatAgo, formatExact } from './format.ts'
import { hostNow } from './host-time.ts'

/** The moment that ages below count from, milliseconds since the epoch; null for now. */
export const MomentContext = createContext<number | null>(null)

const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null

/** One clock for all ages on the screen; it stands still while nothing shows one or the window is hidden. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    if (!document.hidden) for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer)
      timer = null
    }
  }
}

/** A past moment stands still. */
function still(): () => void {
  return () => undefined
}

/** How long ago `at` is, from the moment that is shown; draws again only when the words change. */
export function useAgo(at: number): string {
  const moment = use(MomentContext)
  return useSyncExternalStore(moment === null ? subscribe : still, () => formatAgo(at, moment ?? hostNow()))
}

/** The time in steps of so many milliseconds; draws again with each step. */
export function useNow(step: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor(hostNow() / step) * step)
}

/** The moment that is shown, or where that is now, the time in such steps. */
export function useShownNow(step: number): number {
  const moment = use(MomentContext)
  const now = useNow(step)
  return moment ?? now
}

/** A moment as its age, with the exact time on hover. `at` in milliseconds since the epoch. */
export function Ago({ at }: { readonly at: number }) {
  return (
    <time dateTime={formatUtc(at)} title={formatExact(at)}>
      {useAgo(at)}
    </time>
  )
}
