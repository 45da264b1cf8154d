/** Share of nodes within the reach of the graph, how far beyond it the rim is, and nodes from which on there is one. */
const WITHIN = 0.92
const RIM = 1.25
const LEAST = 12
/** Of the nodes, at most so many are outliers; more are a part of the graph. */
const OUTLIERS_MAX = 1 - WITHIN

/**
 * Brings nodes that lie far outside of the others to a rim around them, in their direction and beside each other: else a few would
 * shrink all the rest. Nodes with a 1 in `fixed` stay. Changes `positions` in place and returns how many were brought in.
 */
export function parkOutliers(positions: Float32Array, fixed?: Uint8Array): number {
  const count = positions.length / 2
  if (count < LEAST) return 0
  const [midX, midY] = [median(positions, 0), median(positions, 1)]
  const away = new Float32Array(count)
  for (let node = 0; node < count; node++) {
    away[node] = Math.hypot((positions[node * 2] ?? 0) - midX, (positions[node * 2 + 1] ?? 0) - midY)
  }
  const reach = away.toSorted()[Math.min(count - 1, Math.floor(count * WITHIN))] ?? 0
  const rim = reach * RIM
  if (rim === 0) return 0
  const outside: { readonly node: number; angle: number }[] = []
  for (let node = 0; node < count; node++) {
    if ((away[node] ?? 0) <= rim || fixed?.[node] === 1) continue
    const angle = Math.atan2((positions[node * 2 + 1] ?? 0) - midY, (positions[node * 2] ?? 0) - midX)
    outside.push({ node, angle })
  }
  if (outside.length === 0 || outside.length > count * OUTLIERS_MAX) return 0
  spread(outside, reach / Math.sqrt(count) / rim)
  for (const { node, angle } of outside) {
    positions[node * 2] = midX + rim * Math.cos(angle)
    positions[node * 2 + 1] = midY + rim * Math.sin(angle)
  }
  return outside.length
}

/** Turns those that lie at the same angle apart: each is at least `gap` after the one before. */
function spread(outside: { angle: number }[], gap: number): void {
  outside.sort((a, b) => a.angle - b.angle)
  const apart = Math.min(gap * 1.5, (2 * Math.PI) / outside.length)
  for (let index = 1; index < outside.length; index++) {
    const [before, one] = [outside[index - 1], outside[index]]
    if (before !== undefined && one !== undefined) one.angle = Math.max(one.angle, before.angle + apart)
  }
}

function median(positions: Float32Array, axis: 0 | 1): number {
  const values = new Float32Array(positions.length / 2).map((_, node) => positions[node * 2 + axis] ?? 0).sort()
  return values[values.length >> 1] ?? 0
}
