/** A direction on the screen. */
export type Direction = 'left' | 'right' | 'up' | 'down'

/** The slot after `from` in the order of slots, or before it; the first or last when `from` is -1; -1 when all are free. */
export function nextSlot(live: Uint8Array, slots: number, from: number, by: 1 | -1): number {
  for (let step = 1; step <= slots; step++) {
    const start = from < 0 && by < 0 ? 0 : from
    const slot = (((start + by * step) % slots) + slots) % slots
    if (live[slot] === 1) return slot
  }
  return -1
}

/** The nearest live slot from `from` within 45° of the direction; `from` itself where there is none. y grows upwards. */
export function slotTowards(
  live: Uint8Array,
  slots: number,
  positions: Float32Array,
  from: number,
  direction: Direction,
): number {
  const x = positions[from * 2] ?? 0
  const y = positions[from * 2 + 1] ?? 0
  let best = from
  let bestDistance = Number.POSITIVE_INFINITY
  for (let slot = 0; slot < slots; slot++) {
    if (live[slot] !== 1 || slot === from) continue
    const dx = (positions[slot * 2] ?? 0) - x
    const dy = (positions[slot * 2 + 1] ?? 0) - y
    const [along, across] =
      direction === 'right' ? [dx, dy] : direction === 'left' ? [-dx, dy] : direction === 'up' ? [dy, dx] : [-dy, dx]
    if (along <= 0 || Math.abs(across) > along) continue
    const distance = along * along + across * across * 2
    if (distance < bestDistance) {
      best = slot
      bestDistance = distance
    }
  }
  return best
}
