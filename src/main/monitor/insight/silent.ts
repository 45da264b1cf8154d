/** How many presences ended without a goodbye in a span of time. */
import type { NetworkKey } from '../../../shared/network-kind.ts'
import type { PresenceFold, StoreReader } from '../../store/types.ts'
import { inTurns } from '../turns.ts'

/** Counts them in turns. Times are milliseconds since the epoch. */
export async function silentIn(
  store: Pick<StoreReader, 'presenceSteps'>,
  span: { readonly networkKey: NetworkKey; readonly from: number; readonly to: number },
): Promise<number> {
  const fold = (): PresenceFold<number> => {
    let silent = 0
    return {
      began: () => undefined,
      ended: (_at, reason) => {
        if (reason === 'purged') silent += 1
      },
      result: () => silent,
    }
  }
  return await inTurns(store.presenceSteps(span, fold))
}
