/** Widths by font and text: setting a font and measuring take longer than all else that is drawn over a graph. */
const widths = new Map<string, Map<string, number>>()
/** Texts of one font whose width is remembered at most. */
const TEXTS_MAX = 20_000

/** The width of a text in pixels. */
export function textWidth(context: CanvasRenderingContext2D, font: string, text: string): number {
  let known = widths.get(font)
  if (known === undefined) widths.set(font, (known = new Map()))
  const found = known.get(text)
  if (found !== undefined) return found
  if (known.size > TEXTS_MAX) known.clear()
  context.font = font
  const { width } = context.measureText(text)
  known.set(text, width)
  return width
}
