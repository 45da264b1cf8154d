import type { Browser, Page } from '@playwright/test'

/** Tasks of the page's main thread, in milliseconds. */
export interface Tasks {
  readonly longest: number
  /** The most processor time of one task: on a busy machine, and where it waits for the drawing, a task takes longer. */
  readonly cpu: number
  /** Share of the time in which the thread was busy, 0 to 1. */
  readonly busy: number
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

/** What the page's main thread does while `during` runs, by the browser's own trace. */
export async function traceTasks(browser: Browser, page: Page, during: () => Promise<void>): Promise<Tasks> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  await during()
  const trace = await browser.stopTracing()
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && threads.has(`${pid} ${tid}`),
  )
  const took = tasks.map(({ dur = 0 }) => dur / 1000).sort((a, b) => a - b)
  const from = Math.min(...tasks.map(({ ts }) => ts))
  const to = Math.max(...tasks.map(({ ts }) => ts))
  return {
    longest: took.at(-1) ?? 0,
    cpu: tasks.reduce((most, { tdur = 0 }) => Math.max(most, tdur / 1000), 0),
    busy: took.reduce((sum, ms) => sum + ms, 0) / Math.max((to - from) / 1000, 1),
  }
}
