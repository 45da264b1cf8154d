import type { Camera, Size } from './camera.ts'
import { DIM, edgeOpacity, FADED } from './colours.ts'
import { EdgeBuffer, NodeBuffer } from './gl-buffers.ts'
import { createProgram, rgb } from './gl-support.ts'
import type { GraphMarks, GraphScene, GraphTheme } from './renderer.ts'
import { BAND_FRAGMENT, BAND_VERTEX, LINE_FRAGMENT, LINE_VERTEX, NODE_FRAGMENT, NODE_VERTEX } from './shaders.ts'

/** How one frame is drawn. */
export interface Frame {
  readonly camera: Camera
  /** CSS pixels, and device pixels for each. */
  readonly size: Size
  readonly ratio: number
  /** By what the radii of nodes are multiplied. */
  readonly factor: number
  readonly theme: GraphTheme
  readonly marks: GraphMarks
  /** `draw` draws the lines anew, `keep` also keeps their picture, `reuse` takes the kept one where the camera was moved. */
  readonly edges: 'draw' | 'keep' | 'reuse'
}

/** Lines up to which they get smooth borders also where the processor draws. */
const BANDS_MAX = 2500
const RAISED = 3

/** The graph as drawn by WebGL2: lines, raised lines, discs. Lost with the context, and made anew then. */
export class Picture {
  readonly #gl: WebGL2RenderingContext
  readonly #software: boolean
  readonly #nodes: NodeBuffer
  readonly #raised: EdgeBuffer
  readonly #discs: Program
  readonly #lines: Program
  readonly #bands: Program
  readonly #kept: KeptEdges
  #edges: EdgeBuffer
  #scene: GraphScene | null = null

  constructor(gl: WebGL2RenderingContext, software: boolean) {
    this.#gl = gl
    this.#software = software
    this.#discs = new Program(gl, NODE_VERTEX, NODE_FRAGMENT)
    this.#lines = new Program(gl, LINE_VERTEX, LINE_FRAGMENT)
    this.#bands = new Program(gl, BAND_VERTEX, BAND_FRAGMENT)
    this.#nodes = new NodeBuffer(gl)
    this.#edges = new EdgeBuffer(gl, 6)
    this.#raised = new EdgeBuffer(gl, 6)
    this.#kept = new KeptEdges(gl)
    gl.disable(gl.DEPTH_TEST)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  }

  /** Uploads what changed of the scene, which afterwards counts as unchanged. */
  take(scene: GraphScene): void {
    const other = scene !== this.#scene
    this.#scene = scene
    if (other) scene.changedSlots.addAll()
    const copies = this.#software && scene.pairs > BANDS_MAX ? 2 : 6
    const anew = other || copies !== this.#edges.copies
    if (copies !== this.#edges.copies) {
      this.#edges.destroy()
      this.#edges = new EdgeBuffer(this.#gl, copies)
    }
    this.#nodes.take(scene)
    this.#edges.take(scene, anew)
    this.#raised.takeOnly(scene, scene.raised)
    scene.changedSlots.clear()
    scene.changedPairs.clear()
  }

  draw(frame: Frame): void {
    const gl = this.#gl
    const { size, ratio, theme } = frame
    const width = Math.round(size.width * ratio)
    const height = Math.round(size.height * ratio)
    gl.viewport(0, 0, width, height)
    const [red, green, blue] = rgb(theme.background)
    gl.clearColor(red, green, blue, 1)
    gl.clear(gl.COLOR_BUFFER_BIT)
    const scene = this.#scene
    if (scene === null) return
    this.#nodes.bindTexture()
    if (frame.edges === 'reuse') this.#kept.show(frame.camera, ratio)
    else {
      if (frame.edges === 'keep') this.#kept.begin(width, height, frame.camera)
      this.#drawEdges(scene, frame, false)
      if (frame.edges === 'keep') this.#kept.end()
    }
    if (scene.raised.length > 0) this.#drawEdges(scene, frame, true)
    this.#drawNodes(scene, frame)
  }

