/** The contract's part about comparing two pictures, and what one peer knows with what another does. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import type { CompareMessage, HeldMessage } from './compare.ts'
import { networkKind, output, peerId, text } from './contract-schemas.ts'

const at = z.number().int().min(0).nullable()
const side = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('moment'), at }),
  z.object({ kind: z.literal('file'), file: text, at }),
])

/** A network that is stored, and not joined: moments are its own, and the last one stands for now. */
const of = z.object({ network: text.min(1), kind: networkKind })

/** Times are milliseconds since the epoch. */
export const compareContract = {
  /** Who came, left and changed from one picture to the other. Leaving the loop ends it. */
  pictures: oc
    .input(z.object({ before: side, after: side, of: of.optional() }))
    .output(eventIterator(output<CompareMessage>())),
  /** What a peer's catalog held at its last sync with us: what ours held then (rule SY1). */
  held: oc.input(z.object({ peerId })).output(eventIterator(output<HeldMessage>())),
}
