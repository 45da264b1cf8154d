/** How `peerscope diagnostics` asks the Peerscope that runs on a data folder. Real sockets, in a folder of the test. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, connect, Server } from 'node:net'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Diagnostics } from '../../../src/shared/reports.ts'
import { answerDiagnostics } from '../../../src/main/monitor/running/answer.ts'
import type { AnswerParts, DiagnosticsAnswers } from '../../../src/main/monitor/running/answer.ts'
import { askRunning } from '../../../src/main/monitor/running/ask.ts'
import { MAX_ANSWER_BYTES, placeSchema, SOCKET_FOLDER, socketOf } from '../../../src/main/monitor/running/place.ts'
import { testMonitor } from '../../support/monitor.ts'

const BUNDLE = { format: 'peerscope-diagnostics', version: 1, broken: ['x'] } as unknown as Diagnostics
/** Of another process. */
const OTHER_TOKEN = 'ab'.repeat(32)
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
  const file = join(folder, 'running.json')
  const text = statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : ''
  return text.includes(`"pid":${process.pid}`) && !text.includes(OTHER_TOKEN)
}

function place(): { readonly socket: string; readonly token: string } {
  return placeSchema.parse(JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')))
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

/** Writes the file that names a socket in the folder. */
function leave(path: string, pid: number): void {
  const socket = join(path, 'diagnostics.sock')
  writeFileSync(join(folder, 'running.json'), JSON.stringify({ socket, token: OTHER_TOKEN, pid }))
}

/** A folder with a socket, as a killed process leaves it. @returns the folder */
async function leftSocket(path: string, pid: number): Promise<string> {
  const server = createServer()
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  await new Promise<void>((resolve) => void server.listen(join(path, 'diagnostics.sock'), resolve))
  leave(path, pid)
  return path
}

/** A connection that says nothing. */
function connected(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketOf({ ...place(), pid: 1 }, folder, process.platform) ?? '')
    open.push({ close: () => socket.destroy() })
    socket.once('connect', () => resolve(socket))
    socket.on('error', reject)
  })
}

/** Listens in the place of a Peerscope, with what it does to a connection. */
async function impostor(take: Parameters<typeof createServer>[1]): Promise<void> {
  const server: Server = createServer(take)
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  await new Promise<void>((resolve) => void server.listen(join(folder, 'diagnostics.sock'), resolve))
  writeFileSync(
    join(folder, 'running.json'),
    JSON.stringify({ socket: 'diagnostics.sock', token: OTHER_TOKEN, pid: 7 }),
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
            ['diagnostics.sock', '600'],
            ['running.json', '600'],
          ]
        : [['running.json', '666']],
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

  it('closes a connection that says more than it may, and one that says too little', async () => {
    await answers({ limitMs: 50 })
    expect(await say(`${place().token}\nmore`)).toBe('')
    expect(await say('half a tok')).toBe('')
    expect(made).toBe(0)
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer' })
  })

  it('closes a fifth connection at once, and goes on', async () => {
    await answers({ limitMs: 100_000 })
    const held = await Promise.all(Array.from({ length: 4 }, () => connected()))
    expect(await say(`${place().token}\n`)).toBe('')
    expect(held.map((socket) => socket.readyState)).toEqual(['open', 'open', 'open', 'open'])
    expect(made).toBe(0)
    held[0]?.destroy()
    await expect.poll(() => askRunning(folder)).toMatchObject({ kind: 'answer' })
  })

  it('goes on after an error of its server', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen')
    try {
      await answers()
      const server = listen.mock.contexts[0] as Server
      server.emit('error', new Error('too many open files'))
      server.emit('error', new Error('too many open files'))
    } finally {
      listen.mockRestore()
    }
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer' })
    expect(log).toHaveLength(2)
    expect(log.join('')).not.toContain('cannot ask this process')
  })

  it('leaves a file that is not its own', async () => {
    const one = await answers()
    writeFileSync(join(folder, 'running.json'), 'mine')
    writeFileSync(join(folder, 'diagnostics.json'), 'a bundle')
    await one.close()
    expect(readdirSync(folder)).toEqual(['diagnostics.json', 'running.json'])
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

  it.runIf(UNIX)('takes the place of a FIFO', async () => {
    execFileSync('mkfifo', [join(folder, 'running.json')], { timeout: 10_000 })
    await answers()
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer' })
  })

  it.runIf(UNIX)('removes the temporary folder that a killed one left', async () => {
    const left = await leftSocket(mkdtempSync(join(tmpdir(), SOCKET_FOLDER)), process.pid)
    await answers()
    expect(existsSync(left)).toBe(false)
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer' })
  })

  it.runIf(UNIX).each<[string, () => Promise<string>]>([
    ['whose process runs', () => leftSocket(mkdtempSync(join(tmpdir(), SOCKET_FOLDER)), process.ppid)],
    ['of another name', () => leftSocket(mkdtempSync(join(tmpdir(), 'peerscope-test-')), process.pid)],
    ['that is not in the temporary folder', () => leftSocket(mkdtempSync(join(folder, SOCKET_FOLDER)), process.pid)],
    [
      'with more in it',
      async () => {
        const path = mkdtempSync(join(tmpdir(), SOCKET_FOLDER))
        writeFileSync(join(path, 'more'), '')
        return await leftSocket(path, process.pid)
      },
    ],
    [
      'without a socket',
      () => {
        const path = mkdtempSync(join(tmpdir(), SOCKET_FOLDER))
        writeFileSync(join(path, 'diagnostics.sock'), 'a text')
        leave(path, process.pid)
        return Promise.resolve(path)
      },
    ],
    [
      'that is a link',
      async () => {
        const target = join(folder, 'target')
        mkdirSync(target)
        const link = mkdtempSync(join(tmpdir(), SOCKET_FOLDER))
        rmdirSync(link)
        symlinkSync(target, link)
        return await leftSocket(link, process.pid)
      },
    ],
  ])('keeps a folder %s', async (_what, make) => {
    const left = await make()
    open.push({ close: () => rmSync(left, { recursive: true, force: true }) })
    await answers()
    expect(existsSync(left)).toBe(true)
    expect(await askRunning(folder)).toMatchObject({ kind: 'answer' })
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
      writeFileSync(join(folder, 'running.json'), content)
      expect(await askRunning(folder)).toEqual({ kind: 'none' })
    },
  )

  it('is nothing where the file is a FIFO, a link or a folder', async () => {
    const file = join(folder, 'running.json')
    execFileSync('mkfifo', [file], { timeout: 10_000 })
    expect(await askRunning(folder, 1_000_000)).toEqual({ kind: 'none' })
    rmSync(file)
    await impostor((socket) => void socket.destroy())
    renameSync(file, join(folder, 'other.json'))
    symlinkSync('other.json', file)
    expect(await askRunning(folder)).toEqual({ kind: 'none' })
    rmSync(file)
    mkdirSync(file)
    expect(await askRunning(folder)).toEqual({ kind: 'none' })
  })

  it('is nothing where the file cannot be read in time', async () => {
    expect(await askRunning(folder, 50, () => new Promise(() => undefined))).toEqual({ kind: 'none' })
  })

  it('is nothing where a killed one left its files', async () => {
    writeFileSync(
      join(folder, 'running.json'),
      JSON.stringify({ socket: 'diagnostics.sock', token: OTHER_TOKEN, pid: 7 }),
    )
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
