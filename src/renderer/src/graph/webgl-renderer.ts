import { bubbleAt, nameWidth, shownBubbles } from './bubbles.ts'
import { capture } from './capture.ts'
import * as cameras from './camera.ts'
import type { Box, Camera, Covered, Size } from './camera.ts'
import { Fitting } from './fit.ts'
import { Glide } from './glide.ts'
import { graphics } from './gl-support.ts'
import { bubbleOf } from './folding.ts'
import { HoldBack } from './hold-back.ts'
import { labelOrder } from './labels.ts'
import { Later } from './later.ts'
import { drawAbove, pinnedOf } from './overlay.ts'
import { PatientDrawing } from './patient.ts'
import { Picking } from './picking.ts'
import { Picture } from './picture.ts'
import type { Frame } from './picture.ts'
import { listenToPointer } from './pointer.ts'
import type {
  CreateRenderer,
  GraphListeners,
  GraphMarks,
  GraphRenderer,
  GraphScene,
  GraphStats,
  GraphTheme,
} from './renderer.ts'

/** Without a graphics processor: lines from which on their picture is kept and moves along, and is made step by step. */
const KEEP_FROM = 1500
/** Pixels around a node and a line within which the pointer means it. */
const REACH = { node: 5, edge: 4 } as const

/** Draws with WebGL2: points and lines that know their slots, labels above on a 2D canvas. Throws where there is no WebGL2. */
export const createWebglRenderer: CreateRenderer = (...given) => new WebglRenderer(...given)

class WebglRenderer implements GraphRenderer {
  readonly #container: HTMLElement
  readonly #listeners: GraphListeners
  readonly #canvas = document.createElement('canvas')
  readonly #above = document.createElement('canvas')
  readonly #gl: WebGL2RenderingContext
  readonly #overlay: CanvasRenderingContext2D
  readonly #software: boolean
  readonly #picking = new Picking()
  readonly #still = globalThis.matchMedia('(prefers-reduced-motion: reduce)')
  readonly #observer: ResizeObserver
  readonly #stops: (() => void)[]
  #picture: Picture | null
  #theme: GraphTheme
  #marks: GraphMarks = { self: -1, selected: -1, hovered: -1, bubble: null, focused: false }
  #scene: GraphScene | null = null
  #camera: Camera = { x: 0, y: 0, scale: 1 }
  #covered = cameras.UNCOVERED
  #size: Size = { width: 0, height: 0 }
  #ratio = 1
  readonly #fitting = new Fitting()
  readonly #later = new Later()
  #order = new Uint32Array(0)
  #pinned: number[] = []
  #following = true
  #frame = 0
  readonly #glide = new Glide()
  readonly #patient: PatientDrawing
  readonly #hold = new HoldBack()
  #frames = 0
  #cpuMs = 0

