/** What happened in the ten minutes before a past moment, as the sentence of it tells. */
import type { Client } from '../stores/client.ts'
import type { PlayedFile } from '../stores/picture-store.ts'
import type { Before } from './past-phrases.ts'

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
  return await client.health.series({ from: first, to, points: 1 }, { signal })
}