  destroy(): void {
    for (const program of [this.#discs, this.#lines, this.#bands]) program.destroy()
    this.#nodes.destroy()
    this.#edges.destroy()
    this.#raised.destroy()
    this.#kept.destroy()
  }

  #drawEdges(scene: GraphScene, frame: Frame, raised: boolean): void {
    const gl = this.#gl
    const buffer = raised ? this.#raised : this.#edges
    const program = buffer.copies === 2 ? this.#lines : this.#bands
    const { theme, ratio, marks } = frame
    program.use()
    this.#place(program, frame)
    const colours = [...theme.edges, theme.raised].flatMap(rgb)
    gl.uniform3fv(program.at('u_kinds'), colours)
    const alpha = edgeOpacity(scene.edgeCount) * (marks.focused ? FADED : 1)
    gl.uniform1f(program.at('u_alpha'), raised ? 1 : alpha)
    gl.uniform1f(program.at('u_faded'), FADED)
    gl.uniform1f(program.at('u_dash'), 7 * ratio)
    gl.uniform1f(program.at('u_width'), (raised ? 1.6 : 1) * ratio)
    gl.uniform1i(program.at('u_override'), raised ? RAISED : -1)
    buffer.draw(raised ? scene.raised.length : scene.pairs)
  }

  #drawNodes(scene: GraphScene, frame: Frame): void {
    const gl = this.#gl
    const program = this.#discs
    program.use()
    this.#place(program, frame)
    this.#nodes.bind()
    gl.uniform1f(program.at('u_size'), frame.factor * frame.ratio)
    gl.uniform3fv(program.at('u_background'), rgb(frame.theme.background))
    gl.uniform1f(program.at('u_dim'), DIM)
    gl.uniform1f(program.at('u_rim'), frame.factor < 0.6 ? 0 : frame.ratio)
    for (const state of [2, 1]) {
      gl.uniform1f(program.at('u_state'), state)
      gl.drawArrays(gl.POINTS, 0, scene.slots)
    }
  }

  #place(program: Program, { camera, size, ratio }: Frame): void {
    const sx = (2 * camera.scale) / size.width
    const sy = (2 * camera.scale) / size.height
    this.#gl.uniform4f(program.at('u_camera'), sx, sy, -camera.x * sx, -camera.y * sy)
    this.#gl.uniform2f(program.at('u_view'), (size.width * ratio) / 2, (size.height * ratio) / 2)
    this.#gl.uniform1i(program.at('u_nodes'), 0)
  }
}

/** A program with its uniforms, looked up once. */
class Program {
  readonly #gl: WebGL2RenderingContext
  readonly #program: WebGLProgram
  readonly #uniforms = new Map<string, WebGLUniformLocation | null>()

  constructor(gl: WebGL2RenderingContext, vertex: string, fragment: string) {
    this.#gl = gl
    this.#program = createProgram(gl, vertex, fragment)
  }

  use(): void {
    this.#gl.useProgram(this.#program)
  }

  /** Null where the program has no such uniform; setting it does nothing then. */
  at(name: string): WebGLUniformLocation | null {
    let found = this.#uniforms.get(name)
    if (found === undefined) {
      found = this.#gl.getUniformLocation(this.#program, name)
      this.#uniforms.set(name, found)
    }
    return found
  }

  destroy(): void {
    this.#gl.deleteProgram(this.#program)
  }
}

/** The lines as they were drawn last: while the picture moves they move along, for the price of copying an image. */
class KeptEdges {
  readonly #gl: WebGL2RenderingContext
  readonly #buffer: WebGLFramebuffer
  readonly #image: WebGLRenderbuffer
  #width = 0
  #height = 0
  #camera: Camera = { x: 0, y: 0, scale: 1 }

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#buffer = gl.createFramebuffer()
    this.#image = gl.createRenderbuffer()
  }

  /** What is drawn until `end` is kept. */
  begin(width: number, height: number, camera: Camera): void {
    const gl = this.#gl
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#buffer)
    if (width !== this.#width || height !== this.#height) {
      gl.bindRenderbuffer(gl.RENDERBUFFER, this.#image)
      gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, width, height)
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, this.#image)
      this.#width = width
      this.#height = height
    }
    this.#camera = camera
    gl.clear(gl.COLOR_BUFFER_BIT)
  }

  end(): void {
    this.#gl.bindFramebuffer(this.#gl.FRAMEBUFFER, null)
    this.show(this.#camera, 1)
  }

  /** Copies what is kept to where it belongs for `camera`. */
  show(camera: Camera, ratio: number): void {
    const gl = this.#gl
    const [width, height, before] = [this.#width, this.#height, this.#camera]
    if (width === 0) return
    const grow = camera.scale / before.scale
    const left = Math.round(width / 2 + (before.x - camera.x) * camera.scale * ratio - (width / 2) * grow)
    const low = Math.round(height / 2 + (before.y - camera.y) * camera.scale * ratio - (height / 2) * grow)
    const [right, high] = [left + Math.round(width * grow), low + Math.round(height * grow)]
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, this.#buffer)
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null)
    gl.blitFramebuffer(0, 0, width, height, left, low, right, high, gl.COLOR_BUFFER_BIT, gl.NEAREST)
    gl.bindFramebuffer(gl.FRAMEBUFFER, null)
  }

  destroy(): void {
    this.#gl.deleteFramebuffer(this.#buffer)
    this.#gl.deleteRenderbuffer(this.#image)
  }
}
