import type { PlayedFile } from '../stores/picture-store.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import type { PictureSide } from './compare-store.ts'

/** What is played in place of the network, as far as its moments are compared. */
export type PlayedMoments = Pick<PlayedFile, 'file' | 'title' | 'moment'>

/**
 * A moment as a side of a comparison: of the shared moment that is played, else of the network or the history that is looked at.
 * @param at milliseconds since the epoch; null for now, which in a shared moment is its last moment
 */
export function momentSide(played: PlayedMoments | null, at: number | null): PictureSide {
  const whole = at === null ? null : Math.max(0, Math.floor(at))
  if (played === null || played.file === null) return { kind: 'moment', at: whole }
  return { kind: 'file', file: played.file, name: played.title, at: whole ?? played.moment.to }
}

/** What a side is called: a moment of what is played needs no more than its time. */
export function pictureName(side: PictureSide, played: PlayedMoments | null): string {
  const { now } = strings.compare
  if (side.at === null) return side.kind === 'file' ? side.name : now
  const time = formatExact(side.at)
  if (side.kind === 'moment') return time
  if (side.file !== played?.file) return `${side.name}, ${time}`
  return side.at === played.moment.to ? now : time
}
