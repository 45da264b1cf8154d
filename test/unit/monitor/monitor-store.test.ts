/** How a monitor uses its store without holding others up. */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, vi } from 'vitest'
import { turn } from '../../../src/main/monitor/turns.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'
import { idOf } from '../../support/discovery/entries.ts'
import { testMonitor } from '../../support/monitor.ts'

/** A data folder whose database is large, and damaged where nothing looks at first. */
function damagedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'peerscope-monitor-'))
  const path = databasePath(folder, process.platform)
  mkdirSync(dirname(path), { recursive: true })
  const store = openStore({ path, now: () => 0 })
  store.setSetting('large', 'x'.repeat(3_000_000))
  store.close()
  const db = new Database(path, { readonly: true })
  const page = Number(db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'notes'").pluck().get())
  const size = Number(db.pragma('page_size', { simple: true }))
  db.close()
  const file = openSync(path, 'r+')
  writeSync(file, new Uint8Array(size).fill(0xa5), 0, size, (page - 1) * size)
  closeSync(file)
  return folder
}

describe('a monitor', () => {
  it('is there before a large database was checked, and then says what became of it', async () => {
    const dataDir = damagedFolder()
    const { monitor } = testMonitor({ dataDir })
    try {
      expect(monitor.store.status().notice).toBeUndefined()
      await vi.waitFor(() => expect(monitor.store.status().notice).toMatch(/damaged.*set aside/s), 10_000)
    } finally {
      await monitor.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })

  it('has left a network once the links of it are stored', async () => {
    const { monitor } = testMonitor({})
    await monitor.join({ network: 'mine' })
    const { discovery } = monitor.node()
    const stored = { all: false }
    vi.spyOn(monitor.store, 'putTopologySteps').mockImplementation(function* () {
      while (!stored.all) yield
      return 1
    })
    monitor.view.putEdge({ a: idOf('a'), b: idOf('b'), kind: 'connection', saidBy: idOf('a'), at: 0 })
    const left = vi.fn<() => void>()
    const leaving = monitor.leave().then(left)
    await discovery.ended
    for (let n = 0; n < 100; n += 1) await turn()
    expect(left).not.toHaveBeenCalled()
    stored.all = true
    await leaving
    expect(monitor.status().state).toBe('none')
    await monitor.close()
  })
})