  constructor(container: HTMLElement, theme: GraphTheme, listeners: GraphListeners) {
    this.#container = container
    this.#theme = theme
    this.#listeners = listeners
    this.#software = graphics().software
    const gl = this.#canvas.getContext('webgl2', { alpha: false, antialias: false, depth: false, stencil: false })
    const overlay = this.#above.getContext('2d')
    if (gl === null || overlay === null) throw new Error('this machine offers no WebGL2')
    this.#gl = gl
    this.#overlay = overlay
    this.#patient = new PatientDrawing({
      gl,
      picture: () => this.#picture,
      pairs: () => this.#scene?.pairs ?? 0,
      frame: () => this.#frameOf('kept', this.#ratio),
      onShown: (frame) => this.#shown(frame),
      requestFrame: () => this.#requestFrame(),
      onWork: (ms) => (this.#cpuMs += ms),
    })
    this.#picture = new Picture(gl, this.#software)
    for (const canvas of [this.#canvas, this.#above]) {
      canvas.style.cssText = 'position:absolute;inset:0;width:100%;height:100%;display:block'
      container.append(canvas)
    }
    this.#above.style.pointerEvents = 'none'
    const onLost = (event: Event): void => {
      // Prevented, the context comes back.
      event.preventDefault()
      this.#picture = null
    }
    const onRestored = (): void => {
      this.#picture = new Picture(gl, this.#software)
      this.#patient.pace.restart()
      this.#patient.forget()
      if (this.#scene !== null) this.update(this.#scene)
    }
    this.#canvas.addEventListener('webglcontextlost', onLost)
    this.#canvas.addEventListener('webglcontextrestored', onRestored)
    const onShown = (): void => this.#request()
    document.addEventListener('visibilitychange', onShown)
    this.#observer = new ResizeObserver(() => this.#resize())
    this.#observer.observe(container)
    this.#stops = [
      () => document.removeEventListener('visibilitychange', onShown),
      () => this.#canvas.removeEventListener('webglcontextlost', onLost),
      () => this.#canvas.removeEventListener('webglcontextrestored', onRestored),
      listenToPointer(this.#canvas, {
        nodeAt: (x, y) => this.#nodeAt(x, y),
        edgeAt: (x, y) => this.#edgeAt(x, y) >= 0 || this.#bubbleAt(x, y) !== null,
        onClick: (x, y) => this.#click(x, y),
        onHover: (slot, at) => {
          if (slot !== this.#marks.hovered) this.#listeners.onHover(slot)
          this.#listeners.onHoverBubble(at === null || slot >= 0 ? null : this.#bubbleAt(...at))
        },
        onPan: (dx, dy) => this.#moveTo(cameras.panBy(this.#camera, dx, dy)),
        onZoom: (factor, x, y) =>
          this.#moveTo(cameras.zoomAt(this.#camera, this.#size, factor, x, y, this.#fitting.scale)),
        onDrag: (slot, x, y, dropped) => {
          const [atX, atY] = cameras.toLayout(this.#camera, this.#size, x, y)
          this.#following = false
          this.#listeners.onDrag(slot, atX, atY, dropped)
        },
      }),
    ]
    this.#resize()
  }

  update(scene: GraphScene): void {
    const moved = scene === this.#scene && scene.changedSlots.all && this.#keeps(scene)
    if (this.#hold.holds(moved && this.#patient.pace.making, performance.now())) return
    const changed = scene !== this.#scene || !scene.changedSlots.empty || !scene.changedPairs.empty
    this.#scene = scene
    this.#picking.take(scene)
    this.#picture?.take(scene)
    if (changed) {
      this.#patient.pace.change()
      const first = this.#fitting.bounds.count === 0
      this.#fitting.take(scene)
      this.#order = labelOrder(scene)
      this.#pinned = pinnedOf(scene)
      // Not in the task of the update where names of clusters are placed for it: that takes as long again.
      if (first || scene.fold.closed.length === 0) this.#refit()
      else this.#later.soon(() => this.#refit())
    }
    if (!this.#later.waits) this.#request()
  }

  #refit(): void {
    const [fit, stays] = [this.#fit(), this.#fitting.stayed()]
    if (this.#following && this.#size.width > 0) this.#follow(fit, stays)
    this.#request()
  }

  setMarks(marks: GraphMarks): void {
    this.#marks = marks
    this.#request()
  }

  setTheme(theme: GraphTheme): void {
    this.#theme = theme
    this.#patient.pace.restart()
    this.#picture?.forgetEdges()
    this.#request()
  }

  fit(): void {
    this.#following = true
    this.#fitting.restart()
    if (this.#fitting.bounds.count > 0) this.#glideTo(this.#fit())
  }

  zoom(factor: number): void {
    this.#following = false
    const { width, height } = this.#size
    const from = this.#glide.to ?? this.#camera
    this.#glideTo(cameras.zoomAt(from, this.#size, factor, width / 2, height / 2, this.#fitting.scale))
  }

  reveal(slot: number): void {
    const scene = this.#scene
    if (scene === null) return
    const at = [scene.positions[slot * 2] ?? 0, scene.positions[slot * 2 + 1] ?? 0] as const
    const [x, y] = cameras.toScreen(this.#camera, this.#size, ...at)
    if (x >= 24 && y >= 24 && x <= this.#size.width - 24 && y <= this.#size.height - 24) return
    this.#following = false
    this.#glideTo({ ...this.#camera, x: at[0], y: at[1] })
  }

  centre(x: number, y: number): void {
    this.#moveTo({ ...this.#camera, x, y })
  }

  approach(x: number, y: number, reach: number): void {
    this.#following = false
    const whole = cameras.fitTo(cameras.boxAround(x, y, reach), this.#size, this.#covered.margins)
    this.#glideTo({ ...whole, scale: Math.max(whole.scale, this.#camera.scale) })
  }

  scales(): { readonly scale: number; readonly fit: number } {
    return { scale: (this.#glide.to ?? this.#camera).scale, fit: this.#fitting.scale }
  }

  shape(): number {
    return cameras.shapeOf(this.#size, this.#covered.margins)
  }

  setCovered(covered: Covered): void {
    this.#covered = covered
    this.#resize()
  }

  view(): Box {
    return cameras.viewOf(this.#camera, this.#size)
  }

  async capture(scale: number): Promise<Blob> {
    return await capture(this.#size, scale, (context, ratio, width, height) => {
      // What WebGL drew can be read only until the browser has shown it, so all of this is one task.
      this.#canvas.width = width
      this.#canvas.height = height
      this.#picture?.draw(this.#frameOf('drawn', ratio))
      context.drawImage(this.#canvas, 0, 0)
      this.#drawOverlay(context, this.#frameOf('drawn', ratio))
      this.#resize()
    })
  }

  stats(): GraphStats {
    return { frames: this.#frames, cpuMs: this.#cpuMs, software: this.#software }
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame)
    this.#patient.destroy()
    this.#later.stop()
    this.#observer.disconnect()
    for (const stop of this.#stops) stop()
    this.#picture?.destroy()
    this.#picture = null
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext()
    this.#canvas.remove()
    this.#above.remove()
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#container
    this.#ratio = globalThis.devicePixelRatio
    this.#size = { width, height }
    for (const canvas of [this.#canvas, this.#above]) {
      const [w, h] = [Math.round(width * this.#ratio), Math.round(height * this.#ratio)]
      if (canvas.width !== w) canvas.width = w
      if (canvas.height !== h) canvas.height = h
    }
    this.#patient.pace.restart()
    this.#patient.forget()
    const fit = this.#fit()
    if (this.#following) this.#follow(fit)
    // Drawn at once: a canvas that got another size is empty until then.
    if (width > 0 && this.#scene !== null && !document.hidden) this.#show()
  }

  #nodeAt(x: number, y: number): number {
    const scene = this.#scene
    if (scene === null) return -1
    const [atX, atY] = cameras.toLayout(this.#camera, this.#size, x, y)
    const unit = this.#factor() / this.#camera.scale
    const radius = (slot: number): number =>
      bubbleOf(scene.fold, slot) === null ? (scene.sizes[slot] ?? 0) * unit : Number.NEGATIVE_INFINITY
    return this.#picking.node(atX, atY, REACH.node / this.#camera.scale, radius, 20 * unit)
  }

  #edgeAt(x: number, y: number): number {
    const [atX, atY] = cameras.toLayout(this.#camera, this.#size, x, y)
    return this.#picking.edge(atX, atY, REACH.edge / this.#camera.scale)
  }

  /** Key of the bubble under a pixel, or null. */
  #bubbleAt(x: number, y: number): string | null {
    const [scene, camera, size] = [this.#scene, this.#camera, this.#size]
    return scene === null ? null : (bubbleAt(shownBubbles({ scene, camera, size }), x, y)?.bubble.key ?? null)
  }

  #click(x: number, y: number): void {
    const slot = this.#nodeAt(x, y)
    if (slot >= 0) return this.#listeners.onPick(slot)
    const bubble = this.#bubbleAt(x, y)
    if (bubble !== null) return this.#listeners.onPickBubble(bubble)
    const pair = this.#edgeAt(x, y)
    if (pair >= 0) this.#listeners.onPickEdge(pair)
    else this.#listeners.onPick(-1)
    return undefined
  }

  #factor(): number {
    const { spread, count } = this.#fitting.bounds
    return cameras.nodeFactor(this.#camera.scale, spread, count)
  }

  /** The camera that shows what is to be seen whole. */
  #fit(): Camera {
    return this.#fitting.fit(this.#size, this.#covered.margins, nameWidth(this.#overlay))
  }

  /** The user moves the picture: a layout that goes on must not move it as well. */
  #moveTo(camera: Camera): void {
    this.#following = false
    this.#glide.stop()
    this.#setCamera(camera)
    this.#request()
  }

  #glideTo(to: Camera): void {
    if (this.#still.matches || this.#size.width === 0) this.#setCamera(to)
    else this.#glide.begin(this.#camera, to, performance.now())
    this.#request()
  }

  /** Shows everything while it changes. */
  #follow(to: Camera, stays = true): void {
    if (!stays) this.#glideTo(to)
    else if (!this.#glide.turn(to)) this.#setCamera(to)
  }

  #setCamera(camera: Camera): void {
    const { x, y, scale } = this.#camera
    if (x === camera.x && y === camera.y && scale === camera.scale) return
    this.#camera = camera
    this.#patient.pace.move(performance.now())
    this.#listeners.onView()
  }

  #request(): void {
    this.#patient.want()
    this.#requestFrame()
  }

  #requestFrame(): void {
    if (this.#frame !== 0 || document.hidden || this.#scene === null) return
    this.#frame = requestAnimationFrame((now) => {
      this.#frame = 0
      if (!document.hidden) this.#draw(now)
    })
  }

  #draw(now: number): void {
    if (this.#scene === null || this.#picture === null || this.#size.width === 0) return
    if (globalThis.devicePixelRatio !== this.#ratio) return this.#resize()
    const from = performance.now()
    if (this.#hold.waits && !this.#patient.pace.making) this.update(this.#scene)
    const glided = this.#glide.at(now)
    if (glided !== null) this.#setCamera(glided)
    if (this.#keeps(this.#scene)) this.#patient.tick(from)
    else {
      this.#patient.forget()
      this.#show()
    }
    this.#cpuMs += performance.now() - from
    if (this.#glide.to !== null) this.#request()
    return undefined
  }

  /** Where the processor draws, lines of thousands are drawn step by step, and what is there of them is shown meanwhile. */
  #keeps(scene: GraphScene): boolean {
    return this.#software && scene.drawnCount >= KEEP_FROM
  }

  /** Draws what there is, at once. */
  #show(): void {
    const scene = this.#scene
    if (scene === null || this.#picture === null) return
    const frame = this.#frameOf(this.#keeps(scene) ? 'kept' : 'drawn', this.#ratio)
    this.#picture.draw(frame)
    this.#shown(frame)
  }

  #shown(frame: Frame): void {
    this.#overlay.setTransform(1, 0, 0, 1, 0, 0)
    this.#overlay.clearRect(0, 0, this.#above.width, this.#above.height)
    this.#drawOverlay(this.#overlay, frame)
    this.#frames++
  }

  #frameOf(edges: Frame['edges'], ratio: number): Frame {
    const [camera, size, theme, marks] = [this.#camera, this.#size, this.#theme, this.#marks]
    return { camera, size, ratio, factor: this.#factor(), theme, marks, edges }
  }

  #drawOverlay(context: CanvasRenderingContext2D, frame: Frame): void {
    const [scene, order, pinned] = [this.#scene, this.#order, this.#pinned]
    if (scene === null) return
    drawAbove(context, { scene, order, pinned, covered: this.#covered.boxes }, frame)
  }
}
