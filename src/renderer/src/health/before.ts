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
 * What the engine has of it; of a shared moment what its events tell, null where they begin later.
 * @param client asks for what is played, or for the joined network
 */
export async function beforeMoment(
  client: Pick<Client, 'health' | 'history'>,
  played: Pick<PlayedFile, 'stored' | 'moment'> | null,
  { from, to, signal }: Span,
): Promise<Before | null> {
  if (played === null || played.stored !== undefined)
    return await client.health.series({ from, to, points: 1 }, { signal })
  if (from < played.moment.from) return null
  const { bins } = await client.history.counts({ from, to, bins: 1, kinds: ['PeerDeparted'] }, { signal })
  const [{ goodbye = 0, silent = 0, lost = 0, other = 0 } = {}] = bins
  const none = { ownStall: [0], lastLoss: null, stalls: null }
  return { from, to, goodbye: [goodbye], silent: [silent], ownLoss: [lost], removed: [other], ...none }
}
