/** The streams of the core, over links that are played by hand. */
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Input } from '../../../src/main/discovery/core/io.ts'
import type { LinkDriver } from '../../../src/main/discovery/driver/links.ts'
import { Links } from '../../../src/main/discovery/driver/links.ts'
import { entryCodec } from '../../../src/main/discovery/dialects/peerscope/entry-codec.ts'
import { parseSignedEntry } from '../../../src/main/discovery/entry.ts'
import type { Link } from '../../../src/main/discovery/ports.ts'
import { dialect } from '../../support/discovery/dialect.ts'
import { idOf, signedOf } from '../../support/discovery/entries.ts'

it('[SY10] nothing is read before what was sent ahead is out: one request at a time waits for a peer that reads nothing', async () => {
  const out = Promise.withResolvers<void>()
  const reads: PromiseWithResolvers<Uint8Array>[] = []
  const link: Pick<Link, 'write' | 'read'> = {
    write: () => out.promise,
    read: () => {
      const read = Promise.withResolvers<Uint8Array>()
      reads.push(read)
      return read.promise
    },
  }
  const fed: Input[] = []
  const driver: Pick<LinkDriver, 'limits' | 'nextId' | 'feed'> & { readonly ids: unknown; readonly ports: unknown } = {
    ports: { streams: { open: () => Promise.resolve(link) } },
    ids: { sync: '/sync' },
    limits: dialect.limits,
    nextId: () => 1,
    feed: (input) => void fed.push(input),
  }
  const links = new Links(driver as LinkDriver)
  links.do({ kind: 'open', id: 1, peerId: idOf('ann'), protocol: 'sync' })
  await setImmediate()
  links.do({ kind: 'sendAhead', id: 1, message: new Uint8Array(1) })
  links.do({ kind: 'read', id: 1 })
  await setImmediate()
  expect(reads).toHaveLength(0)
  out.resolve()
  await setImmediate()
  expect(reads).toHaveLength(1)
  reads[0]?.resolve(new Uint8Array(2))
  await setImmediate()
  // That it went out is told to nobody: nobody waits for it.
  expect(fed.map(({ kind }) => kind)).toEqual(['opened', 'message'])
})

it('gives verdicts in the order in which they were asked for, and those of a stream that ended to nobody', async () => {
  const asked: PromiseWithResolvers<readonly boolean[]>[] = []
  const signatures = {
    verifyAll: () => {
      const one = Promise.withResolvers<readonly boolean[]>()
      asked.push(one)
      return one.promise
    },
  }
  const fed: Input[] = []
  const link = { abort: () => undefined }
  const clock = { schedule: (_: number, run: () => void) => run() }
  const driver = {
    ports: { streams: { open: () => Promise.resolve(link) }, signatures, clock },
    ids: { sync: '/sync' },
    limits: dialect.limits,
    nextId: () => 1,
    feed: (input: Input) => void fed.push(input),
  }
  const links = new Links(driver as unknown as LinkDriver)
  const entry = signedOf('ann')
  const entries = [parseSignedEntry(entryCodec, entry.bytes, entry.signature)]
  links.do({ kind: 'open', id: 1, peerId: idOf('ann'), protocol: 'sync' })
  await setImmediate()
  links.do({ kind: 'verifyAhead', id: 1, entries })
  links.do({ kind: 'verify', id: 1, entries })
  expect(fed.map(({ kind }) => kind)).toEqual(['opened', 'resumed'])
  asked[1]?.resolve([false])
  await setImmediate()
  expect(fed).toHaveLength(2)
  asked[0]?.resolve([true])
  await setImmediate()
  links.do({ kind: 'awaitVerdicts', id: 1 })
  await setImmediate()
  expect(fed.slice(2)).toMatchObject([{ entries: [{ entry: { peerId: idOf('ann') } }] }, { entries: [null] }])
  links.do({ kind: 'verifyAhead', id: 1, entries })
  links.do({ kind: 'verify', id: 1, entries })
  links.do({ kind: 'reset', id: 1, error: new Error('the stream ended') })
  for (const one of asked.slice(2)) one.reject(new Error('called off'))
  await setImmediate()
  expect(fed.slice(4).map(({ kind }) => kind)).toEqual(['resumed'])
})
