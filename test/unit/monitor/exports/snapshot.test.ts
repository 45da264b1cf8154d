import fs from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { constants, gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InvalidArgument } from '../../../../src/shared/errors.ts'
import { createSignatures } from '../../../../src/main/network/signatures.ts'
import { readSnapshot } from '../../../../src/main/monitor/exports/read-snapshot.ts'
import type { SnapshotEntry, SnapshotVerdict } from '../../../../src/main/monitor/exports/read-snapshot.ts'
import { FILE_SUM_BYTES, snapshotFile, snapshotText } from '../../../../src/main/monitor/exports/snapshot.ts'
import { NETWORK, idOf, secretOf, signedOf } from '../../../support/discovery/entries.ts'
import { countTurns } from '../../../support/turns.ts'
import { peerRecord } from './records.ts'

const signatures = createSignatures()
const names = Array.from({ length: 12 }, (_, index) => `peer ${index}`)

async function file(records = names.map((name) => peerRecord(name)), secret = secretOf('me')): Promise<Uint8Array> {
  const maker = {
    network: { kind: 'peerscope' as const, id: NETWORK, name: 'test-network' },
    secret,
    signatures,
    now: 5000,
    filter: '',
  }
  const parts: Uint8Array[] = []
  for await (const part of snapshotFile(snapshotText(maker, records))) parts.push(part)
  return Buffer.concat(parts)
}

async function read(source: Uint8Array | string): Promise<{ verdict: SnapshotVerdict; peers: SnapshotEntry[] }> {
  const peers: SnapshotEntry[] = []
  const verdict = await readSnapshot(source, {
    signatures,
    signal: new AbortController().signal,
    onPeer: (peer) => peers.push(peer),
  })
  return { verdict, peers }
}

const textOf = (bytes: Uint8Array): string => gunzipSync(bytes.subarray(0, -FILE_SUM_BYTES)).toString()

/** A file of this text, with a right sum of its own: what somebody makes who wants to deceive. */
async function forged(text: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of snapshotFile([text])) parts.push(part)
  return Buffer.concat(parts)
}

