/** Syncs that do not keep to it: they stall, never end, send what was not asked for, or come too often. */
import { expect } from 'vitest'
import { ownBuffer } from '../../../src/main/discovery/base/bytes.ts'
import { SyncAnswer, SyncRequest } from '../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import type { Ranges } from '../../../src/main/discovery/dialects/peerscope/wire/generated/sync.js'
import { announcement, secret, signatures } from './attacker.ts'
import type { Attacker, Wire } from './attacker.ts'
import { noiseBytes } from './bytes.ts'
import { until } from './honest-network.ts'
import type { Attack, Stage } from './stage.ts'
import { USELESS } from './stage.ts'

const item = (
  updatedAt = Date.now(),
): { publicKey: Uint8Array<ArrayBuffer>; startedAt: number; updatedAt: number } => ({
  publicKey: ownBuffer(noiseBytes(32)),
  startedAt: 1,
  updatedAt,
})

/** Asks and gives the answer, or null where the stream ended. */
async function ask(wire: Wire, request: Parameters<typeof SyncRequest.encode>[0]): Promise<SyncAnswer | null> {
  await wire.say(SyncRequest.encode(request))
  const answer = await wire.hear()
  return answer === null ? null : SyncAnswer.decode(answer)
}

async function begin(attacker: Attacker): Promise<Wire> {
  const wire = await attacker.open(attacker.ids.sync)
  if (wire === null) throw new Error('no sync')
  return wire
}

/** The victim begins a sync with an attacker that answers each request like this. @returns the error's code */
async function victimSyncs(
  stage: Stage,
  answer: (request: SyncRequest, attacker: Attacker) => SyncAnswer | null,
): Promise<string> {
  const attacker = await stage.attacker()
  await attacker.handle(attacker.ids.sync, async (wire) => {
    for (let message = await wire.hear(); message !== null; message = await wire.hear()) {
      const say = answer(SyncRequest.decode(message), attacker)
      if (say === null) return
      await wire.say(SyncAnswer.encode(say))
    }
  })
  // Known, so that it can be asked for at any time; the victim's own first try may be on its way.
  await attacker.publish([announcement(attacker.entry({ tags: [USELESS] }))])
  await until('the victim knows the attacker', () => stage.knows(attacker.peerId))
  const failure: unknown = await stage.network
    .call('sync', stage.network.victim.index, attacker.peerId)
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Error)
  await attacker.publish([attacker.goodbye()])
  return (failure as { code?: string }).code ?? String(failure)
}

/** All parts of a range, each different from anybody's. */
function endless(prefixes: readonly string[]): Ranges {
  const digests = prefixes.flatMap((prefix) =>
    Array.from('0123456789abcdef', (digit) => ({
      prefix: prefix + digit,
      count: 1000,
      fingerprint: ownBuffer(noiseBytes(16)),
    })),
  )
  return { digests: digests.slice(0, 1024), items: [] }
}

