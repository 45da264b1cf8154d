/** Time after which a fence counts as passed, milliseconds: a context that is lost, say, never tells. */
const GIVE_UP_MS = 500

/**
 * Tells when what was drawn so far is really drawn. Where the processor draws, the browser waits for all of it as soon as
 * it shows a frame, so the next frame had better not be begun before.
 */
export class GlFence {
  readonly #gl: WebGL2RenderingContext
  #sync: WebGLSync | null = null
  #since = 0

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
  }

  /** Stands behind what was drawn so far. */
  set(now: number): void {
    this.#drop()
    this.#sync = this.#gl.fenceSync(this.#gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    this.#since = now
    this.#gl.flush()
  }

  /** Milliseconds since it was set once all before it is drawn, then 0; null while it is not. */
  passed(now: number): number | null {
    if (this.#sync === null) return 0
    const took = now - this.#since
    const drawn = this.#gl.getSyncParameter(this.#sync, this.#gl.SYNC_STATUS) === this.#gl.SIGNALED
    if (!drawn && took < GIVE_UP_MS) return null
    this.#drop()
    return took
  }

  #drop(): void {
    if (this.#sync !== null) this.#gl.deleteSync(this.#sync)
    this.#sync = null
  }
}
