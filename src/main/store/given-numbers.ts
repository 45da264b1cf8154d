import type Database from 'better-sqlite3'
import { RecentMap } from '../../shared/recent-map.ts'

/** Ids whose numbers are remembered where so many are in use, and for how long, milliseconds; others are looked up again. */
const REMEMBERED = [16_384, 300_000] as const

/** The numbers of ids, made at first use. */
export class GivenNumbers<Id extends string> {
  readonly #find: Database.Statement<string[], number>
  readonly #add: Database.Statement<string[]>
  readonly #values: (id: Id) => { readonly found: readonly string[]; readonly added: readonly string[] }
  readonly #known = new RecentMap<Id, number>(...REMEMBERED)

  /** @param values by which values an id is found, and those that are added with it */
  constructor(
    find: Database.Statement<string[], number>,
    add: Database.Statement<string[]>,
    values: (id: Id) => { readonly found: readonly string[]; readonly added: readonly string[] },
  ) {
    this.#find = find
    this.#add = add
    this.#values = values
  }

  /** Null for an id that has none. */
  known(id: Id): number | null {
    return this.#known.get(id) ?? this.#find.get(...this.#values(id).found) ?? null
  }

  of(id: Id): number {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const num = this.known(id) ?? this.#insert(id)
    this.#known.set(id, num)
    return num
  }

  clear(): void {
    this.#known.clear()
  }

  #insert(id: Id): number {
    return Number(this.#add.run(...this.#values(id).added).lastInsertRowid)
  }
}
