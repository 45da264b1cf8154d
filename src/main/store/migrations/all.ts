import { initial } from './0001-initial.ts'

/** One step of the schema. A step that was released is never changed. */
export interface Migration {
  /** The `user_version` after it. */
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** All steps, oldest first, numbered from 1 without gaps. */
export const MIGRATIONS: readonly Migration[] = [initial]
