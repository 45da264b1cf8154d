/** How long the event loop of this thread is held, by the clock and by the thread's own processor time. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How the loop was while a work ran, milliseconds. */
export interface Holds {
  /** The longest time in which nothing else had a turn. */
  readonly longestMs: number
  /** The most processor time of this thread in one such time: on a busy machine the clock tells of others too. */
  readonly cpuMs: number
  /** How late timers were, all but one in a hundred. */
  readonly p99Ms: number
  /** When the one with the most processor time was, by `performance.now()`. */
  readonly from: number
  readonly to: number
}

/** Timers of this pace see every hold that is longer, milliseconds. */
const TICK_MS = 1

/** Watches the loop from now on, until `end`. */
export function watchLoop(): { end(): Holds } {
  const delay = monitorEventLoopDelay({ resolution: TICK_MS })
  delay.enable()
  let before = performance.now()
  let cpuBefore = threadCpuMs()
  let holds = { longestMs: 0, cpuMs: 0, from: before, to: before }
  const look = (): void => {
    const now = performance.now()
    const cpu = threadCpuMs()
    const longestMs = Math.max(holds.longestMs, now - before)
    const cpuMs = cpu - cpuBefore
    holds = cpuMs > holds.cpuMs ? { longestMs, cpuMs, from: before, to: now } : { ...holds, longestMs }
    before = now
    cpuBefore = cpu
  }
  const timer = setInterval(look, TICK_MS)
  return {
    end: () => {
      look()
      clearInterval(timer)
      delay.disable()
      return { ...holds, p99Ms: Math.max(0, delay.percentile(99) / 1e6 - TICK_MS) }
    },
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
