import { createForceLayout } from './force.ts'
import type { ForceLayout } from './force.ts'
import type { LayoutReply, LayoutRequest } from './layout-messages.ts'

/** Longest time to compute between two frames that are told, in milliseconds. */
const SLICE = 24
/** The same where only the end is told; between slices a stop can come through. */
const QUIET_SLICE = 100

let layout: ForceLayout | null = null
let run = 0
let animate = true

globalThis.addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  switch (data.type) {
    case 'start':
      layout = createForceLayout(data.positions, data.edges)
      run = data.run
      animate = data.animate
      compute()
      break
    case 'next':
      if (data.run === run) compute()
      break
    case 'stop':
      layout = null
      break
  }
})

function compute(): void {
  if (layout === null) return
  const until = performance.now() + (animate ? SLICE : QUIET_SLICE)
  let done = false
  do done = layout.step()
  while (!done && performance.now() < until)
  if (!done && !animate) {
    const mine = run
    setTimeout(() => {
      if (mine === run) compute()
    })
    return
  }
  const reply: LayoutReply = { run, positions: layout.positions(), done }
  if (done) layout = null
  globalThis.postMessage(reply, { transfer: [reply.positions.buffer] })
}
