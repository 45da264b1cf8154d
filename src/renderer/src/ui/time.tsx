import { useSyncExternalStore } from 'react'
import { formatUtc } from '../../../shared/time.ts'
import { formatAgo, formatExact } from './format.ts'

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

/** How long ago `at` is; draws again only when the words change. */
export function useAgo(at: number): string {
  return useSyncExternalStore(subscribe, () => formatAgo(at, Date.now()))
}

/** The time in steps of so many milliseconds; draws again with each step. */
export function useNow(step: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / step) * step)
}

/** A moment as its age, with the exact time on hover. `at` in milliseconds since the epoch. */
export function Ago({ at }: { readonly at: number }) {
  return (
    <time dateTime={formatUtc(at)} title={formatExact(at)}>
      {useAgo(at)}
    </time>
  )
}
