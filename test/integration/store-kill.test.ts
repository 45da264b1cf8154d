import Database from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import type { StoreStatus } from '../../src/shared/contract.ts'
import type { LoggedEvent } from '../../src/shared/events.ts'
import { networkIdFrom } from '../../src/shared/ids.ts'
import { databasePath } from '../../src/main/store/data-dir.ts'
import { openStore } from '../../src/main/store/store.ts'
import { SeededRandom } from '../sim/random.ts'
import { programPath } from '../support/programs.ts'
import { keyOf } from '../support/networks.ts'

/** What the store promises: no event that is older than this is lost with the process, milliseconds. */
const PROMISED_MS = 250
const SEEDS = [1, 2, 3, 4]
/** Of each seed. `PEERSCOPE_KILLS=200` spreads 200 over them. */
const KILLS = Math.ceil(Number(process.env['PEERSCOPE_KILLS'] ?? 16) / SEEDS.length)
/** More than any machine takes for a kill and what is looked at after it, milliseconds. */
const KILL_LIMIT_MS = 6000
const NETWORK = networkIdFrom('killed')

/** When a writer is killed: at a stage of its start, or after so many lines about events. */
type Moment = 'spawned' | 'opening' | 'open' | number

/** What a writer said before it died. */
interface Said {
  readonly stage: 'opening' | 'open' | 'appended' | 'noted'
  readonly first: number
  readonly last: number
  /** The time of the events themselves. */
  readonly at: number
  readonly handedOver: number
  /** Of a note that was written. */
  readonly name?: string
}

function momentOf(random: SeededRandom): Moment {
  const choice = random.below(10)
  if (choice === 0) return 'spawned'
  if (choice === 1) return 'opening'
  return choice === 2 ? 'open' : 1 + random.below(350)
}

/** Runs a writer until the moment, kills it, and gives what it said. */
function runAndKill(path: string, seed: number, moment: Moment): Promise<Said[]> {
  const child = spawn(process.execPath, [programPath('store-kill-writer'), path, String(seed)], { stdio: 'pipe' })
  const said: Said[] = []
  let events = 0
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  if (moment === 'spawned') child.once('spawn', () => child.kill('SIGKILL'))
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line: Said = JSON.parse(text)
    said.push(line)
    if (line.stage === 'appended') events += 1
    if (line.stage === moment || events === moment) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(said)
      else reject(new Error(`the writer ended by itself with ${String(code)}: ${errors}`))
    })
  })
}

/** Integrity as SQLite sees it, on a database that nobody has opened since the kill; none is fine. */
function integrityOf(path: string): string {
  if (!existsSync(path)) return 'ok'
  const db = new Database(path)
  try {
    const orphans = db.prepare('SELECT count(*) FROM pragma_foreign_key_check').pluck().get()
    if (orphans !== 0) return `${String(orphans)} orphans`
    const integrity = String(db.pragma('integrity_check', { simple: true }))
    if (integrity !== 'ok' || db.pragma('user_version', { simple: true }) === 0) return integrity
    const counts = db.prepare(COUNTS).get()
    const values = new Set(Object.values(Object(counts)))
    return values.size === 1 ? 'ok' : `counts that differ: ${JSON.stringify(counts)}`
  } finally {
    db.close()
  }
}

/** Of the log: its rows, what says how many they are, and what is searched. */
const COUNTS = `
  SELECT (SELECT count(*) FROM events) AS events, (SELECT coalesce(sum(count), 0) FROM event_blocks) AS counted,
    (SELECT count(*) FROM event_text_docsize) AS searched`

interface Found {
  /** Oldest first, from the asked number on. */
  readonly events: readonly LoggedEvent[]
  readonly last: number
  readonly status: StoreStatus
  readonly seed: unknown
  readonly notes: ReadonlySet<string>
}

