import { EdgePace } from './edge-pace.ts'
import { GlFence } from './gl-fence.ts'
import type { Frame, Picture } from './picture.ts'

/** What patient drawing works with. */
export interface PatientParts {
  readonly gl: WebGL2RenderingContext
  /** Null while the context is lost. */
  readonly picture: () => Picture | null
  /** Pairs of the scene. */
  readonly pairs: () => number
  /** How a frame would be drawn now. */
  readonly frame: () => Frame
  /** A frame was shown. */
  readonly onShown: (frame: Frame) => void
  /** Asks for an animation frame, in which `tick` is called. */
  readonly requestFrame: () => void
  /** Milliseconds that a piece of work took. */
  readonly onWork: (ms: number) => void
}

/**
 * Drawing of thousands of peers where the processor draws. The browser waits in the page's main thread for what is shown
 * until it is drawn, so all is drawn aside, piece by piece and between frames, and shown by copying it once it is there:
 * a frame of nodes, or a step of the picture of lines.
 */
export class PatientDrawing {
  readonly pace = new EdgePace()
  readonly #parts: PatientParts
  readonly #fence: GlFence
  #wanted = false
  /** Drawn aside, and not shown yet. */
  #ready: Frame | null = null
  /** How the lines are drawn whose picture is being made. */
  #kept: Frame | null = null
  #work: ReturnType<typeof setTimeout> | null = null
  #later: ReturnType<typeof setTimeout> | null = null

  constructor(parts: PatientParts) {
    this.#parts = parts
    this.#fence = new GlFence(parts.gl)
  }

  /** What is shown is no longer what there is. */
  want(): void {
    this.#wanted = true
  }

  /** In an animation frame: shows what became ready, and goes on with what is due. */
  tick(now: number): void {
    const took = this.#fence.passed(now)
    if (took === null) return this.#parts.requestFrame()
    if (took > 0) this.pace.took(took)
    const [ready, picture] = [this.#ready, this.#parts.picture()]
    this.#ready = null
    if (ready !== null && picture?.showAside(ready) === true) this.#parts.onShown(ready)
    // In a task of its own: the browser waits for all that is drawn before a frame ends.
    this.#work ??= setTimeout(() => {
      this.#work = null
      if (!document.hidden) this.#goOn()
    })
    return undefined
  }

  /** What was drawn aside is no longer of use. */
  forget(): void {
    this.#ready = null
  }

  destroy(): void {
    for (const timer of [this.#work, this.#later]) if (timer !== null) clearTimeout(timer)
  }

  #goOn(): void {
    const now = performance.now()
    const picture = this.#parts.picture()
    if (picture === null) return
    const frame = this.#parts.frame()
    // Unless the view moves, nodes and lines take turns.
    const before = picture.hasEdges(frame)
    const stepped = (!this.#wanted || !before || this.pace.moving(now)) && this.#step(picture, frame, now)
    // Where there is no whole picture of the lines, what there is of the next one is shown.
    const shows = this.#wanted || (stepped && !before)
    if (shows) {
      this.#wanted = false
      this.#ready = frame
      picture.drawAside(frame)
    }
    if (!shows && !stepped) return
    this.#fence.set(now)
    this.#parts.requestFrame()
    this.#parts.onWork(performance.now() - now)
  }

  /** Draws the next step of the lines, if there is one now. */
  #step(picture: Picture, frame: Frame, now: number): boolean {
    const { start, pairs, whole, again } = this.pace.next(now, this.#parts.pairs())
    if (again !== null && again > 0) {
      if (this.#later !== null) clearTimeout(this.#later)
      this.#later = setTimeout(() => this.#parts.requestFrame(), again + 1)
    }
    if (pairs === 0) return false
    if (start === 0) this.#kept = frame
    if (this.#kept !== null) picture.keepEdges(this.#kept, start, pairs)
    this.#wanted ||= whole
    return true
  }
}
