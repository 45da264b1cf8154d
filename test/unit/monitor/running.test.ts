/** How `peerscope diagnostics` asks the Peerscope that runs on a data folder. Real sockets, in a folder of the test. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, connect } from 'node:net'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Diagnostics } from '../../../src/shared/reports.ts'
import { answerDiagnostics } from '../../../src/main/monitor/running/answer.ts'
import type { AnswerParts, DiagnosticsAnswers } from '../../../src/main/monitor/running/answer.ts'
import { askRunning } from '../../../src/main/monitor/running/ask.ts'
import { MAX_ANSWER_BYTES, placeSchema, socketOf } from '../../../src/main/monitor/running/place.ts'
import { testMonitor } from '../../support/monitor.ts'

const BUNDLE = { format: 'peerscope-diagnostics', version: 1, broken: ['x'] } as unknown as Diagnostics
const UNIX = process.platform !== 'win32'

let folder: string
let log: string[]
let open: { close(): unknown }[]
let made: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ps-'))
  log = []
  open = []
  made = 0
})
afterEach(async () => {
  for (const one of open) await one.close()
  rmSync(folder, { recursive: true, force: true })
})

async function answers(parts: Partial<AnswerParts> = {}): Promise<DiagnosticsAnswers> {
  const one = answerDiagnostics({
    dataDir: folder,
    logger: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
    diagnose: () => {
      made += 1
      return Promise.resolve(BUNDLE)
    },
    ...parts,
  })
  open.push(one)
  // It listens, or has given up, within some turns.
  for (let turn = 0; turn < 100 && !listens() && log.length === 0; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  return one
}

function listens(): boolean {
  const file = join(folder, 'diagnostics.json')
  return existsSync(file) && readFileSync(file, 'utf8').includes(`"pid":${process.pid}`)
}

function place(): { readonly socket: string; readonly token: string } {
  return placeSchema.parse(JSON.parse(readFileSync(join(folder, 'diagnostics.json'), 'utf8')))
}

/** Sends bytes, and resolves with what comes until the other side closes. */
function say(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(socketOf({ ...place(), pid: 1 }, folder, process.platform) ?? '')
    socket.on('connect', () => void socket.write(bytes))
    socket.on('data', (part) => void (heard += String(part)))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })
}

/** Listens in the place of a Peerscope, with what it does to a connection. */
async function impostor(take: Parameters<typeof createServer>[1]): Promise<void> {
  const server: Server = createServer(take)
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  await new Promise<void>((resolve) => void server.listen(join(folder, 'diagnostics.sock'), resolve))
  writeFileSync(
    join(folder, 'diagnostics.json'),
    JSON.stringify({ socket: 'diagnostics.sock', token: 'ab'.repeat(32), pid: 7 }),
  )
}

