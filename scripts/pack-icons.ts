/** Makes icon.ico and icon.icns of the PNG files in resources/icons: both formats take PNG as it is. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The kinds of an .icns file that hold PNG, and the edge of each in pixels. */
const ICNS_KINDS = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic13', 256],
  ['ic09', 512],
  ['ic14', 512],
] as const

/** Sizes that Windows asks for. 256 is the largest that the format has. */
const ICO_SIZES = [16, 32, 48, 64, 128, 256] as const

/** Gives the PNG file with this edge. */
export type PngOf = (size: number) => Buffer

/** An .ico file: a header, an entry of 16 bytes for each image, the images. */
export function icoOf(png: PngOf): Buffer {
  const header = Buffer.alloc(6 + 16 * ICO_SIZES.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(ICO_SIZES.length, 4)
  const images = ICO_SIZES.map(png)
  let offset = header.length
  for (const [index, image] of images.entries()) {
    const at = 6 + 16 * index
    // An edge of 256 is written as 0.
    header.fill((ICO_SIZES[index] ?? 0) % 256, at, at + 2)
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(image.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += image.length
  }
  return Buffer.concat([header, ...images])
}

/** An .icns file: a header, then each image behind its kind and length. */
export function icnsOf(png: PngOf): Buffer {
  const block = (kind: string, content: Buffer): Buffer => {
    const head = Buffer.from(`${kind}\0\0\0\0`, 'latin1')
    head.writeUInt32BE(head.length + content.length, 4)
    return Buffer.concat([head, content])
  }
  return block('icns', Buffer.concat(ICNS_KINDS.map(([kind, size]) => block(kind, png(size)))))
}

/** Writes both into `folder`. */
export function writeIcons(root: string, folder: string): void {
  const png: PngOf = (size) => readFileSync(join(root, 'resources', 'icons', `${size}x${size}.png`))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'icon.ico'), icoOf(png))
  writeFileSync(join(folder, 'icon.icns'), icnsOf(png))
}
