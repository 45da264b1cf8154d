/** Events as they were found from a past moment. */
import type { ContractInputs } from '../../shared/contract.ts'
import type { EventsSource } from './events-page.ts'
import { pastPicture } from './past.ts'

/** The same source for a filter that counts from the moment which is asked for: with peers as they were shown then. In turns. */
export async function asOf<Source extends EventsSource>(
  source: Source,
  { asOf: at, filter = '' }: Pick<ContractInputs['history']['counts'], 'asOf' | 'filter'>,
): Promise<Source> {
  if (at === undefined || filter.trim() === '') return source
  const { store, networkKey, live } = source
  const { peers } = await pastPicture({ store, networkKey, self: undefined }, at)
  const then = new Map<string, (typeof peers)[number]>(peers.map((row) => [row.peerId, row]))
  return { ...source, live: (peerId) => then.get(peerId) ?? live(peerId), now: at }
}