describe('a signed snapshot', () => {
  it('[EN4] comes back with every signed entry as it was, and says who made it and when', async () => {
    const { verdict, peers } = await read(await file())
    expect(verdict).toMatchObject({
      ok: true,
      by: idOf('me'),
      createdAt: 5000,
      network: { kind: 'peerscope' as const, id: NETWORK, name: 'test-network' },
      peers: 12,
      unsigned: 0,
      faults: [],
    })
    for (const name of names) {
      const signed = peers.find((peer) => peer.peerId === idOf(name))?.signed
      expect(signed?.bytes).toEqual(signedOf(name).bytes)
      expect(signed?.signature).toEqual(signedOf(name).signature)
    }
  })

  it('[CT9] keeps entries that nobody signed apart', async () => {
    const { verdict, peers } = await read(await file([peerRecord('a'), peerRecord('b', { signed: null })]))
    expect([verdict.ok, verdict.peers, verdict.unsigned]).toEqual([true, 2, 1])
    expect(peers.find((peer) => peer.peerId === idOf('b'))?.signed).toBeNull()
  })

  it('of nothing is a snapshot too', async () => {
    expect((await read(await file([]))).verdict).toMatchObject({ ok: true, peers: 0 })
  })

  it('changed in any one byte fails, and names the entry that it lies in', async () => {
    const some = names.slice(0, 4)
    const whole = await file(some.map((name) => peerRecord(name)))
    const ids = new Set(some.map((name) => idOf(name)))
    const named = new Set<string>()
    let [inside, right] = [0, 0]
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Uint8Array.from(whole)
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
      const result = await read(changed).catch((error: unknown) => error)
      if (result instanceof InvalidArgument) continue
      const { verdict } = result as Awaited<ReturnType<typeof read>>
      expect(verdict.ok, `byte ${at}`).toBe(false)
      const [first] = verdict.faults.filter(({ line }) => line !== null)
      if (first === undefined) continue
      inside += 1
      if (first.peerId === null || !ids.has(first.peerId)) continue
      right += 1
      named.add(first.peerId)
    }
    expect(named).toEqual(ids)
    // The others lie in an id, in the head, in the seal, or in how it is packed.
    expect(right / inside).toBeGreaterThan(0.7)
  })

  it('cut off anywhere fails', async () => {
    const whole = await file(names.slice(0, 3).map((name) => peerRecord(name)))
    for (let length = 1; length < whole.length; length += 7) {
      const failed = await read(whole.subarray(0, length)).then(
        ({ verdict }) => !verdict.ok,
        (error: unknown) => error instanceof InvalidArgument,
      )
      expect(failed, `${length} bytes`).toBe(true)
    }
  })

  it('changed in one line names the peer of that line, and nobody else', async () => {
    const lines = textOf(await file()).split('\n')
    for (const place of ['"lastSeen":', '"entry":"', '"signature":"', '"state":"']) {
      const index = 4
      const line = lines[index] ?? ''
      const at = line.indexOf(place) + place.length
      const changed = [...lines]
      changed[index] = `${line.slice(0, at)}${line[at] === '5' ? '6' : '5'}${line.slice(at + 1)}`
      const { verdict } = await read(await forged(changed.join('\n')))
      const named = /"peerId":"([^"]+)"/.exec(line)?.[1]
      expect(verdict.ok).toBe(false)
      expect(new Set(verdict.faults.flatMap((fault) => fault.peerId ?? []))).toEqual(new Set([named]))
      expect(verdict.faults[0]?.line).toBe(index + 1)
    }
  })

  it('with a peer taken out, put in or twice fails by its seal', async () => {
    const lines = textOf(await file()).split('\n')
    const other = textOf(await file([peerRecord('a stranger')])).split('\n')
    const texts = [
      lines.toSpliced(3, 1),
      lines.toSpliced(3, 0, other[1] ?? ''),
      lines.toSpliced(3, 0, lines[3] ?? ''),
      lines.toSpliced(-2, 1),
    ]
    for (const text of texts) {
      const { verdict } = await read(await forged(text.join('\n')))
      expect(verdict.ok).toBe(false)
    }
  })

  it('sealed by another than it says, or with a borrowed signature, fails', async () => {
    const mine = textOf(await file()).split('\n')
    const theirs = textOf(await file(undefined, secretOf('another'))).split('\n')
    const { verdict } = await read(await forged([...mine.slice(0, -2), ...theirs.slice(-2)].join('\n')))
    expect(verdict.faults).toMatchObject([{ peerId: null, what: expect.stringContaining('signature over the whole') }])
    const borrowed = peerRecord('a', { signed: { entry: signedOf('a').bytes, signature: signedOf('b').signature } })
    const second = await read(await file([borrowed, peerRecord('b')]))
    expect(second.verdict.faults).toMatchObject([{ peerId: idOf('a'), what: 'the signature does not hold' }])
    expect(second.peers.map((peer) => peer.signed !== null)).toEqual([false, true])
  })

  it('that is something else, or of a later version, is refused with a sentence', async () => {
    const later = textOf(await file()).replace('"formatVersion":1', '"formatVersion":3')
    for (const bytes of [new Uint8Array(), Buffer.from('nonsense'), gzipSync('{"hello":1}\n'), await forged(later)]) {
      await expect(read(bytes)).rejects.toBeInstanceOf(InvalidArgument)
    }
    await expect(read(await forged(later))).rejects.toThrow('update it')
  })

  it('with zeros behind its content is read to its end, and its sum tells', async () => {
    const whole = await file()
    const [content, sum] = [whole.subarray(0, -FILE_SUM_BYTES), whole.subarray(-FILE_SUM_BYTES)]
    for (const zeros of [1, 4096, 200_000]) {
      const behind = await read(Buffer.concat([content, sum, Buffer.alloc(zeros)]))
      expect(behind.verdict.ok).toBe(false)
      const between = await read(Buffer.concat([content, Buffer.alloc(zeros), sum]))
      expect(between.verdict.faults).toMatchObject([{ what: 'the file was changed: its sum does not hold' }])
      expect(between.peers.length).toBe(12)
    }
  })

  it('that would unpack to endless lines is given up', async () => {
    const head = textOf(await file()).split('\n')[0] ?? ''
    const { verdict } = await read(await forged(`${head}\n${'x'.repeat(200_000)}`))
    expect(verdict.faults).toMatchObject([{ line: 2, what: expect.stringContaining('a line is too long') }])
    await expect(read(gzipSync('y'.repeat(5_000_000)))).rejects.toBeInstanceOf(InvalidArgument)
  })
})

