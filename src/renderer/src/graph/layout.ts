import { LayoutPlan } from './layout-plan.ts'
import { createLayoutRunner } from './layout-runner.ts'
import type { GraphModel } from './model.ts'

/** What the layout needs of the graph, and tells it. */
export interface LayoutParts {
  readonly model: () => GraphModel
  /** Whether the machine draws without a graphics processor. */
  readonly software: () => boolean
  /** The model's positions were set; true when the layout rests. */
  readonly onMoved: (rests: boolean) => void
  readonly onRunning: (running: boolean) => void
}

/** Without a graphics processor: peers from which on the layout does not move before the eyes. */
const CALM_FROM = 1500

/** The layout of a graph in a worker, on the browser's clock. */
export function createLayout({ model, software, onMoved, onRunning }: LayoutParts): LayoutPlan {
  const runner = createLayoutRunner((done) => {
    onMoved(done)
    if (!done) return
    plan.done()
    onRunning(runner.running)
  })
  const plan: LayoutPlan = new LayoutPlan({
    runner: {
      get running() {
        return runner.running
      },
      start: (of, pace) => {
        runner.start(of, pace)
        onRunning(true)
      },
      stop: () => {
        runner.stop()
        onRunning(false)
      },
    },
    model,
    pace: () => {
      if (globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches) return 'end'
      return software() && model().count > CALM_FROM ? 'seconds' : 'frames'
    },
    now: () => performance.now(),
    later: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  return plan
}
