import type { NetworkStatus } from '../../../shared/contract.ts'
import type { HealthNow } from '../../../shared/health.ts'
import type { IslandsSummary } from '../../../shared/islands.ts'
import type { Then } from '../stores/picture-store.ts'

/** Whether something is wrong with the network that goes on, so that its causes change: nobody is there, or it is split. */
export function troubleLasts(state: NetworkStatus['state'], islands: number): boolean {
  return state === 'alone' || state === 'lost' || state === 'deserted' || islands > 1
}

/** Whether something is wrong with the network, or happened to it that is told still. */
export function troubleNow(state: NetworkStatus['state'], now: Pick<HealthNow, 'islands' | 'parted'> | null): boolean {
  return troubleLasts(state, now?.islands?.count ?? 0) || (now?.parted ?? null) !== null
}

/** The same of a past moment: nobody was left, we had lost it, or it was split then or before. */
export function troubleThen(
  picture: Pick<Then, 'deserted' | 'loss' | 'parted'> | null,
  islands: Pick<IslandsSummary, 'count'> | null | undefined,
): boolean {
  if (picture === null) return false
  return picture.deserted || picture.loss !== null || picture.parted !== null || (islands?.count ?? 0) > 1
}