describe('a small file that asks for much work', () => {
  const head = async (): Promise<string> => textOf(await file()).split('\n')[0] ?? ''

  /** Text that is made as it is asked for, and how often that was: what is not read is not asked for. */
  function endless(first: string, part: string, most: number): { text: AsyncIterable<string>; readonly made: number } {
    let made = 0
    async function* text(): AsyncGenerator<string> {
      yield await Promise.resolve(first)
      for (; made < most; made += 1) yield part
    }
    return {
      text: text(),
      get made() {
        return made
      },
    }
  }

  async function packed(text: AsyncIterable<string>): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for await (const part of snapshotFile(text)) parts.push(part)
    return Buffer.concat(parts)
  }

  /** How many bytes of the content the reader looked at. */
  async function looked(source: Uint8Array): Promise<{ verdict: SnapshotVerdict; bytes: number }> {
    const decode = vi.spyOn(TextDecoder.prototype, 'decode')
    const { verdict } = await read(source)
    const bytes = decode.mock.calls.reduce((sum, [part]) => sum + (part?.byteLength ?? 0), 0)
    decode.mockRestore()
    return { verdict, bytes }
  }

  it.each([
    ['lines', '\n'.repeat(1 << 16)],
    ['a part of a line', 'x'.repeat(1 << 16)],
    ['more seals', '{"seal":"AAAA"}\n'.repeat(4096)],
  ])('is not read behind its seal: %s', async (_name, behind) => {
    const sound = textOf(await file())
    const { verdict, bytes } = await looked(await packed(endless(sound, behind, 100).text))
    expect(bytes).toBeLessThan(sound.length + 3 * (1 << 16))
    expect(verdict.faults).toMatchObject([{ line: 15, what: 'there is something after the end' }])
    expect(verdict).toMatchObject({ ok: false, peers: 12, faultCount: 1 })
  })

  it.each([
    ['empty lines', '\n'.repeat(1 << 16)],
    ['empty objects', '{}\n'.repeat(1 << 14)],
    ['the same peer', null],
  ])('is read to ten thousand faults: %s', async (_name, lines) => {
    const twice = `${textOf(await file()).split('\n')[1]}\n`.repeat(1 << 10)
    const { verdict, bytes } = await looked(await packed(endless(`${await head()}\n`, lines ?? twice, 40).text))
    expect(verdict.ok).toBe(false)
    expect(verdict.faultCount).toBeLessThan(10_200)
    expect(bytes).toBeLessThan(10_300 * ((lines ?? twice).length / (lines ?? twice).split('\n').length) + (1 << 17))
  })

  it('is given up where it unpacks to what no snapshot does', async () => {
    const line = `"peerId":"${'x'.repeat(30_000)}"\n`
    const bomb = await packed(endless(`${await head()}\n`, line, 1000).text)
    expect(bomb.length).toBeLessThan(100_000)
    await expect(read(bomb)).rejects.toThrow(/unpacks to more than 200 times its size/)
  })

  it('whose entries are as repetitive as they may be is a snapshot all the same', async () => {
    const tags = Array.from({ length: 64 }, (_, index) => String(index).padStart(2, '0') + 't'.repeat(62))
    const addresses = Array.from(
      { length: 32 },
      (_, index) => `/dns4/${String(index).padStart(2, '0')}${'a'.repeat(60)}`,
    )
    const records = Array.from({ length: 1200 }, (_, index) => {
      const { bytes, signature } = signedOf(`peer ${index}`, { tags, addresses })
      return peerRecord(`peer ${index}`, { signed: { entry: bytes, signature } })
    })
    const whole = await file(records)
    expect(textOf(whole).length).toBeGreaterThan(8 * 1024 * 1024)
    expect((await read(whole)).verdict).toMatchObject({ ok: true, peers: 1200 })
  })

  it('is refused where it is no file: a folder, a device, a pipe', async () => {
    await expect(read(tmpdir())).rejects.toMatchObject({ code: 'InvalidArgument', message: /is not a file/ })
  })

  it('gives others a turn however it is made', async () => {
    const turns = countTurns()
    const before = turns.count
    await read(await packed(endless(`${await head()}\n`, '{}\n'.repeat(1 << 14), 40).text))
    turns.stop()
    expect(turns.count - before).toBeGreaterThan(10_000 / 32)
  })
})

