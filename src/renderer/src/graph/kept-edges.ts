import type { Camera, Size } from './camera.ts'
import { Offscreen } from './offscreen.ts'

/** How much larger or smaller than it was drawn a picture is shown: blown up further, its lines cover everything. */
const GROW_MAX = 2.5
const GROW_MIN = 0.2
/**
 * How many times as wide and high as the canvas a picture is. Lines end where their picture ends, so it reaches beyond what is in
 * view: else a step back or to the side would show a straight edge.
 */
export const OVERSCAN = 1.3

/** From where a picture was taken. */
export interface Taken {
  readonly camera: Camera
  /** Device pixels for each CSS pixel, and of the picture. */
  readonly ratio: number
  readonly width: number
  readonly height: number
}

/** A picture of lines, where it was taken from, and whether it has anything that can be shown. */
interface Kept {
  readonly image: Offscreen
  taken: Taken
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
    const taken = { camera: { x: 0, y: 0, scale: 1 }, ratio: 1, width: 0, height: 0 }
    const kept = (): Kept => ({ image: new Offscreen(gl), taken, usable: false })
    this.#shown = kept()
    this.#made = kept()
  }

  /** Whether there is a whole picture to show for `camera`. */
  wholeFor(camera: Camera, ratio: number): boolean {
    return fits(this.#shown, camera, ratio)
  }

  /** Begins another picture, of the clear colour; device pixels. */
  begin(taken: Taken): void {
    this.#made.image.begin(taken.width, taken.height)
    this.#made.taken = taken
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

  /** No longer shows anything of what there is. */
  forget(): void {
    this.#shown.usable = false
    this.#made.usable = false
  }

  /**
   * Copies what is kept to where it belongs for `camera`, into `target` or, for null, the canvas, which has `size` in device
   * pixels. Where the whole picture is from too near or too far, it is what there is of the next one.
   */
  show(target: Offscreen | null, camera: Camera, ratio: number, size: Size): void {
    const kept = [this.#shown, this.#made].find((one) => fits(one, camera, ratio))
    if (kept === undefined) return
    const { left, low, right, high } = boxOf(kept.taken, camera, ratio, size)
    kept.image.copyTo(target, left, low, right, high)
  }

  destroy(): void {
    for (const { image } of [this.#shown, this.#made]) image.destroy()
  }
}

/** Where a picture belongs on a canvas of `size` device pixels, from its left and its lower edge. */
export function boxOf(
  taken: Taken,
  camera: Camera,
  ratio: number,
  size: Size,
): { readonly left: number; readonly low: number; readonly right: number; readonly high: number } {
  const grow = growOf(taken, camera, ratio)
  const [width, height] = [taken.width * grow, taken.height * grow]
  const left = Math.round(size.width / 2 + (taken.camera.x - camera.x) * camera.scale * ratio - width / 2)
  const low = Math.round(size.height / 2 + (taken.camera.y - camera.y) * camera.scale * ratio - height / 2)
  return { left, low, right: left + Math.round(width), high: low + Math.round(height) }
}

function growOf(taken: Taken, camera: Camera, ratio: number): number {
  return (camera.scale * ratio) / (taken.camera.scale * taken.ratio)
}

function fits({ usable, taken }: Kept, camera: Camera, ratio: number): boolean {
  const grow = growOf(taken, camera, ratio)
  return usable && grow <= GROW_MAX && grow >= GROW_MIN
}