/** Opens the store as the app would after the crash, and reads what is there. */
function reopen(path: string, from: number): Found {
  const store = openStore({ path, now: () => Date.now() })
  try {
    const newestFirst: LoggedEvent[] = []
    for (let more = true; more && (newestFirst.at(-1)?.seq ?? Infinity) > from;) {
      const page = store.eventsPage({ networkKey: keyOf(NETWORK), limit: 1000, before: newestFirst.at(-1)?.seq })
      newestFirst.push(...page.events)
      more = page.more
    }
    const events = newestFirst.filter(({ seq }) => seq >= from).toReversed()
    const notes = new Set([...store.notes(keyOf(NETWORK)).values()].map(({ name }) => name))
    return { events, last: newestFirst[0]?.seq ?? 0, status: store.status(), seed: store.getSetting('seed'), notes }
  } finally {
    store.close()
  }
}

/**
 * The events that have to be there. The process surely ran until it said its last word but one: between that and the last
 * word it came by its timers, so whatever was due then was done. The kill itself may come later by as long as the process
 * had no processor, and nobody can promise what happens then.
 */
function oldIn(appended: readonly Said[]): readonly Said[] {
  const ranUntil = appended.at(-2)?.handedOver ?? -Infinity
  return appended.filter(({ handedOver }) => handedOver <= ranUntil - PROMISED_MS)
}

/** What is wrong with what was found after a kill; `before` is the last number of the run before. */
function faultsIn(said: readonly Said[], found: Found, seed: number, before: number): string[] {
  const faults: string[] = []
  const appended = said.filter(({ stage }) => stage === 'appended')
  if (found.status.state !== 'ok' || found.status.notice !== undefined) faults.push(JSON.stringify(found.status))
  if (said.some(({ stage }) => stage === 'open') && found.seed !== String(seed)) faults.push('the setting is lost')
  if (found.last < before) faults.push(`${before - found.last} events of the run before are gone`)
  const note = said.findLast(({ stage }) => stage === 'noted')?.name
  if (note !== undefined && !found.notes.has(note)) faults.push(`the note '${note}' is lost`)
  const [first] = appended
  if (first !== undefined && first.first !== before + 1) faults.push(`numbered from ${first.first} after ${before}`)
  const missing = (oldIn(appended).at(-1)?.last ?? 0) - found.last
  if (missing > 0) faults.push(`${missing} old events are missing`)
  const gap = found.events.findIndex(({ seq }, index) => seq !== before + 1 + index)
  if (gap !== -1) faults.push(`a gap after ${before + gap}`)
  for (const { first, last, at } of appended) {
    const wrong = found.events.slice(first - before - 1, last - before).find((event) => event.at !== at)
    if (wrong !== undefined) faults.push(`event ${wrong.seq} is not what was appended`)
  }
  return faults
}

describe('a process that is killed', () => {
  it.concurrent.each(SEEDS)(
    `${KILLS} times at any moment leaves a sound database that lacks nothing older than ${PROMISED_MS} ms (seed %i)`,
    async (seed) => {
      const folder = mkdtempSync(join(tmpdir(), 'peerscope-kill-'))
      const path = databasePath(folder, process.platform)
      const random = new SeededRandom(seed)
      const faults: string[] = []
      let last = 0
      let due = 0
      let lost = 0
      try {
        for (let kill = 1; kill <= KILLS; kill++) {
          const moment = momentOf(random)
          const writerSeed = random.below(1_000_000)
          const said = await runAndKill(path, writerSeed, moment)
          const integrity = integrityOf(path)
          const found = reopen(path, last + 1)
          const all = [...(integrity === 'ok' ? [] : [integrity]), ...faultsIn(said, found, writerSeed, last)]
          faults.push(...all.map((fault) => `kill ${kill} at ${moment}: ${fault}`))
          due += oldIn(said.filter(({ stage }) => stage === 'appended')).length
          lost += Math.max(0, (said.at(-1)?.last ?? 0) - found.last)
          last = found.last
        }
        expect(faults).toEqual([])
        // Else the kills came so early that nothing had to be there, or when there was nothing to lose.
        expect(due).toBeGreaterThan(0)
        expect(lost).toBeGreaterThan(0)
        expect(reopen(path, 1).events).toHaveLength(last)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    KILLS * KILL_LIMIT_MS,
  )
})
