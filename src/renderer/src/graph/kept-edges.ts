import type { Camera } from './camera.ts'

/** A picture of all lines, and where it was taken from. */
interface Kept {
  readonly buffer: WebGLFramebuffer
  readonly image: WebGLRenderbuffer
  width: number
  height: number
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
  /** Whether there is a whole picture to show. */
  #whole = false

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#shown = kept(gl)
    this.#made = kept(gl)
  }

  /** Begins another picture, of the clear colour. */
  begin(width: number, height: number, camera: Camera): void {
    const gl = this.#gl
    const made = this.#made
    gl.bindFramebuffer(gl.FRAMEBUFFER, made.buffer)
    if (width !== made.width || height !== made.height) {
      gl.bindRenderbuffer(gl.RENDERBUFFER, made.image)
      gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, width, height)
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, made.image)
      made.width = width
      made.height = height
    }
    made.camera = camera
    gl.clear(gl.COLOR_BUFFER_BIT)
  }

  /** What is drawn until `release` goes into the new picture. */
  bind(): void {
    this.#gl.bindFramebuffer(this.#gl.FRAMEBUFFER, this.#made.buffer)
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

  /** Copies what is kept to where it belongs for `camera`. */
  show(camera: Camera, ratio: number): void {
    const gl = this.#gl
    const { buffer, width, height, camera: before } = this.#whole ? this.#shown : this.#made
    if (width === 0) return
    const grow = camera.scale / before.scale
    const left = Math.round(width / 2 + (before.x - camera.x) * camera.scale * ratio - (width / 2) * grow)
    const low = Math.round(height / 2 + (before.y - camera.y) * camera.scale * ratio - (height / 2) * grow)
    const [right, high] = [left + Math.round(width * grow), low + Math.round(height * grow)]
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, buffer)
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null)
    gl.blitFramebuffer(0, 0, width, height, left, low, right, high, gl.COLOR_BUFFER_BIT, gl.NEAREST)
    gl.bindFramebuffer(gl.FRAMEBUFFER, null)
  }

  destroy(): void {
    for (const { buffer, image } of [this.#shown, this.#made]) {
      this.#gl.deleteFramebuffer(buffer)
      this.#gl.deleteRenderbuffer(image)
    }
  }
}

function kept(gl: WebGL2RenderingContext): Kept {
  return {
    buffer: gl.createFramebuffer(),
    image: gl.createRenderbuffer(),
    width: 0,
    height: 0,
    camera: { x: 0, y: 0, scale: 1 },
  }
}
