/**
 * How long the event loop of this thread is held, in the thread's own processor time. A clock would also count the time
 * in which a busy machine ran something else; and while a process waits for a processor, its timers and messages pile up
 * and then run one after the other, which no single task is to blame for. So each task is measured by itself.
 */
import { createHook } from 'node:async_hooks'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How the loop was while a work ran, milliseconds. */
export interface Holds {
  /** The most processor time of one task: one callback of the event loop with the microtasks that it leaves, GC included. */
  readonly taskMs: number
  /** The most processor time of one round of the loop: all callbacks that were due. Electron answers windows between two. */
  readonly roundMs: number
  /** The longest time between two rounds by the clock, which tells of other processes too. */
  readonly longestMs: number
  /** How late timers were, all but one in a hundred. */
  readonly p99Ms: number
  /** When the longest task ran, by `performance.now()`. */
  readonly from: number
  readonly to: number
}

/** Timers of this pace see every hold that is longer, milliseconds. */
const TICK_MS = 1
/** What runs within a task, before the loop goes on. */
const WITHIN: readonly string[] = ['TickObject', 'Microtask']

/** Watches the loop from now on, until `end`. */
export function watchLoop(): { end(): Holds } {
  const delay = monitorEventLoopDelay({ resolution: TICK_MS })
  delay.enable()
  const tasks = watchTasks()
  let before = performance.now()
  let cpuBefore = threadCpuMs()
  let [longestMs, roundMs] = [0, 0]
  const look = (): void => {
    const now = performance.now()
    const cpu = threadCpuMs()
    longestMs = Math.max(longestMs, now - before)
    roundMs = Math.max(roundMs, cpu - cpuBefore)
    before = now
    cpuBefore = cpu
  }
  const timer = setInterval(look, TICK_MS)
  return {
    end: () => {
      const task = tasks.end()
      look()
      clearInterval(timer)
      delay.disable()
      return { ...task, roundMs, longestMs, p99Ms: Math.max(0, delay.percentile(99) / 1e6 - TICK_MS) }
    },
  }
}

/** Measures from where one task begins to where the next one does: what came between belongs to the first, or is idle. */
function watchTasks(): { end(): Pick<Holds, 'taskMs' | 'from' | 'to'> } {
  const within = new Set<number>()
  let depth = 0
  let began = performance.now()
  let cpuBegan = threadCpuMs()
  let longest = { taskMs: 0, from: began, to: began }
  const next = (): void => {
    const cpu = threadCpuMs()
    const now = performance.now()
    if (cpu - cpuBegan > longest.taskMs) longest = { taskMs: cpu - cpuBegan, from: began, to: now }
    began = now
    cpuBegan = cpu
  }
  // Promises are left out: their jobs are microtasks, and to follow each of them would cost much.
  const hook = createHook({
    trackPromises: false,
    init: (id, type) => void (WITHIN.includes(type) && within.add(id)),
    before: (id) => {
      if (depth === 0 && !within.has(id)) next()
      depth += 1
    },
    after: () => {
      depth = Math.max(0, depth - 1)
    },
    destroy: (id) => void within.delete(id),
  }).enable()
  return {
    end: () => {
      hook.disable()
      next()
      return longest
    },
  }
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
