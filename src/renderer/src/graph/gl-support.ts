/** How the machine draws. */
export interface Graphics {
  /** What draws, in the words of the driver; empty when it is not told. */
  readonly name: string
  /** Drawn by the processor: each line and each pixel counts. */
  readonly software: boolean
}

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render|lavapipe/i

/** Whether a driver of that name draws without a graphics processor. */
export function isSoftware(name: string): boolean {
  return SOFTWARE.test(name)
}

let known: Graphics | null = null

/** What draws here; asked once. Throws without WebGL2. */
export function graphics(): Graphics {
  if (known !== null) return known
  const gl = document.createElement('canvas').getContext('webgl2')
  if (gl === null) throw new Error('this machine offers no WebGL2')
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const told: unknown = gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL)
  const name = typeof told === 'string' ? told : ''
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  known = { name, software: isSoftware(name) }
  return known
}

/** Compiles and links. Throws with the compiler's words. */
export function createProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type)
    if (shader === null) throw new Error('the graphics context is lost')
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true && !gl.isContextLost()) {
      throw new Error(`a shader does not compile: ${gl.getShaderInfoLog(shader) ?? ''}`)
    }
    gl.attachShader(program, shader)
    gl.deleteShader(shader)
  }
  gl.linkProgram(program)
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`a shader does not link: ${gl.getProgramInfoLog(program) ?? ''}`)
  }
  return program
}

/** 0xRRGGBB as three numbers from 0 to 1. */
export function rgb(colour: number): [number, number, number] {
  return [(colour >> 16) / 255, ((colour >> 8) & 0xff) / 255, (colour & 0xff) / 255]
}
