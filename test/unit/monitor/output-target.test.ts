/** Where an output may go. A data folder is the one place where it replaces nothing, by whatever name it is reached. */
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { outputTarget } from '../../../src/main/monitor/output-target.ts'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { openStore } from '../../../src/main/store/store.ts'

let folder: string
let data: string

beforeEach(() => {
  folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'peerscope-target-')))
  data = join(folder, 'data')
  for (const dir of [data, join(folder, 'other')]) {
    const store = openStore({ path: databasePath(dir, process.platform), now: () => 0 })
    store.saveSecret(new Uint8Array(32))
    store.close()
  }
  mkdirSync(join(data, 'logs'))
  writeFileSync(join(data, 'logs', 'peerscope.log'), 'log')
  writeFileSync(join(data, 'identity.sealed'), 'peerscope-identity-1\nx')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** With `--force`, and the data folder that is worked with. */
const target = (out: string, more = {}): unknown => outputTarget(out, { force: true, dataDirs: [data], ...more })

const path = (name: string): string => join(folder, name)

describe('an output, also with --force,', () => {
  it.each<[string, () => string]>([
    ['the database', () => path('data/peerscope.db')],
    ['the lock', () => path('data/peerscope.db.lock')],
    ['the identity', () => path('data/identity.sealed')],
    ['the log', () => path('data/logs/peerscope.log')],
    ['a log of the database that is not there now', () => path('data/peerscope.db-journal')],
    ['one that is not there now, in capitals', () => path('data/Peerscope.DB-wal')],
    ['the file of the running one', () => path('data/running.json')],
    ['a way round', () => path('data/../data/logs/../peerscope.db')],
    ['the database of another data folder', () => path('other/peerscope.db')],
    [
      'a link to it',
      () => {
        symlinkSync(path('data/peerscope.db'), path('link'))
        return path('link')
      },
    ],
    [
      'a link to its folder',
      () => {
        symlinkSync(data, path('folder'))
        return path('folder/peerscope.db')
      },
    ],
    [
      'a link to a file that is not there now',
      () => {
        symlinkSync('data/peerscope.db-wal', path('link'))
        return path('link')
      },
    ],
    [
      'another name of the same file',
      () => {
        linkSync(path('data/logs/peerscope.log'), path('hard'))
        return path('hard')
      },
    ],
    [
      'a copy of a database that is worked with',
      () => {
        writeFileSync(path('copy'), readFileSync(path('data/peerscope.db')))
        return path('copy')
      },
    ],
    [
      'a copy of a lock',
      () => {
        writeFileSync(path('copy'), readFileSync(path('data/peerscope.db.lock')))
        return path('copy')
      },
    ],
    [
      'a copy of an identity',
      () => {
        writeFileSync(path('copy'), readFileSync(path('data/identity.sealed')))
        return path('copy')
      },
    ],
    ['a folder', () => folder],
    ['a folder that is not there', () => `${path('new')}/`],
    ['nothing', () => ''],
  ])('does not go over %s', (_what, make) => {
    expect(() => target(make())).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  })

  it.runIf(process.platform === 'linux')('does not go over it by an open descriptor', () => {
    const fd = openSync(path('data/peerscope.db'), 'r')
    try {
      for (const name of [`/dev/fd/${fd}`, `/proc/self/fd/${fd}`, `/proc/${process.pid}/fd/${fd}`])
        expect(() => target(name)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
    } finally {
      closeSync(fd)
    }
  })

  it('does not go over what the command reads', () => {
    writeFileSync(path('snapshot'), '')
    linkSync(path('snapshot'), path('same'))
    expect(() => target(path('same'), { inputs: [path('snapshot')] })).toThrow('is what is read')
  })
})

describe('an output', () => {
  it('goes to a new file, also in a data folder, and behind a link that leads nowhere', () => {
    symlinkSync('made', path('link'))
    expect(target(path('new'), { force: false })).toEqual({ kind: 'file', path: path('new'), mode: null })
    expect(target(path('link'), { force: false })).toEqual({ kind: 'file', path: path('made'), mode: null })
    expect(target(path('data/export.json'), { force: false })).toMatchObject({ kind: 'file' })
  })

  it('replaces a file only where that is asked for, and then what a link names', () => {
    writeFileSync(path('there'), 'x', { mode: 0o640 })
    symlinkSync('there', path('link'))
    expect(() => target(path('there'), { force: false })).toThrow('add --force to replace it')
    expect(target(path('link'))).toEqual({ kind: 'file', path: path('there'), mode: 0o640 })
  })

  it('replaces a copy of the database that was exported, but none that holds an identity', () => {
    const db = new Database(path('data/peerscope.db'))
    db.exec(`VACUUM INTO '${path('copy.db')}'`)
    db.close()
    expect(() => target(path('copy.db'))).toThrow('is a database of Peerscope')
    const copy = new Database(path('copy.db'))
    copy.exec('DELETE FROM identity')
    copy.close()
    expect(target(path('copy.db'))).toMatchObject({ kind: 'file' })
  })

  it('says what is wrong with its place', () => {
    symlinkSync('circle', path('circle'))
    expect(() => target(path('none/x'))).toThrow('there is no folder')
    expect(() => target(path('data/peerscope.db/x'))).toThrow(/cannot be written/)
    expect(() => target(path('circle'))).toThrow('its links lead in a circle')
  })

  it.runIf(process.platform === 'linux')('goes to devices and descriptors as they are', () => {
    expect(target('/dev/null', { force: false })).toEqual({ kind: 'special', path: '/dev/null', fifo: false })
    expect(target('/dev/stdout', { force: false })).toEqual({ kind: 'descriptor', fd: 1 })
    expect(target('/proc/self/fd/2', { force: false })).toEqual({ kind: 'descriptor', fd: 2 })
  })
})
