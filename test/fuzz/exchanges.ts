/** Both sides of a sync against a peer that says anything, and snapshots that were tampered with. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { StreamEnded } from '../../src/shared/errors.ts'
import type { Link } from '../../src/main/discovery/ports.ts'
import { answerSync } from '../support/discovery/sync-over-link.ts'
import { RECONCILE_BOUNDS } from '../../src/main/discovery/dialects/peerscope/sync/bounds.ts'
import { runSync } from '../support/discovery/sync-over-link.ts'
import type { SyncParts } from '../support/discovery/sync-over-link.ts'
import { readSnapshot } from '../../src/main/monitor/exports/read-snapshot.ts'
import { FILE_SUM, snapshotText } from '../../src/main/monitor/exports/snapshot.ts'
import { networkIdFrom } from '../../src/shared/ids.ts'
import { systemClock } from '../../src/main/network/clock.ts'
import { idOf, secretOf, signatures, signedOf } from '../support/discovery/entries.ts'
import { PlainCatalog } from '../unit/discovery/sync-pair.ts'
import { peerRecord } from '../unit/monitor/exports/records.ts'
import { SYNC_ANSWERS, SYNC_REQUESTS } from './decoders.ts'
import type { Target } from './fuzz.ts'
import { target } from './fuzz.ts'
import { bytesLike, joined, textLike } from './inputs.ts'

const { signal } = new AbortController()

/** A catalog of forty; the index has more than one level. */
function parts(): SyncParts & { readonly catalog: PlainCatalog } {
  const catalog = new PlainCatalog()
  for (let index = 0; index < 40; index += 1) catalog.put(signedOf(`known ${index}`))
  return { catalog, signatures, clock: systemClock }
}

/** A link on which a peer says these things, whatever it is told, and then ends. */
function script(messages: readonly Uint8Array[]): Link & { readonly written: number } {
  let at = 0
  let written = 0
  return {
    remote: idOf('attacker'),
    get written() {
      return written
    },
    read: () => {
      const message = messages[at]
      at += 1
      return message === undefined ? Promise.reject(new StreamEnded('the end')) : Promise.resolve(message)
    },
    write: () => {
      written += 1
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
    abort: () => undefined,
  }
}

/** Lets one side run against the script; it may write once for each message, and believes nobody. */
async function play(
  messages: readonly Uint8Array[],
  side: (link: Link, parts: SyncParts, stop: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const own = parts()
  const link = script(messages)
  const check = (): void => {
    if (link.written > messages.length + 1) throw new Error(`${link.written} messages for ${messages.length}`)
    for (const [peerId, { entry }] of own.catalog.entries)
      if (entry.peerId !== peerId) throw new Error('an entry is filed under another peer')
    if (own.catalog.entries.size > 40 + RECONCILE_BOUNDS.entries) throw new Error('the catalog is over its bounds')
  }
  try {
    await side(link, own, signal)
  } catch (error) {
    check()
    throw error
  }
  check()
}

/** Mostly broken messages; whole ones too, since only an exchange that is complete is accepted. */
const messages = (samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array[]> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(bytesLike(samples), { maxLength: 8 }) },
    { weight: 1, arbitrary: fc.shuffledSubarray([...samples]) },
  )

const RECORDS = ['one', 'two', 'three'].map((name) => peerRecord(name))
const SNAPSHOT = [
  ...snapshotText(
    {
      network: { kind: 'peerscope', id: networkIdFrom('a'), name: 'a' },
      secret: secretOf('maker'),
      signatures,
      now: 5000,
      filter: '',
    },
    RECORDS,
  ),
].join('')

function snapshotFileOf(text: string): Uint8Array {
  const compressed = gzipSync(text)
  const sum = createHash('sha256').update(compressed).digest('hex')
  return joined(compressed, new TextEncoder().encode(`${FILE_SUM}${sum}\n`))
}

async function checkSnapshot(file: Uint8Array, original: boolean): Promise<void> {
  const verdict = await readSnapshot(file, { signatures, signal })
  if (verdict.faults.length === 0 && !original) throw new Error('a changed snapshot passed')
}

export const EXCHANGES: readonly Target[] = [
  target('answering a sync', 10, messages(SYNC_REQUESTS), (said) => play(said, answerSync)),
  target('asking for a sync', 20, messages(SYNC_ANSWERS), (said) => play(said, runSync)),
  target('snapshot, its bytes', 20, bytesLike([snapshotFileOf(SNAPSHOT)]), (file) =>
    checkSnapshot(file, Buffer.compare(file, snapshotFileOf(SNAPSHOT)) === 0),
  ),
  target('snapshot, its text', 20, textLike([SNAPSHOT], SNAPSHOT.split(/(["{}:,\n])/)), (text) =>
    checkSnapshot(snapshotFileOf(text), text === SNAPSHOT),
  ),
]
