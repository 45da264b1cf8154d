import { LayoutPlan } from './layout-plan.ts'
import { createLayoutRunner } from './layout-runner.ts'
import type { LayoutListeners } from './layout-runner.ts'
import type { Arrangement } from './arrange.ts'
import type { GraphModel } from './model.ts'

/** What the layout needs of the graph, and tells it. */
export interface LayoutParts {
  readonly model: () => GraphModel
  /** Whether the machine draws without a graphics processor. */
  readonly software: () => boolean
  readonly arrangement: () => Arrangement
  readonly shape: LayoutListeners['shape']
  /** The model's positions were set. */
  readonly onMoved: LayoutListeners['onMoved']
  /** How much of a run is done, 0 to 1; null when none runs. */
  readonly onShare: (share: number | null) => void
}

/** Without a graphics processor: peers from which on the layout does not move before the eyes. */
const CALM_FROM = 1500

/** The layout of a graph in a worker, on the browser's clock. */
export function createLayout({ model, arrangement, shape, software, onMoved, onShare }: LayoutParts): LayoutPlan {
  const runner = createLayoutRunner({
    shape,
    onShare,
    onMoved: (moved) => {
      onMoved(moved)
      if (!moved.rests) return
      plan.done()
      if (!runner.running) onShare(null)
    },
  })
  const plan: LayoutPlan = new LayoutPlan({
    runner: {
      get running() {
        return runner.running
      },
      start: (of, pace) => {
        runner.start(of, pace, arrangement())
        onShare(0)
      },
      finish: () => runner.finish(),
      stop: () => {
        runner.stop()
        onShare(null)
      },
    },
    model,
    placed: () => arrangement().kind !== 'force',
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
