/** Moments of a picture, and of the span that can be played. */
import type { MomentSpan } from '../../../shared/contract.ts'
import { BEFORE_LOSS_MS } from '../../../shared/lost-lines.ts'
import type { Loss } from '../../../shared/loss.ts'

/** Of which moment the links of a picture are judged: in a loss nothing new is heard of them, so none grows too old in it. */
export function linksAt({
  at,
  edgesAt,
  loss,
}: {
  readonly at: number
  readonly edgesAt: number | null
  readonly loss: Loss | null
}): number {
  return Math.min(edgesAt ?? at, loss === null ? Infinity : loss.at - BEFORE_LOSS_MS)
}

export function within(at: number, { from, to }: MomentSpan): number {
  return Math.min(Math.max(at, from), to)
}

/** Whether a moment lies outside of what can be played: the nearest end is shown then. */
export function isOutside(at: number, moment: MomentSpan): boolean {
  return within(at, moment) !== at
}
