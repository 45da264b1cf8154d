import { LimitExceeded } from '../../../shared/errors.ts'

/** @throws LimitExceeded where there is more than is allowed */
export function atMost(limit: string, allowed: number, actual: number): void {
  if (actual > allowed) throw new LimitExceeded(limit, allowed, actual)
}
