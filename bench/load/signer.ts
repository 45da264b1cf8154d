/** A thread that signs what the peers will say, before it is due. */
import { parentPort, workerData } from 'node:worker_threads'
import { peerscope } from '../../src/main/discovery/dialects/peerscope/peerscope.ts'
import type { SignedPeerEntry } from '../../src/main/discovery/entry.ts'
import { defaultConfig } from './defaults.ts'
import { Identity, statedIn } from './identities.ts'

/** How it is started. */
export interface SignerTask {
  readonly count: number
  readonly port: number
  readonly startedAt: number
  readonly lifeMs: number
}

/** One message of a peer, due at a time by `now` of clock.ts. */
export interface Due {
  readonly at: number
  readonly index: number
  readonly generation: number
  /** What it announces; null for a goodbye, which is signed when it is said: it must be newer than all that it said before. */
  readonly announced: { readonly message: Uint8Array; readonly signed: SignedPeerEntry } | null
}

/** What it is asked: the entries of all peers, or all that is due from one time until another. */
export type ToSigner =
  | { readonly kind: 'all'; readonly at: number }
  | { readonly kind: 'due'; readonly from: number; readonly until: number }

/** What it answers: a part of all entries, the end of them, or what is due. */
export type FromSigner =
  | { readonly kind: 'some'; readonly entries: readonly SignedPeerEntry[] }
  | { readonly kind: 'all' }
  | { readonly kind: 'due'; readonly due: readonly Due[]; readonly until: number }

const PART = 500
const { count, port, startedAt, lifeMs } = workerData as SignerTask
const identities = Array.from(
  { length: count },
  (_, index) => new Identity(index, 0, startedAt - index, { count, port }),
)
const everyMs = (statedIn(count) ?? defaultConfig.announceInterval) / count
const leavesEveryMs = lifeMs / count
let nextAt = 0
let nextLeave = 0
let turn = 0
let leaving = 0
let repeat = 0

parentPort?.on('message', (asked: ToSigner) => {
  if (asked.kind === 'due') return answer({ kind: 'due', due: dueIn(asked.from, asked.until), until: asked.until })
  for (let from = 0; from < count; from += PART)
    answer({ kind: 'some', entries: identities.slice(from, from + PART).map((one) => one.entry(asked.at)) })
  answer({ kind: 'all' })
})

function dueIn(from: number, until: number): Due[] {
  if (nextAt === 0) {
    nextAt = from
    nextLeave = from + leavesEveryMs
  }
  const due: Due[] = []
  for (; nextAt < until; nextAt += everyMs, turn += 1) {
    const identity = identities[turn % count]
    if (identity !== undefined) due.push(announced(identity, nextAt))
  }
  // Far from those whose turn it is to announce themselves.
  for (; nextLeave < until; nextLeave += leavesEveryMs, leaving += 1) {
    const index = (turn + (count >> 1) + leaving) % count
    const gone = identities[index]
    if (gone === undefined) continue
    due.push({ at: nextLeave, index, generation: gone.generation, announced: null })
    const fresh = new Identity(index, gone.generation + 1, Math.round(nextLeave), { count, port })
    identities[index] = fresh
    due.push(announced(fresh, nextLeave + 1))
  }
  return due.toSorted((a, b) => a.at - b.at)
}

function announced(identity: Identity, at: number): Due {
  const signed = identity.entry(Math.round(at))
  repeat += 1
  const message = peerscope.encodeAnnouncement(signed, repeat)
  return { at, index: identity.index, generation: identity.generation, announced: { message, signed } }
}

function answer(message: FromSigner): void {
  parentPort?.postMessage(message, [])
}
