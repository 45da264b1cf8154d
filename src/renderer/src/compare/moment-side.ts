import type { PlayedFile } from '../stores/picture-store.ts'
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
