/** How pack-smoke.ts judges the window, and what it starts. The pictures are of real Chromium: two with WebGL, one without. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { graphPixels, graphProblem } from '../../../scripts/graph-pixels.ts'
import { decodePng } from '../../../scripts/png.ts'
import type { Picture } from '../../../scripts/png.ts'
import { smokeOptions, swarmProcesses } from '../../../scripts/smoke-flags.ts'

const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'pictures', `${name}.png`))
const picture = (name: string): Picture => decodePng(file(name))

/** A picture in which each pixel is what the function says, or black. */
function painted(width: number, height: number, colour: (x: number, y: number) => readonly number[] | null): Picture {
  const pixels = new Uint8Array(width * height * 3)
  for (let at = 0; at < width * height; at += 1)
    pixels.set(colour(at % width, Math.floor(at / width)) ?? [0, 0, 0], at * 3)
  return { width, height, pixels }
}

/** Ten discs beside each other, as far apart as is said, in one colour or two, with a line through all of them or without. */
function discs({ apart = 30, colours = 2, line = true }): Picture {
  return painted(400, 60, (x, y) => {
    const nearest = Math.min(9, Math.max(0, Math.round((x - 20) / apart)))
    if (Math.hypot(x - 20 - nearest * apart, y - 30) <= 6)
      return nearest % colours === 0 ? [200, 40, 40] : [40, 200, 40]
    return line && y === 30 && x >= 20 && x <= 20 + 9 * apart ? [120, 120, 120] : null
  })
}

describe('the picture of a graph', () => {
  it('shows the demo, dark and light', () => {
    for (const name of ['graph-dark', 'graph-light']) expect([name, graphProblem(picture(name))]).toEqual([name, null])
    expect(graphPixels(picture('graph-dark'))).toMatchObject({ discs: 17, colours: 3 })
  })

  it('shows nothing without WebGL, whatever the page says of its peers', () =>
    expect(graphProblem(picture('no-webgl'))).toMatch(/does not show its peers and lines: 0 discs/))

  it('shows discs of several colours, lines, and all over the window, or it is none', () => {
    expect(graphProblem(discs({}))).toBeNull()
    expect(graphProblem(discs({ line: false }))).toMatch(/10 discs of 2 colours, 0 pixels of lines/)
    expect(graphProblem(discs({ colours: 1 }))).toMatch(/10 discs of 1 colours/)
    expect(graphProblem(painted(300, 200, () => null))).toMatch(/0 discs/)
    // A page of text and hairlines has no discs.
    expect(graphProblem(painted(300, 200, (x, y) => (x % 5 < 2 && y % 9 < 6 ? [255, 255, 255] : null)))).toMatch(
      /0 discs/,
    )
    const small = discs({})
    const far = painted(4000, 600, (x, y) =>
      x < small.width && y < small.height ? [...small.pixels.subarray((y * small.width + x) * 3).subarray(0, 3)] : null,
    )
    expect(graphProblem(far)).toMatch(/crowded into a corner/)
  })
})

describe('a PNG', () => {
  /** A PNG of one row for each filter. */
  function png(rows: readonly (readonly number[])[], kind = 2, depth = 8, width = 2): Buffer {
    const chunk = (name: string, data: Buffer): Buffer => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(data.length)
      return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)])
    }
    const head = Buffer.from([0, 0, 0, width, 0, 0, 0, rows.length, depth, kind, 0, 0, 0])
    const data = deflateSync(Buffer.from(rows.flat()))
    const signature = Buffer.from('89504e470d0a1a0a', 'hex')
    // In two parts, as encoders are free to write it.
    return Buffer.concat([
      signature,
      chunk('IHDR', head),
      chunk('IDAT', data.subarray(0, 5)),
      chunk('IDAT', data.subarray(5)),
      chunk('IEND', Buffer.alloc(0)),
    ])
  }

  it('is read with each of its filters', () => {
    const rows = [
      [0, 10, 20, 30, 40, 50, 60],
      [1, 10, 20, 30, 30, 30, 30],
      [2, 0, 0, 0, 0, 0, 0],
      [3, 5, 10, 15, 15, 15, 15],
      [4, 0, 0, 0, 0, 0, 0],
    ]
    expect([...decodePng(png(rows)).pixels]).toEqual(Array.from({ length: 5 }, () => [10, 20, 30, 40, 50, 60]).flat())
  })

  it('is read without its opacity', () =>
    expect([...decodePng(png([[0, 1, 2, 3, 255, 4, 5, 6, 0]], 6)).pixels]).toEqual([1, 2, 3, 4, 5, 6]))

  it('is refused where it is another kind, or cut off', () => {
    expect(() => decodePng(Buffer.from('GIF89a'.padEnd(64)))).toThrow('not a PNG')
    expect(() => decodePng(png([[0, 1]], 0))).toThrow('not such a PNG')
    expect(() => decodePng(png([[0, 1]], 2, 16))).toThrow('not such a PNG')
    expect(() => decodePng(png([[0, 1, 2, 3]]))).toThrow('cut off')
  })
})

describe('the flags', () => {
  it('leave the sandbox on, unless it cannot be or is not wanted', () => {
    expect(smokeOptions([], false)).toEqual({ executable: null, flags: [], picture: null, orphans: false })
    expect(smokeOptions([], true)).toMatchObject({ flags: ['--no-sandbox'] })
    expect(smokeOptions(['/opt/app', '--no-sandbox'], false)).toMatchObject({
      executable: '/opt/app',
      flags: ['--no-sandbox'],
    })
  })

  it('reach the app behind --, and say which window system', () => {
    expect(smokeOptions(['/opt/app', '--wayland', '--', '--log', 'x'], false)).toMatchObject({
      flags: ['--ozone-platform=wayland', '--log', 'x'],
    })
    expect(smokeOptions(['--picture', 'a.png', '--orphans'], false)).toMatchObject({ picture: 'a.png', orphans: true })
    expect(smokeOptions(['--help'], false)).toBe('help')
    expect(() => smokeOptions(['/opt/app', 'more'], false)).toThrow("behind '--'")
    expect(() => smokeOptions(['--headless'], false)).toThrow('--headless')
  })
})

describe('the demo swarms of an app', () => {
  const TABLE = `
    1     0 S /sbin/init
   10     1 S /opt/peerscope-desktop --demo
   11    10 S /opt/peerscope-desktop --type=zygote
   12    11 S /opt/peerscope-desktop --type=renderer
   13    10 S /opt/peerscope-desktop --type=utility --utility-sub-type=network.mojom.NetworkService
   14    10 Sl /opt/peerscope-desktop --type=utility --utility-sub-type=node.mojom.NodeService --lang=en
   15    10 Z [peerscope-deskt] <defunct> --utility-sub-type=node.mojom.NodeService
   20     1 S /opt/other --type=utility --utility-sub-type=node.mojom.NodeService
`

  it('are its utility processes that run', () => {
    expect(swarmProcesses(TABLE, 10)).toEqual([14])
    expect(swarmProcesses(TABLE, 14)).toEqual([14])
    expect(swarmProcesses(TABLE, 12)).toEqual([])
    expect(swarmProcesses('', 10)).toEqual([])
  })
})
