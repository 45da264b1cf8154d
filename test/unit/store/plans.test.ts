import type Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openMemory } from '../../../src/main/store/database.ts'
import { QUERIES } from '../../../src/main/store/reader.ts'
import { CHECKPOINT_QUERIES } from '../../../src/main/store/upkeep/checkpoints.ts'
import { DELAY_QUERIES } from '../../../src/main/store/upkeep/delays.ts'
import { SWEEPS } from '../../../src/main/store/upkeep/forget.ts'
import { PASSER_QUERIES } from '../../../src/main/store/upkeep/passers.ts'
import { RETENTION_QUERIES } from '../../../src/main/store/upkeep/retention.ts'
import { SAMPLE_QUERIES } from '../../../src/main/store/upkeep/samples.ts'
import { INDEX_EVENTS } from '../../../src/main/store/event-text.ts'
import {
  CLOSE_SESSIONS,
  CLOSE_SOME_SESSIONS,
  END_SESSION,
  MOVE_SESSIONS,
  PEER_GONE,
  TRIM_VERSIONS,
} from '../../../src/main/store/writer.ts'

/**
 * Tables that stay small whatever a network does; `c` are checkpoints, one for 16,384
 * events, `j` is what was asked for. */
const SMALL = /^SCAN (n|c|j VIRTUAL TABLE|json_tree VIRTUAL TABLE|event_kinds|CONSTANT ROW)\b/
/** A search by words (M) between two row ids and in their order: not a scan, whatever it is called. */
const MATCH = /^SCAN (peer_text|event_text) VIRTUAL TABLE INDEX \d+:M1><$/

function planOf(db: Database.Database, sql: string): string[] {
  const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, '1'])
  const values = names.length > 0 ? [Object.fromEntries(names)] : sql.split('?').slice(1).fill('1')
  return db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map((row) => String(Object(row).detail))
}

function costly(plan: readonly string[]): string[] {
  return plan.filter(
    (step) => (step.startsWith('SCAN') && !SMALL.test(step) && !MATCH.test(step)) || step.includes('TEMP B-TREE'),
  )
}

describe('query plans', () => {
  const passers = Object.fromEntries(Object.entries(PASSER_QUERIES).map(([name, sql]) => [`passers: ${name}`, sql]))
  const upkeep = { ...CHECKPOINT_QUERIES, ...RETENTION_QUERIES, ...SAMPLE_QUERIES, ...DELAY_QUERIES, ...passers }
  const all = { ...QUERIES, ...upkeep, ...Object.fromEntries(SWEEPS.map((sql, n) => [`sweep ${n + 1}`, sql])) }
  it.each([
    ...Object.entries(all),
    ['peer gone', PEER_GONE],
    ['trim versions', TRIM_VERSIONS],
    ['index events', INDEX_EVENTS],
    ['end session', END_SESSION],
    ['close sessions', CLOSE_SESSIONS],
    ['move sessions', MOVE_SESSIONS],
    ['close some sessions', CLOSE_SOME_SESSIONS],
  ])('%s walks an index: no scan of a large table, no sorting', (_name, sql) => {
    const db = openMemory()
    try {
      const plan = planOf(db, sql)
      expect(plan).not.toEqual([])
      expect(costly(plan)).toEqual([])
    } finally {
      db.close()
    }
  })

  it('notices a scan and a sort', () => {
    const db = openMemory()
    try {
      expect(costly(planOf(db, 'SELECT detail FROM events ORDER BY at'))).toHaveLength(2)
    } finally {
      db.close()
    }
  })
})
