import { bubbleOf } from './folding.ts'
import { NO_SLOT } from './renderer.ts'
import type { GraphScene } from './renderer.ts'
import { NODES_WIDTH } from './shaders.ts'

/** Bytes of a vertex of a line: its slot, and the other one with the kind. */
const EDGE_BYTES = 8

/** The nodes on the graphics side: places, radii and states in a texture, colours in a buffer. One change uploads its row. */
export class NodeBuffer {
  readonly #gl: WebGL2RenderingContext
  readonly #texture: WebGLTexture
  readonly #buffer: WebGLBuffer
  readonly #array: WebGLVertexArrayObject
  #rows = 0
  #texels = new Float32Array(0)
  #colours = new Uint8Array(0)

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl
    this.#texture = gl.createTexture()
    this.#buffer = gl.createBuffer()
    this.#array = gl.createVertexArray()
    gl.bindVertexArray(this.#array)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer)
    gl.enableVertexAttribArray(0)
    gl.vertexAttribPointer(0, 4, gl.UNSIGNED_BYTE, true, 4, 0)
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE)
  }

  /** Takes over the slots that changed. */
  take(scene: GraphScene): void {
    const gl = this.#gl
    const all = this.#grow(scene) || scene.changedSlots.all
    const ranges = all ? [{ start: 0, end: scene.slots }] : scene.changedSlots.ranges(scene.slots)
    if (ranges.length === 0) return
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer)
    for (const { start, end } of ranges) {
      for (let slot = start; slot < end; slot++) this.#write(scene, slot)
      gl.bufferSubData(gl.ARRAY_BUFFER, start * 4, this.#colours, start * 4, (end - start) * 4)
      this.#uploadTexels(start, end)
    }
  }

  /** Binds the texture to unit 0 and the colours to attribute 0. */
  bind(): void {
    this.bindTexture()
    this.#gl.bindVertexArray(this.#array)
  }

  bindTexture(): void {
    this.#gl.activeTexture(this.#gl.TEXTURE0)
    this.#gl.bindTexture(this.#gl.TEXTURE_2D, this.#texture)
  }

  destroy(): void {
    this.#gl.deleteTexture(this.#texture)
    this.#gl.deleteBuffer(this.#buffer)
    this.#gl.deleteVertexArray(this.#array)
  }

  /** A part of a row, or whole rows. */
  #uploadTexels(start: number, end: number): void {
    const gl = this.#gl
    const row = Math.floor(start / NODES_WIDTH)
    const rows = Math.floor((end - 1) / NODES_WIDTH) - row + 1
    const [x, width] = rows === 1 ? [start % NODES_WIDTH, end - start] : [0, NODES_WIDTH]
    const from = (row * NODES_WIDTH + x) * 4
    const texels = this.#texels.subarray(from, from + width * rows * 4)
    gl.texSubImage2D(gl.TEXTURE_2D, 0, x, row, width, rows, gl.RGBA, gl.FLOAT, texels)
  }

  #write(scene: GraphScene, slot: number): void {
    const at = slot * 4
    // Lines to a peer in a bubble end in its middle.
    const bubble = bubbleOf(scene.fold, slot)
    this.#texels[at] = bubble?.x ?? scene.positions[slot * 2] ?? 0
    this.#texels[at + 1] = bubble?.y ?? scene.positions[slot * 2 + 1] ?? 0
    this.#texels[at + 2] = scene.sizes[slot] ?? 0
    this.#texels[at + 3] = scene.live[slot] === 1 && bubble === null ? 1 + (scene.dimmed[slot] ?? 0) : 0
    const colour = scene.colours[slot] ?? 0
    this.#colours[at] = colour >> 16
    this.#colours[at + 1] = (colour >> 8) & 0xff
    this.#colours[at + 2] = colour & 0xff
    this.#colours[at + 3] = 255
  }

  #grow(scene: GraphScene): boolean {
    const rows = Math.ceil(scene.live.length / NODES_WIDTH)
    if (rows <= this.#rows) return false
    const gl = this.#gl
    this.#rows = rows
    this.#texels = new Float32Array(rows * NODES_WIDTH * 4)
    this.#colours = new Uint8Array(rows * NODES_WIDTH * 4)
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, NODES_WIDTH, rows, 0, gl.RGBA, gl.FLOAT, null)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer)
    gl.bufferData(gl.ARRAY_BUFFER, this.#colours.byteLength, gl.DYNAMIC_DRAW)
    return true
  }
}

