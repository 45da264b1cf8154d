import type { LayoutReply, LayoutRequest } from './layout-messages.ts'
import type { GraphModel } from './model.ts'

/** Runs the layout of a model in a worker. */
export interface LayoutRunner {
  /** Begins from the model's positions; a run before it ends. */
  start(model: GraphModel): void
  stop(): void
}

/** `onMoved` is called after the model's positions were set, and once more with true when the layout rests. */
export function createLayoutRunner(onMoved: (done: boolean) => void): LayoutRunner {
  let worker: Worker | null = null
  let run = 0
  let target: { readonly model: GraphModel; readonly slots: readonly number[] } | null = null

  function send(request: LayoutRequest): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
    worker?.postMessage(request)
  }

  function receive(reply: LayoutReply): void {
    if (reply.run !== run || target === null) return
    const { model, slots } = target
    slots.forEach((slot, index) => {
      model.positions[slot * 2] = reply.positions[index * 2] ?? 0
      model.positions[slot * 2 + 1] = reply.positions[index * 2 + 1] ?? 0
    })
    onMoved(reply.done)
    // The next step is asked for after the frame was drawn: a slow machine gets fewer frames, not a longer queue.
    if (!reply.done) requestAnimationFrame(() => send({ type: 'next', run: reply.run }))
  }

  return {
    start(model) {
      worker ??= open(receive)
      const slots: number[] = []
      const indexOf = new Int32Array(model.slots).fill(-1)
      for (let slot = 0; slot < model.slots; slot++) {
        if (model.live[slot] === 1) indexOf[slot] = slots.push(slot) - 1
      }
      target = { model, slots }
      const positions = new Float32Array(slots.length * 2)
      slots.forEach((slot, index) => {
        positions[index * 2] = model.positions[slot * 2] ?? 0
        positions[index * 2 + 1] = model.positions[slot * 2 + 1] ?? 0
      })
      const edges = model.edges.map((slot) => indexOf[slot] ?? 0)
      const animate = !globalThis.matchMedia('(prefers-reduced-motion: reduce)').matches
      run++
      send({ type: 'start', run, positions, edges, animate })
    },
    stop() {
      run++
      send({ type: 'stop' })
    },
  }
}

function open(receive: (reply: LayoutReply) => void): Worker {
  const worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' })
  worker.addEventListener('message', ({ data }: MessageEvent<LayoutReply>) => receive(data))
  return worker
}
