import type { Camera } from './camera.ts'
import { Offscreen } from './offscreen.ts'

/** How much larger or smaller than it was drawn a picture is shown: blown up further, its lines cover everything. */
const GROW_MAX = 2.5
const GROW_MIN = 0.2

/** A picture of lines, where it was taken from, and whether it has anything that can be shown. */
interface Kept {
  readonly image: Offscreen
  camera: Camera
  usable: boolean
}

/**
 * The lines as they were drawn last: while the picture moves they move along, for the price of copying an image. The next
 * picture is made beside it, in as many steps as it takes.
 */
export class KeptEdges {
  readonly #gl: WebGL2RenderingContext
  #shown: Kept
  #made: Kept

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    const kept = (): Kept => ({ image: new Offscreen(gl), camera: { x: 0, y: 0, scale: 1 }, usable: false })
    this.#shown = kept()
    this.#made = kept()
  }

  /** Whether there is a whole picture to show for `camera`. */
  wholeFor(camera: Camera): boolean {
    return fits(this.#shown, camera)
  }

  /** Begins another picture, of the clear colour. */
  begin(width: number, height: number, camera: Camera): void {
    this.#made.image.begin(width, height)
    this.#made.camera = camera
    this.#made.usable = true
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
    before.usable = false
  }

  /** Shows none of what there is any more. */
  forget(): void {
    this.#shown.usable = false
    this.#made.usable = false
  }

  /**
   * Copies what is kept to where it belongs for `camera`, into `target` or, for null, the canvas. Where the whole picture
   * is from too near or too far, it is what there is of the next one.
   */
  show(target: Offscreen | null, camera: Camera, ratio: number): void {
    const kept = [this.#shown, this.#made].find((one) => fits(one, camera))
    if (kept === undefined) return
    const { image, camera: before } = kept
    const { width, height } = image
    const grow = camera.scale / before.scale
    const left = Math.round(width / 2 + (before.x - camera.x) * camera.scale * ratio - (width / 2) * grow)
    const low = Math.round(height / 2 + (before.y - camera.y) * camera.scale * ratio - (height / 2) * grow)
    image.copyTo(target, left, low, left + Math.round(width * grow), low + Math.round(height * grow))
  }

  destroy(): void {
    for (const { image } of [this.#shown, this.#made]) image.destroy()
  }
}

function fits({ usable, camera: before }: Kept, camera: Camera): boolean {
  const grow = camera.scale / before.scale
  return usable && grow <= GROW_MAX && grow >= GROW_MIN
}
