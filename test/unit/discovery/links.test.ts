/** The streams of the core, over links that are played by hand. */
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { Input } from '../../../src/main/discovery/core/io.ts'
import type { LinkDriver } from '../../../src/main/discovery/driver/links.ts'
import { Links } from '../../../src/main/discovery/driver/links.ts'
import type { Link } from '../../../src/main/discovery/ports.ts'
import { dialect } from '../../support/discovery/dialect.ts'
import { idOf } from '../../support/discovery/entries.ts'

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
