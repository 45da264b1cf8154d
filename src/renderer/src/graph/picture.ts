import type { Camera, Size } from './camera.ts'
import { DIM, FADED, sceneOpacity } from './colours.ts'
import { EdgeBuffer, NodeBuffer } from './gl-buffers.ts'
import { createProgram, rgb } from './gl-support.ts'
import { KeptEdges, OVERSCAN } from './kept-edges.ts'
import { Offscreen } from './offscreen.ts'
import type { GraphMarks, GraphScene, GraphTheme } from './renderer.ts'
import * as shaders from './shaders.ts'

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
  /** The lines drawn again, or their kept picture (`keepEdges`) where the camera was moved. */
  readonly edges: 'drawn' | 'kept'
}

/** Lines up to which they get smooth borders also where the processor draws. */
const BANDS_MAX = 5000
const RAISED = 3
/** CSS pixels. */
const WIDTHS = { plain: 1, raised: 1.6, explained: 3.2 } as const
/** Lines from which on those fade that only pass through what is in view. */
const PASSING_FROM = 2000

/** The graph as drawn by WebGL2: lines, raised lines, discs. Lost with the context, and rebuilt then. */
export class Picture {
  readonly #gl: WebGL2RenderingContext
  readonly #software: boolean
  readonly #nodes: NodeBuffer
  readonly #raised: EdgeBuffer
  readonly #discs: Program
  readonly #lines: Program
  readonly #bands: Program
  readonly #veil: Program
  readonly #kept: KeptEdges
  readonly #aside: Offscreen
  #edges: EdgeBuffer
  #scene: GraphScene | null = null
  #anyDimmed = false

  constructor(gl: WebGL2RenderingContext, software: boolean) {
    this.#gl = gl
    this.#software = software
    this.#discs = new Program(gl, shaders.NODE_VERTEX, shaders.NODE_FRAGMENT)
    this.#lines = new Program(gl, shaders.LINE_VERTEX, shaders.LINE_FRAGMENT)
    this.#bands = new Program(gl, shaders.BAND_VERTEX, shaders.BAND_FRAGMENT)
    this.#veil = new Program(gl, shaders.VEIL_VERTEX, shaders.VEIL_FRAGMENT)
    this.#nodes = new NodeBuffer(gl)
    this.#edges = new EdgeBuffer(gl, 6)
    this.#raised = new EdgeBuffer(gl, 6)
    this.#kept = new KeptEdges(gl)
    this.#aside = new Offscreen(gl)
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
    const afresh = other || copies !== this.#edges.copies
    if (copies !== this.#edges.copies) {
      this.#edges.destroy()
      this.#edges = new EdgeBuffer(this.#gl, copies)
    }
    this.#nodes.take(scene)
    this.#anyDimmed = scene.dimmed.subarray(0, scene.slots).includes(1)
    this.#edges.take(scene, afresh)
    this.#raised.takeOnly(scene, scene.explained < 0 ? scene.raised : [...scene.raised, scene.explained])
    scene.changedSlots.clear()
    scene.changedPairs.clear()
  }

  /** Draws on the canvas. */
  draw(frame: Frame): void {
    this.#begin(frame)
    this.#gl.clear(this.#gl.COLOR_BUFFER_BIT)
    this.#draw(frame, null)
  }

  /** Draws where nothing is seen yet: `showAside` shows it. */
  drawAside(frame: Frame): void {
    const [width, height] = this.#begin(frame)
    this.#aside.begin(width, height)
    this.#draw(frame, this.#aside)
    this.#gl.bindFramebuffer(this.#gl.FRAMEBUFFER, null)
  }

