/** How tall the charts are. Pure. */

/** Widths, in pixels, from which on charts stand in two columns (health.css has the page's own), and heights beyond which they grow. */
const WIDE = 2360
const USUAL = 900
/** They grow by once their height for so many pixels more of the window, and by so much at most. */
const GROWS = 500
const MOST = 3.5

/** By what the heights of charts are multiplied in a window of a size: where they stand in columns, lower ones would leave half of it empty. */
export function chartStretch(width: number, height: number): number {
  return width < WIDE ? 1 : Math.min(Math.max(1 + (height - USUAL) / GROWS, 1), MOST)
}
