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
 * What the engine has of it; null where a shared moment begins later.
 * @param client asks for what is played, or for the joined network
 */
export async function beforeMoment(
  client: Pick<Client, 'health'>,
  played: Pick<PlayedFile, 'stored' | 'moment'> | null,
  { from, to, signal }: Span,
): Promise<Before | null> {
  if (played !== null && played.stored === undefined && from < played.moment.from) return null
  return await client.health.series({ from, to, points: 1 }, { signal })
}