export const SYNCS: readonly Attack[] = [
  {
    name: '[BD7, BD6] forty syncs that promise and stall',
    run: async (stage) => {
      const attackers: Attacker[] = []
      while (attackers.length < 20) attackers.push(await stage.attacker())
      const wires: Wire[] = []
      for (const attacker of attackers)
        for (let index = 0; index < 2; index += 1) {
          const wire = await attacker.open(attacker.ids.sync)
          if (wire === null) continue
          wires.push(wire)
          await ask(wire, { expand: { prefixes: [''] } })
          await wire.say(SyncRequest.encode({ offer: { items: [item(), item()] } }))
        }
      expect(wires.length).toBeGreaterThan(30)
      // All places are taken; an honest node has one in no more than its patience.
      const other = stage.network.other()
      await until('an honest node is served', () =>
        stage.network
          .call('sync', other.index, stage.network.victim.peerId)
          .then(() => true)
          .catch(() => false),
      )
      return `${await stage.expectRefused({ SyncRate: 1, SyncDisplaced: 1 })}; an honest sync goes through`
    },
  },
  {
    name: '[SY4] a sync that the victim begins and that stalls',
    slow: true,
    run: async (stage) => {
      const code = await victimSyncs(stage, ({ compare }) => (compare === undefined ? null : { ranges: endless(['']) }))
      expect(['Timeout', 'StreamFailed']).toContain(code)
      return code
    },
  },
  {
    name: '[SY4, SY8] a sync that never ends: there is always one more range that differs',
    run: async (stage) => {
      const code = await victimSyncs(stage, ({ expand }) => ({ ranges: endless(expand?.prefixes ?? ['']) }))
      expect(['LimitExceeded', 'MalformedMessage', 'SyncFailed']).toContain(code)
      return code
    },
  },
  {
    name: '[SY4, SY12] a peer that sends its whole catalog, and always says that more of it follows',
    run: async (stage) => {
      const raw = (await stage.attacker()).entry({ tags: [USELESS] }, secret())
      const page = { entries: [raw.entry], signatures: [raw.signature], left: 9 }
      const code = await victimSyncs(stage, () => ({ page }))
      expect(code).toBe('SyncFailed')
      return code
    },
  },
  {
    name: '[SY4] a sync that never ends: requests for ever',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const wire = await begin(attacker)
      const fingerprint = ownBuffer(noiseBytes(16))
      const request = SyncRequest.encode({ compare: { root: { prefix: '', count: 9, fingerprint } } })
      let answers = 0
      const reading = (async () => {
        while ((await wire.hear(30_000)) !== null) answers += 1
      })()
      while (await wire.say(request));
      await reading
      expect(answers).toBeLessThanOrEqual(5000)
      // Either there were too many requests, or more of them came than were answered meanwhile.
      const ends = async (): Promise<number> =>
        (await stage.refused('SyncLimitExceeded')) + (await stage.refused('Stream'))
      await until('that is counted', async () => (await ends()) > 0)
      return `LimitExceeded after ${answers} answers`
    },
  },
  {
    name: '[SY4] a sync of too many entries, keys or ranges',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const far = Date.now() + 3_600_000
      const offers = await begin(attacker)
      let offered = 0
      while ((await ask(offers, { offer: { items: Array.from({ length: 512 }, () => item(far)) } })) !== null)
        offered += 512
      expect(offered).toBeLessThanOrEqual(50_000)
      const publicKeys = Array.from({ length: 513 }, () => ownBuffer(noiseBytes(32)))
      expect(await ask(await begin(attacker), { want: { publicKeys } })).toBeNull()
      expect(await ask(await begin(attacker), { want: { publicKeys: [ownBuffer(noiseBytes(31))] } })).toBeNull()
      const prefixes = Array.from({ length: 65 }, (_, index) => index.toString(16).padStart(2, '0'))
      expect(await ask(await begin(attacker), { expand: { prefixes } })).toBeNull()
      expect(await ask(await begin(attacker), { expand: { prefixes: ['../..'] } })).toBeNull()
      return await stage.expectRefused({ SyncLimitExceeded: 3, SyncMalformedMessage: 2 })
    },
  },
  {
    name: '[SY4, SY5] a page that nobody asked for, and one of bad entries',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const raw = attacker.entry()
      const page = { entries: [raw.entry], signatures: [raw.signature] }
      expect(await ask(await begin(attacker), { page })).toBeNull()
      expect(await ask(await begin(attacker), { page: { entries: [raw.entry], signatures: [] } })).toBeNull()
      expect(await ask(await begin(attacker), {})).toBeNull()
      return await stage.expectRefused({ SyncSyncFailed: 3 })
    },
  },
  {
    name: '[SY4] answers to what was not asked',
    run: async (stage) => {
      const codes = [
        await victimSyncs(stage, ({ compare }, attacker) => {
          if (compare !== undefined) return { ranges: endless(['']) }
          const { entry, signature } = attacker.entry({}, secret())
          return { page: { entries: [entry], signatures: [signature] } }
        }),
        await victimSyncs(stage, () => ({ ranges: endless(['abc']) })),
        // It names an entry of its own, and sends that of another.
        await victimSyncs(stage, ({ want }, attacker) => {
          if (want === undefined) {
            const own = {
              publicKey: ownBuffer(signatures.publicKey(attacker.secret)),
              startedAt: Date.now(),
              updatedAt: Date.now(),
            }
            return { ranges: { digests: [], items: [{ prefix: '', items: [own] }] } }
          }
          const { entry, signature } = attacker.entry({}, secret())
          return { page: { entries: [entry], signatures: [signature] } }
        }),
        await victimSyncs(stage, () => ({})),
      ]
      expect(codes).toEqual(['SyncFailed', 'SyncFailed', 'SyncFailed', 'SyncFailed'])
      return 'SyncFailed ×4'
    },
  },
  {
    name: '[BD7] syncs begun as often as it goes',
    run: async (stage) => {
      const attacker = await stage.attacker()
      const from = performance.now()
      let answered = 0
      await until('SyncRate is counted 150 times', async () => {
        for (let index = 0; index < 50; index += 1) {
          const wire = await attacker.open(attacker.ids.sync)
          if (wire === null) continue
          if ((await ask(wire, { expand: { prefixes: [] } })) !== null) answered += 1
          await wire.stream.close().catch(() => undefined)
        }
        return (await stage.refused('SyncRate')) >= 150
      })
      // No timing: the node's bucket refills by its clock, one a second, so that so many may be answered on a machine of any speed.
      expect(answered).toBeLessThan(30 + (performance.now() - from) / 1000)
      return `${await stage.expectRefused({ SyncRate: 150 })}; ${answered} answered`
    },
  },
]
