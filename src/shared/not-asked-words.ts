/** Why a crawl did not ask some peers, and what to do about it: for the window and the command line. Pure. */
import { counted } from './counted.ts'
import type { NotDialedWhy } from './not-dialed.ts'
import type { NotAsked } from './topology.ts'

/** Where to listen so that addresses of this machine are dialed (rule AD2). */
export const LOCAL_LISTEN = '/ip4/127.0.0.1/tcp/0'

const WHY: Readonly<Record<NotDialedWhy, (one: boolean) => string>> = {
  ownMachine: (one) =>
    `all ${one ? 'its' : 'their'} addresses are for the machine ${one ? 'it runs' : 'they run'} on, such as 127.0.0.1`,
  elsewhere: (one) => `${one ? 'its' : 'their'} addresses cannot be reached from this network`,
  rests: (one) => `${one ? 'its' : 'their'} addresses did not answer lately, and are tried again later`,
  noAddress: (one) => `${one ? 'it tells' : 'they tell'} no address`,
}

/**
 * A sentence for each reason: "11 peers were not asked: all addresses of them are of the machine they run on (rule AD2); …".
 * @param listenLocally what to do to have addresses of this machine dialed
 */
export function notAskedWords(notAsked: NotAsked, listenLocally: string): readonly string[] {
  return (['ownMachine', 'elsewhere', 'rests', 'noAddress'] as const).flatMap((why) => {
    const count = notAsked[why]
    if (count === 0) return []
    const one = count === 1
    const words = `${counted(count, 'peer was', 'peers were')} not asked: ${WHY[why](one)}`
    return why === 'ownMachine'
      ? `${words}. If ${one ? 'it runs' : 'they run'} on this machine, ${listenLocally}`
      : words
  })
}
