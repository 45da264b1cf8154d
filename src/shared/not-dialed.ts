/**
 * Why something is not dialed although somebody wants it (rules AD2, AD7). `rests`: it was dialed before in vain; the reason stands
 * with those dials.
 */
export type NotDialedWhy = 'rests' | 'ownMachine' | 'elsewhere' | 'noAddress'

/** The same in words. */
export const NOT_DIALED: Readonly<Record<NotDialedWhy, string>> = {
  rests: 'nothing that is said to be there answered lately',
  ownMachine: 'all its addresses are of the machine it runs on, and we do not listen on this machine only',
  elsewhere: 'it says nothing but addresses of other places than ours',
  noAddress: 'it tells no address',
}
