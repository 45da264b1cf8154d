/** What happened in the ten minutes before a past moment, as the sentence of it tells. */
import { HEALTH_SPAN_MS } from '../../../shared/health.ts'
import type { Client } from '../stores/client.ts'
import type { PlayedFile } from '../stores/picture-store.ts'
import type { Before } from '../../../shared/past-phrases.ts'

/** Milliseconds since the epoch. */
interface Span {
  readonly from: number
  readonly to: number
  readonly signal: AbortSignal
}

/**
 * What the engine has of it; of a shared moment that begins later, from there on.
 * @param client asks for what is played, or for the joined network
 */
export async function beforeMoment(
  client: Pick<Client, 'health'>,
  played: Pick<PlayedFile, 'stored' | 'moment'> | null,
  { from, to, signal }: Span,
): Promise<Before> {
  const begins = played === null || played.stored !== undefined ? 0 : played.moment.from
  // One that begins with the moment still knows of the last loss: a span has a length.
  const first = Math.min(Math.max(from, Math.floor(begins)), to - 1)
  return await client.health.series({ from: first, to, points: 1, left: true }, { signal })
}

/** Whether it may be told at a moment: it is of then, or time is played and it is the newest that is known, of shortly before. */
export function tellsOf({ to }: Pick<Before, 'to'>, at: number, playing: boolean): boolean {
  const age = Math.floor(at) - to
  return age === 0 || (playing && age > 0 && age < HEALTH_SPAN_MS)
}
