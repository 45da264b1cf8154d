import type { Size } from './camera.ts'

/** The largest picture that is captured, in pixels across. */
const CAPTURE_MAX = 8192

/** A picture of that size as PNG, `scale` times as many pixels as it has in CSS. `draw` is given the pixels for each in CSS, and how many there are. */
export async function capture(
  { width, height }: Size,
  scale: number,
  draw: (context: CanvasRenderingContext2D, ratio: number, width: number, height: number) => void,
): Promise<Blob> {
  const ratio = Math.min(scale, CAPTURE_MAX / Math.max(width, height, 1))
  const output = document.createElement('canvas')
  output.width = Math.round(width * ratio)
  output.height = Math.round(height * ratio)
  const context = output.getContext('2d')
  if (context === null) throw new Error('no canvas to draw the picture on')
  draw(context, ratio, output.width, output.height)
  return await new Promise((resolve, reject) => {
    output.toBlob((blob) => (blob === null ? reject(new Error('the picture is too large')) : resolve(blob)))
  })
}
