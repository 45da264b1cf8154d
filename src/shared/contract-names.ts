/** The contract's part about the name book of the shown network: words that name the ids they are hashed to. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { output, texts } from './contract-schemas.ts'
import type { KnownName, NamesAdded } from './names.ts'

/** Longest list that is taken at once, in characters. */
const MAX_LIST = 700_000

/** Reject with `NotJoined` where no network is shown, and with `LimitExceeded` for what no book holds. */
export const namesContract = {
  /** By word. The view tells them too, whenever they change. */
  list: oc.output(output<readonly KnownName[]>()),
  /**
   * Adds words. With `onlySeen` those that name something of this network: what somebody looks for in a filter is named from
   * then on, and what is only half typed is not kept.
   */
  add: oc.input(z.object({ words: texts.min(1), onlySeen: z.boolean().default(false) })).output(output<NamesAdded>()),
  /** Gives back what was removed, so that it can be added again. */
  remove: oc.input(z.object({ words: texts.min(1) })).output(output<readonly KnownName[]>()),
  /** Adds the words of a text, one a line; lines that begin with # are remarks. */
  import: oc.input(z.object({ text: z.string().max(MAX_LIST) })).output(output<NamesAdded>()),
}
