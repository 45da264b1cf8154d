/** Choices at random, from what is given to choose by. */
import type { Random } from '../../../discovery/ports.ts'

export type Chance = Pick<Random, 'number'>

/** One item, undefined of none. */
export function pick<T>(chance: Chance, items: readonly T[]): T | undefined {
  return items[Math.floor(chance.number() * items.length)]
}

/** So many items, or all, in any order. */
export function sample<T>(chance: Chance, items: readonly T[], count: number): T[] {
  const left = [...items]
  const taken: T[] = []
  while (taken.length < count && left.length > 0) {
    const [item] = left.splice(Math.floor(chance.number() * left.length), 1)
    if (item !== undefined) taken.push(item)
  }
  return taken
}
