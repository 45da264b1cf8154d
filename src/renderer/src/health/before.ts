/** What happened in the ten minutes before a past moment, as the sentence of it tells. */
import type { Client } from '../stores/client.ts'
import type { Before } from './past-phrases.ts'

/** Milliseconds since the epoch. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly signal: AbortSignal
}

/** Of the joined network, or of a stored one. */
export async function askSeries(client: Pick<Client, 'health'>, { from, to, signal }: Span): Promise<Before> {
  return await client.health.series({ from, to, points: 1 }, { signal })
}

/** What the events of a shared moment tell; null where they begin later. */
export async function countDepartures(
  client: Pick<Client, 'history'>,
  { from, to, signal }: Span,
  begin: number,
): Promise<Before | null> {
  if (from < begin) return null
  const { bins } = await client.history.counts({ from, to, bins: 1, kinds: ['PeerDeparted'] }, { signal })
  const [{ goodbye = 0, silent = 0, other = 0 } = {}] = bins
  const none = { ownStall: [0], ownLoss: [0], whileLost: [], stalls: null }
  return { from, to, goodbye: [goodbye], silent: [silent], removed: [other], ...none }
}
