import type { Arrangement } from './arrange.ts'
import type { Spots } from './spots.ts'
import type { LayoutReply, LayoutRequest, Pace } from './layout-messages.ts'
import type { GraphModel } from './model.ts'
import { NO_SLOT } from './renderer.ts'
import { wideFor } from './stretch.ts'

/** Runs the layout of a model in a worker. */
export interface LayoutRunner {
  /** Begins from the model's positions; a run before it ends. */
  start(model: GraphModel, pace: Pace, arrangement: Arrangement): void
  stop(): void
  /** Ends the run with everything where it is by now: that is told as its end. */
  finish(): void
  /** Whether a run was started that is neither done nor stopped. */
  readonly running: boolean
}

/** What a step of a run came to. */
export interface Moved {
  /** Whether the layout has come to rest. */
  readonly rests: boolean
  readonly arrangement: Arrangement
  /** x, y and radius of each cluster or ring. */
  readonly circles: Float32Array
  /** Clusters by place, where they were looked for again. */
  readonly spots: Spots | null
}

/** What a run tells. */
export interface LayoutListeners {
  /** The model's positions were set. */
  readonly onMoved: (moved: Moved) => void
  /** How much of it is done, 0 to 1. */
  readonly onShare: (share: number) => void
  /** How many times as wide as high what a graph fills is. */
  readonly shape: () => number
}

/** Opens the worker with the first run. */
export function createLayoutRunner({ onMoved, onShare, shape }: LayoutListeners): LayoutRunner {
  let worker: Worker | null = null
  let run = 0
  let target: {
    readonly model: GraphModel
    readonly slots: readonly number[]
    readonly generations: Uint32Array
    readonly pace: Pace
    readonly arrangement: Arrangement
  } | null = null

  function send(request: LayoutRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    worker?.postMessage(request)
  }

  function receive(reply: LayoutReply): void {
    if (reply.run !== run || target === null) return
    const { model, slots, generations, pace, arrangement } = target
    const { positions, circles } = reply
    onShare(reply.share)
    if (positions === null) return
    if (reply.done) target = null
    const of = reply.spots === null ? null : new Int32Array(model.slots).fill(-1)
    slots.forEach((slot, index) => {
      // The slot may be free by now, or another peer's.
      if (model.live[slot] !== 1 || model.generations[slot] !== generations[slot]) return
      if (of !== null) of[slot] = reply.spots?.of[index] ?? -1
      // Or held by the user.
      if (model.pinned[slot] === 1) return
      model.positions[slot * 2] = positions[index * 2] ?? 0
      model.positions[slot * 2 + 1] = positions[index * 2 + 1] ?? 0
    })
    model.changedSlots.addAll()
    const spots = of === null ? null : { of, count: reply.spots?.count ?? 0 }
    onMoved({ rests: reply.done, arrangement, circles, spots })
    // The next step is asked for after the frame was drawn: a slow machine gets fewer frames, not a longer queue.
    if (!reply.done && pace === 'frames') requestAnimationFrame(() => send({ type: 'next', run: reply.run }))
  }

  return {
    get running() {
      return target !== null
    },
    start(model, pace, arrangement) {
      worker ??= open(receive)
      const slots: number[] = []
      const indexOf = new Int32Array(model.slots).fill(-1)
      for (let slot = 0; slot < model.slots; slot++) {
        if (model.live[slot] === 1) indexOf[slot] = slots.push(slot) - 1
      }
      target = { model, slots, generations: model.generations.slice(0, model.slots), pace, arrangement }
      const positions = new Float32Array(slots.length * 2)
      const fixed = new Uint8Array(slots.length)
      slots.forEach((slot, index) => {
        positions[index * 2] = model.positions[slot * 2] ?? 0
        positions[index * 2 + 1] = model.positions[slot * 2 + 1] ?? 0
        fixed[index] = model.pinned[slot] ?? 0
      })
      run++
      const { kind, names } = arrangement
      const placing = {
        of: Int32Array.from(slots, (slot) => arrangement.of[slot] ?? -1),
        count: names.length,
        weights: Uint32Array.from(slots, (slot) => model.degrees[slot] ?? 0),
        hashes: Uint32Array.from(slots, (slot) => model.hashes[slot] ?? 0),
      }
      const before = Int32Array.from(slots, (slot) => (kind === 'force' ? (model.fold.of[slot] ?? -1) : -1))
      const wide = wideFor(shape(), model.count)
      const edges = edgesOf(model, indexOf)
      send({ type: 'start', run, kind, positions, edges, fixed, placing, before, wide, pace })
    },
    finish() {
      if (target !== null) send({ type: 'finish', run })
    },
    stop() {
      if (target === null) return
      target = null
      run++
      send({ type: 'stop' })
    },
  }
}

/** The lines of the backbone as pairs of indices: so the arrangement is the same whichever lines are drawn. */
function edgesOf(model: GraphModel, indexOf: Int32Array): Uint32Array {
  const found: number[] = []
  for (let pair = 0; pair < model.pairs; pair++) {
    const a = model.edges[pair * 2] ?? NO_SLOT
    if (a !== NO_SLOT && model.backbone[pair] === 1)
      found.push(indexOf[a] ?? 0, indexOf[model.edges[pair * 2 + 1] ?? 0] ?? 0)
  }
  return Uint32Array.from(found)
}

function open(receive: (reply: LayoutReply) => void): Worker {
  const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data }: MessageEvent<LayoutReply>) => receive(data))
  return worker
}
