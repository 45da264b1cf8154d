/** What the list of events says where it is empty, and where it ends. Pure. */
import { andList } from '../../../shared/and-list.ts'
import type { EventFilter } from '../stores/event-store.ts'
import type { PictureState } from '../stores/picture-store.ts'
import { roughDuration } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'

/** In which time the events of a burst happened. @param ms between the oldest and the newest */
export function burstSpan(ms: number): string {
  return ms < 1 ? strings.past.burstOneMoment : strings.past.burstSpan(roughDuration(ms))
}

/** Why nothing is listed. */
export function emptyWords(filter: EventFilter): string {
  return leavesOut(filter) ? strings.timeline.emptyOf(andList(conditions(filter))) : strings.timeline.empty
}

/** Why no older events are listed. */
export function listEndWords(filter: EventFilter): string {
  if (filter.from !== null) return strings.timeline.startOfSpan
  return leavesOut(filter) ? strings.timeline.noOlder(andList(conditions(filter))) : strings.timeline.start
}

/** Whether the peers of the moment are still on their way, of which the filter may ask. Time that is played is never there yet. */
export function isReading(
  { picture, wanted, playing, failure }: Pick<PictureState, 'picture' | 'wanted' | 'playing' | 'failure'>,
  { text }: Pick<EventFilter, 'text'>,
): boolean {
  if (wanted === null || playing || failure !== null || text.trim() === '') return false
  const at = picture?.at ?? null
  return at === null || Math.floor(at) !== Math.floor(wanted)
}

/** Whether the user chose anything that leaves events out. */
export function leavesOut(filter: EventFilter): boolean {
  return conditions(filter).length > 0
}

/** What the user chose. That a list ends at a past moment is no choice. */
function conditions({ text, kinds, lanes, peerId, from }: EventFilter): readonly string[] {
  const names = strings.timeline.conditions
  return [
    ...(text.trim() === '' ? [] : [names.text]),
    ...(kinds.length + lanes.length === 0 ? [] : [names.kinds]),
    ...(peerId === null ? [] : [names.peer]),
    ...(from === null ? [] : [names.span]),
  ]
}
