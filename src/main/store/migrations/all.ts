import type Database from 'better-sqlite3'
import { initial } from './0001-initial.ts'
import { history } from './0002-history.ts'
import { textsAtCommit } from './0003-texts-at-commit.ts'
import { repeatedEvents } from './0004-repeated-events.ts'
import { kindsOfNetwork } from './0005-kinds-of-network.ts'
import { journal } from './0006-journal.ts'
import { lostWithUs } from './0007-lost-with-us.ts'
import { earlierStates } from './0008-earlier-states.ts'
import { turnedGroups } from './0009-turned-groups.ts'

/** One step of the schema. A step that was released is never changed. */
export interface Migration {
  /** The `user_version` after it. */
  readonly version: number
  readonly name: string
  readonly sql: string
  /** Called after `sql`, in the same transaction: makes the new tables' rows from what is there. */
  readonly fill?: (db: Database.Database) => void
}

/** All steps, oldest first, numbered from 1 without gaps. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  history,
  textsAtCommit,
  repeatedEvents,
  kindsOfNetwork,
  journal,
  lostWithUs,
  earlierStates,
  turnedGroups,
]