  /** Shows what was drawn aside. False where the canvas has another size by now. */
  showAside(frame: Frame): boolean {
    const [width, height] = this.#begin(frame)
    if (width !== this.#gl.drawingBufferWidth || height !== this.#gl.drawingBufferHeight) return false
    this.#aside.copyTo(null, 0, 0, width, height)
    return true
  }

  /** Draws some pairs into the picture that is being made for keeping; `start` 0 begins another, the last pair ends it. */
  keepEdges(frame: Frame, start: number, pairs: number): void {
    const scene = this.#scene
    if (scene === null) return
    const { camera, size, ratio } = frame
    // As they look while nothing is pointed at: else they are veiled, which is seen at once and costs no other picture.
    const marks = { ...frame.marks, focused: false }
    const wide = { ...frame, marks, size: { width: size.width * OVERSCAN, height: size.height * OVERSCAN } }
    const faded = frame.marks.focused && scene.passes === null ? 1 : FADED
    const [width, height] = this.#begin(wide)
    this.#nodes.bindTexture()
    if (start === 0) this.#kept.begin({ camera, ratio, width, height })
    this.#kept.bind()
    this.#drawEdges(scene, wide, 'plain', start, pairs, faded)
    this.#kept.release(start + pairs >= scene.pairs)
  }

  /** Whether a whole picture of the lines is kept that can be shown for a frame. */
  hasEdges({ camera, ratio }: Frame): boolean {
    return this.#kept.wholeFor(camera, ratio)
  }

  /** Shows no lines until another picture of them was begun: the one there is has another look. */
  forgetEdges(): void {
    this.#kept.forget()
  }

  destroy(): void {
    for (const program of [this.#discs, this.#lines, this.#bands, this.#veil]) program.destroy()
    this.#nodes.destroy()
    this.#edges.destroy()
    this.#raised.destroy()
    this.#kept.destroy()
    this.#aside.destroy()
  }

  /** Sets the view and the clear colour; device pixels of the frame. */
  #begin({ size, ratio, theme }: Frame): [width: number, height: number] {
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)]
    this.#gl.viewport(0, 0, width, height)
    this.#gl.clearColor(...rgb(theme.background), 1)
    return [width, height]
  }

  #draw(frame: Frame, target: Offscreen | null): void {
    const scene = this.#scene
    if (scene === null) return
    this.#nodes.bindTexture()
    const { camera, size, ratio } = frame
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)]
    if (frame.edges === 'kept') {
      this.#kept.show(target, camera, ratio, { width, height })
      if (frame.marks.focused) this.#drawVeil(frame)
    } else this.#drawEdges(scene, frame, 'plain', 0, scene.pairs)
    const { raised, explained } = scene
    if (raised.length > 0) this.#drawEdges(scene, frame, 'raised', 0, raised.length)
    if (explained >= 0) this.#drawEdges(scene, frame, 'explained', raised.length, 1)
    this.#drawNodes(scene, frame)
  }

  /** Dims what is drawn so far as lines fade beside those of a peer that is pointed at. */
  #drawVeil({ theme }: Frame): void {
    const gl = this.#gl
    this.#veil.use()
    gl.bindVertexArray(null)
    const alpha = 1 - FADED
    gl.uniform4fv(this.#veil.at('u_colour'), [...rgb(theme.background).map((part) => part * alpha), alpha])
    gl.drawArrays(gl.TRIANGLES, 0, 3)
  }

  /** @param faded how much of lines of dimmed peers is left */
  #drawEdges(
    scene: GraphScene,
    frame: Frame,
    which: keyof typeof WIDTHS,
    start: number,
    pairs: number,
    faded: number = FADED,
  ): void {
    const raised = which !== 'plain'
    const gl = this.#gl
    const buffer = raised ? this.#raised : this.#edges
    const program = buffer.copies === 2 ? this.#lines : this.#bands
    const { theme, ratio, marks } = frame
    program.use()
    this.#place(program, frame)
    const colours = [...theme.edges, theme.raised].flatMap(rgb)
    gl.uniform3fv(program.at('u_kinds'), colours)
    const alpha = sceneOpacity(scene) * (marks.focused ? FADED : 1)
    gl.uniform1f(program.at('u_alpha'), raised ? 1 : alpha)
    gl.uniform1f(program.at('u_faded'), faded)
    gl.uniform1f(program.at('u_dash'), 7 * ratio)
    gl.uniform1f(program.at('u_width'), WIDTHS[which] * ratio)
    gl.uniform1i(program.at('u_override'), raised ? RAISED : -1)
    gl.uniform1f(program.at('u_passing'), raised || scene.drawnCount < PASSING_FROM ? 1 : FADED)
    buffer.draw(start, pairs)
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
    for (const state of this.#anyDimmed ? [2, 1] : [1]) {
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
