import { bubbleAlpha, countIn, tieAlpha, tieWidth } from './bubbles.ts'
import { nodeFactor } from './camera.ts'
import { css, DIM, FADED, KIND_OPACITY, mix, sceneOpacity } from './colours.ts'
import { bubbleOf } from './folding.ts'
import { EDGE_KINDS, NO_SLOT } from './renderer.ts'
import type { GraphScene, GraphTheme } from './renderer.ts'
import { sceneBounds } from './bounds.ts'

/** Width of the picture, in the file's units. */
const WIDTH = 1600
const MARGIN = 60
/** Nodes up to which each has its label in the picture; of more, the largest have one. */
const LABELS_MAX = 400
/** Elements of one part. */
const PART = 1000
const FONT = 'system-ui, -apple-system, &quot;Segoe UI&quot;, Roboto, &quot;DejaVu Sans&quot;, sans-serif'

/** The whole graph as an SVG document, in parts. `title` says what it shows. */
export function* svgParts(scene: GraphScene, theme: GraphTheme, title: string): Generator<string> {
  const box = sceneBounds(scene)
  const scale = (WIDTH - 2 * MARGIN) / Math.max(box.right - box.left, box.top - box.bottom, 1)
  const height = Math.round((box.top - box.bottom) * scale + 2 * MARGIN)
  const x = (slot: number): string => ((scene.positions[slot * 2] ?? 0) * scale - box.left * scale + MARGIN).toFixed(1)
  const y = (slot: number): string =>
    (box.top * scale - (scene.positions[slot * 2 + 1] ?? 0) * scale + MARGIN).toFixed(1)
  // Lines to a peer in a bubble end in its middle.
  const endX = (slot: number): string => {
    const bubble = bubbleOf(scene.fold, slot)
    return bubble === null ? x(slot) : ((bubble.x - box.left) * scale + MARGIN).toFixed(1)
  }
  const endY = (slot: number): string => {
    const bubble = bubbleOf(scene.fold, slot)
    return bubble === null ? y(slot) : ((box.top - bubble.y) * scale + MARGIN).toFixed(1)
  }
  const factor = nodeFactor(scale, box.spread, box.count)
  yield `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escape(title)}</title>
<rect width="100%" height="100%" fill="${css(theme.background)}"/>
`
  const alpha = sceneOpacity(scene)
  for (const [kind, name] of EDGE_KINDS.entries()) {
    const dash = kind === 2 ? ' stroke-dasharray="4 3"' : ''
    yield `<g id="${name}" stroke="${css(theme.edges[kind] ?? 0)}" stroke-opacity="${Math.min(alpha * (KIND_OPACITY[kind] ?? 1), 1).toFixed(2)}"${dash}>\n`
    yield* parts(scene.pairs, (pair) => {
      const a = scene.edges[pair * 2] ?? NO_SLOT
      const b = scene.edges[pair * 2 + 1] ?? NO_SLOT
      if (scene.drawn[pair] !== 1 || scene.edgeKinds[pair] !== kind) return ''
      const faded = scene.dimmed[a] === 1 || scene.dimmed[b] === 1 ? ` opacity="${FADED}"` : ''
      return `<line x1="${endX(a)}" y1="${endY(a)}" x2="${endX(b)}" y2="${endY(b)}"${faded}/>\n`
    })
    yield '</g>\n'
  }
  yield circles(
    scene,
    theme,
    (atX, atY) => [(atX - box.left) * scale + MARGIN, (box.top - atY) * scale + MARGIN],
    scale,
  )
  yield '<g id="peers">\n'
  yield* parts(scene.slots, (slot) => {
    if (scene.live[slot] !== 1 || bubbleOf(scene.fold, slot) !== null) return ''
    const colour = scene.colours[slot] ?? 0
    const fill = css(scene.dimmed[slot] === 1 ? mix(colour, theme.background, DIM) : colour)
    const radius = ((scene.sizes[slot] ?? 0) * factor).toFixed(1)
    const name = escape(scene.labels[slot] ?? '')
    return `<circle cx="${x(slot)}" cy="${y(slot)}" r="${radius}" fill="${fill}"><title>${name}</title></circle>\n`
  })
  yield `</g>\n<g id="labels" font-family="${FONT}" font-size="12" fill="${theme.label}" stroke="${css(theme.background)}" stroke-width="3" paint-order="stroke">\n`
  const labelled = labels(scene)
  yield* parts(labelled.length, (index) => {
    const slot = labelled[index] ?? 0
    const left = (Number(x(slot)) + (scene.sizes[slot] ?? 0) * factor + 5).toFixed(1)
    return `<text x="${left}" y="${(Number(y(slot)) + 4).toFixed(1)}">${escape(scene.labels[slot] ?? '')}</text>\n`
  })
  yield '</g>\n</svg>\n'
}

/** Circles of an arrangement, and bubbles in place of their peers, with their names and numbers. */
function circles(
  scene: GraphScene,
  theme: GraphTheme,
  at: (x: number, y: number) => readonly [number, number],
  scale: number,
): string {
  const text = (x: number, y: number, words: string, fill = theme.label): string =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="middle" font-family="${FONT}" font-size="12" fill="${fill}">${escape(words)}</text>\n`
  let all = '<g id="clusters">\n'
  for (const { x, y, radius, label } of scene.guides) {
    const [left, top] = at(x, y)
    all += `<circle cx="${left.toFixed(1)}" cy="${top.toFixed(1)}" r="${(radius * scale).toFixed(1)}" fill="none" stroke="${theme.guide}"/>\n`
    all += text(left, top - radius * scale - 6, label, theme.guideName)
  }
  const { closed, ties, names } = scene.fold
  for (const { a, b, lines } of ties) {
    const [from, to] = [closed[a] ?? null, closed[b] ?? null]
    if (from === null || to === null) continue
    const [[x1, y1], [x2, y2]] = [at(from.x, from.y), at(to.x, to.y)]
    const width = tieWidth(lines, ties[0]?.lines ?? 1).toFixed(1)
    all += `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${css(theme.edges[1])}" stroke-opacity="${tieAlpha(from, to)}" stroke-width="${width}"/>\n`
  }
  closed.forEach((bubble, index) => {
    if (bubble === null) return
    const [left, top] = at(bubble.x, bubble.y)
    const radius = bubble.radius * scale
    const colour = css(bubble.shares[0]?.[0] ?? 0)
    all += `<circle cx="${left.toFixed(1)}" cy="${top.toFixed(1)}" r="${radius.toFixed(1)}" fill="${theme.ground}" stroke="${colour}" stroke-width="4"${bubbleAlpha(bubble) === 1 ? '' : ` opacity="${bubbleAlpha(bubble)}"`}/>\n`
    all += text(left, top + 4, countIn(bubble)) + text(left, top + radius + 16, names[index] ?? '')
  })
  return `${all}</g>\n`
}

function labels(scene: GraphScene): number[] {
  const found: number[] = []
  for (let slot = 0; slot < scene.slots; slot++) {
    if (scene.live[slot] === 1 && scene.dimmed[slot] !== 1 && bubbleOf(scene.fold, slot) === null) found.push(slot)
  }
  if (found.length <= LABELS_MAX) return found
  return found.sort((a, b) => (scene.sizes[b] ?? 0) - (scene.sizes[a] ?? 0)).slice(0, 60)
}

function* parts(count: number, one: (index: number) => string): Generator<string> {
  for (let start = 0; start < count; start += PART) {
    let text = ''
    for (let index = start; index < Math.min(start + PART, count); index++) text += one(index)
    yield text
  }
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
