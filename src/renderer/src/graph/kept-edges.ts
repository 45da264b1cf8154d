import type { Camera } from './camera.ts'
import { Offscreen } from './offscreen.ts'

/** A picture of all lines, and where it was taken from. */
interface Kept {
  readonly image: Offscreen
  camera: Camera
}

/**
 * The lines as they were drawn last: while the picture moves they move along, for the price of copying an image. The next
 * picture is made beside it, in as many steps as it takes.
 */
export class KeptEdges {
  readonly #gl: WebGL2RenderingContext
  #shown: Kept
  #made: Kept
  #whole = false

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    const kept = (): Kept => ({ image: new Offscreen(gl), camera: { x: 0, y: 0, scale: 1 } })
    this.#shown = kept()
    this.#made = kept()
  }

  /** Whether there is a whole picture to show. */
  get whole(): boolean {
    return this.#whole
  }

  /** Begins another picture, of the clear colour. */
  begin(width: number, height: number, camera: Camera): void {
    this.#made.image.begin(width, height)
    this.#made.camera = camera
  }

  /** What is drawn until `release` goes into the new picture. */
  bind(): void {
    this.#made.image.bind()
  }

  /** Done for now, or with all of it: then it is the one that is shown. */
  release(whole: boolean): void {
    this.#gl.bindFramebuffer(this.#gl.FRAMEBUFFER, null)
    if (!whole) return
    const before = this.#shown
    this.#shown = this.#made
    this.#made = before
    this.#whole = true
  }

  /** Until another picture is whole, what there is of it is shown. */
  forget(): void {
    this.#whole = false
  }

  /** Copies what is kept to where it belongs for `camera`, into `target` or, for null, the canvas. */
  show(target: Offscreen | null, camera: Camera, ratio: number): void {
    const { image, camera: before } = this.#whole ? this.#shown : this.#made
    const { width, height } = image
    if (width === 0) return
    const grow = camera.scale / before.scale
    const left = Math.round(width / 2 + (before.x - camera.x) * camera.scale * ratio - (width / 2) * grow)
    const low = Math.round(height / 2 + (before.y - camera.y) * camera.scale * ratio - (height / 2) * grow)
    image.copyTo(target, left, low, left + Math.round(width * grow), low + Math.round(height * grow))
  }

  destroy(): void {
    for (const { image } of [this.#shown, this.#made]) image.destroy()
  }
}