describe('a running Peerscope', () => {
  it('answers programs that can read its folder, for its owner only', async () => {
    const one = await answers()
    expect(await askRunning(folder)).toEqual({ kind: 'answer', pid: process.pid, bundle: BUNDLE })
    const files = readdirSync(folder).map((file) => [file, (statSync(join(folder, file)).mode & 0o777).toString(8)])
    expect(files).toEqual(
      UNIX
        ? [
            ['diagnostics.json', '600'],
            ['diagnostics.sock', '600'],
          ]
        : [['diagnostics.json', '666']],
    )
    await one.close()
    await one.close()
    expect(readdirSync(folder)).toEqual([])
    expect(await askRunning(folder)).toEqual({ kind: 'none' })
  })

  it('gives requests that come together one answer', async () => {
    await answers()
    const [first] = await Promise.all([askRunning(folder), askRunning(folder), askRunning(folder)])
    expect(first.kind).toBe('answer')
    expect(made).toBe(1)
  })

  it.each([
    ['a wrong token', `${'0'.repeat(64)}\n`],
    ['no token', '\n'.repeat(65)],
    ['more than a token', 'x'.repeat(100_000)],
    ['characters that are none', `${'\u00ff'.repeat(64)}\n`],
  ])('closes the connection on %s, and goes on', async (_what, bytes) => {
    await answers()
    expect(await say(bytes)).toBe('')
    expect(made).toBe(0)
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer' })
  })

  it('closes a connection that says more than it may, one that says nothing, and those above four', async () => {
    await answers({ limitMs: 50 })
    expect(await say(`${place().token}\nmore`)).toBe('')
    const heard = await Promise.all(Array.from({ length: 20 }, () => say('half a tok')))
    expect(heard.join('')).toBe('')
    expect(made).toBe(0)
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer' })
  })

  it('takes the token in pieces', async () => {
    await answers()
    const { token } = place()
    const whole = await new Promise<string>((resolve) => {
      let heard = ''
      const socket = connect(socketOf({ ...place(), pid: 1 }, folder, process.platform) ?? '')
      socket.on('data', (part) => void (heard += String(part)))
      socket.on('close', () => resolve(heard))
      socket.write(token.slice(0, 10), () => setImmediate(() => socket.write(`${token.slice(10)}\n`)))
    })
    expect(JSON.parse(whole)).toEqual(BUNDLE)
  })

  it('that cannot diagnose itself closes the connection', async () => {
    await answers({ diagnose: () => Promise.reject(new Error('no')) })
    expect(await askRunning(folder)).toEqual({ kind: 'silent', pid: process.pid, reason: 'it closed the connection' })
    expect(log.join('')).toContain('diagnostics failed')
  })

  it('does not send what is too large', async () => {
    await answers({ diagnose: () => Promise.resolve({ ...BUNDLE, state: 'x'.repeat(MAX_ANSWER_BYTES) }) })
    expect(await askRunning(folder)).toMatchObject({ kind: 'silent' })
  })

  it.runIf(UNIX)('takes a temporary folder where the path of its own is too long, and removes it', async () => {
    const one = await answers({ maxSocketPath: 10 })
    const { socket } = place()
    expect(socket.startsWith(tmpdir())).toBe(true)
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer' })
    await one.close()
    expect(existsSync(socket)).toBe(false)
    expect(readdirSync(folder)).toEqual([])
  })

  it.runIf(UNIX)('takes the place of a killed one', async () => {
    await impostor((socket) => void socket.destroy())
    expect(await askRunning(folder)).toMatchObject({ kind: 'silent', pid: 7 })
    await answers()
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer', pid: process.pid })
  })

  it('runs without a socket where the folder is gone', async () => {
    rmSync(folder, { recursive: true })
    const one = await answers()
    expect(log.join('')).toContain('cannot ask this process')
    await one.close()
  })

  it('that is closed before it listens leaves nothing', async () => {
    const one = answerDiagnostics({
      dataDir: folder,
      logger: pino({ enabled: false }),
      diagnose: () => Promise.resolve(BUNDLE),
    })
    await one.close()
    await new Promise((resolve) => setImmediate(resolve))
    expect(readdirSync(folder)).toEqual([])
  })

  it('tells its broken invariants by itself, as long as it is open', async () => {
    const { monitor } = testMonitor({ dataDir: folder })
    open.push(monitor)
    await monitor.join({ network: 'n' })
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer', bundle: { state: 'alone', broken: [] } })
    await monitor.close()
    expect(await askRunning(folder)).toEqual({ kind: 'none' })
  })
})

describe.runIf(UNIX)('what is asked', () => {
  it.each(['{', '{}', '{"socket":"diagnostics.sock","token":"x","pid":1}', '"too long"'.padStart(5000)])(
    'is nothing where the file says %s',
    async (content) => {
      writeFileSync(join(folder, 'diagnostics.json'), content)
      expect(await askRunning(folder)).toEqual({ kind: 'none' })
    },
  )

  it('is nothing where a killed one left its files', async () => {
    const token = 'ab'.repeat(32)
    writeFileSync(join(folder, 'diagnostics.json'), JSON.stringify({ socket: 'diagnostics.sock', token, pid: 7 }))
    expect(await askRunning(folder)).toEqual({ kind: 'none' })
  })

  it.each([
    ['hangs', () => undefined, 'no answer within 0.05 s'],
    ['talks for ever', 'x'.repeat(1024 * 1024), 'its answer is too large'],
    ['says something else', '{"format":"other"}', 'its answer is malformed'],
    ['says no JSON', 'hello', 'its answer is malformed'],
  ])('may be a process that %s', async (_what, does, reason) => {
    await impostor((socket) => {
      socket.resume().on('error', () => undefined)
      if (typeof does === 'function') return
      const endless = does.length > 1000
      const write = (): void => {
        while (!socket.destroyed && socket.write(does));
        if (!socket.destroyed) socket.once('drain', write)
      }
      if (endless) write()
      else socket.end(does)
    })
    const limitMs = typeof does === 'function' ? 50 : 10_000
    expect(await askRunning(folder, limitMs)).toEqual({ kind: 'silent', pid: 7, reason })
  })
})

describe('a file that names a socket', () => {
  const told = (socket: string) => ({ socket, token: 'ab'.repeat(32), pid: 1 })

  it('leads to ours alone', () => {
    expect(socketOf(told('diagnostics.sock'), '/data', 'linux')).toBe('/data/diagnostics.sock')
    expect(socketOf(told('/tmp/x/diagnostics.sock'), '/data', 'linux')).toBe('/tmp/x/diagnostics.sock')
    const name = `\\\\.\\pipe\\peerscope-${'0a'.repeat(16)}`
    expect(socketOf(told(name), 'C:\\data', 'win32')).toBe(name)
  })

  it.each([
    ['linux', '/var/run/docker.sock'],
    ['linux', '../diagnostics.sock'],
    ['win32', '\\\\evil.example\\pipe\\peerscope-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a'],
    ['win32', '\\\\.\\pipe\\other'],
    ['win32', 'diagnostics.sock'],
  ])('on %s never to %s', (platform, socket) => {
    expect(socketOf(told(socket), '/data', platform)).toBeNull()
  })
})
