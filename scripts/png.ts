/** Reads the pictures that browsers take: PNG with 8 bits a channel, without interlacing. */
import { inflateSync } from 'node:zlib'

/** A picture as rows of red, green and blue. */
export interface Picture {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel. */
  readonly pixels: Uint8Array
}

const SIGNATURE = '89504e470d0a1a0a'

/** https://www.w3.org/TR/png-3/ @throws Error for any other PNG, and what is not one */
export function decodePng(file: Buffer): Picture {
  if (file.subarray(0, 8).toString('hex') !== SIGNATURE) throw new Error('not a PNG')
  const parts: Buffer[] = []
  for (let at = 8; at + 8 <= file.length; at += 12 + file.readUInt32BE(at))
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)))
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)]
  const channels = { 2: 3, 6: 4 }[file.readUInt8(25)]
  if (file.readUInt8(24) !== 8 || file.readUInt8(28) !== 0 || channels === undefined) throw new Error('not such a PNG')
  const rows = unfilter(inflateSync(Buffer.concat(parts)), width * channels, height, channels)
  const pixels = new Uint8Array(width * height * 3)
  for (let pixel = 0; pixel < width * height; pixel += 1)
    for (let channel = 0; channel < 3; channel += 1) pixels[pixel * 3 + channel] = rows[pixel * channels + channel] ?? 0
  return { width, height, pixels }
}

/** Each row begins with the filter that it was written with. */
function unfilter(data: Buffer, rowBytes: number, height: number, channels: number): Uint8Array {
  if (data.length < (rowBytes + 1) * height) throw new Error('the PNG is cut off')
  const rows = new Uint8Array(rowBytes * height)
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (rowBytes + 1)] ?? 0
    for (let x = 0; x < rowBytes; x += 1) {
      const at = y * rowBytes + x
      const left = x < channels ? 0 : (rows[at - channels] ?? 0)
      const above = y === 0 ? 0 : (rows[at - rowBytes] ?? 0)
      const corner = x < channels || y === 0 ? 0 : (rows[at - rowBytes - channels] ?? 0)
      rows[at] = (data[y * (rowBytes + 1) + 1 + x] ?? 0) + predicted(filter, left, above, corner)
    }
  }
  return rows
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  if (filter === 1) return left
  if (filter === 2) return above
  if (filter === 3) return (left + above) >> 1
  if (filter !== 4) return 0
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)]
  return a <= b && a <= c ? left : b <= c ? above : corner
}
