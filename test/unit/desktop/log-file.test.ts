import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LogFile, logPath, MAX_LOG, olderPath, RETRY_MS } from '../../../src/main/desktop/log-file.ts'
import { createLogger } from '../../../src/main/monitor/log.ts'

let folder: string
let path: string
let now: number
let log: LogFile

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerscope-log-'))
  path = logPath(folder)
  now = 0
  log = new LogFile(path, () => now)
})
afterEach(() => {
  log.close()
  rmSync(folder, { recursive: true, force: true })
})
const text = (file = path): string => readFileSync(file, 'utf8')

describe('the log file', () => {
  it('takes what the logger writes from `info` on, while standard error has warnings', () => {
    const errors: string[] = []
    const logger = createLogger(
      'warn',
      (line) => void errors.push(line),
      (line) => log.write(line),
    )
    logger.debug('a')
    logger.info('b')
    logger.warn({ err: new Error('why') }, 'c')
    const lines = text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; err?: { message: string } })
    expect(lines.map(({ msg, err }) => [msg, err?.message])).toEqual([
      ['b', undefined],
      ['c', 'why'],
    ])
    expect(errors).toHaveLength(1)
  })

  it.skipIf(process.platform === 'win32')('can be read by its user only', () => {
    log.write('x\n')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  })

  it('goes on where the last run ended, and keeps one older file when it is full', () => {
    const line = `${'x'.repeat(1023)}\n`
    for (let n = 0; n < 1024; n += 1) log.write(line)
    expect(statSync(path).size).toBe(MAX_LOG)
    log.close()
    log = new LogFile(path, () => now)
    log.write('second\n')
    expect(text()).toBe('second\n')
    expect(statSync(olderPath(path)).size).toBe(MAX_LOG)
    for (let n = 0; n < 1024; n += 1) log.write(line)
    expect(text(olderPath(path)).startsWith('second\n')).toBe(true)
    expect(statSync(path).size).toBeLessThanOrEqual(MAX_LOG)
  })

  it('cuts a line that is too long', () => {
    log.write(`${'x'.repeat(MAX_LOG * 2)}\n`)
    expect(text()).toMatch(/^x{65536}\n$/)
  })

  it('does without a folder that cannot be written to, and tries again later', () => {
    writeFileSync(dirname(path), 'in the way')
    expect(() => log.write('lost\n')).not.toThrow()
    rmSync(dirname(path))
    log.write('lost too\n')
    now = RETRY_MS
    log.write('kept\n')
    expect(text()).toBe('kept\n')
  })

  it('never grows beyond its limit, even where no new file can be begun', () => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'x'.repeat(MAX_LOG))
    mkdirSync(join(olderPath(path), 'in the way'), { recursive: true })
    for (let n = 0; n < 3; n += 1) {
      expect(() => log.write('lost\n')).not.toThrow()
      now += RETRY_MS
    }
    expect(statSync(path).size).toBe(MAX_LOG)
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('survives a read-only folder', () => {
    chmodSync(folder, 0o500)
    expect(() => log.write('lost\n')).not.toThrow()
    chmodSync(folder, 0o700)
  })
})
