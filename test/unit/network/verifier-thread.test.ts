import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Cancelled } from '../../../src/shared/errors.ts'
import type { SignatureClaim } from '../../../src/main/discovery/ports.ts'
import { packClaims, packedClaims } from '../../../src/main/network/claims.ts'
import { createSignatures } from '../../../src/main/network/signatures.ts'
import { VerifierThread } from '../../../src/main/network/verifier-thread.ts'
import { OPENSSL } from '../../support/verifiers.ts'

const openssl = createSignatures(OPENSSL, null)
const SECRET = new Uint8Array(32).fill(9)
const never = new AbortController().signal

/** Every third one is bad. */
function claimsOf(count: number): readonly SignatureClaim[] {
  return Array.from({ length: count }, (_, index) => {
    const message = Uint8Array.of(index, index >> 8)
    return {
      publicKey: openssl.publicKey(SECRET),
      message: index % 3 === 0 ? Uint8Array.of(0, 0, 0) : message,
      signature: openssl.sign(SECRET, message),
    }
  })
}

const expected = (count: number): boolean[] => Array.from({ length: count }, (_, index) => index % 3 !== 0)

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peerscope-verifier-'))
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true })
})

async function script(text: string): Promise<URL> {
  const path = join(folder, 'verifier.mjs')
  await writeFile(path, text)
  return pathToFileURL(path)
}

it('claims come out as they were packed', () => {
  const claims = [0, 1, 1000].map((length) => ({
    publicKey: new Uint8Array(32).fill(length),
    message: new Uint8Array(length).fill(7),
    signature: new Uint8Array(64).fill(length + 1),
  }))
  expect([...packedClaims(packClaims(claims))]).toEqual(claims)
  expect([...packedClaims(packClaims([]))]).toEqual([])
})

describe('a thread that verifies', () => {
  it('[SY5] is begun after 2,048 in lots, and verifies from then on what is more than a few', async () => {
    const thread = new VerifierThread()
    const signatures = createSignatures(OPENSSL, thread)
    const asked = vi.spyOn(thread, 'verify')
    expect(await signatures.verifyAll(claimsOf(1000), never)).toEqual(expected(1000))
    expect(await signatures.verifyAll(claimsOf(1047), never)).toEqual(expected(1047))
    expect(thread.running).toBe(false)
    // Nobody waits until it is ready.
    expect(await signatures.verifyAll(claimsOf(1), never)).toEqual(expected(1))
    expect([thread.running, asked.mock.calls.length]).toEqual([true, 0])
    await thread.verify([])
    asked.mockClear()
    expect(await signatures.verifyAll(claimsOf(4), never)).toEqual(expected(4))
    expect(asked).toHaveBeenCalledTimes(1)
    expect(await signatures.verifyAll(claimsOf(3), never)).toEqual(expected(3))
    expect(asked).toHaveBeenCalledTimes(1)
    await thread.stop()
    await signatures.verifyAll(claimsOf(40), never)
    expect(thread.running).toBe(false)
  })

  it('is asked for two lots at once, and again once it has done one', async () => {
    // With each single one it says that it has done it, and another one before.
    const thread = new VerifierThread(
      await script(`import { parentPort, workerData } from 'node:worker_threads'
parentPort.on('message', (claims) => {
  Atomics.add(workerData, 0, claims.length === 0 ? 1 : claims.length < 200 ? 2 : 0)
  parentPort.postMessage(new Uint8Array(100).fill(1))
})
parentPort.postMessage('ready')`),
    )
    const signatures = createSignatures(OPENSSL, thread)
    await thread.verify([])
    const asked = vi.spyOn(thread, 'verify')
    const lots = async (...counts: number[]): Promise<number[]> => {
      asked.mockClear()
      await Promise.all(counts.map(async (count) => await signatures.verifyAll(claimsOf(count), never)))
      return asked.mock.calls.map(([claims]) => claims.length)
    }
    expect(await lots(40, 41, 42)).toEqual([40, 41])
    expect(await lots(43)).toEqual([])
    await thread.verify(claimsOf(1))
    expect(await lots(44)).toEqual([44])
    await thread.stop()
  })

  it('is begun where many are expected', async () => {
    const thread = new VerifierThread()
    createSignatures(OPENSSL, thread).expectMany()
    expect(thread.running).toBe(true)
    await thread.stop()
    expect(thread.running).toBe(false)
  })

  it('answers each who asks at once, in order', async () => {
    const thread = new VerifierThread()
    const said = await Promise.all([40, 3, 100].map(async (count) => await thread.verify(claimsOf(count))))
    expect(said).toEqual([40, 3, 100].map(expected))
    await thread.stop()
  })

  it('says nothing to who called it off', async () => {
    const thread = new VerifierThread()
    await thread.verify([])
    const control = new AbortController()
    const asked = createSignatures(OPENSSL, thread).verifyAll(claimsOf(40), control.signal)
    control.abort()
    await expect(asked).rejects.toBeInstanceOf(Cancelled)
    await thread.stop()
  })

  it('ends after 30 s with nothing to do, and another one is begun after it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const thread = new VerifierThread()
    await thread.verify(claimsOf(1))
    vi.advanceTimersByTime(29_999)
    await thread.verify(claimsOf(1))
    vi.advanceTimersByTime(29_999)
    expect(thread.running).toBe(true)
    vi.advanceTimersByTime(1)
    expect(thread.running).toBe(false)
    expect(await thread.verify(claimsOf(2))).toEqual(expected(2))
    await thread.stop()
  })

  it.each([
    ['there is none', null],
    ['it cannot be loaded', pathToFileURL('/nowhere/verifier-worker.js')],
  ])('is not needed: where %s OpenSSL verifies', async (_, url) => {
    const thread = new VerifierThread(url)
    const signatures = createSignatures(OPENSSL, thread)
    expect(await thread.verify([])).toBeNull()
    for (let times = 0; times < 2; times += 1) {
      expect(await signatures.verifyAll(claimsOf(40), never)).toEqual(expected(40))
      expect(thread.running).toBe(false)
    }
  })

  it('that dies leaves what it was asked to OpenSSL, and is not begun again', async () => {
    const thread = new VerifierThread(
      await script(`import { parentPort } from 'node:worker_threads'
parentPort.on('message', (claims) => claims.length > 0 ? process.exit(0) : parentPort.postMessage(new Uint8Array()))
parentPort.postMessage('ready')`),
    )
    await thread.verify([])
    const signatures = createSignatures(OPENSSL, thread)
    const asked = [40, 50].map(async (count) => await signatures.verifyAll(claimsOf(count), never))
    expect(await Promise.all(asked)).toEqual([expected(40), expected(50)])
    signatures.expectMany()
    expect(thread.running).toBe(false)
  })

  it('keeps a process until it has its verdicts, and no longer', async () => {
    const source = (name: string): string => new URL(`../../../src/main/network/${name}.ts`, import.meta.url).href
    const file = join(folder, 'program.mts')
    await writeFile(
      file,
      `import { createSignatures } from '${source('signatures')}'
import { VerifierThread } from '${source('verifier-thread')}'
const signatures = createSignatures()
const secret = new Uint8Array(32)
const message = new Uint8Array(10)
const claim = { publicKey: signatures.publicKey(secret), message, signature: signatures.sign(secret, message) }
const thread = new VerifierThread()
await thread.verify([])
console.log((await thread.verify([claim])).length, thread.running)
`,
    )
    const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', file])
    expect(stdout).toBe('1 true\n')
  })
})
