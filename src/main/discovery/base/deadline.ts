import { Cancelled, Timeout } from '../../../shared/errors.ts'
import type { Clock } from '../ports.ts'

/** The error of a signal that fired: what it was aborted with if that is an error of ours, else `Cancelled`. */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Timeout || reason instanceof Cancelled ? reason : new Cancelled('the work was cancelled')
}

/**
 * Runs `work` for at most `ms` milliseconds, and until `signal` fires, whether it watches its own signal or not.
 * @throws Timeout naming `what`, Cancelled, or what `work` throws
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw reasonOf(signal)
  const controller = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = (error: Error) => {
    // First the verdict, then the work: it must not be able to settle with its own words for it.
    reject(error)
    controller.abort(error)
  }
  const onAbort = () => end(reasonOf(signal))
  signal.addEventListener('abort', onAbort, { once: true })
  const cancelTimer = clock.schedule(ms, () => end(new Timeout(`${what} took longer than ${ms} ms`)))
  try {
    return await Promise.race([ended, work(controller.signal)])
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', onAbort)
  }
}

/** Resolves after `ms`. @throws Cancelled when the signal fires first */
export function sleep(clock: Pick<Clock, 'schedule'>, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  if (signal.aborted) {
    reject(reasonOf(signal))
    return promise
  }
  const onAbort = () => {
    cancelTimer()
    reject(reasonOf(signal))
  }
  const cancelTimer = clock.schedule(ms, () => {
    signal.removeEventListener('abort', onAbort)
    resolve()
  })
  signal.addEventListener('abort', onAbort, { once: true })
  return promise
}