/** Lines on the graphics side: `copies` vertices a pair, which know slots only, so that a node that moves costs nothing. */
export class EdgeBuffer {
  readonly copies: 2 | 6
  readonly #gl: WebGL2RenderingContext
  readonly #buffer: WebGLBuffer
  readonly #array: WebGLVertexArrayObject
  #capacity = 0
  #words = new Uint32Array(0)

  constructor(gl: WebGL2RenderingContext, copies: 2 | 6) {
    this.#gl = gl
    this.copies = copies
    this.#buffer = gl.createBuffer()
    this.#array = gl.createVertexArray()
    gl.bindVertexArray(this.#array)
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#buffer)
    gl.enableVertexAttribArray(0)
    gl.vertexAttribIPointer(0, 2, gl.UNSIGNED_INT, EDGE_BYTES, 0)
  }

  /** Takes over the pairs that changed, or all. */
  take(scene: GraphScene, everything: boolean): void {
    const all = this.#grow(scene.edgeKinds.length) || everything || scene.changedPairs.all
    const ranges = all ? [{ start: 0, end: scene.pairs }] : scene.changedPairs.ranges(scene.pairs)
    if (ranges.length === 0) return
    const words = this.copies * 2
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#buffer)
    for (const { start, end } of ranges) {
      for (let pair = start; pair < end; pair++) this.#write(scene, pair, pair, scene.drawn[pair] === 1)
      this.#upload(start * words, (end - start) * words)
    }
  }

  /** Holds these pairs only. */
  takeOnly(scene: GraphScene, pairs: readonly number[]): void {
    this.#grow(pairs.length)
    pairs.forEach((pair, index) => this.#write(scene, pair, index, true))
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#buffer)
    if (pairs.length > 0) this.#upload(0, pairs.length * this.copies * 2)
  }

  /** Draws `pairs` from `start` on. */
  draw(start: number, pairs: number): void {
    const gl = this.#gl
    gl.bindVertexArray(this.#array)
    gl.drawArrays(this.copies === 2 ? gl.LINES : gl.TRIANGLES, start * this.copies, pairs * this.copies)
  }

  destroy(): void {
    this.#gl.deleteBuffer(this.#buffer)
    this.#gl.deleteVertexArray(this.#array)
  }

  #upload(from: number, length: number): void {
    if (length > 0) this.#gl.bufferSubData(this.#gl.ARRAY_BUFFER, from * 4, this.#words, from, length)
  }

  #write(scene: GraphScene, pair: number, index: number, drawn: boolean): void {
    const a = drawn ? (scene.edges[pair * 2] ?? NO_SLOT) : NO_SLOT
    // Both ends: a line with one of them would lead out of the picture.
    const b = drawn ? (scene.edges[pair * 2 + 1] ?? NO_SLOT) : NO_SLOT
    const kind = (scene.edgeKinds[pair] ?? 0) << 24
    let at = index * this.copies * 2
    for (let copy = 0; copy < this.copies; copy++) {
      // A line's vertices each begin with their own end; a band's all with the first.
      const turned = this.copies === 2 && copy === 1
      this.#words[at++] = turned ? b : a
      this.#words[at++] = (turned ? a : b) | kind
    }
  }

  #grow(pairs: number): boolean {
    if (pairs <= this.#capacity) return false
    this.#capacity = Math.max(64, pairs, this.#capacity * 2)
    this.#words = new Uint32Array(this.#capacity * this.copies * 2)
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#buffer)
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, this.#words.byteLength, this.#gl.DYNAMIC_DRAW)
    return true
  }
}
