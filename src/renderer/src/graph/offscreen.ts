/** A picture that is drawn aside: bound, it takes what is drawn, and it can be copied into another. */
export class Offscreen {
  readonly #gl: WebGL2RenderingContext
  readonly #buffer: WebGLFramebuffer
  readonly #image: WebGLRenderbuffer
  /** Device pixels; 0 before the first `begin`. */
  width = 0
  height = 0

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#buffer = gl.createFramebuffer()
    this.#image = gl.createRenderbuffer()
  }

  /** Binds it in a size, in the clear colour. */
  begin(width: number, height: number): void {
    const gl = this.#gl
    this.bind()
    if (width !== this.width || height !== this.height) {
      gl.bindRenderbuffer(gl.RENDERBUFFER, this.#image)
      gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, width, height)
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, this.#image)
      this.width = width
      this.height = height
    }
    gl.clear(gl.COLOR_BUFFER_BIT)
  }

  bind(): void {
    this.#gl.bindFramebuffer(this.#gl.FRAMEBUFFER, this.#buffer)
  }

  /** Copies it into a box of `target`, null for the canvas, which is bound then. */
  copyTo(target: Offscreen | null, left: number, low: number, right: number, high: number): void {
    const gl = this.#gl
    if (target === null) gl.bindFramebuffer(gl.FRAMEBUFFER, null)
    else target.bind()
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.#buffer)
    gl.blitFramebuffer(0, 0, this.width, this.height, left, low, right, high, gl.COLOR_BUFFER_BIT, gl.NEAREST)
    if (target === null) gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null)
    else target.bind()
  }

  destroy(): void {
    this.#gl.deleteFramebuffer(this.#buffer)
    this.#gl.deleteRenderbuffer(this.#image)
  }
}
