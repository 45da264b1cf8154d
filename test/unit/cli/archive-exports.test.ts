import { execFileSync } from 'node:child_process'
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { databasePath } from '../../../src/main/store/data-dir.ts'
import { EXIT } from '../../../src/main/cli/run.ts'
import { idOf, secretOf } from '../../support/discovery/entries.ts'
import { cli, fill, folder, NOW, stoppable, three, folderForEachTest } from '../../support/cli-archive.ts'

folderForEachTest()

describe('exports', () => {
  it('of the database have everything but the identity', async () => {
    const out = join(folder, 'copy.db')
    const { code } = await cli('export', '--data', fill('a', three()), '--format', 'sqlite', '--out', out)
    expect(code).toBe(EXIT.ok)
    const db = new Database(out, { readonly: true })
    expect(db.prepare('SELECT count(*) FROM peers').pluck().get()).toBe(3)
    expect(db.prepare('SELECT count(*) FROM identity').pluck().get()).toBe(0)
    db.close()
    const secret = Buffer.from(secretOf('owner of a'))
    expect((await readFile(out)).includes(secret)).toBe(false)
  })

  it('that fail or are stopped leave what was there before, and nothing beside it', async () => {
    const data = fill('a', three())
    const out = join(folder, 'there.json')
    await writeFile(out, 'before')
    const wrong = await cli('export', '--data', data, '--format', 'json', '--filter', 'rtt>', '--out', out)
    expect(wrong.code).toBe(EXIT.usage)
    const stop = new AbortController()
    stop.abort()
    const again = ['export', '--data', data, '--format', 'json', '--out', out, '--force']
    expect((await stoppable(stop.signal, ...again)).code).toBe(EXIT.stopped)
    expect(await readFile(out, 'utf8')).toBe('before')
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'there.json'])
    expect(await cli(...again.slice(0, -1))).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining('add --force to replace it'),
    })
    expect(await readFile(out, 'utf8')).toBe('before')
    await chmod(out, 0o640)
    expect((await cli(...again)).code).toBe(EXIT.ok)
    expect((await stat(out)).mode & 0o777).toBe(0o640)
    expect(await readFile(out, 'utf8')).toContain(idOf('ann'))
    expect((await readdir(folder)).toSorted()).toEqual(['a', 'there.json'])
  })

  it('and lists say what records a network where nothing of it is, as in the folder of a node', async () => {
    const data = fill('node', [])
    const moment = new Date(NOW).toISOString()
    for (const command of [
      ['export', '--format', 'json'],
      ['export', '--format', 'json', '--at', moment],
      ['peers', '--as-of', moment],
      ['events'],
      ['sessions'],
      ['health'],
      ['why'],
    ])
      expect(await cli(...command, '--data', data)).toMatchObject({
        code: EXIT.failed,
        out: '',
        err: expect.stringContaining(
          'peerscope node keeps only its identity, the words of its network and the peers it met',
        ),
      })
  })

  it('go over no file of a data folder, whatever is forced', async () => {
    const data = fill('a', three())
    const before = await readFile(databasePath(data, process.platform))
    for (const args of [['export', '--format', 'json'], ['export', '--format', 'sqlite'], ['diagnostics']]) {
      const ran = await cli(...args, '--data', data, '--out', databasePath(data, process.platform), '--force')
      expect(ran).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('is in the data folder') })
    }
    expect((await readFile(databasePath(data, process.platform))).equals(before)).toBe(true)
    expect((await readdir(folder)).toSorted()).toEqual(['a'])
  })

  it.runIf(process.platform !== 'win32')('go through a pipe that has a name, once somebody reads it', async () => {
    const data = fill('a', three())
    const fifo = join(folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    const ran = cli('export', '--data', data, '--format', 'json', '--out', fifo)
    const read = await readFile(fifo, 'utf8')
    expect((await ran).code).toBe(EXIT.ok)
    expect(JSON.parse(read)).toBeTypeOf('object')
    const stop = new AbortController()
    const waiting = stoppable(stop.signal, 'export', '--data', data, '--format', 'json', '--out', fifo)
    stop.abort()
    expect((await waiting).code).toBe(EXIT.stopped)
  })

  it('that are not text are not printed, and a copy of the database is whole', async () => {
    const data = fill('a', three())
    for (const format of ['snapshot', 'parquet', 'sqlite']) {
      const { code, out, err } = await cli('export', '--data', data, '--format', format)
      expect([code, out, err]).toEqual([EXIT.usage, '', expect.stringContaining('name a file with --out')])
    }
    const out = join(folder, 'copy.db')
    const some = await cli('export', '--data', data, '--format', 'sqlite', '--filter', 'state:online', '--out', out)
    expect([some.code, some.err]).toEqual([EXIT.usage, expect.stringContaining('the whole database')])
  })

  it('go to standard output, filtered; a snapshot needs a file', async () => {
    const data = fill('a', three())
    const { out } = await cli('export', '--data', data, '--format', 'csv', '--filter', 'state:purged')
    expect(out.split('\r\n')).toHaveLength(3)
    const refused = await cli('export', '--data', data, '--format', 'snapshot')
    expect([refused.code, refused.err]).toEqual([EXIT.usage, expect.stringContaining('--out')])
    const mixed = await cli(
      'export',
      '--data',
      data,
      '--format',
      'gexf',
      '--what',
      'events',
      '--out',
      join(folder, 'x'),
    )
    expect([mixed.code, mixed.err]).toEqual([
      EXIT.usage,
      expect.stringContaining('choose one of json, ndjson, csv, parquet'),
    ])
    expect((await cli('export', '--data', data, '--format', 'json', '--out', join(folder, 'no', 'x'))).code).toBe(
      EXIT.failed,
    )
  })
})