describe('a snapshot that is read from a file in several parts', () => {
  const some = Array.from({ length: 900 }, (_, index) => `peer ${index}`)
  let folder: string
  let path: string
  let whole: Uint8Array
  beforeEach(async () => {
    vi.spyOn(fs, 'open')
    folder = await mkdtemp(join(tmpdir(), 'peerscope-snapshot-'))
    path = join(folder, 'a.peerscope')
    whole = await file(some.map((name) => peerRecord(name)))
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await rm(folder, { recursive: true, force: true })
  })

  const timesOpened = (): number => vi.mocked(fs.open).mock.calls.filter(([opening]) => opening === path).length

  it('is read once when it is sound', async () => {
    await writeFile(path, whole)
    const { verdict, peers } = await read(path)
    expect([verdict.ok, verdict.peers, peers.length]).toEqual([true, 900, 900])
    expect(timesOpened()).toBe(1)
  })

  /** Ends amid the line of the peer with this number, in the second part of the file; what follows is no gzip. */
  function damagedAt(peer: number): Uint8Array {
    const lines = textOf(whole).split('\n')
    const text = `${lines.slice(0, peer + 1).join('\n')}\n${lines[peer + 1]?.slice(0, 200)}`
    const packed = gzipSync(text, { finishFlush: constants.Z_SYNC_FLUSH })
    expect(packed.length).toBeGreaterThan(64 * 1024)
    return Buffer.concat([packed, Buffer.alloc(100_000, 255)])
  }

  it.each([
    ['damaged', () => damagedAt(700), 'is damaged here'],
    ['cut off', () => whole.subarray(0, 100_000), 'the end of the file is missing'],
  ])('tells of each peer once, and of each fault, where it is %s', async (_name, bytes, fault) => {
    await writeFile(path, bytes())
    const { verdict, peers } = await read(path)
    expect(timesOpened()).toBeGreaterThan(1)
    expect(peers.length).toBeGreaterThan(500)
    expect(peers.map(({ peerId }) => peerId)).toEqual(some.slice(0, peers.length).map(idOf))
    expect(verdict.peers).toBe(peers.length)
    expect(verdict.faults.filter(({ what }) => what.includes(fault))).toHaveLength(1)
    expect(verdict.faults.at(-1)).toMatchObject({ line: peers.length + 2, peerId: idOf(some[peers.length] ?? '') })
  })

  it('that is damaged is read to the last whole line before the damage', async () => {
    const { verdict, peers } = await read(damagedAt(700))
    expect([peers.length, verdict.peers, verdict.faultCount]).toEqual([700, 700, 1])
  })

  it('stops to be read when that is called off', async () => {
    await writeFile(path, whole)
    const stop = new AbortController()
    let told = 0
    const onPeer = (): void => {
      told += 1
      stop.abort()
    }
    await expect(readSnapshot(path, { signatures, signal: stop.signal, onPeer })).rejects.toMatchObject({
      code: 'Cancelled',
    })
    // What was checked together is told of together.
    expect(told).toBe(64)
  })
})
