import { placeClusters } from './clusters.ts'
import { FOLD_FROM } from './fold.ts'
import { createForceLayout } from './force.ts'
import type { ForceLayout } from './force.ts'
import type { LayoutReply, LayoutRequest, Pace } from './layout-messages.ts'
import { circlesUnderway, createPlacedLayout } from './placed.ts'
import { parkOutliers } from './rim.ts'
import { placeRings } from './rings.ts'
import { spotsOf } from './spots.ts'
import type { Spots } from './spots.ts'
import { stretched } from './stretch.ts'

/** Longest time to compute between two frames that are told, in milliseconds. */
const SLICE = 24
/** The same where frames are not told; between slices a stop can come through. */
const QUIET_SLICE = 20
/** Rest between two slices where frames are not told, in milliseconds: the processor draws as well there. */
const BREATH = 15
/** The same before the first: what is drawn is new, and drawn first. */
const HEAD_START = 1000
/** Time between two positions that are told now and then, in milliseconds. */
const NOW_AND_THEN = 1500
/** The same for how far it is. */
const PROGRESS = 300
/** The same for clusters by place, while it moves. */
const SPOTS = 700

let layout: ForceLayout | null = null
/** Of a layout by forces, what stays where it is; null for one that has its places. */
let forced: Uint8Array | null = null
let circles = new Float32Array(0)
/** Of clusters that peers are led to: the cluster of each node, and where it belongs. */
let led: { readonly of: Int32Array; readonly targets: Float32Array } | null = null
let hashes: Uint32Array = new Uint32Array(0)
/** Clusters by place as they were found last; null where there were none. */
let before: Int32Array | null = null
let wide = 1
let run = 0
let pace: Pace = 'frames'
let toldAt = 0
let progressAt = 0
let spotsAt = 0

globalThis.addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  switch (data.type) {
    case 'start':
      begin(data)
      run = data.run
      pace = data.pace
      toldAt = performance.now()
      if (pace === 'frames') compute()
      else goOnAfter(HEAD_START)
      break
    case 'next':
      if (data.run === run) compute()
      break
    case 'finish':
      if (data.run === run && layout !== null) tell(layout, true)
      break
    case 'stop':
      layout = null
      break
  }
})

function begin(request: Extract<LayoutRequest, { type: 'start' }>): void {
  const { kind, positions, edges, fixed, placing } = request
  if (kind === 'force') {
    wide = request.wide
    hashes = placing.hashes
    before = request.before.some((at) => at >= 0) ? request.before : null
    layout = createForceLayout(stretched(positions, 1 / wide), edges, fixed)
    forced = fixed
    led = null
    circles = new Float32Array(0)
    return
  }
  const placed = kind === 'clusters' ? placeClusters(placing) : placeRings(placing)
  layout = createPlacedLayout(positions, placed.positions, fixed)
  forced = null
  circles = placed.circles.slice()
  // What the user holds elsewhere takes no circle along.
  const of = placing.of.map((at, node) => (fixed[node] === 1 ? -1 : at))
  led = kind === 'clusters' ? { of, targets: placed.positions } : null
}

function compute(): void {
  if (layout === null) return
  // What is led to its places is told step by step: so that the eye can follow.
  const single = forced === null && pace === 'frames'
  const until = single ? 0 : performance.now() + (pace === 'frames' ? SLICE : QUIET_SLICE)
  let done = false
  do done = layout.step()
  while (!done && performance.now() < until)
  const now = performance.now()
  const told = done || pace === 'frames' || (pace === 'seconds' && now - toldAt >= NOW_AND_THEN)
  if (told) {
    toldAt = now
    tell(layout, done)
  } else if (now - progressAt >= PROGRESS) {
    progressAt = now
    reply({ run, positions: null, circles, spots: null, share: layout.share, done }, [])
  }
  // The next frame is asked for once this one was drawn; else it goes on by itself.
  if (done || pace === 'frames') return
  goOnAfter(BREATH)
}

function tell(of: ForceLayout, done: boolean): void {
  let positions = of.positions()
  if (forced !== null) {
    parkOutliers(positions, forced)
    positions = stretched(positions, wide)
  }
  if (done) layout = null
  const spots = forced === null ? null : spotsIn(positions, done)
  const shown = led === null ? circles : circlesUnderway(circles, led.of, positions, led.targets)
  reply({ run, positions, circles: shown, spots, share: of.share, done }, [positions.buffer])
}

/** Clusters by place, of so many that they are folded: looked for here, for the window has to stay free. */
function spotsIn(positions: Float32Array, done: boolean): Spots | null {
  const slots = positions.length / 2
  const now = performance.now()
  if (slots < FOLD_FROM || (!done && now - spotsAt < SPOTS)) return null
  spotsAt = now
  const spots = spotsOf({ slots, live: new Uint8Array(slots).fill(1), positions, hashes }, before)
  before = spots.of
  return spots
}

function reply(message: LayoutReply, transfer: Transferable[]): void {
  globalThis.postMessage(message, { transfer })
}

function goOnAfter(ms: number): void {
  const mine = run
  setTimeout(() => {
    if (mine === run) compute()
  }, ms)
}
